"""Numbers in Chinese characters: read where they have one meaning, and written as forms print them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.chinese_number import format_chinese_number, parse_chinese_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("壹佰", 100),
        ("二十三", 23),
        ("廿三", 23),
        ("卅", 30),
        ("一百二十万", 1_200_000),
        ("壹拾万", 100_000),
        ("十", 10),
        ("十二", 12),
        ("零", 0),
        ("两千零五", 2005),
        ("一万零五十", 10_050),
        ("二十万零五百", 200_500),
        ("二十万五千", 205_000),
        ("一亿零五百万", 105_000_000),
        ("一亿零二十", 100_000_020),
        ("二〇二四", 2024),
        ("三点五万", 35_000),
    ],
)
def test_chinese_numbers(text: str, number: int) -> None:
    assert parse_chinese_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "万",
        "一百二",
        "三四",
        "一万二",
        "十百",
        "百",
        "一千零零五",
        "二三十",
        "一万亿",
        "1万",
        "壹佰万元",
        "几十",
        "点五",
    ],
)
def test_not_chinese_numbers(text: str) -> None:
    assert parse_chinese_number(text) is None


@given(st.text("零〇一二三四五六七八九两十百千万亿点壹佰廿"))
def test_chinese_numbers_never_raise(text: str) -> None:
    number = parse_chinese_number(text)
    assert number is None or number >= 0


@given(st.integers(min_value=1, max_value=999))
def test_what_forms_print_is_read_back(number: int) -> None:
    assert parse_chinese_number(format_chinese_number(number)) == number
