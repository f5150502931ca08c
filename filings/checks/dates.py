"""日期: dates can be read, come in their order, and lie in the budget year where the layout says so (C65, C69)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from filings.checks.finding import CheckSubject, Facts, Finding
from filings.sheet.date_rules import date_paths
from filings.sheet.document import Path
from filings.sheet.layout_rules import DateRule
from indicators.dates import is_valid_date
from indicators.days import is_typed_as_date, read_days
from indicators.number import normalize_width

Days = tuple[date, date]
"""First and last day of a date; they differ where only its month is given."""


def date_format(subject: CheckSubject) -> Iterator[Finding]:
    """C69 日期格式: a cell for a date holds something else; a warning where it names a time in words (2026年底)."""
    for path, spec, text in subject.texts:
        if spec.kind.key != "date" or not spec.kind.error(text):
            continue
        case = "no_such_date" if is_typed_as_date(text) else "date"
        severity = "warning" if case == "date" and is_valid_date(normalize_width(text)) else ""
        yield subject.cell_finding("C69", path, case, facts={"text": text.strip()}, severity=severity)


def wrong_dates(subject: CheckSubject) -> Iterator[Finding]:
    """C65 年度错误: an end lies before its beginning, or dates lie outside the budget year."""
    for rule in subject.layout.dates:
        for begin, end in date_paths(subject.layout, subject.document, rule):
            first, last = _days(subject, begin), _days(subject, end)
            if begin and end and first and last and first[0] > last[1]:
                facts: Facts = {"text": _text(subject, end), "begin": begin, "begin_text": _text(subject, begin)}
                yield subject.cell_finding("C65", end, "order", facts=facts)
            else:
                yield from _outside_year(subject, rule, [(begin, first), (end, last)])


def _outside_year(
    subject: CheckSubject, rule: DateRule, dates: list[tuple[Path | None, Days | None]]
) -> Iterator[Finding]:
    """C65 of begin and end that do not lie in the budget year as the rule says; cells that cannot be read are left."""
    budget = subject.profile.year
    (_, first), (_, last) = dates
    given = [path for path, days in dates if path and days]
    if rule.year == "inside":
        for path in (path for path, days in dates if path and days and days[0].year != budget):
            facts: Facts = {"text": _text(subject, path), "budget": budget}
            yield subject.cell_finding("C65", path, "outside", facts=facts)
    elif rule.year == "overlap" and ((first and first[0].year > budget) or (last and last[0].year < budget)):
        facts = {"text": _text(subject, given[-1]), "budget": budget}
        yield subject.cell_finding("C65", given[-1], "missed", facts=facts, reads=given)


def _text(subject: CheckSubject, path: Path) -> str:
    return subject.document.value(path).strip()


def _days(subject: CheckSubject, path: Path | None) -> Days | None:
    return read_days(subject.document.value(path)) if path else None
