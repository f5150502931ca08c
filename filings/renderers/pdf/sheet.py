"""Draws a sheet on paper straight onto the pages of a PDF: thirty times as fast as laying out its markup.

`sheet/pages` has settled lines, widths and heights; here words and rules are put where `static/sheet.css` puts them.
Tests hold every form drawn both ways side by side.
"""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

from django.conf import settings

from filings.renderers.font_files import font_digest
from filings.renderers.pdf.fonts import HEI, SONG, load_fonts
from filings.renderers.pdf.rendered_sheet import PageContent, RenderedSheet
from filings.renderers.pdf.text import PT_PER_MM, TextPainter
from filings.sheet import pages
from filings.sheet.pages import LINE, PAD_X_MM, PAD_Y_MM, PaginatedSheet, PanelSlice, PlacedCell, TypeSize

RULE_MM = 0.2
"""How thick the black rules are; they stand within the table's own room."""
MARGIN_PT = 9.0
"""The size of the words in the margins above and below."""
MARK_PT, MARK_GAP, MARK_TOP, MARK_TILT, MARK_GREY = 80.0, 0.3, 0.4, math.radians(35), 0.925
"""The mark across a draft: its size, the room between its characters in ems, its place on the page, slope, grey."""

Ends = tuple[float, float]
"""Where a cell begins and ends, across or down, in mm."""


def render_sheet(paper: PaginatedSheet, mark: str = "") -> RenderedSheet:
    """The pages of a sheet, with a mark across those of a draft."""
    drawing = SheetPainter(paper)
    return RenderedSheet(tuple(drawing.paint_page(leaf, mark) for leaf in paper.pages), drawing.painter.glyphs)


def cache_key(sheet_digest: str, mark: str) -> str:
    """The name under which a drawn sheet is kept: content, mark, fonts, and all code that draws it."""
    return hashlib.sha256(f"{sheet_digest}\n{mark}\n{_code_digest()}\n{font_digest()}".encode()).hexdigest()


@cache
def _code_digest() -> str:
    """SHA-256 of the code between a document and its pages: no number to forget when one changes."""
    root = Path(settings.BASE_DIR)
    engine = [*sorted(root.glob("filings/sheet/*.py")), *sorted(root.glob("indicators/*.py"))]
    own = [Path(__file__).with_name(f"{name}.py") for name in ("sheet", "fonts", "rendered_sheet", "text", "shaping")]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in (*engine, *own))).hexdigest()


class SheetPainter:
    """Draws page after page. Places are in mm from the upper left corner until they are written."""

    def __init__(self, paper: PaginatedSheet) -> None:
        self.painter = TextPainter()
        self.page = paper.page
        self.type = TypeSize(paper.font_pt, paper.title_pt)
        self.middles = {False: load_fonts()[SONG[0]].baseline_offset, True: load_fonts()[HEI[0]].baseline_offset}

    def paint_page(self, leaf: pages.PageLayout, mark: str) -> PageContent:
        """One page."""
        # In the order in which it is read and copied.
        drawn = [*self._mark(mark), *self._header(leaf.header)]
        top = self.page.margins_mm[0]
        for one in leaf.slices:
            drawn += self._slice(one, top)
            top += sum(row.height_mm for row in one.rows) + one.gap_mm
            # Rules of joined tables coincide.
            top += RULE_MM if one.ruled and one.gap_mm else 0.0
        drawn += self._footer(leaf.footer)
        content = zlib.compress(b"\n".join(drawn), 6)
        return PageContent(round(self.page.width_mm * PT_PER_MM, 6), round(self.page.height_mm * PT_PER_MM, 6), content)

    def _slice(self, one: PanelSlice, top: float) -> Iterator[bytes]:
        inset = RULE_MM / 2 if one.ruled else 0.0
        across = list(accumulate(one.widths_mm, initial=self.page.margins_mm[3] + inset))
        down = list(accumulate((row.height_mm for row in one.rows), initial=top + inset))
        for index, row in enumerate(one.rows):
            for placed in row.cells:
                column = placed.cell.column
                ends = across[column] + inset, across[column + placed.columns] - inset
                yield from self._words(placed, one, ends, (down[index], down[index + placed.rows]))
        if one.ruled:
            yield b"%.2f w 2 J %s S" % (RULE_MM * PT_PER_MM, b" ".join(self._rules(one, across, down)))

    def _rules(self, one: PanelSlice, across: Sequence[float], down: Sequence[float]) -> Iterator[bytes]:
        """The edges of all cells, each drawn once and as long as it runs."""
        level, upright = set(), set()
        for index, row in enumerate(one.rows):
            for placed in row.cells:
                left, bottom = placed.cell.column, index + placed.rows
                right = left + placed.columns
                level |= {(edge, column) for edge in (index, bottom) for column in range(left, right)}
                upright |= {(edge, line) for edge in (left, right) for line in range(index, bottom)}
        xs, ys = [x * PT_PER_MM for x in across], [self._up(y) for y in down]
        for edge, start, end in _runs(level):
            yield b"%.2f %.2f m %.2f %.2f l" % (xs[start], ys[edge], xs[end], ys[edge])
        for edge, start, end in _runs(upright):
            yield b"%.2f %.2f m %.2f %.2f l" % (xs[edge], ys[start], xs[edge], ys[end])

    def _up(self, y: float) -> float:
        return (self.page.height_mm - y) * PT_PER_MM

    def _words(self, placed: PlacedCell, one: PanelSlice, across: Ends, down: Ends) -> Iterator[bytes]:
        """The lines of a cell, in the middle of its height unless they run on from a page to the next."""
        cell = placed.cell
        bold = cell.bold or cell.role in ("title", "heading1")
        size = self.type.points(cell.role)
        line_mm = size * LINE / PT_PER_MM
        if one.kind == "text":
            top = down[0]
        elif one.ruled and cell.cut:
            top = down[0] + RULE_MM / 2 + PAD_Y_MM
        else:
            top = (down[0] + down[1] - line_mm * len(placed.lines)) / 2
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[cell.align]
        x = (across[0] + PAD_X_MM) * (1 - share) + (across[1] - PAD_X_MM) * share
        for number, line in enumerate(placed.lines):
            if line:
                y = self._up(top + (number + 0.5) * line_mm) - self.middles[bold] * size
                yield self.painter.paint(x * PT_PER_MM, y, line, size, bold, share)

    def _header(self, words: str) -> Iterator[bytes]:
        """The words in the margin above, in the middle of the page."""
        if words:
            y = self._up(max(self.page.margins_mm[0] / 2 - 2, 4)) - MARGIN_PT * LINE / 2
            yield self._in_margin(words, y)

    def _footer(self, words: str) -> Iterator[bytes]:
        """The words in the margin below."""
        if words:
            y = max(self.page.margins_mm[2] / 2 - 2, 4) * PT_PER_MM + MARGIN_PT * LINE / 2
            yield self._in_margin(words, y)

    def _in_margin(self, words: str, y: float) -> bytes:
        base = y - self.middles[False] * MARGIN_PT
        return self.painter.paint_centred(self.page.width_mm * PT_PER_MM / 2, base, words, MARGIN_PT)

    def _mark(self, mark: str) -> Iterator[bytes]:
        if not mark:
            return
        x = self.page.width_mm * PT_PER_MM / 2
        y = self._up(self.page.height_mm * MARK_TOP) - MARK_PT * LINE / 2
        cos, sin = math.cos(MARK_TILT), math.sin(MARK_TILT)
        words = self.painter.text_width(mark, MARK_PT, bold=True) + len(mark) * MARK_GAP * MARK_PT
        line = self.painter.paint(-words / 2, -self.middles[True] * MARK_PT, mark, MARK_PT, bold=True)
        tilted = b"%.4f %.4f %.4f %.4f %.2f %.2f cm" % (cos, sin, -sin, cos, x, y)
        yield b"q %.3f g %s %.2f Tc %s Q" % (MARK_GREY, tilted, MARK_GAP * MARK_PT, line)


def _runs(units: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Pieces of lines joined to lines: the line, where it begins and where it ends."""
    runs: list[list[int]] = []
    for line, at in sorted(units):
        if runs and runs[-1][0] == line and runs[-1][2] == at:
            runs[-1][2] = at + 1
        else:
            runs.append([line, at, at + 1])
    yield from ((line, start, end) for line, start, end in runs)
