"""Statistics of a cycle for the board's charts: progress by day, findings by check, indicators by category.

Findings and indicators are counted of sheets that were submitted and not returned: the bureau does not see drafts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from filings.checks.rules import PRINCIPLES, RULES
from filings.models import CheckResult, Cycle, Event, IndicatorRow, State
from filings.services.due_forms import SENT
from indicators.models import load_tree
from indicators.taxonomy import Category, Tree

UNCLASSED, UNDIVIDED = "未归类", "未归二级指标"
"""Names for indicators without any category, and for those with a level-1 category alone where it has level-2 ones."""


@dataclass(frozen=True)
class DayProgress:
    """How many sheets were submitted or further (`sent`), and how many of them approved, at the end of a day."""

    day: date
    sent: int
    approved: int


def cycle_progress(cycle: Cycle) -> list[DayProgress]:
    """The days on which either number changed, in order; one query.

    Withdrawn and returned sheets are subtracted again, so the last day has the numbers of now.
    """
    counted_moves = Q(from_state__in=SENT) | Q(to_state__in=SENT)
    rows = (
        Event.objects.filter(counted_moves, chain__cycle=cycle)
        .order_by()
        .annotate(day=TruncDate("at", tzinfo=timezone.get_current_timezone()))
        .values_list("day", "from_state", "to_state")
        .annotate(count=Count("pk"))
    )
    sent: Counter[date] = Counter()
    approved: Counter[date] = Counter()
    for day, before, after, count in rows:
        sent[day] += count * ((after in SENT) - (before in SENT))
        approved[day] += count * ((after == State.APPROVED) - (before == State.APPROVED))
    days, total_sent, total_approved = [], 0, 0
    for day in sorted(day for day in {*sent, *approved} if sent[day] or approved[day]):
        total_sent, total_approved = total_sent + sent[day], total_approved + approved[day]
        days.append(DayProgress(day, total_sent, total_approved))
    return days


@dataclass
class CountGroup:
    """Counts under a heading: of checks under their principle, or of level-2 categories under their level-1 one."""

    key: str
    name: str
    parts: list[tuple[str, str, int]] = field(default_factory=list)
    """Code, name and count of each."""

    @property
    def label(self) -> str:
        """Its name in a chart: of a principle the short one."""
        return PRINCIPLES[self.key].name if self.key in PRINCIPLES else self.name

    @property
    def total(self) -> int:
        """The count of all parts together."""
        return sum(count for *_, count in self.parts)


def finding_counts(cycle: Cycle) -> list[CountGroup]:
    """Findings by check under their principles, in the order of the rules; only those that occur. One query."""
    results = CheckResult.objects.filter(filing__cycle=cycle, filing__state__in=SENT)
    counts: Counter[str] = Counter()
    for codes in results.values_list("codes", flat=True):
        counts.update(codes)
    groups = {key: CountGroup(key, str(principle)) for key, principle in PRINCIPLES.items()}
    for code, rule in RULES.items():
        if count := counts.pop(code, 0):
            groups[rule.principle].parts.append((code, rule.title, count))
    if counts:  # of checks that no longer exist, until their sheets are checked again
        groups[""] = CountGroup("", "其他", [(code, code, count) for code, count in sorted(counts.items())])
    return [group for group in groups.values() if group.parts]


def indicator_counts(cycle: Cycle) -> list[CountGroup]:
    """Indicators by level-1 and level-2 category, in the order of the place's tree; those without one last."""
    rows = IndicatorRow.objects.filter(filing__cycle=cycle, filing__state__in=SENT).order_by()
    counts = Counter(dict(rows.values_list("category").annotate(Count("pk"))))
    tree = load_tree(cycle.jurisdiction_id, cycle.year)
    nodes = _nodes(tree)
    groups = {category.code: CountGroup(category.code, category.name) for category in tree.level1()}
    for code, node in nodes.items():
        if count := counts.pop(code, 0):
            name = node.name if node.parent_code or not tree.children(node.code) else UNDIVIDED
            groups[node.parent_code or node.code].parts.append((code, name, count))
    if rest := counts.total():
        groups[""] = CountGroup("", UNCLASSED, [("", UNCLASSED, rest)])
    return [group for group in groups.values() if group.parts]


def _nodes(tree: Tree) -> dict[str, Category]:
    """The tree's categories by canonical code, level 2 before its level 1; the first of equal codes counts."""
    nodes: dict[str, Category] = {}
    for above in tree.level1():
        for node in (*tree.children(above.code), above):
            nodes.setdefault(node.canonical, node)
    return nodes
