"""Indicator rows as the checks read them: category, name, value, and the words that are compared."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.checks.indicator_rows import (
    Indicator,
    compile_words,
    find_word,
    read_indicator,
    without_prefix,
    without_spaces,
)
from filings.sheet.document import Path, Row
from tests.checks.kit import LEVELS, rich, row, rules, sheet
from tests.factories import layout, profile


def indicator(category: str = "output.quantity", name: str = "次数", value: str = "≥3次", **cells: str) -> Indicator:
    (one,) = sheet(row(1, category, name, value, **cells)).indicators
    return one


def test_operator_value_and_unit_columns_are_one_value() -> None:
    read = indicator(value="３", operator="≥", unit="次")
    assert (read.value.operator, read.value.number, read.value.unit) == ("≥", Decimal(3), "次")
    assert read.value_text == "3"
    assert read.display_value.startswith("≥")


def test_without_such_columns_the_value_cell_is_all() -> None:
    form = layout()
    assert not {"operator", "unit"} & set(form.tables["indicators"].columns)
    read = read_indicator(profile(), form.tables["indicators"], 1, Row("a", {"value": "≥95%"}), {})
    assert (read.value.operator, read.value.number, read.value.unit) == ("≥", Decimal(95), "%")


@pytest.mark.parametrize("category", LEVELS)
def test_the_category_follows_from_the_level_names(category: str) -> None:
    read = indicator(category)
    assert read.category == category
    assert read.within(category)
    assert read.within(category.partition(".")[0])
    assert not read.within(category[:-1]), "a part of a code is another code"
    assert not read.within("input")


def test_unknown_level_names_have_no_category() -> None:
    columns = rich().tables["indicators"]
    read = read_indicator(rules(), columns, 1, Row("a", {"level1": "别的", "level2": "别的", "name": "甲"}), {})
    assert read.category == ""
    assert not read.within("output", "benefit", "satisfaction")


@pytest.mark.parametrize(("category", "expected"), [("output.cost", True), ("output.quantity", False)])
def test_cost_is_known_by_its_category(category: str, expected: bool) -> None:
    assert indicator(category).is_cost is expected


@pytest.mark.parametrize(
    ("value", "expected"), [("≥95%", True), ("≥9‰", True), ("95", False), ("提高百分比", False), ("≥3次", False)]
)
def test_percent_is_a_number_with_a_percent_unit(value: str, expected: bool) -> None:
    assert indicator(value=value).is_percent is expected


@pytest.mark.parametrize(("name", "expected"), [("无", True), ("不适用", True), (" - ", True), ("无事故", False)])
def test_a_row_may_say_that_there_is_no_indicator(name: str, expected: bool) -> None:
    assert indicator(name=name).is_blank is expected


def test_cells_shared_by_the_table_come_before_the_row() -> None:
    shared = {"objective": (Path("title"), "目标１")}
    read = read_indicator(
        rules(), rich().tables["indicators"], 1, Row("a", {"objective": "别的", "name": "甲"}), shared
    )
    assert read.path("objective") == Path("title")
    assert (read.text("objective"), read.get("objective")) == ("目标１", "目标1")
    assert read.path("name") == Path("indicators", "a", "name")
    assert (read.has("objective"), read.has("name"), read.has("nothing")) == (True, True, False)


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("指标1：次数", "指标{n}：", "次数"),
        ("指标 1:次数", "指标{n}：", "次数"),
        ("指标1：", "指标{n}：", ""),
        ("次数：多", "指标{n}：", "次数：多"),
        ("1号路", "{n}", "号路"),
        ("（1）次数", "({n})", "次数"),
        ("1.清扫1.5次", "{n}.", "清扫1.5次"),
        ("第1项次数", "第{n}", "项次数"),
        ("年年清扫", "年", "年清扫"),
        ("　次数\n", "", "次数"),
        ("", "指标{n}：", ""),
    ],
)
def test_printed_words_are_not_part_of_the_text(text: str, before: str, expected: str) -> None:
    assert without_prefix(text, before) == expected


@given(st.text(max_size=30))
def test_texts_compare_without_white_space_and_width(text: str) -> None:
    normalized = without_spaces(text)
    assert not any(char.isspace() for char in normalized)
    assert without_spaces(normalized) == normalized
    assert without_spaces(f" {text}\n") == normalized


def test_the_longest_word_is_found_and_no_words_match_nothing() -> None:
    assert find_word(("满意", "满意度", "."), "居民满意度高") == "满意度"
    assert find_word((".",), "没有点") == "", "words are no patterns"
    assert find_word((), "甲") == ""
    assert compile_words(()).search("") is None
