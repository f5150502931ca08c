"""归类: whether each indicator is in the right category, and only once (C15–C17, C21–C25, C38; C62, C63 of costs)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from filings.checks.budgets import Budget, find_budgets
from filings.checks.finding import CheckSubject, Facts, Finding
from filings.checks.indicator_rows import Indicator, find_word
from filings.sheet.kinds import format_number
from indicators.number import normalize_width
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
OUTCOMES = re.compile(r"水质|空气|饮用?水|食品|药品|农产品|土壤|体质|噪声|环境|断面|排放")
"""Things whose quality is a benefit to the public (水质达标率), unlike the quality of a building."""
FAULTS = re.compile(r"投诉|事故|差错|错误|案件|故障|死亡|伤亡|缺陷|违规|违法|舆情|返工|退稿|偏差|误差|距离")


def level_names(subject: CheckSubject) -> Iterator[Finding]:
    """C15 一、二级指标名称错误: a level name is not in the local taxonomy, or level 2 is under another level 1."""
    tree = subject.profile.tree
    for indicator in subject.indicators:
        first, second = indicator.row.get("level1").strip(), indicator.row.get("level2").strip()
        if not first or not second:
            continue
        node = tree.find(first, second)
        if node is None or node.parent_code is None:
            if not tree.find(first, ""):
                yield subject.indicator_finding("C15", indicator, "level1", "unknown", facts={"level": first})
            names = [child.name for child in tree.children(getattr(tree.find(first, ""), "code", ""))]
            if names:
                facts: Facts = {"level": second, "parent": first, "names": names}
                yield subject.indicator_finding(
                    "C15", indicator, "level2", "not_below", facts=facts, severity="warning"
                )
            continue
        parent = next((c for c in tree.level1() if c.code == node.parent_code), None)
        if parent and normalize_name(parent.name) != normalize_name(first):
            facts = {"level": second, "right": parent.name, "parent": first}
            yield subject.indicator_finding("C15", indicator, "level1", "other_parent", facts=facts, fix=parent.name)


def category_as_name(subject: CheckSubject) -> Iterator[Finding]:
    """C16 三级指标照抄上级名称: the name of a row is only the name of a category."""
    nodes = {normalize_name(category.name): category.name for category in subject.profile.tree.categories}
    for indicator in subject.indicators:
        key = indicator.category_key
        if key in nodes or key in {
            normalize_name(indicator.row.get("level1")),
            normalize_name(indicator.row.get("level2")),
        } - {""}:
            # 服务对象满意度 is in many official samples: never more than a warning.
            usual = indicator.within("satisfaction", "benefit.satisfaction") and not indicator.normalized_name.endswith(
                "指标"
            )
            severity = "warning" if usual else ""
            yield subject.indicator_finding("C16", indicator, "name", facts={"name": indicator.name}, severity=severity)


def repeated_names(subject: CheckSubject) -> Iterator[Finding]:
    """C17 指标重复: a name occurs twice in a table (within a project, term and goal, where the table has several)."""
    nodes = {normalize_name(category.name) for category in subject.profile.tree.categories}
    seen: dict[tuple[str, ...], Indicator] = {}
    for indicator in subject.indicators:
        if indicator.is_blank or indicator.category_key in nodes:
            continue
        first = seen.setdefault((*indicator.group, indicator.plain_name.rstrip("。.")), indicator)
        # Several values of a row share one name.
        if first is not indicator and (first_name := first.path("name")) != indicator.path("name"):
            yield subject.indicator_finding(
                "C17", indicator, "name", facts={"name": indicator.name, "first": first_name}
            )


def timeliness_under_quality(subject: CheckSubject) -> Iterator[Finding]:
    """C21 质量与时效混淆: a quality indicator whose name has words of timeliness (及时, 按时 …)."""
    for indicator in subject.indicators:
        word = find_word(subject.profile.words["timely"], indicator.normalized_name)
        if word and indicator.within("output.quality"):
            level2 = indicator.row.get("level2")
            yield subject.indicator_finding("C21", indicator, "name", facts={"word": word, "level2": level2})


def satisfaction_under_benefit(subject: CheckSubject) -> Iterator[Finding]:
    """C22 以满意度代替效益: an indicator of satisfaction outside the satisfaction category."""
    for indicator in subject.indicators:
        if (
            "满意" in indicator.normalized_name
            and indicator.within("benefit", "output", "cost")
            and "满意" not in indicator.get("level2")
        ):
            if indicator.within("benefit.satisfaction") or re.search(r"不满意?情绪|不满", indicator.normalized_name):
                continue
            yield subject.indicator_finding("C22", indicator, "name", facts={"level2": indicator.row.get("level2")})


def quality_under_benefit(subject: CheckSubject) -> Iterator[Finding]:
    """C23 指标归类混淆: words of quality outside quality, or words of benefit under quantity."""
    words = subject.profile.words
    for indicator in subject.indicators:
        is_misplaced = indicator.within("benefit", "cost", "output.quantity", "output.timeliness")
        is_misplaced = is_misplaced and not (indicator.within("benefit") and OUTCOMES.search(indicator.normalized_name))
        if is_misplaced and (word := find_word(words["quality"], indicator.normalized_name)):
            level2 = indicator.row.get("level2")
            yield subject.indicator_finding("C23", indicator, "name", "quality", facts={"word": word, "level2": level2})
        elif indicator.within("output.quantity") and (word := find_word(words["benefit"], indicator.normalized_name)):
            # 事故发生数 under quantity is usual in many places: only a note.
            severity = "note" if word.endswith("发生") else ""
            facts = {"word": word, "level2": indicator.row.get("level2")}
            yield subject.indicator_finding("C23", indicator, "name", "benefit", facts=facts, severity=severity)


def money_as_output(subject: CheckSubject) -> Iterator[Finding]:
    """C24 以投入作为产出: a quantity indicator whose value is spent money; earned or attracted money is a result."""
    for indicator in subject.indicators:
        if not indicator.within("output.quantity") or find_word(
            subject.profile.words["results_in_money"], indicator.normalized_name
        ):
            continue
        if indicator.value.number is not None and _is_money(indicator):
            yield subject.indicator_finding("C24", indicator, "value", facts={"value": indicator.display_value})


def cost_repeats_budget(subject: CheckSubject) -> Iterator[Finding]:
    """C25 成本指标只写预算总额: a cost row repeats the amount of the form, or of its project.

    Also C62 (the figure of the budget in another money unit) and C63 (a single cost larger than the budget).
    """
    budgets = find_budgets(subject)
    costs = [indicator for indicator in subject.indicators if indicator.is_cost and not indicator.is_blank]
    # Of each table and project how many cost rows there are, and how many of them are the price of one unit.
    groups = [(indicator.table.name, indicator.project) for indicator in costs]
    rows = Counter(groups)
    unit_costs = Counter([group for group, one in zip(groups, costs, strict=True) if one.is_unit_cost])
    for indicator, group in zip(costs, groups, strict=True):
        if indicator.value.kind == "qualitative" and "预算" in indicator.display_value:
            yield subject.indicator_finding(
                "C25", indicator, "value", "words", facts={"value": indicator.display_value}
            )
        cost, budget = indicator.amount, budgets.get(indicator.project)
        if budget and cost is not None:
            has_unit_cost = unit_costs[group] > indicator.is_unit_cost
            yield from _compare_cost(subject, indicator, cost, rows[group] - 1, has_unit_cost, budget)


def _compare_cost(
    subject: CheckSubject, indicator: Indicator, cost: Decimal, others: int, has_unit_cost: bool, budget: Budget
) -> Iterator[Finding]:
    """Compare one cost in 万元 with the budget.

    `others` is how many other cost rows its table and project have; `has_unit_cost`: one is the price of a unit.
    """
    facts = {"value": indicator.display_value}
    stated = {**facts, "budget": format_number(budget.amount)}
    if indicator.value.number == budget.amount and cost != budget.amount:
        yield subject.indicator_finding("C62", indicator, "value", "cost", facts=stated, reads=budget.cells)
    elif cost in budget.repeatable and ("总" in indicator.normalized_name or not has_unit_cost):
        case = "" if others else "only"
        yield subject.indicator_finding("C25", indicator, "value", case, facts=facts, reads=budget.cells)
    elif cost > max(budget.repeatable) + subject.profile.limits["conversion_tolerance"] and not others:
        yield subject.indicator_finding("C63", indicator, "value", "cost", facts=stated, reads=budget.cells)


def rate_under_quantity(subject: CheckSubject) -> Iterator[Finding]:
    """C38 数量与质量混淆: a percentage under quantity, or a plain count under quality."""
    bad = subject.profile.words["bad"]
    for indicator in subject.indicators:
        if indicator.within("output.quantity") and indicator.is_percent:
            yield subject.indicator_finding("C38", indicator, "value", "rate", facts={"value": indicator.display_value})
        counted = (
            indicator.value.number
            and indicator.value.unit in COUNTING
            and re.search(r"数$|数量$|人次$", indicator.normalized_name)
        )
        if (
            indicator.within("output.quality")
            and counted
            and not FAULTS.search(indicator.normalized_name)
            and not find_word(bad, indicator.normalized_name)
        ):
            yield subject.indicator_finding(
                "C38", indicator, "value", "count", facts={"value": indicator.display_value}
            )


def _is_money(indicator: Indicator) -> bool:
    return (not indicator.value.per_unit and indicator.value.unit in ("元", "千元", "万元", "百万元", "亿元")) or (
        indicator.value.unit == "万"
        and bool(re.search(r"资金|经费|费用|金额|支出|补助|补贴", normalize_width(indicator.name)))
    )
