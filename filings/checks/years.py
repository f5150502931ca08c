"""年度: the years in names, spans, goals and values are those of the budget (C65)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from filings.checks.finding import CheckSubject, Facts, Finding
from filings.sheet.layout import InputSpec
from indicators.number import normalize_width

YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
DATED_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})\s*[年./-]")
MONTHS = re.compile(r"20[0-9]{2}\s*年\s*[0-9]{1,2}")
SPAN = re.compile(r"(?<![0-9])(20[0-9]{2})\s*+[0-9./月日年]{0,20}+\s*+[-~—至到]+\s*(20[0-9]{2})(?![0-9])")
QUOTED = re.compile(r"《[^》]{0,100}》|[〔\[【(（]\s*20[0-9]{2}\s*[〕\]】)）]\s*[0-9]*\s*号?")
PLANNED = re.compile(r"(20[0-9]{2})年(?:度)?(?:年初)?(?:预算)?(?:安排|用于|计划|将|全年|目标|完成|街道|发放|拟)")
NAMED = frozenset({"name", "project_name", "project", "budget_year"})
"""Meanings of cells whose years must include that of the budget."""


def wrong_years(subject: CheckSubject) -> Iterator[Finding]:
    """C65 年度错误: a name, span or goal names another year than the budget year of the profile."""
    for spec, text in subject.fields():
        years = [int(year) for year in YEAR.findall(QUOTED.sub("", normalize_width(text)))]
        if years and spec.kind.key != "date" and "any_year" not in spec.means:
            case, year = _wrong_year(subject, spec, text, years)
            if case:
                facts: Facts = {"text": text.strip(), "year": year, "budget": subject.profile.year}
                yield subject.cell_finding("C65", spec.path, case, facts=facts)


def _wrong_year(subject: CheckSubject, spec: InputSpec, text: str, years: list[int]) -> tuple[str, int]:
    """The case of C65 and the wrong year of a field, ('', 0) if nothing is wrong."""
    budget = subject.profile.year
    span = SPAN.search(normalize_width(text))
    if span and "year_span" in spec.means:
        outside = not int(span[1]) <= budget <= int(span[2])
        return ("span" if outside else "", 0)
    if _named(spec) and budget not in years and not span:
        return "named", years[0]
    if _annual_goal(subject, spec):
        wrong = [int(year) for year in PLANNED.findall(QUOTED.sub("", normalize_width(text))) if int(year) != budget]
        return ("goal", wrong[0]) if wrong else ("", 0)
    return "", 0


def years_of_indicators(subject: CheckSubject) -> Iterator[Finding]:
    """C65 年度错误: the name or value of an annual indicator names another year than that of the budget."""
    budget = subject.profile.year
    for indicator in subject.indicators:
        if indicator.term == "period":
            continue
        for column in ("value", "name"):
            text = QUOTED.sub("", indicator.get(column))
            years = [int(year) for year in DATED_YEAR.findall(text)]
            is_dated = (
                column == "name" or indicator.value.kind == "date" or bool(MONTHS.match(text))
            ) and not SPAN.search(text)
            if years and is_dated and budget not in years:
                yield subject.indicator_finding(
                    "C65", indicator, column, "named", facts={"year": years[0], "budget": budget}
                )


def _named(spec: InputSpec) -> bool:
    """Whether a field, outside the rows of the form, is a name or the year of the budget."""
    return not spec.path.row and not NAMED.isdisjoint(spec.means) and "year_span" not in spec.means


def _annual_goal(subject: CheckSubject, spec: InputSpec) -> bool:
    """Whether a field is the annual goal."""
    table = subject.layout.tables.get(spec.path.name) if spec.path.row else None
    return bool(table and table.fixed.get(spec.path.row, {}).get("term") == "annual")
