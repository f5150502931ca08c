"""Binds finished sheets into one PDF: cover, contents, bookmarks, running page numbers, one subset of each font.

Sheets come without fonts (see `leaves`); each face is cut once for all of them. The same sheets give the same bytes.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from filings.renderers.pdf.bookmarks import build_outline
from filings.renderers.pdf.contents import Chapter, Cover, SheetEntry, Volume, sheet_entries
from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.embedding import embed_font
from filings.renderers.pdf.front_matter import (
    FOOT,
    FOOT_LEFT,
    SQUARE,
    TocEntry,
    paint_contents,
    paint_cover,
    paint_page_number,
    toc_entries,
)
from filings.renderers.pdf.rendered_sheet import PageContent, RenderedSheet, unpack_sheet
from filings.renderers.pdf.text import font_names
from filings.renderers.stamp import Stamp

TAIL = b"%perfbudget "
"""Begins the last line of our PDFs, a comment with the codes of the sheets: readable without opening the file."""
MOST_CODES = 20
"""More of them do not fit where readers look for the end of a PDF; such a volume is known by its digest."""


def assemble_packet(cover: Cover | None, volumes: Sequence[Volume], codes: Sequence[str] = ()) -> bytes:
    """One PDF of everything; without a cover also without contents and page numbers."""
    book = PdfDocument()
    sheets = [(entry, unpack_sheet(entry.load())) for entry in sheet_entries(volumes)]
    lines = toc_entries(volumes, [len(leaves.pages) for _, leaves in sheets], 1 if cover else 0)
    if cover:
        paint_cover(book, cover)
        paint_contents(book, lines)
    for entry, leaves in sheets:
        _add_sheet(book, entry, leaves, numbered=cover is not None)
    _finish(book, cover.subject if cover else volumes[0].chapters[0].entries[0].title, lines)
    out = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate
    book.pdf.save(out, deterministic_id=True, object_stream_mode=mode, compress_streams=True)
    tail = TAIL + " ".join(codes).encode() + b"\n" if 0 < len(codes) <= MOST_CODES else b""
    return out.getvalue() + tail


def assemble_sheet(leaves: bytes, title: str, stamp: Stamp | None = None, codes: Sequence[str] = ()) -> bytes:
    """One sheet as a PDF of its own."""
    return assemble_packet(None, [Volume("", (Chapter("", (SheetEntry(title, "", lambda: leaves, stamp),)),))], codes)


def _add_sheet(book: PdfDocument, entry: SheetEntry, leaves: RenderedSheet, numbered: bool) -> None:
    for face, pairs in leaves.glyphs.items():
        book.painter.glyphs[face] |= pairs
    resources = _stamp_resources(book, entry.stamp)
    for leaf in leaves.pages:
        foot = _foot(book, entry.stamp, leaf, numbered)
        more = [book.stream(zlib.compress(foot, 6))] if foot else []
        book.add_page((leaf.width, leaf.height), [book.stream(leaf.content), *more], resources)


def _foot(book: PdfDocument, stamp: Stamp | None, leaf: PageContent, numbered: bool) -> bytes:
    drawn = []
    if stamp:
        left = FOOT_LEFT
        if stamp.squares:
            drawn.append(b"q %.2f 0 0 %.2f %.2f %.2f cm 0 g /QR Do Q" % (SQUARE, SQUARE, left, FOOT))
            left += SQUARE + 5
        # The middle of the foot is the sheet's own: official forms number their pages there.
        room = leaf.width / 2 - 48 - left
        for above, line in zip(range(len(stamp.lines) - 1, -1, -1), stamp.lines, strict=True):
            words = book.painter.truncate(line, 6.5, room)
            drawn.append(b"0.25 g " + book.painter.paint(left, FOOT + 1 + 8.5 * above, words, 6.5))
    if numbered:
        drawn.append(paint_page_number(book, book.count + 1, leaf.width))
    return b"\n".join(drawn)


def _stamp_resources(book: PdfDocument, stamp: Stamp | None) -> Any:
    """The resources of a sheet's pages: those of all, and its own squares."""
    if not stamp or not stamp.squares:
        return book.resources
    side = stamp.squares.side
    image = book.stream(
        zlib.compress(stamp.squares.bits, 9),
        Type=Name.XObject, Subtype=Name.Image, Width=side, Height=side, ImageMask=True, BitsPerComponent=1,
    )  # fmt: skip
    return book.pdf.make_indirect(Dictionary(Font=book.fonts, XObject=Dictionary(QR=image)))


def _finish(book: PdfDocument, title: str, lines: Sequence[TocEntry]) -> None:
    for face, pairs in sorted(book.painter.glyphs.items()):
        book.fonts[f"/{font_names()[face]}"] = embed_font(book, face, pairs)
    pages = [page.obj for page in book.pdf.pages]
    for page in pages:
        for link in page.get("/Annots", []):
            link.Dest = Array([pages[int(link.Dest[0]) - 1], Name.XYZ, None, None, None])
    root = book.pdf.Root
    root.Lang, root.ViewerPreferences = String("zh-CN"), Dictionary(DisplayDocTitle=True)
    if len(lines) > 3:
        root.Outlines, root.PageMode = build_outline(book, lines, pages), Name.UseOutlines
    book.pdf.docinfo["/Title"] = String(title)
    book.pdf.docinfo["/Producer"] = String("perfbudget")
