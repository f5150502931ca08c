"""The one place that reads meanings out of labels: for layouts stored before files could say `means`.

A layout that names no meaning at all is given those that the checks of release 0.2 read out of its labels and names,
so that they find in it what they found before. To a layout that names some, nothing is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from filings.sheet.layout import InputSpec, Layout, TableSpec
from filings.sheet.layout_words import MEANINGS, TERMS
from indicators.number import normalize_width

UNIT_IN_HELP = re.compile(r"[0-9]\s*万?元")
PARTS_OF_EXPENDITURE = ("人员", "运转", "公用", "前年", "上年", "占比")


def suggest_meanings(layout: Layout) -> Layout:
    """The layout with the meanings that its labels suggest, if its file names none; else the layout as it is."""
    if next(_named(layout), None):
        return layout
    return replace(
        layout,
        cells={name: replace(spec, means=_cell_meanings(layout, spec)) for name, spec in layout.cells.items()},
        tables={name: _suggested_table(table) for name, table in layout.tables.items()},
        has_suggested_meanings=True,
    )


def missing_meanings(layout: Layout) -> list[tuple[str, str]]:
    """Names and labels of the cells and columns whose labels suggest a meaning, though the file gives them none.

    None where the labels were asked. Computed cells are left out: what they are stands in the rule.
    """
    cells = [(spec, _cell_meanings(layout, spec)) for spec in layout.cells.values()]
    columns = [(spec, _column_meanings(spec)) for table in layout.tables.values() for spec in table.columns.values()]
    return [
        (_name(spec), spec.label)
        for spec, words in (*cells, *columns)
        if words and not spec.means and not layout.is_derived(str(spec.path))
    ]


def meaning_lines(layout: Layout) -> list[tuple[str, str, str]]:
    """For people: each cell, column and table that means something, as (name in the file, label, what it means)."""
    return list(_named(layout))


def _named(layout: Layout) -> Iterator[tuple[str, str, str]]:
    """Name, label and words of each cell, column and table that means something."""
    columns = [column for table in layout.tables.values() for column in table.columns.values()]
    for spec in (*layout.cells.values(), *columns):
        if words := [*_explained("means", spec.means), *_explained("term", [spec.term])]:
            yield _name(spec), spec.label, "、".join(words)
    for table in layout.tables.values():
        if table.term:
            yield table.name, table.label, "、".join(_explained("term", [table.term]))


def _explained(key: str, words: Iterable[str]) -> list[str]:
    """Words of the vocabulary in Chinese, and as an author writes them: `项目名称（means = "project_name"）`."""
    known = MEANINGS if key == "means" else TERMS
    return [f'{known.get(word, word)}（{key} = "{word}"）' for word in words if word]


def _name(spec: InputSpec) -> str:
    """What the file calls an input: `total`, or `works.goal` for a column."""
    return f"{spec.path.name}.{spec.name}" if spec.path.column and not spec.path.row else spec.name


def _cell_meanings(layout: Layout, spec: InputSpec) -> tuple[str, ...]:
    """What the label of a cell suggests, in the order of the vocabulary.

    An amount is no name, goal or span of years, whatever its label says (单位资金, 年度资金总额).
    """
    if spec.kind.key == "money":
        return _ordered({*_money_meanings(layout, spec)})
    return _ordered({*_name_meanings(spec), *_year_meanings(spec), *_code(spec)})


def _column_meanings(spec: InputSpec) -> tuple[str, ...]:
    """What the name, label and help of a column suggest."""
    is_goal = "goal" in spec.name and spec.kind.multiline
    return _ordered({*(("goal",) if is_goal else ()), *_unit(spec), *_code(spec)})


def _ordered(words: set[str]) -> tuple[str, ...]:
    return tuple(word for word in MEANINGS if word in words)


def _name_meanings(spec: InputSpec) -> Iterator[str]:
    """Names, goals, departments, and what became of last year's project."""
    label, is_project = spec.label, "{project}" in spec.default
    if "名称" in label:
        yield "project_name" if is_project or "项目名称" in label else "name"
    elif is_project:
        yield "project"
    elif "目标" in label:
        yield "goal"
    if "单位" in label and "名称" not in label:
        yield "department"
    if "上年" in label and spec.required and not spec.path.row and spec.kind.key in ("text", "line"):
        yield "last_year_result"


def _year_meanings(spec: InputSpec) -> Iterator[str]:
    """Which years a cell may name."""
    label, is_project = spec.label, "{project}" in spec.default
    if "日期" in label:
        yield "any_year"
    elif not spec.path.row and (is_project or label.endswith(("名称", "标题", "年度"))):
        if "名称" not in label and not is_project:
            yield "budget_year"
    elif "年度范围" not in label and ("期" in label or "年度" in label):
        yield "year_span"
    elif "名称" in label and not spec.path.row:
        yield "any_year"


def _money_meanings(layout: Layout, spec: InputSpec) -> Iterator[str]:
    """Amounts that are compared with others, and how they are written."""
    label = spec.label
    if "总预算" in label:
        yield "total_budget"
    if any(word in label for word in ("当年预算", "本年", "年度预算")):
        yield "annual_budget"
    is_whole = "项目" in label and "支出" in label and not any(word in label for word in PARTS_OF_EXPENDITURE)
    if is_whole and layout.subject == "department" and spec.path.column in ("", "amount"):
        yield "project_expenditure"
    yield from _unit(spec)


def _unit(spec: InputSpec) -> Iterator[str]:
    if spec.kind.key == "money" and UNIT_IN_HELP.search(normalize_width(spec.help)):
        yield "with_unit"


def _code(spec: InputSpec) -> Iterator[str]:
    if spec.kind.key == "code" and "项目" in spec.label:
        yield "project_code"


def _suggested_table(table: TableSpec) -> TableSpec:
    """A table with the meanings of its columns, and the terms that it and they are named after."""
    columns = {
        name: replace(spec, means=_column_meanings(spec), term=_term(name)) for name, spec in table.columns.items()
    }
    return replace(table, columns=columns, term="period" if "period" in table.name else "")


def _term(name: str) -> str:
    return next((term for term in ("period", "annual") if term in name), "")
