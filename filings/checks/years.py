"""年度: the years in names, spans, goals and values are those of the budget (C65)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from filings.checks.finding import CheckSubject, Finding
from filings.sheet.layout import InputSpec
from indicators.number import normalize_width

YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
DATED_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})\s*[年./-]")
MONTHS = re.compile(r"20[0-9]{2}\s*年\s*[0-9]{1,2}")
SPAN = re.compile(r"(?<![0-9])(20[0-9]{2})\s*+[0-9./月日年]{0,20}+\s*+[-~—至到]+\s*(20[0-9]{2})(?![0-9])")
QUOTED = re.compile(r"《[^》]{0,100}》|[〔\[【(（]\s*20[0-9]{2}\s*[〕\]】)）]\s*[0-9]*\s*号?")
PLANNED = re.compile(r"(20[0-9]{2})年(?:度)?(?:年初)?(?:预算)?(?:安排|用于|计划|将|全年|目标|完成|街道|发放|拟)")
DATED = ("日期",)


def wrong_years(subject: CheckSubject) -> Iterator[Finding]:
    """C65 年度错误: a name, span, goal or indicator names another year than the budget year of the profile."""
    for spec, text in subject.fields():
        years = [int(year) for year in YEAR.findall(QUOTED.sub("", normalize_width(text)))]
        if years and not any(word in spec.label for word in DATED):
            fact = _wrong_year(subject, spec, text, years)
            if fact:
                yield subject.cell_finding("C65", spec.path, fact)
    yield from _indicators(subject)


def _wrong_year(subject: CheckSubject, spec: InputSpec, text: str, years: list[int]) -> str:
    """What is wrong about the years of a field, '' if nothing."""
    budget = subject.profile.year
    span = SPAN.search(normalize_width(text))
    if span and _is_span(spec):
        outside = not int(span[1]) <= budget <= int(span[2])
        return f"“{spec.label}”是“{text.strip()}”，不含预算年度 {budget}" if outside else ""
    if _named(spec) and budget not in years and not span:
        return f"“{spec.label}”里是 {years[0]} 年，预算年度是 {budget}"
    if _annual_goal(subject, spec):
        wrong = [int(year) for year in PLANNED.findall(QUOTED.sub("", normalize_width(text))) if int(year) != budget]
        return f"“{spec.label}”里写的是 {wrong[0]} 年，预算年度是 {budget}" if wrong else ""
    return ""


def _is_span(spec: InputSpec) -> bool:
    """Whether a field is a span of years that must include the budget year."""
    return "年度范围" not in spec.label and not _named(spec) and ("期" in spec.label or "年度" in spec.label)


def _indicators(subject: CheckSubject) -> Iterator[Finding]:
    """C65 of names and values of the annual indicators."""
    budget = subject.profile.year
    for indicator in subject.indicators:
        if "period" in indicator.table.name:
            continue
        for column in ("value", "name"):
            text = QUOTED.sub("", indicator.get(column))
            years = [int(year) for year in DATED_YEAR.findall(text)]
            is_dated = (
                column == "name" or indicator.value.kind == "date" or bool(MONTHS.match(text))
            ) and not SPAN.search(text)
            if years and is_dated and budget not in years:
                fact = f"“{indicator.table.columns[column].label}”里是 {years[0]} 年，预算年度是 {budget}"
                yield subject.indicator_finding("C65", indicator, column, fact)


def _named(spec: InputSpec) -> bool:
    """Whether a field is a name, a title or the year of the budget."""
    return not spec.path.row and (spec.label.endswith(("名称", "标题", "年度")) or "{project}" in spec.default)


def _annual_goal(subject: CheckSubject, spec: InputSpec) -> bool:
    """Whether a field is the annual goal."""
    table = subject.layout.tables.get(spec.path.name) if spec.path.row else None
    return bool(table and table.fixed.get(spec.path.row, {}).get("term") == "annual")
