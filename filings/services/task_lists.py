"""The lists on a clerk's pages: what is due, and what can be copied. The number of queries does not grow with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from filings.checks import Finding
from filings.models import DEPARTMENT_ROLES, Cycle, Department, DueForm, Filing, Person, Project
from filings.services.access import memberships
from filings.services.checking import check_filings
from filings.services.finding_replies import FindingReplies, with_replies


@dataclass(frozen=True)
class Task:
    """One form that is due for a project or a department, with its filing if it was begun.

    `missing` counts errors that block a submission, `warnings` those without a reason, `remarks` open ones. A draft is
    `unchecked` where its layout or profile cannot be read.
    """

    due: DueForm
    department: Department
    project: Project | None
    filing: Filing | None
    missing: int = 0
    warnings: int = 0
    remarks: int = 0
    unchecked: bool = False

    @property
    def name(self) -> str:
        """The project's or department's name."""
        return self.project.name if self.project else self.department.name


@dataclass
class TaskList:
    """The tasks of one department in one cycle, and the forms that are due in it."""

    cycle: Cycle
    department: Department
    tasks: list[Task] = field(default_factory=list)
    due_forms: list[DueForm] = field(default_factory=list)

    def count(self, *states: str) -> int:
        """How many tasks are in one of some states; '' is that of tasks not begun."""
        return sum((task.filing.state if task.filing else "") in states for task in self.tasks)


def task_lists(person: Person, now: datetime | None = None) -> list[TaskList]:
    """The tasks in every cycle that has begun, of each department that the person files for; newest cycle first.

    Editable filings are checked for it, each sheet by itself.
    """
    departments = [m.department for m in memberships(person) if m.role in DEPARTMENT_ROLES and m.department]
    places = {department.jurisdiction_id for department in departments}
    cycles = Cycle.objects.filter(jurisdiction__in=places, opens_at__lte=now or timezone.now())
    forms = list(DueForm.objects.filter(cycle__in=cycles).select_related("layout").order_by("position"))
    filings = list(
        Filing.objects.filter(cycle__in=cycles, department__in=departments)
        .with_parts()
        .prefetch_related("remarks", "replies")
    )
    projects = list(Project.objects.filter(department__in=departments, retired=False))
    findings = check_filings(filing for filing in filings if filing.editable)
    counts = {
        filing.pk: _counts(with_replies(filing, findings[filing.pk], filing.replies.all()))
        for filing in filings
        if filing.pk in findings
    }
    return [
        _task_list(cycle, department, forms, filings, projects, counts)
        for cycle in cycles
        for department in _unique(departments)
        if department.jurisdiction_id == cycle.jurisdiction_id
    ]


def _counts(findings: Iterable[FindingReplies[Finding]]) -> tuple[int, int]:
    """How many errors block a submission, and how many warnings have no reason."""
    findings = list(findings)
    return sum(one.blocks for one in findings), sum(one.is_missing_reason for one in findings)


def _unique(departments: Iterable[Department]) -> list[Department]:
    """Each department once: a person may be both clerk and lead of one."""
    return list({department.pk: department for department in departments}.values())


def _task_list(
    cycle: Cycle,
    department: Department,
    forms: Sequence[DueForm],
    filings: Sequence[Filing],
    projects: Sequence[Project],
    counts: dict[int, tuple[int, int]],
) -> TaskList:
    """The tasks of one department in one cycle, from what was read for all of them."""
    own = [due for due in forms if due.cycle_id == cycle.pk]
    result = TaskList(cycle, department, due_forms=own)
    begun = {
        (f.layout_id, f.project_id): f for f in filings if (f.cycle_id, f.department_id) == (cycle.pk, department.pk)
    }
    for due in own:
        subjects: list[Project | None] = (
            [p for p in projects if p.department_id == department.pk] if due.subject == "project" else [None]
        )
        for project in subjects:
            filing = begun.get((due.layout_id, project.pk if project else None))
            remarks = sum(r.status == "open" for r in filing.remarks.all()) if filing else 0
            missing, warnings = counts.get(filing.pk, (0, 0)) if filing else (0, 0)
            unchecked = filing is not None and filing.editable and filing.pk not in counts
            result.tasks.append(Task(due, department, project, filing, missing, warnings, remarks, unchecked))
    return result


def copy_sources(person: Person, due: DueForm) -> list[Filing]:
    """Filings whose content the person may copy into a new one of this form: same form first, then newest first.

    At most 200, one query. Forms change over the years, so that any form of the place for the same kind of subject,
    project or department, is offered.
    """
    query = Filing.objects.visible_to(person).filter(
        jurisdiction=due.jurisdiction_id, project__isnull=due.subject != "project"
    )
    filings = list(query.with_parts().order_by("-cycle__year", "-id")[:200])
    return sorted(filings, key=lambda filing: filing.layout.key != due.layout.key)
