"""Pages with their structure, written as a PDF without fonts."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pypdfium2
import pytest
from pikepdf import Name, NumberTree

from filings.renderers.pdf.page_writer import PageContent, PageLink, write_pages
from filings.renderers.pdf.structure import Element, LinkMark, Mark

BLACK, WHITE = (zlib.compress(b"%d g 0 0 900 900 re f" % grey) for grey in (0, 1))


def opened(pages: list[PageContent], structure: Element) -> pikepdf.Pdf:
    """The PDF, read by a program that reports every error in it."""
    pdf = pikepdf.open(io.BytesIO(write_pages(pages, structure)), attempt_recovery=False)
    assert not pdf.check_pdf_syntax()
    assert not pdf.get_warnings()
    return pdf


def test_pages_have_their_sizes_and_contents() -> None:
    sizes = [(595.275591, 841.889764), (841.889764, 595.275591)]
    pages = [PageContent(*size, content) for size, content in zip(sizes, (BLACK, WHITE), strict=True)]
    pdf = opened(pages, Element("Sect"))
    assert [tuple(map(float, page.MediaBox)) for page in pdf.pages] == [(0, 0, *size) for size in sizes]
    with pypdfium2.PdfDocument(write_pages(pages, Element("Sect"))) as read:
        shown = [page.render(scale=0.1, grayscale=True).to_pil().getpixel((20, 15)) for page in read]
    assert shown == [0, 255]


def test_an_element_has_its_attributes_title_and_place() -> None:
    cell = Element("TD", [Mark(0, 0)], (("ColSpan", 2), ("RowSpan", 3)))
    items = Element("L", attributes=(("ListNumbering", "Decimal"),))
    heading = Element("H1", [Mark(0, 1)], title="一")
    pdf = opened([PageContent(9, 9, BLACK)], Element("Sect", [cell, items, heading], title="（甲）\\𠀀"))
    document = pdf.Root.StructTreeRoot.K
    section = document.K[0]
    assert (document.S, section.S, str(section.T)) == (Name.Document, Name.Sect, "（甲）\\𠀀")
    assert (section.P.objgen, document.P.objgen) == (document.objgen, pdf.Root.StructTreeRoot.objgen)
    td, empty, title = section.K
    assert (td.S, td.K, td.Pg.objgen, td.P.objgen) == (Name.TD, 0, pdf.pages[0].objgen, section.objgen)
    assert (td.A.O, td.A.ColSpan, td.A.RowSpan) == (Name.Table, 2, 3)
    assert (empty.A.O, empty.A.ListNumbering) == (Name.List, Name.Decimal)
    assert "/K" not in empty
    assert "/T" not in title, "its text is on the page"
    assert [one.objgen for one in NumberTree(pdf.Root.StructTreeRoot.ParentTree)[0]] == [td.objgen, title.objgen]


def test_what_goes_on_overleaf_is_one_element() -> None:
    pages = [PageContent(9, 9, BLACK)] * 2
    pdf = opened(pages, Element("Sect", [Element("P", [Mark(1, 0)]), Element("P", [Mark(0, 0), Mark(1, 1)])]))
    first, second = pdf.Root.StructTreeRoot.K.K[0].K
    assert (first.Pg.objgen, second.Pg.objgen) == (pdf.pages[1].objgen, pdf.pages[0].objgen)
    here, there = second.K
    assert (here, there.Type, there.Pg.objgen, there.MCID) == (0, Name.MCR, pdf.pages[1].objgen, 1)
    parents = NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    assert [[one.objgen for one in parents[number]] for number in (0, 1)] == [
        [second.objgen],
        [first.objgen, second.objgen],
    ]


def test_links_are_parts_of_elements() -> None:
    links = (PageLink((1, 2, 3.5, 4), 12, "甲，第 12 页"), PageLink((1, 5, 3, 6), 13, "乙"))
    pages = [PageContent(9, 9, BLACK), PageContent(9, 9, BLACK, links)]
    elements = [Element("Link", [Mark(1, number), LinkMark(1, number)]) for number in (0, 1)]
    pdf = opened(pages, Element("TOC", list(elements)))
    assert "/Annots" not in pdf.pages[0]
    first, second = pdf.pages[1].Annots
    assert (str(first.Contents), first.F, int(first.Dest[0]), second.Dest[0]) == ("甲，第 12 页", 4, 12, 13)
    assert list(map(float, first.Rect)) == pytest.approx([1, 2, 3.5, 4])
    parents = NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    for link in (first, second):
        element = parents[int(link.StructParent)]
        assert Name.Link == element.S
        assert element.K[1].Obj.objgen == link.objgen
    assert pdf.pages[1].Tabs == Name.S
