"""Cuts one row of a grid in two at the end of a page, between its lines: long paragraphs and cells run on overleaf."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from filings.sheet.grid import GridCell, GridRow, Panel, TextRun

LEAST_LINES = {"text": 2, "table": 3}
"""So many lines of a paragraph, or of a row of a table, stay behind at the foot of a page at least."""
LEAST_MM = 10.0
"""A row that is high for the sake of its neighbours gives up at least so much of its height to each page."""
MUCH = 0.4
"""A row of a table is cut only if it takes so much of a page: shorter ones go to the next page whole."""


@dataclass(frozen=True)
class RowMeasurements:
    """What the cutter has to know of the type: lines of a cell, height of a line, room above and below the words."""

    lines: Callable[[GridCell], tuple[str, ...]]
    line_mm: Callable[[str], float]
    pad_mm: float
    page_mm: float

    def row_height(self, row: GridRow) -> float:
        """The height that a row's own words need."""
        own = (len(self.lines(cell)) * self.line_mm(cell.role) for cell in row.cells if cell.rows == 1)
        return max(own, default=self.line_mm("value")) + self.pad_mm


def split_row(
    panel: Panel, heights: Sequence[float], at: int, room_mm: float, measures: RowMeasurements, *, fresh: bool
) -> tuple[Panel, list[float]] | None:
    """The panel with row `at` in two, the first of which fits the room; None where that would be no good.

    Words that all stand in the first part are labels of both. On a `fresh` page whatever does not fit is cut.
    """
    row, height = panel.rows[at], heights[at]
    tallest = max((measures.line_mm(cell.role) for cell in row.cells), default=measures.line_mm("value"))
    most = int((room_mm - measures.pad_mm) / tallest + 0.001)
    longest = max((len(measures.lines(cell)) for cell in row.cells if cell.rows == 1), default=1)
    if row.head or not (fresh or _worth_it(panel.kind, height, most, longest, measures)):
        return None
    most = max(1, most - 1 if longest - most == 1 and most > 2 else most)
    # A long text beside loses a line and its margins at each cut; what is left must become less all the same.
    taken = room_mm - tallest - measures.pad_mm
    stretched = height > measures.row_height(row) + 0.01 and taken > LEAST_MM
    if longest <= most and not stretched:
        return None
    first, rest = _parted(row, most, measures)
    first_mm, rest_mm = measures.row_height(first), measures.row_height(rest)
    if stretched:  # high beyond its own words: so are its parts together
        first_mm, rest_mm = max(first_mm, room_mm), max(rest_mm, height - taken)
    above = [_longer(one, index, at) for index, one in enumerate(panel.rows[:at])]
    below = (replace(one, under=tuple(head + (head > at) for head in one.under)) for one in panel.rows[at + 1 :])
    rows = (*above, first, rest, *below)
    return replace(panel, rows=rows), [*heights[:at], first_mm, rest_mm, *heights[at + 1 :]]


def _worth_it(kind: str, height: float, most: int, longest: int, measures: RowMeasurements) -> bool:
    """Whether a row may be cut although it could go to the next page: it is long, and some lines stand on each side."""
    least = LEAST_LINES.get(kind, 3)
    if height > measures.page_mm:
        return most >= least
    enough = height > measures.page_mm * MUCH or kind == "text"
    return enough and most >= least and longest - most >= 1 and longest >= 2 * least


def _parted(row: GridRow, most: int, measures: RowMeasurements) -> tuple[GridRow, GridRow]:
    first: list[GridCell] = []
    rest: list[GridCell] = []
    for cell in row.cells:
        lines = measures.lines(cell)
        if cell.rows > 1 or (cell.role == "label" and len(lines) <= most):
            first.append(replace(cell, rows=cell.rows + 1))
            continue
        first.append(cell_part(cell, lines[:most], 0))
        rest.append(cell_part(cell, lines[most:], 1))
    one = replace(row, cells=tuple(first), keep=False, height_mm=0.0)
    return one, replace(row, cells=tuple(rest), height_mm=0.0, new_page=False)


def cell_part(cell: GridCell, lines: Sequence[str], number: int) -> GridCell:
    """A cell that holds some lines of another; its words link to the same place."""
    role = "plain" if cell.role == "indented" and number else cell.role
    indent = "　　" if role == "indented" else ""
    return replace(cell, parts=(TextRun("\n".join(lines).removeprefix(indent), cell.path),), role=role, cut=True)


def _longer(row: GridRow, index: int, at: int) -> GridRow:
    """A row whose cells that cover row `at` cover one more."""
    if not any(index + cell.rows > at for cell in row.cells):
        return row
    cells = tuple(replace(c, rows=c.rows + 1) if index + c.rows > at else c for c in row.cells)
    return replace(row, cells=cells)
