"""权重: weights add up to what the place set (C49–C53). Columns: weight, objective, objective_weight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import Indicator
from filings.sheet.document import Path
from filings.sheet.kinds import format_number
from indicators.number import parse_number


def row_weight(one: Indicator) -> Decimal | None:
    """The weight of a row, None where none can be read."""
    return parse_number(one.get("weight").removesuffix("分").removesuffix("%"))


def _groups(subject: CheckSubject) -> Iterator[tuple[str, str, list[Indicator]]]:
    """The rows of each goal in each table with weights: table, goal, rows."""
    groups: dict[tuple[str, str], list[Indicator]] = defaultdict(list)
    for one in subject.indicators:
        if "weight" in one.table.columns and not one.is_blank:
            groups[one.table.name, one.get("objective")].append(one)
    return ((table, goal, rows) for (table, goal), rows in groups.items())


def missing_weight(subject: CheckSubject) -> Iterator[Finding]:
    """C51 权重为零或空: each row that is begun has a weight above zero."""
    for _, _, rows in _groups(subject):
        for one in rows:
            weight = row_weight(one)
            if weight is None or weight <= 0:
                shown = one.row.get("weight").strip()
                yield subject.indicator_finding("C51", one, "weight", f"权重是“{shown}”" if shown else "权重是空的")


def weight_totals(subject: CheckSubject) -> Iterator[Finding]:
    """C49 权重合计, C50 分级权重: the sum of each goal, and of each category with a set share."""
    total = subject.profile.weight_total
    for table, goal, rows in _groups(subject):
        weights = [row_weight(one) for one in rows]
        label = subject.layout.tables[table].label
        if any(weight is None for weight in weights):
            continue
        summed = sum((weight for weight in weights if weight is not None), Decimal(0))
        if total is not None and summed != total:
            yield subject.table_finding(
                "C49", table, label, f"“{goal or label}”的权重合计 {format_number(summed)}，应为 {total}"
            )
        for code, share in subject.profile.weights.items():
            part = sum((row_weight(one) or Decimal(0) for one in rows if one.within(code)), Decimal(0))
            if part != share and any(one.within(code) for one in rows):
                name = next((c.name for c in subject.profile.tree.categories if c.canonical == code), code)
                yield subject.table_finding(
                    "C50", table, label, f"“{name}”的权重合计 {format_number(part)}，应为 {format_number(share)}"
                )


def goal_ratio_total(subject: CheckSubject) -> Iterator[Finding]:
    """C52 多目标比例: the shares of the goals of a table add up to 100."""
    shares: dict[str, dict[str, tuple[Path, Decimal | None]]] = defaultdict(dict)
    for one in subject.indicators:
        if one.has("objective_weight") and one.get("objective_weight"):
            share = parse_number(one.get("objective_weight").removesuffix("%"))
            shares[one.table.name].setdefault(one.get("objective"), (one.path("objective_weight"), share))
    for goals in shares.values():
        read = [share for _, share in goals.values() if share is not None]
        if len(read) == len(goals) and sum(read) != 100:
            fact = f"各目标的权重比例合计 {format_number(sum(read, Decimal(0)))}，应为 100"
            yield subject.cell_finding("C52", next(iter(goals.values()))[0], fact)


def weight_limits(subject: CheckSubject) -> Iterator[Finding]:
    """C53 权重过于集中或过碎: one row above the limit, or many rows of one or two points."""
    limits = subject.profile.limits
    for table, _, rows in _groups(subject):
        weights = [(one, weight) for one in rows if (weight := row_weight(one))]
        whole = sum((weight for _, weight in weights), Decimal(0))
        for one, weight in weights:
            percent = weight / whole * 100 if whole > 0 else Decimal(0)
            if percent > limits["largest_weight_percent"] and len(weights) > 3:
                share = format_number(percent.quantize(Decimal("0.1")))
                most = format_number(limits["largest_weight_percent"])
                fact = f"权重 {format_number(weight)} 占合计 {format_number(whole)} 的 {share}%，超过 {most}%"
                yield subject.indicator_finding("C53", one, "weight", fact)
        small = [one for one, weight in weights if weight <= 2]
        if len(small) > limits["most_small_rows"]:
            label = subject.layout.tables[table].label
            yield subject.table_finding("C53", table, label, f"“{label}”有 {len(small)} 行的权重只有一两分")
