"""Renders the cover and the table of contents of a packet."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from filings.renderers.pdf.contents import Cover, Volume
from filings.renderers.pdf.page_writer import PageContent, PageLink
from filings.renderers.pdf.rendered_pages import RenderedPages
from filings.renderers.pdf.structure import Element, LinkMark, TaggedContent
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


def toc_entries(volumes: Sequence[Volume], sizes: Sequence[int]) -> list[TocEntry]:
    """The contents with target pages, which follow cover and contents. `sizes` are the page counts of the sheets."""
    lines: list[TocEntry] = []
    for volume in volumes:
        lines.append(TocEntry(0, volume.title))
        for chapter in volume.chapters:
            lines.append(TocEntry(1, chapter.title))
            lines += [TocEntry(2, entry.title, entry.note) for entry in chapter.entries]
    remaining, next_page = list(sizes), 2 + len(toc_pages(lines))
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


def render_cover(cover: Cover) -> RenderedPages:
    """The cover."""
    painter, middle = TextPainter(), A4[0] / 2
    content, section = TaggedContent(0), Element("Sect", title="封面")
    if cover.above:
        content.add(section.add(Element("P")), [painter.paint_centred(middle, 700, cover.above, 16)])
    heading = section.add(Element("H1", title=cover.subject))
    y, lines = 560.0, []
    for line in painter.break_lines(cover.subject, 26, RIGHT - LEFT, bold=True):
        lines.append(painter.paint_centred(middle, y, line, 26, bold=True))
        y -= 40
    content.add(heading, lines)
    y = min(y - 120, 330.0)
    for name, text in cover.facts:
        lines = [painter.paint(LEFT + 60, y, name, 14, bold=True)]
        for line in painter.break_lines(text, 14, RIGHT - LEFT - 190):
            lines.append(painter.paint(LEFT + 150, y, line, 14))
            y -= 26
        content.add(section.add(Element("P")), lines)
    return RenderedPages((_page(content),), painter.glyphs, section)


def render_contents(lines: Sequence[TocEntry], first_page: int) -> RenderedPages:
    """The pages of the contents, each line a link; the first of them is page `first_page` of the document, from 1."""
    painter, pages = TextPainter(), []
    section = Element("Sect", title="目录")
    heading, entries = section.add(Element("H1", title="目录")), section.add(Element("TOC"))
    for index, page_lines in enumerate(toc_pages(lines)):
        content, y = TaggedContent(index), TOP
        title = "目　录" if not index else "目　录（续）"
        painted = [painter.paint_centred(A4[0] / 2, y, title, 18, bold=True)]
        if index:
            content.add_artifact(painted, "Header")
        else:
            content.add(heading, painted)
        y -= 2.5 * LINE
        links = []
        for number, line in enumerate(page_lines):
            _paint_line(painter, content, entries.add(Element("TOCI")), line, y, number)
            box = round(LEFT, 2), round(y - 5, 2), round(RIGHT, 2), round(y + LINE - 5, 2)
            links.append(PageLink(box, line.page, f"{line.text}，第 {line.page} 页"))
            y -= LINE
        content.add_artifact([paint_page_number(painter, first_page + index, A4[0])], "Footer")
        pages.append(_page(content, links))
    return RenderedPages(tuple(pages), painter.glyphs, section)


def _page(content: TaggedContent, links: Sequence[PageLink] = ()) -> PageContent:
    return PageContent(*A4, zlib.compress(b"\n".join(content.operators), 9), tuple(links))


def _paint_line(
    painter: TextPainter, content: TaggedContent, item: Element, line: TocEntry, y: float, number: int
) -> None:
    """Paint a line of the contents at height `y` as an item of them, link `number` of its page."""
    text, dots, page_number = _contents_line(painter, line, y)
    element = item.add(Element("Reference")).add(Element("Link"))
    content.add(element, text)
    content.add_artifact(dots)
    content.add(element, page_number)
    element.kids.append(LinkMark(content.page, number))


def _contents_line(painter: TextPainter, line: TocEntry, y: float) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """The operators of a line at height `y` in points: of text and note, of the dots, and of the page number."""
    size, bold = (11.0, True) if line.level == 0 else (10.5, line.level == 1)
    left = LEFT + 14 * line.level
    number = str(line.page)
    note = f"　{line.note}" if line.note else ""
    end = RIGHT - painter.text_width(number, size) - 6
    available = end - left - painter.text_width(note, 8.5) - 20
    text = painter.truncate(line.text, size, available, bold)
    words, dots = [painter.paint(left, y, text, size, bold)], []
    x = left + painter.text_width(text, size, bold)
    if note:
        words.append(painter.paint(x, y, note, 8.5))
        x += painter.text_width(note, 8.5)
    if line.level == 2:
        count = int((end - x - 6) / 5)
        dots = [b"q 0.5 G [0.8 4.2] 0 d 1 J " + paint_line(end - 5 * count, y + 2, end, 0.8) + b" Q"]
    return words, dots, [painter.paint_right(RIGHT, y, number, size)]


def paint_page_number(painter: TextPainter, number: int, width: float) -> bytes:
    """The operators of the running page number at the lower right of a page `width` points wide."""
    return b"0.25 g " + painter.paint_right(width - FOOTER_LEFT, FOOTER_BOTTOM + 8, f"总第 {number} 页", 8)
