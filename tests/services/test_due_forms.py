"""What is due in a cycle: one count by form, department and state, in a fixed number of queries."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from filings.models import Cycle, Department, DueForm, Filing, Person, Project, State
from filings.services.due_forms import NOT_BEGUN, DueStatus, StateCounts, department_people, due_status
from tests.factories import ABOUT_DEPARTMENT, House, build_house, opened_cycle, stored_layout
from tests.services.kit import moved


def status_of(*houses: House) -> DueStatus:
    cycles = [house.cycle.pk for house in houses]
    return due_status(cycles, Department.objects.filter(jurisdiction__in=[house.place for house in houses]))


def counted(house: House, department: Department | None = None) -> dict[str, int]:
    counts = status_of(house).department_counts(house.cycle.pk, (department or house.department).pk).counts
    return {state: number for state, number in counts.items() if number}


def test_tallies_add_counts_and_not_amounts() -> None:
    one, two = StateCounts(), StateCounts()
    one.counts.update({NOT_BEGUN: 1, State.DRAFT: 2, State.SUBMITTED: 3})
    two.counts.update({State.IN_REVIEW: 4, State.RETURNED: 5, State.APPROVED: 6})
    two.money[State.APPROVED] = Decimal(7)
    one.add(two)
    assert (one.due, one.missing, one.waiting, one.sent) == (21, 8, 7, 13)
    assert (one.count_of(NOT_BEGUN), one.count_of(State.APPROVED)) == (1, 6)
    assert one.money == {}
    assert StateCounts().due == 0


def test_a_project_form_is_due_for_each_project_in_use(house: House) -> None:
    assert counted(house) == {}
    first, second = house.project(), house.project()
    assert counted(house) == {NOT_BEGUN: 2}
    Project.objects.filter(pk=second.pk).update(retired=True)
    assert counted(house) == {NOT_BEGUN: 1}
    Project.objects.filter(pk=first.pk).update(department=house.elsewhere)
    assert (counted(house), counted(house, house.elsewhere)) == ({}, {NOT_BEGUN: 1})


def test_a_department_form_is_due_once_for_each_department(house: House) -> None:
    DueForm.objects.filter(pk=house.due.pk).update(subject="department")
    assert counted(house) == counted(house, house.elsewhere) == {NOT_BEGUN: 1}


def test_what_was_begun_is_no_longer_not_begun(house: House) -> None:
    moved(house)
    moved(house, "submit")
    house.project()
    assert counted(house) == {NOT_BEGUN: 1, State.DRAFT: 1, State.SUBMITTED: 1}


def test_of_a_project_no_longer_in_use_only_what_was_submitted_counts(house: House) -> None:
    filings = [moved(house, *actions) for actions in ([], ["submit"], ["submit", "return"], ["submit", "approve"])]
    Project.objects.filter(filings__in=filings).update(retired=True)
    house.project()
    assert counted(house) == {NOT_BEGUN: 1, State.SUBMITTED: 1, State.APPROVED: 1}


def test_amounts_are_of_what_was_submitted(house: House) -> None:
    moved(house)
    moved(house, "submit")
    moved(house, "submit", "return")
    without_total = moved(house, "submit")
    Filing.objects.filter(pk=without_total.pk).update(total=None)
    tally = status_of(house).tallies[house.due.pk, house.department.pk]
    assert tally.money == {State.SUBMITTED: Decimal(50), State.RETURNED: Decimal(50)}


def test_a_filing_of_a_form_that_is_not_due_is_left_out(house: House) -> None:
    moved(house, "submit")
    DueForm.objects.filter(pk=house.due.pk).update(layout=stored_layout(ABOUT_DEPARTMENT))
    assert counted(house) == {NOT_BEGUN: 1}


def test_a_department_without_a_project_has_something_missing(house: House) -> None:
    status = status_of(house)
    assert status.without_project(house.cycle.pk, house.department.pk)
    assert status.has_missing(house.cycle.pk, house.department.pk)
    moved(house, "submit")
    status = status_of(house)
    assert not status.without_project(house.cycle.pk, house.department.pk)
    assert not status.has_missing(house.cycle.pk, house.department.pk)
    moved(house)
    assert status_of(house).has_missing(house.cycle.pk, house.department.pk)


def test_without_project_forms_no_project_is_missing(house: House) -> None:
    DueForm.objects.filter(pk=house.due.pk).update(subject="department")
    assert not status_of(house).without_project(house.cycle.pk, house.department.pk)


def test_several_cycles_and_places_are_kept_apart(house: House) -> None:
    other, older = build_house("elsewhere"), opened_cycle(house.place, 2025)
    moved(house, "submit")
    moved(other)
    status = due_status([house.cycle.pk, other.cycle.pk, older.pk], Department.objects.all())
    assert status.department_counts(house.cycle.pk, house.department.pk).counts[State.SUBMITTED] == 1
    assert status.department_counts(other.cycle.pk, other.department.pk).counts[State.DRAFT] == 1
    assert status.department_counts(house.cycle.pk, other.department.pk).due == 0
    assert status.department_counts(older.pk, house.department.pk).due == 0


def test_four_queries_however_many(house: House) -> None:
    for number in range(3):
        moved(house, "submit")
        Department.objects.create(jurisdiction=house.place, code=f"30{number}", name="又一单位")
    opened_cycle(house.place, 2025)
    cycles = list(Cycle.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as asked:
        due_status(cycles, Department.objects.all())
    assert len(asked) == 4


def test_staff_are_active_people_who_file(house: House) -> None:
    Person.objects.filter(pk=house.colleague.pk).update(is_active=False)
    staff = {department.code: number for department, number in department_people(house.cycle)}
    assert staff == {"100": 1, "101": 3, "201": 1}, "clerk, lead and the one who is a reviewer too"
    assert list(staff) == ["100", "101", "201"]
    assert department_people(house.cycle, [house.elsewhere.pk]) == [(house.elsewhere, 1)]
    assert department_people(house.cycle, []) == []
    assert department_people(house.cycle, [build_house("elsewhere").department.pk]) == []
