"""The reader of calculations, as clerks write them and as hypothesis makes them up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.checks.formulas import parse_formulas
from filings.sheet.document import Row
from filings.sheet.kinds import format_number
from tests.checks.kit import codes, sheet


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("预计下水道疏通10次*0.6万元/次=6万元", True),
        ("20人×3000元/月×12个月＝72万元", True),
        ("7个社区每个社区50万，7*50=350万", True),
        ("117人×300元/人=3.51万元", True),
        ("（3+2）人*1.2万元=6万元", True),
        ("2026年计划培训20人*300元=6000元", True),
        ("5人×1，200元=6,000元", True),
        ("宣传费5万元+培训费3万元=8万元", True),
        ("100平方米*80元/平方米=0.8万元", True),
        ("1000*3%=30", True),
        ("100/3=33.3", True),
        ("24次*1.5万元/次=35万元", False),
        ("20人×3000元/月×12个月＝7.2万元", False),
        ("宣传费5万元+培训费3万元=9万元", False),
    ],
)
def test_a_calculation_is_read(text: str, right: bool) -> None:
    assert [formula.matches for formula in parse_formulas(text)] == [right]


@pytest.mark.parametrize(
    "text",
    [
        "错漏率=错漏条数/总条数*100%",
        "完成率=100%",
        "=100%",
        "A=B",
        "2023-2025",
        "5万元=五万元",
        "3*(2=6",
        "1+=2",
        "3人*2元*1元=6",
        "",
    ],
)
def test_what_is_no_calculation_is_left_alone(text: str) -> None:
    assert list(parse_formulas(text)) == []


counts = st.integers(1, 5000)
prices = st.decimals("0.01", "99999", places=2, allow_nan=False)


@given(
    counts,
    prices,
    counts,
    st.sampled_from("*×x＊"),
    st.sampled_from("=＝"),
    st.sampled_from([("元", 1), ("万元", 10_000)]),
)
def test_the_true_result_is_right_and_any_other_wrong(
    people: int, price: Decimal, months: int, times: str, equals: str, unit: tuple[str, int]
) -> None:
    total = people * price * months
    stated = total / unit[1]
    (formula,) = parse_formulas(
        f"{people}人{times}{format_number(price)}元/月{times}{months}个月{equals}{format_number(stated)}{unit[0]}"
    )
    assert formula.computed == total
    assert formula.matches
    (wrong,) = parse_formulas(
        f"{people}人{times}{format_number(price)}元/月{times}{months}个月{equals}{format_number(stated + 1)}{unit[0]}"
    )
    assert not wrong.matches


@given(st.lists(st.tuples(st.text("甲乙丙党建费", max_size=4), prices), min_size=2, max_size=6))
def test_sums_with_words_between(parts: list[tuple[str, Decimal]]) -> None:
    text = "+".join(f"{word}{format_number(price)}万元" for word, price in parts)
    (formula,) = parse_formulas(f"{text}={format_number(sum((price for _, price in parts), Decimal(0)))}万元")
    assert formula.matches


@given(st.text("0123456789.,+-*/×÷=＝()（）元万次人%每 \n", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for formula in parse_formulas(text):
        assert isinstance(formula.matches, bool)


@pytest.mark.parametrize(
    ("amount", "detail", "found"),
    [
        ("3.6", "6次*0.6万元/次=3.6万元", set()),
        ("3.6", "6次*0.6万元/次=4万元", {"C57"}),
        ("4.6", "6次*0.6万元/次=3.6万元", {"C57"}),
        ("10", "党建阵地建设7万+党员活动经费3万", set()),
        ("11", "党建阵地建设7万+党员活动经费3万", {"C57"}),
        ("50.97", "1、政务中心13.5万元；\n2、综治3.47万元；\n3、执法27万元；", {"C56"}),
        ("43.97", "1、政务中心13.5万元；\n2、综治3.47万元；\n3、执法27万元；", set()),
        ("5", "按实际支出", set()),
    ],
)
def test_the_amount_of_a_row_is_what_its_calculation_gives(amount: str, detail: str, found: set[str]) -> None:
    spending = (Row("e1", {"content": "甲", "detail": detail, "amount": amount}),)
    assert codes(sheet(spending=spending), "expenditures[e1].detail") == found
