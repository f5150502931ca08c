"""权重: weights and goal ratios add up to what the profile sets (C49–C53).

Columns: weight, objective, objective_weight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from filings.checks.finding import CheckSubject, Facts, Finding
from filings.checks.indicator_rows import Indicator, without_spaces
from filings.sheet.document import Path
from filings.sheet.kinds import format_number, round_number
from indicators.number import parse_number


def _groups(subject: CheckSubject) -> Iterator[tuple[str, str, list[Indicator]]]:
    """The indicators with weights that make one total: table, names of project and objective, rows.

    They are those of a table, project, term and objective; a weight that several values of a row share counts once.
    """
    groups: dict[tuple[str, ...], dict[Path, Indicator]] = defaultdict(dict)
    for indicator in subject.indicators:
        if "weight" in indicator.table.columns and not indicator.is_blank:
            groups[indicator.group].setdefault(indicator.weight_path, indicator)
    for (table, project, _, objective), rows in groups.items():
        yield table, "·".join(filter(None, (project, objective))), list(rows.values())


def missing_weight(subject: CheckSubject) -> Iterator[Finding]:
    """C51 权重为零或空: a filled row has no weight above zero."""
    for _, _, rows in _groups(subject):
        for indicator in rows:
            weight = indicator.weight
            if weight is None or weight <= 0:
                text = indicator.row.get("weight").strip()
                # Where the place sets their total, an empty weight that the form requires is as any required cell.
                required = subject.profile.weight_total and indicator.table.columns["weight"].required
                yield subject.indicator_finding(
                    "C51",
                    indicator,
                    "weight",
                    "" if text else "empty",
                    facts={"text": text},
                    severity="error" if required and not text else "",
                )


def weight_totals(subject: CheckSubject) -> Iterator[Finding]:
    """C49 权重合计错误, C50 一级（二级）权重不符: the weights of a goal, or of one of its categories, have a wrong sum.

    Total and shares are those of the profile; without them nothing is reported.
    """
    total = subject.profile.weight_total
    for table, name, rows in _groups(subject):
        weights = [weight for indicator in rows if (weight := indicator.weight) is not None]
        if len(weights) < len(rows):
            continue
        summed = sum(weights, Decimal(0))
        if total is not None and summed != total:
            facts: Facts = {
                "of": name or subject.layout.tables[table].label,
                "summed": format_number(summed),
                "total": total,
            }
            yield subject.table_finding("C49", table, facts=facts, reads=_weight_cells(rows))
        yield from _category_shares(subject, table, rows)


def _category_shares(subject: CheckSubject, table: str, rows: list[Indicator]) -> Iterator[Finding]:
    """C50: the weights of each category that has rows add up to its share in the profile."""
    for code, share in subject.profile.weights.items():
        within = [indicator for indicator in rows if indicator.within(code)]
        summed = sum((indicator.weight or Decimal(0) for indicator in within), Decimal(0))
        if within and summed != share:
            categories = subject.profile.tree.categories
            name = next((category.name for category in categories if category.canonical == code), code)
            facts = {"of": name, "summed": format_number(summed), "total": format_number(share)}
            yield subject.table_finding("C50", table, facts=facts, reads=_weight_cells(within))


def _weight_cells(rows: list[Indicator]) -> list[Path]:
    """The cells that hold the weights of rows."""
    return [indicator.weight_path for indicator in rows]


def goal_ratio_total(subject: CheckSubject) -> Iterator[Finding]:
    """C52 多目标比例合计不等于100: the ratios of the goals of a table do not add up to 100."""
    ratios_by_table: dict[tuple[str, str], dict[str, tuple[Path, Decimal | None]]] = defaultdict(dict)
    for indicator in subject.indicators:
        has_ratio = "objective_weight" in indicator.table.columns or "objective_weight" in indicator.shared_cells
        if has_ratio and indicator.get("objective_weight"):
            ratio = parse_number(indicator.get("objective_weight").removesuffix("%"))
            ratios_by_table[indicator.table.name, indicator.project].setdefault(
                without_spaces(indicator.objective), (indicator.path("objective_weight"), ratio)
            )
    for by_goal in ratios_by_table.values():
        ratios = [ratio for _, ratio in by_goal.values() if ratio is not None]
        if len(ratios) == len(by_goal) and sum(ratios) != 100:
            cells = [path for path, _ in by_goal.values()]
            summed = format_number(sum(ratios, Decimal(0)))
            yield subject.cell_finding("C52", cells[0], facts={"summed": summed}, reads=cells)


def weight_limits(subject: CheckSubject) -> Iterator[Finding]:
    """C53 权重过于集中或过碎: a row has too large a share of the total, or many rows have one or two points."""
    limits = subject.profile.limits
    for table, _, rows in _groups(subject):
        weights = [(indicator, weight) for indicator in rows if (weight := indicator.weight)]
        total = sum((weight for _, weight in weights), Decimal(0))
        for indicator, weight in weights:
            percent = weight / total * 100 if total > 0 else Decimal(0)
            if percent > limits["largest_weight_percent"] and len(weights) > 3:
                facts = {
                    "weight": format_number(weight),
                    "total": format_number(total),
                    "share": format_number(round_number(percent, 1)),
                    "most": format_number(limits["largest_weight_percent"]),
                }
                yield subject.indicator_finding("C53", indicator, "weight", facts=facts)
        small = [indicator for indicator, weight in weights if weight <= 2]
        if len(small) > limits["most_small_rows"]:
            yield subject.table_finding("C53", table, "small", facts={"rows": len(small)}, reads=_weight_cells(small))
