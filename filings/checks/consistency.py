"""与项目相匹配: indicators beside the rest of the sheet (C08, C09, C44 in one sheet, C58, C66)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import Indicator, find_word, read_value, without_spaces
from filings.checks.required import is_only_symbols
from filings.checks.values import suggest_operator
from filings.sheet.kinds import format_number
from indicators.number import NUMBER, fold, parse_money, parse_number

COUNTED = re.compile(r"(?:人数|人次|数量|个数|户数|次数|件数|总数|数)$")
PEOPLE = {"名": "人", "位": "人", "人次": "人次"}


def _own_texts(subject: CheckSubject) -> str:
    """The name and the goals of the sheet, as one text."""
    named = (
        text
        for spec, text in subject.fields()
        if "名称" in spec.label or "目标" in spec.label or "{project}" in spec.default
    )
    return "\n".join(named)


def satisfaction_required(subject: CheckSubject) -> Iterator[Finding]:
    """C08 满意度应设未设: a project for the public without a satisfaction row."""
    if subject.layout.subject != "project" or not subject.indicators:
        return
    codes = {category.canonical for category in subject.profile.tree.categories}
    wanted = {code for code in codes if "satisfaction" in code}
    if not wanted or any("satisfaction" in one.category or "满意" in one.name for one in subject.indicators):
        return
    words, texts = subject.profile.words, _own_texts(subject)
    if (word := find_word(words["public"], texts)) and not find_word(words["public_exempt"], texts):
        table = subject.indicators[0].table
        yield subject.table_finding("C08", table.name, table.label, f"项目写到“{word}”，直接服务公众，却没有满意度指标")


def purchase_cost_required(subject: CheckSubject) -> Iterator[Finding]:
    """C09 工程、购置类未设成本指标."""
    codes = {category.canonical for category in subject.profile.tree.categories}
    if not subject.indicators or not any("cost" in code for code in codes) or subject.layout.subject != "project":
        return
    names = "\n".join(t for s, t in subject.fields() if "项目名称" in s.label or "{project}" in s.default)
    word = find_word(subject.profile.words["purchases"], names)
    if word and not any(one.is_cost for one in subject.indicators):
        table = subject.indicators[0].table
        yield subject.table_finding("C09", table.name, table.label, f"项目名称有“{word}”，却没有成本指标")


def values_of_earlier_years(subject: CheckSubject) -> Iterator[Finding]:
    """C44 指标值偏低或照搬上年: within a sheet that shows last year's values."""
    tables: dict[str, list[tuple[Indicator, bool]]] = defaultdict(list)
    for one in subject.indicators:
        text = one.row.get("last_year")
        if "last_year" not in one.table.columns or not text.strip() or is_only_symbols(text):
            continue
        other = read_value(text)
        if worse := worse_text(subject, one, other.number, other.unit_text):
            yield subject.indicator_finding(
                "C44", one, "value", f"指标值“{one.display_value}”比上年“{text.strip()}”{worse}"
            )
        tables[one.table.name].append((one, without_spaces(text) == without_spaces(one.row.get("value"))))
    for name, rows in tables.items():
        if len(rows) > 3 and all(same for _, same in rows):
            label = subject.layout.tables[name].label
            yield subject.table_finding("C44", name, label, f"“{label}”的 {len(rows)} 个指标值全部与上年相同")


def worse_text(subject: CheckSubject, one: Indicator, number: Decimal | None, measure: str) -> str:
    """How a value is worse than an earlier one in the same unit, or ''."""
    if number is None or one.value.number is None or one.value.unit_text != measure or one.value.number == number:
        return ""
    lower = one.value.number < number
    operator = one.value.operator or suggest_operator(subject, one)
    if operator in ("≤", "<"):
        return "" if lower else "宽"
    if operator == "=" and one.value.number == 0:
        return ""
    return "低" if lower and not one.is_cost else ""


def cost_matches_detail(subject: CheckSubject) -> Iterator[Finding]:
    """C58 成本指标与明细不符: a cost row and a detail row of the same name with different amounts."""
    rows = [
        (without_spaces(row.get("content") + "|" + row.get("detail")), column, row.get(column.name))
        for table, _, row in subject.grid_rows()
        if subject.layout.tables[table].of == "expenditures"
        for column in subject.layout.tables[table].columns.values()
        if column.kind.key == "money" and row.get(column.name)
    ]
    for one in subject.indicators:
        key = re.sub(r"(?:费用?|经费|支出|成本|资金|总额|金额)$", "", one.normalized_name)
        money = parse_money(f"{one.value.number:f}{one.value.unit}") if one.value.number is not None else None
        if not one.is_cost or len(key) < 3 or money is None or not money.unit_typed:
            continue
        found = {(text, column.kind.amount(amount)) for text, column, amount in rows if key in text}
        amounts = {amount for _, amount in found if amount is not None}
        if len(found) == 1 and amounts and money.amount_wan not in amounts:
            named = next(iter(found))[0].replace("|", "／")
            fact = f"成本指标是“{one.display_value}”，支出明细里“{named}”是 {format_number(amounts.pop())} 万元"
            yield subject.indicator_finding("C58", one, "value", fact)


def counts_in_texts(subject: CheckSubject) -> Iterator[Finding]:
    """C66 依据与指标数字不一: what a row counts, the basis or goal counts differently."""
    texts = [
        (spec.label, fold(text))
        for path, spec, text in subject.texts
        if spec.kind.multiline and path.column not in ("name", "description")
    ]
    for one in subject.indicators:
        for label, text in texts if is_count(one) else ():
            if told := conflicting_count(one, text):
                yield subject.indicator_finding(
                    "C66", one, "value", f"指标值是“{one.display_value}”，而“{label}”里写“{told}”"
                )
                break


def is_count(one: Indicator) -> bool:
    """Whether a row counts something exactly."""
    return (
        one.value.number is not None and one.value.operator in ("", "=") and bool(COUNTED.search(one.normalized_name))
    )


def conflicting_count(one: Indicator, text: str) -> str:
    """Where a folded text counts what the row counts and comes to another number: its words, else ''."""
    unit = PEOPLE.get(one.value.unit, one.value.unit)
    stem = COUNTED.sub("", one.normalized_name)
    if not is_count(one) or len(stem) < 3 or not unit or stem not in text:
        return ""
    units = "人|名|位" if unit == "人" else re.escape(unit)
    found = re.search(rf"{re.escape(stem)}(?:人数|数量|数)?[^0-9，,。；;、\n]{{0,4}}?({NUMBER})\s*(?:{units})", text)
    told = parse_number(found[1]) if found else None
    return found[0] if found and told is not None and told != one.value.number else ""


def amounts_in_texts(subject: CheckSubject) -> Iterator[Finding]:
    """C54 文字与表一致: what texts say is planned for the budget year is the amount of the sheet."""
    whole = subject.layout.cells.get(subject.layout.amount)
    amount = whole.kind.amount(subject.document.value(whole.path)) if whole else None
    source = re.compile(
        rf"{subject.profile.year}年[^0-9。；;，,]{{0,8}}安排[^0-9。；;，,]{{0,12}}?({NUMBER})\s*(亿元|万元|元)"
    )
    for spec, text in subject.fields():
        found = source.search(fold(text)) if spec.kind.multiline else None
        money = parse_money(found[1] + found[2]) if found else None
        if not found or money is None:
            continue
        if amount is None:
            amount, whole = money.amount_wan, spec
        elif abs(money.amount_wan - amount) > subject.profile.limits["conversion_tolerance"] and whole:
            fact = f"“{spec.label}”写“{found[0]}”，而“{whole.label}”是 {format_number(amount)} 万元"
            yield subject.cell_finding("C54", spec.path, fact, severity="warning")
