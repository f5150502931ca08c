"""Splitting one row at the end of a page: when it is worthwhile, what each part holds, and what happens around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.document import Path
from filings.sheet.grid import GridCell, GridRow, Panel, TextRun
from filings.sheet.row_splitting import RowSizes, cell_part, split_row

PAGE_MM = 100.0
MEASURES = RowSizes(lambda cell: tuple(cell.text.split("\n")), lambda *_: 5.0, 2.0, PAGE_MM)
"""A typed newline ends a line, a line is 5 mm high, padding 2 mm."""


def cell(lines: int, column: int = 0, rows: int = 1, role: str = "value") -> GridCell:
    text = "\n".join(f"{column}.{number}" for number in range(lines))
    return GridCell(column, 1, rows, (TextRun(text, Path("x")),), role, "left")


def height(row: GridRow) -> float:
    return MEASURES.row_height(row)


def panel(*rows: GridRow, kind: str = "table") -> tuple[Panel, list[float]]:
    return Panel(kind, (50.0, 50.0), rows), [height(row) for row in rows]


def split(rows: list[GridRow], at: int, available_mm: float, *, kind: str = "table", fresh: bool = False,
          heights: list[float] | None = None) -> tuple[Panel, list[float]] | None:  # fmt: skip
    made, own = panel(*rows, kind=kind)
    return split_row(made, heights or own, at, available_mm, MEASURES, fresh=fresh)


def texts(row: GridRow) -> list[str]:
    return [each.text for each in row.cells]


def test_the_height_of_a_row_is_that_of_its_longest_cell() -> None:
    assert height(GridRow((cell(1), cell(3, 1)))) == 3 * 5 + 2
    assert height(GridRow((cell(1), cell(9, 1, rows=2)))) == 5 + 2
    assert height(GridRow(())) == 5 + 2


def test_a_long_row_is_split_between_its_lines() -> None:
    result = split([GridRow((cell(10), cell(2, 1)))], 0, 32)
    assert result
    made, heights = result
    first, rest = made.rows
    assert texts(first) == ["\n".join(f"0.{i}" for i in range(6)), "1.0\n1.1"]
    assert texts(rest) == ["\n".join(f"0.{i}" for i in range(6, 10)), ""]
    assert heights == [32, 22]
    assert [each.is_split for row in made.rows for each in row.cells] == [True] * 4
    assert {each.path for row in made.rows for each in row.cells} == {Path("x")}


@pytest.mark.parametrize(
    ("lines", "available_mm", "kind", "is_split"),
    [
        (7, 32, "table", False),  # 37 mm are less than 40 % of a page
        (8, 32, "table", True),
        (8, 16, "table", False),  # two lines would stay behind, a table row needs three
        (8, 17, "table", True),
        (8, 42, "table", False),  # fits
        (4, 12, "text", True),
        (4, 11, "text", False),  # a paragraph leaves two lines behind
        (3, 12, "text", False),  # and takes two lines overleaf
        (30, 7, "table", False),
        (30, 17, "table", True),  # higher than a page
    ],
)
def test_when_a_row_is_split(lines: int, available_mm: float, kind: str, is_split: bool) -> None:
    assert bool(split([GridRow((cell(lines),))], 0, available_mm, kind=kind)) is is_split


def test_on_a_fresh_page_whatever_does_not_fit_is_split() -> None:
    assert split([GridRow((cell(3),))], 0, 12) is None
    result = split([GridRow((cell(3),))], 0, 12, fresh=True)
    assert result
    assert [texts(row) for row in result[0].rows] == [["0.0\n0.1"], ["0.2"]]


def test_no_single_line_is_left_for_the_next_page() -> None:
    result = split([GridRow((cell(10),))], 0, 9 * 5 + 2)
    assert result
    assert [len(text.split("\n")) for row in result[0].rows for text in texts(row)] == [8, 2]


def test_header_rows_are_never_split() -> None:
    assert split([GridRow((cell(30),), head=True)], 0, 52, fresh=True) is None


def test_a_short_label_spans_both_parts() -> None:
    result = split([GridRow((cell(1, role="label"), cell(10, 1)))], 0, 32)
    assert result
    first, rest = result[0].rows
    assert [(each.column, each.rows) for each in first.cells] == [(0, 2), (1, 1)]
    assert [each.column for each in rest.cells] == [1]


def test_spans_and_header_indexes_around_the_split_row_are_adapted() -> None:
    rows = [
        GridRow((cell(1, role="label", rows=2), cell(1, 1))),
        GridRow((cell(10, 1),), keep=True),
        GridRow((cell(1), cell(1, 1)), head=True),
        GridRow((cell(1), cell(1, 1)), header_rows=(2,)),
    ]
    result = split(rows, 1, 32)
    assert result
    made, heights = result
    assert [len(row.cells) for row in made.rows] == [2, 1, 1, 2, 2]
    assert made.rows[0].cells[0].rows == 3
    assert [row.keep for row in made.rows] == [False, False, True, False, False]
    assert made.rows[4].header_rows == (3,)
    assert heights == [7, 32, 22, 7, 7]


def test_the_parts_of_a_stretched_row_are_together_at_least_as_high() -> None:
    """The row is 110 mm high for a cell that spans it; its own text would take 12 mm."""
    result = split([GridRow((cell(24, rows=2), cell(2, 1))), GridRow((cell(2, 1),))], 0, 50, heights=[110, 12])
    assert result
    made, heights = result
    assert heights == [50, 110 - (50 - 5 - 2), 12]
    assert made.rows[0].cells[0].rows == 3


def test_a_part_of_a_paragraph_is_indented_at_its_beginning_only() -> None:
    paragraph = GridCell(0, 1, 1, (TextRun("甲乙丙", Path("x")),), "indented", "left")
    first, second = cell_part(paragraph, ["　　甲", "乙"], 0), cell_part(paragraph, ["丙"], 1)
    assert (first.text, first.role) == ("甲\n乙", "indented")
    assert (second.text, second.role) == ("丙", "plain")


@given(st.integers(1, 40), st.integers(0, 40), st.floats(7, PAGE_MM), st.booleans())
def test_no_line_is_lost_and_the_first_part_fits(left: int, right: int, available_mm: float, fresh: bool) -> None:
    row = GridRow((cell(left), cell(right, 1)))
    result = split([row], 0, available_mm, fresh=fresh)
    if result is None:
        return
    made, heights = result
    first, rest = made.rows
    for before, after, whole in zip(first.cells, rest.cells, row.cells, strict=True):
        lines = [line for each in (before, after) for line in each.text.split("\n") if line]
        assert lines == [line for line in whole.text.split("\n") if line]
    assert heights[0] <= available_mm + 0.02
    assert heights == [height(first), height(rest)]
    assert heights[1] < height(row)
