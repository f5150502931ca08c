"""上年对照: a sheet beside an earlier content of the same: last year's (C43–C45), the round before's (C74)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from filings.checks.consistency import worse_text
from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import Indicator, without_spaces
from filings.checks.rules import RULES
from filings.checks.values import units_match
from filings.sheet.diff import align_rows, diff_documents
from filings.sheet.document import Document
from filings.sheet.kinds import format_number

LastYearCheck = Callable[[CheckSubject, Document], Iterator[Finding]]


def _paired(subject: CheckSubject, last: Document) -> list[tuple[Indicator, Indicator]]:
    """Rows of this year with those of last year of the same table, category and name."""
    before = CheckSubject(subject.layout, last, subject.profile)
    found = {(one.table.name, one.category, one.normalized_name): one for one in before.indicators}
    keyed = ((one, found.get((one.table.name, one.category, one.normalized_name))) for one in subject.indicators)
    return [(one, other) for one, other in keyed if other and not one.is_blank]


def values_of_last_year(subject: CheckSubject, last: Document) -> Iterator[Finding]:
    """C44 指标值偏低或照搬: worse than last year's target, or all of them the same; C43: in another unit."""
    pairs = _paired(subject, last)
    for one, other in pairs:
        units = one.value.number is not None and other.value.number is not None
        if (
            units
            and one.value.unit_text
            and other.value.unit_text
            and not units_match(one.value.unit, other.value.unit)
        ):
            fact = f"上年目标值是“{other.display_value}”，本年是“{one.display_value}”，单位不同"
            yield subject.indicator_finding("C43", one, "value", fact, severity="warning")
        elif worse := worse_text(subject, one, other.value.number, other.value.unit_text):
            yield subject.indicator_finding(
                "C44", one, "value", f"指标值“{one.display_value}”比上年的“{other.display_value}”{worse}"
            )
    if len(pairs) > 3 and len(pairs) == len(subject.indicators) and all(_same(*pair) for pair in pairs):
        table = pairs[0][0].table
        yield subject.table_finding("C44", table.name, table.label, f"{len(pairs)} 个指标值全部与上年相同")


def unchanged_values(subject: CheckSubject, last: Document) -> Iterator[Finding]:
    """C45 目标与预算不匹配: money that changed much over values that did not change at all."""
    cell = subject.layout.cells.get(subject.layout.amount)
    if not cell:
        return
    now, then = (cell.kind.amount(document.value(cell.path)) for document in (subject.document, last))
    pairs = [pair for pair in _paired(subject, last) if pair[0].value.number is not None]
    if now is None or not then or len(pairs) < 2 or not all(_same(*pair) for pair in pairs):
        return
    change = (now - then) / then * 100
    if abs(change) > subject.profile.limits["money_change_percent"]:
        word = "增加" if change > 0 else "减少"
        fact = f"“{cell.label}”比上年{word} {format_number(abs(change).quantize(Decimal(1)))}%，指标值却全部没有变"
        yield subject.cell_finding("C45", cell.path, fact)


def _same(one: Indicator, other: Indicator) -> bool:
    return without_spaces(one.display_value) == without_spaces(other.display_value)


def adjustment_rows(subject: CheckSubject, earlier: Document) -> Iterator[Finding]:
    """C74 年中调整无理由: what an adjustment within the year changed beside the round before; each wants a reason."""
    for change in diff_documents(
        subject.layout, align_rows(subject.layout, earlier, subject.document), subject.document
    ):
        was, now = change.before.strip() or "空", change.after.strip() or "空"
        rule = RULES["C74"]
        fact = f"“{change.label}”从“{was[:60]}”调整为“{now[:60]}”"
        yield Finding("C74", change.path, change.label, f"{fact}，{rule.remedy}。", rule.severity)


CHECKS: tuple[LastYearCheck, ...] = (values_of_last_year, unchanged_values)
ADJUSTMENT_CHECKS: tuple[LastYearCheck, ...] = (adjustment_rows,)
