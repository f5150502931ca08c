"""年度: years in names, values and spans are those of the budget (C65)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from filings.checks.finding import CheckSubject, Finding
from filings.sheet.layout import InputSpec
from indicators.number import fold

YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
DATED_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})\s*[年./-]")
MONTHS = re.compile(r"20[0-9]{2}\s*年\s*[0-9]{1,2}")
SPAN = re.compile(r"(?<![0-9])(20[0-9]{2})\s*[年./]?[0-9./月日年]*\s*[-~—至到]+\s*(20[0-9]{2})(?![0-9])")
QUOTED = re.compile(r"《[^》]*》|[〔\[【(（]\s*20[0-9]{2}\s*[〕\]】)）]\s*[0-9]*\s*号?")
PLANNED = re.compile(r"(20[0-9]{2})年(?:度)?(?:年初)?(?:预算)?(?:安排|用于|计划|将|全年|目标|完成|街道|发放|拟)")
DATED = ("日期",)


def wrong_years(subject: CheckSubject) -> Iterator[Finding]:
    """C65 年度错误: a name, a year, a span, a goal or a value of another year than the budget's."""
    budget = subject.profile.year
    for spec, text in subject.fields():
        found = [int(year) for year in YEAR.findall(QUOTED.sub("", fold(text)))]
        if not found or any(word in spec.label for word in DATED):
            continue
        span = SPAN.search(fold(text))
        if span and "年度范围" not in spec.label and not _named(spec) and ("期" in spec.label or "年度" in spec.label):
            if not int(span[1]) <= budget <= int(span[2]):
                yield subject.cell_finding("C65", spec.path, f"“{spec.label}”是“{text.strip()}”，不含预算年度 {budget}")
        elif _named(spec) and budget not in found and not span:
            fact = f"“{spec.label}”里是 {found[0]} 年，预算年度是 {budget}"
            yield subject.cell_finding("C65", spec.path, fact)
        elif _annual_goal(subject, spec):
            wrong = [int(year) for year in PLANNED.findall(QUOTED.sub("", fold(text))) if int(year) != budget]
            if wrong:
                yield subject.cell_finding(
                    "C65", spec.path, f"“{spec.label}”里写的是 {wrong[0]} 年，预算年度是 {budget}"
                )
    yield from _indicators(subject)


def _indicators(subject: CheckSubject) -> Iterator[Finding]:
    budget = subject.profile.year
    for one in subject.indicators:
        if "period" in one.table.name:
            continue
        for column in ("value", "name"):
            text = QUOTED.sub("", one.get(column))
            found = [int(year) for year in DATED_YEAR.findall(text)]
            dated = (column == "name" or one.value.kind == "date" or bool(MONTHS.match(text))) and not SPAN.search(text)
            if found and dated and budget not in found:
                fact = f"“{one.table.columns[column].label}”里是 {found[0]} 年，预算年度是 {budget}"
                yield subject.indicator_finding("C65", one, column, fact)


def _named(spec: InputSpec) -> bool:
    """Whether a field is a name or a year of the budget."""
    return not spec.path.row and (spec.label.endswith(("名称", "标题", "年度")) or "{project}" in spec.default)


def _annual_goal(subject: CheckSubject, spec: InputSpec) -> bool:
    table = subject.layout.tables.get(spec.path.name) if spec.path.row else None
    return bool(table and table.fixed.get(spec.path.row, {}).get("term") == "annual")
