"""消息: what others did that concerns a person, read from the log and from the reminders; nothing is copied.

Seen and done are two things. `Person.notices_seen` tells until when a person has looked; what is still to be done is
read from the filings themselves, and stays a task until it is done, seen or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from filings.models import OFFICE_ROLES, WITH_BUREAU, Department, Event, Filing, Person, Reminder, Role, State
from filings.services.access import has_role, memberships
from filings.services.due_forms import due_status

TO_OFFICES = ("return", "approve", "reopen", "start_review", "waive", "decline")
TO_REVIEWERS = ("submit", "withdraw", "request")
SENT_BACK = ("return", "reopen")
MANY = 100
"""So many unread ones are counted for the head of the page; more are told as 99+."""

PARTS = ("filing__department", "filing__project", "filing__layout", "filing__cycle")


@dataclass(frozen=True)
class Notice:
    """One thing that others did: an event of a filing, or a reminder."""

    at: datetime
    person: Person
    action: str
    words: str
    about: Filing | Reminder
    new: bool
    to_do: bool
    is_linked: bool = True


def has_notices(person: Person) -> bool:
    """Whether there is anything to tell people of these roles: admins and auditors look at the board."""
    return has_role(person, (*OFFICE_ROLES, Role.REVIEWER))


def unread_count(person: Person) -> int:
    """How many came since the person looked, at most `MANY`; one query."""
    if not has_notices(person):
        return 0
    since = {"at__gt": _seen(person)}
    return _together(_events(person).filter(**since), _reminders(person).filter(**since))[:MANY].count()


def mark_seen(person: Person, until: datetime, now: datetime | None = None) -> None:
    """The person has looked at everything until a moment: that of the page he saw, so that later ones stay new."""
    until = min(until, now or timezone.now())
    if until <= _seen(person):
        return
    earlier = Q(notices_seen__isnull=True) | Q(notices_seen__lt=until)
    Person.objects.filter(earlier, pk=person.pk).update(notices_seen=until)


def _seen(person: Person) -> datetime:
    """Whoever never looked has seen what was before the account."""
    return person.notices_seen or person.date_joined


def _events(person: Person) -> QuerySet[Event]:
    """The events of others that concern the person."""
    mine = Q(pk__in=[])
    for post in memberships(person):
        if post.role in OFFICE_ROLES:
            mine |= _office(post.role, post.department_id, "filing__") & Q(action__in=TO_OFFICES)
        elif post.role == Role.REVIEWER:
            mine |= Q(jurisdiction=post.jurisdiction_id, action__in=TO_REVIEWERS)
    return Event.objects.filter(mine).exclude(person=person).order_by()


def _reminders(person: Person) -> QuerySet[Reminder]:
    mine = Q(pk__in=[])
    for post in memberships(person):
        if post.role in OFFICE_ROLES:
            mine |= _office(post.role, post.department_id)
    return Reminder.objects.filter(mine).exclude(person=person).order_by()


def _office(role: str, department: int | None, prefix: str = "") -> Q:
    """The department of a post; for a lead also those below it, as with filings."""
    own = Q(**{f"{prefix}department": department})
    return own | Q(**{f"{prefix}department__parent": department}) if role == Role.LEAD else own


def _events_to_do(events: QuerySet[Event]) -> QuerySet[Event]:
    """Sent back and not sent in again, sent in and not decided, asked and not answered: the last such event each."""
    back = Q(action__in=SENT_BACK, filing__state=State.RETURNED) & ~_later(SENT_BACK)
    sent = Q(action="submit", filing__state__in=WITH_BUREAU) & ~_later(("submit",))
    asked = Q(action="request", filing__waiver_requested=True) & ~_later(("request",))
    return events.filter(back | sent | asked)


def _later(actions: Sequence[str]) -> Exists:
    return Exists(Event.objects.filter(filing=OuterRef("filing"), action__in=actions, pk__gt=OuterRef("pk")))


def _reminders_to_do(reminders: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """The last reminder of each department and cycle in which something is still owed."""
    last = list(reminders.values_list("cycle", "department", "filing", "filing__state").annotate(Max("pk")))
    if not last:
        return reminders.none()
    offices = Department.objects.filter(pk__in={department for _, department, *_ in last})
    stands = due_status({cycle for cycle, *_ in last}, offices)
    open_ = [
        pk
        for cycle, department, _, state, pk in last
        if (state in (State.DRAFT, State.RETURNED) if state else stands.has_missing(cycle, department))
    ]
    return reminders.filter(pk__in=open_)


def _together(events: QuerySet[Event], reminders: QuerySet[Reminder]) -> QuerySet[Any, Any]:
    """Both as rows of kind, primary key and time."""
    rows = [
        query.annotate(kind=Value(kind)).values_list("kind", "pk", "at")
        for kind, query in (("event", events), ("reminder", reminders))
    ]
    return rows[0].union(rows[1], all=True)


class Notices:
    """The notices of a person, newest first, as a paginator takes them: it counts, and reads the page that is shown."""

    def __init__(self, person: Person, *, to_do: bool = False) -> None:
        self.person = person
        self.events, self.reminders = _events(person), _reminders(person)
        self.open_events, self.open_reminders = _events_to_do(self.events), _reminders_to_do(self.reminders)
        shown = (self.open_events, self.open_reminders) if to_do else (self.events, self.reminders)
        self.rows = _together(*shown).order_by("-at", "kind", "-pk")

    def count(self) -> int:
        """How many there are."""
        return self.rows.count()

    def __len__(self) -> int:
        return self.count()

    def open_count(self) -> int:
        """How many are still to be done."""
        return _together(self.open_events, self.open_reminders).count()

    def __getitem__(self, part: slice) -> list[Notice]:
        rows = list(self.rows[part])
        found = self._of_events([pk for kind, pk, _ in rows if kind == "event"])
        found |= self._of_reminders([pk for kind, pk, _ in rows if kind == "reminder"])
        return [found[kind, pk] for kind, pk, _ in rows if (kind, pk) in found]

    def _of_events(self, pks: Sequence[int]) -> dict[tuple[str, int], Notice]:
        events = list(Event.objects.filter(pk__in=pks).select_related("person", *PARTS))
        open_ = set(self.open_events.filter(pk__in=pks).values_list("pk", flat=True))
        filings = Filing.objects.visible_to(self.person).filter(pk__in={event.filing_id for event in events})
        seen, visible = _seen(self.person), set(filings.values_list("pk", flat=True))
        return {
            ("event", one.pk): Notice(
                one.at, one.person, one.action, one.words, one.filing, one.at > seen, one.pk in open_,
                is_linked=one.filing_id in visible,
            )
            for one in events
        }  # fmt: skip

    def _of_reminders(self, pks: Sequence[int]) -> dict[tuple[str, int], Notice]:
        reminders = Reminder.objects.filter(pk__in=pks).select_related("person", "cycle", "department")
        open_ = set(self.open_reminders.filter(pk__in=pks).values_list("pk", flat=True))
        seen = _seen(self.person)
        return {
            ("reminder", one.pk): Notice(one.at, one.person, "remind", one.text, one, one.at > seen, one.pk in open_)
            for one in reminders
        }
