"""The grammar of target values: over real ones, over what input methods make of them, over anything."""

import re
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.number import normalize_width
from indicators.target import (
    TargetValue,
    parse_operator,
    parse_target,
    parse_target_cells,
)
from tests.indicators.target_examples import EXAMPLES, REAL, TYPED

SIGNS = "≥≤><=》《≧＞＝０1290.,。-~−—%％人次/每年月日底前约余以上内达到不低于超过至共近万 ()（）²①\n"
AT_LEAST = (
    "≥",
    ">=",
    "=>",
    "＞＝",
    "≧",
    "》=",
    "》＝",
    "> =",
    "≥≥",
    "⩾",
    "不低于",
    "不少于",
    "大于等于",
    "大于或等于",
)
AT_MOST = ("≤", "<=", "=<", "＜＝", "≦", "《=", "< =", "不超过", "不高于", "小于等于", "不得超过", "不大于")
SPELLINGS = {
    **dict.fromkeys(AT_LEAST, "≥"),
    **dict.fromkeys(AT_MOST, "≤"),
    **dict.fromkeys((">", "＞", "》", "大于", "超过", "高于"), ">"),
    **dict.fromkeys(("<", "＜", "《", "小于", "低于", "少于"), "<"),
    **dict.fromkeys(("=", "＝", "等于"), "="),
}


def meaning(value: TargetValue) -> TargetValue:
    return replace(value, text="")


def brief(value: TargetValue) -> str:
    """One line per value, so that a wrong one is seen at a glance: kind, operator, number, unit and per."""
    about = "~" if value.approximate else ""
    upper = "" if value.upper is None else f"..{value.upper}"
    number = "" if value.number is None else f"{about}{value.number}{upper}"
    return " ".join(part for part in (value.kind, value.operator, number, value.unit_text) if part)


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_examples(text: str, expected: str) -> None:
    value = parse_target(text)
    assert brief(value) == expected
    assert value.text == text


@pytest.mark.parametrize("text", ["", " ", "　", "\n\t", "\u200b"])
def test_only_blanks_are_empty(text: str) -> None:
    assert parse_target(text) == TargetValue(text, "empty")


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("90%", False),
        ("≥90%", True),
        ("90%以上", True),
        ("≥", True),
        ("≥≤90", True),
        ("及时", False),
        ("达到目标排名", False),
    ],
)
def test_stated(text: str, *, stated: bool) -> None:
    assert parse_target(text).has_operator is stated


@pytest.mark.parametrize(("spelling", "sign"), SPELLINGS.items())
def test_operator_spellings(spelling: str, sign: str) -> None:
    assert parse_operator(spelling) == sign
    assert parse_operator(f" {spelling}　") == sign
    assert meaning(parse_target(f"{spelling}90%")) == meaning(parse_target(f"{sign}90%"))
    assert parse_target(f"{spelling}90%").number == 90


@pytest.mark.parametrize("text", ["", " ", "定性", "90", "≥90", "≥≤", "<>", "≠", "上", "以上的", "≥" * 65])
def test_not_operators(text: str) -> None:
    assert parse_operator(text) == ""


def test_operator_words_after_the_number() -> None:
    assert [parse_operator(word) for word in ("以上", "以下", "以内", "之内")] == ["≥", "≤", "≤", "≤"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((">=", "100", "%"), "quantity ≥ 100 %"),
        (("=", "0", "次"), "quantity = 0 次"),
        ((">", "50", "亿元"), "quantity > 50 亿元"),
        (("", "95", "%"), "quantity 95 %"),
        (("", "≥95%", ""), "quantity ≥ 95 %"),
        ((">=", "95%", "%"), "quantity ≥ 95 %"),
        (("≥", "≥95", "%"), "quantity ≥ 95 %"),
        ((">=", "2", "次/日"), "ratio ≥ 2 次/日"),
        ((">=", "2次/日", ""), "ratio ≥ 2 次/日"),
        (("<=", "5万", "元"), "quantity ≤ 5 万元"),
        (("", "5-10", "天"), "range 5..10 天"),
        (("", "2000-2050", "人"), "range 2000..2050 人"),
        (("<=", "12", "月"), "quantity ≤ 12 月"),
        (("≥", "10", "无"), "quantity ≥ 10"),
        (("≥", "10", "—"), "quantity ≥ 10"),
        (("定性", "提高", ""), "qualitative"),
        ((">=", "上年目标值", ""), "qualitative ≥"),
        (("≥", "≤5", "天"), "qualitative"),
        ((">", "=5", "天"), "qualitative"),
        (("≥", "90%", "次"), "qualitative ≥ 次"),
        (("≥", "5-10", "天"), "qualitative ≥ 天"),
        (("<=", "2024年12月", ""), "date ≤"),
        ((">=", "", "%"), "empty ≥ %"),
        (("", "", ""), "empty"),
    ],
)
def test_three_cells(cells: tuple[str, str, str], expected: str) -> None:
    value = parse_target_cells(*cells)
    assert brief(value) == expected
    assert value.text == "".join(cells)


@given(st.text() | st.text(SIGNS) | st.sampled_from([text for text, _ in EXAMPLES]))
def test_any_text_is_kept_and_its_folded_form_means_the_same(text: str) -> None:
    value = parse_target(text)
    assert value.text == text
    assert (value.kind in ("quantity", "range", "ratio")) == (value.number is not None)
    assert (value.kind == "range") == (value.upper is not None)
    assert value.has_operator or not value.operator
    assert meaning(parse_target(normalize_width(text))) == meaning(value)


@given(st.lists(st.sampled_from(re.findall(r"[一-龥]+|[0-9.]+|\S", REAL + TYPED)), max_size=6))
def test_pieces_of_examples_in_any_order(pieces: list[str]) -> None:
    text = "".join(pieces)
    value = parse_target(text)
    assert value.text == text
    assert meaning(parse_target(normalize_width(text))) == meaning(value)


@given(st.text(SIGNS), st.text(SIGNS), st.text(SIGNS))
def test_any_three_cells_are_kept(operator: str, value: str, unit: str) -> None:
    joined = parse_target_cells(operator, value, unit)
    assert joined.text == operator + value + unit
    assert meaning(
        parse_target_cells(normalize_width(operator), normalize_width(value), normalize_width(unit))
    ) == meaning(joined)


@given(
    st.sampled_from(list(SPELLINGS.items())),
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from(["", "%", "次", "人次", "万元", "个党支部", "㎡", "次/日", "人次/3000m²"]),
)
def test_one_cell_and_three_cells_mean_the_same(spelling: tuple[str, str], number: Decimal, unit: str) -> None:
    typed, sign = spelling
    value = parse_target(f"{typed}{number}{unit}")
    assert meaning(value) == meaning(parse_target_cells(typed, str(number), unit))
    assert (value.operator, value.number, value.unit_text) == (sign, number, unit)


@pytest.mark.parametrize(
    "piece", ["≥", "大于等于", "达到", "每年", "1", "1,", "mm2", "(", "年", "前", "5-", "约", " ", "\ud800"]
)
def test_long_texts_are_read_at_once(piece: str) -> None:
    start = time.perf_counter()
    for text in (piece * 100_000, "每年" + piece * 15, "5" + piece * 20 + "("):
        assert parse_target(text).text == text
    assert time.perf_counter() - start < 2
