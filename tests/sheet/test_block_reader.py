"""The page and the blocks of a layout file: how they are read, and each mistake with its line."""

from __future__ import annotations

import pytest

from filings.sheet.block_reader import BlockReader
from filings.sheet.drawing import FixedText, Placeholder, Variable
from filings.sheet.input_reader import InputReader
from filings.sheet.layout import LineBlock, Page, TableBlock, TextBlock, TitleBlock
from filings.sheet.problems import Problem
from filings.sheet.toml_reader import TomlReader
from filings.sheet.toml_source import read_source

INPUTS = """\
[cells]
head = { label = "负责人" }
tail = { label = "电话" }
[tables.works.columns]
name = { label = "名称" }
sort = { label = "类别" }
[fragments.foot]
kind = "line"
left = "注"
joined = true
"""


def read(blocks: str) -> tuple[BlockReader, list[tuple[int, str]]]:
    """The blocks, and each problem with its line within `blocks`, from 1."""
    problems: list[Problem] = []
    source = read_source("own.toml", INPUTS + blocks)
    root = TomlReader(source, "", source.data, problems)
    inputs = InputReader(root)
    inputs.read(root)
    reader = BlockReader(root, inputs)
    return reader, [(problem.line - INPUTS.count("\n"), problem.reason) for problem in problems]


def table(draw: str, widths: str = "[40, 40]") -> str:
    return f"[[block]]\nwidths_mm = {widths}\ndraw = '''\n{draw}\n'''\n"


# -- the page ------------------------------------------------------------------------------------------------------


def test_a_page_of_no_keys_is_upright_a4() -> None:
    reader, problems = read("")
    assert (reader.page, reader.blocks, reader.unreadable) == (Page(), (), False)
    assert problems == []


def test_a_page() -> None:
    reader, problems = read(
        '[page]\nsize = "A3"\nlandscape = true\nmargins_mm = [10, 11, 12, 13]\nfont_pt = 9\nsmallest_pt = 8\n'
        'header = "{year}年{head}"\n'
    )
    page = reader.page
    assert problems == []
    assert (page.width_mm, page.height_mm) == (420, 297)
    assert (page.content_width_mm, page.content_height_mm) == (420 - 11 - 13, 297 - 10 - 12)
    assert (page.font_pt, page.title_pt, page.smallest_pt) == (9, 18, 8)
    assert page.header == (Variable("year"), FixedText("年"), Placeholder("head"))


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("margins_mm = [10, 10]", "margins_mm needs four numbers: top, right, bottom, left"),
        ("font_pt = 5.5", "font_pt must be between 6 and 24 points"),
        ("font_pt = 24.5", "font_pt must be between 6 and 24 points"),
        ('size = "A5"', "page.size must be one of A4, A3, not 'A5'"),
        ("margin = 3", "page has an unknown key 'margin'"),
        ('footer = "{nobody}"', "{nobody} is drawn but not described under [cells]"),
    ],
)
def test_a_mistake_of_the_page(page: str, reason: str) -> None:
    _, problems = read(f"[page]\n{page}\n")
    assert len(problems) == 1
    assert problems[0][0] == 2
    assert problems[0][1].startswith(reason)


# -- blocks --------------------------------------------------------------------------------------------------------


def test_blocks_of_each_kind() -> None:
    reader, problems = read(
        '[[block]]\nkind = "title"\nlines = ["{year}年", "表"]\nkeep = true\n'
        '[[block]]\nkind = "line"\nleft = "甲"\nright = "{head}"\njoined = true\n'
        + table("| 甲 | {head} |\nworks | {sort} | {name} |")
        + "[[block]]\nkind = 'text'\neach = 'works'\nnew_page_each = true\nindent = false\n"
        + "draw = '''\n# 一\n{name}\n'''\n"
    )
    title, line, drawn, text = reader.blocks
    assert problems == []
    assert title == TitleBlock(((Variable("year"), FixedText("年")), (FixedText("表"),)), keep=True)
    assert line == LineBlock((FixedText("甲"),), (), (Placeholder("head"),), joined=True)
    assert isinstance(drawn, TableBlock)
    assert [row.table for row in drawn.rows] == ["", "works"]
    assert (drawn.widths_mm, drawn.ruled) == ((40, 40), True)
    assert isinstance(text, TextBlock)
    assert (text.each, text.new_page_each, text.indent, len(text.lines)) == ("works", True, False, 2)


def test_a_title_line_may_have_a_size_of_its_own() -> None:
    reader, problems = read('[[block]]\nkind = "title"\nlines = ["表", { text = "（{year}年）", pt = 12 }]\n')
    assert problems == []
    (title,) = reader.blocks
    assert isinstance(title, TitleBlock)
    assert title.points == (0.0, 12.0)
    assert title.lines == ((FixedText("表"),), (FixedText("（"), Variable("year"), FixedText("年）")))


@pytest.mark.parametrize(
    ("indent", "is_indented", "is_hanging"), [("", True, False), ("false", False, False), ('"hanging"', False, True)]
)
def test_the_indent_of_a_text(indent: str, is_indented: bool, is_hanging: bool) -> None:
    line = f"indent = {indent}\n" if indent else ""
    reader, problems = read(f"[[block]]\nkind = 'text'\n{line}draw = '字'\n")
    (text,) = reader.blocks
    assert problems == []
    assert isinstance(text, TextBlock)
    assert (text.indent, text.hanging) == (is_indented, is_hanging)


def test_a_fragment_is_drawn_where_it_is_used() -> None:
    reader, problems = read('[[block]]\nuse = "foot"\n')
    assert reader.blocks == (LineBlock((FixedText("注"),), (), (), joined=True),)
    assert problems == []


def test_a_cell_of_the_form_may_be_drawn_for_all_rows_of_a_table() -> None:
    _, problems = read(table("works by sort | {head} | {sort} |\nworks | ^ | {name} |"))
    assert problems == []


MISTAKES = [
    ('[[block]]\nuse = "fot"\n', 2, "there is no fragment 'fot'"),
    ('[[block]]\nuse = "foot"\nkeep = true\n', 3, "block.0 has an unknown key 'keep' (known: use)"),
    ('[[block]]\nkind = "picture"\ndraw = ""\n', 2,
     "block.0.kind must be one of title, line, table, text, not 'picture'"),
    ('[[block]]\nkind = "title"\nlines = []\nleft = ""\n', 4, "block.0 has an unknown key 'left'"),
    ('[[block]]\nkind = "line"\nmiddle = "{nobody}"\n', 3, "{nobody} is drawn but not described under [cells]"),
    ("[[block]]\nkind = 'title'\nlines = ['表', { text = '小', pt = 99 }]\n", 3, "pt must be 6 to 36 points"),
    ("[[block]]\nkind = 'title'\nlines = ['表', { text = '小', size = 9 }]\n", 3,
     "block.0.lines has an unknown key 'size'"),
    ("[[block]]\nkind = 'title'\nlines = ['表', 3]\n", 3, "block.0.lines.text must be text, not 3"),
    ("[[block]]\nkind = 'text'\nindent = 'deep'\ndraw = '字'\n", 3,
     "block.0.indent must be one of hanging, not 'deep'"),
    ("[[block]]\nkind = 'text'\n", 1, "block.0 has no key 'draw'"),
    ("[[block]]\nkind = 'text'\neach = 'work'\ndraw = '字'\n", 3,
     "there is no table 'work': describe it under [tables.work]"),
    ("[[block]]\nkind = 'text'\nnew_page_each = true\ndraw = '字'\n", 3,
     "new_page_each is for a text that is printed for each row of a table"),
    ("[[block]]\nkind = 'text'\neach = 'works'\ndraw = '''\n字\n{head}\n'''\n", 6,
     "{head} is drawn but not described under [tables.works.columns]"),
    (table("| 甲 | {nobody} |"), 4, "{nobody} is drawn but not described under [cells]"),
    (table("works | {name} | {nobody} |"), 4, "{nobody} is drawn but not described under [tables.works.columns]"),
    (table("| 甲 | 乙 |\n| 甲 | 乙"), 5, "a drawn line is cells between bars and ends with a bar: | … | … |"),
    (table("| 甲 | 乙 |\n| 甲 |"), 5, "this line has 1 cells, widths_mm has 2 columns"),
    (table("| < | 乙 |"), 4, "the first cell of a line cannot continue a cell at its left (<)"),
    (table("| 甲 | 乙 |\nwork | {name} | 乙 |"), 5, "there is no table 'work': describe it under [tables.work]"),
    (table("works by kind | {name} | 乙 |"), 4, "the table 'works' has no column 'kind'"),
    (table("| 甲 | 乙 |", "[100, 100]"), 2, "a table is 200 mm wide, the paper has 174 mm between its margins"),
    (table("works | {head} | {name} |\nworks | 甲 | {sort} |"), 4,
     "{head} belongs to the form and stands beside all rows of 'works': draw it in the table's first line"),
    (table("works | 甲 | {name} |\nworks | {head} | {sort} |"), 5, "{head} belongs to the form and stands beside all"),
    (table("works | {head}{sort} | {name} |"), 4, "{head} belongs to the form: columns of 'works' stand elsewhere"),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "line", "reason"), MISTAKES, ids=[reason[:45] for _, _, reason in MISTAKES])
def test_a_mistake_is_named_with_its_line(blocks: str, line: int, reason: str) -> None:
    _, problems = read(blocks)
    assert len(problems) == 1, problems
    assert problems[0][0] == line
    assert problems[0][1].startswith(reason)


@pytest.mark.parametrize(
    ("draw", "line", "reason"),
    [
        ("works | 甲 | {name} |\n| ^ | 乙 |", 5,
         "the first line cannot continue a cell above (^) when the table has no rows"),
        ("works | 甲 | < |\nworks | ^ | {name} |", 5, "the cell of column 1 is joined to a shape that is no rectangle"),
    ],
)  # fmt: skip
def test_spans_must_be_rectangles_for_any_number_of_rows(draw: str, line: int, reason: str) -> None:
    _, problems = read(table(draw))
    assert problems == [(line, reason)]


@pytest.mark.parametrize(
    ("draw", "unreadable"),
    [("| 甲 | {head} |", False), ("| 甲 | {nobody} |", False), ("甲乙", True), ("work | {name} | 乙 |", True)],
)
def test_a_drawing_that_cannot_be_read_is_remembered(draw: str, unreadable: bool) -> None:
    assert read(table(draw))[0].unreadable is unreadable
