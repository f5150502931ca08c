"""The figures of a cycle behind the board's pictures: progress by day, findings by kind, the mix of indicators.

Findings and indicators are those of sheets that were sent in and not sent back: a draft is its office's own affair.
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


@dataclass(frozen=True)
class DayProgress:
    """How many sheets were with the bureau or through (`sent`), and through (`approved`), when a day ended."""

    day: date
    sent: int
    approved: int


def cycle_progress(cycle: Cycle) -> list[DayProgress]:
    """Each day on which either number moved. Withdrawn and sent back ones count off: the last day is as now."""
    moved = Q(from_state__in=SENT) | Q(to_state__in=SENT)
    rows = (
        Event.objects.filter(moved, chain__cycle=cycle)
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
    days, total, through = [], 0, 0
    for day in sorted(day for day in {*sent, *approved} if sent[day] or approved[day]):
        total, through = total + sent[day], through + approved[day]
        days.append(DayProgress(day, total, through))
    return days


@dataclass
class CountGroup:
    """A principle with its checks, or a level-1 category with its level-2 ones, each with how often."""

    key: str
    name: str
    parts: list[tuple[str, str, int]] = field(default_factory=list)
    """Code, name and number."""

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(number for *_, number in self.parts)


def finding_counts(cycle: Cycle) -> list[CountGroup]:
    """Findings by check, under the principle that each serves, in the order of the rules."""
    results = CheckResult.objects.filter(filing__cycle=cycle, filing__state__in=SENT)
    counts: Counter[str] = Counter()
    for codes in results.values_list("codes", flat=True):
        counts.update(codes)
    groups = {key: CountGroup(key, text) for key, text in PRINCIPLES.items()}
    for code, rule in RULES.items():
        if count := counts.pop(code, 0):
            groups[rule.principle].parts.append((code, rule.title, count))
    if counts:  # of checks that there are no longer, until their sheets are checked again
        groups[""] = CountGroup("", "其他", [(code, code, count) for code, count in sorted(counts.items())])
    return [group for group in groups.values() if group.parts]


def indicator_counts(cycle: Cycle) -> list[CountGroup]:
    """Indicators by level 1 and 2 of the place's tree, in its order; rows that fit nowhere come last."""
    rows = IndicatorRow.objects.filter(filing__cycle=cycle, filing__state__in=SENT).order_by()
    counts = Counter(dict(rows.values_list("category").annotate(Count("pk"))))
    tree = load_tree(cycle.jurisdiction_id, cycle.year)
    nodes = _nodes(tree)
    groups = {one.code: CountGroup(one.code, one.name) for one in tree.level1()}
    for code, node in nodes.items():
        if count := counts.pop(code, 0):
            name = node.name if node.parent_code or not tree.children(node.code) else UNDIVIDED
            groups[node.parent_code or node.code].parts.append((code, name, count))
    if rest := counts.total():
        groups[""] = CountGroup("", UNCLASSED, [("", UNCLASSED, rest)])
    return [group for group in groups.values() if group.parts]


def _nodes(tree: Tree) -> dict[str, Category]:
    """The tree's node for each canonical code, level 2 under its level 1; the first where two mean the same."""
    nodes: dict[str, Category] = {}
    for above in tree.level1():
        for node in (*tree.children(above.code), above):
            nodes.setdefault(node.canonical, node)
    return nodes
