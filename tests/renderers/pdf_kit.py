"""Small PDFs for the tests of single parts, and what other programs read in them."""

from __future__ import annotations

import io
import zlib
from typing import Any

import pikepdf
import pypdfium2

from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.embedding import embed_font
from filings.renderers.pdf.packed_sheet import PackedSheet
from filings.renderers.pdf.rendered_pages import RenderedPages, unpack_pages
from filings.renderers.pdf.structure_tree import StructureTree
from filings.renderers.pdf.text import font_names

SIZE = (400.0, 300.0)


def add_page(document: PdfDocument, *operators: bytes) -> None:
    """A page with these operators."""
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, *SIZE],
        Resources=document.resources,
        Contents=document.stream(zlib.compress(b"\n".join(operators))),
    )
    document.append(pikepdf.Page(page))


def document_of(rendered: RenderedPages) -> PdfDocument:
    """A document of rendered pages."""
    document = PdfDocument()
    tree = StructureTree(document)
    PackedSheet(unpack_pages(rendered.pack())).append_to(document, tree, tree.root, None, numbered=False)
    tree.close()
    return document


def saved(document: PdfDocument) -> bytes:
    """The bytes of a document, with the fonts of all its glyphs."""
    for font, pairs in document.painter.glyphs.items():
        document.fonts[f"/{font_names()[font]}"] = embed_font(document, font, pairs)
    out = io.BytesIO()
    document.pdf.save(out)
    return out.getvalue()


def characters(data: bytes, page: int = 0) -> list[tuple[str, float, float, float]]:
    """The characters of a page: text, left and right edge of the advance, and the bottom, in points."""
    with pypdfium2.PdfDocument(data) as document:
        words: Any = document[page].get_textpage()
        found = []
        for index in range(words.count_chars()):
            left, bottom, right, _ = words.get_charbox(index, loose=True)
            found.append((words.get_text_range(index, 1), left, right, bottom))
        return found


def text(data: bytes, page: int = 0) -> str:
    """The extracted text of a page."""
    with pypdfium2.PdfDocument(data) as document:
        return str(document[page].get_textpage().get_text_range())
