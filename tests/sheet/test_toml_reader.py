"""Typed reading of TOML: right values are returned, each wrong one is a problem with its line, nothing raises."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.problems import Problem
from filings.sheet.toml_reader import MAX_REPEATS, TomlReader
from filings.sheet.toml_source import read_source


def reader(text: str) -> TomlReader:
    source = read_source("a.toml", text)
    return TomlReader(source, "", source.data, [])


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("a = 'x'", str, "x"),
        ("a = true", bool, True),
    ],
)
def test_a_value_of_the_right_type_is_taken(text: str, kind: Any, value: object) -> None:
    root = reader(text)
    assert root.get("a", kind, kind()) == value
    root.refuse_unknown_keys()
    assert root.problems == []


@pytest.mark.parametrize(
    ("text", "kind", "default"),
    [("a = 1", bool, True), ("a = 1", str, "d"), ("a = 'yes'", bool, False), ("a = true", str, "d")],
)
def test_a_value_of_the_wrong_type_gives_way_to_the_default_and_is_noted(text: str, kind: Any, default: Any) -> None:
    root = reader(text)
    assert root.get("a", kind, default) == default
    assert [problem.line for problem in root.problems] == [1]
    assert "a 应为" in root.problems[0].reason


def test_a_missing_key_is_noted_only_when_it_is_needed() -> None:
    root = reader("b = 1\n")
    assert root.get("a", str, "d") == "d"
    assert root.problems == []
    assert root.require("a", str, "d") == "d"
    assert root.problems == [Problem("a.toml", 1, "文件缺少必填的键 a")]


def test_good_entries_of_a_list_survive_bad_ones() -> None:
    root = reader("x = 1\na = [1, 'two', 3.5, true]\n")
    assert root.get_numbers("a", 0, 10) == (1.0, 3.5)
    assert [problem.line for problem in root.problems] == [2, 2]
    assert reader("a = ['x', 1]").get_list("a", str) == ("x",)


def test_keys_left_over_are_mistakes_and_the_known_ones_are_named() -> None:
    root = reader("a = 1\nbb = 2\n")
    root.get_number("a", int, 0, 0, 9)
    root.refuse_unknown_keys()
    assert root.problems == [Problem("a.toml", 2, "文件有不认识的键 bb（可用的键：a）")]


def reasons(root: TomlReader) -> list[str]:
    return [problem.reason for problem in root.problems]


def test_a_choice_must_be_one_of_its_words() -> None:
    root = reader("a = 'x'\nb = 'y'\n")
    assert root.choice("b", ("y", "z"), "z") == "y"
    assert root.choice("missing", ("y", "z"), "z") == "z"
    assert root.problems == []
    assert root.choice("a", ("y", "z"), "z") == "z"
    assert root.problems == [Problem("a.toml", 1, 'a 只能是 y、z 之一，而不是 "x"')]


def test_a_list_that_is_none() -> None:
    root = reader("a = 'x'\n")
    assert root.get_list("a", str) == ()
    assert root.get_list("missing", str) == ()
    assert reasons(root) == ['a 应为列表，写成 […]，而不是 "x"']


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("goal_{1..3}", ("goal_1", "goal_2", "goal_3")),
        ("{9..10}_a", ("9_a", "10_a")),
        ("goal_{3..3}", ("goal_3",)),
        ("goal_{3..1}", ("goal_{3..1}",)),
        ("goal_{a..b}", ("goal_{a..b}",)),
        ("goal", ("goal",)),
    ],
)
def test_a_range_in_a_list_is_expanded(text: str, names: tuple[str, ...]) -> None:
    assert reader(f"a = ['first', '{text}']").get_list("a", str) == ("first", *names)


def test_a_child_knows_its_path_and_line() -> None:
    root = reader("x = 1\n[page]\nfont_pt = 'big'\n")
    page = root.child("page")
    assert page.get_number("font_pt", float, 10.5, 6, 24) == 10.5
    assert (page.line(), page.line("font_pt")) == (2, 3)
    assert root.problems == [Problem("a.toml", 3, 'page.font_pt 应为数字，而不是 "big"')]


def test_a_child_that_is_missing_or_no_table_reads_as_empty() -> None:
    root = reader("page = 3\n")
    assert root.child("page").data == root.child("missing").data == {}
    assert reasons(root) == ["page 应为一组键值，写成 [page] 或 { … }，而不是 3"]
    root.child("other").require("key", str, "")
    assert reasons(root)[1:] == ["other 缺少必填的键 key"]


def test_problems_of_children_are_those_of_the_root() -> None:
    root = reader("[[block]]\na = 1\n[[block]]\nb = 2\n")
    blocks = list(root.array("block"))
    assert [block.path for block in blocks] == ["block.0", "block.1"]
    for block in blocks:
        block.get_number("a", int, 0, 0, 9)
        block.refuse_unknown_keys()
    assert root.problems == [Problem("a.toml", 4, "block.1 有不认识的键 b（可用的键：a）")]


@pytest.mark.parametrize("text", ["block = 1", "[block]\na = 1", "block = [1, 2]"])
def test_an_array_of_tables_must_be_one(text: str) -> None:
    root = reader(text)
    assert list(root.array("block")) == []
    assert reasons(root) == ["block 应写成 [[block]]"]


def test_repeated_tables_are_numbered_in_names_and_texts_however_deep() -> None:
    root = reader("[cells.'goal_{#}']\nrepeat = 2\nlabel = '目标{#一}'\nchoices = ['{#}甲', '乙']\nat.'x{#}' = '{#}'\n")
    children = dict(root.children("cells"))
    assert list(children) == ["goal_1", "goal_2"]
    second = children["goal_2"]
    assert second.data == {"label": "目标二", "choices": ["2甲", "乙"], "at": {"x2": "2"}}
    assert root.problems == []


def test_a_table_that_is_not_repeated_keeps_its_number_signs() -> None:
    ((name, child),) = reader("[cells.a]\nlabel = '第{#}个'\n").children("cells")
    assert (name, child.data) == ("a", {"label": "第{#}个"})


@pytest.mark.parametrize("times", [0, -1, MAX_REPEATS + 1])
def test_a_number_of_repeats_out_of_range_counts_as_one(times: int) -> None:
    root = reader(f"[[block]]\nrepeat = {times}\na = '{{#}}'\n")
    assert [block.data for block in root.array("block")] == [{"a": "1"}]
    assert root.problems == [Problem("a.toml", 2, f"block.0.repeat 应在 1 至 {MAX_REPEATS} 之间，而不是 {times}")]


def test_repeating_under_one_name_is_reported_once() -> None:
    root = reader("[cells.a]\nrepeat = 3\n")
    assert [name for name, _ in root.children("cells")] == ["a", "a", "a"]
    assert reasons(root) == ["a 重复多次却只有一个名字：请在名字里写上 {#}"]


@given(st.integers(1, MAX_REPEATS))
def test_so_many_repeats_so_many_readers(times: int) -> None:
    root = reader(f"[[block]]\nrepeat = {times}\na = '{{#}}'\n")
    assert [block.get("a", str, "") for block in root.array("block")] == [str(i) for i in range(1, times + 1)]
    assert root.problems == []
