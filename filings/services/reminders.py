"""催办: the bureau reminds departments of sheets they have not submitted; those skipped are listed with the reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from filings.models import Cycle, Department, Person, Reminder, Role
from filings.services.access import has_role_in_place
from filings.services.due_forms import DueStatus, department_people, due_status
from filings.services.errors import Refused
from filings.services.text_limits import REMINDER_LIMIT, require_within_limit
from filings.services.transactions import start_transaction

PAUSE = timedelta(hours=24)
"""A department is not reminded again sooner than this."""


@dataclass(frozen=True)
class ReminderTarget:
    """One department to remind: how many sheets it has missing, and when it was last reminded.

    With a `reason` it is skipped.
    """

    department: Department
    missing: int
    without_project: bool
    last: datetime | None
    reason: Refused | None = None


def may_send_reminders(person: Person, cycle: Cycle) -> bool:
    """Whether the person may send reminders in a cycle: reviewers and admins of its place."""
    return has_role_in_place(person, (Role.REVIEWER, Role.ADMIN), cycle.jurisdiction_id)


def default_text(cycle: Cycle) -> str:
    """The text of a reminder unless the person writes another one."""
    deadline = timezone.localtime(cycle.deadline)
    day = f"{deadline.year}年{deadline.month}月{deadline.day}日 {deadline:%H:%M}"
    return f"“{cycle.title}”将于{day}截止，贵单位还有申报表没有送审，请尽快填报并送审。"


def reminder_targets(
    cycle: Cycle, chosen: Collection[int] | None = None, now: datetime | None = None
) -> list[ReminderTarget]:
    """The chosen departments, or all with missing sheets, as they would be reminded now. Six queries.

    All are listed, those that would be skipped with a reason.
    """
    status = due_status([cycle.pk], Department.objects.filter(jurisdiction=cycle.jurisdiction_id))
    last = last_reminders(cycle)
    now = now or timezone.now()
    targets = [
        _target(cycle, department, staff, status, last.get(department.pk), now)
        for department, staff in department_people(cycle, chosen)
    ]
    if chosen is not None:
        return targets
    return [target for target in targets if target.missing or target.without_project]


def last_reminders(cycle: Cycle) -> dict[int, datetime]:
    """When each department was last reminded in a cycle, by primary key; only those that ever were. One query."""
    query = Reminder.objects.filter(cycle=cycle, filing=None).order_by()
    return dict(query.values_list("department").annotate(Max("at")))


def _target(
    cycle: Cycle, department: Department, staff: int, status: DueStatus, last: datetime | None, now: datetime
) -> ReminderTarget:
    """One department with what it has missing, and the reason to skip it."""
    missing = status.department_counts(cycle.pk, department.pk).missing
    without_project = status.without_project(cycle.pk, department.pk)
    reason = _reason_to_skip(cycle, bool(missing or without_project), staff, last, now)
    return ReminderTarget(department, missing, without_project, last, reason)


def _reason_to_skip(
    cycle: Cycle, has_missing: bool, staff: int, last: datetime | None, now: datetime
) -> Refused | None:
    """Why a department is not reminded; None if it is."""
    if now < cycle.opens_at:
        return Refused("reminder_before_opening")
    if now > cycle.deadline:
        return Refused("reminder_after_deadline")
    if not has_missing:
        return Refused("nothing_missing")
    if not staff:
        return Refused("department_without_clerk")
    if last and now - last < PAUSE:
        return Refused("reminded_already", hours=PAUSE // timedelta(hours=1), last=timezone.localtime(last))
    return None


def send_reminders(
    person: Person, cycle: Cycle, departments: Collection[int], text: str, now: datetime | None = None
) -> list[ReminderTarget]:
    """Remind departments of a cycle, in a transaction of its own; returns all of them, those skipped with a reason.

    Raises Refused where the person may not, no department is chosen, and where the text is empty or too long.
    """
    if not may_send_reminders(person, cycle):
        raise Refused("reminder_not_allowed")
    text = text.strip()
    if not text:
        raise Refused("reminder_missing")
    require_within_limit(text, REMINDER_LIMIT, "催办内容")
    with start_transaction():
        # Two reviewers at once: the second waits here, and then finds the department reminded already.
        cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
        targets = reminder_targets(cycle, departments, now)
        if not targets:
            raise Refused("reminder_without_department")
        Reminder.objects.bulk_create(
            Reminder(
                jurisdiction_id=cycle.jurisdiction_id,
                cycle=cycle,
                department=target.department,
                text=text,
                person=person,
            )
            for target in targets
            if not target.reason
        )
    return targets
