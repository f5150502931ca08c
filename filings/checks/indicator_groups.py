"""Indicators that are judged together: those of one project, one term and one objective."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from filings.checks.indicator_rows import Indicator
from filings.sheet.document import Document
from filings.sheet.layout import Layout


@dataclass(frozen=True)
class IndicatorGroup:
    """The indicators of one project, term and objective; none where the goal is written and its table is empty.

    `table` is the name of the table where they begin, `title` is what the form calls the project or objective,
    '' where the table itself says which group it is.
    """

    table: str
    title: str
    term: str
    indicators: tuple[Indicator, ...]

    @property
    def categories(self) -> set[str]:
        """The canonical categories of its rows; those that say 无 do not count."""
        return {indicator.category for indicator in self.indicators if not indicator.is_blank}


def group_indicators(layout: Layout, document: Document, indicators: Sequence[Indicator]) -> list[IndicatorGroup]:
    """The groups of the indicator tables in form order, those with no more than 无 left out.

    Tables for different objectives name their `goal`, or their rows an objective; other tables of a term belong
    together: a form may have one for output and one for benefit.
    """
    members: dict[tuple[str, str, str], list[Indicator]] = {}
    for indicator in indicators:
        if indicator.table.row_kind == "indicators" and not indicator.is_blank:
            members.setdefault(indicator.objective_group, []).append(indicator)
    groups = [_group(rows) for rows in members.values()]
    started = {layout.tables[group.table].goal for group in groups}
    empty = [name for name, table in layout.tables.items() if _has_goal_alone(layout, document, name, started)]
    groups += [IndicatorGroup(name, "", "", ()) for name in empty]
    order = list(layout.tables)
    return sorted(groups, key=lambda group: order.index(group.table))


def _group(rows: list[Indicator]) -> IndicatorGroup:
    first = rows[0]
    title = first.project or ("" if first.table.goal else first.objective)
    return IndicatorGroup(first.table.name, title, first.term, tuple(rows))


def _has_goal_alone(layout: Layout, document: Document, table: str, started: set[str]) -> bool:
    """Whether the goal of an indicator table is written, but none of its indicators is."""
    spec = layout.tables[table]
    goal = layout.cells.get(spec.goal) if spec.row_kind == "indicators" else None
    return bool(goal and goal.name not in started and document.value(goal.path).strip())
