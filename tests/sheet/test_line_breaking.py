"""Line breaks: nothing lost, nothing too wide, nothing torn apart that Chinese print keeps together."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filings.sheet.line_breaking import (
    EM,
    LONGEST_NUMBER,
    NOT_FIRST,
    NOT_LAST,
    break_text,
    is_number,
    number_width,
    split_numbers,
    text_width,
    wrap_label,
    wrap_text,
)
from tests.thoroughness import times

TEXTS = st.text(
    st.one_of(
        st.sampled_from("预算绩效目标指标，。、；：！？（）《》“”—…·"),
        st.sampled_from("abcXYZ 0123456789.,:%/-+=()<>&"),
        st.sampled_from("\n\t　𠮷é☑①"),
        st.characters(exclude_categories=("Cs", "Cc")),
    ),
    max_size=80,
)
WIDTHS = st.integers(EM, 30 * EM)


@given(TEXTS, WIDTHS, st.booleans())
def test_the_lines_joined_are_the_text(text: str, width: int, bold: bool) -> None:
    assert "".join(wrap_text(text, width, bold)) == text.replace("\n", "")


@given(TEXTS, WIDTHS, st.booleans())
def test_no_line_is_wider_than_the_column_unless_it_is_one_character(text: str, width: int, bold: bool) -> None:
    for line in wrap_text(text, width, bold):
        assert text_width(line, bold) <= width or len(line) == 1


@given(TEXTS, WIDTHS)
def test_a_line_break_that_was_typed_is_kept(text: str, width: int) -> None:
    lines = wrap_text(text, width)
    assert len(lines) >= text.count("\n") + 1
    assert lines == tuple(line for paragraph in text.split("\n") for line in wrap_text(paragraph, width))


@settings(max_examples=times(100, 1200))
@given(st.text("预算绩效目标，。、；：）》！？（《“”", max_size=60), st.integers(6 * EM, 20 * EM))
def test_punctuation_stays_with_its_character(text: str, width: int) -> None:
    """It may only be torn off where so many signs follow each other that they fill a line by themselves."""
    lines = wrap_text(text, width)
    for before, after in pairwise(lines):
        torn = after[0] in NOT_FIRST or before[-1] in NOT_LAST
        signs = sum(char in NOT_FIRST or char in NOT_LAST for char in before + after)
        assert not torn or signs >= 4


@given(st.text("预算绩", min_size=1, max_size=40), st.integers(1, 20))
def test_chinese_fills_its_lines(text: str, ems: int) -> None:
    lines = wrap_text(text, ems * EM)
    assert [len(line) for line in lines[:-1]] == [ems] * (len(lines) - 1)


@pytest.mark.parametrize(
    ("text", "ems", "lines"),
    [
        ("", 5, ("",)),
        ("甲乙丙丁戊", 3, ("甲乙丙", "丁戊")),
        ("甲乙丙，丁", 3, ("甲乙", "丙，丁")),
        ("甲乙（丙丁", 3, ("甲乙", "（丙丁")),
        ("甲乙\n丙", 9, ("甲乙", "丙")),
        ("甲\n\n乙", 9, ("甲", "", "乙")),
        ("达到2024年", 4, ("达到", "2024年")),
        ("word another", 4, ("word ", "another")),
        ("≥95%以上", 4, ("≥95%", "以上")),
        ("不得低于≥95%", 5, ("不得低于", "≥95%")),
    ],
)
def test_lines_break_where_a_printer_would_break_them(text: str, ems: int, lines: tuple[str, ...]) -> None:
    assert wrap_text(text, ems * EM) == lines


def test_a_word_longer_than_the_column_is_cut() -> None:
    lines = wrap_text("a" * 100, 5 * EM)
    assert "".join(lines) == "a" * 100
    assert len(lines) > 1
    assert max(map(text_width, lines)) <= 5 * EM


def test_a_column_narrower_than_a_character_takes_one_a_line() -> None:
    assert wrap_text("甲乙", 0) == ("甲", "乙")


def test_widths_are_those_of_the_faces() -> None:
    assert text_width("甲乙") == 2 * EM
    assert text_width("𠮷") == EM
    assert 2 * EM < text_width("2024") < 2.4 * EM
    assert text_width("年2024", bold=True) > text_width("年2024")


# -- any measure of width ------------------------------------------------------------------------------------------


def columns(char: str) -> int:
    """Width on a terminal."""
    return 1 if char.isascii() else 2


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("", 8, [""]),
        ("\n\n", 8, ["", "", ""]),
        ("预算绩效", 8, ["预算绩效"]),
        ("预算绩效，目标", 8, ["预算绩", "效，目标"]),
        ("预算（绩效）目标", 6, ["预算", "（绩", "效）目", "标"]),
        ("到2026年", 6, ["到2026", "年"]),
        ("到2026年", 5, ["到", "2026", "年"]),
        ("2026-2028", 4, ["2026", "-", "2028"]),
        ("甲a b c", 5, ["甲a ", "b c"]),
        ("，，，，", 4, ["，，", "，，"]),
        ("字", 1, ["字"]),
        ("字词", 1, ["字", "词"]),
        ("甲\n乙丙", 4, ["甲", "乙丙"]),
    ],
)
def test_lines_by_columns_of_a_terminal(text: str, limit: int, lines: list[str]) -> None:
    assert break_text(text, limit, columns) == lines


@given(TEXTS, st.floats(0.5, 40, allow_nan=False))
def test_lines_of_any_measure_hold_the_text_and_fit(text: str, limit: float) -> None:
    lines = break_text(text, limit, lambda char: columns(char) / 2)
    assert "".join(lines) == text.replace("\n", "")
    assert len(lines) >= text.count("\n") + 1
    assert [line for line in lines if sum(map(columns, line)) / 2 > limit and len(line) > 1] == []


@given(TEXTS, WIDTHS, st.booleans())
def test_a_column_is_broken_by_the_widths_of_its_font(text: str, width: int, bold: bool) -> None:
    assert break_text(text, width, lambda char: text_width(char, bold)) == list(wrap_text(text, width, bold))


# -- numbers --------------------------------------------------------------------------------------------------------

NUMBERS = ("10,308,000.00", "2023.07-2024.01", "≥100%", "95%-98%", "0951-1234567", "11530121678749701D", "-5",
           "１０，３０８．５０",
           "08:30", "2024/01/02", "±0.5%", "GB/T1234-2018", "￥12.50")  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_one_piece(number: str) -> None:
    assert is_number(number)
    assert number_width(f"共{number}元") == text_width(number)
    assert [piece for piece, whole in split_numbers(f"共{number}元") if whole] in ([number], [])


@pytest.mark.parametrize(
    "text", ["", "万元", "ABC", "word", "甲1", "1 2", "12.50万元", "1" * (LONGEST_NUMBER + 1), "-", "%"]
)
def test_other_texts_are_no_number(text: str) -> None:
    assert not is_number(text)


@settings(max_examples=times(100, 1200))
@given(
    st.lists(st.sampled_from([*NUMBERS, "财政拨款", "（", "）", "，", "。", "元", " ", "\n"]), max_size=8),
    WIDTHS,
    st.booleans(),
)
def test_a_number_that_fits_a_line_is_never_broken(parts: list[str], width: int, bold: bool) -> None:
    """Numbers side by side may make one longer number: a word between them keeps them apart."""
    text = "和".join(parts)
    lines = wrap_text(text, width, bold)
    assert "".join(lines) == text.replace("\n", "")
    for number in set(parts) & set(NUMBERS):
        if text_width(number, bold) <= width:
            assert sum(line.count(number) for line in lines) == text.count(number), lines


@pytest.mark.parametrize(
    ("text", "ems", "lines"),
    [
        ("共10,308,000.00元", 7, ("共", "10,308,000.00", "元")),
        ("（10,308,000.00）；", 6.5, ("（", "10,308,000.00", "）；")),
        ("2023.07-2024.01", 4.5, ("2023.07-", "2024.01")),
        ("0951-1234567", 4, ("0951-", "1234567")),
        ("1234567890", 3, ("12345", "67890")),
    ],
)
def test_the_line_is_broken_before_a_number_and_after_its_hyphen_if_it_must(
    text: str, ems: float, lines: tuple[str, ...]
) -> None:
    assert wrap_text(text, int(ems * EM)) == lines


@given(TEXTS)
def test_split_numbers_loses_nothing(text: str) -> None:
    assert "".join(piece for piece, _ in split_numbers(text)) == text


# -- labels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ems", "lines"),
    [
        ("绩效目标完成", 5, ("绩效目", "标完成")),
        ("项目负责人", 4, ("项目", "负责人")),
        ("单位负责人", 4.5, ("单位", "负责人")),
        ("主管部门意见栏", 6, ("主管部门", "意见栏")),
        ("年度绩效指标", 4, ("年度绩效", "指标")),
        ("部门（单位）名称", 6, ("部门（单位）", "名称")),
        ("预算数（万元）", 6, ("预算数", "（万元）")),
        ("项目名称", 4, ("项目名称",)),
        ("预算规模及\n资金用途表", 4, ("预算", "规模及", "资金", "用途表")),
        ("预算规模及资金用途", 3, ("预算规", "模及资", "金用途")),
    ],
)
def test_a_label_of_two_lines_is_even(text: str, ems: float, lines: tuple[str, ...]) -> None:
    assert wrap_label(text, int(ems * EM)) == lines


@given(st.text("项目绩效（）2024%", max_size=14), WIDTHS, st.booleans())
def test_an_even_label_has_the_same_text_in_as_many_lines(text: str, width: int, bold: bool) -> None:
    lines, wrapped = wrap_label(text, width, bold), wrap_text(text, width, bold)
    assert ("".join(lines), len(lines)) == (text, len(wrapped))
    assert max(text_width(line, bold) for line in lines) <= max(text_width(line, bold) for line in wrapped)


def test_the_lines_of_a_hanging_paragraph_are_shorter_but_for_the_first() -> None:
    assert wrap_text("预算绩效目标\n指标", 3 * EM, False, EM) == ("预算绩", "效目", "标", "指标")
