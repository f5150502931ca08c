"""Page layout of a grid: line breaks, row heights and page breaks, decided once for web page, workbook and PDF.

Paragraphs and very high rows are split between two lines (`row_splitting.py`), other rows stay whole. Header rows are
repeated on each page. A cell spanning rows on both sides of a page break is shown again with its text at the top of
the next page; if its text needs more space than the cell has on the first page, the text continues there instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

from filings.sheet.drawing_limits import NO_LIMITS, DrawingLimits
from filings.sheet.grid import Grid, GridCell, Panel
from filings.sheet.layout import Page
from filings.sheet.page_spans import SpannedCell, page_rows, repeated_cells
from filings.sheet.row_splitting import MIN_LINES, RowSizes, cell_part, split_row
from filings.sheet.type_sizes import TypeSize, size_cells, type_sizes, wrap_cell

PAD_Y_MM = 0.9
"""Padding in mm between the borders of a cell and its text, above and below it."""
GAP_MM = {"title": 2.5, "line": 1.0, "table": 2.0, "text": 1.0}
"""Space in mm below a panel, by its kind."""
MOST_CLOSING = 0.4
"""What closes a sheet (signatures, notes) is kept with the rows above it, unless it is a larger part of a page."""
TOLERANCE_MM = 0.01
"""Heights are sums of floats: what is over by no more than this still fits."""
Place = tuple[int, int]  # the row of its panel in which a cell begins, and how many it spans there
PrintedLines = dict[tuple[int, int, int], int]
"""How many lines of a long cell are on earlier pages, by the panel, row and column in which it begins."""


class PageCell(NamedTuple):
    """A cell on a page: its lines and its spans within the page; `repeated` if all of it is on an earlier page too."""

    cell: GridCell
    lines: tuple[str, ...]
    columns: int
    rows: int
    repeated: bool = False
    row: int = 0
    row_span: int = 1
    """With `row` its `Place`."""


@dataclass(frozen=True)
class PageRow:
    """A row on a page with its height in mm; `head` if it is a header row, `repeated` on later pages.

    `row` is its number in its panel; the parts of a row that a page break splits have the same.
    """

    cells: tuple[PageCell, ...]
    height_mm: float
    head: bool = False
    repeated: bool = False
    row: int = 0


@dataclass(frozen=True)
class PanelPart:
    """The rows of a panel that are on one page, and the space below them.

    `panel` is the index of the panel in the grid; `continued` is True where the panel began on an earlier page.
    """

    panel: int
    kind: str
    ruled: bool
    widths_mm: tuple[float, ...]
    rows: tuple[PageRow, ...]
    continued: bool = False
    gap_mm: float = 0.0


@dataclass(frozen=True)
class PageLayout:
    """One page: slices of panels from top to bottom, and the text of its header and footer."""

    slices: tuple[PanelPart, ...]
    header: str = ""
    footer: str = ""


@dataclass(frozen=True)
class PaginatedSheet:
    """The whole sheet on paper: its pages and the type sizes used, in points."""

    name: str
    page: Page
    font_pt: float
    title_pt: float
    pages: tuple[PageLayout, ...]


def paginate(grid: Grid, whole_rows: bool = False, limits: DrawingLimits = NO_LIMITS) -> PaginatedSheet:
    """Lay the grid out on pages, in a smaller type size (down to `smallest_pt`) if that brings it onto one page.

    If no size does, the largest is used. Rows too high for a page are split, unless `whole_rows`: a workbook must keep
    each text in one cell. Raises DrawingLimitError beyond `limits`.
    """
    # A generator: smaller sizes are tried only when the larger ones need several pages.
    candidates = (_paginate_at(grid, type_, whole_rows, limits) for type_ in type_sizes(grid.page))
    largest = next(candidates)
    on_one_page = (sheet for sheet in candidates if len(sheet.pages) == 1)
    return largest if len(largest.pages) == 1 else next(on_one_page, largest)


def _paginate_at(grid: Grid, type_: TypeSize, whole_rows: bool, limits: DrawingLimits) -> PaginatedSheet:
    paginator = Paginator(grid, type_, whole_rows, limits)
    for index in range(len(grid.panels)):
        paginator.add_panel(index)
    return PaginatedSheet(grid.name, grid.page, type_.body, type_.title, paginator.build_pages())


def cell_padding_mm(kind: str) -> float:
    """Padding in mm above and below the text of a cell together; running text has half as much."""
    return 2 * PAD_Y_MM if kind != "text" else PAD_Y_MM


def row_heights(panel: Panel, type_: TypeSize, limits: DrawingLimits = NO_LIMITS) -> list[float]:
    """Height in mm of each row of a panel, enough for the text of each cell.

    Where a spanning cell needs more than its rows have, they share the difference equally; cells with smaller spans
    are served first.
    """
    pad = cell_padding_mm(panel.kind)
    heights = [max(row.height_mm, type_.line_mm("value") + pad) for row in panel.rows]
    spanning: list[tuple[int, GridCell, float]] = []
    for index, row in enumerate(panel.rows):
        limits.check()
        for cell in row.cells:
            needed_mm = len(wrap_cell(cell, panel.widths_mm, type_)) * type_.line_mm(cell.role, cell.points) + pad
            if cell.rows == 1:
                heights[index] = max(heights[index], needed_mm)
            else:
                spanning.append((index, cell, needed_mm))
    for index, cell, needed_mm in sorted(spanning, key=lambda item: item[1].rows):
        missing_mm = needed_mm - sum(heights[index : index + cell.rows])
        for offset in range(cell.rows if missing_mm > 0 else 0):
            heights[index + offset] += missing_mm / cell.rows
    return heights


class Paginator:
    """Breaks panels into pages: splits long rows, repeats header rows, keeps rows together. Add all panels in order."""

    def __init__(self, grid: Grid, type_: TypeSize, whole_rows: bool, limits: DrawingLimits) -> None:
        self.grid, self.type, self.limits = grid, type_, limits
        self.content_mm = grid.page.content_height_mm
        panels = [size_cells(panel, type_, grid.page) for panel in grid.panels]
        self.panels = [(panel, row_heights(panel, type_, limits)) for panel in panels]
        self.whole_rows = whole_rows
        self.closing, self.closing_mm = self._closing()
        """Index of the panel whose last row what closes the sheet must follow, and the height in mm that this takes."""
        self.printed: PrintedLines = {}
        self.pages: list[list[PanelPart]] = [[]]
        self.used = 0.0
        """Height in mm taken on the current page."""

    def build_pages(self) -> tuple[PageLayout, ...]:
        """The finished pages with the text of their headers and footers. Call once, after the last panel."""
        if len(self.pages) > 1 and not self.pages[-1]:  # a page was begun and nothing put on it
            self.pages.pop()
        count = len(self.pages)
        return tuple(
            PageLayout(
                tuple(slices),
                _number_pages(self.grid.header, number, count),
                _number_pages(self.grid.footer, number, count),
            )
            for number, slices in enumerate(self.pages, 1)
        )

    def start_page(self) -> None:
        """Begin a new page, unless the current one is still empty."""
        if self.pages[-1]:
            self.pages.append([])
        self.used = 0.0

    def add_panel(self, index: int) -> None:
        """Put one panel of the grid on the pages, over as many as it takes."""
        panel, _ = self.panels[index]
        if panel.new_page:
            self.start_page()
        start = 0
        while start < len(self.panels[index][0].rows):
            self.limits.check(len(self.pages))
            stop = self._split(index, start) or self._page_end(index, start)
            if stop == start:
                self.start_page()
                # At least one row, even if it is higher than the page: else the loop would never end.
                stop = self._split(index, start) or max(self._page_end(index, start), start + 1)
            self._place(index, start, stop)
            start = stop
            if start < len(self.panels[index][0].rows):  # looked up again: `_split` replaces the panel
                self.start_page()
        self.used += self._gap(index)

    def _split(self, index: int, start: int) -> int:
        """Split the row at which the page is full, if that is worthwhile.

        Returns the row before which the page then ends, or 0 if nothing was split (then the panel is unchanged).
        """
        if self.whole_rows:
            return 0
        unsplit = panel, heights = self.panels[index]
        at, used = self._fill(index, start)
        if at == len(heights) or any(panel.rows[i].new_page for i in range(start + 1, at + 1)):
            return 0
        fresh = self._begins_page(index, start, at)
        measures = self._measurements(index, at)
        available_mm = self.content_mm - used - self._closing_mm(index, at)
        split = split_row(panel, heights, at, available_mm, measures, fresh=fresh)
        if not split:
            return 0
        self.panels[index] = split
        # A spanning cell cut by the page break may need more height than the first part has.
        if self._filled(index, start, at + 1) <= self.content_mm + TOLERANCE_MM or (fresh and at == start):
            return at + 1
        self.panels[index] = unsplit
        return 0

    def _fill(self, index: int, start: int) -> tuple[int, float]:
        """The first row from `start` on that the page has no space for, and the height in mm used without it."""
        _, heights = self.panels[index]
        stop, used = start, self.used + self._repeated_heads_mm(index, start)
        while stop < len(heights):
            closing_mm = self._closing_mm(index, stop)
            if used + heights[stop] + closing_mm > self.content_mm + TOLERANCE_MM:
                break
            used += heights[stop]
            stop += 1
        return stop, used

    def _repeated_heads_mm(self, index: int, start: int) -> float:
        """Height of the header rows repeated above row `start`; none are where the panel itself begins."""
        panel, heights = self.panels[index]
        return sum(heights[i] for i in panel.rows[start].header_rows if start)

    def _begins_page(self, index: int, start: int, at: int) -> bool:
        """Whether row `at` fills a page by itself, with only headers and rows kept with it above it on the page."""
        panel, heights = self.panels[index]
        too_high = heights[at] > self.content_mm - self._repeated_heads_mm(index, start)
        return self.used == 0.0 and too_high and all(row.stays_with_next for row in panel.rows[start:at])

    def _measurements(self, index: int, at: int) -> RowSizes:
        panel, heights = self.panels[index]
        return RowSizes(
            lambda cell: wrap_cell(cell, panel.widths_mm, self.type),
            self.type.line_mm,
            cell_padding_mm(panel.kind),
            self.content_mm - sum(heights[i] for i in panel.rows[at].header_rows),
        )

    def _closing(self) -> tuple[int, float]:
        """The panel above what closes the sheet, and the height in mm of the gap and panels below it; -1 for none.

        What closes a sheet are its last panels without borders, as far as they are short together.
        """
        above, total = len(self.panels) - 1, 0.0
        while above > 0 and not self.panels[above][0].new_page:
            panel, heights = self.panels[above]
            total_with = total + self._gap(above - 1) + sum(heights)
            if heights and (panel.ruled or total_with > self.content_mm * MOST_CLOSING):
                break
            above, total = above - 1, total_with
        return (above, total) if total else (-1, 0.0)

    def _closing_mm(self, index: int, row: int) -> float:
        """Height in mm that must be left below a row for what closes the sheet; 0 for all rows but the one above it."""
        is_above = index == self.closing and row == len(self.panels[index][1]) - 1
        return self.closing_mm if is_above else 0.0

    def _gap(self, index: int) -> float:
        """Space in mm below a panel: none where the next one is joined to it."""
        joined = index + 1 < len(self.panels) and self.panels[index + 1][0].joined
        return 0.0 if joined else GAP_MM[self.panels[index][0].kind]

    def _page_end(self, index: int, start: int) -> int:
        """The row before which the page must end: as many rows as fit, none parted from the row it is kept with.

        `start` if no row can be put on this page.
        """
        panel, heights = self.panels[index]
        stop, used = self._fill(index, start)
        for at in range(start + 1, stop):
            if panel.rows[at].new_page:
                return at
        while stop > start:
            end = self._without_kept_rows(index, start, stop, used)
            if end == start:  # all are kept with the next row: on an empty page they cannot be helped
                return start if self.used else stop
            if (start, end) == (0, len(heights)) or self._filled(index, start, end) <= self.content_mm + TOLERANCE_MM:
                return end
            stop = end - 1
        return start

    def _without_kept_rows(self, index: int, start: int, stop: int, used: float) -> int:
        """`stop`, or an earlier row if those just before it must stay with what comes on the next page."""
        panel, heights = self.panels[index]
        lead = self._lead(index + 1)
        if stop == len(heights) and (not lead or used + self._gap(index) + lead <= self.content_mm + TOLERANCE_MM):
            return stop
        while stop > start and panel.rows[stop - 1].stays_with_next:
            stop -= 1
        return stop

    def _filled(self, index: int, start: int, stop: int) -> float:
        """Height in mm of the page once it has these rows, including what spanning cells cut by its end add to them."""
        return self.used + sum(row.height_mm for row in self._rows(index, start, stop))

    def _lead(self, index: int) -> float:
        """Height in mm that must be left for the panels from `index` on, if the page is to end after their first rows.

        It reaches down to the first row that is not kept with the next; of a paragraph that may be split its first
        lines are enough. 0 if the panels begin a page anyway, or need so much of it that nothing is kept for them.
        """
        first_lines_mm = MIN_LINES["text"] * self.type.line_mm("value") + cell_padding_mm("text")
        total = 0.0
        for at, (panel, heights) in enumerate(self.panels[index:], index):
            if panel.new_page:
                return 0.0
            for row, height in zip(panel.rows, heights, strict=True):
                may_split = panel.kind == "text" and not row.keep and height > 2 * first_lines_mm
                total += first_lines_mm if may_split else height
                if not row.stays_with_next:
                    return total if total < self.content_mm / 2 else 0.0
            total += self._gap(at)
        return 0.0

    def _place(self, index: int, start: int, stop: int) -> None:
        """Put rows of a panel on the current page."""
        panel, _ = self.panels[index]
        rows = self._rows(index, start, stop, self.printed)
        gap = self._gap(index)
        self.pages[-1].append(PanelPart(index, panel.kind, panel.ruled, panel.widths_mm, tuple(rows), start > 0, gap))
        self.used += sum(row.height_mm for row in rows)

    def _rows(self, index: int, start: int, stop: int, printed: PrintedLines | None = None) -> list[PageRow]:
        """Rows `start` to `stop` as they are on a page, with repeated header rows and repeated spanning cells.

        `printed` is given when the page is final: then it records how many lines of each long cell have been printed.
        """
        panel, heights = self.panels[index]
        heads = panel.rows[start].header_rows if start else ()
        repeated = repeated_cells(panel, heads, start, stop)
        indexes = (*heads, *range(start, stop))
        numbers = [number - 1 for number in accumulate(not row.continues for row in panel.rows)]
        rows, seen = [], {} if printed is None else printed
        for position, i in enumerate(indexes):
            cells = [SpannedCell(cell, page_rows(i, cell, heads, start, stop), i) for cell in panel.rows[i].cells]
            if i in repeated:
                cells = sorted([*cells, *repeated[i]], key=lambda item: item.cell.column)
            placed = []
            for on_page in cells:
                height_mm = sum([heights[row] for row in indexes[position : position + on_page.rows]])
                ends_here = on_page.origin + on_page.cell.rows <= stop
                first, last = numbers[on_page.origin], numbers[on_page.origin + on_page.cell.rows - 1]
                place = first, last - first + 1
                placed.append(self._place_cell(index, on_page, height_mm, ends_here, seen, place))
            rows.append(PageRow(tuple(placed), heights[i], panel.rows[i].head, position < len(heads), numbers[i]))
        return _heighten_rows(rows, self.type)

    def _place_cell(
        self, index: int, on_page: SpannedCell, height_mm: float, ends_here: bool, printed: PrintedLines, place: Place
    ) -> PageCell:
        """A cell with all its text, or as many lines as fit into `height_mm` where the text continues overleaf."""
        cell, key = on_page.cell, (index, on_page.origin, on_page.cell.column)
        lines = wrap_cell(cell, self.panels[index][0].widths_mm, self.type)
        if self.whole_rows or cell.role == "label" or (on_page.rows == cell.rows and not on_page.repeated):
            return PageCell(cell, lines, cell.columns, on_page.rows, on_page.repeated, *place)
        done = self.printed.get(key, 0)
        max_lines = max(1, int((height_mm - 2 * PAD_Y_MM) / self.type.line_mm(cell.role, cell.points) + 0.001))
        if not done and len(lines) <= max_lines:
            return PageCell(cell, lines, cell.columns, on_page.rows, on_page.repeated, *place)
        shown = lines[done:] if ends_here else lines[done : done + max_lines]
        printed[key] = done + len(shown)
        return PageCell(cell_part(cell, shown, done), shown or ("",), cell.columns, on_page.rows, False, *place)


def _number_pages(text: str, number: int, count: int) -> str:
    return text.replace("{page}", str(number)).replace("{pages}", str(count))


def _heighten_rows(rows: list[PageRow], type_: TypeSize) -> list[PageRow]:
    """Make rows higher where a spanning cell cut by a page break needs more height than its part of the span has."""
    for index, row in enumerate(rows):
        for placed in row.cells:
            if placed.rows == placed.cell.rows and not placed.repeated:
                continue
            cell = placed.cell
            needed_mm = len(placed.lines) * type_.line_mm(cell.role, cell.points) + 2 * PAD_Y_MM
            missing_mm = needed_mm - sum(item.height_mm for item in rows[index : index + placed.rows])
            if missing_mm > 0:
                last = index + placed.rows - 1
                rows[last] = replace(rows[last], height_mm=rows[last].height_mm + missing_mm)
    return rows
