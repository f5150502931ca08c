"""The review queue: its tabs, filters and orders, the position of a sheet in it, and which reviewers have a sheet open.

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
"""Filings of one page of the queue."""
PRESENCE = timedelta(minutes=3)
"""How long a sheet counts as open after the page last reported it."""

QUEUES: Mapping[str, tuple[str, Q]] = {
    "waiting": ("待审核", Q(state__in=WITH_BUREAU)),
    "asking": ("豁免申请", Q(waiver_requested=True)),
    "returned": ("已退回", Q(state="returned")),
    "approved": ("已审核", Q(state="approved")),
    "all": ("全部", Q(state__in=("submitted", "in_review", "returned", "approved"))),
}
"""The tabs: label and condition of each, by the name in the address."""

ORDERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "sent": ("送审时间", ("submitted_at",)),
    "newest": ("最近送审", ("-submitted_at",)),
    "deadline": ("截止时间", ("cycle__deadline", "submitted_at")),
    "department": ("单位", ("department__code", "submitted_at")),
    "form": ("表", ("layout__key", "department__code", "submitted_at")),
    "money": ("资金从大到小", ("-total",)),
    "findings": ("问题从多到少", ("-checked__errors", "-checked__warnings", "submitted_at")),
}
"""The orders: label and fields of each, by the name in the address; `-` is descending."""

_OPEN_REMARKS = Remark.objects.filter(filing=OuterRef("pk")).exclude(status=Remark.Status.CLOSED)

FINDING_FILTERS: Mapping[str, tuple[str, Q]] = {
    "error": ("有错误", Q(checked__errors__gt=0)),
    "warning": ("有提示", Q(checked__warnings__gt=0)),
    "none": ("没有问题", Q(checked__errors=0, checked__warnings=0)),
    "remark": ("有未关闭的意见", Q(Exists(_OPEN_REMARKS))),
}
"""The filters by findings: label and condition of each, by the name in the address."""


@dataclass(frozen=True)
class QueueFilters:
    """Tab, filters, order and page of the queue, each as text of the address; a filter of '' shows all."""

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
        """Read from the query of an address; unknown names are left out, an unknown order is the usual one."""
        names = [part.name for part in fields(cls) if part.name in given]
        filters = cls(**{**{name: str(given[name])[:100].strip() for name in names}, "tab": tab})
        return filters if filters.order in ORDERS else replace(filters, order="sent")

    @property
    def query_string(self) -> str:
        """The parts that differ from the defaults, as the query of a link; without the tab."""
        default = QueueFilters()
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        return urlencode(
            {name: text for name, text in parts.items() if name != "tab" and text != getattr(default, name)}
        )

    @property
    def link_query(self) -> str:
        """The query with the tab, for links from a sheet back to its queue."""
        return f"tab={self.tab}" + (f"&{self.query_string}" if self.query_string else "")

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is set; tab, order and page are none."""
        return any((self.q, self.cycle, self.department, self.form, self.found, self.least, self.most))


def filter_queue(person: Person, filters: QueueFilters) -> QuerySet[Filing]:
    """The filings of a tab that pass the filters, ordered; equal ones by primary key, so that the order is stable.

    With the stored counts of findings as `checked`.
    """
    tab = QUEUES[filters.tab][1]
    query = Filing.objects.visible_to(person).filter(tab)
    query = query.filter(_condition(filters)).with_parts("checked")
    order = [
        F(name.removeprefix("-")).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)
        for name in ORDERS[filters.order][1]
    ]
    return query.order_by(*order, "id")


def _condition(filters: QueueFilters) -> Q:
    """The filters as a condition. Numbers that cannot be read find nothing; amounts that cannot be read are ignored."""
    condition = Q()
    for word in filters.q.split():
        condition &= (
            Q(project__name__icontains=word) | Q(department__name__icontains=word) | Q(layout__name__icontains=word)
        )
    if filters.cycle:
        condition &= Q(cycle=parse_digits(filters.cycle) or 0)
    if filters.department:
        condition &= Q(department=parse_digits(filters.department) or 0)
    if filters.form:
        condition &= Q(layout__key=filters.form)
    if filters.found in FINDING_FILTERS:
        condition &= FINDING_FILTERS[filters.found][1]
    for bound, name in ((filters.least, "total__gte"), (filters.most, "total__lte")):
        if (amount := _amount(bound)) is not None:
            condition &= Q(**{name: amount})
    return condition


def _amount(text: str) -> Decimal | None:
    """The amount in a text; None where it is no number, or too large to compare in the database."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < 10**12 else None


def queue_counts(person: Person) -> dict[str, int]:
    """How many filings each tab has; one query."""
    counts = {name: Count("pk", filter=condition) for name, (_, condition) in QUEUES.items()}
    # A returned filing may also have a waiver request: one filing may count in several tabs.
    return dict(Filing.objects.visible_to(person).aggregate(**counts))


@dataclass(frozen=True)
class FilterChoices:
    """The choices that the filters of a person's queue offer; `forms` are pairs of layout key and name."""

    cycles: list[Cycle]
    departments: list[Department]
    forms: list[tuple[str, str]]


def filter_choices(person: Person) -> FilterChoices:
    """The cycles, departments and forms of the places in whose bureau the person is. Three queries."""
    places = {member.jurisdiction_id for member in memberships(person) if member.department_id is None}
    cycles = list(Cycle.objects.filter(jurisdiction__in=places))
    forms = LayoutVersion.objects.filter(due_in__cycle__in=cycles).order_by("key").values_list("key", "name")
    departments = Department.objects.filter(jurisdiction__in=places, filings__isnull=False).distinct()
    return FilterChoices(cycles, list(departments), list(dict(forms).items()))


@dataclass(frozen=True)
class QueuePosition:
    """The position of a sheet in a queue, from 1, with the refs of the sheets before and after it, '' at the ends."""

    number: int
    total: int
    before: str
    after: str


def queue_position(person: Person, filters: QueueFilters, filing: Filing) -> QueuePosition | None:
    """The position of a filing in a queue; None if it is not in it, or no longer. One query, which reads all refs."""
    refs = list(filter_queue(person, filters).select_related(None).values_list("ref", flat=True))
    if filing.ref not in refs:
        return None
    at = refs.index(filing.ref)
    return QueuePosition(at + 1, len(refs), refs[at - 1] if at else "", refs[at + 1] if at + 1 < len(refs) else "")


def remark_counts(filings: Sequence[Filing]) -> dict[int, int]:
    """How many remarks on each filing are not closed, by primary key; only filings with some. One query."""
    open_remarks = Remark.objects.filter(filing__in=filings).exclude(status=Remark.Status.CLOSED)
    return dict(open_remarks.values_list("filing").annotate(Count("pk")))


def record_presence(person: Person, filing: Filing, now: datetime | None = None) -> None:
    """Record that the person has the sheet open now. One statement, in no transaction: nothing else depends on it."""
    presence = SheetPresence(filing=filing, person=person, at=now or timezone.now())
    SheetPresence.objects.bulk_create(
        [presence], update_conflicts=True, unique_fields=["filing", "person"], update_fields=["at"]
    )


def reviewer_presence(person: Person, filings: Sequence[Filing], now: datetime | None = None) -> dict[int, list[str]]:
    """The names of others who have these sheets open, by primary key; only sheets that somebody has open. One query."""
    since = (now or timezone.now()) - PRESENCE
    others = SheetPresence.objects.filter(filing__in=filings, at__gte=since).exclude(person=person)
    names: dict[int, list[str]] = {}
    for presence in others.select_related("person").order_by("at"):
        names.setdefault(presence.filing_id, []).append(str(presence.person))
    return names
