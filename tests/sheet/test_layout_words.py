"""Words of layouts that carry meaning: known ones are explained, unknown ones are mistakes, old files get theirs."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pytest

from filings.sheet.document import TABLES
from filings.sheet.layout import Layout
from filings.sheet.layout_words import COLUMNS, MEANINGS, ROW_WORDS, SCOPES, SOURCES, TERMS
from filings.sheet.loading import load_layout
from filings.sheet.problems import LayoutError
from filings.sheet.suggested_meanings import meaning_lines, missing_meanings

MANUAL = (Path(__file__).resolve().parents[2] / "docs" / "layouts.md").read_text(encoding="utf-8")

FORM = """\
key = "testshire/words"
version = 1
name = "试用表"
subject = "department"
[[block]]
widths_mm = [40, 40]
draw = '''
| {one} | {goal} |
| {total} | {own} |
works | {name} | {aim} |
indicators | {target} | {share} |
'''
[cells]
one = { label = "甲", means = "name" }
goal = { at = "objectives[annual].text", label = "乙", kind = "text" }
total = { at = "funding[total].amount", label = "丙", kind = "money" }
own = { label = "丁" }
share = { label = "戊" }
[tables.objectives.columns]
text = { label = "目标", kind = "text" }
[tables.objectives.rows]
annual = { term = "annual" }
[tables.funding.columns]
amount = { label = "金额", kind = "money" }
[tables.funding.rows]
total = { source = "total", scope = "own" }
[tables.works.columns]
name = { label = "事项" }
aim = { label = "目标", kind = "text", means = "goal" }
[tables.indicators]
beside = { objective_weight = "share" }
[tables.indicators.columns]
target = { label = "指标" }
[[section]]
key = "all"
title = "全部"
cells = ["one", "goal", "total", "own", "share"]
tables = ["works", "indicators"]
"""


def load(text: str, *, trusted: bool = False) -> Layout:
    return load_layout("form.toml", text, {}.__getitem__, trusted=trusted)


def documented(head: str) -> list[str]:
    """The words of the table of the manual that begins with this head."""
    table = re.search(
        rf"^\| `?{head}`? \|[^\n]*\n\|[-|]+\n((?:\|.*\n)+)", MANUAL[MANUAL.index("## Words") :], re.MULTILINE
    )
    assert table, head
    return re.findall(r"^\| `([a-z0-9_]+)` \|", table[1], re.MULTILINE)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("means", MEANINGS), ("term", TERMS), ("row", ROW_WORDS), ("source", SOURCES), ("scope", SCOPES),
        ("of", TABLES), ("column", COLUMNS),
    ],
)  # fmt: skip
def test_the_manual_explains_every_word(head: str, words: Collection[str]) -> None:
    assert documented(head) == list(words)


def test_the_form_without_mistakes_loads() -> None:
    layout = load(FORM)
    assert layout.cells["one"].means == ("name",)
    assert not layout.has_suggested_meanings


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('means = "name" }', 'means = "unheard" }'),
        ('means = "name" }', 'means = ["name", "unheard"] }'),
        ('means = "goal" }', 'means = "unheard" }'),
        ('label = "乙", kind', 'label = "乙", term = "unheard", kind'),
        ('kind = "text", means = "goal" }', 'means = "goal", term = "unheard" }'),
        ('annual = { term = "annual" }', 'annual = { term = "unheard" }'),
        ('source = "total"', 'source = "unheard"'),
        ('source = "total"', 'unheard = "total"'),
        ('scope = "own"', 'scope = "unheard"'),
        ("beside = { objective_weight", "beside = { unheard"),
        ("beside = {", 'term = "unheard"\nbeside = {'),
    ],
)
def test_an_unknown_word_is_a_mistake_with_its_line(right: str, wrong: str) -> None:
    assert FORM.count(right) == 1
    text = FORM.replace(right, wrong)
    with pytest.raises(LayoutError) as caught:
        load(text)
    (problem,) = caught.value.problems
    assert "“unheard”没有含义，可用的有：" in problem.reason
    assert problem.line == text[: text.index("unheard")].count("\n") + 1


def test_a_row_may_preset_its_columns() -> None:
    assert load(FORM.replace('scope = "own" }', 'scope = "own", amount = "3" }'))


def test_what_is_stored_is_printed_whatever_its_words() -> None:
    """Words that are taken out later must not stop filings from being shown."""
    layout = load(FORM.replace('means = "name"', 'means = "gone"').replace('"annual" }', '"gone" }'), trusted=True)
    assert layout.cells["one"].means == ("gone",)


# -- what labels suggested before files could say it ---------------------------------------------------------------


def cell(label: str, more: str = "", *, subject: str = "department") -> Layout:
    """The form with one cell of this label, in a file that says `means` nowhere."""
    text = re.sub(r', means = "[a-z_]+"', "", FORM).replace(
        'own = { label = "丁" }', f'own = {{ label = "{label}"{more} }}'
    )
    return load(text.replace('subject = "department"', f'subject = "{subject}"'))


@pytest.mark.parametrize(
    ("label", "more", "means"),
    [
        ("项目名称", "", "project_name"),
        ("所属名称", ', default = "{project}"', "project_name"),
        ("项目标题", ', default = "{project}"', "project"),
        ("单位名称", "", "name"),
        ("实施单位", "", "department"),
        ("部门（编码和名称）", "", "name any_year"),
        ("年度目标名称（表一）", "", "name year_span"),
        ("总体目标", "", "goal"),
        ("实施期目标", "", "goal year_span"),
        ("项目期", "", "year_span"),
        ("项目年度", "", "budget_year"),
        ("目标的年度范围", "", "goal"),
        ("填报日期", "", "any_year"),
        ("项目总预算", ', kind = "money"', "total_budget"),
        ("项目当年预算", ', kind = "money", help = "如 10.5万元"', "annual_budget with_unit"),
        ("年度单位资金", ', kind = "money"', ""),
        ("项目支出", ', kind = "money"', "project_expenditure"),
        ("上年项目支出", ', kind = "money"', ""),
        ("项目代码", ', kind = "code"', "project_code"),
        ("上年结果", ", required = true", "last_year_result"),
        ("上年结果", "", ""),
        ("地址", "", ""),
    ],
)
def test_labels_of_old_files_suggest_meanings(label: str, more: str, means: str) -> None:
    layout = cell(label, more)
    assert " ".join(layout.cells["own"].means) == means
    assert layout.has_suggested_meanings
    assert missing_meanings(layout) == []


def test_only_a_department_sums_up_its_projects() -> None:
    assert cell("项目支出", ', kind = "money"', subject="project").cells["own"].means == ()


def test_names_of_old_tables_and_columns_suggest_terms() -> None:
    text = re.sub(r', means = "[a-z_]+"', "", FORM).replace("works", "period_works").replace("aim", "annual_goal")
    table = load(
        text.replace(
            "[tables.period_works.columns]", '[tables.period_works]\nof = "works"\n[tables.period_works.columns]'
        )
    ).tables["period_works"]
    assert (table.term, table.columns["annual_goal"].term) == ("period", "annual")
    assert table.columns["annual_goal"].means == ("goal",)


def test_where_one_meaning_is_named_none_is_suggested() -> None:
    layout = load(FORM.replace('label = "丁"', 'label = "项目名称"').replace('label = "丙"', 'label = "项目总预算"'))
    assert layout.cells["own"].means == ()
    assert missing_meanings(layout) == [("total", "项目总预算"), ("own", "项目名称")]
    assert meaning_lines(layout) == [
        ("one", "甲", '名称（means = "name"）'),
        ("works.aim", "目标", '目标（means = "goal"）'),
    ]
