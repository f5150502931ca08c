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
