"""Cross-checks of a complete layout: each input drawn, in one section, at an address that exists."""

from __future__ import annotations

import pytest

from filings.sheet.layout import LineBlock, TableBlock, TextBlock, TitleBlock
from filings.sheet.loading import load_layout
from filings.sheet.problems import LayoutError
from filings.sheet.validation import drawn_tables
from tests.factories import LAYOUT, layout
from tests.sheet.kit import line_of


def problems(text: str, common: str = "") -> list[tuple[str, int, str]]:
    """File, line and reason of every mistake; [] if the layout loads."""
    try:
        load_layout("plan.toml", text, {"common.toml": common}.__getitem__)
    except LayoutError as error:
        return [(problem.file, problem.line, problem.reason) for problem in error.problems]
    return []


def changed(*pairs: tuple[str, str]) -> str:
    text = LAYOUT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def test_the_layout_of_the_tests_is_valid() -> None:
    assert problems(LAYOUT) == []


MISTAKES = [
    ("key", [("testshire/plan", "testshire/Plan")], "key =",
     "key \"testshire/Plan\" 只能用小写字母、数字、- 和 /"),
    ("amount", [('amount = "total"', 'amount = "sum"')], "amount =", "amount 所指的 sum 不是单元格"),
    ("cell in two sections", [('"第二步"\ncells = [', '"第二步"\ncells = ["phone", ')],
     '[[section]]\nkey = "goals"', "phone 写在了两个 section 里"),
    ("two sections of one key", [('key = "rows"', 'key = "goals"')], 'key = "goals"\ntitle = "第三步"',
     "两个 section 的 key 同为 goals"),
    ("drawn but not filled", [('"phone", "total"', '"total"')], "phone = {",
     "phone 画在表上，却不在任何 section 里，没有人能填"),
    ("table drawn but not filled", [('tables = ["indicators"]', "tables = []")], "[tables.indicators]",
     "indicators 画在表上，却不在任何 section 里，没有人能填"),
    ("filled but not drawn", [("| {phone} |", "| 无 |")], "phone = {",
     "phone 可以填写，却没有画在表上，打印时会漏掉"),
    ("neither filled nor drawn", [("[cells]\n", '[cells]\nspare = { label = "备用" }\n')], "spare = {",
     "spare 可以填写，却没有画在表上，打印时会漏掉"),
    ("column not drawn", [("{name} | {value} |", "{name} | 无 |")], "value = {",
     "表 indicators 的列 value 可以填写，却没有画在表上，打印时会漏掉：请画上"),
    ("address of no row", [("funding[rest].amount", "funding[others].amount")], "rest = { at",
     "funding[others].amount 所指的行没有在 [tables.funding.rows.others] 下说明"),
    ("address of no column", [("funding[rest].amount", "funding[rest].sum")], "rest = { at",
     "funding[rest].sum 所指的列没有在 [tables.funding.columns] 下说明"),
    ("address in no table", [("funding[rest].amount", "money[rest].amount")], "rest = { at",
     "money[rest].amount 所指的行没有在 [tables.money.rows.rest] 下说明"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("pairs", "words", "reason"), [mistake[1:] for mistake in MISTAKES], ids=[mistake[0] for mistake in MISTAKES]
)
def test_a_mistake_is_named_with_its_line(pairs: list[tuple[str, str]], words: str, reason: str) -> None:
    text = changed(*pairs)
    found = problems(text)
    assert len(found) == 1, found
    assert found[0][:2] == ("plan.toml", line_of(text, words))
    assert found[0][2].startswith(reason)


def test_a_layout_without_blocks_and_sections() -> None:
    found = problems('key = "a"\nversion = 1\nname = "表"\n')
    assert [reason for _, _, reason in found] == [
        "表样没有内容：至少要有一个 [[block]]",
        "表样没有 [[section]]：填报要分步进行",
    ]


def test_a_table_of_which_nothing_is_drawn_is_one_mistake() -> None:
    text = changed(("indicators | {level1} | {level2} | {name} | {value} |\n", ""))
    assert [reason for _, _, reason in problems(text)] == ["indicators 可以填写，却没有画在表上"]


def test_nothing_counts_as_undrawn_while_a_drawing_cannot_be_read() -> None:
    found = problems(changed(("| 名目 | {title} | 电话 | {phone} |", "| 名目 | {title} | 电话 | {phone}")))
    assert [reason for _, _, reason in found] == [
        "一行由竖线隔开的单元格组成，并以竖线结尾：| … | … |"
    ]  # fmt: skip


SPARE_TABLE = """
[tables.spare.columns]
a = { kind = "money", label = "甲" }
b = { kind = "money", label = "乙" }

[[sum]]
"""


@pytest.mark.parametrize(
    "rule", ['total = "total"\nparts = ["grant", "spare.a", "spare.b"]', 'total = "spare.a"\nparts = ["spare.b"]']
)
def test_a_sum_is_of_no_table_that_the_form_does_not_use(rule: str) -> None:
    text = changed(('[[sum]]\ntotal = "total"\nparts = ["grant", "rest"]', SPARE_TABLE + rule))
    reason = "[[sum]] 要合计 spare，它却没有画在表上，也不在任何 section 里"
    assert problems(text) == [("plan.toml", line_of(text, "[tables.spare.columns]"), reason)]
    unknown = [found[2] for found in problems(text.replace("[tables.spare.columns]", "[tables.other.columns]"))]
    assert unknown, "a table that is not described is a mistake of its own"
    assert reason not in unknown


COMMON = """\
[cells]
spare = { label = "备用" }
[tables.assets.columns]
name = { label = "资产" }
"""


def test_of_an_included_file_a_form_uses_what_it_likes() -> None:
    assert problems(changed(("version = 1", 'version = 1\ninclude = ["common.toml"]')), COMMON) == []


def test_an_included_cell_that_is_filled_must_be_drawn() -> None:
    text = changed(("version = 1", 'version = 1\ninclude = ["common.toml"]'), ('["title", ', '["spare", "title", '))
    assert problems(text, COMMON) == [("common.toml", 2, "spare 可以填写，却没有画在表上，打印时会漏掉")]


def test_an_inherited_column_that_is_not_drawn_is_reported_at_the_table() -> None:
    text = changed(
        ("\n[[sum]]", '\n[tables.second]\nlike = "indicators"\n[[sum]]'),
        ("{value} |\n", "{value} |\nsecond | {level1} | {level2} | {name} | 无 |\n"),
        ('tables = ["indicators"]', 'tables = ["indicators", "second"]'),
    )
    ((_, line, reason),) = problems(text)
    assert line == line_of(text, "[tables.second]")
    assert reason.startswith("表 second 的列 value 可以填写，却没有画在表上")


def test_the_tables_that_a_block_draws() -> None:
    assert [drawn_tables(block) for block in layout().blocks] == [set(), {"indicators"}]
    assert drawn_tables(TextBlock((), each="works")) == {"works"}
    assert drawn_tables(TextBlock(())) == drawn_tables(TitleBlock(())) == drawn_tables(LineBlock((), (), ())) == set()
    assert drawn_tables(TableBlock((), ())) == set()
