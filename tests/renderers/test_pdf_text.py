"""TextPainter: where text is painted, how it is broken and cut, and which glyphs are remembered."""

from __future__ import annotations

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.fonts import load_fonts
from filings.renderers.pdf.text import TextPainter, font_names, paint_line
from tests.renderers import pdf_kit

FORBIDDEN_AT_START = "，。；：！？、）》”〕】"
FORBIDDEN_AT_END = "（《“〔【"
TEXTS = st.text(st.sampled_from("甲乙丙街道，。；（）《》“”ab 12"), max_size=40)


def painted(*operators: bytes, document: PdfDocument) -> list[tuple[str, float, float, float]]:
    pdf_kit.add_page(document, *operators)
    return pdf_kit.characters(pdf_kit.saved(document))


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(("share", "left"), [(0.0, 200.0), (0.5, 180.0), (1.0, 160.0)])
def test_a_share_of_the_text_is_left_of_its_place(share: float, left: float, bold: bool) -> None:
    document = PdfDocument()
    found = painted(document.painter.paint(200, 100, "甲乙", 20, bold, share), document=document)
    assert [char for char, *_ in found] == ["甲", "乙"]
    assert (found[0][1], found[-1][2]) == (pytest.approx(left, abs=0.1), pytest.approx(left + 40, abs=0.1))


def test_centred_and_right_aligned_text() -> None:
    document = PdfDocument()
    painter = document.painter
    operators = painter.paint_centred(100, 200, "甲乙", 10), painter.paint_right(300, 100, "丙", 10)
    found = painted(*operators, document=document)
    assert [(char, round(left), round(right)) for char, left, right, _ in found if char.strip()] == [
        ("甲", 90, 100), ("乙", 100, 110), ("丙", 290, 300),
    ]  # fmt: skip


def test_no_text_paints_nothing_and_uses_no_font() -> None:
    painter = TextPainter()
    assert painter.paint(0, 0, "", 10) == b""
    assert painter.paint(0, 0, "\n", 10) == b""
    assert dict(painter.glyphs) == {}
    assert painter.text_width("", 10) == 0


def test_glyphs_are_remembered_by_font() -> None:
    painter = TextPainter()
    painter.paint(0, 0, "甲䶮", 10)
    painter.paint(0, 0, "甲", 10, bold=True)
    assert {font: {text for _, text in pairs} for font, pairs in painter.glyphs.items()} == {
        "PB-Song": {"甲"}, "Noto-Serif-CJK-SC": {"䶮"}, "PB-Hei-Bold": {"甲"},
    }  # fmt: skip


def test_every_font_has_its_own_resource_name() -> None:
    assert set(font_names()) == set(load_fonts())
    assert sorted(font_names().values()) == sorted({f"P{number}" for number in range(len(load_fonts()))})


@given(TEXTS, st.integers(20, 200))
def test_broken_lines_fit_and_hold_the_whole_text(text: str, width: int) -> None:
    painter = TextPainter()
    lines = painter.break_lines(text, 10, width)
    assert "".join(lines) == text
    assert all(painter.text_width(line, 10) <= width + 0.001 or len(line) == 1 for line in lines)


@given(TEXTS.filter(lambda text: not set(text) & set("（《“")), st.integers(60, 200))
def test_no_line_begins_with_closing_punctuation(text: str, width: int) -> None:
    """With one mark between characters: a row of marks longer than a line must be broken somewhere."""
    once = "".join(char + "甲" if char in FORBIDDEN_AT_START else char for char in text)
    lines = TextPainter().break_lines(f"甲{once}", 10, width)
    assert not [line for line in lines if line[:1] in FORBIDDEN_AT_START and line]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("甲乙丙，丁", ["甲乙", "丙，丁"]),
        ("甲乙（丙丁", ["甲乙", "（丙丁"]),
        ("甲乙\n丙", ["甲乙", "丙"]),
        ("", [""]),
    ],
)
def test_lines_are_broken_as_in_chinese_print(text: str, lines: list[str]) -> None:
    assert TextPainter().break_lines(text, 10, 30) == lines
    assert not any(line.endswith(tuple(FORBIDDEN_AT_END)) for line in lines)


@given(st.text(st.sampled_from("甲乙丙，。（）ab 12W"), max_size=30), st.integers(25, 200), st.booleans())
def test_a_text_is_cut_as_late_as_it_can_be(text: str, width: int, bold: bool) -> None:
    painter = TextPainter()
    cut = painter.truncate(text, 10, width, bold)
    if painter.text_width(text, 10, bold) <= width:
        assert cut == text
        return
    kept = cut.removesuffix("…")
    assert cut == f"{kept}…"
    assert text.startswith(kept)
    assert painter.text_width(kept, 10, bold) + 10 <= width + 0.001
    assert painter.text_width(text[: len(kept) + 1], 10, bold) + 10 > width - 0.001


def test_a_text_is_cut_inside_a_word_and_never_to_nothing() -> None:
    painter = TextPainter()
    assert painter.truncate("abcdefghijklmnop", 10, 40).startswith("abc")
    assert painter.truncate("甲乙", 10, 5) == "甲…"


def test_a_rule_is_a_horizontal_line() -> None:
    document = PdfDocument()
    pdf_kit.add_page(document, paint_line(100, 150, 300, 4))
    with pypdfium2.PdfDocument(pdf_kit.saved(document)) as pdf:
        image = pdf[0].render(scale=1, grayscale=True).to_pil()
    assert image.size == (400, 300)
    assert [image.getpixel((x, 150)) < 128 for x in (95, 105, 200, 295, 305)] == [False, True, True, True, False]
    assert [image.getpixel((200, y)) < 128 for y in (140, 149, 150, 160)] == [False, True, True, False]
