"""Amounts with words and in accounting formats: read where they can mean one amount only, in linear time."""

from __future__ import annotations

from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.amount_text import AmountText, read_amount
from indicators.number import parse_money

AMOUNTS = st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=2)


@pytest.mark.parametrize(
    ("text", "amount", "form"),
    [
        ("620万(其中：中央300，省级320)", "620", "words"),
        ("620万，其中中央300、省级320", "620", "words"),
        ("50（含税）", "50", "words"),
        ("50万元（含税）", "50", "words"),
        ("50万元，含税", "50", "words"),
        ("50万元整", "50", "words"),
        ("500000元[含税]", "50", "words"),
        ("约50万元", "50", "words"),
        ("共计：约50", "50", "words"),
        ("人民币50万元", "50", "words"),
        ("-5（退回）", "-5", "words"),
        ("620万(其中300", "620", "words"),
        (" ¥1,200.00 ", "1200", "currency"),
        ("￥１，２００．００", "1200", "currency"),
        ("-¥12", "-12", "currency"),
        ("¥-12", "-12", "currency"),
        (" -   ", "0", "dash"),
        ("¥ -", "0", "dash"),
        ("——", "0", "dash"),
        ("(12.00)", "-12", "brackets"),
        ("¥（1,200）", "-1200", "brackets"),
        ("(¥12)", "-12", "brackets"),
        ("63000（元）", "6.3", ""),
        ("63000元", "6.3", ""),
    ],
)
def test_an_amount_is_read_out_of_what_stands_around_it(text: str, amount: str, form: str) -> None:
    read = read_amount(text)
    assert read is not None
    assert (read.amount_wan, read.form) == (Decimal(amount), form)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "约十万", "无", "/", "()", "¥", "(-5)", "-¥-5",  # no amount
        "30万元、20万元", "50 60", "1,23", "620万（其中300），另100万", "50万元(二期)三十万元", "50万，25年付20",  # two
        "30-50万元", "30万元至50万元", "30～50", "50万元+20万元", "50×3", "12.5.3",  # a range or a calculation
        "12.5元/人", "12.5（元/人）", "50万元每年", "5个", "50万亩", "50万 亩", "12月", "2025年50万元", "1、办公费",
        "9" * 65 + "（共）",
    ],
)  # fmt: skip
def test_what_may_mean_something_else_is_no_amount(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("620万(其中：中央300，省级320)", ["300", "320"]),
        ("620万(其中：中央300万元，省级3200000元)", ["300", "320"]),
        ("620万(其中2024年结转300，2025年320)", ["300", "320"]),
        ("620万（中央300（含基建100），省级320）", ["300", "320"]),
        ("620万，其中中央300、省级320", ["300", "320"]),
        ("620（300+320）", ["300", "320"]),
        ("620万（其中中央300）", []),
        ("620万（3个项目，5人）", []),
        ("620万（占48%，52%）", []),
        ("620万（2×310，300）", []),
        ("620", []),
    ],
)
def test_parts_are_the_amounts_that_the_words_name(text: str, parts: list[str]) -> None:
    read = read_amount(text)
    assert read is not None
    assert list(read.parts) == [Decimal(part) for part in parts]


def test_a_bare_number_is_in_the_unit_of_the_form() -> None:
    assert read_amount("63000（含税）", "元") == AmountText(Decimal("6.3000"), "", "words")
    read = read_amount("60000（其中甲20000，乙4万元）", "元")
    assert read is not None
    assert sum(read.parts) == read.amount_wan == 6


@given(AMOUNTS, st.text("其中：中央省级含税，、；。 ()（）0123456789万元%", max_size=40))
def test_words_in_brackets_never_change_the_amount(amount: Decimal, words: str) -> None:
    """Other numbers, units and marks in the brackets are never taken for the amount."""
    inner = words.replace("(", "").replace(")", "").replace("（", "").replace("）", "")
    read = read_amount(f"{amount:f}万({inner})")
    assert read is not None
    assert read.amount_wan == amount


@given(AMOUNTS, st.lists(st.integers(1, 999), min_size=2, max_size=5))
def test_an_amount_whose_words_name_its_parts(amount: Decimal, parts: list[int]) -> None:
    words = "，".join(f"来源{name}{part}" for name, part in zip("甲乙丙丁戊", parts, strict=False))
    read = read_amount(f"{amount:f}万（其中：{words}）")
    assert read is not None
    assert (read.amount_wan, list(read.parts)) == (amount, parts)


@given(st.text("0123456789,.-+万元千亿 ，。"))
def test_plain_amounts_keep_their_meaning(text: str) -> None:
    plain, read = parse_money(text), read_amount(text)
    if plain:
        assert read == AmountText(plain.amount_wan, plain.unit_typed)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    read = read_amount(text)
    assert read is None or read.amount_wan.is_finite()


@pytest.mark.parametrize(
    "unit", ["1", "1,111", "(", ")", "((1", "约", "合计：", "5万元", "其中", " ", "-", "¥", ",1", "1 "]
)
def test_long_texts_are_read_in_linear_time(unit: str) -> None:
    for head in ("", "50万(", "50，其中", "(", "¥"):
        text = (head + unit * 20_000)[:20_000]
        start = process_time()
        read_amount(text)
        assert process_time() - start < 0.25, head
