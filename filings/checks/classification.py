"""归类: whether a row stands in its right class, and once (C15–C17, C21–C25, C38)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import Indicator, find_word
from filings.sheet.kinds import format_number
from indicators.number import fold, parse_money
from indicators.taxonomy import normalize_name

COUNTING = (
    "次",
    "个",
    "人",
    "人次",
    "户",
    "件",
    "场",
    "场次",
    "名",
    "篇",
    "条",
    "份",
    "期",
    "批",
    "台",
    "套",
    "处",
    "家",
    "项",
)
_NEARLY = Decimal("0.9")
OUTCOMES = re.compile(r"水质|空气|饮用?水|食品|药品|农产品|土壤|体质|噪声|环境|断面|排放")
"""What is itself the effect: that water or food is up to standard is a benefit, that a building is one is quality."""
FAULTS = re.compile(r"投诉|事故|差错|错误|案件|故障|死亡|伤亡|缺陷|违规|违法|舆情|返工|退稿|偏差|误差|距离")


def level_names(subject: CheckSubject) -> Iterator[Finding]:
    """C15 一、二级指标名称: both are of the local tree, and level 2 stands under its own level 1."""
    tree = subject.profile.tree
    for _, group in groupby(subject.indicators, key=_levels):
        one = next(group)
        first, second = one.row.get("level1").strip(), one.row.get("level2").strip()
        if not first or not second:
            continue
        node = tree.find(first, second)
        if node is None or node.parent_code is None:
            if not tree.find(first, ""):
                yield subject.indicator_finding("C15", one, "level1", f"一级指标“{first}”不在本地指标体系里")
            names = "、".join(child.name for child in tree.children(getattr(tree.find(first, ""), "code", "")))
            if names:
                fact = f"二级指标“{second}”不在“{first}”下，可选：{names}"
                yield subject.indicator_finding("C15", one, "level2", fact, severity="warning")
            continue
        parent = next((c for c in tree.level1() if c.code == node.parent_code), None)
        if parent and normalize_name(parent.name) != normalize_name(first):
            fact = f"二级指标“{second}”的一级指标应为“{parent.name}”，现在是“{first}”"
            yield subject.indicator_finding("C15", one, "level1", fact, fix=parent.name)


def _levels(one: Indicator) -> tuple[str, str, str]:
    return one.table.name, one.row.get("level1").strip(), one.row.get("level2").strip()


def merge_level1_findings(subject: CheckSubject, findings: list[Finding]) -> list[Finding]:
    """Of findings about level 1, the first of each run of rows with the same wrong words: on paper it is one cell."""
    runs: dict[str, str] = {}
    for (table, level1), group in groupby(subject.indicators, key=lambda one: (one.table.name, one.get("level1"))):
        rows = list(group)
        for one in rows:
            runs[str(one.path("level1"))] = f"{table}|{level1}|{rows[0].row.id}"
    seen: set[str] = set()
    kept = []
    for finding in findings:
        run = runs.get(finding.path, "") if finding.code == "C15" else ""
        if not run or run not in seen:
            kept.append(finding)
        seen.add(run)
    return kept


def category_as_name(subject: CheckSubject) -> Iterator[Finding]:
    """C16 三级指标照抄二级名称: a name that is only the name of a category says nothing of the project."""
    nodes = {normalize_name(category.name): category.name for category in subject.profile.tree.categories}
    for one in subject.indicators:
        key = normalize_name(one.name)
        if key in nodes or key in {normalize_name(one.row.get("level1")), normalize_name(one.row.get("level2"))} - {""}:
            # 服务对象满意度 is on many official samples: poor, but no reason to turn a filing away.
            usual = one.within("satisfaction", "benefit.satisfaction") and not one.normalized_name.endswith("指标")
            fact = f"三级指标“{one.name}”只是上级分类的名称"
            yield subject.indicator_finding("C16", one, "name", fact, severity="warning" if usual else "")


def repeated_names(subject: CheckSubject) -> Iterator[Finding]:
    """C17 指标重复: a name stands once in a table (for each goal, where the table has several)."""
    nodes = {normalize_name(category.name) for category in subject.profile.tree.categories}
    seen: dict[tuple[str, str, str], Indicator] = {}
    for one in subject.indicators:
        if one.is_blank or normalize_name(one.name) in nodes:
            continue
        key = (one.table.name, one.get("objective"), one.normalized_name.rstrip("。."))
        if (first := seen.setdefault(key, one)) is not one:
            yield subject.indicator_finding(
                "C17", one, "name", f"三级指标“{one.name}”在第 {first.number_in_table} 行已经有了"
            )


def timeliness_under_quality(subject: CheckSubject) -> Iterator[Finding]:
    """C21 质量与时效混淆: words of time in a name under quality."""
    for one in subject.indicators:
        word = find_word(subject.profile.words["timely"], one.normalized_name)
        if word and one.within("output.quality"):
            yield subject.indicator_finding("C21", one, "name", f"名称里有“{word}”，却放在“{one.row.get('level2')}”下")


def satisfaction_under_benefit(subject: CheckSubject) -> Iterator[Finding]:
    """C22 以满意度代替效益: satisfaction measured outside its class."""
    for one in subject.indicators:
        if (
            "满意" in one.normalized_name
            and one.within("benefit", "output", "cost")
            and "满意" not in one.get("level2")
        ):
            if one.within("benefit.satisfaction") or re.search(r"不满意?情绪|不满", one.normalized_name):
                continue
            yield subject.indicator_finding("C22", one, "name", f"名称里有“满意”，却放在“{one.row.get('level2')}”下")


def quality_under_benefit(subject: CheckSubject) -> Iterator[Finding]:
    """C23 归类混淆: words of quality under benefit, words of benefit under output."""
    words = subject.profile.words
    for one in subject.indicators:
        elsewhere = one.within("benefit", "cost", "output.quantity", "output.timeliness")
        elsewhere = elsewhere and not (one.within("benefit") and OUTCOMES.search(one.normalized_name))
        if elsewhere and (word := find_word(words["quality"], one.normalized_name)):
            yield subject.indicator_finding("C23", one, "name", f"“{word}”反映质量，却放在“{one.row.get('level2')}”下")
        elif one.within("output.quantity") and (word := find_word(words["benefit"], one.normalized_name)):
            # 事故发生数 under quantity is a habit of many places: worth a word, not a warning.
            severity = "note" if word.endswith("发生") else ""
            fact = f"“{word}”反映效益，却放在“{one.row.get('level2')}”下"
            yield subject.indicator_finding("C23", one, "name", fact, severity=severity)


def money_as_output(subject: CheckSubject) -> Iterator[Finding]:
    """C24 以投入作为产出: money spent under quantity; money earned or invested by others is a result."""
    for one in subject.indicators:
        if not one.within("output.quantity") or find_word(
            subject.profile.words["results_in_money"], one.normalized_name
        ):
            continue
        if one.value.number is not None and _is_money(one):
            yield subject.indicator_finding("C24", one, "value", f"数量指标的指标值“{one.display_value}”是金额")


def cost_repeats_budget(subject: CheckSubject) -> Iterator[Finding]:
    """C25 成本指标只写预算总额: the amount of the sheet again; C62: its figure in 元; C63: more than the budget."""
    budget, amounts = _budget(subject)
    costs = [one for one in subject.indicators if one.is_cost and not one.is_blank]
    for one in costs:
        money = _money(one)
        if one.value.kind == "qualitative" and "预算" in one.display_value:
            yield subject.indicator_finding("C25", one, "value", f"成本指标只写了“{one.display_value}”")
        if not budget or money is None:
            continue
        others = [other for other in costs if other is not one and other.table.name == one.table.name]
        if one.value.number == budget and money != budget:
            fact = f"成本指标“{one.display_value}”与预算数字相同，单位却不是万元（预算 {format_number(budget)} 万元）"
            yield subject.indicator_finding("C62", one, "value", fact)
        elif money in amounts and ("总" in one.normalized_name or not any(_is_of_a_unit(other) for other in others)):
            only = "成本指标" if others else "唯一的成本指标"
            yield subject.indicator_finding("C25", one, "value", f"{only}“{one.display_value}”就是预算总额")
        elif money > max(amounts) + subject.profile.limits["conversion_tolerance"] and not others:
            fact = f"成本指标“{one.display_value}”大于预算 {format_number(budget)} 万元，可能是几年的总额"
            yield subject.indicator_finding("C63", one, "value", fact)


def _budget(subject: CheckSubject) -> tuple[Decimal | None, set[Decimal]]:
    """The amount of the sheet, and every amount of its head that a cost could repeat, in 万元."""
    heads = [spec.kind.amount(text) for spec, text in subject.fields() if spec.kind.key == "money"]
    amounts = [amount for amount in heads if amount]
    whole = subject.layout.cells.get(subject.layout.amount)
    budget = whole.kind.amount(subject.document.value(whole.path)) if whole else None
    near = {amount for amount in amounts if not budget or amount >= budget * _NEARLY}
    return budget or next(iter(amounts), None), near


def _is_of_a_unit(one: Indicator) -> bool:
    """Whether a cost is that of one piece, which is what cost indicators are for."""
    named = re.search(r"单价|标准|[人户亩生床车]均|单位(?:成本|造价|面积|产品)|单[个次台套件]", one.normalized_name)
    return bool(one.value.number) and bool(one.value.per_unit or named)


def rate_under_quantity(subject: CheckSubject) -> Iterator[Finding]:
    """C38 数量与质量混淆: percent under quantity; a count of deeds under quality."""
    bad = subject.profile.words["bad"]
    for one in subject.indicators:
        if one.within("output.quantity") and one.is_percent:
            yield subject.indicator_finding("C38", one, "value", f"数量指标的指标值“{one.display_value}”是比率")
        counted = one.value.number and one.value.unit in COUNTING and re.search(r"数$|数量$|人次$", one.normalized_name)
        if (
            one.within("output.quality")
            and counted
            and not FAULTS.search(one.normalized_name)
            and not find_word(bad, one.normalized_name)
        ):
            yield subject.indicator_finding("C38", one, "value", f"质量指标的指标值“{one.display_value}”是个数")


def _money(one: Indicator) -> Decimal | None:
    if one.value.number is None or one.value.per_unit:
        return None
    money = parse_money(f"{one.value.number:f}{one.value.unit}") if one.value.unit else None
    return money.amount_wan if money else None


def _is_money(one: Indicator) -> bool:
    return (not one.value.per_unit and one.value.unit in ("元", "千元", "万元", "百万元", "亿元")) or (
        one.value.unit == "万" and bool(re.search(r"资金|经费|费用|金额|支出|补助|补贴", fold(one.name)))
    )
