"""The kinds of cells: which texts fit, how they compare, and which amounts they hold."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.kinds import DATE_EXAMPLES, KINDS, MONEY_IN_YUAN, CellKind, format_number

AMOUNTS = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=4)


PHONE = "手机号应为 11 位、以 1 开头，座机应为 7 至 8 位，可加区号，如 0991-1234567"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("line", "任何文字"),
        ("text", "两行\n文字"),
        ("choice", "不在选项里的也由别处检查"),
        ("money", "12.50"),
        ("money", "１２．５０万元"),
        ("money", "1,234.5"),
        ("money", "63000元"),
        ("number", "-3"),
        ("number", "1,000"),
        ("phone", "0991-1234567"),
        ("phone", "（0991）1234567"),
        ("phone", "+86 13812345678"),
        ("phone", "１３８ ０７３３ １２３４"),
        ("phone", "82345678"),
        ("phone", "010-82345678"),
        ("phone", "0731-2233445转801"),
        ("phone", "0731-22334455-801"),
        ("phone", "400-800-1234"),
        ("credit_code", "11530121678749701D"),
        ("credit_code", "１１５３０１２１６７８７４９７０１d"),
        ("operator", "定性"),
        ("money", "620万（其中：中央300，省级320）"),
        ("money", "-"),
        ("date", "2026-01-05"),
        ("date", "２０２６年１月"),
    ],
)
def test_texts_that_fit(kind: str, text: str) -> None:
    assert KINDS[kind].error(text) == ""


@pytest.mark.parametrize(
    ("kind", "text", "error"),
    [
        ("money", "约十万", "“约十万”不是金额，请填数字（单位万元），如 12.50"),
        ("money", "12.5元/人", "“12.5元/人”不是金额，请填数字（单位万元），如 12.50"),
        ("date", "待定", f"“待定”不是日期，请写到日或月，如 {DATE_EXAMPLES}"),
        ("date", "2026-02-30", "日历上没有“2026-02-30”这一天"),
        ("number", "1.2.3", "“1.2.3”不是数字，请填数字，如 12.5"),
        ("number", "5个", "“5个”不是数字，请填数字，如 12.5"),
        ("phone", "12345", PHONE),
        ("phone", "请问张三", PHONE),
        ("phone", "1" * 21, PHONE),
        ("phone", "1380733123", PHONE),
        ("phone", "138073312345", PHONE),
        ("phone", "098-765432", PHONE),
        ("phone", "0731-22334455、13807331234", PHONE),
        ("credit_code", "1153012167874970", "组织机构（统一社会信用）代码应为 18 位数字或大写字母"),
    ],
)
def test_texts_that_do_not_fit_are_answered_in_chinese(kind: str, text: str, error: str) -> None:
    assert KINDS[kind].error(text) == error


def test_an_error_on_a_form_in_yuan_names_its_unit() -> None:
    assert "单位元）" in MONEY_IN_YUAN.error("许多")


@pytest.mark.parametrize(
    ("kind", "text", "amount"),
    [
        (KINDS["money"], "50", "50"),
        (KINDS["money"], "50万元", "50"),
        (KINDS["money"], "48万", "48"),
        (KINDS["money"], "63000元", "6.3"),
        (KINDS["money"], "0.5亿元", "5000"),
        (KINDS["money"], "620万(其中：中央300，省级320)", "620"),
        (KINDS["money"], "(12.00)", "-12"),
        (MONEY_IN_YUAN, "63000", "6.3"),
        (MONEY_IN_YUAN, "¥63,000.00", "6.3"),
        (MONEY_IN_YUAN, "5万元", "5"),
        (KINDS["number"], "１，２３４．５", "1234.5"),
    ],
)
def test_amounts(kind: CellKind, text: str, amount: str) -> None:
    assert kind.amount(text) == Decimal(amount)


@pytest.mark.parametrize(("kind", "text"), [("line", "12"), ("target", "≥5"), ("money", ""), ("number", "五")])
def test_no_amount(kind: str, text: str) -> None:
    assert KINDS[kind].amount(text) is None


@given(AMOUNTS)
def test_a_formatted_amount_of_money_reads_as_the_same_amount(amount: Decimal) -> None:
    for kind in (KINDS["money"], MONEY_IN_YUAN, KINDS["number"]):
        assert kind.amount(kind.format_amount(amount)) == amount


@pytest.mark.parametrize(
    ("number", "text"),
    [("12.50", "12.5"), ("100", "100"), ("0.00", "0"), ("1E+3", "1000"), ("1E-7", "0.0000001"), ("-3.10", "-3.1")],
)
def test_numbers_are_written_without_exponent_and_trailing_zeros(number: str, text: str) -> None:
    assert format_number(Decimal(number)) == text


def test_an_amount_is_written_in_the_unit_of_the_cell() -> None:
    assert KINDS["money"].format_amount(Decimal("6.30")) == "6.3"
    assert MONEY_IN_YUAN.format_amount(Decimal("6.30")) == "63000"


@pytest.mark.parametrize("text", ["≥", ">=", "》=", "大于等于", "不低于", " ≧ "])
def test_an_operator_compares_equal_in_any_spelling(text: str) -> None:
    assert KINDS["operator"].normalize(text) == "≥"


def test_other_texts_compare_folded() -> None:
    assert KINDS["operator"].normalize("（定性） ") == "(定性)"
    assert KINDS["line"].normalize("　ＡＢ１ ") == "AB1"


@pytest.mark.parametrize("text", ["2026-01-05", "2026.1.5", "2026年1月5日", "２０２６／１／５", "20260105"])
def test_a_date_compares_equal_in_any_spelling(text: str) -> None:
    assert KINDS["date"].normalize(text) == "2026-01-05"


def test_each_kind_is_found_under_its_own_key() -> None:
    assert [key for key, kind in KINDS.items() if kind.key != key] == []
    assert MONEY_IN_YUAN.key == "money"
