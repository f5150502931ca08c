"""One form on a worksheet: rows, columns, merged cells, row heights and page breaks as in the PDF."""

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
from filings.renderers.number_formats import number_format, plain_number
from filings.sheet.grid import Grid
from filings.sheet.line_breaking import is_number
from filings.sheet.pages import PageCell, PageRow, PaginatedSheet, PanelPart, paginate
from filings.sheet.type_sizes import MM_PER_PT, TypeSize, paragraph_indent

TALLEST_PT = 409.0
"""Excel's limit for the height of a row, in points."""
STEP_PT = 0.75
"""Excel rounds row heights to pixels of 1/96 inch. They are rounded down here, so that no page overflows."""
DIGIT_PX = 8
"""Width of a digit of 10 pt Courier New in px: Excel's unit of column widths."""
SLACK_MM = 6.0
"""How much narrower margins are than in the PDF, as printers stretch cells a little; tables are centred."""
SAME_EDGE_MM = 1.0
"""Column edges of different tables closer than this are merged."""
ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
PAPER_CODES = {"A4": 9, "A3": 8}


class WorksheetWriter:
    """Writes the laid-out grid of a form into a worksheet, from top to bottom."""

    def __init__(self, ws: Worksheet, grid: Grid, styles: StyleCache) -> None:
        self.ws, self.grid, self.styles = ws, grid, styles
        self.paper = paginate(grid, whole_rows=True)
        self.type = TypeSize(self.paper.font_pt, self.paper.title_pt)
        self.edges = _edges(self.paper)
        self.parts = _parts(self.paper, grid)
        self.titles = _titles(self.parts)
        self.tops: dict[tuple[int, int], int] = {}
        """(panel, row of the panel) → the worksheet row in which it begins."""
        self.areas: list[_Area] = []
        self.open_areas: dict[tuple[int, int], _Area] = {}
        """(panel, column of the panel) → the cell last written there."""
        self.row = 0

    def draw(self, watermark: str) -> None:
        """Write the whole form, with the watermark in the page header ('' for none)."""
        for parts in self.parts:
            if self.row:
                self.ws.row_breaks.append(Break(id=self.row))
            for part in parts:
                self._write_part(part, last=part is parts[-1])
        for index, (left, right) in enumerate(pairwise(self.edges), 1):
            pixels = int(right * 96 / 25.4) - int(
                left * 96 / 25.4
            )  # rounding the widths instead would narrow the sheet
            self.ws.column_dimensions[get_column_letter(index)].width = pixels / DIGIT_PX
        if self.row:
            self.ws.print_area = f"A1:{get_column_letter(len(self.edges) - 1)}{self.row}"
        if self.titles:
            panel, heads = self.titles
            self.ws.print_title_rows = f"{self.tops[panel, heads[0]]}:{self.tops[panel, heads[-1] + 1] - 1}"
        # Merging through openpyxl compares all ranges with each other; these cannot overlap.
        self.ws.merged_cells = [area.coordinate for area in self.areas if area.is_merged]
        _set_page(self.ws, self.grid, watermark)

    def _write_part(self, part: _Part, last: bool) -> None:
        """Write the part of a panel on one page, and the gap below it."""
        rows, gap = list(part.slice.rows), 0.0 if last else part.slice.gap_mm
        available_mm = self.grid.page.content_height_mm - sum(row.height_mm for row in rows[: len(part.heads)])
        copies = len(part.heads)
        # A copy of the header would divide a merged cell that goes on from the page before.
        if self.titles or any(placed.repeated for row in rows for placed in row.cells):
            rows, copies = _without_repeated_heads(rows, copies), 0
        ruled = part.slice.ruled and part.slice.kind == "table"
        if not ruled and gap:
            rows[-1] = replace(rows[-1], height_mm=rows[-1].height_mm + gap)
        tops = self._add_rows(rows, available_mm)
        for index, top in enumerate(tops[copies:], part.start):
            self.tops[part.slice.panel, index] = top
        for index, row in enumerate(rows):
            for placed in row.cells:
                self._write_cell(placed, part.slice, tops[index], tops[index + placed.rows] - 1)
        if ruled and gap:
            self._add_row(gap / MM_PER_PT)

    def _add_rows(self, rows: Sequence[PageRow], available_mm: float) -> list[int]:
        """Add worksheet rows for laid-out rows; the first worksheet row of each, and the one after the last.

        A row taller than Excel allows becomes several, of a height that lets whole ones fill `available_mm`.
        """
        tops = []
        available = available_mm / MM_PER_PT
        for row in rows:
            tops.append(self.row + 1)
            height = row.height_mm / MM_PER_PT
            most = TALLEST_PT if height <= TALLEST_PT else available / ceil(available / TALLEST_PT)
            count = ceil(height / most)
            for _ in range(count):
                self._add_row(height / count)
        return [*tops, self.row + 1]

    def _add_row(self, points: float) -> None:
        """Add a worksheet row."""
        self.row += 1
        self.ws.row_dimensions[self.row].height = int(points / STEP_PT) * STEP_PT

    def _write_cell(self, placed: PageCell, part: PanelPart, top: int, bottom: int) -> None:
        """Write a cell into all rows and columns that it covers: Excel draws the borders of each of them.

        A cell that goes on from the page before becomes part of the one that was written there.
        """
        cell, place = placed.cell, (part.panel, placed.cell.column)
        before = sum(part.widths_mm[: cell.column])
        left = self._column(before)
        right = self._column(before + sum(part.widths_mm[cell.column : cell.column + placed.columns])) - 1
        if right < left:  # narrower than any column of the worksheet, as a form of release 0.1 may have it
            return
        area = self.open_areas.get(place) if placed.repeated else None
        if area and (area.left, area.right, area.bottom) == (left, right, top - 1):
            # In the middle of a cell over several pages its text might be cut by their edge.
            area.bottom, is_tall = bottom, True
        else:
            area = self.open_areas[place] = _Area(top, left, bottom, right)
            self.areas.append(area)
            is_tall = self._is_taller_than_page(top, bottom)
        self._fill_area(area, placed, part, is_tall)

    def _fill_area(self, area: _Area, placed: PageCell, part: PanelPart, is_tall: bool) -> None:
        """Give all cells of an area their style, and the first one its text, or the number that the text is."""
        cell = placed.cell
        text = _cell_text(placed)
        # What takes several lines in the smallest type would be unreadable on one.
        is_number = cell.may_be_number and len(cell.parts) == len(placed.lines) == 1
        number = number_format(text) if is_number else ""
        style = self.styles.style(_style(placed, part, self.type, text, is_tall, number))
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                self.ws._cells[row, column] = FastCell(row, column, style)
        if text:
            first = self.ws._cells[area.top, area.left]
            first._value, first.data_type = (plain_number(text), "n") if number else (escape_text(text), "s")

    def _is_taller_than_page(self, top: int, bottom: int) -> bool:
        """Whether rows are together taller than a page."""
        heights = (self.ws.row_dimensions[row].height for row in range(top, bottom + 1))
        return bottom > top and sum(heights) > self.grid.page.content_height_mm / MM_PER_PT

    def _column(self, edge: float) -> int:
        """The worksheet column that begins at an edge, in mm from the left."""
        return bisect_right(self.edges, edge + 0.001)


@dataclass
class _Area:
    """The rows and columns of the worksheet that a cell covers."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_merged(self) -> bool:
        return (self.top, self.left) != (self.bottom, self.right)

    @property
    def coordinate(self) -> str:
        return f"{get_column_letter(self.left)}{self.top}:{get_column_letter(self.right)}{self.bottom}"


@dataclass(frozen=True)
class _Part:
    """A slice of a panel: its first row in the panel, and the header rows repeated above it."""

    slice: PanelPart
    start: int
    heads: tuple[int, ...]


def _parts(paper: PaginatedSheet, grid: Grid) -> list[list[_Part]]:
    """The parts of each page."""
    done: Counter[int] = Counter()
    pages = []
    for page in paper.pages:
        parts = []
        for slice_ in page.slices:
            start = done[slice_.panel]
            heads = grid.panels[slice_.panel].rows[start].header_rows if start else ()
            parts.append(_Part(slice_, start, heads))
            done[slice_.panel] += len(slice_.rows) - len(heads)
        pages.append(parts)
    return pages


def _titles(pages: Sequence[Sequence[_Part]]) -> tuple[int, tuple[int, ...]] | None:
    """The header rows (panel, rows) that Excel can repeat by itself, i.e. on every further page; None if none."""
    runs = {(part.slice.panel, part.heads) for parts in pages for part in parts if part.heads}
    repeated = [bool(parts and parts[0].heads) for parts in pages]
    return runs.pop() if len(runs) == 1 and repeated == sorted(repeated) else None


def _without_repeated_heads(rows: Sequence[PageRow], copies: int) -> list[PageRow]:
    """The rows below the repeated header rows; a merged cell that continues from these begins below them."""
    below = list(rows[copies:])
    continued = [
        placed._replace(rows=index + placed.rows - copies, repeated=True)
        for index, row in enumerate(rows[:copies])
        for placed in row.cells
        if index + placed.rows > copies
    ]
    if continued:
        cells = sorted((*continued, *below[0].cells), key=lambda placed: placed.cell.column)
        below[0] = replace(below[0], cells=tuple(cells))
    return below


def _edges(paper: PaginatedSheet) -> list[float]:
    """The left edges of all columns of all panels in mm, and the last right one; edges closer than 1 mm are one."""
    every = {
        sum(slice_.widths_mm[:count])
        for page in paper.pages
        for slice_ in page.slices
        for count in range(len(slice_.widths_mm) + 1)
    }
    edges: list[float] = []
    for edge in sorted(every):
        if not edges or edge - edges[-1] > SAME_EDGE_MM:
            edges.append(edge)
    return edges


def _cell_text(placed: PageCell) -> str:
    """The text of a cell; of a hanging paragraph of the form its lines, as Excel has no such indent.

    What somebody typed is written as it was typed.
    """
    cell = placed.cell
    if cell.role == "hanging" and cell.path is None:
        return "\n".join(placed.lines)
    return paragraph_indent(cell.role) + cell.text if cell.text else ""


def _style(placed: PageCell, part: PanelPart, type_: TypeSize, text: str, tall: bool, number: str) -> CellStyle:
    cell = placed.cell
    return CellStyle(
        hei=cell.bold,
        points=round((cell.points or type_.points(cell.role)) * 2) / 2,
        horizontal=cell.align,
        vertical="top" if part.kind == "text" or tall else "center",
        ruled=part.ruled and part.kind == "table",
        # Older versions of Excel show ##### for longer texts in cells of this format.
        text=cell.role == "value" and len(text) <= 255,
        number=number,
        # Where another font takes the place of ours, a number is not to be broken, nor shown as #####.
        shrink=len(placed.lines) == 1 and is_number(text),
    )


def escape_text(text: str) -> str:
    """A text for the file: control characters are removed, and `_x000D_` is escaped, which Excel would decode."""
    return ESCAPE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", text))


def _set_page(ws: Worksheet, grid: Grid, watermark: str) -> None:
    """Set paper size, margins, header and footer."""
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
    if watermark:
        right = ws.oddHeader.right
        right.font, right.size, right.color, right.text = f"{HEI},Regular", 20, "A6A6A6", margin_text(watermark)


def margin_text(text: str) -> str:
    """A text for Excel's page header or footer, with its page fields; cut to 90 characters (Excel's limit: 255)."""
    return text[:90].replace("&", "&&").replace("{pages}", "&N").replace("{page}", "&P")
