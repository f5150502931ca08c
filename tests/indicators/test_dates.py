"""Which texts are dates and periods, and which of them exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.dates import _without_spaces, is_valid_date


@pytest.mark.parametrize(
    "text",
    [
        "2023年", "2023年度", "2023年12月", "2023年12月底", "12月31日前", "2024年2月29日", "2月29日", "12月中旬",
        "2023-12-31", "2023/1/1", "2023.1.1", "2023-12",
        "2023.1.1-2023.12.31", "2023-2025", "2023-2025年", "2023.1-2023.12", "1-12月", "1月至12月", "12月1日至15日",
        "年底前完成", "本年度", "上半年", "第三季度", "月底", "每月15日前", "每月底",
        "于2023年12月底前完成", "截至6月30日",
    ],
)  # fmt: skip
def test_dates_and_periods(text: str) -> None:
    assert is_valid_date(text) is True


@pytest.mark.parametrize(
    "text",
    ["2023年2月29日", "2月30日", "2024-02-30", "2023年13月", "13月1日", "4月31日前", "每月32日", "12月1日至32日"],
)
def test_dates_that_no_calendar_has(text: str) -> None:
    assert is_valid_date(text) is False


@pytest.mark.parametrize(
    "text",
    ["", "2023", "2023.12", "95%", "5-10", "24月", "3年", "1999年级", "及时", "12.5万元", "月", "年", "2023年以上"],
)
def test_other_texts(text: str) -> None:
    assert is_valid_date(text) is None


@pytest.mark.parametrize(
    ("text", "bare", "not_bare"), [("12月", True, None), ("12月底", True, None), ("12月1日", True, True)]
)
def test_a_bare_month_may_be_a_number_of_months(text: str, bare: object, not_bare: object) -> None:
    assert (is_valid_date(text, bare_month=True), is_valid_date(text, bare_month=False)) == (bare, not_bare)


@given(st.dates())
def test_every_day_exists_however_it_is_written(day) -> None:  # type: ignore[no-untyped-def]
    if not 1900 <= day.year <= 2099:
        return
    for text in (f"{day.year}年{day.month}月{day.day}日", day.isoformat(), f"{day.year}.{day.month}.{day.day}前完成"):
        assert is_valid_date(text) is True


@given(st.text(alphabet="年月日号前底12034-./至到 旬每", max_size=16))
def test_spaces_around_date_marks_change_nothing(text: str) -> None:
    spaced = "".join(f" {char} " if char in "年月日号" else char for char in text)
    assert is_valid_date(spaced) == is_valid_date(_without_spaces(text))


def test_spaces_between_other_characters_stay() -> None:
    assert _without_spaces(" 2023 年 12月 15 日 前 完成 ") == "2023年12月15日前 完成"
