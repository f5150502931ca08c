"""Cell styles as openpyxl reads them back."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from filings.renderers.cell_styles import HEI, LINK, SONG, CellStyle, FastCell, StyleCache
from filings.renderers.workbook import new_workbook, save_workbook

PLAIN = CellStyle(hei=False, points=10.5, horizontal="left", vertical="top", ruled=False, text=False)


def read_back(style: CellStyle) -> Any:
    """A cell in this style, from the file."""
    book = new_workbook()
    ws = book.create_sheet("表")
    cell = FastCell(2, 3, StyleCache(book).style(style))
    cell._value, cell.data_type = "=甲", "s"
    ws._cells[2, 3] = cell
    return openpyxl.load_workbook(io.BytesIO(save_workbook(book))).active.cell(2, 3)


@pytest.mark.parametrize(
    ("style", "name"), [(PLAIN, SONG), (replace(PLAIN, hei=True, points=15), HEI)], ids=["song", "hei"]
)
def test_font_and_size(style: CellStyle, name: str) -> None:
    cell = read_back(style)
    assert (cell.font.name, cell.font.sz) == (name, style.points)
    assert cell.font.underline is None


@pytest.mark.parametrize(("horizontal", "vertical"), [("left", "top"), ("center", "center"), ("right", "bottom")])
@pytest.mark.parametrize("wrap", [True, False])
def test_alignment(horizontal: str, vertical: str, wrap: bool) -> None:
    cell = read_back(replace(PLAIN, horizontal=horizontal, vertical=vertical, wrap=wrap))
    assert (cell.alignment.horizontal, cell.alignment.vertical) == (horizontal, vertical)
    assert bool(cell.alignment.wrap_text) is wrap


@pytest.mark.parametrize("ruled", [True, False])
def test_borders_on_all_sides_or_none(ruled: bool) -> None:
    border = read_back(replace(PLAIN, ruled=ruled)).border
    assert {getattr(border, side).style for side in ("left", "right", "top", "bottom")} == {"thin" if ruled else None}


@pytest.mark.parametrize(("text", "number_format"), [(True, "@"), (False, "General")])
def test_text_stays_text_when_it_is_edited(text: bool, number_format: str) -> None:
    cell = read_back(replace(PLAIN, text=text))
    assert (cell.value, cell.data_type, cell.number_format) == ("=甲", "s", number_format)
    assert cell.quotePrefix


def test_a_link_looks_like_one() -> None:
    cell = read_back(LINK)
    assert (cell.font.underline, cell.font.color.rgb) == ("single", "FF0563C1")


def test_equal_styles_share_a_number_and_others_do_not() -> None:
    book = new_workbook()
    book.create_sheet("表")
    styles = StyleCache(book)
    numbers = [styles.style(style) for style in (PLAIN, replace(PLAIN), replace(PLAIN, points=11), LINK)]
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 3
    assert StyleCache(book).style(PLAIN) == numbers[0], "the workbook has it already"


@pytest.mark.parametrize(("row", "column", "address"), [(1, 1, "A1"), (7, 2, "B7"), (10, 27, "AA10")])
def test_addresses(row: int, column: int, address: str) -> None:
    cell = FastCell(row, column, 0)
    assert cell.coordinate == address
    assert cell.hyperlink is None


def test_a_number_is_no_quoted_text_and_may_shrink() -> None:
    cell = read_back(replace(PLAIN, number="#,##0.00", shrink=True))
    assert (cell.number_format, cell.quotePrefix) == ("#,##0.00", False)
    assert (cell.alignment.shrink_to_fit, bool(cell.alignment.wrap_text)) == (True, False)
