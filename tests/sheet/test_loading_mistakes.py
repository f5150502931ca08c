"""Layout files and profiles: every kind of mistake is named with its file, its line and its reason."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from filings.sheet.problems import LayoutError, Problem
from filings.sheet.profile import load_profile
from tests.factories import LAYOUT, PROFILE
from tests.sheet.kit import line_of, problems


class Broken(NamedTuple):
    """A mistake made in the good layout: what is replaced by what, the words on the line at fault, the reason."""

    name: str
    old: str
    new: str
    at: str
    reason: str


MISTAKES = [
    Broken("broken TOML", 'subject = "project"', "subject = project", "subject = project", "不符合 TOML 语法"),
    Broken("TOML cut off", 'tables = ["indicators"]\n', 'tables = ["indicators"\n', 'tables = ["indicators"',
           "不符合 TOML 语法"),
    Broken("key twice", "version = 1", 'version = 1\nkey = "x"', 'key = "x"', "不符合 TOML 语法"),
    Broken("no key", 'key = "testshire/plan"\n', "", "version = 1", "缺少必填的键 key"),
    Broken("no name", 'name = "试用绩效目标表"\n', "", "key =", "缺少必填的键 name"),
    Broken("capitals in the key", "testshire/plan", "Testshire/plan", "Testshire", "只能用小写字母"),
    Broken("unknown key of the file", "version = 1", "version = 1\nverson = 2", "verson", "有不认识的键 verson"),
    Broken("unknown key of a page", "[page]", "[page]\nmargin = 3", "margin = 3", "有不认识的键 margin"),
    Broken("unknown key of a cell", 'label = "试用电话"', 'label = "试用电话", requird = true', "phone = {",
           "requird"),
    Broken("unknown key of a block", "lines = [", 'draw = ""\nlines = [', 'draw = ""', "有不认识的键 draw"),
    Broken("unknown key of a section", 'key = "goals"', 'key = "goals"\nhlep = "x"', "hlep", "有不认识的键 hlep"),
    Broken("unknown key of a sum", 'total = "total"', 'total = "total"\nsum = 1', "sum = 1", "有不认识的键 sum"),
    Broken("text for a number", "version = 1", 'version = "1"', 'version = "1"', "version 应为整数"),
    Broken("number for text", 'name = "试用绩效目标表"', "name = 7", "name = 7", "name 应为文字（加引号），而不是 7"),
    Broken("word for a flag", "merge = true }", 'merge = "yes" }', 'merge = "yes"', "应为true 或 false"),
    Broken("flag for a number", "version = 1", "version = true", "version = true", "应为整数"),
    Broken("text for a list", 'tables = ["indicators"]', 'tables = "indicators"', 'tables = "indicators"',
           "应为列表"),
    Broken("number in a list of texts", 'parts = ["grant", "rest"]', 'parts = ["grant", 3]', "parts =",
           "应为文字（加引号），而不是 3"),
    Broken("table for an array", "[[sum]]", "[sum]", "[sum]", "应写成 [[sum]]"),
    Broken("value for a table", "[page]\nmargins_mm = [20, 20, 20, 20]", "page = 4", "page = 4",
           "page 应为一组键值"),
    Broken("unknown subject", 'subject = "project"', 'subject = "town"', 'subject = "town"', "project、department"),
    Broken("unknown paper", "[page]", '[page]\nsize = "B5"', 'size = "B5"', "只能是 A4、A3"),
    Broken("three margins", "[20, 20, 20, 20]", "[20, 20, 20]", "margins_mm", "要写四个数"),
    Broken("tiny type", "[page]", "[page]\nfont_pt = 4", "font_pt", "应在 6 至 24 之间"),
    Broken("footer with an unknown cell", "[page]", '[page]\nfooter = "{nobody}"', "footer", "画了 {nobody}"),
    Broken("unknown kind", 'kind = "phone"', 'kind = "fax"', "phone = {", "只能是 line、text"),
    Broken("choice without choices", 'kind = "phone"', 'kind = "choice"', "phone = {", "是选择项，却没有 choices"),
    Broken("cell too wide for the step", 'label = "试用电话"', 'label = "试用电话", width = 13', "phone = {",
           "应在 1 至 12 之间"),
    Broken("bad name of a cell", "phone = {", "Phone = {", "Phone = {", "Phone 不能作名字"),
    Broken("bad address", 'at = "funding[grant].amount"', 'at = "funding.grant"', "grant = {", "不是地址"),
    Broken("address of an undescribed row", "funding[grant]", "funding[gift]", "grant = {", "所指的行没有"),
    Broken("address of an undescribed column", "[grant].amount", "[grant].sum", "grant = {", "所指的列没有"),
    Broken("address of an unknown table", "funding[grant]", "fonds[grant]", "grant = {", "所指的行没有"),
    Broken("table of an unknown kind", 'label = "试用指标"', 'of = "indices"', "of =", "只能是"),
    Broken("unknown start", 'start = "tree"', 'start = "full"', 'start = "full"', "none、blank、tree"),
    Broken("order of an unknown column", 'start = "tree"', 'order = ["level1", "level2", "name", "value", "unit"]',
           "order =", "中的列 unit"),
    Broken("undescribed slot", "| 电话 | {phone} |", "| 电话 | {fax} |", "{fax}",
           "画了 {fax}，但 [cells] 下没有说明"),
    Broken("undescribed slot in a title", "{department}试用表", "{departement}", "lines =", "画了 {departement}"),
    Broken("undescribed column", "{name} | {value} |", "{name} | {goal} |", "{goal}",
           "但 [tables.indicators.columns] 下没有说明"),
    Broken("undescribed table drawn", "indicators | {level1}", "works | {level1}", "works | {level1}",
           "没有表 works"),
    Broken("by an unknown column", "indicators | {level1}", "indicators by level3 | {level1}", "by level3",
           "没有列 level3"),
    Broken("one cell too few", "| {rest} | < | < |", "| {rest} | < |", "| {rest}", "有 3 格，widths_mm 有 4"),
    Broken("one cell too many", "| {rest} | < | < |", "| {rest} | < | < | |", "| {rest}",
           "有 5 格，widths_mm 有 4"),
    Broken("line without an end", "| {rest} | < | < |", "| {rest} | < | <", "| {rest}", "以竖线结尾"),
    Broken("bad prefix", "head | 一级", "Head! | 一级", "Head! |", "第一条竖线前的“Head!”不认识"),
    Broken("left of the first", "| 其余 | {rest}", "| < | {rest}", "| < | {rest}",
           "一行的第一格左边没有单元格"),
    Broken("above the first", "| 名目 | {title}", "| ^ | {title}", "| ^ | {title}", "第一行上面没有单元格"),
    Broken("不是矩形", "| 其余 | {rest} | < | < |", "| 其余 | {rest} | ^ | < |", "| {rest} | ^ | < |",
           "不是矩形"),
    Broken("unknown kind of block", 'kind = "title"', 'kind = "titel"', 'kind = "titel"', "title、line、table、text"),
    Broken("unknown fragment", '[[block]]\nkind = "title"', '[[block]]\nuse = "top"\n[[block]]\nkind = "title"',
           'use = "top"', "没有名为 top 的公共部分"),
    Broken("too wide", "widths_mm = [40, 40, 40, 40]", "widths_mm = [40, 40, 40, 51]", "widths_mm",
           "表宽 171 mm，超过左右页边距之间的 170 mm"),
    Broken("drawn twice filled never", 'cells = ["title", "phone", ', 'cells = ["title", ', "phone = {",
           "没有人能填"),
    Broken("table that no step fills", 'tables = ["indicators"]\n', "", "[tables.indicators]", "没有人能填"),
    Broken("drawn nowhere", "| 电话 | {phone} |", "| 电话 | |", "phone = {", "打印时会漏掉"),
    Broken("cell in two sections", '"第二步"\ncells = [', '"第二步"\ncells = ["title", ',
           '[[section]]\nkey = "goals"', "title 写在了两个 section 里"),
    Broken("section twice", 'key = "goals"', 'key = "head"', 'key = "head"\ntitle = "第二步"', "的 key 同为 head"),
    Broken("section of an unknown cell", '"long_goal", "year_goal"]\n[[section]]',
           '"long_goal", "year_goal", "fax"]\n[[section]]', '"fax"]', "没有单元格 fax"),
    Broken("section of an unknown table", 'tables = ["indicators"]', 'tables = ["indicators", "works"]', '"works"]',
           "没有表 works"),
    Broken("sum of an unknown cell", 'parts = ["grant", "rest"]', 'parts = ["grant", "gift"]', "[[sum]]",
           "没有单元格 gift"),
    Broken("sum without a total", 'total = "total"\nparts', "parts", "[[sum]]", "缺少必填的键 total"),
    Broken("together with an unknown cell", '[[together]]\ncells = ["long_goal"', '[[together]]\ncells = ["goal"',
           'cells = ["goal"', "没有单元格 goal"),
    Broken("amount of an unknown cell", 'amount = "total"', 'amount = "sum"', 'amount = "sum"', "amount 所指的 sum"),
    Broken("absent include", "version = 1", 'version = 1\ninclude = ["none.toml"]', "include",
           "没有可引用的文件 none.toml"),
]  # fmt: skip


def test_the_table_holds_enough_kinds_of_mistakes() -> None:
    assert len({one.name for one in MISTAKES}) == len(MISTAKES) >= 50


@pytest.mark.parametrize("broken", MISTAKES, ids=lambda one: one.name)
def test_a_mistake_is_named_with_its_line(broken: Broken) -> None:
    assert broken.old in LAYOUT
    text = LAYOUT.replace(broken.old, broken.new, 1)
    found = problems(text)
    line = line_of(text, broken.at)
    assert {problem.file for problem in found} == {"plan.toml"}
    assert [problem for problem in found if problem.line == line and broken.reason in problem.reason], found


@pytest.mark.parametrize("broken", MISTAKES, ids=lambda one: one.name)
def test_one_mistake_brings_few_others(broken: Broken) -> None:
    """Followers are allowed (a misspelt cell is then also undrawn), a flood is not."""
    assert len(problems(LAYOUT.replace(broken.old, broken.new, 1))) <= 5


def test_a_cell_without_label() -> None:
    text = LAYOUT.replace('label = "试用电话"', 'help = "x"')
    assert problems(text) == [
        Problem("plan.toml", line_of(text, "phone = {"), "cells.phone 缺少 label：填报人看到的名称")
    ]


@pytest.mark.parametrize("number", ["9" * 3900, "0x" + "f" * 3900])
def test_a_number_of_thousands_of_digits_is_named_without_them(number: str) -> None:
    (found,) = problems(LAYOUT.replace("version = 1", f"version = {number}"))
    assert found.reason == "version 应在 1 至 2,000,000,000 之间，而不是 一个超过 18 位的数"


def test_a_line_that_nobody_could_read_is_not_parsed() -> None:
    (found,) = problems(LAYOUT.replace("version = 1", f"version = {'9' * 5000}"))
    assert (found.line, found.reason) == (2, "这一行有 5010 字，最多 4000 字，请分行写")


def test_an_unfinished_file_is_at_fault_on_its_last_line() -> None:
    text = 'key = "a"\nname = """never closed\n'
    assert [problem.line for problem in problems(text)] == [2]


def test_an_empty_file_says_all_that_it_lacks() -> None:
    found = problems("")
    assert {problem.line for problem in found} == {1}
    assert [problem.reason for problem in found] == [
        "文件缺少必填的键 key",
        "文件缺少必填的键 version",
        "文件缺少必填的键 name",
        "表样没有内容：至少要有一个 [[block]]",
        "表样没有 [[section]]：填报要分步进行",
    ]


def test_all_mistakes_are_said_at_once_in_the_order_of_lines() -> None:
    text = LAYOUT.replace("version = 1", 'version = "1"').replace("{phone}", "{fax}").replace('"rest"]', '"gift"]')
    text = text.replace('kind = "phone"', 'kind = "fax"')
    found = problems(text)
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    said = {problem.line for problem in found}
    assert {
        line_of(text, 'version = "1"'),
        line_of(text, "{fax}"),
        line_of(text, "phone = {"),
        line_of(text, "[[sum]]"),
    } <= said
    assert len(str(LayoutError(found)).splitlines()) == len(found)


@pytest.mark.parametrize(
    ("drawn", "line"),
    [
        ("draw = '''| a | {nobody} |\n'''", 1),
        ("draw = '| a | {nobody} |'", 1),
        ("draw = '''\n| a | b |\n\n| a | {nobody} |\n'''", 4),
        ("draw = '''   \n| a | {nobody} |\n'''", 2),
        ("draw = '''\r\n| a | b |\r\n| a | {nobody} |\r\n'''", 3),
        ('draw = """\n| a | b |\n| a | {nobody} |\n"""', 3),
        ("# a line\u2028of a remark\ndraw = '''\n| a | {nobody} |\n'''", 3),
    ],
)
def test_the_line_is_right_however_the_drawing_is_quoted(drawn: str, line: int) -> None:
    text = f'key = "a"\nversion = 1\nname = "b"\n[[block]]\nwidths_mm = [10, 10]\n{drawn}\n'
    found = [problem for problem in problems(text) if "{nobody}" in problem.reason]
    assert [problem.line for problem in found] == [5 + line]


@pytest.mark.parametrize(
    ("draw", "line", "reason"),
    [
        ("| w | < |\nindicators | {name} | {value} |\n| ^ | s |", 3, "（表中没有行时）"),
        ("| w | x |\nindicators | ^ | {name} |\nindicators | < | {value} |", 3, "一行的第一格左边没有单元格"),
        ("indicators | {name} | < |\nindicators | ^ | {value} |", 2, "不是矩形"),
        ("| a | b |\nindicators | {name} | {value} |\nindicators | < | ^ |", 3, "一行的第一格左边没有单元格"),
        ("indicators | ^ | {value} |", 1, "第一行上面没有单元格，不能写 ^"),
        ("indicators | {name} | < |\nindicators | {value} | ^ |", 2, "不是矩形"),
    ],
)
def test_joins_must_hold_for_any_number_of_rows(draw: str, line: int, reason: str) -> None:
    start, end = LAYOUT.index("draw = '''"), LAYOUT.index("'''\n\n[cells]")
    text = (LAYOUT[:start] + "draw = '''\n" + draw + "\n" + LAYOUT[end:]).replace("[40, 40, 40, 40]", "[40, 40]")
    first = line_of(text, "draw = '''") + 1
    assert [
        (p.line, reason in p.reason) for p in problems(text) if "没有单元格" in p.reason or "不是矩形" in p.reason
    ] == [(first + line - 1, True)]


def test_a_column_that_is_drawn_nowhere_is_at_fault() -> None:
    """People would fill it and it 打印时会漏掉."""
    extra = 'extra = { label = "多" }'
    text = LAYOUT.replace('value = { kind = "target"', f'{extra}\nvalue = {{ kind = "target"')
    (found,) = problems(text)
    assert found.reason.startswith("表 indicators 的列 extra 可以填写，却没有画在表上")
    assert found.line == text.splitlines().index(extra) + 1


def test_a_cell_that_is_drawn_nowhere_is_at_fault_though_no_step_has_it() -> None:
    extra = 'extra = { label = "多" }'
    text = LAYOUT.replace("[cells]", f"[cells]\n{extra}")
    (found,) = problems(text)
    assert found.reason == "extra 可以填写，却没有画在表上，打印时会漏掉"
    assert found.line == text.splitlines().index(extra) + 1


def test_a_table_of_which_nothing_is_drawn_is_at_fault() -> None:
    table = '[tables.more.columns]\nx = { label = "甲" }\n'
    text = LAYOUT.replace("[tables.funding.columns]", table + "[tables.funding.columns]")
    text = text.replace('tables = ["indicators"]', 'tables = ["indicators", "more"]')
    assert [one.reason for one in problems(text)] == ["more 可以填写，却没有画在表上"]


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        ('place = "testshire"\n', "", "year = 2026", "缺少必填的键 place"),
        ("year = 2026", 'year = "2026"', "year =", "year 应为整数"),
        ('["output", "benefit"]', '["output", "profit"]', "required_categories", "profit 不是指标类别"),
        (
            'code = "output.quantity"',
            'code = "output.speed"',
            'code = "output.speed"',
            "没有标准类别 output.speed",
        ),
        ('parent = "output"', 'parent = "outptu"', 'parent = "outptu"', "outptu 没有在前面说明"),
        ('code = "benefit"', 'code = "output"', 'code = "output"\nname = "效益指标"', "output 写了两次"),
        ('name = "效益指标"', 'nmae = "效益指标"', "nmae", "有不认识的键 nmae"),
        ('layout = "testshire/plan"', 'layout = "testshire/plan"\nsubject = "town"', "subject", "project、department"),
        ("[[due]]", "[[deu]]", "[[deu]]", "有不认识的键 deu"),
        ("year = 2026", "year = 2026\n[severity]\nC31 = 'fatal'", "C31", "error、warning、note、off"),
        ("year = 2026", "year 2026", "year 2026", "不符合 TOML 语法"),
    ],
)
def test_a_mistake_of_a_profile_is_named_with_its_line(old: str, new: str, at: str, reason: str) -> None:
    assert old in PROFILE
    text = PROFILE.replace(old, new, 1)
    if "[severity]" in new:  # a table must follow the plain keys
        text = PROFILE + "[severity]\nC31 = 'fatal'\n"
    with pytest.raises(LayoutError) as caught:
        load_profile("profile.toml", text)
    found = caught.value.problems
    assert [p for p in found if p.line == line_of(text, at) and reason in p.reason], found
