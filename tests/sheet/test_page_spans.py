"""Spanning cells at page breaks: how many rows they cover on each page, and where they are repeated."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.grid import GridCell, GridRow, Panel
from filings.sheet.page_spans import page_rows, repeated_cells


def cell(column: int, rows: int = 1) -> GridCell:
    return GridCell(column, 1, rows, (), "value", "left")


def panel(*rows: Sequence[GridCell]) -> Panel:
    return Panel("table", (50.0, 50.0), tuple(GridRow(tuple(cells)) for cells in rows))


@pytest.mark.parametrize(
    ("origin", "rows", "heads", "start", "stop", "count"),
    [
        (2, 1, (), 0, 5, 1),
        (2, 3, (), 0, 4, 2),  # cut by the end of the page
        (2, 3, (), 4, 9, 1),  # continued from the page before
        (2, 9, (), 4, 7, 3),  # over the whole page
        (2, 1, (), 4, 7, 0),
        (8, 1, (), 4, 7, 0),
        (0, 1, (0,), 4, 7, 1),  # a header row
        (0, 9, (0, 1), 4, 7, 5),  # over header rows and the rows below them
    ],
)
def test_rows_on_a_page(origin: int, rows: int, heads: Sequence[int], start: int, stop: int, count: int) -> None:
    assert page_rows(origin, cell(0, rows), heads, start, stop) == count


def test_a_cell_from_the_page_before_is_repeated_at_the_first_row() -> None:
    made = panel([cell(0, 3), cell(1)], [cell(1)], [cell(1)])
    ((row, (again,)),) = repeated_cells(made, (), 1, 3).items()
    assert (row, again.cell, again.rows, again.origin, again.repeated) == (1, cell(0, 3), 2, 0, True)


def test_a_cell_that_spans_a_header_row_is_repeated_there() -> None:
    made = panel([cell(0, 4), cell(1)], [cell(1)], [cell(1)], [cell(1)])
    ((row, (again,)),) = repeated_cells(made, (1,), 3, 4).items()
    assert (row, again.rows) == (1, 2)


def test_cells_of_header_rows_are_not_repeated_twice() -> None:
    assert repeated_cells(panel([cell(0, 3)], [cell(1)], [cell(1)]), (0,), 2, 3) == {}


def test_cells_that_ended_before_are_not_repeated() -> None:
    assert repeated_cells(panel([cell(0, 2), cell(1)], [cell(1)], [cell(0), cell(1)]), (), 2, 3) == {}


@given(st.integers(1, 12), st.lists(st.integers(1, 5), max_size=5))
def test_over_all_pages_a_cell_covers_each_of_its_rows_once(rows: int, sizes: list[int]) -> None:
    breaks = [0]
    for size in sizes:
        breaks.append(breaks[-1] + size)
    pages = list(zip(breaks, [*breaks[1:], 99], strict=True))
    assert sum(page_rows(0, cell(0, rows), (), start, stop) for start, stop in pages) == rows
