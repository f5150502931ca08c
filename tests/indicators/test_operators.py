"""Operators alone, in a row, and before and after a number."""

import re

import pytest

from indicators.operators import (
    merge_operator_pair,
    merge_operators,
    parse_operator,
    split_leading_operators,
    word_pattern,
)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        (">=", "≥"), ("> =", "≥"), ("》=", "≥"), ("大于 等于", "≥"), ("不低于", "≥"), ("以上", "≥"), ("至少", "≥"),
        ("＞", ">"), ("超过", ">"), ("等于", "="), ("=", "="), ("少于", "<"), ("不超过", "≤"), ("以内", "≤"),
        ("≥≥", "≥"),
        ("", ""), ("定性", ""), ("≥≤", ""), ("≥5", ""), ("不", ""), ("≥" * 65, ""),
    ],
)  # fmt: skip
def test_an_operator_alone(text: str, sign: str) -> None:
    assert parse_operator(text) == sign


@pytest.mark.parametrize(
    ("signs", "sign"),
    [("", ""), ("≥", "≥"), ("≥≥", "≥"), (">=", "≥"), ("=<", "≤"), ("≥=", "≥"), ("<>", ""), ("≥≤", ""), ("≥>", "")],
)
def test_signs_in_a_row(signs: str, sign: str) -> None:
    assert merge_operators(signs) == sign


@pytest.mark.parametrize(
    ("before", "after", "sign"),
    [
        (">", "≥", ">"), ("≥", "≥", "≥"), ("<", "≤", "<"), ("≥", "", "≥"), ("", "≤", "≤"), ("", "", ""),
        ("≥", "≤", None), ("<", "≥", None), ("=", "≥", None),
    ],
)  # fmt: skip
def test_an_operator_before_and_one_after_a_number(before, after, sign) -> None:  # type: ignore[no-untyped-def]
    assert merge_operator_pair(before, after) == sign


@pytest.mark.parametrize(
    ("text", "signs", "rest"),
    [
        ("≥95%", "≥", "95%"),
        ("大于 等于 5", ">=", "5"),
        ("大于等于5", "≥", "5"),
        ("不低于上年", "≥", "上年"),
        ("达到90%", "", "达到90%"),
        ("", "", ""),
    ],
)
def test_strong_operators_are_split_off(text: str, signs: str, rest: str) -> None:
    assert split_leading_operators(text) == (signs, rest)


def test_the_longest_word_matches_first() -> None:
    pattern = re.compile(word_pattern(["大于", "大于等于", "a.b"]))
    match = pattern.match("大于等于5")
    assert match
    assert match[0] == "大于等于"
    assert not pattern.match("axb")
