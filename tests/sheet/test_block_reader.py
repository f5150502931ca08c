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
        ("margins_mm = [10, 10]", "margins_mm 要写四个数：上、右、下、左"),
        ("font_pt = 5.5", "page.font_pt 应在 6 至 24 之间"),
        ("font_pt = 24.5", "page.font_pt 应在 6 至 24 之间"),
        ('size = "A5"', 'page.size 只能是 A4、A3 之一，而不是 "A5"'),
        ("margin = 3", "page 有不认识的键 margin"),
        ('footer = "{nobody}"', "画了 {nobody}，但 [cells] 下没有说明"),
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
    ('[[block]]\nuse = "fot"\n', 2, "没有名为 fot 的公共部分"),
    ('[[block]]\nuse = "foot"\nkeep = true\n', 3, "block.0 有不认识的键 keep（可用的键：use）"),
    ('[[block]]\nkind = "picture"\ndraw = ""\n', 2,
     "block.0.kind 只能是 title、line、table、text 之一"),
    ('[[block]]\nkind = "title"\nlines = []\nleft = ""\n', 4, "block.0 有不认识的键 left"),
    ('[[block]]\nkind = "line"\nmiddle = "{nobody}"\n', 3, "画了 {nobody}，但 [cells] 下没有说明"),
    ("[[block]]\nkind = 'title'\nlines = ['表', { text = '小', pt = 99 }]\n", 3, "block.0.lines.pt 应在 6 至 36 之间"),
    ("[[block]]\nkind = 'title'\nlines = ['表', { text = '小', size = 9 }]\n", 3,
     "block.0.lines 有不认识的键 size"),
    ("[[block]]\nkind = 'title'\nlines = ['表', 3]\n", 3, "block.0.lines"),
    (f"[[block]]\nkind = 'title'\nlines = '{'长' * 900}'\n", 3,
     f'block.0.lines 应为列表，写成 […]，而不是 "{"长" * 59}…"'),
    (f"[[block]]\nkind = 'title'\nlines = {['表'] * 1_001}\n".replace("', '", "',\n'"), 3,
     "block.0.lines 有 1001 项，最多 1000 项"),
    ("[[block]]\nkind = 'text'\nindent = 'deep'\ndraw = '字'\n", 3,
     "block.0.indent 只能是 hanging"),
    ("[[block]]\nkind = 'text'\n", 1, "block.0 缺少必填的键 draw"),
    ("[[block]]\nkind = 'text'\neach = 'work'\ndraw = '字'\n", 3,
     "没有表 work：请在 [tables.work] 下说明"),
    ("[[block]]\nkind = 'text'\nnew_page_each = true\ndraw = '字'\n", 3,
     "new_page_each 只用于写了 each 的文字：每行另起一页"),
    ("[[block]]\nkind = 'text'\neach = 'works'\ndraw = '''\n字\n{head}\n'''\n", 6,
     "画了 {head}，但 [tables.works.columns] 下没有说明"),
    (table("| 甲 | {nobody} |"), 4, "画了 {nobody}，但 [cells] 下没有说明"),
    (table("works | {name} | {nobody} |"), 4, "画了 {nobody}，但 [tables.works.columns] 下没有说明"),
    (table("| 甲 | 乙 |\n| 甲 | 乙"), 5, "一行由竖线隔开的单元格组成，并以竖线结尾：| … | … |"),
    (table("| 甲 | 乙 |\n| 甲 |"), 5, "这一行有 1 格，widths_mm 有 2 列"),
    (table("| < | 乙 |"), 4, "一行的第一格左边没有单元格，不能写 <"),
    (table("| 甲 | 乙 |\nwork | {name} | 乙 |"), 5, "没有表 work：请在 [tables.work] 下说明"),
    (table("works by kind | {name} | 乙 |"), 4, "表 works 没有列 kind"),
    (table("| 甲 | 乙 |", "[100, 100]"), 2, "表宽 200 mm，超过左右页边距之间的 174 mm"),
    (table("works | {head} | {name} |\nworks | 甲 | {sort} |"), 4,
     "{head} 属于整张表，要跨 works 的所有行：画在该表的第一行"),
    (table("works | 甲 | {name} |\nworks | {head} | {sort} |"), 5, "{head} 属于整张表，要跨 works 的所有行"),
    (table("works | {head}{sort} | {name} |"), 4, "{head} 属于整张表，不能和 works 的列画在同一格"),
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
         "第一行上面没有单元格，不能写 ^（表中没有行时）"),
        ("works | 甲 | < |\nworks | ^ | {name} |", 5, "第 1 列开始的单元格合并后不是矩形，请检查 < 和 ^"),
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
