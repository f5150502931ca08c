"""Every kind of PDF that we make, in five programs: each shows every word, as dark as the others do and alike.

`make test` compares the programs that are here; `.ci/run` installs all of them.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from fontTools.cffLib import CFFFontSet
from PIL import Image

from filings.renderers.pdf.assemble import assemble_sheet
from filings.renderers.pdf.fonts import HEI, SONG, find_font_for
from filings.renderers.pdf.sheet import WATERMARK_GREY, render_sheet
from filings.services.exports import DRAFT_MARK, Printable, render_pdf
from filings.services.opinions import save_opinion
from filings.services.stamps import revision_stamp
from filings.sheet.grid import Grid, GridCell, GridRow, Panel, TextRun
from filings.sheet.layout import Page
from filings.sheet.pages import paginate
from filings.sheet.redaction import without_personal
from tests.factories import House, filled, send
from tests.paper import kit, readers
from tests.paper.readers import READERS
from tests.services.packets.kit import approved, built
from tests.views.kit import browser

SHORT = "zhuzhou-shifeng: 部门整体支出绩效目标表"
PERSONAL = "wuhan-jianghan: 街道服务区域经济工作经费"
OF_EACH_FONT = {"甲☐": SONG, "䶮㛃𬤇": SONG, "丙☑": HEI, "鿏𪚥𫠠": HEI}
"""Texts that need a font's fallbacks too."""


def printable(name: str, mark: str = "") -> Printable:
    """A real filing, ready to print."""
    document, variables = kit.demo_filings()[name]
    return Printable(kit.layout_of(document.layout), "", document, variables, mark)


def stamped(grid: Grid) -> bytes:
    """A revision as a department downloads it."""
    stamp = revision_stamp(grid.name, 1, 2, datetime(2026, 3, 1, tzinfo=UTC), "ABCD-EFGH-JKLM")
    return assemble_sheet(render_sheet(paginate(grid)).pack(), grid.name, stamp)


def sheet(house: House) -> bytes:
    return stamped(printable(SHORT).grid)


def landscape_sheet(house: House) -> bytes:
    grid = printable(SHORT).grid
    return stamped(replace(grid, page=replace(grid.page, landscape=True)))


def public_sheet(house: House) -> bytes:
    internal = printable(PERSONAL)
    public = replace(internal, document=without_personal(internal.layout, internal.document))
    assert public.document != internal.document
    return stamped(public.grid)


def sheet_of_each_font(house: House) -> bytes:
    rows = tuple(
        GridRow((GridCell(0, 1, 1, (TextRun(text),), "label", "left", bold=chain is HEI),))
        for text, chain in OF_EACH_FONT.items()
    )
    return stamped(Grid("甲", Page(), (Panel("table", (100.0,), rows, True),)))


def packet(house: House) -> bytes:
    """Cover, contents, an approved sheet and a draft."""
    approved(house)
    house.filing(filled(title="草稿的"))
    return next(data for name, data in built(house, drafts=True).items() if name.endswith("本单位.pdf"))


def letter(house: House) -> bytes:
    filing = house.filing()
    send(house.clerk, filing.pk)
    criteria = {"完整性": ("优", "目标明确，含罕用字䶮㛃。" * 30), "相关性": ("良", "指标可考核 ≥95%。")}
    save_opinion(house.reviewer, filing.pk, criteria, "良", "经审核，同意。\n请于三日内补充测算依据。")
    return bytes(browser(house.clerk).get(f"/filings/{filing.ref}/opinion.pdf").content)


KINDS: Mapping[str, Callable[[House], bytes]] = {
    made.__name__: made for made in (sheet, landscape_sheet, public_sheet, sheet_of_each_font, packet, letter)
}


def drawn_with_every_word(data: bytes, folder: Path) -> dict[str, list[Image.Image]]:
    """The pages of a PDF by program, after all of their words were found in each."""
    words = list(readers.words_of(data, folder))
    text = "".join(page.text for page in kit.read_pdf(data))
    assert Counter(kit.squeezed("".join(word.text for word in words))) == Counter(text), "a word would not be looked at"
    drawn = readers.draw_pages(data, folder)
    assert readers.faults(drawn, words) == []
    return drawn


@pytest.mark.parametrize("kind", KINDS)
def test_every_program_shows_every_word(kind: str, house: House, tmp_path: Path) -> None:
    drawn_with_every_word(KINDS[kind](house), tmp_path)


def test_every_program_shows_the_words_and_the_watermark_of_a_draft(tmp_path: Path) -> None:
    drawn = drawn_with_every_word(render_pdf(printable(SHORT, DRAFT_MARK)), tmp_path)
    grey = round(WATERMARK_GREY * 255)
    areas = {name: readers.area_of_grey(pages[0], grey) for name, pages in drawn.items()}
    assert readers.far_from_median(areas) == [], areas


def test_the_sheet_of_each_font_has_all_fonts() -> None:
    used = {find_font_for(char, chain) for text, chain in OF_EACH_FONT.items() for char in text}
    assert used == {*SONG, *HEI} - {"Noto-Sans-CJK-SC"}, "which is for five signs"


def with_other_charset(data: bytes) -> bytes:
    """The PDF with fonts whose charset gives their glyphs other numbers than page content."""
    with pikepdf.open(io.BytesIO(data)) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Dictionary) and "/FontFile3" in one:
                one.FontFile3.write(_moved(one.FontFile3.read_bytes()))
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def _moved(outlines: bytes) -> bytes:
    fonts, out = CFFFontSet(), io.BytesIO()
    fonts.decompile(io.BytesIO(outlines), None)
    cff: Any = fonts[0]
    cff.CharStrings.charStrings = {
        f"cid{number + 9000:05d}" if number else ".notdef": cff.CharStrings.charStrings[name]
        for number, name in enumerate(cff.charset)
    }
    cff.charset = list(cff.CharStrings.charStrings)
    fonts.compile(out, SimpleNamespace(recalcBBoxes=False))
    return out.getvalue()


@pytest.mark.skipif(not READERS["MuPDF"].is_installed(), reason="MuPDF is not installed (package mupdf-tools)")
def test_a_font_with_another_charset_is_found(house: House, tmp_path: Path) -> None:
    data = with_other_charset(sheet(house))
    drawn = readers.draw_pages(data, tmp_path, ("MuPDF", "poppler", "pdfium"))
    found = readers.faults(drawn, readers.words_of(data, tmp_path))
    assert {fault.partition(":")[0] for fault in found} == set(drawn)


@pytest.mark.parametrize("name", READERS)
def test_a_program_draws_what_a_page_says(name: str, tmp_path: Path) -> None:
    """A black square of an inch, an inch from the left and the top of the page."""
    if not READERS[name].is_installed():
        pytest.skip(f"{name} is not installed (package {READERS[name].package})")
    document = pikepdf.new()
    document.add_blank_page(page_size=(288, 432))
    document.pages[0].Contents = pikepdf.Stream(document, b"0 g 72 288 72 72 re f")
    document.save(tmp_path / "square.pdf")
    (page,) = READERS[name].draw(tmp_path / "square.pdf", tmp_path)
    assert page.size == (288 / 72 * readers.DPI, 432 / 72 * readers.DPI)
    black = readers.DPI**2
    assert readers.ink_in(page, (72, 72, 144, 144)) == black
    assert black <= readers.ink_in(page, (0, 0, 288, 432)) < black * 1.05


def test_ink_is_the_area_and_far_is_far_from_the_median() -> None:
    page = Image.new("L", (100, 100), 255)
    page.paste(0, (8, 8, 16, 16))
    page.paste(236, (40, 40, 52, 48))
    assert readers.ink_in(page, (0, 0, 20, 20)) == 64
    assert readers.area_of_grey(page, 236) == 6
    assert readers.far_from_median({"a": 100, "b": 101, "c": 132}) == ["c"]
    assert readers.far_from_median({"a": 100, "b": 0, "c": 0, "d": 99, "e": 101}) == ["b", "c"]
    assert readers.far_from_median({"a": 0, "b": 0}) == ["a", "b"]


def test_as_much_ink_in_another_shape_is_found() -> None:
    """As where a program shows other glyphs of the font."""
    lying, standing = ({name: [Image.new("L", (90, 90), 255)] for name in "abc"} for _ in range(2))
    for name in "abc":
        lying[name][0].paste(0, (20, 40, 60, 44))
        standing[name][0].paste(0, (40, 20, 44, 60) if name == "b" else (20, 40, 60, 44))
    word = readers.Word(0, "一", (10, 10, 50, 50))
    assert readers.faults(lying, [word]) == []
    assert readers.faults(standing, [word]) == ["b: page 1: 一"]
    standing["c"] = []
    assert readers.faults(standing, [word]) == ["a: 1 pages", "b: 1 pages", "c: 0 pages"]
