"""Paints the cover and the table of contents of a packet PDF."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Name

from filings.renderers.pdf.contents import Cover, Volume
from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.text import PT_PER_MM, TextPainter, paint_line

A4 = (210 * PT_PER_MM, 297 * PT_PER_MM)
LEFT, RIGHT, TOP, BOTTOM = (mm * PT_PER_MM for mm in (24, 186, 268, 30))
LINE = 18.0
"""Line height of the contents in points."""
FOOTER_LEFT, FOOTER_BOTTOM, QR_SIDE = (mm * PT_PER_MM for mm in (13, 4.5, 10))
"""Left edge and bottom of a stamp in the footer, and side of its QR code, in points."""


@dataclass
class TocEntry:
    """A line of the contents: level 0 department, 1 form, 2 sheet; `page` is its target, counted from 1."""

    level: int
    text: str
    note: str = ""
    page: int = 0


def toc_entries(volumes: Sequence[Volume], sizes: Sequence[int], front: int) -> list[TocEntry]:
    """The contents with target pages. `sizes` are the page counts of the sheets; `front` is 1 with a cover, else 0."""
    lines: list[TocEntry] = []
    for volume in volumes:
        lines.append(TocEntry(0, volume.title))
        for chapter in volume.chapters:
            lines.append(TocEntry(1, chapter.title))
            lines += [TocEntry(2, entry.title, entry.note) for entry in chapter.entries]
    first_page = 1 + front + (len(toc_pages(lines)) if front else 0)
    remaining, next_page = list(sizes), first_page
    for line in lines:
        line.page = next_page
        if line.level == 2:
            next_page += remaining.pop(0)
    return lines


def toc_pages(lines: Sequence[TocEntry]) -> list[list[TocEntry]]:
    """The lines of the contents page by page; a heading never ends a page."""
    lines_per_page = int((TOP - 2.5 * LINE - BOTTOM) / LINE)
    pages: list[list[TocEntry]] = [[]]
    for line in lines:
        if len(pages[-1]) >= lines_per_page:
            moved: list[TocEntry] = []
            while len(pages[-1]) > 1 and pages[-1][-1].level < 2:
                moved.insert(0, pages[-1].pop())
            pages.append(moved)
        pages[-1].append(line)
    return pages


def paint_cover(document: PdfDocument, cover: Cover) -> None:
    """Add the cover page."""
    painter, middle = document.painter, A4[0] / 2
    operators = [painter.paint_centred(middle, 700, cover.above, 16)] if cover.above else []
    y = 560.0
    for line in painter.break_lines(cover.subject, 26, RIGHT - LEFT, bold=True):
        operators.append(painter.paint_centred(middle, y, line, 26, bold=True))
        y -= 40
    y = min(y - 120, 330.0)
    for name, text in cover.facts:
        operators.append(painter.paint(LEFT + 60, y, name, 14, bold=True))
        for line in painter.break_lines(text, 14, RIGHT - LEFT - 190):
            operators.append(painter.paint(LEFT + 150, y, line, 14))
            y -= 26
    document.add_page(A4, [document.stream(zlib.compress(b"\n".join(operators), 9))])


def paint_contents(document: PdfDocument, lines: Sequence[TocEntry]) -> None:
    """Add the pages of the contents, each line a link."""
    for index, page_lines in enumerate(toc_pages(lines)):
        operators, links, y = [], [], TOP
        title = "目　录" if not index else "目　录（续）"
        operators.append(document.painter.paint_centred(A4[0] / 2, y, title, 18, bold=True))
        y -= 2.5 * LINE
        for line in page_lines:
            operators += _contents_line(document.painter, line, y)
            links.append((line.page, y))
            y -= LINE
        operators.append(paint_page_number(document, document.count + 1, A4[0]))
        annotations = [_link(page, height) for page, height in links]
        document.add_page(A4, [document.stream(zlib.compress(b"\n".join(operators), 9))], links=annotations)


def _contents_line(painter: TextPainter, line: TocEntry, y: float) -> Iterator[bytes]:
    """The operators of a line: text, note, dots and page number, at height `y` in points."""
    size, bold = (11.0, True) if line.level == 0 else (10.5, line.level == 1)
    left = LEFT + 14 * line.level
    number = str(line.page)
    note = f"　{line.note}" if line.note else ""
    end = RIGHT - painter.text_width(number, size) - 6
    available = end - left - painter.text_width(note, 8.5) - 20
    text = painter.truncate(line.text, size, available, bold)
    yield painter.paint(left, y, text, size, bold)
    x = left + painter.text_width(text, size, bold)
    if note:
        yield painter.paint(x, y, note, 8.5)
        x += painter.text_width(note, 8.5)
    if line.level == 2:
        dots = int((end - x - 6) / 5)
        yield b"q 0.5 G [0.8 4.2] 0 d 1 J " + paint_line(end - 5 * dots, y + 2, end, 0.8) + b" Q"
    yield painter.paint_right(RIGHT, y, number, size)


def _link(page: int, y: float) -> Any:
    """The link annotation of a line at height `y`; its target is replaced by the page object when all pages exist."""
    box = Array([round(LEFT, 2), round(y - 5, 2), round(RIGHT, 2), round(y + LINE - 5, 2)])
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, Border=Array([0, 0, 0]), Dest=Array([int(page)]))


def paint_page_number(document: PdfDocument, number: int, width: float) -> bytes:
    """The operators of the running page number at the lower right of a page `width` points wide."""
    return b"0.25 g " + document.painter.paint_right(width - FOOTER_LEFT, FOOTER_BOTTOM + 8, f"总第 {number} 页", 8)
