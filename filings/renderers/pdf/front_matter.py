"""Cover and contents of a bound PDF, drawn line by line."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Name

from filings.renderers.pdf.contents import Cover, Volume
from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.text import PT_PER_MM, TextPainter, paint_rule

A4 = (210 * PT_PER_MM, 297 * PT_PER_MM)
LEFT, RIGHT, TOP, BOTTOM = (mm * PT_PER_MM for mm in (24, 186, 268, 30))
LINE = 18.0
"""Points from one line of the contents to the next."""
FOOT_LEFT, FOOT, SQUARE = (mm * PT_PER_MM for mm in (13, 4.5, 10))
"""Where the words and the square at the foot of a sheet begin, and how large the square is."""


@dataclass
class TocEntry:
    """A line of the contents, and the page it points to (counted from 1)."""

    level: int
    text: str
    note: str = ""
    page: int = 0


def toc_entries(volumes: Sequence[Volume], sizes: Sequence[int], front: int) -> list[TocEntry]:
    """The lines of the contents with the pages they point to; `front` is 1 when there is a cover before them."""
    lines: list[TocEntry] = []
    for volume in volumes:
        lines.append(TocEntry(0, volume.title))
        for chapter in volume.chapters:
            lines.append(TocEntry(1, chapter.title))
            lines += [TocEntry(2, entry.title, entry.note) for entry in chapter.entries]
    page = 1 + front + (len(toc_pages(lines)) if front else 0)
    rest, following = list(sizes), page
    for line in lines:
        line.page = following
        if line.level == 2:
            following += rest.pop(0)
    return lines


def toc_pages(lines: Sequence[TocEntry]) -> list[list[TocEntry]]:
    """The lines of the contents page by page; a heading never stands last."""
    most = int((TOP - 2.5 * LINE - BOTTOM) / LINE)
    pages: list[list[TocEntry]] = [[]]
    for line in lines:
        if len(pages[-1]) >= most:
            moved: list[TocEntry] = []
            while len(pages[-1]) > 1 and pages[-1][-1].level < 2:
                moved.insert(0, pages[-1].pop())
            pages.append(moved)
        pages[-1].append(line)
    return pages


def paint_cover(book: PdfDocument, cover: Cover) -> None:
    pen, middle = book.painter, A4[0] / 2
    drawn = [pen.paint_centred(middle, 700, cover.above, 16)] if cover.above else []
    y = 560.0
    for line in pen.break_lines(cover.subject, 26, RIGHT - LEFT, bold=True):
        drawn.append(pen.paint_centred(middle, y, line, 26, bold=True))
        y -= 40
    y = min(y - 120, 330.0)
    for name, words in cover.facts:
        drawn.append(pen.paint(LEFT + 60, y, name, 14, bold=True))
        for line in pen.break_lines(words, 14, RIGHT - LEFT - 190):
            drawn.append(pen.paint(LEFT + 150, y, line, 14))
            y -= 26
    book.add_page(A4, [book.stream(zlib.compress(b"\n".join(drawn), 9))])


def paint_contents(book: PdfDocument, lines: Sequence[TocEntry]) -> None:
    for index, column in enumerate(toc_pages(lines)):
        drawn, links, y = [], [], TOP
        title = "目　录" if not index else "目　录（续）"
        drawn.append(book.painter.paint_centred(A4[0] / 2, y, title, 18, bold=True))
        y -= 2.5 * LINE
        for line in column:
            drawn += _contents_line(book.painter, line, y)
            links.append((line.page, y))
            y -= LINE
        drawn.append(paint_page_number(book, book.count + 1, A4[0]))
        annotations = [_link(page, at) for page, at in links]
        book.add_page(A4, [book.stream(zlib.compress(b"\n".join(drawn), 9))], links=annotations)


def _contents_line(pen: TextPainter, line: TocEntry, y: float) -> Iterator[bytes]:
    size, bold = (11.0, True) if line.level == 0 else (10.5, line.level == 1)
    left = LEFT + 14 * line.level
    number = str(line.page)
    note = f"　{line.note}" if line.note else ""
    end = RIGHT - pen.text_width(number, size) - 6
    room = end - left - pen.text_width(note, 8.5) - 20
    text = pen.truncate(line.text, size, room, bold)
    yield pen.paint(left, y, text, size, bold)
    at = left + pen.text_width(text, size, bold)
    if note:
        yield pen.paint(at, y, note, 8.5)
        at += pen.text_width(note, 8.5)
    if line.level == 2:
        dots = int((end - at - 6) / 5)
        yield b"q 0.5 G [0.8 4.2] 0 d 1 J " + paint_rule(end - 5 * dots, y + 2, end, 0.8) + b" Q"
    yield pen.paint_right(RIGHT, y, number, size)


def _link(page: int, y: float) -> Any:
    """A line of the contents as a link; the page it leads to is put in when it is there."""
    box = Array([round(LEFT, 2), round(y - 5, 2), round(RIGHT, 2), round(y + LINE - 5, 2)])
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, Border=Array([0, 0, 0]), Dest=Array([int(page)]))


def paint_page_number(book: PdfDocument, number: int, width: float) -> bytes:
    return b"0.25 g " + book.painter.paint_right(width - FOOT_LEFT, FOOT + 8, f"总第 {number} 页", 8)
