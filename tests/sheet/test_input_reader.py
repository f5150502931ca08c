"""Cells and tables of layout files: what is left out is inherited or has a default, each mistake has its line."""

from __future__ import annotations

import pytest

from filings.sheet.document import Path
from filings.sheet.input_reader import InputReader
from filings.sheet.kinds import KINDS, MONEY_IN_YUAN
from filings.sheet.new_documents import new_rows
from filings.sheet.problems import Problem
from filings.sheet.toml_reader import TomlReader
from filings.sheet.toml_source import read_source

COMMON = """\
[cells]
head = { label = "负责人", help = "填姓名", width = 6, personal = true, default = "张三" }
[tables.works]
label = "任务"
start = "blank"
complete = true
[tables.works.columns]
name = { label = "名称", kind = "text", required = true, before = "任务{n}：", after = "。", align = "center" }
amount = { label = "金额", kind = "money", merge = true }
[tables.works.rows]
first = { name = "头一项" }
[fragments.foot]
kind = "line"
left = "注"
"""


def read(own: str, common: str = "") -> tuple[InputReader, list[Problem]]:
    """The inputs of a file `own.toml` that includes `common.toml`."""
    problems: list[Problem] = []
    root = TomlReader(source := read_source("own.toml", own), "", source.data, problems)
    inputs = InputReader(root)
    if common:
        inputs.read(TomlReader(source := read_source("common.toml", common), "", source.data, problems))
    inputs.read(root)
    return inputs, problems


def test_a_cell_of_only_a_label_has_the_defaults() -> None:
    inputs, problems = read('[cells]\nhead = { label = "负责人" }\n')
    spec = inputs.cells["head"]
    assert (spec.path, spec.kind, spec.label, spec.width) == (Path("head"), KINDS["line"], "负责人", 12)
    assert (spec.required, spec.personal, spec.choices, spec.align) == (False, False, (), "")
    assert problems == []


def test_a_cell_may_live_in_a_fixed_row() -> None:
    inputs, problems = read('[cells]\ntotal = { label = "总额", kind = "money", at = "funding[total].amount" }\n')
    assert inputs.cells["total"].path == Path("funding", "total", "amount")
    assert problems == []


def test_telephone_numbers_are_personal_unless_the_file_says_otherwise() -> None:
    inputs, _ = read(
        '[cells]\na = { label = "甲", kind = "phone" }\nb = { label = "乙", kind = "phone", personal = false }\n'
    )
    assert (inputs.cells["a"].personal, inputs.cells["b"].personal) == (True, False)


def test_money_is_in_the_unit_of_the_form() -> None:
    text = '[cells]\ntotal = { label = "总额", kind = "money" }\n'
    assert read(text)[0].cells["total"].kind is KINDS["money"]
    assert read('money_unit = "元"\n' + text)[0].cells["total"].kind is MONEY_IN_YUAN


def test_a_cell_described_again_replaces_the_included_one() -> None:
    inputs, problems = read('[cells]\nhead = { label = "经办人" }\n', COMMON)
    spec = inputs.cells["head"]
    assert (spec.label, spec.help, spec.width, spec.personal) == ("经办人", "", 12, False)
    assert problems == []


def test_a_column_described_again_inherits_what_it_leaves_out() -> None:
    inputs, problems = read('[tables.works.columns]\nname = { label = "事项", required = false }\n', COMMON)
    name = inputs.tables["works"].columns["name"]
    assert (name.label, name.required) == ("事项", False)
    assert (name.kind, name.before, name.after, name.align) == (KINDS["text"], "任务{n}：", "。", "center")
    assert inputs.tables["works"].columns["amount"].merge
    assert problems == []


def test_a_table_described_again_inherits_what_it_leaves_out() -> None:
    inputs, problems = read('[tables.works]\nlabel = "重点任务"\n', COMMON)
    table = inputs.tables["works"]
    assert (table.label, table.start, table.complete, table.row_kind) == ("重点任务", "blank", True, "works")
    assert table.fixed == {"first": {"name": "头一项"}}
    assert list(table.columns) == ["name", "amount"]
    assert problems == []


def test_a_table_like_another_has_its_columns_under_its_own_name() -> None:
    inputs, problems = read(
        '[tables.more]\nlike = "works"\norder = ["amount"]\nbeside = { name = "head" }\n[tables.most]\nlike = "more"\n',
        COMMON,
    )
    more, most = inputs.tables["more"], inputs.tables["most"]
    assert {name: spec.path for name, spec in more.columns.items()} == {"amount": Path("more", "", "amount")}
    assert more.row_kind == most.row_kind == "works"
    assert more.shared_cells == {"name": "head"}
    assert most.shared_cells == {}, "a cell of the form is drawn in one table"
    assert problems == []


def test_a_table_of_a_name_of_its_own_holds_other_items() -> None:
    inputs, _ = read('[tables.things.columns]\nname = { label = "名称" }\n')
    assert (inputs.tables["things"].row_kind, inputs.tables["things"].label) == ("items", "其他内容")


def test_columns_come_in_the_order_that_is_asked_for() -> None:
    inputs, problems = read('[tables.works]\norder = ["amount", "name"]\n', COMMON)
    assert list(inputs.tables["works"].columns) == ["amount", "name"]
    assert problems == []


def test_fragments_and_places_are_collected() -> None:
    inputs, _ = read('[tables.works.columns]\nmen = { label = "人数" }\n', COMMON)
    assert inputs.fragments["foot"].get("left", str, "") == "注"
    places = {name: (source.file, line) for name, (source, line) in inputs.places.items()}
    assert places["head"] == ("common.toml", 2)
    assert places["works"] == ("own.toml", 1)
    assert places["works.amount"] == ("common.toml", 9)
    assert places["works.men"] == ("own.toml", 2)


def test_a_problem_found_later_has_the_line_of_the_description() -> None:
    inputs, problems = read("version = 1\n", COMMON)
    inputs.add_problem("works.amount", "is wrong")
    inputs.add_problem("nowhere", "is unknown")
    assert problems == [Problem("common.toml", 9, "is wrong"), Problem("own.toml", 1, "is unknown")]


CELL = '[cells]\nhead = { label = "甲" }\n'
MISTAKES = [
    ("[cells]\nHead = { label = '甲' }", 2, "Head 不能作名字：请用小写字母、数字和 _"),
    ("[cells]\nyear = { label = '甲' }", 2, "{year} 由系统填写，请给单元格另起名字"),
    ("[cells]\nhead = {}", 2, "cells.head 缺少 label：填报人看到的名称"),
    ("[cells]\nhead = { label = '甲', width = 13 }", 2, "cells.head.width 应在 1 至 12 之间"),
    ("[cells]\nhead = { label = '甲', width = 0 }", 2, "cells.head.width 应在 1 至 12 之间"),
    ("[cells]\nhead = { label = '甲', kind = 'cash' }", 2, "cells.head.kind 只能是 line、text、"),
    ("[cells]\nhead = { label = '甲', align = 'middle' }", 2, "cells.head.align 只能是 \"\"、left、center、right"),
    ("[cells]\nhead = { label = '甲', kind = 'choice' }", 2, "cells.head 是选择项，却没有 choices"),
    ("[cells]\nhead = { label = '甲', numbered = true }", 2, "numbered 只用于 kind"),
    ("[cells]\nhead = { label = '甲', kind = 'boxes', multiple = true, choices = ['甲、乙'] }", 2,
     "可多选时，选项里不能有“、”"),
    ("[cells]\nhead = { label = '甲', at = 'a[b]' }", 2,
     "at = \"a[b]\" 不是地址：请写名字，或 表[行].列"),
    ("[tables.works.columns]\nname = { label = '甲', default = '{year}' }", 2,
     "列的 default 每行相同，不能含 {…} 变量"),
    ("[tables.Works]\nlabel = '甲'", 1, "Works 不能作名字：请用小写字母、数字和 _"),
    ("[tables.works]\nof = 'rows'", 2, "tables.works.of 只能是 objectives、indicators、"),
    ("[tables.works]\nstart = 0", 2, "tables.works.start 应在 1 至 50 之间"),
    ("[tables.works]\nstart = 51", 2, "tables.works.start 应在 1 至 50 之间"),
    ("[tables.works]\nstart = true", 2, "tables.works.start"),
    ("[tables.works]\nstart = 'full'", 2, "tables.works.start 只能是 none、blank、tree 之一"),
    ("[tables.works]\nlike = 'work'", 2, "like 所指的表 work 没有在前面说明"),
    ("[tables.works]\norder = ['name']", 2, "order 中的列 name 没有说明"),
    ("[tables.works]\nbeside = { name = 'head' }\n[tables.works.columns]\nname = { label = '甲' }", 2,
     "name 已是这张表的列，不能再写进 beside"),
    ("[tables.works]\nfrom = { layout = 'a/b' }", 2, "from 缺少 columns = { 列"),
    ("[tables.works]\nfrom = { layout = 'a/b', columns = { sum = 'total' } }", 2,
     "from.columns 中的列 sum 没有说明"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "reason"), MISTAKES, ids=[reason[:40] for _, _, reason in MISTAKES])
def test_a_mistake_is_named_with_its_line(text: str, line: int, reason: str) -> None:
    _, problems = read(text)
    (problem,) = [problem for problem in problems if problem.reason.startswith(reason)]
    assert problem.line == line
    assert {each.line for each in problems} == {line}, "no misleading message elsewhere"


def test_names_that_are_no_cells_are_reported_where_they_are_used() -> None:
    inputs, problems = read(CELL + "[more]\ncells = ['head', 'tail']\n")
    inputs.require_known(("head", "tail"), inputs.root.child("more"), "cells")
    assert problems == [Problem("own.toml", 4, "[cells] 下没有单元格 tail")]


def test_shared_cells_are_remembered_until_all_cells_are_known() -> None:
    inputs, problems = read("[tables.works]\nbeside = { goal = 'objective' }\n")
    assert [name for name, _, _ in inputs.named_cells] == ["objective"]
    assert problems == []


@pytest.mark.parametrize(
    ("start", "rows"),
    [("", ["n1"]), ("start = 3", ["n1", "n2", "n3"]), ('start = "blank"', ["n1"]), ('start = "none"', [])],
)
def test_a_new_sheet_starts_with_as_many_blank_rows(start: str, rows: list[str]) -> None:
    inputs, problems = read(f"[tables.works]\n{start}", COMMON)
    assert problems == []
    assert [row.id for row in new_rows(inputs.tables["works"], []) if row.id != "first"] == rows


def test_a_table_like_another_starts_as_that_one_does() -> None:
    inputs, _ = read('[tables.works]\nstart = 4\n[tables.more]\nof = "works"\nlike = "works"', COMMON)
    assert [len(new_rows(inputs.tables[name], [])) for name in ("works", "more")] == [5, 5]
