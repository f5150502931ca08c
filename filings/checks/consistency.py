"""与项目相匹配: indicators compared with the rest of the form (C08, C09, C44 within a form, C54 of texts, C58, C66)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from filings.checks.finding import CheckSubject, Facts, Finding
from filings.checks.indicator_rows import COUNTED, Indicator, find_word, read_value, without_spaces
from filings.checks.required import is_only_symbols
from filings.checks.values import suggest_operator
from filings.sheet.kinds import format_number
from filings.sheet.layout import InputSpec
from indicators.number import NUMBER, normalize_width, parse_money, parse_number

_COUNT_AFTER = re.compile(rf"(?:人数|数量|数)?[^0-9，,。；;、\n]{{0,4}}?({NUMBER})\s*")
MOST_PLACES = 50
PEOPLE = {"名": "人", "位": "人", "人次": "人次"}
OWN_TEXTS = frozenset({"name", "project_name", "project", "goal"})
"""Meanings of the cells that say what the form is about."""


def _own_texts(subject: CheckSubject) -> str:
    """The names and goals of the form, one in each line."""
    return "\n".join(text for spec, text in subject.fields() if not OWN_TEXTS.isdisjoint(spec.means))


def satisfaction_required(subject: CheckSubject) -> Iterator[Finding]:
    """C08 满意度应设未设: a project that serves the public, by its texts, has no satisfaction indicator."""
    codes = {category.canonical for category in subject.profile.tree.categories}
    if not any("satisfaction" in code for code in codes):
        return
    words = subject.profile.words
    for project, rows in _rows_by_project(subject):
        if [indicator for indicator in rows if "satisfaction" in indicator.category or "满意" in indicator.name]:
            continue
        texts = project or _own_texts(subject)
        if (word := find_word(words["public"], texts)) and not find_word(words["public_exempt"], texts):
            yield _project_finding(subject, "C08", rows, project, word)


def cost_required(subject: CheckSubject) -> Iterator[Finding]:
    """C09 工程、购置类未设成本指标: a construction or purchase, by its name, has no cost indicator."""
    codes = {category.canonical for category in subject.profile.tree.categories}
    if not any("cost" in code for code in codes):
        return
    names = "\n".join(t for s, t in subject.fields() if not {"project_name", "project"}.isdisjoint(s.means))
    for project, rows in _rows_by_project(subject):
        word = find_word(subject.profile.words["purchases"], project or names)
        if word and not any(indicator.is_cost for indicator in rows):
            yield _project_finding(subject, "C09", rows, project, word)


def _rows_by_project(subject: CheckSubject) -> Iterator[tuple[str, list[Indicator]]]:
    """The indicators of each project that the rows name; of a project's own form all together, under ''."""
    rows = [indicator for indicator in subject.indicators if indicator.table.row_kind == "indicators"]
    for project in subject.projects:
        own = [indicator for indicator in rows if indicator.project == project]
        if own and (project or subject.layout.subject == "project"):
            yield project, own


def _project_finding(subject: CheckSubject, code: str, rows: list[Indicator], project: str, word: str) -> Finding:
    """A finding about the indicators of a project; one of several in a form is named."""
    facts = {"word": word, "of": project} if project else {"word": word}
    return subject.table_finding(code, rows[0].table.name, "of" if project else "", facts=facts)


def values_of_earlier_years(subject: CheckSubject) -> Iterator[Finding]:
    """C44 指标值偏低或照搬上年: a value is worse than the last-year column, or a whole table repeats it."""
    tables: dict[str, list[tuple[Indicator, bool]]] = defaultdict(list)
    for indicator in subject.indicators:
        text = indicator.row.get("last_year") if "last_year" in indicator.table.columns else ""
        if not text.strip() or is_only_symbols(text):
            continue
        other = read_value(text)
        if worse := worse_text(subject, indicator, other.number, other.unit_text):
            facts = {"value": indicator.display_value, "last": text.strip(), "worse": worse}
            yield subject.indicator_finding(
                "C44", indicator, "value", "column", facts=facts, reads=[indicator.path("last_year")]
            )
        tables[indicator.table.name].append(
            (indicator, without_spaces(text) == without_spaces(indicator.row.get("value")))
        )
    for name, rows in tables.items():
        if len(rows) > 3 and all(same for _, same in rows):
            cells = [indicator.path(column) for indicator, _ in rows for column in ("value", "last_year")]
            yield subject.table_finding("C44", name, "column_same", facts={"rows": len(rows)}, reads=cells)


def worse_text(subject: CheckSubject, indicator: Indicator, number: Decimal | None, unit: str) -> str:
    """In what way a value is worse than an earlier one in the same unit (低, 宽); '' if it is not or cannot be said."""
    if (
        number is None
        or indicator.value.number is None
        or indicator.value.unit_text != unit
        or indicator.value.number == number
    ):
        return ""
    lower = indicator.value.number < number
    operator = indicator.value.operator or suggest_operator(subject, indicator)
    if operator in ("≤", "<"):
        return "" if lower else "宽"
    if operator == "=" and indicator.value.number == 0:
        return ""
    return "低" if lower and not indicator.is_cost else ""


def cost_matches_detail(subject: CheckSubject) -> Iterator[Finding]:
    """C58 成本指标与明细不符: a cost row and the only detail row of the same name have different amounts."""
    cells = [(text, column.kind.amount(amount)) for text, column, amount in _detail_cells(subject)]
    for indicator in subject.indicators if cells else ():
        if not indicator.is_cost:
            continue
        key = re.sub(r"(?:费用?|经费|支出|成本|资金|总额|金额)$", "", indicator.normalized_name)
        number = indicator.value.number
        cost = parse_money(f"{number:f}{indicator.value.unit}") if number is not None else None
        if len(key) < 3 or cost is None or not cost.unit_typed:
            continue
        matching = {(text, amount) for text, amount in cells if key in text}
        amounts = {amount for _, amount in matching if amount is not None}
        if len(matching) == 1 and amounts and cost.amount_wan not in amounts:
            detail = next(iter(matching))[0].replace("|", "／")
            facts = {"value": indicator.display_value, "detail": detail, "amount": format_number(amounts.pop())}
            yield subject.indicator_finding("C58", indicator, "value", facts=facts)


def _detail_cells(subject: CheckSubject) -> Iterator[tuple[str, InputSpec, str]]:
    """The filled money cells of the detailed expenditures: words of the row, column, typed amount."""
    for table, row in subject.rows:
        if subject.layout.tables[table].row_kind != "expenditures":
            continue
        for column in subject.layout.tables[table].columns.values():
            if column.kind.key == "money" and row.get(column.name):
                yield without_spaces(row.get("content") + "|" + row.get("detail")), column, row.get(column.name)


def counts_in_texts(subject: CheckSubject) -> Iterator[Finding]:
    """C66 依据与指标数字不一: a text of the form states another number of what an indicator counts."""
    texts = [
        (path, normalize_width(text))
        for path, spec, text in subject.texts
        if spec.kind.multiline and path.column not in ("name", "description")
    ]
    for indicator in subject.indicators:
        for path, text in texts if indicator.is_count else ():
            if words := conflicting_count(indicator, text):
                facts: Facts = {"value": indicator.display_value, "cell": path, "words": words}
                yield subject.indicator_finding("C66", indicator, "value", facts=facts)
                break


def conflicting_count(indicator: Indicator, text: str) -> str:
    """The words of a folded text that give another number of what the indicator counts; '' if there are none."""
    unit = PEOPLE.get(indicator.value.unit, indicator.value.unit)
    stem = COUNTED.sub("", indicator.normalized_name)
    if not indicator.is_count or len(stem) < 3 or not unit or stem not in text:
        return ""
    units = ("人", "名", "位") if unit == "人" else (unit,)
    for start in _places(stem, text):
        match = _COUNT_AFTER.match(text, start + len(stem))
        if match and (stated_unit := next((each for each in units if text.startswith(each, match.end())), "")):
            number = parse_number(match[1])
            different = number is not None and number != indicator.value.number
            return text[start : match.end()] + stated_unit if different else ""
    return ""


def _places(words: str, text: str) -> Iterator[int]:
    """Where some words stand in a text: the first `MOST_PLACES` places, more than any real text has."""
    start = text.find(words)
    for _ in range(MOST_PLACES):
        if start < 0:
            return
        yield start
        start = text.find(words, start + 1)


def amounts_in_texts(subject: CheckSubject) -> Iterator[Finding]:
    """C54 资金合计不符: a text states another amount for the budget year than the form (or than the first text)."""
    stated_by = subject.layout.cells.get(subject.layout.amount)
    amount = stated_by.kind.amount(subject.document.value(stated_by.path)) if stated_by else None
    pattern = re.compile(
        rf"{subject.profile.year}年[^0-9。；;，,]{{0,8}}安排[^0-9。；;，,]{{0,12}}?({NUMBER})\s*(亿元|万元|元)"
    )
    for spec, text in subject.fields():
        match = pattern.search(normalize_width(text)) if spec.kind.multiline else None
        money = parse_money(match[1] + match[2]) if match else None
        if not match or money is None:
            continue
        if amount is None:
            amount, stated_by = money.amount_wan, spec
        elif abs(money.amount_wan - amount) > subject.profile.limits["conversion_tolerance"] and stated_by:
            facts: Facts = {"words": match[0], "cell": stated_by.path, "amount": format_number(amount)}
            yield subject.cell_finding("C54", spec.path, "text", facts=facts, severity="warning")
