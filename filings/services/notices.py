"""消息: notices of what others did that concerns a person, read from the log and from reminders; none is stored.

Unread and to do are two things. `Person.notices_seen` is the time up to which a person has read; what is still to do is
read from the filings themselves, and stays to do until it is done, read or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from filings.models import DEPARTMENT_ROLES, WITH_BUREAU, Department, Event, Filing, Person, Reminder, Role, State
from filings.services.access import has_role, memberships
from filings.services.due_forms import due_status

TO_DEPARTMENT = ("return", "approve", "reopen", "start_review", "waive", "decline")
"""Actions of the log that clerks and leads of the filing's department are notified of."""
TO_REVIEWERS = ("submit", "withdraw", "request")
"""Actions of the log that reviewers of the filing's place are notified of."""
RETURNING = ("return", "reopen")
"""Actions after which a filing is with its department again."""
MANY = 100
"""At most so many unread notices are counted for the head of the page, which shows more than 99 as 99+."""

PARTS = ("filing__department", "filing__project", "filing__layout", "filing__cycle")
"""What is read with an event, so that showing it costs no further query."""


@dataclass(frozen=True)
class Notice:
    """One notice: an event of a filing, or a reminder.

    `new` is unread, `to_do` still to do, `is_linked` whether the person may open the filing.
    """

    at: datetime
    person: Person
    action: str
    words: str
    about: Filing | Reminder
    new: bool
    to_do: bool
    is_linked: bool = True


def has_notices(person: Person) -> bool:
    """Whether a person of these roles gets notices: admins and auditors have the board instead."""
    return has_role(person, (*DEPARTMENT_ROLES, Role.REVIEWER))


def unread_count(person: Person) -> int:
    """How many notices the person has not read, at most `MANY`; one query."""
    if not has_notices(person):
        return 0
    since = {"at__gt": _seen(person)}
    return _union(_events(person).filter(**since), _reminders(person).filter(**since))[:MANY].count()


def mark_read(person: Person, until: datetime, now: datetime | None = None) -> None:
    """Mark all notices up to a time as read: that of the page the person saw, so that later ones stay unread.

    One UPDATE, which never sets the mark back; none if it is set to that time already.
    """
    until = min(until, now or timezone.now())
    if until <= _seen(person):
        return
    earlier = Q(notices_seen__isnull=True) | Q(notices_seen__lt=until)
    Person.objects.filter(earlier, pk=person.pk).update(notices_seen=until)


def _seen(person: Person) -> datetime:
    """The time up to which the person has read; that of the account if never."""
    return person.notices_seen or person.date_joined


def _events(person: Person) -> QuerySet[Event]:
    """The events of others that concern the person."""
    mine = Q(pk__in=[])
    for member in memberships(person):
        if member.role in DEPARTMENT_ROLES:
            mine |= _department(member.role, member.department_id, "filing__") & Q(action__in=TO_DEPARTMENT)
        elif member.role == Role.REVIEWER:
            mine |= Q(jurisdiction=member.jurisdiction_id, action__in=TO_REVIEWERS)
    return Event.objects.filter(mine).exclude(person=person).order_by()


def _reminders(person: Person) -> QuerySet[Reminder]:
    """The reminders by others to the person's departments."""
    mine = Q(pk__in=[])
    for member in memberships(person):
        if member.role in DEPARTMENT_ROLES:
            mine |= _department(member.role, member.department_id)
    return Reminder.objects.filter(mine).exclude(person=person).order_by()


def _department(role: str, department: int | None, prefix: str = "") -> Q:
    """The department of a membership; for a lead also those directly below it, as with filings."""
    own = Q(**{f"{prefix}department": department})
    return own | Q(**{f"{prefix}department__parent": department}) if role == Role.LEAD else own


def _events_to_do(events: QuerySet[Event]) -> QuerySet[Event]:
    """Events that still need action: the latest return, submission or waiver request of each filing, if unanswered."""
    returned = Q(action__in=RETURNING, filing__state=State.RETURNED) & ~_later(RETURNING)
    submitted = Q(action="submit", filing__state__in=WITH_BUREAU) & ~_later(("submit",))
    requested = Q(action="request", filing__waiver_requested=True) & ~_later(("request",))
    return events.filter(returned | submitted | requested)


def _later(actions: Sequence[str]) -> Exists:
    """Whether the event's filing has a later event of one of these actions."""
    return Exists(Event.objects.filter(filing=OuterRef("filing"), action__in=actions, pk__gt=OuterRef("pk")))


def _reminders_to_do(reminders: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """The last reminder of each department and cycle with sheets still missing. Five queries, one without any."""
    last = list(reminders.values_list("cycle", "department", "filing", "filing__state").annotate(Max("pk")))
    if not last:
        return reminders.none()
    departments = Department.objects.filter(pk__in={department for _, department, *_ in last})
    status = due_status({cycle for cycle, *_ in last}, departments)
    open_ = [
        pk
        for cycle, department, _, state, pk in last
        if (state in (State.DRAFT, State.RETURNED) if state else status.has_missing(cycle, department))
    ]
    return reminders.filter(pk__in=open_)


def _union(events: QuerySet[Event], reminders: QuerySet[Reminder]) -> QuerySet[Any, Any]:
    """Events and reminders together, as rows of kind, primary key and time."""
    rows = [
        query.annotate(kind=Value(kind)).values_list("kind", "pk", "at")
        for kind, query in (("event", events), ("reminder", reminders))
    ]
    return rows[0].union(rows[1], all=True)


class Notices:
    """The notices of a person, newest first, all or only those to do, as a sequence for Django's paginator.

    Only the slice that a page shows is read, in a number of queries that does not depend on how many notices there are.
    """

    def __init__(self, person: Person, *, to_do: bool = False) -> None:
        self.person = person
        self.events, self.reminders = _events(person), _reminders(person)
        self.open_events, self.open_reminders = _events_to_do(self.events), _reminders_to_do(self.reminders)
        shown = (self.open_events, self.open_reminders) if to_do else (self.events, self.reminders)
        self.rows = _union(*shown).order_by("-at", "kind", "-pk")

    def count(self) -> int:
        """How many there are; one query."""
        return self.rows.count()

    def __len__(self) -> int:
        return self.count()

    def open_count(self) -> int:
        """How many are still to do; one query."""
        return _union(self.open_events, self.open_reminders).count()

    def __getitem__(self, part: slice) -> list[Notice]:
        rows = list(self.rows[part])
        notices = self._of_events([pk for kind, pk, _ in rows if kind == "event"])
        notices |= self._of_reminders([pk for kind, pk, _ in rows if kind == "reminder"])
        return [notices[kind, pk] for kind, pk, _ in rows if (kind, pk) in notices]

    def _of_events(self, pks: Sequence[int]) -> dict[tuple[str, int], Notice]:
        """The notices of some events, by kind and primary key."""
        events = list(Event.objects.filter(pk__in=pks).select_related("person", *PARTS))
        to_do = set(self.open_events.filter(pk__in=pks).values_list("pk", flat=True))
        filings = Filing.objects.visible_to(self.person).filter(pk__in={event.filing_id for event in events})
        seen, visible = _seen(self.person), set(filings.values_list("pk", flat=True))
        return {
            ("event", event.pk): Notice(
                event.at, event.person, event.action, event.words, event.filing, event.at > seen, event.pk in to_do,
                is_linked=event.filing_id in visible,
            )
            for event in events
        }  # fmt: skip

    def _of_reminders(self, pks: Sequence[int]) -> dict[tuple[str, int], Notice]:
        """The notices of some reminders, by kind and primary key."""
        reminders = Reminder.objects.filter(pk__in=pks).select_related("person", "cycle", "department")
        to_do = set(self.open_reminders.filter(pk__in=pks).values_list("pk", flat=True))
        seen = _seen(self.person)
        return {
            ("reminder", reminder.pk): Notice(
                reminder.at,
                reminder.person,
                "remind",
                reminder.text,
                reminder,
                reminder.at > seen,
                reminder.pk in to_do,
            )
            for reminder in reminders
        }
