"""PdfDocument: streams, pages and the glyphs of their fonts."""

from __future__ import annotations

import zlib

from pikepdf import Name

from filings.renderers.pdf.document import PdfDocument
from tests.renderers import pdf_kit


def test_a_stream_is_written_deflated_and_keeps_its_entries() -> None:
    document = PdfDocument()
    stream = document.stream(zlib.compress(b"0 g"), Subtype=Name.Image, Width=3)
    assert stream.read_bytes() == b"0 g"
    assert stream.read_raw_bytes() == zlib.compress(b"0 g")
    assert (stream.Filter, stream.Subtype, stream.Width) == (Name.FlateDecode, Name.Image, 3)


def test_a_page_of_another_pdf_is_copied_and_counted() -> None:
    other, document = PdfDocument(), PdfDocument()
    pdf_kit.add_page(other, b"0.5 g")
    page = document.append(other.pdf.pages[0])
    assert (document.count, document.pages) == (1, [page])
    assert page.is_owned_by(document.pdf)
    assert page.Contents.read_bytes() == b"0.5 g"


def test_glyphs_of_several_pages_are_shown_by_one_font() -> None:
    document = PdfDocument()
    document.add_glyphs({"PB-Song": {(1, "甲")}})
    document.add_glyphs({"PB-Song": {(2, "乙")}, "PB-Hei": {(3, "丙")}})
    assert document.painter.glyphs == {"PB-Song": {(1, "甲"), (2, "乙")}, "PB-Hei": {(3, "丙")}}
