"""Which sheets are due in a cycle and in which state they are: one count for the board, reminders and notices.

A sheet is due for each form and each project in use, or for each form and each department. For a project that is no
longer in use nothing more is due; what was submitted for it stays counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from filings.models import DEPARTMENT_ROLES, EDITABLE, Cycle, Department, DueForm, Filing, Project, State

NOT_BEGUN = ""
"""Counted as a state: a sheet is due and there is no filing."""
MISSING = (NOT_BEGUN, State.DRAFT, State.RETURNED)
SENT = (State.SUBMITTED, State.IN_REVIEW, State.APPROVED)
ALL = (NOT_BEGUN, *State.values)


@dataclass
class StateCounts:
    """How many sheets are in each state, and the amounts of those in 万元; drafts count without their amounts.

    A draft's amount is left out because nobody outside its department may see it.
    """

    counts: Counter[str] = field(default_factory=Counter)
    money: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, other: StateCounts) -> None:
        """Add the counts of another tally. Amounts are not added: one form may hold the sum of another."""
        self.counts.update(other.counts)

    @property
    def due(self) -> int:
        """All sheets that are due."""
        return self.counts.total()

    @property
    def missing(self) -> int:
        """Sheets that were not begun, not submitted, or returned."""
        return sum(self.counts[state] for state in MISSING)

    @property
    def waiting(self) -> int:
        """Sheets that were submitted and are not decided yet."""
        return self.counts[State.SUBMITTED] + self.counts[State.IN_REVIEW]

    @property
    def sent(self) -> int:
        """Sheets that were submitted, decided or not, and not returned."""
        return self.due - self.missing

    def count_of(self, state: str) -> int:
        """The number of sheets in one state; '' for those not begun."""
        return self.counts[state]


@dataclass(frozen=True)
class DueStatus:
    """The due forms of some cycles, the number of projects in use by department, and the tallies."""

    forms: Sequence[DueForm]
    projects: Mapping[int, int]
    tallies: Mapping[tuple[int, int], StateCounts]
    """One for each due form and department of its place, by their primary keys."""

    def department_counts(self, cycle_pk: int, department_pk: int) -> StateCounts:
        """The counts of all forms of a cycle in one department; without amounts."""
        own = [form.pk for form in self.forms if form.cycle_id == cycle_pk]
        return _sum(self.tallies[form, department_pk] for form in own if (form, department_pk) in self.tallies)

    def without_project(self, cycle_pk: int, department_pk: int) -> bool:
        """Whether a form is due for each project and the department has no project: how many are missing is unknown."""
        by_project = any(form.cycle_id == cycle_pk and form.subject == "project" for form in self.forms)
        return by_project and not self.projects.get(department_pk)

    def has_missing(self, cycle_pk: int, department_pk: int) -> bool:
        """Whether sheets are missing in a department, counted or not."""
        return bool(self.department_counts(cycle_pk, department_pk).missing) or self.without_project(
            cycle_pk, department_pk
        )


def _sum(tallies: Iterable[StateCounts]) -> StateCounts:
    total = StateCounts()
    for tally in tallies:
        total.add(tally)
    return total


def due_status(cycles: Iterable[int], departments: QuerySet[Department]) -> DueStatus:
    """The counts of every form of some cycles in some departments; four queries, however many filings."""
    cycles = list(cycles)
    forms = list(DueForm.objects.filter(cycle__in=cycles).order_by("position", "pk"))
    active = Project.objects.filter(department__in=departments, retired=False).order_by()
    projects = dict(active.values_list("department").annotate(Count("pk")))
    tallies: dict[tuple[int, int], StateCounts] = defaultdict(StateCounts)
    places = dict(departments.values_list("pk", "jurisdiction"))
    for form in forms:
        for department, place in places.items():
            if place == form.jurisdiction_id:
                due = projects.get(department, 0) if form.subject == "project" else 1
                tallies[form.pk, department].counts[NOT_BEGUN] = due
    _count_begun(cycles, departments, forms, tallies)
    return DueStatus(forms, projects, tallies)


def _count_begun(
    cycles: list[int],
    departments: QuerySet[Department],
    forms: Sequence[DueForm],
    tallies: Mapping[tuple[int, int], StateCounts],
) -> None:
    """Count the filings under their states, and no longer as not begun."""
    by_layout = {(form.cycle_id, form.layout_id): form.pk for form in forms}
    begun = Filing.objects.filter(cycle__in=cycles, department__in=departments)
    rows = (
        begun.exclude(project__retired=True, state__in=EDITABLE)
        .order_by()
        .values_list("cycle", "layout", "department", "state", "project__retired")
        .annotate(Count("pk"), Sum("total"))
    )
    for cycle, layout, department, state, retired, count, money in rows:
        tally = tallies.get((by_layout.get((cycle, layout), 0), department))
        if tally is None:
            continue
        tally.counts[state] += count
        if not retired:
            tally.counts[NOT_BEGUN] = max(0, tally.counts[NOT_BEGUN] - count)
        if state != State.DRAFT:
            tally.money[state] += money or 0


def department_people(cycle: Cycle, chosen: Collection[int] | None = None) -> list[tuple[Department, int]]:
    """The departments of a cycle's place by their codes, each with the number of active people who file there.

    Somebody who is both clerk and lead of a department counts twice.

    Only those with the `chosen` primary keys, if given. One query.
    """
    staff = Count(
        "memberships",
        filter=Q(memberships__role__in=DEPARTMENT_ROLES, memberships__person__is_active=True),
        distinct=True,
    )
    query = Department.objects.filter(jurisdiction=cycle.jurisdiction_id).annotate(staff=staff).order_by("code", "pk")
    departments = query if chosen is None else query.filter(pk__in=chosen)
    return [(department, department.staff) for department in departments]
