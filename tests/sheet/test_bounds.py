"""No number, text or list of a layout or profile is without bounds, and no file takes long to be refused."""

from __future__ import annotations

import ast
import time
from pathlib import Path

import pytest

from filings.sheet import block_reader, toml_reader, toml_source
from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from filings.sheet.problems import MOST_PROBLEMS, LayoutError, Problem, display_value
from filings.sheet.profile import Profile, load_profile
from filings.sheet.toml_reader import TomlReader
from filings.sheet.toml_source import read_source
from filings.sheet.word_lists import LIMIT_BOUNDS, LIMITS
from tests.factories import LAYOUT, PROFILE

SHEET = Path(toml_reader.__file__).parent
NUMBER_READS = {"get_number": 5, "require_number": 5, "get_numbers": 3}
"""The methods that read numbers, and how many arguments they need: the last two are the bounds."""


def reader(text: str) -> TomlReader:
    source = read_source("a.toml", text)
    return TomlReader(source, "", source.data, [])


# -- the reader itself ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", ["-1", "11", "nan", "-nan", "inf", "-inf", "1e400", "-1e9", "999999999", "0x" + "f" * 3000, "9" * 2000]
)
def test_a_number_out_of_bounds_gives_way_to_the_default(number: str) -> None:
    root = reader(f"x = 1\na = {number}\nb = [3, {number}]\n")
    assert root.get_number("a", float, 5.5, 0, 10) == 5.5
    assert root.require_number("a", float, 5.5, 0, 10) == 5.5
    assert root.get_numbers("b", 0, 10) == (3.0,)
    assert [problem.line for problem in root.problems] == [2, 2, 3]
    assert all("应在 0 至 10 之间，而不是 " in problem.reason for problem in root.problems)
    assert max(len(problem.reason) for problem in root.problems) < 120


@pytest.mark.parametrize("value", ["1.0", "true", "'1'", "[1]", "{ a = 1 }", "2026-01-01", "nan", "inf"])
def test_what_is_no_whole_number(value: str) -> None:
    root = reader(f"a = {value}")
    assert root.get_number("a", int, 7, 0, 10) == 7
    assert [problem.reason.partition("，")[0] for problem in root.problems] == ["a 应为整数"]


def test_a_whole_number_is_one_with_a_point_too() -> None:
    root = reader("a = 3\n")
    assert repr(root.get_number("a", float, 0.0, 0, 10)) == "3.0"
    assert root.require_number("b", int, 4, 0, 10) == 4
    assert root.problems == [Problem("a.toml", 1, "文件缺少必填的键 b")]


def test_long_texts_and_lists_are_refused_with_their_size() -> None:
    ranges = "['n_{1..99}', 'm_{1..99}']"
    root = reader(f"x = 0\na = '{'字' * 3000}'\nb = {['x'] * 20}\nc = {ranges}\nd = ['{'字' * 2500}']")
    assert root.get("a", str, "d") == "d"
    assert root.get("a", str, "d", 3000) == "字" * 3000
    assert root.get_list("b", str, 10) == ()
    assert root.get_list("c", str, 100) == ()
    assert root.get_list("d", str) == ()
    assert [(problem.line, problem.reason) for problem in root.problems] == [
        (2, "a 有 3000 字，最多 2000 字，请缩短"),
        (3, "b 有 20 项，最多 10 项"),
        (4, "c 展开后有 198 项，最多 100 项"),
        (5, "d 有一项长达 2500 字，最多 2000 字，请缩短"),
    ]


def test_repeated_tables_count_as_often_as_they_come() -> None:
    root = reader("[[block]]\nrepeat = 30\na = 1\n[[block]]\nrepeat = 30\n")
    assert len(list(root.array("block", 40))) == 40
    assert root.problems == [Problem("a.toml", 4, "[[block]] 连同重复超过 40 个，请减少")]
    many = reader("".join(f"[cells.'a{n}_{{#}}']\nrepeat = 30\n" for n in range(40)))
    assert len(list(many.children("cells"))) == toml_reader.MAX_ENTRIES
    assert many.problems[-1].reason == "cells 超过 1000 项，请减少"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(True, "true"), (1.5, "1.5"), ("a\nb", '"a b"'), ("x" * 99, f'"{"x" * 59}…"'), ([1], "[…]"), ({}, "{ … }")],
)
def test_messages_quote_values_as_the_file_has_them_and_cut(value: object, shown: str) -> None:
    assert display_value(value) == shown


def test_no_number_is_read_past_these_methods() -> None:
    """`get` and the others take texts and flags; whatever reads a number names both bounds."""
    found = 0
    for path in sorted(SHEET.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            name, where = node.func.attr, f"{path.name}:{node.lineno}"
            if name in ("get", "require", "get_list", "choice"):
                assert not {"int", "float"} & {ast.unparse(argument) for argument in node.args}, where
            if name in NUMBER_READS and path.name != "toml_reader.py":
                found += 1
                assert len(node.args) + len(node.keywords) == NUMBER_READS[name], f"{where} reads without bounds"
    assert found >= 11


def test_every_limit_of_a_profile_has_bounds_that_admit_its_default() -> None:
    assert set(LIMIT_BOUNDS) == set(LIMITS)
    assert all(low <= LIMITS[name] <= high for name, (low, high) in LIMIT_BOUNDS.items())


# -- layouts and profiles ------------------------------------------------------------------------------------------

HOSTILE = ["-1e9", "1e9", "999999999999", "nan", "inf", "-inf", "-1", "1e400", "0x" + "f" * 3000, "1979-05-27"]


def load(text: str) -> Layout | list[Problem]:
    try:
        return load_layout("plan.toml", text, {}.__getitem__)
    except LayoutError as error:
        return error.problems


LAYOUT_NUMBERS = {
    "version": ("version = 1", "version = {}"),
    "margins_mm": ("margins_mm = [20, 20, 20, 20]", "margins_mm = [20, {}, 20, 20]"),
    "font_pt": ("[page]\n", "[page]\nfont_pt = {}\n"),
    "title_pt": ("[page]\n", "[page]\ntitle_pt = {}\n"),
    "smallest_pt": ("[page]\n", "[page]\nsmallest_pt = {}\n"),
    "widths_mm": ("widths_mm = [40, 40, 40, 40]", "widths_mm = [40, 40, 40, {}]"),
    "width": ('label = "试用电话", kind = "phone" }', 'label = "试用电话", width = {} }'),
    "repeat": ("[[together]]\n", "[[together]]\nrepeat = {}\n"),
}


@pytest.mark.parametrize("number", HOSTILE)
@pytest.mark.parametrize("key", LAYOUT_NUMBERS)
def test_no_number_of_a_layout_is_without_bounds(key: str, number: str) -> None:
    old, new = LAYOUT_NUMBERS[key]
    assert old in LAYOUT
    text = LAYOUT.replace(old, new.replace("{}", number), 1)
    found = load(text)
    assert isinstance(found, list), found
    begin = new.partition("{}")[0]
    line = text[: text.index(begin) + len(begin)].count("\n") + 1
    assert any(problem.line == line and key in problem.reason for problem in found), found


@pytest.mark.parametrize("height", ["999999999mm", "0mm", "420.5mm", "9" * 3000 + "mm", "0.0mm", "300mm"])
def test_no_height_of_a_line_is_without_bounds(height: str) -> None:
    found = load(LAYOUT.replace("     | 名目 |", f"{height} | 名目 |"))
    assert isinstance(found, list)
    assert any("行高" in problem.reason and problem.line == 18 for problem in found), found
    assert max(len(problem.reason) for problem in found) < 150


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[page]\n", "[page]\nsmallest_pt = 3\n", "smallest_pt 应为 0（不缩小），或 4 至 24"),
        ("margins_mm = [20, 20, 20, 20]", "margins_mm = [20, 100, 20, 100]", "margins_mm 太大"),
        ("     | 名目 |", "| 甲 | 乙 | 丙 | 丁 |\n" * 600 + "| 名目 |", "行，最多 500 行"),
        ("widths_mm = [40, 40, 40, 40]", f"widths_mm = {[3] * 61}", "有 61 列，最多 60 列"),
        ("[[together]]", "[[block]]\nkind = 'line'\nrepeat = 30\n" * 7 + "[[together]]", "连同重复超过 200 个"),
        ("[[together]]", "[[section]]\nkey = 'x'\ntitle = 'x'\n" * 61 + "[[together]]", "连同重复超过 60 个"),
        ('name = "试用绩效目标表"', f'name = "{"名" * 101}"', "name 有 101 字，最多 100 字"),
        ("version = 1", f"version = 1\ninclude = {['a.toml'] * 11}", "include 有 11 项，最多 10 项"),
        ("version = 1", 'version = 1\ninclude = ["\\u0000"]', "没有可引用的文件"),
    ],
)
def test_what_would_make_a_form_endless_is_refused(old: str, new: str, reason: str) -> None:
    assert old in LAYOUT
    found = load(LAYOUT.replace(old, new, 1))
    assert isinstance(found, list)
    assert any(reason in problem.reason for problem in found), found
    assert len(found) <= MOST_PROBLEMS


def test_too_many_columns_are_the_only_mistake() -> None:
    """What such a block draws is not known: nothing is said of its keys, nor of cells that are drawn nowhere."""
    found = load(LAYOUT.replace("widths_mm = [40, 40, 40, 40]", f"ruled = true\nwidths_mm = {[3] * 61}", 1))
    assert isinstance(found, list)
    assert [problem.reason for problem in found] == ["widths_mm 有 61 列，最多 60 列"]


PROFILE_NUMBERS = {
    "year": ("year = 2026", "year = {}"),
    "weight_total": ("year = 2026", "year = 2026\nweight_total = {}"),
    "decimals": ("year = 2026", "year = 2026\ndecimals = {}"),
    **{f"limits.{name}": ("\n[[due]]", f"\n[limits]\n{name} = {{}}\n[[due]]") for name in LIMITS},
    "weights.output": ("\n[[due]]", "\n[weights]\noutput = {}\n[[due]]"),
}


@pytest.mark.parametrize("number", HOSTILE)
@pytest.mark.parametrize("key", PROFILE_NUMBERS)
def test_no_number_of_a_profile_is_without_bounds(key: str, number: str) -> None:
    old, new = PROFILE_NUMBERS[key]
    with pytest.raises(LayoutError) as caught:
        load_profile("profile.toml", PROFILE.replace(old, new.replace("{}", number), 1))
    (problem,) = caught.value.problems
    assert problem.reason.startswith(f"{key} 应")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("[words]\nvague = " + str(["x"] * 2001), "words.vague 有 2001 项，最多 2000 项"),
        ("[[category]]\ncode = 'output'\nname = 'x'\n" * 500, "超过 500 个"),
        ("[[due]]\nlayout = 'a'\n" * 201, "[[due]] 连同重复超过 200 个"),
        ("[[opinion.criterion]]\nname = 'x'\n" * 21, "超过 20 个"),
    ],
)
def test_a_profile_has_no_endless_lists(more: str, reason: str) -> None:
    text = PROFILE.partition("[[category]]")[0] if "category" in more else PROFILE
    with pytest.raises(LayoutError) as caught:
        load_profile("profile.toml", text + more.replace(", ", ",\n") * (2 if "category" in more else 1))
    found = [problem.reason for problem in caught.value.problems]
    assert len(found) <= MOST_PROBLEMS
    assert any(reason in one for one in found) or len(found) == MOST_PROBLEMS, found


def loaded(**owner: object) -> Profile | list[Problem]:
    try:
        return load_profile("profile.toml", PROFILE, **owner)  # type: ignore[arg-type]
    except LayoutError as error:
        return error.problems


def test_a_profile_is_of_its_place_and_year() -> None:
    assert isinstance(loaded(place="testshire", year=2026), Profile)
    assert loaded(place="elsewhere", year=2025) == [
        Problem("profile.toml", 1, 'place 应为本行政区的代号 elsewhere，而不是 "testshire"'),
        Problem("profile.toml", 2, "year 应与批次的年度 2025 一致，而不是 2026"),
    ]


# -- hostile files are refused quickly -----------------------------------------------------------------------------

BLANKS = " " * 3_900
TEXT_BLOCK = "[[block]]\nkind = 'text'\ndraw = '''\n" + "{nobody}\n" * 6_000 + "'''\n[[together]]"
FILES = {
    "too long": "#\n" * (toml_source.MAX_CHARACTERS // 2 + 1),
    "a long line": "a = '" + "x" * 5_000 + "'",
    "dotted keys": ".".join(["a"] * 1_900) + " = 1\n",
    "dotted headers": "\n".join(f"[b{n}." + ".".join(["a"] * 1_900) + "]" for n in range(100)),
    "dotted keys of inline tables": "\n".join(f"b{n} = {{ " + ".".join(["a"] * 1_900) + " = 1 }" for n in range(30)),
    "nested lists": "a = " + "[" * 1_900 + "]" * 1_900,
    "blanks that look like a header": "a = [\n" + f"[{BLANKS}\n]," * 90 + "]\n",
    "blanks before a bar": LAYOUT.replace("     | 名目", f"{BLANKS}!| 名目"),
    "digits before a bar": LAYOUT.replace("     | 名目", f"a{'1' * 3_900}| 名目"),
    "points before a bar": LAYOUT.replace("     | 名目", f"a{'1.' * 1_900}mm| 名目"),
    "braces": LAYOUT.replace("名目 |", f"{'{a' * 1_900} |"),
    "bars": LAYOUT.replace("     | 名目 |", f"{'|' * 3_900}\n| 名目 |"),
    "unknown keys": "\n".join(f"k{n} = 1" for n in range(30_000)),
    "keys of a cell": LAYOUT.replace("[[together]]", "[cells.x]\n" + "k = { a = 1 }\n".join(map(str, range(9_000)))),
    "lines of text": LAYOUT.replace("[[together]]", TEXT_BLOCK),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_in_linear_time(name: str) -> None:
    start = time.process_time()
    found = load(FILES[name])
    assert time.process_time() - start < 3.0
    if name != "braces":  # that is no mistake: what is no name in braces stays fixed text
        assert isinstance(found, list)
        assert 0 < len(found) <= MOST_PROBLEMS


def test_the_bounds_admit_what_forms_need() -> None:
    """The largest real form has 20 blocks and 17,000 characters; bounds are for hostile files, not for large ones."""
    assert block_reader.MAX_BLOCKS >= 100
    assert block_reader.MAX_ROWS >= 200
    assert toml_source.MAX_CHARACTERS >= 100_000
