"""A clerk's lists: what is due and in which state, what each sheet has missing, and what can be copied."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from filings.models import Cycle, DueForm, Filing, Membership, Project
from filings.services.finding_replies import grant_waiver, save_reasons
from filings.services.new_filings import start_filing
from filings.services.remarks import add_remark, answer_remark
from filings.services.task_lists import TaskList, copy_sources, task_lists
from filings.services.workflow import apply_transition
from tests.factories import ABOUT_DEPARTMENT, House, build_house, due_form, filled, opened_cycle, send


def due_of_departments(house: House, position: int = 1) -> DueForm:
    return due_form(house, ABOUT_DEPARTMENT, title="整体表", position=position)


def only_list(house: House, who: str = "clerk") -> TaskList:
    (tasks,) = task_lists(house.fresh(who))
    return tasks


def test_each_form_is_due_for_each_project_or_for_the_department(house: House) -> None:
    due_of_departments(house, position=0)
    DueForm.objects.filter(pk=house.due.pk).update(position=1)
    first, second = house.project("修路"), house.project("修桥")
    house.project("停用的")
    Project.objects.filter(name="停用的").update(retired=True)
    house.project("别家的", department=house.elsewhere)
    filing = start_filing(house.clerk, house.cycle, house.due, house.department, second)
    tasks = only_list(house)
    assert [(task.due.title, task.name, task.filing) for task in tasks.tasks] == [
        ("整体表", "本单位", None), ("表", "修路", None), ("表", "修桥", filing),
    ]  # fmt: skip
    assert tasks.tasks[1].project == first
    assert [due.title for due in tasks.due_forms] == ["整体表", "表"]
    assert (tasks.count(""), tasks.count("draft"), tasks.count("", "draft"), tasks.count("approved")) == (2, 1, 3, 0)


def test_what_a_sheet_has_missing(house: House) -> None:
    """An error without a waiver, a warning without a reason, an open remark; with them nothing is left."""
    filing = house.filing(filled(title="", total="50", grant="30", rest="20", phone="1"))
    (task,) = only_list(house).tasks
    assert (task.missing, task.warnings, task.remarks) == (2, 0, 0), "no title, and no telephone number"
    grant_waiver(house.reviewer, filing.pk, "C01", "title", "另行批复")
    assert only_list(house).tasks[0].missing == 1


def test_warnings_without_a_reason_are_counted(house: House) -> None:
    filing = house.filing(filled(long_goal="今年改十条", year_goal="今年改十条"))
    codes = [task.warnings for task in only_list(house).tasks]
    assert codes == [1], "the goals are equal"
    save_reasons(house.clerk, filing.pk, {"C67": "一年内完成"})
    assert [task.warnings for task in only_list(house).tasks] == [0]


def test_open_remarks_are_counted_until_they_are_answered(house: House) -> None:
    filing = house.filing()
    send(house.clerk, filing.pk)
    for path in ("title", "phone"):
        add_remark(house.reviewer, filing.pk, path, "请核对")
    apply_transition(house.reviewer, filing.pk, "return", words="请改")
    assert only_list(house).tasks[0].remarks == 2
    answer_remark(house.clerk, filing.pk, filing.remarks.get(path="title").pk, "无误")
    assert only_list(house).tasks[0].remarks == 1


def test_what_was_submitted_is_not_checked_again(house: House) -> None:
    filing = house.filing()
    send(house.clerk, filing.pk)
    Filing.objects.filter(pk=filing.pk).update(fields={})
    (task,) = only_list(house).tasks
    assert (task.filing, task.missing, task.warnings) == (filing, 0, 0)


def test_cycles_that_have_begun_newest_first(house: House) -> None:
    now = timezone.now()
    closed = opened_cycle(house.place, 2024, opens_at=now - timedelta(days=9), deadline=now - timedelta(days=8))
    opened_cycle(house.place, 2027, opens_at=now + timedelta(days=1), deadline=now + timedelta(days=2))
    assert [tasks.cycle for tasks in task_lists(house.fresh("clerk"))] == [house.cycle, closed]
    later = now + timedelta(days=1, minutes=1)
    assert [tasks.cycle.year for tasks in task_lists(house.fresh("clerk"), later)] == [2027, 2026, 2024]


def test_lists_are_those_of_departments_in_which_the_person_files(house: House) -> None:
    for who in ("reviewer", "admin", "auditor", "nobody"):
        assert task_lists(house.fresh(who)) == [], who
    Membership.objects.create(person=house.clerk, role="lead", jurisdiction=house.place, department=house.department)
    assert len(task_lists(house.fresh("clerk"))) == 1, "clerk and lead of one department have one list"
    Membership.objects.create(person=house.clerk, role="clerk", jurisdiction=house.place, department=house.elsewhere)
    assert [tasks.department for tasks in task_lists(house.fresh("clerk"))] == [house.department, house.elsewhere]


def test_a_department_has_no_tasks_in_another_place(house: House) -> None:
    other = build_house("elsewhere")
    Membership.objects.create(person=house.clerk, role="clerk", jurisdiction=other.place, department=other.department)
    pairs = {(tasks.cycle, tasks.department) for tasks in task_lists(house.fresh("clerk"))}
    assert pairs == {(house.cycle, house.department), (other.cycle, other.department)}


def test_queries_do_not_grow_with_the_list(house: House) -> None:
    house.filing()
    person = house.fresh("clerk")
    with CaptureQueriesContext(connection) as one:
        task_lists(person)
    for _ in range(10):
        house.filing()
    person = house.fresh("clerk")
    with CaptureQueriesContext(connection) as many:
        assert len(task_lists(person)[0].tasks) == 11
    assert len(many) == len(one)


# -- what can be copied --------------------------------------------------------------------------------------------


def test_copies_are_offered_same_form_first_then_newest(house: House) -> None:
    earlier = opened_cycle(house.place, 2025)
    more = ABOUT_DEPARTMENT.replace('subject = "department"', 'subject = "project"')
    other = due_form(house, more, title="另一种")
    old_due = due_form(house, cycle=earlier)
    old = start_filing(house.clerk, earlier, old_due, house.department, house.project())
    different = start_filing(house.clerk, house.cycle, other, house.department, house.project())
    new = house.filing()
    assert copy_sources(house.fresh("clerk"), house.due) == [new, old, different]


def test_copies_are_of_the_same_kind_and_visible(house: House) -> None:
    whole = due_of_departments(house)
    mine = start_filing(house.clerk, house.cycle, whole, house.department)
    project = house.filing()
    assert copy_sources(house.fresh("clerk"), whole) == [mine]
    assert copy_sources(house.fresh("clerk"), house.due) == [project]
    assert copy_sources(house.fresh("neighbour"), house.due) == []
    assert copy_sources(house.fresh("clerk"), build_house("elsewhere").due) == [], "of another place"
    assert Cycle.objects.count() == 2
