"""Cells of the form that stand beside all rows of a table: drawn once, merged over the rows, shown again overleaf."""

from __future__ import annotations

import io

import openpyxl
import pytest

from filings.renderers.workbook import render_workbook
from filings.sheet.document import Document, Row, document_from_data, document_to_data
from filings.sheet.grid import Grid, GridCell, LayoutVariables, build_grid
from filings.sheet.loading import load_layout
from filings.sheet.pages import paginate
from tests.sheet.kit import problems

VARIABLES = LayoutVariables(2026, "某区", "某局", "某项目", "某表")
FORM = """\
key = "a/b"
version = 1
name = "表"
subject = "project"
[cells]
goal = { label = "目标", kind = "text" }
share = { label = "比重" }
[tables.rows]
of = "indicators"
beside = { objective = "goal" }
[tables.rows.columns]
level1 = { label = "一级", merge = true }
name = { label = "名" }
[[block]]
widths_mm = [20, 20, 30, 60]
draw = '''
head | 目标 | 比重 | 一级 | 名 |
rows | {goal} | {share} | {level1} | {name} |
     | 末 | < | < | < |
'''
[[section]]
key = "s"
title = "t"
cells = ["goal", "share"]
tables = ["rows"]
"""
OUTLINE = FORM.replace(
    "rows | {goal} | {share} | {level1} | {name} |",
    "rows by level1 | {goal} | {share} | {level1} | < |\nrows | ^ | ^ | | {name} |",
)


def document(count: int, goal: str = "一个目标") -> Document:
    rows = tuple(Row(f"r{n}", {"level1": f"级{n // 3}", "name": f"名{n}"}) for n in range(count))
    return Document("a/b", 1, {"goal": goal, "share": "100"}, {"rows": rows})


def sheet(text: str, count: int, goal: str = "一个目标") -> Grid:
    return build_grid(load_layout("a.toml", text, {}.__getitem__), document(count, goal), VARIABLES)


def of(grid: Grid, name: str) -> list[GridCell]:
    return [cell for cell in grid.cells() if str(cell.path) == name]


@pytest.mark.parametrize(("count", "rows"), [(0, 1), (1, 1), (7, 7)])
def test_it_is_drawn_once_over_all_rows(count: int, rows: int) -> None:
    grid = sheet(FORM, count)
    assert [(cell.text, cell.rows) for name in ("goal", "share") for cell in of(grid, name)] == [
        ("一个目标", rows), ("100", rows),
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "rows"), [(0, 2), (1, 2), (7, 10)])
def test_it_runs_along_outline_rows_too(count: int, rows: int) -> None:
    assert [(cell.text, cell.rows) for cell in of(sheet(OUTLINE, count), "goal")] == [("一个目标", rows)]


def test_a_blank_row_printed_for_its_sake_has_no_address_of_its_own() -> None:
    assert {str(cell.path) for cell in sheet(FORM, 0).cells() if cell.path} == {"goal", "share"}


def test_it_is_shown_again_on_each_page() -> None:
    leaves = paginate(sheet(FORM, 90)).pages
    cells = [[cell for row in page.slices[0].rows for cell in row.cells] for page in leaves]
    shown = [cell for page in cells for cell in page if "".join(cell.lines) == "一个目标"]
    assert [cell.repeated for cell in shown] == [False] + [True] * (len(leaves) - 1)
    assert len(leaves) > 1
    assert sum(cell.rows for cell in shown) == 90


def test_a_long_one_goes_on_overleaf_and_is_printed_once() -> None:
    goal = "".join(f"第{number}句话，很长。" for number in range(400))
    paper = paginate(sheet(FORM, 5, goal))
    assert len(paper.pages) > 2
    printed = [
        "".join(cell.lines) for page in paper.pages for row in page.slices[0].rows for cell in row.cells
        if str(cell.cell.path) == "goal"
    ]  # fmt: skip
    assert "".join(printed) == goal
    room = paper.page.content_height_mm
    assert all(sum(row.height_mm for part in page.slices for row in part.rows) <= room + 0.1 for page in paper.pages)


def test_the_workbook_has_one_merged_cell() -> None:
    ws = openpyxl.load_workbook(io.BytesIO(render_workbook([(sheet(FORM, 7), "")]))).active
    (at,) = [cell for row in ws.iter_rows() for cell in row if cell.value == "一个目标"]
    (area,) = [one for one in ws.merged_cells.ranges if at.coordinate in one]
    assert (area.min_row, area.max_row - area.min_row + 1) == (at.row, 7)


def test_as_data_it_is_a_field() -> None:
    data = document_to_data(document(2))
    assert data["fields"] == {"goal": "一个目标", "share": "100"}
    assert all("goal" not in row["cells"] for row in data["tables"]["rows"])
    assert document_from_data(data) == document(2)


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        ("{goal} | {share} |", "{goal}{name} | {share} |", "rows |", "不能和 rows 的列画在同一格"),
        ("| {goal} | {share} |", "| {gaol} | {share} |", "rows |", "画了 {gaol}，但 [tables"),
        ('objective = "goal"', 'objective = "gaol"', "[tables.rows]", "没有单元格 gaol"),
        ("objective = ", "name = ", "[tables.rows]", "name 已是这张表的列"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, at: str, reason: str) -> None:
    text = FORM.replace(old, new)
    found = [one for one in problems(text) if reason in one.reason]
    assert found
    assert text.splitlines()[found[0].line - 1].startswith((at, "beside"))


@pytest.mark.parametrize("other", ["rows | | ^ | | {name} |", "rows | {goal} | ^ | | {name} |"])
def test_all_lines_of_the_table_continue_it(other: str) -> None:
    found = problems(OUTLINE.replace("rows | ^ | ^ | | {name} |", other))
    assert "{goal} 属于整张表，要跨 rows 的所有行" in found[0].reason


# -- fixed words ----------------------------------------------------------------------------------------------------

WORDS = FORM.replace("rows | {goal} | {share} |", "rows | {goal}{share} | {year}年指标 |")
WORDS_IN_OUTLINE = OUTLINE.replace("rows by level1 | {goal} | {share} |", "rows by level1 | {goal}{share} | 年度指标 |")


@pytest.mark.parametrize(("count", "rows"), [(0, 1), (1, 1), (7, 7)])
def test_fixed_words_beside_all_rows_are_one_cell(count: int, rows: int) -> None:
    grid = sheet(WORDS, count)
    assert [(cell.rows, cell.role) for cell in grid.cells() if cell.text == "2026年指标"] == [(rows, "label")]
    assert [cell.rows for cell in of(grid, "goal")] == [rows]


def test_fixed_words_run_along_outline_rows() -> None:
    assert [cell.rows for cell in sheet(WORDS_IN_OUTLINE, 7).cells() if cell.text == "年度指标"] == [10]


@pytest.mark.parametrize(
    ("drawn", "texts"),
    [
        ("rows | 某 | < | {level1} | {name} |", {"某": [4]}),
        ("rows | {n} | {cn} | {level1} | {name} |", {"1": [1], "2": [1], "一": [1]}),
        ("rows | 某 | < | {level1} | {name} |\nrows | 级 | < | < | < |", {"某": [1] * 4, "级": [1] * 4}),
        ("rows | | | {level1} | {name} |", {"": [1] * 8}),
    ],
    ids=["over two columns", "numbers of rows", "in one of two lines", "blank cells"],
)  # fmt: skip
def test_other_words_stay_in_each_row(drawn: str, texts: dict[str, list[int]]) -> None:
    form = FORM.replace("rows | {goal} | {share} | {level1} | {name} |", drawn)
    form = form.replace("     | 末 | < | < | < |", "     | {goal} | {share} | < | < |").replace(
        'beside = { objective = "goal" }\n', ""
    )
    spans = {text: [cell.rows for cell in sheet(form, 4, "目标甲").cells() if cell.text == text] for text in texts}
    assert spans == texts
