"""催办: the bureau reminds offices of what they have not sent in; who is left out is said, with the reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from filings.models import Cycle, Department, Person, Reminder, Role
from filings.services.access import memberships
from filings.services.due_forms import DueStatus, department_staff, due_status
from filings.services.errors import Refused
from filings.services.transactions import start_transaction

PAUSE = timedelta(hours=24)
"""An office is not reminded again sooner than this."""
LONGEST = 500


@dataclass(frozen=True)
class ReminderTarget:
    """One office that is to be reminded; with a reason, it is skipped."""

    department: Department
    missing: int
    without_project: bool
    last: datetime | None
    reason: str = ""


def may_send_reminders(person: Person, cycle: Cycle) -> bool:
    """Reviewers and admins of the place."""
    return any(
        m.role in (Role.REVIEWER, Role.ADMIN) and m.jurisdiction_id == cycle.jurisdiction_id
        for m in memberships(person)
    )


def default_text(cycle: Cycle) -> str:
    """What a reminder says unless the person writes something else."""
    deadline = timezone.localtime(cycle.deadline)
    day = f"{deadline.year}年{deadline.month}月{deadline.day}日 {deadline:%H:%M}"
    return f"“{cycle.title}”将于{day}截止，贵单位还有申报表没有送审，请尽快填报并送审。"


def reminder_targets(
    cycle: Cycle, chosen: Collection[int] | None = None, now: datetime | None = None
) -> list[ReminderTarget]:
    """Each of the chosen departments (None: all that owe something) as it would be reminded now, or why not."""
    stands = due_status([cycle.pk], Department.objects.filter(jurisdiction=cycle.jurisdiction_id))
    last = last_reminders(cycle)
    now = now or timezone.now()
    found = [
        _target(cycle, one, staff, stands, last.get(one.pk), now) for one, staff in department_staff(cycle, chosen)
    ]
    return found if chosen is not None else [call for call in found if call.missing or call.without_project]


def last_reminders(cycle: Cycle) -> dict[int, datetime]:
    """When each department was last reminded in a cycle."""
    query = Reminder.objects.filter(cycle=cycle, filing=None).order_by()
    return dict(query.values_list("department").annotate(Max("at")))


def _target(
    cycle: Cycle, department: Department, staff: int, stands: DueStatus, last: datetime | None, now: datetime
) -> ReminderTarget:
    missing = stands.department_counts(cycle.pk, department.pk).missing
    without = stands.without_project(cycle.pk, department.pk)
    reason = _reason(cycle, bool(missing or without), staff, last, now)
    return ReminderTarget(department, missing, without, last, reason)


def _reason(cycle: Cycle, owes: bool, staff: int, last: datetime | None, now: datetime) -> str:
    if now < cycle.opens_at:
        return "批次还没有开始"
    if now > cycle.deadline:
        return "批次已截止，填报单位已不能送审"
    if not owes:
        return "没有缺报的表"
    if not staff:
        return "没有填报人账号，请联系管理员"
    if last and now - last < PAUSE:
        return f"24 小时内已催办（{timezone.localtime(last):%m月%d日 %H:%M}）"
    return ""


def send_reminders(
    person: Person, cycle: Cycle, departments: Collection[int], text: str, now: datetime | None = None
) -> list[ReminderTarget]:
    """Remind the departments of a cycle; gives all of them, those with a reason were skipped. Raises Refused."""
    if not may_send_reminders(person, cycle):
        raise Refused("您没有催办的权限。")
    text = text.strip()
    if not text:
        raise Refused("请写明催办内容。")
    if len(text) > LONGEST:
        raise Refused(f"催办内容不能超过 {LONGEST} 字，现在有 {len(text)} 字。")
    with start_transaction():
        # Two reviewers at once: the second waits here, and then finds the office reminded already.
        cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
        found = reminder_targets(cycle, departments, now)
        if not found:
            raise Refused("请至少选择一个单位。")
        Reminder.objects.bulk_create(
            Reminder(
                jurisdiction_id=cycle.jurisdiction_id,
                cycle=cycle,
                department=call.department,
                text=text,
                person=person,
            )
            for call in found
            if not call.reason
        )
    return found
