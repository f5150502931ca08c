"""Assembles rendered forms into one PDF: cover, contents, bookmarks, page numbers, one subset of each font.

Rendered forms contain no fonts (see `rendered_sheet`): each font is embedded once for all of them. The same input
gives the same bytes.
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
    FOOTER_BOTTOM,
    FOOTER_LEFT,
    QR_SIDE,
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
"""Begins the last line of a PDF: a comment with the verification codes, which can be read without parsing the file."""
MOST_CODES = 20
"""With more codes readers would not find the end of the PDF; such a file is recognised by its digest instead."""


def assemble_packet(cover: Cover | None, volumes: Sequence[Volume], codes: Sequence[str] = ()) -> bytes:
    """One PDF of all forms of the volumes; without a cover also without contents and page numbers.

    `codes` are verification codes for the comment at the end of the file. Raises ValueError if a form was not packed in
    the current version.
    """
    document = PdfDocument()
    sheets = [(entry, unpack_sheet(entry.load())) for entry in sheet_entries(volumes)]
    toc = toc_entries(volumes, [len(rendered.pages) for _, rendered in sheets], 1 if cover else 0)
    if cover:
        paint_cover(document, cover)
        paint_contents(document, toc)
    for entry, rendered in sheets:
        _add_sheet(document, entry, rendered, numbered=cover is not None)
    _finish(document, cover.subject if cover else volumes[0].chapters[0].entries[0].title, toc)
    out = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate
    document.pdf.save(out, deterministic_id=True, object_stream_mode=mode, compress_streams=True)
    tail = TAIL + " ".join(codes).encode() + b"\n" if 0 < len(codes) <= MOST_CODES else b""
    return out.getvalue() + tail


def assemble_sheet(packed: bytes, title: str, stamp: Stamp | None = None, codes: Sequence[str] = ()) -> bytes:
    """A PDF of one packed form; `codes` as for a packet."""
    return assemble_packet(None, [Volume("", (Chapter("", (SheetEntry(title, "", lambda: packed, stamp),)),))], codes)


def _add_sheet(document: PdfDocument, entry: SheetEntry, rendered: RenderedSheet, numbered: bool) -> None:
    for font, pairs in rendered.glyphs.items():
        document.painter.glyphs[font] |= pairs
    resources = _stamp_resources(document, entry.stamp)
    for page in rendered.pages:
        footer = _footer(document, entry.stamp, page, numbered)
        extra = [document.stream(zlib.compress(footer, 6))] if footer else []
        document.add_page((page.width, page.height), [document.stream(page.content), *extra], resources)


def _footer(document: PdfDocument, stamp: Stamp | None, page: PageContent, numbered: bool) -> bytes:
    """The content of a page's footer: stamp and page number; empty if it has neither."""
    operators = []
    if stamp:
        left = FOOTER_LEFT
        if stamp.qr_modules:
            operators.append(b"q %.2f 0 0 %.2f %.2f %.2f cm 0 g /QR Do Q" % (QR_SIDE, QR_SIDE, left, FOOTER_BOTTOM))
            left += QR_SIDE + 5
        # The middle of the footer is left to the form: official forms have their page numbers there.
        available = page.width / 2 - 48 - left
        for lines_below, line in zip(range(len(stamp.lines) - 1, -1, -1), stamp.lines, strict=True):
            text = document.painter.truncate(line, 6.5, available)
            operators.append(
                b"0.25 g " + document.painter.paint(left, FOOTER_BOTTOM + 1 + 8.5 * lines_below, text, 6.5)
            )
    if numbered:
        operators.append(paint_page_number(document, document.count + 1, page.width))
    return b"\n".join(operators)


def _stamp_resources(document: PdfDocument, stamp: Stamp | None) -> Any:
    """The resources of a form's pages: the common ones, and its QR code if it has one."""
    if not stamp or not stamp.qr_modules:
        return document.resources
    side = stamp.qr_modules.side
    image = document.stream(
        zlib.compress(stamp.qr_modules.bits, 9),
        Type=Name.XObject, Subtype=Name.Image, Width=side, Height=side, ImageMask=True, BitsPerComponent=1,
    )  # fmt: skip
    return document.pdf.make_indirect(Dictionary(Font=document.fonts, XObject=Dictionary(QR=image)))


def _finish(document: PdfDocument, title: str, toc: Sequence[TocEntry]) -> None:
    for font, pairs in sorted(document.painter.glyphs.items()):
        document.fonts[f"/{font_names()[font]}"] = embed_font(document, font, pairs)
    pages = [page.obj for page in document.pdf.pages]
    for page in pages:
        for link in page.get("/Annots", []):
            link.Dest = Array([pages[int(link.Dest[0]) - 1], Name.XYZ, None, None, None])
    root = document.pdf.Root
    root.Lang, root.ViewerPreferences = String("zh-CN"), Dictionary(DisplayDocTitle=True)
    if len(toc) > 3:
        root.Outlines, root.PageMode = build_outline(document, toc, pages), Name.UseOutlines
    document.pdf.docinfo["/Title"] = String(title)
    document.pdf.docinfo["/Producer"] = String("perfbudget")
