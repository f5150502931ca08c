"""The thirteen sheets of 江汉区, which no other place is like: several tables of indicators, joined blocks, boxes."""

from __future__ import annotations

import re

import pytest

from filings.sheet.pages import paginate
from tests.paper import kit
from tests.paper.kit import Outputs

NAMES = tuple(name for name in kit.demo_filings() if name.startswith("wuhan-jianghan: "))
INDICATORS = dict(zip(NAMES, (73, 14, 14, 26, 22, 34, 12, 18, 18, 12, 22, 18, 58), strict=True))


@pytest.fixture(params=NAMES)
def sheet(request: pytest.FixtureRequest) -> tuple[str, Outputs]:
    return request.param, kit.demo_outputs(request.param)


def of_kind(real: Outputs, kind: str) -> list[str]:
    """The tables of a form whose rows are of a kind."""
    return [table.name for table in kit.layout_of(real.document.layout).tables.values() if table.row_kind == kind]


def test_one_department_form_and_twelve_projects() -> None:
    layouts = [kit.demo_filings()[name][0].layout for name in NAMES]
    assert layouts == ["wuhan-jianghan/department"] + ["wuhan-jianghan/project"] * 12


def test_every_indicator_of_the_filing_is_there(sheet: tuple[str, Outputs]) -> None:
    name, real = sheet
    assert sum(len(real.document.rows(table)) for table in of_kind(real, "indicators")) == INDICATORS[name]


def test_the_sheets_have_about_as_many_pages_as_the_official_ones(sheet: tuple[str, Outputs]) -> None:
    """The official print has seven or eight for the department, two to six for a project."""
    name, real = sheet
    assert len(real.pdf_pages) in ((7, 8) if name == NAMES[0] else range(2, 7))
    assert len(real.sheet.row_breaks.brk) + 1 == len(real.pdf_pages)


def test_all_rows_of_all_tables_stand_in_one_line_of_the_workbook(sheet: tuple[str, Outputs]) -> None:
    """The tables with the same names in several blocks stand below one another: rows are found in their order."""
    _, real = sheet
    cells = [cell for cell in kit.sheet_cells(real.sheet) if cell[0]]
    lines: dict[int, list[str]] = {}
    for words, _, _, top, bottom in cells:
        for line in range(top, bottom + 1):
            lines.setdefault(line, []).append(str(words))
    layout, at = kit.layout_of(real.document.layout), 0
    drawn = dict.fromkeys(row.table for block in layout.blocks for row in getattr(block, "rows", ()) if row.table)
    for table in drawn:
        for row in real.document.rows(table):
            wanted = sorted(text for column, text in row.cells.items() if column in layout.tables[table].columns)
            found = [line for line in sorted(lines) if line > at and not _missing(wanted, lines[line])]
            assert found, (table, row)
            at = found[0]


def _missing(wanted: list[str], words: list[str]) -> list[str]:
    left = list(words)
    missing = []
    for text in wanted:
        if text in left:
            left.remove(text)
        else:
            missing.append(text)
    return missing


def test_all_blocks_are_as_wide_as_one_another() -> None:
    for key in ("department", "project"):
        blocks = kit.layout_of(f"wuhan-jianghan/{key}").blocks
        tables = [block for block in blocks if hasattr(block, "widths_mm")]
        assert {round(sum(block.widths_mm), 3) for block in tables} == {round(sum(tables[0].widths_mm), 3)}
        assert [block.joined for block in tables] == [False] + [True] * (len(tables) - 1)


def test_boxes_show_every_choice_and_the_chosen_one_ticked() -> None:
    read = kit.demo_outputs(NAMES[2]).pdf_pages[0].text
    assert "1.运转类□2.特定目标类本级支出☑3.特定目标类上级转移支出□" in read
    assert "1.一次性项目□2.常年项目□3.延续性项目☑" in read


def test_header_lines_stand_above_the_rows_of_each_page() -> None:
    begins = re.compile("(?:长期|年度)(?:绩效指标|目标)|项目支出|整体绩效")
    department = kit.demo_outputs(NAMES[0]).pdf_pages
    assert [page.text[:9] for page in department[1:] if not begins.match(page.text)] == []
    last = kit.demo_outputs(NAMES[12]).pdf_pages[-1].text
    assert last.startswith("年度绩效目标表目标名称")


def test_the_annual_weights_of_each_project_make_eighty() -> None:
    for name in NAMES[1:]:
        document = kit.demo_filings()[name][0]
        assert sum(int(row.get("weight")) for row in document.rows("annual_indicators")) == 80, name


@pytest.mark.parametrize("whole_rows", [False, True])
def test_no_goal_stands_alone_at_the_foot_of_a_page(whole_rows: bool) -> None:
    """Neither in the PDF nor in the workbook."""
    for leaf in paginate(kit.demo_outputs(NAMES[0]).grid, whole_rows=whole_rows).pages:
        first = leaf.slices[-1].rows[-1].cells[0].cell.text
        assert not re.match(r"(长期|年度)目标\d", first)


def test_the_goal_beside_the_indicators_is_one_cell_over_all_of_them(sheet: tuple[str, Outputs]) -> None:
    _, real = sheet
    for table in ("period", "annual") if real.document.layout.endswith("project") else ():
        path = f"{table}_table_goal"
        cells = [cell for cell in real.grid.cells() if str(cell.path) == path]
        assert [cell.rows for cell in cells] == [len(real.document.rows(f"{table}_indicators"))]
        assert cells[0].text == real.document.fields[path]
        assert not any("objective" in row.cells for row in real.document.rows(f"{table}_indicators"))
