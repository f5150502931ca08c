"""The size in which each cell is set, and the lines that its text takes in it.

A number is never broken: a cell in which one would be is set smaller, down to `SMALLEST_PT`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from filings.sheet.grid import GridCell, Panel, TextRun
from filings.sheet.layout import Page
from filings.sheet.line_breaking import EM, number_width, wrap_label, wrap_text

MM_PER_PT = 25.4 / 72
LINE = 1.4
"""Height of a line in ems, leading included."""
PAD_X_MM = 1.4
"""Padding in mm between the borders of a cell and its text, at its left and right."""
SMALLEST_PT = 6.0
"""The smallest type in which anything is set, in points; a number too wide for it is broken after all."""
SLACK = 15
"""1/1000 em by which lines are shorter than their cell, so that no renderer's rounding breaks one that just fits."""
INDENT = "　　"
"""Indent of a paragraph of running text: of its first line (role indented), or of all others (hanging)."""
FIXED_ROLES = ("label", "title")
"""Roles of cells that hold words of the form only."""


@dataclass(frozen=True)
class TypeSize:
    """Type sizes in points: `body` text and `title`."""

    body: float
    title: float

    def points(self, role: str) -> float:
        """Type size in points of a cell's role; first-level headings are a little larger than body text."""
        if role == "title":
            return self.title
        return self.body * 1.15 if role == "heading1" else self.body

    def line_mm(self, role: str, points: float = 0.0) -> float:
        """Height in mm of one line of a role, or of the size that a cell has of its own (`GridCell.points`)."""
        return (points or self.points(role)) * LINE * MM_PER_PT


def type_sizes(page: Page) -> list[TypeSize]:
    """Type sizes allowed for a sheet, largest first, in half-point steps down to the layout's `smallest_pt`.

    The title shrinks less than the body. Without `smallest_pt` there is one size.
    """
    sizes, body = [TypeSize(page.font_pt, page.title_pt)], page.font_pt - 0.5
    while page.smallest_pt and body >= page.smallest_pt:
        sizes.append(TypeSize(body, round(page.title_pt * min(1.0, body / page.font_pt + 0.1), 1)))
        body -= 0.5
    return sizes


def paragraph_indent(role: str) -> str:
    """Indent of the first line of a paragraph of running text (two ems), '' for other roles."""
    return INDENT if role == "indented" else ""


def wrap_cell(cell: GridCell, widths_mm: Sequence[float], type_: TypeSize) -> tuple[str, ...]:
    """Lines of a cell's text, wrapped to the columns that the cell spans; `widths_mm` are all columns of its panel."""
    width = _line_width(cell, widths_mm, cell.points or type_.points(cell.role))
    if cell.role != "hanging":
        return wrap_text(paragraph_indent(cell.role) + cell.text, width, cell.bold)
    first, *others = wrap_text(cell.text, width, cell.bold, len(INDENT) * EM)
    return (first, *(INDENT + line for line in others))


def size_cells(panel: Panel, type_: TypeSize, page: Page) -> Panel:
    """The panel with the size of each cell that has one of its own, and its labels in lines of even length."""
    rows = [
        replace(row, cells=cells)
        if (cells := tuple(_size_cell(cell, panel.widths_mm, type_, page) for cell in row.cells)) != row.cells
        else row
        for row in panel.rows
    ]
    return replace(panel, rows=tuple(rows))


def _size_cell(cell: GridCell, widths_mm: Sequence[float], type_: TypeSize, page: Page) -> GridCell:
    if cell.points:  # given by the layout; the titles of a sheet shrink together
        cell = replace(cell, points=_half_points(cell.points * type_.title / page.title_pt))
    points = cell.points or type_.points(cell.role)
    widest = number_width(cell.text, cell.bold)
    if widest > _line_width(cell, widths_mm, points):
        fitting = _half_points(_text_mm(cell, widths_mm) / MM_PER_PT / (widest + SLACK + 1) * EM)
        cell = replace(cell, points=fitting) if SMALLEST_PT <= fitting < points else cell
    if cell.role not in FIXED_ROLES:
        return cell
    width = _line_width(cell, widths_mm, cell.points or points)
    lines = wrap_label(cell.text, width, cell.bold)
    if lines == wrap_text(cell.text, width, cell.bold):
        return cell
    return replace(cell, parts=(TextRun("\n".join(lines)),))


def _half_points(points: float) -> float:
    """Points rounded down to a half: the sizes that `static/sheet.css` knows."""
    return int(points * 2 + 0.001) / 2


def _text_mm(cell: GridCell, widths_mm: Sequence[float]) -> float:
    return sum(widths_mm[cell.column : cell.column + cell.columns]) - 2 * PAD_X_MM


def _line_width(cell: GridCell, widths_mm: Sequence[float], points: float) -> int:
    """Width of a cell's lines in 1/1000 em of a type size."""
    return int(_text_mm(cell, widths_mm) / (points * MM_PER_PT) * EM) - SLACK
