"""The oddest form that can be drawn with the vocabulary: blank, full and with 200 rows in every output."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path as File

import openpyxl
import pypdfium2
import pytest

from filings.renderers.workbook import render_workbook
from filings.sheet.derived import update_derived
from filings.sheet.document import Document, Path, Row
from filings.sheet.edits import AddRow, SetCell, apply_edits
from filings.sheet.grid import Grid, LayoutVariables, build_grid
from filings.sheet.loading import load_layout
from filings.sheet.new_documents import blank_document
from filings.sheet.pages import paginate
from filings.sheet.plain_text import render_text
from filings.sheet.sample import sample_document
from tests.factories import profile
from tests.paper.kit import bound, shown

FILE = File(__file__).resolve().parents[1] / "odd-form.toml"
LAYOUT = load_layout(str(FILE), FILE.read_text(encoding="utf-8"), {}.__getitem__)
TREE = profile().categories()
VARIABLES = LayoutVariables(2026, "某区", "某局", "某项目", LAYOUT.name, 4, tuple(TREE))
CASES = ("blank", "full", "rows")


def document(case: str) -> Document:
    if case == "blank":
        return blank_document(LAYOUT, TREE, {})
    if case == "full":
        return sample_document(LAYOUT, TREE)
    tables = dict(sample_document(LAYOUT, TREE).tables)
    for table in ("mid_indicators", "year_indicators", "spending", "staff", "tasks"):
        columns = LAYOUT.tables[table].columns
        cells = [{name: f"{name[:3]}{number}" for name in columns} for number in range(200)]
        for number, row in enumerate(cells):
            level1, level2 = TREE[number * len(TREE) // 200]
            row.update({name: text for name, text in (("level1", level1), ("level2", level2)) if name in columns})
        tables[table] = tuple(Row(f"r{number}", row) for number, row in enumerate(cells))
    return Document(LAYOUT.key, LAYOUT.version, dict(sample_document(LAYOUT, TREE).fields), tables)


@cache
def grid(case: str) -> Grid:
    return build_grid(LAYOUT, document(case), VARIABLES)


@cache
def printed(case: str) -> tuple[list[str], str]:
    """The words of each page of the PDF, and those of the workbook, without blanks."""
    with pypdfium2.PdfDocument(bound(paginate(grid(case)))) as pdf:
        pages = [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pdf]
    # Thousands of merged cells take openpyxl ten seconds, unless it only reads.
    ws = openpyxl.load_workbook(io.BytesIO(render_workbook([(grid(case), "")])), read_only=True).active
    return pages, re.sub(r"\s", "", "\n".join(shown(cell) for row in ws for cell in row))


def texts(row_text: str) -> list[str]:
    """The rows of the grid that hold some words, cell by cell."""
    return next([c.text for c in row.cells] for p in grid("full").panels for row in p.rows
                if any(row_text in c.text for c in row.cells))  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_drawn_without_error(case: str) -> None:
    pages, book = printed(case)
    assert len(pages) == len(paginate(grid(case)).pages) >= 2
    for number, page in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in page
        assert "某区内部资料" in page
    for words in ("附表3-4", "古怪绩效表（某项目）", "含本级和市县", "填表说明", "复审意见：", "分项目标三"):
        assert words in "".join(pages)
        assert words in book
    assert render_text(grid(case))


@pytest.mark.parametrize("case", ["full", "rows"])
def test_everything_typed_is_printed(case: str) -> None:
    """Every cell, also of all columns of all tables: nothing can be filled that is printed nowhere."""
    pages, book = printed(case)
    paper = "".join(pages)
    addressed = {str(part.path) for cell in grid(case).cells() for part in cell.parts if part.path}
    for path, text in document(case).cells():
        if LAYOUT.spec(path) is None or path.column in ("level1", "level2"):
            continue
        assert str(path) in addressed
        for line in text.split("\n"):
            # A label may be cut in the middle of a text that runs over a page end.
            assert re.sub(r"\s", "", line)[:12] in paper
            assert re.sub(r"\s", "", line) in book


def test_two_hundred_rows_count_on() -> None:
    pages, _ = printed("rows")
    paper = "".join(pages)
    for words in ("（二百）nam199", "第200项，牵头：lea199。", "二百nam199"):
        assert words in paper
    assert paper.count("片区") > 3  # header lines on every page


def test_levels_stand_indented_in_one_column() -> None:
    rows = [[c.text for c in row.cells] for p in grid("full").panels for row in p.rows]
    column = [row[1] for row in rows if len(row) == 11 or "编号" in row]
    assert column[:4] == [
        "中期指标（各级缩进）",
        "产出指标",
        "　数量指标",
        f"　　{document('full').value(Path('mid_indicators', 'n1', 'name'))}",
    ]
    assert texts("数量指标")[1] == "　数量指标"


def test_goals_stand_side_by_side_and_boxes_are_ticked() -> None:
    words = [["中期目标", "年度目标", "上年目标"]]
    assert [one for one in ([c.text for c in row.cells] for p in grid("full").panels for row in p.rows) if one in words]
    assert "运转类 ☑ 特定目标类 □ 其他 □" in texts("名称")[3]
    assert "是否新增：是 ☑ 否 □（勾选）" in [cell.text for cell in grid("full").cells()]


def test_sums_shares_and_column_totals_follow() -> None:
    before = document("blank")
    edits = [
        SetCell(Path.parse("funding[grant].amount"), "300000"),
        SetCell(Path.parse("funding[other].amount"), "100000"),
        SetCell(Path.parse("funding[sub_grant].amount"), "7"),
        AddRow("spending", "a", None, (("amount", "1000"),)),
        AddRow("spending", "b", None, (("amount", "2000.50"),)),
        AddRow("staff", "c", None, (("men", "3"), ("women", "4"))),
        SetCell(Path.parse("objectives[year].text"), "办一半"),
        SetCell(Path.parse("mid_indicators[n1].weight"), "40"),
        SetCell(Path.parse("mid_indicators[n2].weight"), "60"),
    ]
    after = update_derived(LAYOUT, before, apply_edits(LAYOUT, before, edits))
    assert [after.value(LAYOUT.cells[name].path) for name in
            ("fund_all", "sub_all", "grant_share", "spent", "weight_total")] == [
        "400000", "7", "75%", "3000.5", "100",
    ]  # fmt: skip
    assert [after.value(Path.parse(one)) for one in ("staff[c].both", "staff[c].kind", "year_name", "year_share")] == [
        "7", "在编", "办一半", "",
    ]  # fmt: skip


def test_what_stands_beside_all_rows_runs_over_the_page_end_and_is_shown_again() -> None:
    rows = [row for panel in grid("rows").panels for row in panel.rows]
    (beside,) = [cell for row in rows for cell in row.cells if str(cell.path) == "year_name"]
    assert beside.rows == 200
    pages, _ = printed("rows")
    shown = document("rows").value(Path.parse("year_name"))
    assert sum(shown in page for page in pages) > 3
    (ticked,) = [cell.text for cell in grid("full").cells() if str(cell.path) == "fields"]
    assert ticked == "涉及领域：1. 民生 ☑ 2. 环保 □ 3. 其他领域 □"


def test_joined_tables_touch_and_the_second_part_begins_a_page() -> None:
    page = paginate(grid("blank")).pages[0]
    tables = [part for part in page.slices if part.kind == "table" and part.ruled]
    assert [part.gap_mm for part in tables] == [0.0, 0.0, 2.0]
    firsts = [[placed.cell.text for placed in one.slices[0].rows[0].cells] for one in paginate(grid("blank")).pages]
    assert [first for first in firsts if "支出内容" in first] == [["序", "支出内容", "数量", "金额", "年度", "依据"]]
