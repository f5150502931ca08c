"""Carrying a sheet into next year's form: what means the same is found, whatever it is called now; nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from filings.sheet.copy_forward import CopySource, copied_paths, copy_forward, copy_warnings
from filings.sheet.document import Document, Row
from filings.sheet.layout import Layout
from filings.sheet.new_documents import blank_document
from indicators.taxonomy import Category, Tree
from tests.factories import LAYOUT, filled, layout, profile

TREE = profile().tree
OTHER_TREE = Tree(
    (
        Category("c", "产出与成本", None, "output"),
        Category("c.n", "产出数量", "c", "output.quantity"),
        Category("b", "效益", None, "benefit"),
        Category("b.m", "民生效益", "b", "benefit.social"),
        Category("b.s", "社会效益", "b", "benefit.social"),
    )
)
PARTED = (
    LAYOUT.replace("widths_mm = [40, 40, 40, 40]", "widths_mm = [20, 20, 30, 20, 20, 20, 20]", 1)
    .replace('value = { kind = "target", label = "试用值", required = true }',
             'operator = { kind = "operator", label = "符号" }\nvalue = { kind = "target", label = "试用值" }\n'
             'unit = { label = "单位" }\nlast_year = { label = "上年" }')
)  # fmt: skip
HEAD, TAIL = PARTED[: PARTED.index("draw = '''")], PARTED[PARTED.index("[cells]") :]
THREE = f"""{HEAD}draw = '''
| {{title}}{{phone}}{{total}}{{grant}}{{rest}}{{long_goal}}{{year_goal}} | < | < | < | < | < | < |
indicators | {{level1}} | {{level2}} | {{name}} | {{operator}} | {{value}} | {{unit}} | {{last_year}} |
'''

{TAIL}"""


def carried(old: Layout, document: Document, new: Layout, tree: Tree = TREE, year: int = 2027) -> Document:
    ids = (f"new{number}" for number in count(1))
    return copy_forward(CopySource(old, document, TREE, 2026), blank_document(new, [], {}), new, tree, year, ids)


def with_value(**cells: str) -> Document:
    row = {"level1": "产出指标", "level2": "数量指标", "name": "条数", **cells}
    return replace(filled(), tables={**filled().tables, "indicators": (Row("i1", row),)})


def values(document: Document) -> dict[str, str]:
    (row,) = document.rows("indicators")
    return {name: row.get(name) for name in ("operator", "value", "unit", "last_year") if row.get(name)}


def test_the_same_form_takes_everything_under_new_row_ids() -> None:
    new = carried(layout(), filled(), layout())
    assert new.fields == filled().fields
    assert [row.id for row in new.rows("indicators")] == ["new1", "new2"]
    assert [row.cells for row in new.rows("indicators")] == [row.cells for row in filled().rows("indicators")]
    assert (new.rows("funding"), new.rows("objectives")) == (filled().rows("funding"), filled().rows("objectives"))


@pytest.mark.parametrize(
    ("typed", "year", "text"),
    [
        ("２０２６年１月５日", 2026, "２０２６年１月５日"),
        (" 2026-12-31", 2026, " 2026-12-31"),
        ("２０２６年１月５日", 2027, "２０２７年１月５日"),
    ],
)
def test_a_date_within_the_year_stays_spelled_as_it_was(typed: str, year: int, text: str) -> None:
    """A sheet copied within a year, as for an adjustment, differs in nothing: C74 would ask for the reason."""
    form = layout(LAYOUT.replace('kind = "phone"', 'kind = "date"') + '[[period]]\nbegin = "phone"\n')
    assert carried(form, filled(phone=typed), form, year=year).fields["phone"] == text


def test_defaults_of_the_new_year_win() -> None:
    blank = blank_document(layout(), [], {"title": "2027年新"})
    new = copy_forward(CopySource(layout(), filled(), TREE, 2026), blank, layout(), TREE, 2027, iter(["a", "b"]))
    assert new.fields == {"title": "2027年新", "phone": "0951-1234567"}


def test_renamed_cells_and_columns_are_found_by_their_words() -> None:
    text = LAYOUT.replace('"title", "phone"', '"title", "mobile"').replace("{phone}", "{mobile}")
    text = text.replace('phone = { label = "试用电话"', 'mobile = { label = " 试用电话"')
    text = text.replace('value = { kind = "target"', 'aim = { kind = "target"').replace("{value}", "{aim}")
    new = carried(layout(), filled(), layout(text))
    assert new.fields["mobile"] == "0951-1234567"
    assert [row.get("aim") for row in new.rows("indicators")] == ["≥10条", "≥900人"]
    back = carried(layout(text), new, layout())
    assert back.fields == filled().fields
    assert [row.cells for row in back.rows("indicators")] == [row.cells for row in filled().rows("indicators")]


def test_lines_printed_by_name_are_found_by_what_they_mean() -> None:
    text = LAYOUT.replace("funding[grant]", "funding[budget]").replace("\ngrant = { source", "\nbudget = { source")
    text = text.replace("tables.objectives", "tables.goals").replace("objectives[", "goals[")
    text = text.replace("[tables.goals.columns]", '[tables.goals]\nof = "objectives"\n[tables.goals.columns]')
    new = carried(layout(), filled(), layout(text))
    assert [(row.id, row.get("amount")) for row in new.rows("funding")] == [
        ("total", "50"), ("budget", "30"), ("rest", "20"),
    ]  # fmt: skip
    assert [row.get("text") for row in new.rows("goals")] == ["三年改完", "今年改十条"]


def test_lines_that_mean_nothing_are_found_by_their_name_only() -> None:
    text = LAYOUT.replace('{ source = "total" }', "{}").replace('{ source = "other" }', "{}")
    renamed = text.replace("funding[rest]", "funding[more]").replace("\nrest = {}", "\nmore = {}")
    other = renamed.replace("rest = { at", "odd = { at").replace("{rest}", "{odd}").replace('"rest"', '"odd"')
    new = carried(layout(text), filled(), layout(other.replace("试用其余", "试用别的")))
    assert [(row.id, row.get("amount")) for row in new.rows("funding")] == [
        ("total", "50"), ("grant", "30"), ("more", ""),
    ]  # fmt: skip
    assert carried(layout(text), filled(), layout(renamed)).rows("funding")[2].get("amount") == "20"
    assert carried(layout(text), filled(), layout(other)).rows("funding")[2].get("amount") == "20"


def test_indicators_of_another_name_of_table() -> None:
    text = LAYOUT.replace("tables.indicators", "tables.annual").replace("indicators | {level1}", "annual | {level1}")
    text = text.replace('tables = ["indicators"]', 'tables = ["annual"]')
    text = text.replace("[tables.annual]", '[tables.annual]\nof = "indicators"')
    new = carried(layout(), filled(), layout(text))
    assert [row.get("name") for row in new.rows("annual")] == ["改造条数", "受益人数"]


# -- categories ----------------------------------------------------------------------------------------------------


def test_categories_have_the_names_of_the_new_tree() -> None:
    new = carried(layout(), filled(), layout(), OTHER_TREE)
    assert [(row.get("level1"), row.get("level2")) for row in new.rows("indicators")] == [
        ("产出与成本", "产出数量"), ("效益", "民生效益"),
    ]  # fmt: skip


def test_of_two_categories_that_mean_the_same_the_one_of_the_same_name_stays() -> None:
    row = Row("i1", {"level1": "效益", "level2": "社会效益", "name": "甲", "value": "1"})
    document = replace(filled(), tables={"indicators": (row,)})
    origin = CopySource(layout(), document, OTHER_TREE, 2026)
    new = copy_forward(origin, blank_document(layout(), [], {}), layout(), OTHER_TREE, 2027, iter(["a"]))
    assert new.rows("indicators")[0].cells == row.cells


def test_one_name_under_two_parents_stays_under_its_own() -> None:
    tree = Tree(
        (
            Category("output", "产出指标"),
            Category("output.other", "……", "output", "output"),
            Category("benefit", "效益指标"),
            Category("benefit.other", "……", "benefit", "output"),
        )
    )
    for level1, level2 in (("产出指标", "……"), ("效益指标", "……"), ("产出指标", "")):
        row = Row("i1", {"level1": level1, "level2": level2, "name": "甲", "value": "1"})
        origin = CopySource(layout(), replace(filled(), tables={"indicators": (row,)}), tree, 2026)
        new = copy_forward(origin, blank_document(layout(), [], {}), layout(), tree, 2027, iter(["a"]))
        assert (new.rows("indicators")[0].get("level1"), new.rows("indicators")[0].get("level2")) == (level1, level2)


def test_a_category_that_the_new_tree_lacks_stays_as_written() -> None:
    tree = Tree((Category("output", "产出指标"), Category("output.quality", "质量", "output")))
    new = carried(layout(), filled(), layout(), tree)
    assert new.rows("indicators")[1].get("level2") == "社会效益指标"
    strange = with_value(level1="没有的", level2="没见过", value="1")
    assert carried(layout(), strange, layout(), OTHER_TREE).rows("indicators")[0].get("level2") == "没见过"


# -- values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "operator", "value", "unit"),
    [
        ("≥95%", "≥", "95", "%"),
        ("不低于 1,200.50 条", "≥", "1200.5", "条"),
        ("95%", "", "95%", ""),
        ("≥2次/日", "", "≥2次/日", ""),
        ("≥95%（抽样）", "", "≥95%（抽样）", ""),
        ("10-20%", "", "10-20%", ""),
        ("12月底前", "", "12月底前", ""),
        ("约90%", "", "约90%", ""),
        ("≥", "", "≥", ""),
        ("明显改善", "", "明显改善", ""),
    ],
)
def test_one_cell_comes_apart_only_without_loss(one: str, operator: str, value: str, unit: str) -> None:
    new = carried(layout(), with_value(value=one), layout(THREE), year=2026)
    want = {"operator": operator, "value": value, "unit": unit}
    assert values(new) == {name: text for name, text in want.items() if text}


def test_three_cells_are_joined() -> None:
    old = with_value(operator="≥", value="95", unit="%")
    assert values(carried(layout(THREE), old, layout())) == {"value": "≥95%"}


@pytest.mark.parametrize(
    ("gone", "want"), [("operator", {"value": "≥95", "unit": "%"}), ("unit", {"operator": "≥", "value": "95%"})]
)
def test_a_form_with_only_one_of_the_columns_keeps_the_rest_in_the_value(gone: str, want: dict[str, str]) -> None:
    fewer = THREE.replace(f"{{{gone}}}", "").replace(
        f'{gone} = {{ kind = "operator", label = "符号" }}\n' if gone == "operator" else 'unit = { label = "单位" }\n',
        "",
    )
    old = with_value(value="≥95%")
    assert values(carried(layout(), old, layout(fewer), year=2026)) == want
    parted = with_value(operator="≥", value="95", unit="%")
    assert values(carried(layout(THREE), parted, layout(fewer), year=2026)) == want


def test_last_years_value_goes_where_the_form_asks_for_it() -> None:
    assert values(carried(layout(), with_value(value="≥95%"), layout(THREE)))["last_year"] == "≥95%"
    same_year = carried(layout(THREE), with_value(value="95", last_year="90"), layout(THREE), year=2026)
    assert values(same_year) == {"value": "95", "last_year": "90"}
    next_year = carried(layout(THREE), with_value(value="95", last_year="90"), layout(THREE))
    assert values(next_year) == {"value": "95", "last_year": "95"}


# -- marks ---------------------------------------------------------------------------------------------------------


def test_marked_is_all_that_a_new_sheet_would_not_have() -> None:
    blank = blank_document(layout(), [], {"title": "巷道改造"})
    paths = copied_paths(filled(), blank)
    assert "title" not in paths
    assert {"phone", "funding[grant].amount", "indicators[i1].value"} <= set(paths)
    assert not any(path.endswith((".source", ".term")) for path in paths)


def test_the_year_in_a_carried_text_is_said() -> None:
    document = filled(title="２０２６年巷道", phone="1")
    assert copy_warnings(document, ["title", "phone", "indicators[gone].name"], 2026) == {
        "title": "沿用 2026 年内容，其中写有“2026”，请核对。",
        "phone": "沿用 2026 年内容，请核对。",
    }
