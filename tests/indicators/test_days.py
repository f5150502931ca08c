"""Dates of cells: every usual spelling of a day or a month, and nothing else."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.days import add_years, format_days, is_typed_as_date, read_days

DAYS = st.dates(date(1900, 1, 1), date(2098, 12, 31))
SPELLINGS = ("{0:%Y-%m-%d}", "{0.year}.{0.month}.{0.day}", "{0.year}/{0.month}/{0.day}", "{0:%Y%m%d}",
             "{0.year}年{0.month}月{0.day}日", " {0.year} 年 {0.month} 月 {0.day} 号",
             "{0:%Y/%m/%d} 0:00:00")  # fmt: skip
MONTHS = ("{0:%Y-%m}", "{0.year}.{0.month}", "{0.year}/{0.month}", "{0:%Y%m}", "{0.year}年{0.month}月")
WIDE = str.maketrans("0123456789-./", "０１２３４５６７８９－．／")


@given(DAYS, st.sampled_from(SPELLINGS), st.booleans())
def test_a_day_in_any_spelling(day: date, spelling: str, wide: bool) -> None:
    text = spelling.format(day)
    text = text.translate(WIDE) if wide and ":" not in text else text
    assert read_days(text) == (day, day)
    assert format_days(text) == day.isoformat()


@given(DAYS, st.sampled_from(MONTHS))
def test_a_month_in_any_spelling(day: date, spelling: str) -> None:
    days = read_days(spelling.format(day))
    assert days is not None
    assert (days[0].day, days[0].month, days[0].year) == (1, day.month, day.year)
    assert days[0] <= day <= days[1]
    assert (days[1] - days[0]).days >= 27
    assert format_days(spelling.format(day)) == f"{day:%Y-%m}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026年",
        "2026年底",
        "26.1.5",
        "2026.1/5",
        "1月5日",
        "2026-1-5-7",
        "长期",
        "2026年1月5日前",
        "1899-01-01",
    ],
)
def test_other_texts_are_no_dates(text: str) -> None:
    assert read_days(text) is None
    assert not is_typed_as_date(text)


@pytest.mark.parametrize("text", ["2026-02-30", "2026年13月", "2025.2.29", "202600"])
def test_a_day_that_no_calendar_has(text: str) -> None:
    assert read_days(text) is None
    assert is_typed_as_date(text)
    assert format_days(text) == text


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("2025-03-01", "2026-03-01"),
        ("2025年3月", "2026年3月"),
        ("202503", "202603"),
        ("2024-02-29", "2024-02-29"),  # 2025 has no such day: left, as other texts
        ("长期", "长期"),
        (" 2025-12-31", " 2026-12-31"),
        ("２０２５年１月５日", "２０２６年１月５日"),
        ("2025 年 １月 5日　", "2026 年 １月 5日　"),
        ("2025/12/31 0:00", "2026/12/31 0:00"),
        ("20\u200b250105", "20260105"),
    ],
)
def test_a_date_a_year_later(text: str, later: str) -> None:
    assert add_years(text, 1) == later


@given(DAYS, st.sampled_from((*SPELLINGS, *MONTHS)), st.booleans())
def test_a_date_no_year_later_is_the_text_itself(day: date, spelling: str, wide: bool) -> None:
    text = spelling.format(day).translate(WIDE) if wide else spelling.format(day)
    assert add_years(text, 0) == text


@pytest.mark.parametrize("unit", ["2026", "2026年", " ", "1", "2026-"])
def test_long_texts_are_read_in_linear_time(unit: str) -> None:
    start = process_time()
    read_days(unit * 20_000)
    read_days("2026年" + unit * 20_000)
    assert process_time() - start < 0.25
