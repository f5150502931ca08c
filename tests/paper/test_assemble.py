"""The packet PDF: bookmarks, contents, page numbers, every word of every form, each font once, the same bytes."""

from __future__ import annotations

import io
import re
from functools import cache

import pikepdf
import pypdfium2

from filings.renderers.pdf.assemble import assemble_packet
from filings.renderers.pdf.contents import Chapter, Cover, SheetEntry, Volume
from filings.renderers.pdf.sheet import render_sheet
from filings.renderers.stamp import Stamp, pack_modules
from filings.sheet.grid import Grid, GridCell, GridRow, Panel, TextRun
from filings.sheet.layout import Page
from filings.sheet.pages import paginate
from tests.paper import kit

MODULES = pack_modules([[(row * column) % 3 == 0 for column in range(29)] for row in range(29)])
NAMES = tuple(name for name in kit.demo_filings() if "wuhan" in name or "zhuzhou" in name)[:8]


@cache
def packed(name: str) -> bytes:
    return render_sheet(kit.demo_outputs(name).paper).pack()


def volumes() -> list[Volume]:
    """Two departments, one whose name has rare characters, with the real forms divided between them."""
    made = []
    for title, names in (("䶮㛃街道", NAMES[:5]), ("某局", NAMES[5:])):
        entries = [
            SheetEntry(name, "", lambda name=name: packed(name), Stamp(("某表", "校验码 AB"), MODULES))
            for name in names
        ]  # type: ignore[misc]
        made.append(Volume(title, (Chapter("甲表", tuple(entries[:2])), Chapter("乙表", tuple(entries[2:])))))
    return made


@cache
def packet() -> bytes:
    return assemble_packet(Cover("某区2024年绩效目标", "某局", (("张数", "8"),)), volumes())


def toc() -> list[tuple[int, str, int]]:
    """Bookmarks: level, title, page from 1."""
    document = pypdfium2.PdfDocument(packet())
    return [(mark.level, mark.get_title(), mark.get_dest().get_index() + 1) for mark in document.get_toc()]


def test_bookmarks_lead_from_department_to_form_to_project() -> None:
    marks = toc()
    assert [title for level, title, _ in marks if level == 0] == ["䶮㛃街道", "某局"]
    assert [title for level, title, _ in marks if level == 1] == ["甲表", "乙表"] * 2
    assert [title for level, title, _ in marks if level == 2] == list(NAMES)
    pages = kit.read_pdf(packet())
    for level, title, page in marks:
        if level == 2:
            assert pages[page - 1].text.startswith(kit.demo_outputs(title).pdf_pages[0].text[:20])


def test_contents_and_footers_show_the_pages_that_bookmarks_lead_to() -> None:
    pages = kit.read_pdf(packet())
    contents = pages[1].text
    assert contents.startswith("目录")
    for level, title, page in toc():
        assert re.search(re.escape(kit.squeezed(title)) + rf"\D*{page}(?!\d)", contents), (level, title, page)
    for number, page in enumerate(pages[1:], 2):
        assert f"总第{number}页" in page.text
    with pikepdf.open(io.BytesIO(packet())) as document:
        links = [link.Dest[0] for link in document.pages[1].Annots]
        numbers = [pikepdf.Page(link).index + 1 for link in links]
    assert numbers == [page for *_, page in toc()]


def test_every_sheet_is_there_with_every_word() -> None:
    pages = kit.read_pdf(packet())
    starts = [page for level, _, page in toc() if level == 2]
    for name, start in zip(NAMES, starts, strict=True):
        for offset, alone in enumerate(kit.demo_outputs(name).pdf_pages):
            page = pages[start - 1 + offset]
            assert page.text.startswith(alone.text)
            assert page.size == alone.size
            assert "校验码AB" in page.text


def test_no_font_is_embedded_twice() -> None:
    with pikepdf.open(io.BytesIO(packet())) as document:
        names = [
            str(one.FontName) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one
        ]
    assert len(names) == len(set(names)) >= 3
    assert len(packet()) < 1_000_000


def test_the_document_has_its_language_and_title() -> None:
    with pikepdf.open(io.BytesIO(packet())) as document:
        assert document.Root.Lang == "zh-CN"
        assert document.docinfo["/Title"] == "某区2024年绩效目标"
        assert document.check_pdf_syntax() == []


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert assemble_packet(Cover("某区2024年绩效目标", "某局", (("张数", "8"),)), volumes()) == packet()


def test_rare_characters_print_in_sheets_cover_and_contents() -> None:
    rare = "䶮㛃𬤇"
    cell = GridCell(0, 1, 1, (TextRun(rare),), "label", "center")
    grid = Grid("甲", Page(), (Panel("table", (100.0,), (GridRow((cell,)),), True),))
    rendered = render_sheet(paginate(grid)).pack()
    made = assemble_packet(Cover(rare), [Volume(rare, (Chapter("表", (SheetEntry(rare, "", lambda: rendered),)),))])
    texts = [page.text for page in kit.read_pdf(made)]
    assert [text.count(rare) for text in texts] == [1, 2, 1]
