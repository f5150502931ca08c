"""Numbers and money: what is read, what is refused, and that nothing raises."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.number import (
    Money,
    normalize_width,
    parse_money,
    parse_number,
)

SIGNS = "0123456789０１２.．,，。+-−％%万元亿千 壹佰廿零十eENaInf٣①½"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("９０％", "90%"),
        ("（ＡＢ），；：", "(AB),;:"),
        ("　≥90 ", "≥90"),
        ("a　b", "a b"),
        *[(spelling, "≥") for spelling in ("≧", "》=", "》＝", "＞＝", ">=", "=>", "＝＞", "⩾", "≥")],
        *[(spelling, "≤") for spelling in ("≦", "《=", "《＝", "＜＝", "<=", "=<", "⩽", "≤")],
        ("−5", "-5"),
        ("－5", "-5"),
        ("5\u200b0", "50"),
        ("《十四五规划》", "《十四五规划》"),
        ("㎡ ① ½ m² ㈱ 。", "㎡ ① ½ m² ㈱ 。"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert normalize_width(text) == folded


@given(st.text())
def test_fold_is_stable(text: str) -> None:
    assert normalize_width(normalize_width(text)) == normalize_width(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("１２．５", "12.5"),
        ("12。5", "12.5"),
        ("1,234.50", "1234.50"),
        ("1，234.50", "1234.50"),
        ("12,345,678", "12345678"),
        ("−5", "-5"),
        ("＋5", "5"),
        ("007", "7"),
        ("0.1234567", "0.1234567"),
        ("12345678901234567.89", "12345678901234567.89"),
        (" 3 ", "3"),
        ("2875.84", "2875.84"),
    ],
)
def test_numbers(text: str, number: str) -> None:
    assert str(parse_number(text)) == number


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "+", ".", "1e3", "1E400", "NaN", "Infinity", "-Infinity", "٣", "①", "½", "²"),
        *("1.234,50", "--5", "+-5", "1,23", "12,34", "1,2345", "1234,567", "0,123", "1,,234", ",5", "5,"),
        *(
            "1.2.3",
            "5.",
            ".5",
            "1 234",
            "1_000",
            "0x10",
            "廿三",
            "壹佰万元",
            "6.3万元",
            "约5",
            "5%",
            "9" * 65,
        ),
    ],
)
def test_not_numbers(text: str) -> None:
    assert parse_number(text) is None


@given(st.text() | st.text(SIGNS))
def test_a_number_is_finite_or_none(text: str) -> None:
    number = parse_number(text)
    assert number is None or number.is_finite()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20))
def test_every_way_to_type_a_number_gives_it(number: Decimal) -> None:
    grouped = f"{number:,f}"
    wide = grouped.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.,"})
    for text in (f"{number:f}", grouped, wide, wide.replace("-", "−"), grouped.replace(".", "。")):
        assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "wan", "unit"),
    [
        ("50万元", "50", "万元"),
        ("48万", "48", "万"),
        ("63000元", "6.3", "元"),
        ("6.3", "6.3", ""),
        ("1,234.50", "1234.50", ""),
        ("６．３ 万元", "6.3", "万元"),
        ("0.2亿元", "2000", "亿元"),
        ("8.05亿", "80500", "亿"),
        ("3千元", "0.3", "千元"),
        ("3百万元", "300", "百万元"),
        ("175.56万元", "175.56", "万元"),
        ("930.09万元", "930.09", "万元"),
        ("3675.84", "3675.84", ""),
        ("-5万元", "-5", "万元"),
        ("12345678901234567890123456789元", "1234567890123456789012345.6789", "元"),
    ],
)
def test_money(text: str, wan: str, unit: str) -> None:
    assert parse_money(text) == Money(Decimal(wan), unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "约5万",
        "5万左右",
        "万元",
        "5吨",
        "5万美元",
        "1万2千元",
        "≤50万元",
        "壹佰万元",
        "共计约36万",
        "5万元/人",
        "1e3元",
    ],
)
def test_not_money(text: str) -> None:
    assert parse_money(text) is None


def test_the_unit_of_the_form_gives_way_to_a_typed_one() -> None:
    assert parse_money("63000", unit="元") == Money(Decimal("6.3"), "")
    assert parse_money("50万元", unit="元") == Money(Decimal(50), "万元")
    assert parse_money("50", unit="吨") is None


def test_money_is_exact_and_plain_whatever_the_context() -> None:
    with localcontext() as context:
        context.prec = 3
        money = parse_money("123456789.01元")
        billion = parse_money("5亿元")
    assert money is not None
    assert str(money.amount_wan) == "12345.678901"
    assert billion is not None
    assert str(billion.amount_wan) == "50000"


@given(st.text() | st.text(SIGNS), st.text())
def test_money_is_finite_or_none(text: str, unit: str) -> None:
    for money in (parse_money(text), parse_money(text, unit)):
        assert money is None or money.amount_wan.is_finite()
