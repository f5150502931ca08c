"""What follows a number: bounds are taken out, units are split, and text that is more than a unit is none."""

import pytest

from indicators.units import is_unit, split_limit, split_unit


@pytest.mark.parametrize(
    ("tail", "rest", "operator", "loose"),
    [
        ("%", "%", "", False),
        ("次以上/年", "次/年", "≥", False),
        ("天(含)以内", "天", "≤", False),
        ("天及以下", "天", "≤", False),
        ("个工作日内", "个工作日", "≤", False),
        ("个工作日内办结", "个工作日", "≤", False),
        ("余件", "件", "", True),
        ("万余人", "万人", "", True),
        ("天左右", "天", "", True),
        ("年以上左右", "年", "≥", True),
        ("多媒体教室", "多媒体教室", "", False),
        ("校内场次", "校内场次", "", False),
        ("", "", "", False),
    ],
)
def test_bounds_are_split_from_units(tail: str, rest: str, operator: str, loose: bool) -> None:
    assert split_limit(tail) == (rest, operator, loose)


@pytest.mark.parametrize(
    ("text", "unit", "per"),
    [
        ("次/日", "次", "日"), ("次每日", "次", "日"), ("次 / 每 日", "次", "日"), ("元/人/年", "元", "人/年"),
        ("人次/3000m2", "人次", "3000m2"), ("%", "%", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_units_per_something(text: str, unit: str, per: str) -> None:
    assert split_unit(text) == (unit, per)


@pytest.mark.parametrize(
    ("unit", "per"),
    [("", ""), ("%", ""), ("个党支部", ""), ("万平方米", ""), ("m2", ""), ("km2", ""), ("辆(定员1人)", ""), ("m²", ""),
     ("人次", "3000m2"), ("元", "人/年")],
)  # fmt: skip
def test_units(unit: str, per: str) -> None:
    assert is_unit(unit, per)


@pytest.mark.parametrize(
    ("unit", "per"),
    [("%以上", ""), ("%率", ""), ("次5", ""), ("≥", ""), ("年前", ""), ("名，", ""), ("天以内", ""), ("余件", ""),
     ("①", ""), ("平均", ""), ("字" * 17, ""), ("元", "人/"), ("元", "/人"), ("元", "人/2"), ("元", "人前"),
     ("\x00", "")],
)  # fmt: skip
def test_text_that_is_more_than_a_unit(unit: str, per: str) -> None:
    assert not is_unit(unit, per)
