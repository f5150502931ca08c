"""The review desk: the queue with its filters, the neighbours of a sheet in it, and who is looking at what.

The number of queries does not grow with the queue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from filings.models import WITH_BUREAU, Cycle, Department, Filing, LayoutVersion, Person, Remark, SheetPresence
from filings.services.access import memberships
from indicators.number import parse_digits

PAGE = 50
PRESENCE = timedelta(minutes=3)
"""How long after its last sign of life a page counts as open."""

QUEUES: Mapping[str, tuple[str, Q]] = {
    "waiting": ("待审核", Q(state__in=WITH_BUREAU)),
    "asking": ("豁免申请", Q(waiver_requested=True)),
    "returned": ("已退回", Q(state="returned")),
    "approved": ("已审核", Q(state="approved")),
    "all": ("全部", Q(state__in=("submitted", "in_review", "returned", "approved"))),
}

ORDERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "sent": ("送审时间", ("submitted_at",)),
    "newest": ("最近送审", ("-submitted_at",)),
    "deadline": ("截止时间", ("cycle__deadline", "submitted_at")),
    "department": ("单位", ("department__code", "submitted_at")),
    "form": ("表", ("layout__key", "department__code", "submitted_at")),
    "money": ("资金从大到小", ("-total",)),
    "findings": ("问题从多到少", ("-checked__errors", "-checked__warnings", "submitted_at")),
}

_OPEN_REMARKS = Remark.objects.filter(filing=OuterRef("pk")).exclude(status=Remark.Status.CLOSED)

FOUND: Mapping[str, tuple[str, Q]] = {
    "error": ("有错误", Q(checked__errors__gt=0)),
    "warning": ("有提示", Q(checked__warnings__gt=0)),
    "none": ("没有问题", Q(checked__errors=0, checked__warnings=0)),
    "remark": ("有未关闭的意见", Q(Exists(_OPEN_REMARKS))),
}


@dataclass(frozen=True)
class QueueFilters:
    """What a reviewer wants to see of the queue; every part is text as it stands in the address, '' for all."""

    tab: str = "waiting"
    q: str = ""
    cycle: str = ""
    department: str = ""
    form: str = ""
    found: str = ""
    least: str = ""
    most: str = ""
    order: str = "sent"
    page: str = "1"

    @classmethod
    def from_query(cls, tab: str, given: Mapping[str, str]) -> QueueFilters:
        """Read from the parts of an address; unknown ones are left out."""
        known = {one.name: str(given[one.name])[:100].strip() for one in fields(cls) if one.name in given}
        wanted = cls(**{**known, "tab": tab})
        return wanted if wanted.order in ORDERS else replace(wanted, order="sent")

    @property
    def query_string(self) -> str:
        """The parts that differ from the usual, for a link; without the tab."""
        usual = QueueFilters()
        parts = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode({name: text for name, text in parts.items() if name != "tab" and text != getattr(usual, name)})

    @property
    def link_query(self) -> str:
        """The same with the tab, for links from a sheet back to its queue."""
        return f"tab={self.tab}" + (f"&{self.query_string}" if self.query_string else "")

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out."""
        return any((self.q, self.cycle, self.department, self.form, self.found, self.least, self.most))


def filter_queue(person: Person, wanted: QueueFilters) -> QuerySet[Filing]:
    """The filings of one tab that are wanted, in an order that stays the same until one of them changes."""
    tab = QUEUES[wanted.tab][1]
    query = Filing.objects.visible_to(person).filter(tab)
    query = query.filter(_condition(wanted)).with_parts("checked")
    order = [
        F(name.removeprefix("-")).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)
        for name in ORDERS[wanted.order][1]
    ]
    return query.order_by(*order, "id")


def _condition(wanted: QueueFilters) -> Q:
    condition = Q()
    for word in wanted.q.split():
        condition &= (
            Q(project__name__icontains=word) | Q(department__name__icontains=word) | Q(layout__name__icontains=word)
        )
    if wanted.cycle:
        condition &= Q(cycle=parse_digits(wanted.cycle) or 0)
    if wanted.department:
        condition &= Q(department=parse_digits(wanted.department) or 0)
    if wanted.form:
        condition &= Q(layout__key=wanted.form)
    if wanted.found in FOUND:
        condition &= FOUND[wanted.found][1]
    for bound, name in ((wanted.least, "total__gte"), (wanted.most, "total__lte")):
        if (amount := _amount(bound)) is not None:
            condition &= Q(**{name: amount})
    return condition


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < 10**12 else None


def queue_counts(person: Person) -> dict[str, int]:
    """How many filings each tab has; one query."""
    counts = {name: Count("pk", filter=condition) for name, (_, condition) in QUEUES.items()}
    # A filing that asks to be let off may also be a returned one: tabs may share filings.
    return dict(Filing.objects.visible_to(person).aggregate(**counts))


@dataclass(frozen=True)
class FilterChoices:
    """What the filters of a person's queue offer."""

    cycles: list[Cycle]
    departments: list[Department]
    forms: list[tuple[str, str]]


def filter_choices(person: Person) -> FilterChoices:
    """The cycles, departments and forms of the places whose filings this person reviews."""
    places = {member.jurisdiction_id for member in memberships(person) if member.department_id is None}
    cycles = list(Cycle.objects.filter(jurisdiction__in=places))
    forms = LayoutVersion.objects.filter(due_in__cycle__in=cycles).order_by("key").values_list("key", "name")
    departments = Department.objects.filter(jurisdiction__in=places, filings__isnull=False).distinct()
    return FilterChoices(cycles, list(departments), list(dict(forms).items()))


@dataclass(frozen=True)
class QueuePosition:
    """Where a sheet stands in the queue that a reviewer works through; refs are '' at its ends."""

    number: int
    total: int
    before: str
    after: str


def queue_position(person: Person, wanted: QueueFilters, filing: Filing) -> QueuePosition | None:
    """The sheets before and after one in the queue; None when it is not (or no longer) in it."""
    refs = list(filter_queue(person, wanted).select_related(None).values_list("ref", flat=True))
    if filing.ref not in refs:
        return None
    at = refs.index(filing.ref)
    return QueuePosition(at + 1, len(refs), refs[at - 1] if at else "", refs[at + 1] if at + 1 < len(refs) else "")


def remark_counts(filings: Sequence[Filing]) -> dict[int, int]:
    """How many remarks on each filing are not closed; one query."""
    open_ = Remark.objects.filter(filing__in=filings).exclude(status=Remark.Status.CLOSED)
    return dict(open_.values_list("filing").annotate(Count("pk")))


def record_presence(person: Person, filing: Filing, now: datetime | None = None) -> None:
    """The person has the sheet open now."""
    look = SheetPresence(filing=filing, person=person, at=now or timezone.now())
    SheetPresence.objects.bulk_create(
        [look], update_conflicts=True, unique_fields=["filing", "person"], update_fields=["at"]
    )


def reviewers_present(person: Person, filings: Sequence[Filing], now: datetime | None = None) -> dict[int, list[str]]:
    """Who else has these sheets open, by primary key; one query."""
    since = (now or timezone.now()) - PRESENCE
    looks = (
        SheetPresence.objects.filter(filing__in=filings, at__gte=since).exclude(person=person).select_related("person")
    )
    names: dict[int, list[str]] = {}
    for look in looks.order_by("at"):
        names.setdefault(look.filing_id, []).append(str(look.person))
    return names
