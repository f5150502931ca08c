"""Layout files that load: what a form says, what it includes, and what an old one is still let to do."""

from __future__ import annotations

import pytest

from filings.sheet.document import Path
from filings.sheet.drawing import FixedText
from filings.sheet.layout import LineBlock, TableBlock, TitleBlock
from filings.sheet.loading import load_layout
from filings.sheet.new_documents import blank_document
from filings.sheet.problems import LayoutError
from tests.factories import LAYOUT, layout
from tests.sheet.kit import line_of, problems


def test_the_made_up_form_has_what_it_says() -> None:
    made = layout()
    assert [type(block) for block in made.blocks] == [TitleBlock, TableBlock]
    assert [section.key for section in made.sections] == ["head", "goals", "rows"]
    assert made.spec(Path("funding", "total", "amount")) is made.tables["funding"].columns["amount"]
    assert made.spec(Path("objectives", "annual", "term")) is None
    assert made.spec(Path("indicators", "any", "name")) is made.tables["indicators"].columns["name"]
    assert made.spec(Path("nothing")) is None
    assert made.label(Path("nothing")) == "nothing"
    assert made.section_of(Path("objectives", "annual", "text")).key == "goals"
    assert made.section_of(Path("indicators", "x", "name")).key == "rows"
    assert [spec.name for spec in made.inputs()][:2] == ["title", "phone"]


def test_a_blank_document_starts_as_the_form_says() -> None:
    made = blank_document(layout(), [("产出", "数量"), ("效益", "社会")], {"title": "2026年甲", "phone": ""})
    assert made.fields == {"title": "2026年甲"}
    assert [row.id for row in made.rows("funding")] == ["total", "grant", "rest"]
    assert made.row("objectives", "annual").cells == {"term": "annual"}  # type: ignore[union-attr]
    assert [(row.id, dict(row.cells)) for row in made.rows("indicators")] == [
        ("n1", {"level1": "产出", "level2": "数量"}),
        ("n2", {"level1": "效益", "level2": "社会"}),
    ]


COMMON = """\
[tables.indicators]
start = "blank"
[tables.indicators.columns]
level1 = { kind = "level1", label = "一" }
name = { kind = "text", label = "二", help = "common help" }

[fragments.heading]
kind = "line"
right = "单位：万元"
"""
INCLUDING = """\
key = "a/b"
version = 2
name = "表"
subject = "project"
include = ["common.toml"]

[[block]]
use = "heading"
[[block]]
widths_mm = [50, 50]
draw = '''
indicators | {level1} | {name} |
'''

[tables.indicators]
label = "own label"
[tables.indicators.columns]
name = { label = "三" }

[[section]]
key = "s"
title = "t"
tables = ["indicators"]
"""


def test_a_form_changes_what_it_includes() -> None:
    made = load_layout("a.toml", INCLUDING, {"common.toml": COMMON}.__getitem__)
    table = made.tables["indicators"]
    assert list(table.columns) == ["level1", "name"]
    assert (table.label, table.start) == ("own label", "blank")
    name = table.columns["name"]
    assert (name.label, name.help, name.kind.key) == ("三", "common help", "text")
    assert made.blocks[0] == LineBlock((), (), (FixedText("单位：万元"),))


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        ('kind = "text"', 'kind = "txt"', "name = {", "只能是"),
        ('start = "blank"', 'strat = "blank"', "strat", "有不认识的键 strat"),
        ('kind = "line"', 'kind = "lien"', "lien", "只能是 title"),
        ('right = "单位：万元"', 'rihgt = "x"', "rihgt", "有不认识的键 rihgt"),
        ('right = "单位：万元"', 'right = "{unit}"', "{unit}", "画了 {unit}，但"),
        ("[fragments.heading]", "[fragmants.heading]", "[fragmants.heading]", "有不认识的键 fragmants"),
        ('level1 = { kind = "level1", label = "一" }', "level1 = 1", "level1 = 1", "应为一组键值"),
        ('label = "一"', 'label = "一', "level1 =", "不符合 TOML 语法"),
        (', label = "一"', "", "level1 =", "缺少 label"),
    ],
)
def test_a_mistake_of_an_included_file_names_that_file(old: str, new: str, at: str, reason: str) -> None:
    assert old in COMMON
    common = COMMON.replace(old, new, 1)
    found = problems(INCLUDING, common=common)
    expected = [p for p in found if p.file == "common.toml" and p.line == line_of(common, at) and reason in p.reason]
    assert len(expected) == 1, found


def test_a_table_included_but_filled_nowhere_is_at_fault_where_the_form_describes_it() -> None:
    text = INCLUDING.replace('tables = ["indicators"]\n', "")
    (found,) = problems(text, common=COMMON)
    assert (found.file, found.line) == ("plan.toml", line_of(text, "[tables.indicators]"))


def test_what_is_in_use_is_printed_whatever_rules_came_later() -> None:
    """A stored form passed the rules of its day; an old filing always prints with its own."""
    text = LAYOUT.replace("| {level1} | {level2} | {name} | {value} |", "| {level1} | {level2} | {name} |  |")
    assert "没有画在表上" in problems(text)[0].reason
    old = load_layout("plan.toml", text, {}.__getitem__, trusted=True)
    assert "value" in old.tables["indicators"].columns
    for old, new in (("key =", "kez ="), ("[[section]]", "[[together]]"), ('amount = "total"', 'amount = "sum"')):
        with pytest.raises(LayoutError):
            load_layout("plan.toml", text.replace(old, new), {}.__getitem__, trusted=True)
