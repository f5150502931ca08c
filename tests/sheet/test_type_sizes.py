"""Sizes of single cells: smaller where a number would be broken, the layout's own for titles; labels in even lines."""

from __future__ import annotations

import pytest

from filings.sheet.document import Path
from filings.sheet.grid import GridCell, GridRow, Panel, TextRun
from filings.sheet.layout import Page
from filings.sheet.type_sizes import SMALLEST_PT, TypeSize, size_cells, type_sizes, wrap_cell

PAGE = Page()
SIZE = TypeSize(10.5, 18.0)


def sized(text: str, width_mm: float, role: str = "value", points: float = 0.0, type_: TypeSize = SIZE) -> GridCell:
    """A cell of one column as it is set, with its lines."""
    path = Path("x") if role == "value" else None
    cell = GridCell(0, 1, 1, (TextRun(text, path),), role, "left", points=points)
    panel = size_cells(Panel("table", (width_mm,), (GridRow((cell,)),)), type_, PAGE)
    return panel.rows[0].cells[0]


def lines(cell: GridCell, width_mm: float) -> tuple[str, ...]:
    return wrap_cell(cell, (width_mm,), SIZE)


@pytest.mark.parametrize(
    ("text", "width_mm", "points"),
    [
        ("10,308,000.00", 30, 0.0),
        ("10,308,000.00", 20, 7.5),
        ("2023.07-2024.01", 20, 6.0),
        ("≥100%", 12, 7.0),
        ("0951-1234567", 22, 8.5),
        ("１０，３０８．５０", 25, 6.5),
        ("财政拨款10,308,000.00元", 20, 7.5),
        ("财政拨款，很长的一段文字", 12, 0.0),
        ("anunbreakableword", 12, 0.0),
    ],
)
def test_a_cell_is_set_smaller_where_its_number_would_be_broken(text: str, width_mm: float, points: float) -> None:
    cell = sized(text, width_mm)
    assert cell.points == points
    assert cell.text == text
    number = "".join(char for char in text if not char.isalpha())
    assert not number or not points or any(number in line for line in lines(cell, width_mm))


def test_below_the_smallest_size_it_keeps_its_own_and_is_broken() -> None:
    cell = sized("10,308,000.00", 12)
    assert cell.points == 0.0
    assert len(lines(cell, 12)) > 1
    just = sized("10,308,000.00", 16.8)
    assert just.points == SMALLEST_PT
    assert lines(just, 16.8) == ("10,308,000.00",)


def test_a_label_is_set_in_lines_of_even_length_and_a_value_is_not() -> None:
    width = 5 * 10.5 * 25.4 / 72 + 2.8 + 0.1
    assert sized("绩效目标完成", width, "label").text == "绩效目\n标完成"
    assert sized("绩效目标完成", width).text == "绩效目标完成"
    assert sized("绩效目标完", width, "label").text == "绩效目标完"


@pytest.mark.parametrize(("body", "points"), [(10.5, 14.0), (9.0, 13.0), (6.0, 9.0)])
def test_a_title_line_of_its_own_size_shrinks_with_the_title(body: float, points: float) -> None:
    type_ = next(size for size in type_sizes(Page(smallest_pt=6.0)) if size.body == body)
    assert sized("（试行）", 100, "title", 14.0, type_).points == points


def test_the_lines_of_a_hanging_paragraph_begin_with_its_indent() -> None:
    cell = sized("注：" + "甲" * 20, 50, "hanging")
    first, *others = lines(cell, 50)
    assert first.startswith("注：")
    assert others
    assert all(line.startswith("　　甲") for line in others)
    assert first + "".join(line.removeprefix("　　") for line in others) == cell.text
