"""The words of layout files that carry meaning: what a cell means, what a row, a column or a table stands for.

Checks ask for these words and never for a label. docs/layouts.md says what each does; a word that stands in none of
these lists is a mistake in the file.
"""

from __future__ import annotations

from collections.abc import Mapping

MEANINGS: Mapping[str, str] = {
    "project_name": "项目名称",
    "project": "说明是哪个项目的标题、子项",
    "name": "名称",
    "department": "单位",
    "goal": "目标",
    "year_span": "年度跨度",
    "budget_year": "预算年度",
    "any_year": "可以写任何年份",
    "total_budget": "项目总预算",
    "annual_budget": "当年预算",
    "project_expenditure": "项目支出合计",
    "with_unit": "金额连单位填写",
    "project_code": "项目编码",
    "last_year_result": "上年结果",
}
"""What a cell or column may mean: values of `means`."""

TERMS: Mapping[str, str] = {"annual": "年度", "period": "实施期", "last_year": "上年"}
"""What a goal, or a table of indicators, is set for: values of `term`."""

SCOPES: Mapping[str, str] = {"own": "本级", "all": "含下级在内", "subordinate": "下级"}
"""Whose money or goal a row is: values of `scope`."""

SOURCES: Mapping[str, str] = {
    "total": "合计",
    "appropriation": "财政拨款",
    "general": "一般公共预算",
    "government_fund": "政府性基金",
    "state_capital": "国有资本经营预算",
    "social_insurance": "社会保险基金",
    "transfer": "上级转移支付",
    "bond": "地方政府债券",
    "account": "财政专户管理资金",
    "business": "事业收入",
    "self_raised": "单位资金、自筹资金",
    "carryover": "上年结转结余",
    "other": "其他资金",
}
"""Where the money of a funding row comes from: values of `source`."""

ROW_WORDS: Mapping[str, Mapping[str, str]] = {
    "source": SOURCES,
    "scope": SCOPES,
    "term": TERMS,
    "label": {},
    "name": {},
    "content": {},
}
"""Keys of rows printed by name, each with its values; {}: any text. The table's columns are keys too."""

COLUMNS: Mapping[str, str] = {
    "level1": "一级指标",
    "level2": "二级指标",
    "name": "名称",
    "operator": "符号",
    "value": "指标值",
    "unit": "计量单位",
    "nature": "定性定量",
    "description": "指标说明",
    "weight": "权重",
    "objective": "所属目标",
    "objective_weight": "目标的权重比例",
    "last_year": "上年值",
    "year_before_last": "前年值",
    "label": "目标名称",
    "content": "支出内容",
    "detail": "支出明细",
}
"""Columns that mean something to checks and copies by their name; columns of other names are only filled and drawn."""
