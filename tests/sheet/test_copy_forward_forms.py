"""Carrying over where the form itself has changed: cells that moved, tables that are others, amounts a year older."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filings.sheet.document import Document, Row
from tests.factories import LAYOUT, filled, layout
from tests.sheet.test_copy_forward import OTHER_TREE, THREE, carried

PLAIN = LAYOUT.replace('rest = { at = "funding[rest].amount", ', "rest = { ").replace(
    'rest = { source = "other" }\n', ""
)
THINGS = (
    LAYOUT.replace("[tables.indicators]\n", '[tables.things]\nlabel = "物件"\n[tables.things.columns]\n'
                   'thing = { label = "物件名" }\n[tables.indicators]\n')
    .replace("indicators | {level1}", "things | {thing} | < | < | < |\nindicators | {level1}")
    .replace('tables = ["indicators"]', 'tables = ["indicators", "things"]')
)  # fmt: skip
TWO = (
    LAYOUT.replace("tables.indicators", "tables.first")
    .replace("indicators | {level1} | {level2} | {name} | {value} |", "\n".join(
        f"{name} | {{level1}} | {{level2}} | {{name}} | {{value}} |" for name in ("first", "second")))
    .replace('label = "试用指标"', 'of = "indicators"\nlabel = "头一些"')
    .replace("\n[[sum]]", '\n[tables.second]\nlike = "first"\nlabel = "另一些"\n[[sum]]', 1)
    .replace('tables = ["indicators"]', 'tables = ["first", "second"]')
)  # fmt: skip
BESIDE = LAYOUT.replace("widths_mm = [40, 40, 40, 40]", "widths_mm = [30, 30, 30, 30, 30]")
for word in ("名目", "总额", "其余", "长期"):
    BESIDE = BESIDE.replace(f"     | {word}", f"     | 甲 | {word}")
BESIDE = BESIDE.replace("head |", "head | 目标 |").replace(
    "indicators | {level1}", "indicators | {objective} | {level1}"
)
INSIDE = BESIDE.replace(
    'name = { kind = "text"', 'objective = { label = "目标名", merge = true }\nname = { kind = "text"'
)
FIELD = (
    BESIDE.replace("{objective}", "{goal}")
    .replace('start = "tree"', 'start = "tree"\nbeside = { objective = "goal" }')
    .replace("[cells]", '[cells]\ngoal = { label = "指标的目标" }')
    .replace('cells = ["long_goal"', 'cells = ["goal", "long_goal"', 1)
    .replace(
        'key = "goals"\ntitle = "第二步"\ncells = ["long_goal"', 'key = "goals"\ntitle = "二"\ncells = ["long_goal"'
    )
)
FIELD = FIELD.replace('[[together]]\ncells = ["goal", ', "[[together]]\ncells = [").replace(
    'title = "二"\ncells = [', 'title = "二"\ncells = ["goal", '
)
AGED = (
    LAYOUT.replace("{rest}", "{rest}{before}")
    .replace("[cells]", '[cells]\nbefore = { label = "上年总额" }')
    .replace('"grant", "rest"]\n[[section]]', '"grant", "rest", "before"]\n[[section]]')
    .replace("[[together]]", '[[last_year]]\ncell = "before"\nsource = "total"\n[[together]]')
)


def names(document: Document, *tables: str) -> list[list[str]]:
    return [[row.get("name") for row in document.rows(table)] for table in tables]


def test_a_plain_field_goes_into_a_row_printed_by_name_and_back() -> None:
    new = carried(layout(), filled(), layout(PLAIN))
    assert new.fields["rest"] == "20"
    assert [row.id for row in new.rows("funding")] == ["total", "grant"]
    back = carried(layout(PLAIN), new, layout())
    assert [(row.id, row.get("amount"), row.get("source")) for row in back.rows("funding")] == [
        ("total", "50", "total"), ("grant", "30", "appropriation"), ("rest", "20", "other"),
    ]  # fmt: skip


def test_rows_of_no_kind_are_found_by_name_or_words_only() -> None:
    things = replace(filled(), tables={**filled().tables, "things": (Row("t1", {"thing": "桌子"}),)})
    named = THINGS.replace("things", "goods").replace("{thing}", "{good}").replace("thing = {", "good = {")
    new = carried(layout(THINGS), things, layout(named))
    assert [row.get("good") for row in new.rows("goods")] == ["桌子"]
    assert carried(layout(THINGS), things, layout(named.replace('"物件"', '"货品"'))).rows("goods") == ()


def test_several_tables_of_one_kind_are_paired_and_never_doubled() -> None:
    one = carried(layout(), filled(), layout(TWO))
    assert names(one, "first", "second") == [["改造条数", "受益人数"], []]
    two = replace(one, tables={**one.tables, "second": (Row("x", {"name": "另一条"}),)})
    swapped = TWO.replace("first", "third").replace("second", "fourth")
    new = carried(layout(TWO), two, layout(swapped.replace("头一些", "甲").replace("另一些", "乙")))
    assert names(new, "third", "fourth") == [["改造条数", "受益人数"], ["另一条"]]
    crossed = swapped.replace("头一些", "甲").replace("另一些", "头一些").replace("甲", "另一些")
    new = carried(layout(TWO), two, layout(crossed))
    assert names(new, "third", "fourth") == [["另一条"], ["改造条数", "受益人数"]]


def test_what_stood_in_each_row_goes_beside_all_rows_and_back() -> None:
    rows = tuple(replace(row, cells={**row.cells, "objective": "目标一"}) for row in filled().rows("indicators"))
    document = replace(filled(), tables={**filled().tables, "indicators": rows})
    new = carried(layout(INSIDE), document, layout(FIELD))
    assert new.fields["goal"] == "目标一"
    assert not any(row.get("objective") for row in new.rows("indicators"))
    back = carried(layout(FIELD), new, layout(INSIDE))
    assert [row.get("objective") for row in back.rows("indicators")] == ["目标一", "目标一"]
    other = replace(rows[0], cells={**rows[0].cells, "objective": "目标二"})
    mixed = replace(document, tables={**document.tables, "indicators": (other, rows[1])})
    assert "goal" not in carried(layout(INSIDE), mixed, layout(FIELD)).fields


@pytest.mark.parametrize(("year", "text"), [(2026, "老数"), (2027, "50"), (2028, "")])
def test_a_cell_that_asks_for_last_years_amount_gets_it_and_never_an_older_one(year: int, text: str) -> None:
    old = replace(filled(), fields={**filled().fields, "before": "老数"})
    assert carried(layout(AGED), old, layout(AGED), year=year).fields.get("before", "") == text


def test_everything_at_once_across_another_form_and_another_tree() -> None:
    """A new year, other names, another tree, values in three cells: nothing that has a place is lost."""
    text = THREE.replace("{phone}", "{mobile}").replace('"title", "phone"', '"title", "mobile"')
    new = carried(layout(), filled(), layout(text.replace("phone = { label", "mobile = { label")), OTHER_TREE, 2027)
    assert new.fields == {"title": filled().fields["title"], "mobile": "0951-1234567"}
    assert [tuple(row.get(name) for name in ("level2", "operator", "value", "unit", "last_year"))
            for row in new.rows("indicators")] == [
        ("产出数量", "≥", "10", "条", "≥10条"), ("民生效益", "≥", "900", "人", "≥900人"),
    ]  # fmt: skip
