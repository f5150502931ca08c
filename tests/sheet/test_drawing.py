"""The little language in which a form is drawn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.drawing import (
    DrawingError,
    DrawnCell,
    FixedText,
    Placeholder,
    TextLine,
    Variable,
    read_drawing,
    read_parts,
    read_text,
)


def cell(text: str) -> DrawnCell:
    (row,) = read_drawing(f"| {text} |")
    (one,) = row.cells
    return one


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("项目名称", (FixedText("项目名称"),)),
        ("{name}", (Placeholder("name"),)),
        ("{year}年", (Variable("year"), FixedText("年"))),
        ("{year+2}{year-1}", (Variable("year", 2), Variable("year", -1))),
        ("a{b}c{d}", (FixedText("a"), Placeholder("b"), FixedText("c"), Placeholder("d"))),
        ("第 {page} 页", (FixedText("第 "), Variable("page"), FixedText(" 页"))),
        ("a\\nb", (FixedText("a\nb"),)),
        ("{Not a slot} {} {1}", (FixedText("{Not a slot} {} {1}"),)),
    ],
)
def test_pieces(text: str, pieces: tuple[object, ...]) -> None:
    assert read_parts(text) == pieces


@pytest.mark.parametrize(
    ("text", "align", "bold"),
    [
        (":< words", "left", False),
        (":> words", "right", False),
        (":- words", "center", False),
        (":* words", "", True),
        (":<* words", "left", True),
        (":*> words", "right", True),
        ("words", "", False),
    ],
)
def test_marks_of_a_cell(text: str, align: str, bold: bool) -> None:
    assert cell(text) == DrawnCell((FixedText("words"),), "", align, bold)


@pytest.mark.parametrize("text", [":<words", ":? words", ": words", "::< words"])
def test_what_only_looks_like_a_mark_is_words(text: str) -> None:
    assert cell(text) == DrawnCell((FixedText(text),))


@pytest.mark.parametrize("join", ["<", "^"])
def test_joins(join: str) -> None:
    assert cell(join) == DrawnCell(joins=join)
    assert cell(f"{join} {join}").joins == ""


def test_a_bar_can_be_a_character_of_a_cell() -> None:
    (row,) = read_drawing(r"| a \| b | c |")
    assert [one.pieces for one in row.cells] == [(FixedText("a | b"),), (FixedText("c"),)]


@pytest.mark.parametrize(
    ("prefix", "head", "table", "by", "height"),
    [
        ("", False, "", "", 0.0),
        ("head", True, "", "", 0.0),
        ("head 8mm", True, "", "", 8.0),
        ("12.5mm", False, "", "", 12.5),
        ("indicators", False, "indicators", "", 0.0),
        ("indicators 9mm", False, "indicators", "", 9.0),
        ("  indicators by level1  ", False, "indicators", "level1", 0.0),
        ("indicators by level_2 7mm", False, "indicators", "level_2", 7.0),
    ],
)
def test_what_stands_before_the_first_bar(prefix: str, head: bool, table: str, by: str, height: float) -> None:
    (row,) = read_drawing(f"{prefix} | a |")
    assert (row.head, row.table, row.by, row.height_mm) == (head, table, by, height)


def test_a_line_is_kept_with_the_next() -> None:
    kept, high, plain = read_drawing("keep | a |\nkeep 9mm | a |\n| a |")
    assert [(row.keep, row.head, row.table, row.height_mm) for row in (kept, high, plain)] == [
        (True, False, "", 0.0),
        (True, False, "", 9.0),
        (False, False, "", 0.0),
    ]


def test_blank_lines_are_skipped_but_counted() -> None:
    assert [row.offset for row in read_drawing("\n| a |\n\n   \n| b |\n")] == [1, 4]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("words", "竖线隔开的单元格"),
        ("| a", "以竖线结尾"),
        ("| a | b", "以竖线结尾"),
        ("|", "竖线隔开的单元格"),
        ("head twice | a |", "第一条竖线前的“head twice”不认识"),
        ("Indicators | a |", "“Indicators”不认识"),
        ("indicators by | a |", "“indicators by”不认识"),
        ("12 mm | a |", "“12 mm”不认识"),
        ("12cm | a |", "“12cm”不认识"),
        (r"| a \|", "以竖线结尾"),
    ],
)
def test_a_line_that_cannot_be_read(line: str, reason: str) -> None:
    with pytest.raises(DrawingError) as caught:
        list(read_drawing(f"| good |\n{line}\n"))
    assert caught.value.offset == 1
    assert reason in caught.value.reason


def test_running_text() -> None:
    assert list(read_text("# one\n## two {a}\n\nplain {year}\n#no heading\n\n\n")) == [
        TextLine(1, (FixedText("one"),), 0),
        TextLine(2, (FixedText("two "), Placeholder("a")), 1),
        TextLine(0, (), 2),
        TextLine(0, (FixedText("plain "), Variable("year")), 3),
        TextLine(0, (FixedText("#no heading"),), 4),
    ]


@given(st.lists(st.text(alphabet="ab目 （", max_size=6).map(str.strip), min_size=1, max_size=6))
def test_drawing_words_gives_them_back(words: list[str]) -> None:
    (row,) = read_drawing("|" + "|".join(f" {one} " for one in words) + "|")
    assert ["".join(piece.text for piece in one.pieces if isinstance(piece, FixedText)) for one in row.cells] == words


@given(st.text(alphabet="|\\<^{}ab :*-\n12m", max_size=60))
def test_any_drawing_is_read_or_refused_with_a_line_it_has(draw: str) -> None:
    refused = None
    try:
        rows = list(read_drawing(draw))
    except DrawingError as error:
        refused = error
    if refused:
        assert 0 <= refused.offset < max(len(draw.splitlines()), 1)
    else:
        assert len(rows) == sum(bool(line.strip()) for line in draw.splitlines())
