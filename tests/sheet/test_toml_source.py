"""The line of each key and text of a TOML file, and what is no valid TOML."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.problems import LayoutError
from filings.sheet.toml_source import read_source

TEXT = """\
# key = "in a remark"
key = "a"
numbers = [1, 2] # trailing

[page] # the paper
font_pt = 10.5
"quoted" = 1
a.b = 3

[[block]]
kind = "title"
[[block]]
draw = '''
key = "inside a text"
[page]
'''
after = '''one line'''
more = \"\"\"
x = 1\"\"\"
last = 1

[cells]
one = { label = "x = y" }

[tables.funding.columns]
amount = { label = "z" }
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("key", 2),
        ("numbers", 3),
        ("page", 5),
        ("page.font_pt", 6),
        ("page.quoted", 7),
        ("page.a.b", 8),
        ("page.a", 8),
        ("block", 10),
        ("block.0", 10),
        ("block.0.kind", 11),
        ("block.1", 12),
        ("block.1.draw", 13),
        ("block.1.after", 17),
        ("block.1.more", 18),
        ("block.1.last", 20),
        ("cells.one", 23),
        ("cells.one.label", 23),
        ("tables", 25),
        ("tables.funding", 25),
        ("tables.funding.columns.amount.label", 26),
        ("nothing", 1),
        ("page.nothing", 5),
        ("", 1),
    ],
)
def test_the_line_of_a_key(path: str, line: int) -> None:
    assert read_source("a.toml", TEXT).line(path) == line


def test_line_ends_of_windows_count_once() -> None:
    source = read_source("a.toml", TEXT.replace("\n", "\r\n"))
    assert source.lines == read_source("a.toml", TEXT).lines
    assert source.text_line("block.1.draw") == 14


@pytest.mark.parametrize(("path", "line"), [("block.1.draw", 14), ("block.1.after", 17), ("block.1.more", 19)])
def test_the_line_on_which_a_text_begins(path: str, line: int) -> None:
    assert read_source("a.toml", TEXT).text_line(path) == line


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 4)), max_size=8, unique_by=lambda pair: pair[0]))
def test_every_key_of_a_file_is_found_on_its_line(keys: list[tuple[str, int]]) -> None:
    lines: list[str] = []
    expected = {}
    for key, blanks in keys:
        lines += ["# a = 1"] * blanks
        lines += [f"{key} = '''", f"{key} = 0", "'''"]
        expected[key] = len(lines) - 2
    text = "\n".join(lines)
    assert read_source("a.toml", text).lines == expected
    assert set(tomllib.loads(text)) == set(expected)


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb =\n", 2), ("a = 1\na = 2\n", 2), ("a = 'x\n", 1), ("[a\n", 1), ("\n\nx = {\n", 3)]
)
def test_what_toml_refuses_is_a_problem_with_its_line(text: str, line: int) -> None:
    with pytest.raises(LayoutError) as caught:
        read_source("a.toml", text)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("a.toml", line)
    assert problem.reason.startswith("不符合 TOML 语法")
