"""Draws a grid as plain text with box lines, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from filings.sheet.grid import Grid, GridCell, Panel
from filings.sheet.line_breaking import break_text, text_width

MM_PER_COLUMN = 2.0
"""Width on paper, in mm, that one column of the terminal shows."""


def render_text(grid: Grid) -> str:
    """The sheet as lines of text, joined by newlines; tables are drawn with box lines, empty inputs as empty space."""
    return "\n".join(line for panel in grid.panels for line in _panel_lines(panel))


def _panel_lines(panel: Panel) -> list[str]:
    if panel.kind != "table":
        return ["   ".join(cell.text for cell in row.cells) for row in panel.rows]
    # Even widths, as a Chinese character takes two columns; at least two characters.
    widths = [max(4, 2 * round(width / MM_PER_COLUMN / 2)) for width in panel.widths_mm]
    heights = _heights(panel, widths)
    canvas = _Canvas(widths, heights)
    for index, row in enumerate(panel.rows):
        for cell in row.cells:
            canvas.draw(index, cell)
    return canvas.lines()


def _heights(panel: Panel, widths: Sequence[int]) -> list[int]:
    """Height in lines of each row; a spanning cell that needs more makes its last row higher."""
    heights = [1] * len(panel.rows)
    for index, row in enumerate(panel.rows):
        for cell in row.cells:
            if cell.rows == 1:
                heights[index] = max(heights[index], len(_lines(cell, widths)))
    for index, row in enumerate(panel.rows):
        for cell in row.cells:
            # The borders between the rows of a spanning cell are lines that it can use.
            missing = len(_lines(cell, widths)) - sum(heights[index : index + cell.rows]) - (cell.rows - 1)
            if cell.rows > 1 and missing > 0:
                heights[index + cell.rows - 1] += missing
    return heights


def _content_columns(cell: GridCell, widths: Sequence[int]) -> int:
    """Terminal columns between the borders of a cell; a cell that spans columns also covers the borders between."""
    return sum(widths[cell.column : cell.column + cell.columns]) + cell.columns - 1


def _lines(cell: GridCell, widths: Sequence[int]) -> list[str]:
    """The text of a cell, broken by terminal columns instead of the widths of the paper's fonts."""
    return break_text(cell.text, _content_columns(cell, widths), _terminal_columns)


def _terminal_columns(char: str) -> int:
    return 2 if _wide(char) else 1


def _wide(char: str) -> bool:
    """Whether a terminal shows a character two columns wide; ASCII never is, though % is that wide on paper."""
    return not char.isascii() and text_width(char) > 900


class _Canvas:
    """A grid of terminal columns and lines; a wide character takes two columns, the second of which holds ''."""

    def __init__(self, widths: Sequence[int], heights: Sequence[int]) -> None:
        self.widths, self.heights = widths, heights
        self.left = [sum(widths[:i]) + i for i in range(len(widths) + 1)]
        self.top = [sum(heights[:i]) + i for i in range(len(heights) + 1)]
        self.cells = [[" "] * (self.left[-1] + 1) for _ in range(self.top[-1] + 1)]

    def draw(self, row: int, cell: GridCell) -> None:
        """Draw the borders and the text of one cell."""
        x0, x1 = self.left[cell.column], self.left[cell.column + cell.columns]
        y0, y1 = self.top[row], self.top[row + cell.rows]
        for x in range(x0, x1 + 1):
            for y in (y0, y1):
                self.cells[y][x] = "-" if self.cells[y][x] in " -" else "+"
        for y in range(y0, y1 + 1):
            for x in (x0, x1):
                self.cells[y][x] = "+" if y in (y0, y1) else "|"
        for offset, line in enumerate(_lines(cell, self.widths)):
            self._write(x0 + 1, y0 + 1 + offset, line)

    def _write(self, x: int, y: int, text: str) -> None:
        for char in text:
            wide = _wide(char)
            if y >= len(self.cells) or x + wide >= len(self.cells[y]):
                return
            self.cells[y][x] = char
            if wide:
                self.cells[y][x + 1] = ""
            x += 1 + wide

    def lines(self) -> list[str]:
        """The finished lines, without trailing spaces."""
        return ["".join(row).rstrip() for row in self.cells]
