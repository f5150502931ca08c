"""One sheet on a worksheet: rows, columns, merges, heights and page breaks as on paper."""

# ruff: noqa: SLF001 - openpyxl's own way to style a cell or to merge compares every style again: 3 to 6 times slower

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from filings.renderers.cell_styles import HEI, SONG, CellStyle, FastCell, StyleCache
from filings.sheet.grid import Grid
from filings.sheet.pages import (
    MM_PER_PT,
    PaginatedSheet,
    PanelSlice,
    PlacedCell,
    PlacedRow,
    TypeSize,
    paginate,
    paragraph_indent,
)

TALLEST_PT = 409.0
"""Excel's limit for a row."""
STEP_PT = 0.75
"""Excel rounds heights to whole pixels of 1/96 inch; ours are rounded down, that a page may not overflow."""
DIGIT_PX = 8
"""Width of a digit of 10 pt Courier New."""
SLACK_MM = 6.0
"""By so much margins are smaller than on paper: printers stretch cells a little, and tables are centred."""
SAME_EDGE_MM = 1.0
"""Column edges of different tables that are closer than this become one."""
ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
PAPER_CODES = {"A4": 9, "A3": 8}


class WorksheetWriter:
    """Draws one worksheet from the top down."""

    def __init__(self, ws: Worksheet, grid: Grid, looks: StyleCache) -> None:
        self.ws, self.grid, self.looks = ws, grid, looks
        self.paper = paginate(grid, whole_rows=True)
        self.type = TypeSize(self.paper.font_pt, self.paper.title_pt)
        self.edges = _edges(self.paper)
        self.parts = _parts(self.paper, grid)
        self.titles = _titles(self.parts)
        self.tops: dict[tuple[int, int], int] = {}
        """The worksheet row in which each row of a panel begins."""
        self.merges: list[str] = []
        self.row = 0

    def draw(self, mark: str) -> None:
        """The whole sheet."""
        for parts in self.parts:
            if self.row:
                self.ws.row_breaks.append(Break(id=self.row))
            for part in parts:
                self._part(part, last=part is parts[-1])
        for index, (left, right) in enumerate(pairwise(self.edges), 1):
            pixels = int(right * 96 / 25.4) - int(left * 96 / 25.4)  # rounding each by itself would narrow the sheet
            self.ws.column_dimensions[get_column_letter(index)].width = pixels / DIGIT_PX
        if self.row:
            self.ws.print_area = f"A1:{get_column_letter(len(self.edges) - 1)}{self.row}"
        if self.titles:
            panel, heads = self.titles
            self.ws.print_title_rows = f"{self.tops[panel, heads[0]]}:{self.tops[panel, heads[-1] + 1] - 1}"
        # For its own ranges openpyxl checks every corner's type and compares all with all; ours never overlap.
        self.ws.merged_cells = self.merges
        _set_page(self.ws, self.grid, mark)

    def _part(self, part: _Part, last: bool) -> None:
        """The part of a panel on one page, and the room below it."""
        rows, gap = list(part.slice.rows), 0.0 if last else part.slice.gap_mm
        room = self.grid.page.content_height_mm - sum(row.height_mm for row in rows[: len(part.heads)])
        copies = len(part.heads)
        if self.titles:
            rows, copies = _without_copies(rows, copies), 0
        ruled = part.slice.ruled and part.slice.kind == "table"
        if not ruled and gap:
            rows[-1] = replace(rows[-1], height_mm=rows[-1].height_mm + gap)
        tops = self._heights(rows, room)
        for index, top in enumerate(tops[copies:], part.start):
            self.tops[part.slice.panel, index] = top
        for index, row in enumerate(rows):
            for placed in row.cells:
                self._cell(placed, part.slice, tops[index], tops[index + placed.rows] - 1)
        if ruled and gap:
            self._height(gap / MM_PER_PT)

    def _heights(self, rows: Sequence[PlacedRow], room_mm: float) -> list[int]:
        """Make room for the rows; the worksheet row in which each begins, and the one after them.

        A row taller than Excel allows becomes several, so high that whole ones fill a page.
        """
        tops = []
        room = room_mm / MM_PER_PT
        for row in rows:
            tops.append(self.row + 1)
            height = row.height_mm / MM_PER_PT
            most = TALLEST_PT if height <= TALLEST_PT else room / ceil(room / TALLEST_PT)
            count = ceil(height / most)
            for _ in range(count):
                self._height(height / count)
        return [*tops, self.row + 1]

    def _height(self, points: float) -> None:
        self.row += 1
        self.ws.row_dimensions[self.row].height = int(points / STEP_PT) * STEP_PT

    def _cell(self, placed: PlacedCell, part: PanelSlice, top: int, bottom: int) -> None:
        """One cell over all the rows and columns it covers, each with its rules: Excel draws them singly."""
        cell, ws = placed.cell, self.ws
        before = sum(part.widths_mm[: cell.column])
        left = self._column(before)
        right = self._column(before + sum(part.widths_mm[cell.column : cell.column + placed.columns])) - 1
        text = paragraph_indent(cell.role) + cell.text if cell.text else ""
        style = self.looks.style(_style(placed, part, self.type, text, self._tall(top, bottom)))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                ws._cells[row, column] = FastCell(row, column, style)
        if text:
            first = ws._cells[top, left]
            first._value, first.data_type = escape_text(text), "s"
        if (top, left) != (bottom, right):
            self.merges.append(f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}")

    def _tall(self, top: int, bottom: int) -> bool:
        """Whether rows are together taller than a page."""
        heights = (self.ws.row_dimensions[row].height for row in range(top, bottom + 1))
        return bottom > top and sum(heights) > self.grid.page.content_height_mm / MM_PER_PT

    def _column(self, edge: float) -> int:
        """The worksheet column that begins at an edge."""
        return bisect_right(self.edges, edge + 0.001)


@dataclass(frozen=True)
class _Part:
    """A slice with its place: its first row within the panel, and the header lines repeated above it."""

    slice: PanelSlice
    start: int
    heads: tuple[int, ...]


def _parts(paper: PaginatedSheet, grid: Grid) -> list[list[_Part]]:
    """The slices of each page, with their places."""
    done: Counter[int] = Counter()
    pages = []
    for leaf in paper.pages:
        parts = []
        for one in leaf.slices:
            start = done[one.panel]
            heads = grid.panels[one.panel].rows[start].under if start else ()
            parts.append(_Part(one, start, heads))
            done[one.panel] += len(one.rows) - len(heads)
        pages.append(parts)
    return pages


def _titles(pages: Sequence[Sequence[_Part]]) -> tuple[int, tuple[int, ...]] | None:
    """The header lines (panel and rows) that Excel may repeat by itself: it does on every page after them."""
    runs = {(part.slice.panel, part.heads) for parts in pages for part in parts if part.heads}
    repeated = [bool(parts and parts[0].heads) for parts in pages]
    return runs.pop() if len(runs) == 1 and repeated == sorted(repeated) else None


def _without_copies(rows: Sequence[PlacedRow], copies: int) -> list[PlacedRow]:
    """The rows below repeated header lines; a label that runs on from these begins below them instead."""
    below = list(rows[copies:])
    on = [
        replace(placed, rows=index + placed.rows - copies, again=True)
        for index, row in enumerate(rows[:copies])
        for placed in row.cells
        if index + placed.rows > copies
    ]
    if on:
        cells = sorted((*on, *below[0].cells), key=lambda placed: placed.cell.column)
        below[0] = replace(below[0], cells=tuple(cells))
    return below


def _edges(paper: PaginatedSheet) -> list[float]:
    """Where columns begin and end in mm, of all panels together."""
    every = {
        sum(one.widths_mm[:count])
        for leaf in paper.pages
        for one in leaf.slices
        for count in range(len(one.widths_mm) + 1)
    }
    edges: list[float] = []
    for edge in sorted(every):
        if not edges or edge - edges[-1] > SAME_EDGE_MM:
            edges.append(edge)
    return edges


def _style(placed: PlacedCell, part: PanelSlice, type_: TypeSize, text: str, tall: bool) -> CellStyle:
    cell = placed.cell
    return CellStyle(
        hei=cell.bold,
        points=round(type_.points(cell.role) * 2) / 2,
        across=cell.align,
        down="top" if part.kind == "text" or tall else "center",
        ruled=part.ruled and part.kind == "table",
        # Excel showed ##### for longer texts in cells of this format for many years.
        text=cell.role == "value" and len(text) <= 255,
    )


def escape_text(text: str) -> str:
    """A text as the file holds it: `_x000D_` is read as a control character if its `_` stays as it is."""
    return ESCAPE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", text))


def _set_page(ws: Worksheet, grid: Grid, mark: str) -> None:
    """Paper, margins, and the words above and below."""
    page = grid.page
    ws.sheet_view.showGridLines = False
    ws.page_setup.paperSize = PAPER_CODES[page.size]
    ws.page_setup.orientation = "landscape" if page.landscape else "portrait"
    ws.page_setup.scale = 100
    ws.print_options.horizontalCentered = True
    top, right, bottom, left = page.margins_mm
    ws.page_margins = PageMargins(
        *(max(margin - SLACK_MM, margin * 0.6) / 25.4 for margin in (left, right)),
        top / 25.4,
        max(bottom - SLACK_MM, bottom * 0.6) / 25.4,
        *(max(margin / 2 - 2, 4) / 25.4 for margin in (top, bottom)),
    )
    for item, text in ((ws.oddHeader, grid.header), (ws.oddFooter, grid.footer)):
        if text:
            item.center.font, item.center.size, item.center.text = f"{SONG},Regular", 9, margin_text(text)
    if mark:
        right = ws.oddHeader.right
        right.font, right.size, right.color, right.text = f"{HEI},Regular", 20, "A6A6A6", margin_text(mark)


def margin_text(text: str) -> str:
    """Words for Excel's header or footer, which may be 255 characters long with all its codes."""
    return text[:90].replace("&", "&&").replace("{pages}", "&N").replace("{page}", "&P")
