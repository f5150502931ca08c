"""Cells that span rows on both sides of a page break: which rows they cover on a page, and where they are repeated.

A page shows repeated header rows (`heads`, indexes of rows of the panel) and then the rows from `start` up to `stop`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from filings.sheet.grid import GridCell, Panel


class SpannedCell(NamedTuple):
    """A cell with the number of rows it covers on a page, and the row of its panel in which it begins (`origin`)."""

    cell: GridCell
    rows: int
    origin: int
    repeated: bool = False


def page_rows(origin: int, cell: GridCell, heads: Sequence[int], start: int, stop: int) -> int:
    """How many rows of a page a cell that begins at row `origin` of its panel covers; 0 if it is not on the page."""
    end = origin + cell.rows
    if start <= origin and end <= stop and not heads:  # most cells
        return cell.rows
    return sum(origin <= head < end for head in heads) + max(0, min(stop, end) - max(start, origin))


def repeated_cells(panel: Panel, heads: Sequence[int], start: int, stop: int) -> dict[int, list[SpannedCell]]:
    """Cells that began on an earlier page and span onto this one, by the row at which this page repeats them."""
    repeated: dict[int, list[SpannedCell]] = {}
    for origin in range(start):
        if origin in heads:
            continue
        for cell in panel.rows[origin].cells:
            if origin + cell.rows > start:
                first = next((head for head in heads if origin <= head < origin + cell.rows), start)
                count = page_rows(origin, cell, heads, start, stop)
                repeated.setdefault(first, []).append(SpannedCell(cell, count, origin, repeated=True))
    return repeated
