"""Assembles sheets into one PDF: cover, contents, bookmarks, page numbers, one structure, each font once.

Sheets come as drawn pages without fonts (`packed_sheet`), or as final papers (`final_sheet`). Every PDF is PDF/A-2a and
PDF/UA-1 (`conformance`); the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from pikepdf import Array, Name

from filings.renderers.garbage import garbage_allowed
from filings.renderers.pdf.bookmarks import add_bookmarks
from filings.renderers.pdf.conformance import claim_conformance, save_document
from filings.renderers.pdf.contents import Cover, SheetEntry, Volume, sheet_entries
from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.embedding import embed_font
from filings.renderers.pdf.final_sheet import FinalSheet
from filings.renderers.pdf.front_matter import TocEntry, render_contents, render_cover, toc_entries
from filings.renderers.pdf.packed_sheet import PackedSheet
from filings.renderers.pdf.rendered_pages import RenderedPages, unpack_pages
from filings.renderers.pdf.structure_tree import StructureTree
from filings.renderers.pdf.text import font_names
from filings.renderers.stamp import Stamp

MOST_CODES = 20
"""With more codes a file carries none: it is recognised by its digest instead."""


@garbage_allowed()
def assemble_packet(cover: Cover, volumes: Sequence[Volume], codes: Sequence[str] = ()) -> bytes:
    """One PDF of all sheets of the volumes, with cover, contents and page numbers.

    `codes` are verification codes for the metadata. Raises ValueError if a sheet was not packed in the current version.
    """
    document = PdfDocument()
    sheets = [_sheet(entry) for entry in sheet_entries(volumes)]
    toc = toc_entries(volumes, [sheet.page_count for sheet in sheets])
    tree, remaining = StructureTree(document), iter(sheets)
    for front in (render_cover(cover), render_contents(toc, first_page=2)):
        _pages(front).append_to(document, tree, tree.root, None, numbered=False)
    for volume in volumes:
        part = tree.add(tree.root, "Part", volume.title)
        for chapter in volume.chapters:
            section = tree.add(part, "Sect", chapter.title)
            for entry in chapter.entries:
                next(remaining).append_to(document, tree, section, entry.stamp, numbered=True)
    tree.close()
    return _finish(document, cover.subject, toc, codes if len(codes) <= MOST_CODES else ())


def assemble_sheet(packed: bytes, title: str, stamp: Stamp | None = None, codes: Sequence[str] = ()) -> bytes:
    """A PDF of one packed sheet, with bookmarks to its headings; `codes` as for a packet."""
    document, sheet = PdfDocument(), PackedSheet(unpack_pages(packed))
    tree = StructureTree(document)
    sheet.append_to(document, tree, tree.root, stamp, numbered=False)
    tree.close()
    return _finish(document, title, [*sheet.headings()] or [TocEntry(0, title, page=1)], codes)


def _pages(rendered: RenderedPages) -> PackedSheet:
    return PackedSheet(unpack_pages(rendered.pack()))


def _sheet(entry: SheetEntry) -> PackedSheet | FinalSheet:
    return FinalSheet(entry.load, entry.pages) if entry.pages else PackedSheet(unpack_pages(entry.load()))


def _finish(document: PdfDocument, title: str, bookmarks: Sequence[TocEntry], codes: Sequence[str]) -> bytes:
    """The bytes of a document whose pages and structure are complete."""
    for font, pairs in sorted(document.painter.glyphs.items()):
        document.fonts[f"/{font_names()[font]}"] = embed_font(document, font, pairs)
    pages = document.pages
    for page in pages:
        for link in page.get("/Annots", []):
            link.Dest = Array([pages[int(link.Dest[0]) - 1], Name.XYZ, None, None, None])
    add_bookmarks(document.pdf, bookmarks)
    claim_conformance(document.pdf, title, codes)
    return save_document(document.pdf)
