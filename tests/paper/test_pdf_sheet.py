"""Painted PDF pages compared with the same forms laid out by WeasyPrint from the HTML and style of the screen.

The same characters at the same positions, the same borders: the form on screen looks like the form on paper. Two
renderers that share only the pagination would hardly make the same mistake.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from filings.renderers.font_files import characters
from filings.renderers.pdf.fonts import HEI, SONG, find_font_for, load_fonts
from filings.renderers.pdf.rendered_pages import unpack_pages
from filings.renderers.pdf.shaping import INTRICATE, shape_line
from filings.renderers.pdf.sheet import render_sheet
from filings.sheet.document import Document, Row, text_error
from filings.sheet.grid import Grid, GridCell, GridRow, LayoutVariables, Panel, TextRun, build_grid
from filings.sheet.layout import Page
from filings.sheet.line_breaking import text_width
from filings.sheet.loading import load_layout
from filings.sheet.pages import PaginatedSheet, paginate
from tests.paper import kit
from tests.paper.kit import CASES, KEYS, Outputs
from tests.paper.weasyprint_reference import laid_out
from tests.thoroughness import NIGHTLY

MOST_PAGES = 8
NEAR_PT = 0.3
MOST_DIFFERENT = 0.004
"""Share of all pixels at 108 dpi: edges of characters and borders change pixels when they move by a fraction of one."""

Chars = list[tuple[str, float, float]]


def chars(page: Any) -> Chars:
    """The characters of a page and the lower left corner of their boxes, in points."""
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
    """Characters of ours without the same one of theirs near it."""
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


def compare(painted: bytes, laid_out: bytes) -> int:
    """Fail where pages of two PDFs differ visibly; the number of pages."""
    with pypdfium2.PdfDocument(painted) as ours, pypdfium2.PdfDocument(laid_out) as theirs:
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


LONG = ("longest", "rows")
COMPARED = [(key, case) for at, key in enumerate(KEYS) for case in CASES if NIGHTLY or case not in LONG or not at % 4]
"""WeasyPrint needs up to 15 s for a long document: the gate compares those of every fourth form."""


@pytest.mark.parametrize(("key", "case"), COMPARED)
def test_a_painted_form_equals_the_form_laid_out(key: str, case: str) -> None:
    made = kit.outputs(key, case)
    assert compare(made.pdf, laid_out(made.paper)) == len(made.paper.pages)


@pytest.mark.parametrize("name", tuple(kit.demo_filings()))
def test_a_painted_real_filing_equals_the_one_laid_out(name: str) -> None:
    made = kit.demo_outputs(name)
    compare(made.pdf, laid_out(made.paper))


def grey_page(data: bytes) -> Any:
    with pypdfium2.PdfDocument(data) as document:
        return document[0].render(scale=1.5, grayscale=True).to_pil()


def test_the_watermark_is_where_weasyprint_puts_it() -> None:
    """Ours is no text: what it adds to the picture is compared."""
    paper = kit.outputs(KEYS[0], "full").paper
    ours, theirs = (
        ImageChops.difference(grey_page(draw(paper, "草稿")), grey_page(draw(paper, "")))
        for draw in (kit.bound, laid_out)
    )
    size = ours.width * ours.height
    assert sum(ours.histogram()[12:]) / size > 0.01
    assert sum(ImageChops.difference(ours, theirs).histogram()[12:]) / size < 0.002


SIZES = """\
key = "a/b"
version = 1
name = "表"
subject = "project"
[page]
smallest_pt = 8
[[block]]
kind = "title"
lines = ["{year}年度项目支出绩效目标申报表", { text = "（试行）", pt = 12.5 }]
[[block]]
widths_mm = [18, 20, 24, 30, 40]
draw = '''
head | 单位负责人 | 金额 | 值 | 期限 | 电话 |
rows | 年度指标 | {amount} | {value} | {period} | {phone} |
'''
[[block]]
kind = "text"
indent = "hanging"
draw = '''
注：{note}
'''
[[block]]
kind = "line"
left = "填表人：{writer}"
[tables.rows.columns]
amount = { label = "金额", kind = "money" }
value = { label = "值", kind = "target" }
period = { label = "期限" }
phone = { label = "电话", kind = "phone" }
[cells]
note = { label = "说明", kind = "text" }
writer = { label = "填表人" }
[[section]]
key = "s"
title = "t"
cells = ["note", "writer"]
tables = ["rows"]
"""


@pytest.mark.parametrize("count", [1, 30, 60])
def test_sizes_of_cells_and_hanging_paragraphs_are_those_of_the_style(count: int) -> None:
    cells = {
        "amount": "10,308,000.00",
        "value": "≥100%",
        "period": "2023.07-2024.01",
        "phone": "13812345678、0951-1234567",
    }
    rows = tuple(Row(f"r{number}", cells) for number in range(count))
    document = Document("a/b", 1, {"note": "这里是一段示例文字，" * 40, "writer": "张三"}, {"rows": rows})
    paper = paginate(build_grid(load_layout("a.toml", SIZES, {}.__getitem__), document, LayoutVariables(2026)))
    assert compare(kit.bound(paper), laid_out(paper)) == len(paper.pages)
    assert "10,308,000.00" in kit.read_pdf(kit.bound(paper))[0].text
    assert any(part.panel for part in paper.pages[-1].slices)


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
def test_a_difference_is_found(other: PaginatedSheet) -> None:
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


def test_a_missing_glyph_is_a_box_and_an_invisible_character_has_no_width() -> None:
    assert shape_line("ก", SONG).width > 0
    assert shape_line("ก", SONG).runs[0].numbers == shape_line("□", SONG).runs[0].numbers
    assert kit.read_pdf(kit.bound(paper_of("甲กख乙")))[0].text == "甲กख乙", "what was meant is what is copied"
    assert shape_line("零\u200b宽\ufeff", SONG).width == shape_line("零宽", SONG).width == 2000
    assert shape_line("a\tb", SONG).width == shape_line("a　b", SONG).width
    assert shape_line("", SONG).runs == ()


@settings(deadline=None, max_examples=150)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40).filter(lambda text: not text_error(text)))
def test_any_text_that_can_be_typed_is_painted(text: str) -> None:
    rendered = render_sheet(paper_of(text))
    assert unpack_pages(rendered.pack()).glyphs == rendered.glyphs
    for chain in (SONG, HEI):
        line = shape_line(text, chain)
        assert line.width >= 0
        assert {run.font for run in line.runs} <= set(chain)


@given(st.text(st.sampled_from(sorted(characters())), max_size=40))
def test_a_line_is_as_wide_as_the_line_breaker_computes(text: str) -> None:
    """Otherwise text would cross borders. Invisible characters, such as a soft hyphen, are counted with a width."""
    for chain, bold in ((SONG, False), (HEI, True)):
        own = "".join(char for char in text if find_font_for(char, chain) == chain[0] and not INTRICATE.search(char))
        assert shape_line(own, chain).width == text_width(own, bold)


def test_letters_keep_their_text_when_marks_follow() -> None:
    """The glyph of x represents x, whatever follows it."""
    pairs = {pair for run in shape_line("x\u0302 x", SONG).runs for pair in run.pairs}
    assert (load_fonts()["PB-Song"].glyph_id("x"), "x") in pairs
    assert not any(len(words) > 1 for _, words in pairs)


def test_a_sheet_is_unpacked_as_it_was_packed() -> None:
    rendered = render_sheet(paper_of("甲䶮", "乙"))
    packed = unpack_pages(rendered.pack())
    assert (packed.count, packed.glyphs) == (len(rendered.pages), rendered.glyphs)
    assert list(packed.headings) == rendered.headings()
    with pikepdf.open(io.BytesIO(packed.pdf)) as pdf:
        assert not pdf.check_pdf_syntax()
        assert [page.Contents.read_raw_bytes() for page in pdf.pages] == [page.content for page in rendered.pages]
        sizes = [tuple(map(float, page.MediaBox))[2:] for page in pdf.pages]
        assert sizes == [(page.width, page.height) for page in rendered.pages]
    assert rendered.pack() == render_sheet(paper_of("甲䶮", "乙")).pack()
    with pytest.raises(ValueError, match="not rendered pages"):
        unpack_pages(b"%PDF-1.7")
