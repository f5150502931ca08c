"""Plain tables read back: numbers are numbers, texts stay texts."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from python_calamine import CalamineWorkbook

from filings.renderers.plain_tables import PlainTable, Value, render_tables


def read(data: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python()


def table(*rows: tuple[Value, ...], name: str = "表") -> PlainTable:
    return PlainTable(name, ("名称", "数"), (30, 8), rows)


def test_each_table_is_a_worksheet_with_a_heading() -> None:
    data = render_tables([table(("甲", 3), name="一"), table(name="二")])
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == ["一", "二"]
    assert read(data, "一") == [["名称", "数"], ["甲", 3.0]]
    assert read(data, "二") == [["名称", "数"]]


def test_numbers_stay_numbers_and_texts_stay_texts() -> None:
    data = render_tables([table(("=1+1", Decimal("12.34")), ("00123", -5), ("", None))])
    assert read(data, "表")[1:] == [["=1+1", 12.34], ["00123", -5.0]]
    ws = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [ws.cell(2, 1).data_type, ws.cell(2, 2).data_type] == ["s", "n"]


def test_nought_is_a_number_and_an_amount_has_its_decimals() -> None:
    data = render_tables([table(("甲", 0), ("乙", Decimal("1044.490000")), ("丙", Decimal(0)))])
    assert read(data, "表")[1:] == [["甲", 0.0], ["乙", 1044.49], ["丙", 0.0]]
    ws = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [ws.cell(row, 2).number_format for row in (2, 3)] == ["General", "#,##0.00####"]


def test_title_and_sums_stand_outside_of_what_is_filtered() -> None:
    rows = [("甲", Decimal(1)), ("乙", Decimal(2))]
    data = render_tables([PlainTable("表", ("名称", "数"), (30, 8), rows, "某区", [("合计", Decimal(3))])])
    assert read(data, "表") == [["某区", ""], ["名称", "数"], ["甲", 1.0], ["乙", 2.0], ["合计", 3.0]]
    ws = openpyxl.load_workbook(io.BytesIO(data)).active
    assert (ws.auto_filter.ref, ws.freeze_panes, ws.print_title_rows) == ("A2:B4", "A3", "$2:$2")


def test_it_prints_in_landscape_on_the_width_of_a_page() -> None:
    ws = openpyxl.load_workbook(io.BytesIO(render_tables([table(("甲", 1))]))).active
    assert (ws.page_setup.orientation, int(ws.page_setup.paperSize)) == ("landscape", 9)
    assert ws.sheet_properties.pageSetUpPr.fitToPage
    assert (ws.page_setup.fitToWidth or 1, ws.page_setup.fitToHeight) == (1, 0)
    assert (ws.print_title_rows, ws.auto_filter.ref) == ("$1:$1", "A1:B2")


def test_the_heading_stays_in_sight_and_columns_have_their_width() -> None:
    ws = openpyxl.load_workbook(io.BytesIO(render_tables([table(("甲", 1))]))).active
    assert ws.freeze_panes == "A2"
    assert (ws.cell(1, 1).font.bold, ws.cell(2, 1).font.bold) == (True, False)
    assert [ws.column_dimensions[letter].width for letter in "AB"] == [30, 8]


@settings(deadline=None, max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r_"), min_size=1, max_size=30))
def test_any_text_comes_back_without_what_a_workbook_cannot_hold(text: str) -> None:
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    rows = read(render_tables([table((text, 1))]), "表")
    assert rows[1] == [clean, 1.0]


def test_rows_may_come_one_by_one_and_the_same_give_the_same_bytes() -> None:
    rows = [(f"行{number}", number) for number in range(1, 500)]
    lazily = PlainTable("表", ("名称", "数"), (30, 8), (row for row in rows))
    data = render_tables([lazily])
    assert read(data, "表")[-1] == ["行499", 499.0]
    assert data == render_tables([table(*rows)])
