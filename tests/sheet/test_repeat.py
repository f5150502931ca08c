"""Repeating: one description stands for many cells, tables, blocks and steps; what is wrong is said with its line."""

from __future__ import annotations

import pytest

from filings.sheet.document import Path
from filings.sheet.drawing import FixedText
from filings.sheet.layout import Layout, TableBlock
from filings.sheet.loading import load_layout
from filings.sheet.toml_reader import MAX_REPEATS
from indicators.chinese_number import format_chinese_number
from tests.sheet.kit import problems

HEAD = 'key = "a/b"\nversion = 1\nname = "表"\nsubject = "project"\n'
GOALS = (
    HEAD
    + """\
[cells]
"goal_{#}" = { repeat = 4, label = "长期目标{#一}", help = "第{#}个", kind = "text" }
[[block]]
repeat = 4
widths_mm = [20, 40]
draw = '''
| 目标{#一} | {goal_{#}} |
'''
[[section]]
repeat = 2
key = "part-{#}"
title = "第{#一}步"
cells = ["goal_{#}"]
[[section]]
key = "rest"
title = "其余"
cells = ["goal_{3..4}"]
[[together]]
cells = ["goal_{1..4}"]
"""
)
ROWS = (
    HEAD
    + """\
[cells]
one = { label = "一" }
[tables.period]
of = "indicators"
label = "中期指标"
start = "tree"
complete = true
[tables.period.columns]
level2 = { label = "二级", kind = "level2", merge = true }
name = { label = "三级", required = true }
value = { label = "值", kind = "target" }
[tables.annual]
like = "period"
label = "年度指标"
order = ["name", "level2", "value"]
[tables.annual.columns]
name = { required = false }
[tables.projects]
from = { layout = "a/plan", columns = { name = "title", amount = "total" } }
[tables.projects.columns]
name = { label = "项目" }
amount = { label = "金额", kind = "money" }
[[block]]
widths_mm = [20, 20, 20]
draw = '''
| {one} | < | < |
period | {level2} | {name} | {value} |
annual | {level2} | {name} | {value} |
projects | {n} | {name} | {amount} |
'''
[[section]]
key = "s"
title = "t"
cells = ["one"]
tables = ["period", "annual", "projects"]
"""
)


def load(text: str, **includes: str) -> Layout:
    return load_layout("a.toml", text, {f"{name}.toml": one for name, one in includes.items()}.__getitem__)


def test_a_repeated_cell_is_so_many_cells() -> None:
    layout = load(GOALS)
    assert [(name, spec.label, spec.help) for name, spec in layout.cells.items()] == [
        ("goal_1", "长期目标一", "第1个"),
        ("goal_2", "长期目标二", "第2个"),
        ("goal_3", "长期目标三", "第3个"),
        ("goal_4", "长期目标四", "第4个"),
    ]
    assert {str(spec.path) for spec in layout.cells.values()} == {"goal_1", "goal_2", "goal_3", "goal_4"}


def test_repeated_blocks_and_steps_draw_and_fill_their_own_cell() -> None:
    layout = load(GOALS)
    drawn = [[cell for row in block.rows for cell in row.cells] for block in layout.blocks if hasattr(block, "rows")]
    assert [(label.pieces, value.placeholders) for label, value in drawn] == [
        ((FixedText(f"目标{word}"),), (f"goal_{number}",)) for number, word in enumerate("一二三四", 1)
    ]
    assert [(one.key, one.title, one.cells) for one in layout.sections] == [
        ("part-1", "第一步", ("goal_1",)),
        ("part-2", "第二步", ("goal_2",)),
        ("rest", "其余", ("goal_3", "goal_4")),
    ]
    assert layout.all_or_none == (("goal_1", "goal_2", "goal_3", "goal_4"),)


def test_repeated_tables_columns_and_rows() -> None:
    text = ROWS.replace(
        "[tables.projects.columns]\n", '[tables.projects.columns]\n"r_{#}" = { repeat = 2, label = "{#}区" }\n'
    )
    text = text.replace("projects | {n} | {name} | {amount} |", "projects | {r_1} | {name}{r_2} | {amount} |")
    text = text.replace(
        "[tables.projects]",
        '[tables."more_{#}"]\nrepeat = 2\nlabel = "第{#}组"\n[tables."more_{#}".columns]\nx = { label = "甲" }\n'
        '[tables."more_{#}".rows]\n"own_{#}_{#一}" = { label = "t{#}" }\n[tables.projects]',
    ).replace("_{#一}", "")
    text = text.replace("'''\n[[section]]", "more_1 | {x} | < | < |\nmore_2 | {x} | < | < |\n'''\n[[section]]")
    text = text.replace('"projects"]', '"projects", "more_{1..2}"]')
    layout = load(text)
    assert list(layout.tables["projects"].columns) == ["r_1", "r_2", "name", "amount"]
    assert [(t.label, dict(t.fixed)) for name, t in layout.tables.items() if name.startswith("more")] == [
        ("第1组", {"own_1": {"label": "t1"}}),
        ("第2组", {"own_2": {"label": "t2"}}),
    ]
    assert layout.tables["more_2"].columns["x"].path == Path("more_2", "", "x")


def test_an_included_fragment_can_be_joined_and_begin_a_page() -> None:
    common = "[fragments.top]\njoined = true\nnew_page = true\nwidths_mm = [20]\ndraw = '''\n| x |\n'''\n"
    text = GOALS.replace("version = 1", 'version = 1\ninclude = ["common.toml"]').replace(
        "[[block]]\nrepeat", '[[block]]\nuse = "top"\n[[block]]\nrepeat'
    )
    first, second, *_ = load(text, common=common).blocks
    assert (first.joined, first.new_page) == (True, True)
    assert isinstance(first, TableBlock)
    assert (second.joined, second.new_page) == (False, False)


def test_a_table_like_another_has_its_columns_under_its_own_name() -> None:
    layout = load(ROWS)
    period, annual = layout.tables["period"], layout.tables["annual"]
    assert (annual.row_kind, annual.start, annual.complete, annual.label) == ("indicators", "tree", True, "年度指标")
    assert list(annual.columns) == ["name", "level2", "value"]
    assert annual.columns["value"].path == Path("annual", "", "value")
    assert annual.columns["level2"].merge
    assert (period.columns["name"].required, annual.columns["name"].required) == (True, False)
    assert layout.tables["projects"].row_kind == "items"


def test_rows_from_another_form() -> None:
    source = load(ROWS).tables["projects"].source
    assert source
    assert (source.layout, source.columns) == ("a/plan", {"name": "title", "amount": "total"})


def test_included_tables_that_are_not_drawn_are_dropped() -> None:
    common = "".join(f"[tables.{name}.columns]\nname = {{ label = '名' }}\n" for name in ("works", "assets"))
    text = ROWS.replace("version = 1", 'version = 1\ninclude = ["common.toml"]')
    assert set(load(text, common=common).tables) == {"period", "annual", "projects"}
    text = text.replace("'''\n[[section]]", "works | {name} | < | < |\n'''\n[[section]]")
    assert [p.reason for p in problems(text, common=common)] == ["works 画在表上，却不在任何 section 里，没有人能填"]
    assert set(load(text.replace('"projects"]', '"projects", "works"]'), common=common).tables) == {
        "period", "annual", "projects", "works",
    }  # fmt: skip


MISTAKES = [
    (GOALS, "repeat = 4, label", "repeat = 0, label", '"goal_{#}"', f"应在 1 至 {MAX_REPEATS} 之间"),
    (GOALS, "repeat = 4, label", "repeat = 31, label", '"goal_{#}"', f"应在 1 至 {MAX_REPEATS} 之间"),
    (GOALS, "repeat = 4, label", 'repeat = "4", label', '"goal_{#}"', "应为整数"),
    (GOALS, '"goal_{#}" = {', "goal = {", "goal = {", "goal 重复多次却只有一个名字"),
    (GOALS, "repeat = 4\nwidths", "repeat = 5\nwidths", "| 目标{#一}", "画了 {goal_5}，但"),
    (GOALS, "repeat = 2\nkey", "repeat = 3\nkey", '[[section]]\nkey = "rest"', "goal_3 写在了两个 section 里"),
    (GOALS, 'key = "part-{#}"', 'key = "part"', 'key = "part"', "的 key 同为 part"),
    (GOALS, '"goal_{3..4}"', '"goal_{3..5}"', '"goal_{3..5}"', "没有单元格 goal_5"),
    (GOALS, '"goal_{1..4}"', '"goal_{4..1}"', '"goal_{4..1}"', "没有单元格 goal_{4..1}"),
    (ROWS, 'like = "period"', 'like = "perod"', 'like = "perod"', "like 所指的表 perod 没有"),
    (ROWS, 'of = "indicators"', 'of = "rows"', 'of = "rows"', "只能是"),
    (ROWS, '"level2", "value"]', '"level3"]', '"level3"]', "中的列 level3"),
    (ROWS, "complete = true", 'complete = "yes"', "complete =", "应为true 或 false"),
    (ROWS, "amount = \"total\" }", "sum = \"total\" }", "from = {", "中的列 sum"),
    (ROWS, 'layout = "a/plan", ', "", "from = {", "缺少必填的键 layout"),
    (ROWS, ', columns = { name = "title", amount = "total" }', "", "from = {", "from 缺少 columns"),
    (ROWS, "[tables.annual]", "[tables.Annual]", "[tables.Annual]", "Annual 不能作名字"),
    (ROWS, 'one = { label = "一" }', 'year = { label = "一" }', "year = {", "{year} 由系统填写"),
    (ROWS, 'amount = { label', 'n = { label', "n = {", "{n} 由系统填写"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "at", "reason"), MISTAKES, ids=[one[-1] for one in MISTAKES])
def test_a_mistake_is_named_with_its_line(text: str, old: str, new: str, at: str, reason: str) -> None:
    assert old in text
    broken = text.replace(old, new, 1)
    line = broken[: broken.index(at)].count("\n") + 1
    found = problems(broken)
    assert [one for one in found if one.line == line and reason in one.reason], found


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "一百"), (101, "一百零一"),
     (110, "一百一十"), (212, "二百一十二"), (2000, "2000")],
)  # fmt: skip
def test_numbers_of_rows_in_words(number: int, words: str) -> None:
    assert format_chinese_number(number) == words
