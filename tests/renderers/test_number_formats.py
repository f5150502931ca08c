"""Plain numbers for workbooks: the format shows the text as it was typed, anything else stays text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.renderers.number_formats import number_format, plain_number


@pytest.mark.parametrize(
    ("text", "shown_in"),
    [
        ("12.50", "0.00"), ("1,200", "#,##0"), ("10,308,000.00", "#,##0.00"), ("0", "0"), ("0.5", "0.0"), ("-5", "0"),
        ("-1,200.5", "#,##0.0"), ("100", "0"), ("123456789012345", "0"), ("0.000000000000001", "0.000000000000000"),
    ],
)  # fmt: skip
def test_a_plain_number_has_a_format_that_shows_its_text(text: str, shown_in: str) -> None:
    assert number_format(text) == shown_in
    assert Decimal(plain_number(text)) == Decimal(text.replace(",", ""))


@pytest.mark.parametrize(
    "text",
    ["", "010", "00", "-0", "-0.00", "+5", "１２", "12.", ".5", "1,20", "12,00", "1200,000", "1 200", " 5", "5 ", "5\n",
     "12.50万元", "≥5", "5%", "1e5", "1E5", "１，２００", "1234567890123456", "0.1234567890123456", "--5", "０", "٣"],
)  # fmt: skip
def test_anything_else_stays_text(text: str) -> None:
    assert number_format(text) == ""


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12), st.booleans()
)
def test_the_number_in_its_format_is_the_text(number: Decimal, thousands: bool) -> None:
    text = f"{number:{',' if thousands else ''}.2f}"
    shown_in = number_format(text)
    if shown_in:
        value = float(plain_number(text))
        assert f"{value:{',' if ',' in shown_in else ''}.{len(shown_in.partition('.')[2])}f}" == text
    else:
        assert number == 0
