"""Which columns belong to a target value, as the layout says, and the mistakes that it can make."""

from __future__ import annotations

import pytest

from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from filings.sheet.problems import LayoutError
from filings.sheet.targets import table_targets
from tests.factories import LAYOUT

COLUMNS = """\
name = { label = "名称" }
unit = { label = "单位" }
last_year = { label = "上年", kind = "target" }
value = { label = "值", kind = "target" }
other = { label = "另值", kind = "target" }
"""


def form(columns: str = COLUMNS, table: str = "", of: str = "indicators") -> str:
    """A form with one table, whose columns begin in line 18."""
    names = "".join(f"{{{line.split(' =')[0]}}}" for line in columns.splitlines())
    return f"""\
key = "testshire/targets"
version = 1
name = "表"
subject = "project"
[[block]]
widths_mm = [80]
draw = '''
| {{goal}} |
rows | {names} |
'''
[cells]
goal = {{ label = "目标", kind = "text" }}
[tables.rows]
of = "{of}"
{table}

[tables.rows.columns]
{columns}
[[section]]
key = "all"
title = "全部"
cells = ["goal"]
tables = ["rows"]
"""


def read(text: str) -> Layout:
    return load_layout("form.toml", text, {}.__getitem__)


def targets(columns: str = COLUMNS, of: str = "indicators") -> list[dict[str, str]]:
    return [dict(target.columns) for target in table_targets(read(form(columns, of=of)).tables["rows"])]


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(LayoutError) as error:
        read(text)
    return [(problem.line, problem.reason) for problem in error.value.problems]


def test_values_of_one_row_share_what_is_named_as_what_it_means() -> None:
    assert targets() == [
        {"name": "name", "unit": "unit", "last_year": "last_year", "value": "value"},
        {"name": "name", "unit": "unit", "value": "other"},
    ]


def test_a_value_with_a_name_of_its_own_shares_the_row_alone() -> None:
    columns = COLUMNS + 'level1 = { label = "一级", kind = "level1" }\nname_2 = { label = "另名" }\n'
    named = columns.replace('label = "另值",', 'label = "另值", with = { name = "name_2" },')
    assert targets(named)[1] == {"level1": "level1", "name": "name_2", "value": "other"}


def test_a_value_may_have_none_of_what_others_share_and_another_last_year() -> None:
    columns = COLUMNS.replace(
        'label = "另值", kind = "target"',
        'label = "另值", kind = "target", with = { unit = "", last_year = "before" }',
    )
    columns += 'before = { label = "另上年", kind = "target" }\n'
    assert targets(columns)[1:] == [{"name": "name", "last_year": "before", "value": "other"}]


def test_other_tables_have_targets_only_by_kind_and_with_a_name() -> None:
    assert [one["value"] for one in targets(of="works")] == ["value", "other"]
    assert [one["value"] for one in targets(COLUMNS.replace(', kind = "target"', ""), of="works")] == []
    assert [one["value"] for one in targets(COLUMNS.replace("name =", "title ="), of="works")] == []
    assert [one["value"] for one in targets(COLUMNS.replace(', kind = "target"', ""))] == ["value"]


@pytest.mark.parametrize(
    ("columns", "line", "reason"),
    [
        ('name = { label = "名", with = { unit = "unit" } }\nunit = { label = "位" }', 18, "列 name 不是指标值"),
        ('name = { label = "名" }\nvalue = { label = "值", with = { unit = "unit" } }', 19, "unit 所指的列 unit 不在"),
        ('name = { label = "名" }\nvalue = { label = "值", with = { unit = "value" } }', 19, "指的是它自己"),
    ],
)
def test_mistakes_of_a_column_have_their_line(columns: str, line: int, reason: str) -> None:
    ((found, words),) = problems(form(columns + "\n"))
    assert (found, reason in words) == (line, True), words


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ('value = { label = "值", with = { units = "unit" } }\nunit = { label = "位" }', "units"),
        ('value = { label = "值", term = "yearly" }', "yearly"),
    ],
)
def test_unknown_words_are_mistakes(columns: str, word: str) -> None:
    ((line, words),) = problems(form(columns + "\n"))
    assert (line, word in words) == (18, True), words


@pytest.mark.parametrize(
    ("table", "word"), [('goal = "aim"', "aim"), ('required = "yes"', "yes"), ("required = true", "")]
)
def test_mistakes_of_a_table(table: str, word: str) -> None:
    ((line, words),) = problems(form(table=table))
    assert (line, word in words) == (15, True), words


def test_goal_and_required_rows_are_said_for_each_table() -> None:
    table = read(form(table='goal = "goal"\nrequired = "rows"')).tables["rows"]
    assert (table.goal, table.rows_required) == ("goal", True)
    like = form(table='goal = "goal"\nrequired = "rows"').replace(
        "[[section]]", '[tables.more]\nlike = "rows"\n[[block]]\nwidths_mm = [80]\ndraw = \'\'\'\n'
        "more | {name}{unit}{last_year}{value}{other} |\n'''\n[[section]]", 1
    ).replace('tables = ["rows"]', 'tables = ["rows", "more"]')  # fmt: skip
    more = read(like).tables["more"]
    assert (more.goal, more.rows_required) == ("", False)


def test_old_layouts_ask_for_no_rows() -> None:
    layout = load_layout("old.toml", LAYOUT, {}.__getitem__)
    assert not any(table.rows_required or table.goal for table in layout.tables.values())
