"""进度: the progress of a cycle, for the bureau of its place.

Departments are listed in the order of their codes: nobody is ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from filings.models import BUREAU_ROLES, Cycle, Department, DueForm, Filing, Person, Project
from filings.services.access import memberships
from filings.services.due_forms import StateCounts, department_people, due_status
from filings.services.reminders import last_reminders


@dataclass(frozen=True)
class FormProgress:
    """One due form, counted over all departments."""

    form: DueForm
    tally: StateCounts


@dataclass(frozen=True)
class DepartmentProgress:
    """One department, counted over all its due forms.

    `projects` are those in use, `staff` the active people who file there, `reminded` the time of the last reminder.
    """

    department: Department
    tally: StateCounts
    projects: int
    staff: int
    without_project: bool
    reminded: datetime | None

    @property
    def has_missing(self) -> bool:
        """Whether sheets are missing, or cannot be counted yet because no project was entered."""
        return bool(self.tally.missing) or self.without_project


@dataclass(frozen=True)
class Board:
    """A cycle: its forms, its departments, and the counts of all of them together."""

    cycle: Cycle
    forms: list[FormProgress]
    departments: list[DepartmentProgress]
    total: StateCounts

    @property
    def departments_with_missing(self) -> int:
        """How many departments have something missing."""
        return sum(department.has_missing for department in self.departments)


def visible_cycles(person: Person, now: datetime | None = None) -> list[Cycle]:
    """The cycles whose board a person may see: begun ones of places in whose bureau the person is, newest first."""
    places = [m.jurisdiction_id for m in memberships(person) if m.role in BUREAU_ROLES]
    query = Cycle.objects.filter(jurisdiction__in=places, opens_at__lte=now or timezone.now())
    return list(query.select_related("jurisdiction").order_by("-year", "-round", "pk"))


def last_cycle(cycles: list[Cycle], now: datetime | None = None) -> Cycle | None:
    """The first cycle whose deadline is still to come; the first of all when none is; None of an empty list."""
    now = now or timezone.now()
    return next((cycle for cycle in cycles if cycle.deadline >= now), cycles[0] if cycles else None)


def cycle_board(cycle: Cycle) -> Board:
    """The board of a cycle; six queries, however many filings."""
    departments = department_people(cycle)
    status = due_status([cycle.pk], Department.objects.filter(jurisdiction=cycle.jurisdiction_id))
    reminded = last_reminders(cycle)
    progress = [
        DepartmentProgress(
            department,
            status.department_counts(cycle.pk, department.pk),
            status.projects.get(department.pk, 0),
            staff,
            status.without_project(cycle.pk, department.pk),
            reminded.get(department.pk),
        )
        for department, staff in departments
    ]
    forms, total = [FormProgress(form, StateCounts()) for form in status.forms], StateCounts()
    for counted in forms:
        for department, _ in departments:
            tally = status.tallies[counted.form.pk, department.pk]
            counted.tally.add(tally)
            for state, money in tally.money.items():
                counted.tally.money[state] += money
        total.add(counted.tally)
    return Board(cycle, forms, progress, total)


@dataclass(frozen=True)
class DueSheet:
    """One sheet that is due from a department; `filing` is None where nobody has begun it."""

    form: DueForm
    project: Project | None
    filing: Filing | None
    is_linked: bool = False
    """Whether the person may open it: a draft is visible to its own department only."""

    @property
    def name(self) -> str:
        """The project's name, or the form's where it is about the whole department."""
        return self.project.name if self.project else self.form.title


def due_sheets(person: Person, cycle: Cycle, department: Department) -> list[DueSheet]:
    """Every sheet that is due from a department, counted as on the board, in the order of forms and projects.

    Four queries.
    """
    forms = list(DueForm.objects.filter(cycle=cycle).order_by("position", "pk"))
    begun = Filing.objects.filter(cycle=cycle, department=department)
    filings = {(filing.layout_id, filing.project_id): filing for filing in begun.select_related("project")}
    visible = set(Filing.objects.visible_to(person).filter(pk__in=[f.pk for f in filings.values()]).values_list("pk"))
    # What was submitted for a project that is no longer in use stays counted, as in due_forms.py.
    sent_for = {filing.project_id for filing in filings.values() if filing.project and not filing.editable}
    projects = list(Project.objects.filter(Q(retired=False) | Q(pk__in=sent_for), department=department))
    sheets = []
    for form in forms:
        subjects: list[Project | None] = [*projects] if form.subject == "project" else [None]
        for project in subjects:
            filing = filings.get((form.layout_id, project.pk if project else None))
            if project and project.retired and (filing is None or filing.editable):
                continue
            sheets.append(DueSheet(form, project, filing, filing is not None and (filing.pk,) in visible))
    return sheets
