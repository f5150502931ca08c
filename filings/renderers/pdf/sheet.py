"""Paints laid-out pages as PDF content streams: thirty times as fast as laying out their HTML.

`sheet/pages` has computed lines, widths and heights. The result must look like `static/sheet.css` does (tested: every
form is rendered both ways and compared).
"""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from filings.renderers.font_files import font_digest
from filings.renderers.pdf.fonts import HEI, SONG, load_fonts
from filings.renderers.pdf.outlines import outline_text
from filings.renderers.pdf.page_writer import PageContent
from filings.renderers.pdf.rendered_pages import RenderedPages
from filings.renderers.pdf.sheet_structure import SheetStructure
from filings.renderers.pdf.structure import TaggedContent
from filings.renderers.pdf.text import PT_PER_MM, TextPainter
from filings.sheet import pages
from filings.sheet.pages import PAD_Y_MM, PageCell, PageRow, PaginatedSheet, PanelPart
from filings.sheet.type_sizes import LINE, PAD_X_MM, TypeSize

RULE_MM = 0.2
"""Thickness of borders; they are inside the width of the table."""
MARGIN_PT = 9.0
"""Font size of page header and footer."""
WATERMARK_PT, WATERMARK_GAP, WATERMARK_TOP, WATERMARK_TILT, WATERMARK_GREY = 80.0, 0.3, 0.4, math.radians(35), 0.925
"""The watermark: size, letter spacing in em, position (part of the page height), tilt in radians, grey (1: white)."""

Ends = tuple[float, float]
"""Start and end of a cell in mm, horizontally or vertically."""


class PlacedLine(NamedTuple):
    """A line of text where it is painted: the arguments of `TextPainter.paint`, in points."""

    x: float
    y: float
    text: str
    size: float
    bold: bool
    share: float


def render_sheet(paper: PaginatedSheet, watermark: str = "") -> RenderedPages:
    """The pages of a form, with a watermark across them ('' for none)."""
    painter = SheetPainter(paper)
    pages_ = tuple(painter.paint_page(number, page, watermark) for number, page in enumerate(paper.pages))
    return RenderedPages(pages_, painter.painter.glyphs, painter.structure.root)


def cache_key(sheet_digest: str, watermark: str) -> str:
    """Hexadecimal key of a cached rendered form: content, watermark, fonts, and all code that renders it."""
    return hashlib.sha256(f"{sheet_digest}\n{watermark}\n{_code_digest()}\n{font_digest()}".encode()).hexdigest()


def code_files() -> list[Path]:
    """The files of all code that turns a document into pages."""
    root = Path(settings.BASE_DIR)
    folders = ("filings/sheet", "indicators", "filings/renderers", "filings/renderers/pdf")
    return [file for folder in folders for file in sorted(root.glob(f"{folder}/*.py"))]


@cache
def _code_digest() -> str:
    """SHA-256 of that code, so that no version number has to be raised."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in code_files())).hexdigest()


class SheetPainter:
    """Paints one page after another. Positions are in mm from the upper left corner until they are written."""

    def __init__(self, paper: PaginatedSheet) -> None:
        self.painter = TextPainter()
        self.structure = SheetStructure(paper)
        self.page = paper.page
        self.type = TypeSize(paper.font_pt, paper.title_pt)
        self.middles = {False: load_fonts()[SONG[0]].baseline_offset, True: load_fonts()[HEI[0]].baseline_offset}

    def paint_page(self, number: int, page: pages.PageLayout, watermark: str) -> PageContent:
        """The content of one page, in reading order, so that extracted text is in order too. `number` counts from 0."""
        content = TaggedContent(number)
        content.add_artifact(self._watermark(watermark), "Watermark")
        content.add_artifact(self._header(page.header), "Header")
        top = self.page.margins_mm[0]
        for part in page.slices:
            self._part(content, part, top)
            top += sum(row.height_mm for row in part.rows) + part.gap_mm
            # The borders of joined tables coincide.
            top += RULE_MM if part.ruled and part.gap_mm else 0.0
        content.add_artifact(self._footer(page.footer), "Footer")
        packed = zlib.compress(b"\n".join(content.operators), 6)
        return PageContent(round(self.page.width_mm * PT_PER_MM, 6), round(self.page.height_mm * PT_PER_MM, 6), packed)

    def _part(self, content: TaggedContent, part: PanelPart, top: float) -> None:
        """Paint the part of a panel whose upper edge is at `top`."""
        inset = RULE_MM / 2 if part.ruled else 0.0
        across = list(accumulate(part.widths_mm, initial=self.page.margins_mm[3] + inset))
        down = list(accumulate((row.height_mm for row in part.rows), initial=top + inset))
        for index, row in enumerate(part.rows):
            for placed in row.cells:
                column = placed.cell.column
                ends = across[column] + inset, across[column + placed.columns] - inset
                self._cell(content, part, row, placed, (ends, (down[index], down[index + placed.rows])))
        if part.ruled:
            rules = b"%.2f w 2 J %s S" % (RULE_MM * PT_PER_MM, b" ".join(self._rules(part, across, down)))
            content.add_artifact([rules])

    def _cell(
        self, content: TaggedContent, part: PanelPart, row: PageRow, placed: PageCell, ends: tuple[Ends, Ends]
    ) -> None:
        """Paint the text of a cell as what it is in the structure."""
        lines = list(self._cell_lines(placed, part, *ends)) if placed.lines != ("",) else []
        is_blank = not placed.cell.text or not any(line.text.strip() for line in lines)
        # A blank paragraph is nothing to listen to; a blank cell is a part of its table.
        element = None if is_blank and not part.ruled else self.structure.element_of(part, row, placed)
        if element is None or is_blank:
            content.add_artifact((self.painter.paint(*line) for line in lines), "" if is_blank else "Header")
            return
        if lines and (labelled := self.structure.label_of(part, placed)):
            label, text = labelled
            first = lines[0]
            content.add(label, [self.painter.paint(first.x, first.y, text, first.size)])
            lines[0] = first._replace(
                x=first.x + self.painter.text_width(text, first.size), text=first.text[len(text) :]
            )
        content.add(element, (self.painter.paint(*line) for line in lines))

    def _rules(self, part: PanelPart, across: Sequence[float], down: Sequence[float]) -> Iterator[bytes]:
        """The borders of all cells, each line painted once in its full length."""
        level, upright = set(), set()
        for index, row in enumerate(part.rows):
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

    def _cell_lines(self, placed: PageCell, part: PanelPart, across: Ends, down: Ends) -> Iterator[PlacedLine]:
        """The lines of a cell, vertically centred unless the cell continues from or on another page."""
        cell = placed.cell
        bold = cell.bold or cell.role in ("title", "heading1")
        size = cell.points or self.type.points(cell.role)
        line_mm = size * LINE / PT_PER_MM
        if part.kind == "text":
            top = down[0]
        elif part.ruled and cell.is_split:
            top = down[0] + RULE_MM / 2 + PAD_Y_MM
        else:
            top = (down[0] + down[1] - line_mm * len(placed.lines)) / 2
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[cell.align]
        x = (across[0] + PAD_X_MM) * (1 - share) + (across[1] - PAD_X_MM) * share
        for number, line in enumerate(placed.lines):
            if line:
                y = self._up(top + (number + 0.5) * line_mm) - self.middles[bold] * size
                yield PlacedLine(x * PT_PER_MM, y, line, size, bold, share)

    def _header(self, text: str) -> Iterator[bytes]:
        """The page header, centred."""
        if text:
            y = self._up(max(self.page.margins_mm[0] / 2 - 2, 4)) - MARGIN_PT * LINE / 2
            yield self._in_margin(text, y)

    def _footer(self, text: str) -> Iterator[bytes]:
        """The page footer, centred."""
        if text:
            y = max(self.page.margins_mm[2] / 2 - 2, 4) * PT_PER_MM + MARGIN_PT * LINE / 2
            yield self._in_margin(text, y)

    def _in_margin(self, text: str, y: float) -> bytes:
        baseline = y - self.middles[False] * MARGIN_PT
        return self.painter.paint_centred(self.page.width_mm * PT_PER_MM / 2, baseline, text, MARGIN_PT)

    def _watermark(self, watermark: str) -> Iterator[bytes]:
        """The watermark, letter-spaced and tilted; in outlines, so that it does not stand in text that is copied."""
        if not watermark:
            return
        x = self.page.width_mm * PT_PER_MM / 2
        y = self._up(self.page.height_mm * WATERMARK_TOP) - WATERMARK_PT * LINE / 2
        cos, sin = math.cos(WATERMARK_TILT), math.sin(WATERMARK_TILT)
        gap = WATERMARK_GAP * WATERMARK_PT
        width = self.painter.text_width(watermark, WATERMARK_PT, bold=True) + len(watermark) * gap
        left, below = -width / 2, -self.middles[True] * WATERMARK_PT
        x, y = x + cos * left - sin * below, y + sin * left + cos * below
        tilted = b"%.4f %.4f %.4f %.4f %.2f %.2f cm" % (cos, sin, -sin, cos, x, y)
        yield b"q %.3f g %s %s Q" % (WATERMARK_GREY, tilted, outline_text(watermark, HEI, WATERMARK_PT, gap))


def _runs(units: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Adjacent unit segments joined: (line, start, end)."""
    runs: list[list[int]] = []
    for line, at in sorted(units):
        if runs and runs[-1][0] == line and runs[-1][2] == at:
            runs[-1][2] = at + 1
        else:
            runs.append([line, at, at + 1])
    yield from ((line, start, end) for line, start, end in runs)
