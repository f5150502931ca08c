"""The sheet drawn for a terminal: boxes are straight, nothing is cut off, no line begins with a comma."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import east_asian_width

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filings.services.layouts import LAYOUTS, read_layout_file
from filings.sheet.document import text_error
from filings.sheet.grid import LayoutVariables, build_grid
from filings.sheet.layout import TableBlock
from filings.sheet.new_documents import blank_document
from filings.sheet.plain_text import render_text
from tests.factories import filled, layout
from tests.thoroughness import times

VARIABLES = LayoutVariables(2026, "某区", "某局", "某项目", "某表")


def columns(line: str) -> int:
    """Places on a Chinese terminal, where signs such as ≥ are wide."""
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in line)


def boxed(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line.startswith(("+", "|")))


def test_a_small_sheet() -> None:
    document = filled(title="名", phone="")
    assert render_text(build_grid(layout(), document, VARIABLES)).splitlines()[:6] == [
        "2026年某局试用表",
        "+--------------------+--------------------+--------------------+--------------------+",
        "|名目                |名                  |电话                |                    |",
        "+--------------------+--------------------+--------------------+--------------------+",
        "|总额                |50                  |其中                |30                  |",
        "+--------------------+--------------------+--------------------+--------------------+",
    ]


def test_a_joined_cell_has_no_rule_inside() -> None:
    lines = render_text(build_grid(layout(), filled(rest="7"), VARIABLES)).splitlines()
    (line,) = [line for line in lines if line.startswith("|其余")]
    assert line == "|其余" + " " * 16 + "|7" + " " * 61 + "|"


@pytest.mark.parametrize("path", sorted(LAYOUTS.glob("*/project*.toml")), ids=lambda path: path.parent.name)
def test_the_boxes_of_a_real_form_are_straight(path) -> None:  # type: ignore[no-untyped-def]
    made = read_layout_file(path)[0]
    text = render_text(build_grid(made, blank_document(made, [("一级", "二级")], {}), VARIABLES))
    tables = sum(isinstance(block, TableBlock) for block in made.blocks)
    assert len({columns(line) for line in boxed(text)}) <= tables
    assert {line[-1] for line in boxed(text)} <= {"+", "|"}


@settings(max_examples=times(60, 300))
@given(st.text(alphabet="字ab ，。\n1", max_size=120).filter(lambda text: not text_error(text)))
def test_nothing_typed_is_cut_off(text: str) -> None:
    shown = render_text(build_grid(layout(), filled(title=text, long_goal=text), VARIABLES))
    assert {columns(line) for line in boxed(shown)} == {85}
    for char in set(text) - set(" \n"):
        others = render_text(build_grid(layout(), filled(title="", long_goal=""), VARIABLES)).count(char)
        assert shown.count(char) == others + 2 * text.count(char)


def test_no_line_of_a_cell_begins_with_closing_punctuation() -> None:
    """A cell is 20 columns wide: ten characters would put the comma on the next line."""
    grid = build_grid(layout(), filled(title="一二三四五六七八九十，甲", phone=""), VARIABLES)
    lines = render_text(grid).splitlines()
    assert [line.split("|")[2] for line in lines[2:4]] == ["一二三四五六七八九  ", "十，甲" + " " * 14]


def test_numbers_stay_whole() -> None:
    grid = build_grid(layout(), filled(title="一二三四五六七八九2026年", phone=""), VARIABLES)
    lines = render_text(grid).splitlines()
    assert [line.split("|")[2] for line in lines[2:4]] == ["一二三四五六七八九  ", "2026年" + " " * 14]
