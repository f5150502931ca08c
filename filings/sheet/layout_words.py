"""The words of layout files that carry meaning: what a cell means, what a row, a column or a table stands for.

Checks ask for these words and never for a label. docs/layouts.md says what each does; a word that stands in none of
these lists is a mistake in the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

MEANINGS: Mapping[str, str] = {
    "project_name": "项目名称",
    "project": "说明是哪个项目的标题、子项",
    "name": "名称",
    "department": "单位",
    "goal": "目标",
    "year_span": "年度跨度",
    "budget_year": "预算年度",
    "any_year": "可以写任何年份",
    "total_budget": "各年总预算",
    "annual_budget": "当年预算",
    "project_expenditure": "各项目的支出",
    "with_unit": "金额连单位填写",
    "project_code": "项目编码",
    "last_year_result": "上年结果",
}
"""What a cell or column may mean: values of `means`, with what pages call them."""

TERMS: Mapping[str, str] = {"annual": "年度", "period": "实施期", "last_year": "上年"}
"""What a goal, or a table of indicators, is set for: values of `term`, with what pages call them."""

SCOPES = ("own", "all", "subordinate")
"""Whose money or goal a row is: values of `scope`."""

SOURCES = (
    "total",
    "appropriation",
    "general",
    "government_fund",
    "state_capital",
    "social_insurance",
    "transfer",
    "bond",
    "account",
    "business",
    "self_raised",
    "carryover",
    "other",
)
"""Where the money of a funding row comes from: values of `source`."""

ROW_WORDS: Mapping[str, Collection[str]] = {
    "source": SOURCES,
    "scope": SCOPES,
    "term": TERMS,
    "label": (),
    "name": (),
    "content": (),
    "level1": (),
    "level2": (),
    "operator": (),
    "unit": (),
    "nature": (),
    "objective": (),
    "project_name": (),
}
"""Keys of rows printed by name, each with its values; (): any text. The table's columns are keys too."""

COLUMNS = (
    "level1",
    "level2",
    "name",
    "operator",
    "value",
    "unit",
    "nature",
    "description",
    "weight",
    "objective",
    "objective_weight",
    "project_name",
    "budget",
    "last_year",
    "year_before_last",
    "label",
    "content",
    "detail",
)
"""Columns that mean something to checks and copies by their name; columns of other names are only filled and drawn."""
