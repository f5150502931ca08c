"""上年对照: a form compared with last year's (C43–C45) or with the previous round of the year (C74)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from filings.checks.consistency import worse_text
from filings.checks.earlier_years import units_match
from filings.checks.finding import CheckSubject, Finding, address_finding
from filings.checks.indicator_rows import Indicator, without_spaces
from filings.sheet.derived import MAX_PERCENT
from filings.sheet.diff import diff_documents, pair_rows
from filings.sheet.document import Document
from filings.sheet.kinds import format_number

LastYearCheck = Callable[[CheckSubject, Document], Iterator[Finding]]


def _paired(subject: CheckSubject, last: Document) -> list[tuple[Indicator, Indicator]]:
    """Pairs of rows of this year and last year with the same table, category and name."""
    last_subject = CheckSubject(subject.layout, last, subject.profile)
    by_key = {_row_key(indicator): indicator for indicator in last_subject.indicators}
    keyed = ((indicator, by_key.get(_row_key(indicator))) for indicator in subject.indicators)
    return [(indicator, other) for indicator, other in keyed if other and not indicator.is_blank]


def _row_key(indicator: Indicator) -> tuple[str, ...]:
    """What an indicator is known by from year to year: table, column, project, category and name."""
    column = indicator.path("value").column
    return indicator.table.name, column, indicator.project, indicator.category, indicator.normalized_name


def values_of_last_year(subject: CheckSubject, last: Document) -> Iterator[Finding]:
    """C44 指标值偏低或照搬上年: worse than last year's value, or all values equal; C43 各年口径不一: another unit."""
    pairs = _paired(subject, last)
    for indicator, other in pairs:
        both_numbers = indicator.value.number is not None and other.value.number is not None
        if (
            both_numbers
            and indicator.value.unit_text
            and other.value.unit_text
            and not units_match(indicator.value.unit, other.value.unit)
        ):
            facts = {"last": other.display_value, "value": indicator.display_value}
            yield subject.indicator_finding("C43", indicator, "value", "last_sheet", facts=facts, severity="warning")
        elif worse := worse_text(subject, indicator, other.value.number, other.value.unit_text):
            facts = {"value": indicator.display_value, "last": other.display_value, "worse": worse}
            reads = [other.display_value]
            yield subject.indicator_finding("C44", indicator, "value", "last_sheet", facts=facts, reads=reads)
    if len(pairs) > 3 and len(pairs) == len(subject.indicators) and all(_same(*pair) for pair in pairs):
        cells = [indicator.path("value") for indicator, _ in pairs]
        yield subject.table_finding(
            "C44", pairs[0][0].table.name, "last_sheet_same", facts={"rows": len(pairs)}, reads=cells
        )


def unchanged_values(subject: CheckSubject, last: Document) -> Iterator[Finding]:
    """C45 目标与预算不匹配: the amount changed by more than the limit of the profile, but no value did."""
    cell = subject.layout.cells.get(subject.layout.amount)
    if not cell:
        return
    now, then = (cell.kind.amount(document.value(cell.path)) for document in (subject.document, last))
    pairs = [pair for pair in _paired(subject, last) if pair[0].value.number is not None]
    if now is None or not then or len(pairs) < 2 or not all(_same(*pair) for pair in pairs):
        return
    most = Decimal(MAX_PERCENT)
    change = max(-most, min((now - then) / abs(then) * 100, most))
    if abs(change) > subject.profile.limits["money_change_percent"]:
        percent, values = format_number(abs(change).quantize(Decimal(1))), [one.path("value") for one, _ in pairs]
        yield subject.cell_finding(
            "C45", cell.path, "more" if change > 0 else "less", facts={"percent": percent}, reads=values
        )


def _same(indicator: Indicator, other: Indicator) -> bool:
    return without_spaces(indicator.display_value) == without_spaces(other.display_value)


def adjustment_rows(subject: CheckSubject, earlier: Document) -> Iterator[Finding]:
    """C74 年中调整无理由: one finding for each cell that differs from the previous round; each needs a reason."""
    for change in diff_documents(
        subject.layout, pair_rows(subject.layout, earlier, subject.document), subject.document
    ):
        was, now = change.before.strip(), change.after.strip()
        case = "" if "." in change.path or "[" not in change.path else "deleted" if was else "added"
        texts = [change.before, change.after]
        yield address_finding(
            "C74", change.path, case, facts={"was": was[:60] or "空", "now": now[:60] or "空"}, texts=texts
        )


CHECKS: tuple[LastYearCheck, ...] = (values_of_last_year, unchanged_values)
ADJUSTMENT_CHECKS: tuple[LastYearCheck, ...] = (adjustment_rows,)
