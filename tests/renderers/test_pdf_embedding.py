"""Embedded fonts: text is extracted as typed, widths are those of the font, and the same glyphs give the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pikepdf
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont

from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.embedding import embed_font
from filings.renderers.pdf.fonts import SONG, load_fonts
from filings.renderers.pdf.shaping import shape_line
from tests.renderers import pdf_kit


def pdf_of(*texts: str) -> bytes:
    document = PdfDocument()
    lines = [document.painter.paint(20, 280 - 12 * number, text, 10) for number, text in enumerate(texts)]
    pdf_kit.add_page(document, *lines)
    return pdf_kit.saved(document)


@contextmanager
def objects(data: bytes, key: str) -> Iterator[list[Any]]:
    """The dictionaries of a PDF that have a key."""
    with pikepdf.open(io.BytesIO(data)) as document:
        yield [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and key in one]


def test_more_glyphs_than_one_block_of_the_map_are_all_extracted() -> None:
    chars = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 250))
    data = pdf_of(*(chars[start : start + 30] for start in range(0, 250, 30)))
    assert "".join(pdf_kit.text(data).split()) == chars


def test_of_characters_with_one_glyph_the_ordinary_one_is_extracted() -> None:
    font = load_fonts()["PB-Song"]
    assert load_fonts()["Noto-Serif-CJK-SC"].glyph_id("⼀") == load_fonts()["Noto-Serif-CJK-SC"].glyph_id("一")
    assert not font.glyph_id("⼀"), "a radical comes from the whole font"
    document = PdfDocument()
    whole = load_fonts()["Noto-Serif-CJK-SC"]
    pair = [(whole.glyph_id("⼀"), "⼀"), (whole.glyph_id("一"), "一")]
    document.painter.glyphs[whole.name].update(pair)
    pdf_kit.add_page(document, document.painter.paint(20, 20, "⼀", 10))
    assert pdf_kit.text(pdf_kit.saved(document)).strip() == "一"


def test_what_no_font_has_is_extracted_as_it_was_meant() -> None:
    """A box is drawn for it."""
    assert pdf_kit.text(pdf_of("甲ก乙")) == "甲ก乙"


def test_widths_are_those_of_the_font() -> None:
    font = load_fonts()["PB-Song"]
    with objects(pdf_of("甲W,"), "/W") as (descendant,):
        items = list(descendant.W)
        read = {int(glyph): [int(width) for width in row] for glyph, row in zip(items[::2], items[1::2], strict=True)}
    assert read == {font.glyph_id(char): [font.width(font.glyph_id(char))] for char in "甲W,"}


def names(*texts: str) -> list[str]:
    with objects(pdf_of(*texts), "/FontName") as descriptors:
        return sorted(str(one.FontName) for one in descriptors)


def test_each_subset_has_a_tag_of_six_letters_that_is_always_the_same() -> None:
    assert len(names("甲䶮")) == 2
    assert all(re.fullmatch(r"/[A-Z]{6}\+[A-Za-z-]+", name) for name in names("甲䶮"))
    assert names("甲䶮") == names("䶮乙")


@pytest.mark.parametrize(("text", "file"), [("甲", "/FontFile3"), ("\U00020000", "/FontFile2")])
def test_outlines_go_into_the_file_of_their_kind(text: str, file: str) -> None:
    with objects(pdf_of(text), "/FontName") as (descriptor,):
        assert [key for key in descriptor if key.startswith("/FontFile")] == [file]


def font_file(text: str) -> bytes:
    with objects(pdf_of(text), "/FontName") as (descriptor,):
        return bytes(descriptor.FontFile3.read_bytes())


def test_a_charset_has_the_numbers_by_which_page_content_shows_glyphs() -> None:
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(font_file("甲W")), None)
    numbers = {number for run in shape_line("甲W", SONG).runs for number, _ in run.pairs}
    assert fonts[0].ROS == ("Adobe", "Identity", 0)
    assert set(fonts[0].charset[1:]) == {f"cid{number:05d}" for number in numbers}


@pytest.mark.parametrize("text", ["䶮", "⼀"])
def test_a_whole_font_keeps_the_numbers_of_its_glyphs(text: str) -> None:
    """Its outlines do not state their widths, so that an OpenType font is around them, and PDFium reads no charset."""
    charset = TTFont(io.BytesIO(font_file(text)))["CFF "].cff[0].charset
    assert charset[1:] == [f"cid{number:05d}" for number in range(1, len(charset))]
    assert shape_line(text, SONG).runs[0].pairs == {(len(charset) - 1, text)}


def test_a_map_leads_to_the_glyphs_of_outlines_without_charset() -> None:
    text = "\U00020000甲\U0002a6d6"
    with objects(pdf_of(text), "/CIDToGIDMap") as (descendant,):
        numbers = bytes(descendant.CIDToGIDMap.read_bytes())
        font = TTFont(io.BytesIO(descendant.FontDescriptor.FontFile2.read_bytes()))
    shown = [number for run in shape_line(text, SONG).runs if run.font == "HanaMinB" for number, _ in run.pairs]
    assert len(shown) == 2
    places = [int.from_bytes(numbers[2 * number : 2 * number + 2], "big") for number in shown]
    outlines = [font["glyf"][font.getGlyphName(place)] for place in places]
    assert len(set(places)) == 2
    assert all(outline.numberOfContours for outline in outlines)


@pytest.mark.parametrize("name", load_fonts())
def test_a_descriptor_has_the_measures_of_its_font(name: str) -> None:
    font, document = load_fonts()[name], PdfDocument()
    descriptor = embed_font(document, name, [(1, "甲")]).DescendantFonts[0].FontDescriptor
    with TTFont(font.path, fontNumber=font.index, lazy=True) as read:
        per_em, head, lines = 1000 / read["head"].unitsPerEm, read["head"], read["hhea"]
        box = [round(edge * per_em) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)]
        assert list(descriptor.FontBBox) == box
        assert int(descriptor.Ascent) == pytest.approx(lines.ascent * per_em, abs=1)
        assert int(descriptor.Descent) == pytest.approx(lines.descent * per_em, abs=1)
        capital = getattr(read["OS/2"], "sCapHeight", 0) * per_em
    assert int(descriptor.CapHeight) == pytest.approx(capital, abs=1) if capital else 700 < descriptor.CapHeight < 800
    assert descriptor.Descent < 0 < descriptor.CapHeight <= descriptor.Ascent < box[3] + 1


def test_the_order_of_glyphs_does_not_show() -> None:
    assert font_file("甲乙丙") == font_file("丙甲乙") != font_file("甲乙丁")
