"""Cuts a grid to paper: line breaks, row heights and page breaks, decided once for screen, workbook and PDF.

Paragraphs and very high rows run on overleaf (`splitting.py`), other rows stay whole; header lines are repeated on each
page; a cell that runs over the page end is shown again, words and all, at the top of the next page, and one whose words
need more room than it has on the first page goes on there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from filings.sheet.grid import Grid, GridCell, GridRow, Panel
from filings.sheet.layout import Page
from filings.sheet.line_breaking import wrap_text
from filings.sheet.row_splitting import LEAST_LINES, RowMeasurements, cell_part, split_row

MM_PER_PT = 25.4 / 72
LINE = 1.4
"""Height of a line in ems."""
PAD_X_MM, PAD_Y_MM = 1.4, 0.9
"""Room between a cell's rules and its words, on each side."""
GAP_MM = {"title": 2.5, "line": 1.0, "table": 2.0, "text": 1.0}
"""Room below a panel."""


@dataclass(frozen=True)
class PlacedCell:
    """A cell on a page: its lines, its spans within the page; `again` when it continues from the page before."""

    cell: GridCell
    lines: tuple[str, ...]
    columns: int
    rows: int
    again: bool = False


@dataclass(frozen=True)
class PlacedRow:
    """A row on a page with its height; `head` when it is a header line (on later pages a repeated one)."""

    cells: tuple[PlacedCell, ...]
    height_mm: float
    head: bool = False


@dataclass(frozen=True)
class PanelSlice:
    """The part of a panel that stands on one page, and the room below it; `panel` counts the panels of the grid."""

    panel: int
    kind: str
    ruled: bool
    widths_mm: tuple[float, ...]
    rows: tuple[PlacedRow, ...]
    continued: bool = False
    gap_mm: float = 0.0


@dataclass(frozen=True)
class PageLayout:
    """One page."""

    slices: tuple[PanelSlice, ...]
    header: str = ""
    footer: str = ""


@dataclass(frozen=True)
class PaginatedSheet:
    """The whole sheet on paper: its pages and the type sizes used."""

    name: str
    page: Page
    font_pt: float
    title_pt: float
    pages: tuple[PageLayout, ...]


@dataclass(frozen=True)
class TypeSize:
    """Type sizes in points: of the body and of the title."""

    body: float
    title: float

    def points(self, role: str) -> float:
        """The size in which a role is set."""
        if role == "title":
            return self.title
        return self.body * 1.15 if role == "heading1" else self.body

    def line_mm(self, role: str) -> float:
        """Height of one line."""
        return self.points(role) * LINE * MM_PER_PT


def type_sizes(page: Page) -> list[TypeSize]:
    """The sizes a sheet may be set in, largest first: half points down to the layout's `smallest_pt`."""
    sizes, body = [TypeSize(page.font_pt, page.title_pt)], page.font_pt - 0.5
    while page.smallest_pt and body >= page.smallest_pt:
        sizes.append(TypeSize(body, round(page.title_pt * min(1.0, body / page.font_pt + 0.1), 1)))
        body -= 0.5
    return sizes


def paginate(grid: Grid, whole_rows: bool = False) -> PaginatedSheet:
    """The sheet on paper; type shrinks in half points down to `smallest_pt` if that brings it onto one page.

    A row taller than a page is cut, unless `whole_rows`: a workbook must keep each text in one cell.
    """
    sizes = type_sizes(grid.page)
    papers = (_at_size(grid, type_, whole_rows) for type_ in sizes)
    first = next(papers)
    return first if len(first.pages) == 1 else next((p for p in papers if len(p.pages) == 1), first)


def _at_size(grid: Grid, type_: TypeSize, whole_rows: bool) -> PaginatedSheet:
    paginator = Paginator(grid, type_, whole_rows)
    for index in range(len(grid.panels)):
        paginator.add_panel(index)
    return PaginatedSheet(grid.name, grid.page, type_.body, type_.title, paginator.build_pages())


def paragraph_indent(role: str) -> str:
    """What stands before the first line of a paragraph of running text."""
    return "　　" if role == "indented" else ""


def wrap_cell(cell: GridCell, widths_mm: Sequence[float], type_: TypeSize) -> tuple[str, ...]:
    """The lines into which a cell's words break in its width."""
    room_mm = sum(widths_mm[cell.column : cell.column + cell.columns]) - 2 * PAD_X_MM
    ems = room_mm / (type_.points(cell.role) * MM_PER_PT)
    return wrap_text(paragraph_indent(cell.role) + cell.text, int(ems * 1000) - 15, cell.bold)


def cell_padding_mm(kind: str) -> float:
    """Room above and below the words of a panel's cells, together."""
    return 2 * PAD_Y_MM if kind != "text" else PAD_Y_MM


def row_heights(panel: Panel, type_: TypeSize) -> list[float]:
    """The height in mm of each row of a panel: enough for the words of each of its cells."""
    pad = cell_padding_mm(panel.kind)
    heights = [max(row.height_mm, type_.line_mm("value") + pad) for row in panel.rows]
    spanning: list[tuple[int, GridCell, float]] = []
    for index, row in enumerate(panel.rows):
        for cell in row.cells:
            need = len(wrap_cell(cell, panel.widths_mm, type_)) * type_.line_mm(cell.role) + pad
            if cell.rows == 1:
                heights[index] = max(heights[index], need)
            else:
                spanning.append((index, cell, need))
    for index, cell, need in sorted(spanning, key=lambda item: item[1].rows):
        missing = need - sum(heights[index : index + cell.rows])
        for step in range(cell.rows if missing > 0 else 0):
            heights[index + step] += missing / cell.rows
    return heights


class Paginator:
    """Fills page after page."""

    def __init__(self, grid: Grid, type_: TypeSize, whole_rows: bool) -> None:
        self.grid, self.type = grid, type_
        self.room = grid.page.content_height_mm
        heights = [row_heights(panel, type_) for panel in grid.panels]
        self.panels = list(zip(grid.panels, heights, strict=True))
        self.whole_rows = whole_rows
        self.printed: dict[tuple[int, int, int], int] = {}
        """How many lines of a long cell stand on the pages before, by panel, row and column in which it begins."""
        self.pages: list[list[PanelSlice]] = [[]]
        self.used = 0.0

    def build_pages(self) -> tuple[PageLayout, ...]:
        """The finished pages with their header and footer words."""
        if len(self.pages) > 1 and not self.pages[-1]:  # a new page for which nothing came
            self.pages.pop()
        count = len(self.pages)
        return tuple(
            PageLayout(
                tuple(slices),
                self._margin(self.grid.header, number, count),
                self._margin(self.grid.footer, number, count),
            )
            for number, slices in enumerate(self.pages, 1)
        )

    def _margin(self, text: str, number: int, count: int) -> str:
        return text.replace("{page}", str(number)).replace("{pages}", str(count))

    def start_page(self) -> None:
        """Begin a new page."""
        if self.pages[-1]:
            self.pages.append([])
        self.used = 0.0

    def add_panel(self, index: int) -> None:
        """Set one panel, over as many pages as it takes."""
        panel, _ = self.panels[index]
        if panel.new_page:
            self.start_page()
        start = 0
        while start < len(self.panels[index][0].rows):
            stop = self._split(index, start) or self._fits(index, start)
            if stop == start:
                self.start_page()
                stop = self._split(index, start) or max(self._fits(index, start), start + 1)
            self._place(index, start, stop)
            start = stop
            if start < len(self.panels[index][0].rows):
                self.start_page()
        self.used += self._gap(index)

    def _split(self, index: int, start: int) -> int:
        """Cut the row at which the page is full, where that is good; the row before which the page then ends, or 0."""
        if self.whole_rows:
            return 0
        whole = panel, heights = self.panels[index]
        top = sum(heights[i] for i in panel.rows[start].under if start)
        used, at = self.used + top, start
        while at < len(heights) and used + heights[at] <= self.room + 0.01:
            used += heights[at]
            at += 1
        if at == len(heights) or any(panel.rows[i].new_page for i in range(start + 1, at + 1)):
            return 0
        # Above a row that fills a page by itself stand only header lines and what is tied to it.
        fresh = self.used == 0.0 and heights[at] > self.room - top and _tied(panel.rows[start:at])
        measures = RowMeasurements(
            lambda cell: wrap_cell(cell, panel.widths_mm, self.type),
            self.type.line_mm,
            cell_padding_mm(panel.kind),
            self.room - sum(heights[i] for i in panel.rows[at].under),
        )
        parted = split_row(panel, heights, at, self.room - used, measures, fresh=fresh)
        if not parted:
            return 0
        self.panels[index] = parted
        if self._filled(index, start, at + 1) <= self.room + 0.01 or (fresh and at == start):
            return at + 1
        self.panels[index] = whole
        return 0

    def _gap(self, index: int) -> float:
        """The room below a panel: none where the next one is joined to it."""
        joined = index + 1 < len(self.panels) and self.panels[index + 1][0].joined
        return 0.0 if joined else GAP_MM[self.panels[index][0].kind]

    def _fits(self, index: int, start: int) -> int:
        """The row before which the page must end: as many as fit, without leaving a tied row last."""
        panel, heights = self.panels[index]
        used, stop = self.used + sum(heights[i] for i in panel.rows[start].under if start), start
        while stop < len(heights) and used + heights[stop] <= self.room + 0.01:
            if stop > start and panel.rows[stop].new_page:
                return stop
            used += heights[stop]
            stop += 1
        while stop > start:
            last = stop
            if stop < len(heights) or used + self._gap(index) + self._lead(index + 1) > self.room:
                while last > start and (panel.rows[last - 1].keep or panel.rows[last - 1].head):
                    last -= 1
            if last == start:
                return start if self.used else stop
            if (start, last) == (0, len(heights)) or self._filled(index, start, last) <= self.room + 0.01:
                return last
            stop = last - 1
        return start

    def _filled(self, index: int, start: int, stop: int) -> float:
        """How full the page is with these rows: labels that are cut by its end may need more than their rows have."""
        return self.used + sum(row.height_mm for row in self._rows(index, start, stop))

    def _lead(self, index: int) -> float:
        """The height of a panel down to its first row that is not tied to the next, 0 if that is much of a page.

        Of a paragraph that may run on overleaf its first lines are enough.
        """
        total = 0.0
        for at, (panel, heights) in enumerate(self.panels[index:], index):
            if panel.new_page:
                return 0.0
            for row, height in zip(panel.rows, heights, strict=True):
                start = LEAST_LINES["text"] * self.type.line_mm("value") + cell_padding_mm("text")
                total += start if panel.kind == "text" and not row.keep and height > 2 * start else height
                if not (row.keep or row.head):
                    return total if total < self.room / 2 else 0.0
            total += self._gap(at)
        return 0.0

    def _place(self, index: int, start: int, stop: int) -> None:
        panel, _ = self.panels[index]
        rows = self._rows(index, start, stop, self.printed)
        gap = self._gap(index)
        self.pages[-1].append(PanelSlice(index, panel.kind, panel.ruled, panel.widths_mm, tuple(rows), start > 0, gap))
        self.used += sum(row.height_mm for row in rows)

    def _rows(
        self, index: int, start: int, stop: int, printed: dict[tuple[int, int, int], int] | None = None
    ) -> list[PlacedRow]:
        """The rows of a page, with the header lines and the labels that are shown again.

        `printed` is given when the page is settled: it learns how far long cells have come.
        """
        panel, heights = self.panels[index]
        heads = panel.rows[start].under if start else ()
        again = _running_on(panel, heads, start, stop)
        numbers = (*heads, *range(start, stop))
        rows = []
        for place, i in enumerate(numbers):
            own = [_Laid(cell, _rows_on_page(i, cell, heads, start, stop), i) for cell in panel.rows[i].cells]
            placed = []
            for laid in sorted([*own, *again.get(i, [])], key=lambda one: one.cell.column):
                room = sum(heights[number] for number in numbers[place : place + laid.rows])
                last = laid.origin + laid.cell.rows <= stop
                placed.append(self._placed(index, laid, room, last, {} if printed is None else printed))
            rows.append(PlacedRow(tuple(placed), heights[i], panel.rows[i].head))
        return _tall_enough(rows, self.type)

    def _placed(
        self, index: int, laid: _Laid, room: float, last: bool, printed: dict[tuple[int, int, int], int]
    ) -> PlacedCell:
        """A cell on this page: all its words, or as many as there is room for where they go on overleaf."""
        cell, key = laid.cell, (index, laid.origin, laid.cell.column)
        lines = wrap_cell(cell, self.panels[index][0].widths_mm, self.type)
        if self.whole_rows or cell.role == "label" or (laid.rows == cell.rows and not laid.again):
            return PlacedCell(cell, lines, cell.columns, laid.rows, laid.again)
        done = self.printed.get(key, 0)
        most = max(1, int((room - 2 * PAD_Y_MM) / self.type.line_mm(cell.role) + 0.001))
        if not done and len(lines) <= most:
            return PlacedCell(cell, lines, cell.columns, laid.rows, laid.again)
        shown = lines[done:] if last else lines[done : done + most]
        printed[key] = done + len(shown)
        return PlacedCell(cell_part(cell, shown, done), shown or ("",), cell.columns, laid.rows)


@dataclass(frozen=True)
class _Laid:
    """A cell with the rows it covers on a page, and the row of its panel in which it begins."""

    cell: GridCell
    rows: int
    origin: int
    again: bool = False


def _tied(rows: Sequence[GridRow]) -> bool:
    """Whether all rows are tied to what follows."""
    return all(row.keep or row.head for row in rows)


def _rows_on_page(origin: int, cell: GridCell, heads: Sequence[int], start: int, stop: int) -> int:
    """How many of the page's rows a cell that begins at row `origin` covers."""
    end = origin + cell.rows
    return sum(origin <= head < end for head in heads) + max(0, min(stop, end) - max(start, origin))


def _running_on(panel: Panel, heads: Sequence[int], start: int, stop: int) -> dict[int, list[_Laid]]:
    """Cells that began on an earlier page and run on, by the row of this page at which they are shown again."""
    again: dict[int, list[_Laid]] = {}
    for origin in range(start):
        if origin in heads:
            continue
        for cell in panel.rows[origin].cells:
            if origin + cell.rows > start:
                first = next((head for head in heads if origin <= head < origin + cell.rows), start)
                count = _rows_on_page(origin, cell, heads, start, stop)
                again.setdefault(first, []).append(_Laid(cell, count, origin, again=True))
    return again


def _tall_enough(rows: list[PlacedRow], type_: TypeSize) -> list[PlacedRow]:
    """Rows stretched where a cell that was cut by a page break needs more room than its part of the span has."""
    for index, row in enumerate(rows):
        for placed in row.cells:
            if placed.rows == placed.cell.rows and not placed.again:
                continue
            need = len(placed.lines) * type_.line_mm(placed.cell.role) + 2 * PAD_Y_MM
            missing = need - sum(item.height_mm for item in rows[index : index + placed.rows])
            if missing > 0:
                last = index + placed.rows - 1
                rows[last] = replace(rows[last], height_mm=rows[last].height_mm + missing)
    return rows
