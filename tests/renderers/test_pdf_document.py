"""PdfDocument: pages, their contents and resources."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from filings.renderers.pdf.document import PdfDocument
from tests.renderers import pdf_kit


def test_a_stream_is_written_deflated_and_keeps_its_entries() -> None:
    document = PdfDocument()
    stream = document.stream(zlib.compress(b"0 g"), Subtype=Name.Image, Width=3)
    assert stream.read_bytes() == b"0 g"
    assert stream.read_raw_bytes() == zlib.compress(b"0 g")
    assert (stream.Filter, stream.Subtype, stream.Width) == (Name.FlateDecode, Name.Image, 3)


def test_pages_are_counted_and_as_large_as_asked() -> None:
    document = PdfDocument()
    for size in ((595.275591, 841.889764), (841.889764, 595.275591)):
        document.add_page(size, [document.stream(zlib.compress(b""))])
    assert document.count == 2
    with pypdfium2.PdfDocument(pdf_kit.saved(document)) as read:
        assert [page.get_size() for page in read] == [
            (pytest.approx(595.2756, abs=0.001), pytest.approx(841.8898, abs=0.001)),
            (pytest.approx(841.8898, abs=0.001), pytest.approx(595.2756, abs=0.001)),
        ]


def test_contents_are_painted_one_after_the_other() -> None:
    document = PdfDocument()
    black, white = (document.stream(zlib.compress(b"%d g 0 0 400 300 re f" % grey)) for grey in (0, 1))
    for contents in ([black], [black, white], [white, black]):
        document.add_page(pdf_kit.SIZE, contents)
    with pypdfium2.PdfDocument(pdf_kit.saved(document)) as read:
        images = [page.render(scale=0.1, grayscale=True).to_pil() for page in read]
    assert [image.getpixel((20, 15)) > 128 for image in images] == [False, True, False]


def test_pages_share_the_fonts_unless_they_have_resources_of_their_own() -> None:
    document = PdfDocument()
    own = document.pdf.make_indirect(Dictionary(Font=document.fonts, Own=1))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
    document.add_page(pdf_kit.SIZE, [document.stream(zlib.compress(b""))])
    document.add_page(pdf_kit.SIZE, [document.stream(zlib.compress(b""))], own, [link])
    with pikepdf.open(io.BytesIO(pdf_kit.saved(document))) as read:
        common, special = read.pages
        assert "/Own" not in common.Resources
        assert special.Resources.Own == 1
        assert common.Resources.Font.objgen == special.Resources.Font.objgen
        assert "/Annots" not in common
        assert [one.Subtype for one in special.Annots] == [Name.Link]
