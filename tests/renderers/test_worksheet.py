"""A worksheet read back: edges, heights, page breaks, repeated header rows, and texts as they were typed."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from python_calamine import CalamineWorkbook

from filings.renderers.workbook import render_workbook
from filings.renderers.worksheet import TALLEST_PT, escape_text, margin_text
from filings.sheet.document import Path
from filings.sheet.grid import Grid, GridCell, GridRow, Panel, TextRun
from filings.sheet.layout import Page

PT_PER_MM = 72 / 25.4


def cell(column: int, text: str, columns: int = 1, rows: int = 1, role: str = "value") -> GridCell:
    return GridCell(column, columns, rows, (TextRun(text),), role, "left")


def panel(widths: tuple[float, ...], *rows: GridRow) -> Panel:
    return Panel("table", widths, rows, ruled=True)


def worksheet(grid: Grid, watermark: str = "") -> Any:
    return openpyxl.load_workbook(io.BytesIO(render_workbook([(grid, watermark)]))).active


def heights(ws: Any) -> list[float]:
    return [ws.row_dimensions[row].height for row in range(1, ws.max_row + 1)]


def test_columns_of_all_panels_share_edges_that_are_close() -> None:
    one = panel((50.0, 100.0), GridRow((cell(0, "甲"), cell(1, "乙"))))
    other = panel((50.9, 50.0, 49.1), GridRow((cell(0, "丙"), cell(1, "丁"), cell(2, "戊"))))
    ws = worksheet(Grid("表", Page(), (one, other)))
    assert ws.max_column == 3
    assert [str(area) for area in ws.merged_cells.ranges] == ["B1:C1"]
    assert [cell.value for row in ws.iter_rows() for cell in row if cell.value] == ["甲", "乙", "丙", "丁", "戊"]


def test_edges_that_are_not_close_stay_apart() -> None:
    one = panel((50.0, 100.0), GridRow((cell(0, "甲"), cell(1, "乙"))))
    other = panel((51.2, 98.8), GridRow((cell(0, "丙"), cell(1, "丁"))))
    ws = worksheet(Grid("表", Page(), (one, other)))
    assert {str(area) for area in ws.merged_cells.ranges} == {"B1:C1", "A3:B3"}, "row 2 is the gap between the panels"


def test_spans_are_merged_and_every_cell_has_its_borders() -> None:
    rows = (GridRow((cell(0, "甲", rows=2), cell(1, "乙"))), GridRow((cell(1, "丙"),)))
    ws = worksheet(Grid("表", Page(), (panel((50.0, 100.0), *rows),)))
    assert [str(area) for area in ws.merged_cells.ranges] == ["A1:A2"]
    assert {ws[address].border.left.style for address in ("A1", "A2", "B1", "B2")} == {"thin"}


def test_heights_are_rounded_down_to_pixels() -> None:
    ws = worksheet(Grid("表", Page(), (panel((150.0,), GridRow((cell(0, "甲"),), height_mm=20.0)),)))
    (height,) = heights(ws)
    assert height % 0.75 == 0
    assert 20.0 * PT_PER_MM - 0.75 < height <= 20.0 * PT_PER_MM


def test_a_row_taller_than_excel_allows_becomes_several_merged_ones() -> None:
    text = "很长的话，" * 900
    ws = worksheet(Grid("表", Page(), (panel((150.0,), GridRow((cell(0, text),))),)))
    assert len(heights(ws)) > 1
    assert max(heights(ws)) <= TALLEST_PT
    assert [str(area) for area in ws.merged_cells.ranges] == [f"A1:A{ws.max_row}"]
    assert ws["A1"].value == text
    assert ws["A1"].alignment.vertical == "top", "the middle of a cell over several pages would be out of sight"


def test_pages_break_where_they_do_on_paper_and_repeat_their_header() -> None:
    head = GridRow((cell(0, "表头", role="label"),), head=True, height_mm=10.0)
    rows = [GridRow((cell(0, f"行{number}"),), height_mm=20.0, header_rows=(0,)) for number in range(30)]
    ws = worksheet(Grid("表", Page(), (panel((150.0,), head, *rows),)))
    values = [ws.cell(row, 1).value for row in range(1, ws.max_row + 1)]
    assert values == ["表头", *(f"行{number}" for number in range(30))], "Excel repeats it: no copy in the rows"
    assert ws.print_title_rows == "$1:$1"
    breaks = [0, *(one.id for one in ws.row_breaks.brk), ws.max_row]
    assert len(breaks) > 3
    content = Page().content_height_mm * PT_PER_MM
    for first, last in pairwise(breaks):
        repeated = heights(ws)[0] if first else 0
        assert repeated + sum(heights(ws)[first:last]) <= content


def test_the_printed_area_is_the_whole_form() -> None:
    ws = worksheet(Grid("表", Page(), (panel((50.0, 100.0), GridRow((cell(0, "甲"), cell(1, "乙")))),)))
    assert ws.print_area.split("!")[-1] == "$A$1:$B$1"


@pytest.mark.parametrize(("landscape", "size", "code"), [(False, "A4", 9), (True, "A3", 8)])
def test_paper_and_margins(landscape: bool, size: str, code: int) -> None:
    page = Page(size=size, landscape=landscape, margins_mm=(20.0, 18.0, 16.0, 5.0))
    ws = worksheet(Grid("表", page, (panel((100.0,), GridRow((cell(0, "甲"),))),), header="第{page}页 & 共{pages}页"))
    assert int(ws.page_setup.paperSize) == code
    assert ws.page_setup.orientation == ("landscape" if landscape else "portrait")
    margins = [round(getattr(ws.page_margins, side) * 25.4, 2) for side in ("top", "right", "bottom", "left")]
    assert margins == [20.0, 12.0, 10.0, 3.0]
    assert ws.oddHeader.center.text == "第&P页 && 共&N页"


@pytest.mark.parametrize("watermark", ["草稿", ""])
def test_the_watermark_is_in_the_page_header(watermark: str) -> None:
    ws = worksheet(Grid("表", Page(), (panel((100.0,), GridRow((cell(0, "甲"),))),)), watermark)
    assert (ws.oddHeader.right.text or "") == watermark


@given(st.text(max_size=300))
def test_page_headers_fit_excel_with_all_their_codes(text: str) -> None:
    assert len(margin_text(text)) <= 180


TYPED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=20)


@settings(deadline=None, max_examples=60)
@given(st.lists(TYPED | st.sampled_from(["_x000D_", "_x005F_", "x_x0041_", "=1+1", "00"]), min_size=1, max_size=5))
def test_texts_are_read_back_as_typed(texts: list[str]) -> None:
    rows = [GridRow((cell(0, text),)) for text in texts]
    data = render_workbook([(Grid("表", Page(), (panel((150.0,), *rows),)), "")])
    read = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    values = [row[0] for row in read if row[0] != ""]
    assert values == [clean for text in texts if (clean := ILLEGAL_CHARACTERS_RE.sub("", text))]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [("_x000D_", "_x005F_x000D_"), ("_x00_", "_x00_"), ("a_b", "a_b"), ("\x00甲\x0b", "甲"), ("", "")],
)
def test_what_excel_would_decode_is_escaped(text: str, escaped: str) -> None:
    assert escape_text(text) == escaped


# -- numbers ---------------------------------------------------------------------------------------------------------


def value_cell(text: str, *, counted: bool = True) -> GridCell:
    return GridCell(0, 1, 1, (TextRun(text, Path("x")),), "value", "right", may_be_number=counted)


def read_cells(width_mm: float, *cells: GridCell) -> list[tuple[object, str]]:
    """The values that calamine reads, each with its number format."""
    data = render_workbook([(Grid("表", Page(), (panel((width_mm,), *(GridRow((one,)) for one in cells)),)), "")])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    ws = openpyxl.load_workbook(io.BytesIO(data)).active
    return [(row[0], ws.cell(number, 1).number_format) for number, row in enumerate(rows, 1)]


def test_a_value_that_is_a_plain_number_is_one() -> None:
    cells = (value_cell("12.50"), value_cell("1,200"), value_cell("010"), value_cell("≥95%"), value_cell("12.50万元"))
    assert read_cells(60.0, *cells) == [
        (12.5, "0.00"), (1200.0, "#,##0"), ("010", "@"), ("≥95%", "@"), ("12.50万元", "@"),
    ]  # fmt: skip


def test_digits_of_other_kinds_of_cells_stay_text() -> None:
    label = GridCell(0, 1, 1, (TextRun("12.50"),), "label", "center")
    both = GridCell(0, 1, 1, (TextRun("1"), TextRun("2", Path("x"))), "value", "left", may_be_number=True)
    cells = (value_cell("5301210012", counted=False), label, both)
    assert [value for value, _ in read_cells(60.0, *cells)] == ["5301210012", "12.50", "12"]


def test_a_number_too_wide_for_its_cell_stays_text() -> None:
    """As a number Excel would show it as #####."""
    assert read_cells(12.0, value_cell("10308000.00")) == [("10308000.00", "@")]


def test_a_number_shrinks_where_another_font_is_wider() -> None:
    ws = worksheet(Grid("表", Page(), (panel((30.0,), GridRow((value_cell("2023.07-2024.01", counted=False),))),)))
    assert (ws["A1"].alignment.shrink_to_fit, bool(ws["A1"].alignment.wrap_text)) == (True, False)


# -- cells over several pages ----------------------------------------------------------------------------------------


def long_table(*, heads: int) -> Panel:
    """A table whose label covers all its rows, on three pages."""
    head = [GridRow((cell(0, "类"), cell(1, "名", role="label")), head=True, height_mm=10.0)] * heads
    under = tuple(range(heads))
    first = GridRow((cell(0, "年度指标", rows=30, role="label"), cell(1, "行0")), height_mm=20.0, header_rows=under)
    rows = [GridRow((cell(1, f"行{number}"),), height_mm=20.0, header_rows=under) for number in range(1, 30)]
    return panel((30.0, 100.0), *head, first, *rows)


@pytest.mark.parametrize("heads", [0, 1])
@pytest.mark.parametrize("tables", [1, 2])
def test_a_label_over_several_pages_is_one_merged_cell(heads: int, tables: int) -> None:
    """Also where each of two tables has a header of its own, which Excel cannot repeat: no copy stands between."""
    ws = worksheet(Grid("表", Page(), tuple(long_table(heads=heads) for _ in range(tables))))
    values = [row[0] for row in ws.iter_rows(values_only=True)]
    starts = [number for number, value in enumerate(values, 1) if value == "年度指标"]
    assert len(starts) == tables
    assert {str(area) for area in ws.merged_cells.ranges} == {f"A{start}:A{start + 29}" for start in starts}
    assert len(ws.row_breaks.brk) >= 2 * tables
    assert ws.cell(starts[0], 1).alignment.vertical == "top"
    second = [row[1] for row in ws.iter_rows(values_only=True)]
    assert [value for value in second if value] == (["名"] * heads + [f"行{number}" for number in range(30)]) * tables


def test_a_hanging_paragraph_of_the_form_has_its_lines_and_a_typed_one_its_text() -> None:
    fixed = GridCell(0, 1, 1, (TextRun("注：" + "甲" * 60),), "hanging", "left")
    typed = GridCell(0, 1, 1, (TextRun("甲" * 60, Path("x")),), "hanging", "left")
    rows = (GridRow((fixed,)), GridRow((typed,)))
    ws = worksheet(Grid("表", Page(), (Panel("text", (100.0,), rows),)))
    first, *others = ws["A1"].value.split("\n")
    assert first.startswith("注：甲")
    assert others
    assert all(line.startswith("　　甲") for line in others)
    assert ws["A2"].value == "甲" * 60
