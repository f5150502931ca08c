"""Splits one row of a grid at the end of a page, between two lines of text, so that long texts continue overleaf."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from filings.sheet.grid import GridCell, GridRow, Panel, TextRun
from filings.sheet.type_sizes import paragraph_indent

MIN_LINES = {"text": 2, "table": 3}
"""Fewest lines of a paragraph, or of a table row, left on either side of a page break (no widows and orphans)."""
MIN_STRETCHED_MM = 10.0
"""Smallest part, in mm, of a row that is higher than its own text because a cell spans it and others."""
MIN_PAGE_SHARE = 0.4
"""A table row is split only if it is higher than this share of a page; shorter rows move to the next page whole."""


@dataclass(frozen=True)
class RowSizes:
    """Measurements needed to split a row.

    `wrapped_lines` gives the lines of a cell and `line_mm` the height of one line of a role, or of a type size of the
    cell's own; `pad_mm` is the padding above and below the text of a cell together, `page_mm` the height that a page
    offers to the row.
    """

    wrapped_lines: Callable[[GridCell], tuple[str, ...]]
    line_mm: Callable[[str, float], float]
    pad_mm: float
    page_mm: float

    def row_height(self, row: GridRow) -> float:
        """Height in mm that the cells of one row need by themselves; cells spanning several rows do not count."""
        own = (
            len(self.wrapped_lines(cell)) * self.line_mm(cell.role, cell.points) for cell in row.cells if cell.rows == 1
        )
        return max(own, default=self.line_mm("value", 0.0)) + self.pad_mm


def split_row(
    panel: Panel, heights: Sequence[float], at: int, available_mm: float, measures: RowSizes, *, fresh: bool
) -> tuple[Panel, list[float]] | None:
    """Split row `at` at the page end; None if it must move to the next page whole.

    Returns the panel with two rows in place of one, the first of them at most `available_mm` high, and the new
    `heights`. A label that fits into the first part becomes a cell spanning both. Header rows are never split. On a
    `fresh` page (nothing above the row but headers and rows kept with it) a row too high for the page is always split.
    """
    row, height = panel.rows[at], heights[at]
    lines_mm = (measures.line_mm(cell.role, cell.points) for cell in row.cells)
    tallest = max(lines_mm, default=measures.line_mm("value", 0.0))
    max_lines = int((available_mm - measures.pad_mm) / tallest + 0.001)
    longest = max((len(measures.wrapped_lines(cell)) for cell in row.cells if cell.rows == 1), default=1)
    if row.head or not (fresh or _is_worthwhile(panel.kind, height, max_lines, longest, measures)):
        return None
    # Leave two lines for the next page rather than one.
    max_lines = max(1, max_lines - 1 if longest - max_lines == 1 and max_lines > 2 else max_lines)
    # A cell that spans this row and others loses up to a line and its padding at each page break, so the height taken
    # off the row must be less than the space available, or its text would not fit into the parts.
    taken_mm = available_mm - tallest - measures.pad_mm
    stretched = height > measures.row_height(row) + 0.01 and taken_mm > MIN_STRETCHED_MM
    if longest <= max_lines and not stretched:
        return None
    first, rest = _split_cells(row, max_lines, measures)
    first_mm, rest_mm = measures.row_height(first), measures.row_height(rest)
    if stretched:  # higher than its own text needs: the parts together must be as high
        first_mm, rest_mm = max(first_mm, available_mm), max(rest_mm, height - taken_mm)
    above = [_extend_spans(other, index, at) for index, other in enumerate(panel.rows[:at])]
    # The indexes of header rows below the split row move down by one.
    below = (
        replace(other, header_rows=tuple(head + (head > at) for head in other.header_rows))
        for other in panel.rows[at + 1 :]
    )
    rows = (*above, first, rest, *below)
    return replace(panel, rows=rows), [*heights[:at], first_mm, rest_mm, *heights[at + 1 :]]


def _is_worthwhile(kind: str, height: float, max_lines: int, longest: int, measures: RowSizes) -> bool:
    """Whether a row should be split although the next page begins with it: it is long, with enough lines on each side.

    `max_lines` is how many lines fit on this page, `longest` how many the longest cell has.
    """
    min_lines = MIN_LINES.get(kind, 3)
    if height > measures.page_mm:
        return max_lines >= min_lines
    long_enough = height > measures.page_mm * MIN_PAGE_SHARE or kind == "text"
    return long_enough and max_lines >= min_lines and longest - max_lines >= 1 and longest >= 2 * min_lines


def _split_cells(row: GridRow, max_lines: int, measures: RowSizes) -> tuple[GridRow, GridRow]:
    """The row with the first `max_lines` lines of its cells, and the row with the rest."""
    first: list[GridCell] = []
    rest: list[GridCell] = []
    for cell in row.cells:
        lines = measures.wrapped_lines(cell)
        if cell.rows > 1 or (cell.role == "label" and len(lines) <= max_lines):
            first.append(replace(cell, rows=cell.rows + 1))
            continue
        first.append(cell_part(cell, lines[:max_lines], 0))
        rest.append(cell_part(cell, lines[max_lines:], 1))
    first_row = replace(row, cells=tuple(first), keep=False, height_mm=0.0)
    return first_row, replace(row, cells=tuple(rest), height_mm=0.0, new_page=False, continues=True)


def cell_part(cell: GridCell, lines: Sequence[str], number: int) -> GridCell:
    """Copy a cell with only some of its lines; its text still belongs to the same input (path).

    `number` counts the parts from 0: only the first keeps the indent of its paragraph. The lines of a hanging paragraph
    begin with their indent already.
    """
    role = "plain" if cell.role == "hanging" or (cell.role == "indented" and number) else cell.role
    text = "\n".join(lines).removeprefix(paragraph_indent(role))
    return replace(cell, parts=(TextRun(text, cell.path),), role=role, is_split=True)


def _extend_spans(row: GridRow, index: int, at: int) -> GridRow:
    """Row `index` with each of its cells that spans down over row `at` spanning one row more."""
    if not any(index + cell.rows > at for cell in row.cells):
        return row
    cells = tuple(replace(c, rows=c.rows + 1) if index + c.rows > at else c for c in row.cells)
    return replace(row, cells=cells)
