"""Sheets drawn by our pen beside the same sheets laid out by WeasyPrint from the screen's markup and style.

The same characters at the same places, the same rules: the sheet on screen looks like the sheet on paper. Two renderers
that share nothing but the paper would hardly make the same mistake.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from filings.renderers.font_files import characters
from filings.renderers.pdf.fonts import HEI, SONG, find_font_for, load_fonts
from filings.renderers.pdf.rendered_sheet import unpack_sheet
from filings.renderers.pdf.shaping import INTRICATE, shape_line
from filings.renderers.pdf.sheet import render_sheet
from filings.sheet.document import text_error
from filings.sheet.grid import Grid, GridCell, GridRow, Panel, TextRun
from filings.sheet.layout import Page
from filings.sheet.line_breaking import text_width
from filings.sheet.pages import PaginatedSheet, paginate
from tests.paper import kit
from tests.paper.kit import CASES, KEYS, Outputs
from tests.paper.weasyprint_reference import laid_out

MOST_PAGES = 8
NEAR_PT = 0.3
MOST_DIFFERENT = 0.004
"""Of all pixels at 108 dpi: the edges of characters and rules fall on other ones when they move by a hair."""

Chars = list[tuple[str, float, float]]


def chars(page: Any) -> Chars:
    """The characters of a page and where their boxes begin, in points."""
    words = page.get_textpage()
    found = []
    for index in range(words.count_chars()):
        char = words.get_text_range(index, 1).replace("\ufffe", "-")
        if char.strip():
            left, bottom, *_ = words.get_charbox(index)
            found.append((char, left, bottom))
    words.close()
    return found


def strays(ours: Chars, theirs: Chars) -> list[str]:
    """Characters of ours that have no like one of theirs near them."""
    places = {(char, round(x / NEAR_PT), round(y / NEAR_PT)) for char, x, y in theirs}

    def near(char: str, x: float, y: float) -> bool:
        column, row = round(x / NEAR_PT), round(y / NEAR_PT)
        return any((char, column + right, row + up) in places for right in (-1, 0, 1) for up in (-1, 0, 1))

    return [f"{char} at {x:.1f}, {y:.1f}" for char, x, y in ours if not near(char, x, y)]


def different(ours: Any, theirs: Any) -> float:
    """The share of pixels that are dark on one page and light on the other."""
    one, other = (page.render(scale=1.5, grayscale=True).to_pil() for page in (ours, theirs))
    assert one.size == other.size
    far = sum(ImageChops.difference(one, other).histogram()[128:])
    return far / (one.width * one.height)


def compare(drawn: bytes, laid_out: bytes) -> int:
    """Fail where the pages of two PDFs are not the same to the eye; how many pages were compared."""
    with pypdfium2.PdfDocument(drawn) as ours, pypdfium2.PdfDocument(laid_out) as theirs:
        assert len(ours) == len(theirs)
        numbers = range(len(ours))
        for number in sorted({*numbers[:MOST_PAGES], *numbers[-2:]}):
            pages = ours[number], theirs[number]
            assert pages[0].get_size() == pytest.approx(pages[1].get_size(), abs=0.01)
            own, other = (chars(page) for page in pages)
            assert Counter(char for char, *_ in own) == Counter(char for char, *_ in other)
            assert strays(own, other) == []
            assert different(*pages) < MOST_DIFFERENT, f"page {number + 1}"
        return len(numbers)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("key", KEYS)
def test_a_drawn_form_is_the_form_laid_out(key: str, case: str) -> None:
    made = kit.outputs(key, case)
    assert compare(made.pdf, laid_out(made.paper)) == len(made.paper.pages)


@pytest.mark.parametrize("name", tuple(kit.demo_filings()))
def test_a_drawn_real_filing_is_the_one_laid_out(name: str) -> None:
    made = kit.demo_outputs(name)
    compare(made.pdf, laid_out(made.paper))


def test_the_mark_across_a_draft_stands_where_it_stands_alone() -> None:
    paper = kit.outputs(KEYS[0], "full").paper
    compare(kit.bound(paper, "草稿"), laid_out(paper, "草稿"))


def paper_of(*texts: str, height_mm: float = 0.0) -> PaginatedSheet:
    rows = tuple(
        GridRow((GridCell(0, 1, 1, (TextRun(text),), "value", "left"),), height_mm=height_mm) for text in texts
    )
    return paginate(Grid("甲", Page(), (Panel("table", (90.0,), rows, True),)))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(paper_of("甲乙丙", "丁", height_mm=10.6), id="a row half a millimetre too high"),
        pytest.param(paper_of("甲乙丙", "戊", height_mm=10.0), id="another word"),
        pytest.param(replace(paper_of("甲乙丙", "丁", height_mm=10.0), font_pt=11.0), id="larger type"),
    ],
)
def test_a_difference_is_seen(other: PaginatedSheet) -> None:
    one = paper_of("甲乙丙", "丁", height_mm=10.0)
    compare(kit.bound(one), kit.bound(one))
    with pytest.raises(AssertionError):
        compare(kit.bound(one), kit.bound(other))


@pytest.mark.parametrize(
    "text", ["مرحبا 123 بالعالم", "中文 سلام 中文", "x\u0302y", "葛\U000e0100城", "零\u200b宽", "☑☐✔ ①②㎡", "𪚥𫠠"]
)
def test_scripts_that_need_shaping_are_laid_out_alike(text: str) -> None:
    paper = paper_of(text)
    with pypdfium2.PdfDocument(kit.bound(paper)) as ours, pypdfium2.PdfDocument(laid_out(paper)) as theirs:
        assert different(ours[0], theirs[0]) < 0.0002


def test_rare_characters_come_from_the_whole_fonts() -> None:
    text = "䶮㛃𬤇𠮷𪚥𫠠☑"  # the last but one are of extensions B and E, which Noto lacks and GB 18030-2022 has
    made = Outputs(Grid("甲", Page(), (Panel("table", (90.0,), (), True),)), kit.document_of(KEYS[0], "blank"))
    assert made.paper
    assert kit.read_pdf(kit.bound(paper_of(text)))[0].text == text
    assert [run.font for run in shape_line(text, SONG).runs] == ["Noto-Serif-CJK-SC", "HanaMinB", "DejaVu-Sans"]
    assert shape_line(text, HEI).runs[0].font == "Noto-Sans-CJK-SC-Bold"
    assert shape_line(text, SONG).width == 6000 + shape_line("☑", SONG).width


HANZI = (
    (0x4E00, 0x9FEF), (0x3400, 0x4DB5), (0x20000, 0x2A6D6), (0x2A700, 0x2B734), (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1),
    (0x2CEB0, 0x2EBE0), *((ord(char), ord(char)) for char in "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"),
)  # fmt: skip
"""The Chinese characters of GB 18030-2022."""


def test_every_character_of_gb_18030_has_a_glyph() -> None:
    hanzi = [chr(code) for first, last in HANZI for code in range(first, last + 1)]
    assert len(hanzi) == 87_887
    for chain in (SONG, HEI):
        assert [char for char in hanzi if not find_font_for(char, chain)] == []
    rare = "".join(hanzi[0x9FEB - 0x4E00 : 0x9FEF - 0x4E00 + 1])
    with (
        pypdfium2.PdfDocument(kit.bound(paper_of(rare))) as ours,
        pypdfium2.PdfDocument(laid_out(paper_of(rare))) as theirs,
    ):
        assert different(ours[0], theirs[0]) < 0.0002


def test_what_no_font_has_takes_a_box_and_what_is_not_seen_takes_no_room() -> None:
    assert shape_line("ก", SONG).width > 0
    assert shape_line("ก", SONG).runs[0].numbers == "0000"
    assert kit.read_pdf(kit.bound(paper_of("甲กख乙")))[0].text == "甲\ufffd\ufffd乙"
    assert shape_line("零\u200b宽\ufeff", SONG).width == shape_line("零宽", SONG).width == 2000
    assert shape_line("a\tb", SONG).width == shape_line("a　b", SONG).width
    assert shape_line("", SONG).runs == ()


@settings(deadline=None, max_examples=150)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40).filter(lambda text: not text_error(text)))
def test_any_text_that_can_be_typed_is_drawn(text: str) -> None:
    leaves = render_sheet(paper_of(text))
    assert unpack_sheet(leaves.pack()) == leaves
    for chain in (SONG, HEI):
        line = shape_line(text, chain)
        assert line.width >= 0
        assert {run.font for run in line.runs} <= set(chain)


@given(st.text(st.sampled_from(sorted(characters())), max_size=40))
def test_a_line_is_as_wide_as_the_line_breaker_reckons(text: str) -> None:
    """Else words would run over the rules; what is not seen, as a soft hyphen, is reckoned with room."""
    for chain, bold in ((SONG, False), (HEI, True)):
        own = "".join(char for char in text if find_font_for(char, chain) == chain[0] and not INTRICATE.search(char))
        assert shape_line(own, chain).width == text_width(own, bold)


def test_letters_keep_their_names_when_marks_follow() -> None:
    """The glyph of x stands for x, in whatever company it was seen."""
    pairs = {pair for run in shape_line("x\u0302 x", SONG).runs for pair in run.pairs}
    assert (load_fonts()["PB-Song"].glyph_id("x"), "x") in pairs
    assert not any(len(words) > 1 for _, words in pairs)


def test_leaves_come_back_as_they_were_kept() -> None:
    leaves = render_sheet(paper_of("甲䶮", "乙"))
    assert unpack_sheet(leaves.pack()) == leaves
    assert leaves.pack() == render_sheet(paper_of("甲䶮", "乙")).pack()
    with pytest.raises(ValueError, match="not a rendered sheet"):
        unpack_sheet(b"%PDF-1.7")
