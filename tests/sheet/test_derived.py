"""Cells that follow from others: suggestions come, change and go; what a person wrote stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filings.checks import CheckSubject, check_sheet
from filings.sheet.derived import RelatedData, derived_values, prefill_edits, update_derived
from filings.sheet.document import Document, Path, Row
from filings.sheet.edits import AddRow, DeleteRow, Edit, EditError, MoveRow, SetCell, apply_edits
from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from filings.sheet.problems import LayoutError
from tests.checks.kit import rules

HEAD = 'version = 1\nname = "表"\nsubject = "project"\n'
FORM = (
    'key = "a/money"\n'
    + HEAD
    + """\
[cells]
all = { label = "总计", kind = "money" }
own = { label = "本级", kind = "money" }
grant = { label = "拨款", kind = "money" }
rest = { label = "其余", kind = "money" }
towns = { label = "乡镇", kind = "money" }
share = { label = "占比" }
before = { label = "上年" }
[tables.works]
[tables.works.columns]
name = { label = "名" }
amount = { label = "金额", kind = "money" }
[tables.works.rows]
spare = { name = "预备" }
[tables.projects]
from = { layout = "a/plan", columns = { name = "title", amount = "total" } }
[tables.projects.columns]
name = { label = "项目" }
amount = { label = "金额", kind = "money" }
note = { label = "备注" }
[[block]]
widths_mm = [60, 60]
draw = '''
| {all}{own}{grant}{rest}{towns}{share}{before} | < |
works | {name} | {amount} |
projects | {name}{note} | {amount} |
'''
[[section]]
key = "s"
title = "t"
cells = ["all", "own", "grant", "rest", "towns", "share", "before"]
tables = ["works", "projects"]
[[sum]]
total = "all"
parts = ["own", "towns"]
[[sum]]
total = "own"
parts = ["grant", "rest"]
[[sum]]
total = "towns"
parts = ["works.amount"]
[[share]]
cell = "share"
part = "own"
whole = "all"
[[last_year]]
cell = "before"
source = "all"
"""
)
PLAN = (
    'key = "a/plan"\n'
    + HEAD
    + """\
[cells]
title = { label = "名" }
total = { label = "金额" }
[[block]]
kind = "line"
left = "{title}{total}"
[[section]]
key = "s"
title = "t"
cells = ["title", "total"]
"""
)
LAYOUT = load_layout("money.toml", FORM, {}.__getitem__)
OTHER = load_layout("plan.toml", PLAN, {}.__getitem__)
NAMES = ("all", "own", "grant", "rest", "towns", "share", "before")
FOLLOWING = {"all", "own", "towns", "share"}


def document(**fields: str) -> Document:
    return Document("a/money", 1, fields)


def put(document_: Document, *edits: Edit | tuple[str, str], layout: Layout = LAYOUT) -> Document:
    """The document after a save of the edits."""
    made = [SetCell(Path.parse(one[0]), one[1]) if isinstance(one, tuple) else one for one in edits]
    return update_derived(layout, document_, apply_edits(layout, document_, made))


def shown(document_: Document, *names: str) -> list[str]:
    return [document_.value(Path(name)) for name in names]


def plan(title: str, total: str = "") -> tuple[Layout, Document]:
    return OTHER, Document("a/plan", 1, {"title": title, "total": total})


def around(*plans: tuple[Layout, Document], last: Document | None = None) -> RelatedData:
    return RelatedData(last, {"a/plan": plans})


# -- sums and shares -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grant", "rest", "own"),
    [
        ("30", "20", "50"),
        ("30", "", "30"),
        ("30", "20.50", "50.5"),
        ("３０", "1,000", "1030"),
        ("30万元", "20万元", "50万元"),
        ("30万元", "20", "50"),
        ("63000元", "1", "7.3"),
        ("0.1", "0.2", "0.3"),
        ("-5", "5", "0"),
        ("30", "二十", ""),
        ("", "", ""),
    ],
)
def test_a_sum_of_cells(grant: str, rest: str, own: str) -> None:
    assert shown(put(document(), ("grant", grant), ("rest", rest)), "own") == [own]


def test_a_sum_of_a_column_over_all_rows_that_people_add() -> None:
    one = put(
        document(), AddRow("works", "w1", None, (("amount", "3"),)), AddRow("works", "w2", None, (("amount", "4"),))
    )
    assert shown(one, "towns", "all") == ["7", "7"]
    two = put(one, ("works[w1].amount", "10"))
    assert shown(two, "towns", "all") == ["14", "14"]
    assert shown(put(two, DeleteRow("works", "w2")), "towns", "all") == ["10", "10"]
    assert shown(put(two, MoveRow("works", "w2", "")), "towns") == ["14"]
    assert shown(put(two, ("works[spare].amount", "100")), "towns") == ["14"]  # printed by name: no row of the column


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [("50", "200", "25%"), ("1", "3", "33.33%"), ("2", "3", "66.67%"), ("0", "3", "0%"), ("3", "0", ""), ("x", "3", ""),
     ("9" * 60, "0.0001", "")],
)  # fmt: skip
def test_a_share_in_percent(part: str, whole: str, percent: str) -> None:
    assert derived_values(LAYOUT, document(own=part, all=whole)).get(Path("share"), "") == percent


def test_a_share_of_a_sum_of_sums_settles_in_one_save() -> None:
    """Every level changes at once: none may stay at what it was on the way."""
    one = put(document(), ("grant", "30"), ("rest", "20"), AddRow("works", "w", None, (("amount", "50"),)))
    assert shown(one, "own", "towns", "all", "share") == ["50", "50", "100", "50%"]
    two = put(one, ("grant", "70"), ("works[w].amount", "10"))
    assert shown(two, "own", "towns", "all", "share") == ["90", "10", "100", "90%"]
    # The share is 100% on the way, and then what it was before.
    same = put(one, ("grant", "80"), ("works[w].amount", "100"))
    assert shown(same, "own", "towns", "all", "share") == ["100", "100", "200", "50%"]


def test_a_sum_follows_again_after_a_part_was_half_typed_or_emptied() -> None:
    """Autosave sees every state on the way."""
    done = put(document(), ("grant", "30"))
    for typed in ("", "4", "4.", "4.5", "四", "45"):
        done = put(done, ("grant", typed))
    assert shown(done, "own", "all") == ["45", "45"]
    assert shown(put(done, ("grant", "")), "own", "all", "share") == ["", "", ""]


# -- what a person wrote -------------------------------------------------------------------------------------------


def test_a_person_may_write_something_else() -> None:
    one = put(put(document(), ("grant", "30"), ("rest", "20")), ("own", "约50"))
    two = put(one, ("grant", "40"))
    assert shown(two, "own") == ["约50"]
    assert shown(put(put(two, ("own", "")), ("grant", "45")), "own") == ["65"]


def test_what_is_typed_in_the_same_save_stays() -> None:
    assert shown(put(document(), ("grant", "30"), ("own", "31")), "own") == ["31"]
    one = put(document(), ("grant", "30"))
    assert shown(put(one, ("grant", "40"), ("own", "")), "own") == [""]


def test_a_sum_that_a_person_emptied_stays_empty_until_a_part_changes() -> None:
    one = put(put(document(), ("grant", "30")), ("own", ""))
    assert shown(put(one, ("before", "x")), "own") == [""]
    assert shown(put(one, ("rest", "1")), "own") == ["31"]


AMOUNTS = st.sampled_from(["", "1", "20", "3.5", "4万元", "x", "9" * 60])
SETS = st.tuples(st.sampled_from([*NAMES, "works[w1].amount", "works[w2].amount"]), AMOUNTS)
SAVES = st.lists(
    st.lists(st.one_of(SETS, st.sampled_from([AddRow("works", "w1"), AddRow("works", "w2"), DeleteRow("works", "w1")])),
             max_size=4),
    max_size=8,
)  # fmt: skip


@example([[("towns", "1")], [("own", "1"), ("towns", "x")]])
@given(SAVES)
def test_whatever_is_saved_a_persons_own_text_stays(saves: list[list[Edit | tuple[str, str]]]) -> None:
    """Only a cell that is empty or holds the last suggestion changes, and only to the new suggestion."""
    before = document()
    for save in saves:
        typed = before
        for one in save:
            edit = SetCell(Path.parse(one[0]), one[1]) if isinstance(one, tuple) else one
            try:
                typed = apply_edits(LAYOUT, typed, [edit])
            except EditError:
                continue
        after, old = update_derived(LAYOUT, before, typed), derived_values(LAYOUT, before)
        new = derived_values(LAYOUT, after)
        for path in {path for path, _ in (*typed.cells(), *after.cells())}:
            if after.value(path) != typed.value(path):
                assert path.name in FOLLOWING
                assert typed.value(path) in ("", old.get(path, "")), path
                assert after.value(path) == new.get(path, ""), path
                assert before.value(path) == typed.value(path), path
        assert update_derived(LAYOUT, after, after) == after
        before = after


# -- last year and other sheets ------------------------------------------------------------------------------------


def test_last_years_value_is_a_suggestion_for_an_empty_cell() -> None:
    last = document(all="88万元")
    assert prefill_edits(LAYOUT, document(), around(last=last)) == [SetCell(Path("before"), "88万元")]
    assert prefill_edits(LAYOUT, document(before="1"), around(last=last)) == []
    assert prefill_edits(LAYOUT, document(), around()) == []


def test_rows_are_brought_in_from_other_sheets_once() -> None:
    near = around(plan("修路", "10"), plan("修桥"))
    one = apply_edits(LAYOUT, document(), prefill_edits(LAYOUT, document(), near))
    assert [dict(row.cells) for row in one.rows("projects")] == [
        {"name": "修路", "amount": "10"}, {"name": "修桥", "amount": ""},
    ]  # fmt: skip
    assert prefill_edits(LAYOUT, one, near) == []


def test_a_row_that_is_there_gets_its_empty_cells_only() -> None:
    have = Document(
        "a/money",
        1,
        {},
        {"projects": (Row("x", {"name": "修路 ", "note": "我的"}), Row("y", {"name": "修桥", "amount": "1"}))},
    )
    edits = prefill_edits(LAYOUT, have, around(plan("修路", "10"), plan("修桥", "20")))
    assert edits == [SetCell(Path("projects", "x", "amount"), "10")]


def test_a_row_that_was_brought_in_and_renamed_is_the_same_row() -> None:
    near = around(plan("修路", "10"))
    one = apply_edits(LAYOUT, document(), prefill_edits(LAYOUT, document(), near))
    (row,) = one.rows("projects")
    renamed = apply_edits(LAYOUT, one, [SetCell(Path("projects", row.id, "name"), "修大路")])
    assert prefill_edits(LAYOUT, renamed, near) == []


def test_a_row_that_a_person_took_out_comes_back_only_when_asked_for() -> None:
    near = around(plan("修路", "10"))
    one = apply_edits(LAYOUT, document(), prefill_edits(LAYOUT, document(), near))
    without = put(one, DeleteRow("projects", one.rows("projects")[0].id))
    assert without.rows("projects") == ()
    assert apply_edits(LAYOUT, without, prefill_edits(LAYOUT, without, near)).rows("projects") == one.rows("projects")


def test_sheets_without_a_name_or_of_one_name_bring_no_row_twice() -> None:
    near = around(plan("修路", "10"), plan("修路", "20"), plan("", "30"), plan("  ", "40"))
    one = apply_edits(LAYOUT, document(), prefill_edits(LAYOUT, document(), near))
    assert [row.get("amount") for row in one.rows("projects")] == ["10"]


def test_a_sheet_of_an_older_version_without_the_cell_brings_nothing() -> None:
    older = load_layout(
        "plan.toml", PLAN.replace("title", "headline").replace('headline = "t"', 'title = "t"'), {}.__getitem__
    )
    near = around((older, Document("a/plan", 1, {"headline": "修路", "total": "3"})))
    assert prefill_edits(LAYOUT, document(), near) == []


def test_a_form_in_yuan_adds_up_in_yuan() -> None:
    """A bare number is in the form's unit, a unit that was typed wins, and lists go on counting in 万元."""
    yuan = load_layout("yuan.toml", 'money_unit = "元"\n' + FORM, {}.__getitem__)
    blank = Document("a/money", 1)
    for grant, rest, total in [
        ("3000", "2000.5", "5000.5"),
        ("0.3万元", "2000", "5000"),
        ("3000元", "2000元", "5000元"),
    ]:
        typed = apply_edits(yuan, blank, [SetCell(Path("grant"), grant), SetCell(Path("rest"), rest)])
        assert update_derived(yuan, blank, typed).value(Path("own")) == total
    assert str(yuan.cells["own"].kind.amount("5000")) == "0.5000"


# -- sums in rows, cells that say what another says, what new rows begin with ---------------------------------------

ROWS = (
    FORM.replace('name = { label = "名" }', 'name = { label = "名", default = "未定名" }\n'
                 'men = { label = "男", kind = "number" }\n'
                 'women = { label = "女", kind = "number" }')
    .replace("works | {name} |", "works | {name}{men}{women} |")
    .replace('[[share]]', '[[sum]]\ntotal = "works.amount"\nparts = ["works.men", "works.women"]\n[[share]]', 1)
    .replace('before = { label = "上年" }', 'before = { label = "上年" }\nsays = { label = "同上" }')
    .replace("{before}", "{before}{says}").replace('"before"]', '"before", "says"]')
    + '[[follow]]\ncell = "says"\nsource = "before"\n'
)  # fmt: skip
WIDE = load_layout("rows.toml", ROWS, {}.__getitem__)


def test_a_sum_in_each_row_settles_with_the_sums_above_it() -> None:
    made = put(document(), AddRow("works", "a", None, (("men", "3"), ("women", "4"))),
               AddRow("works", "b", None, (("men", "1"),)), layout=WIDE)  # fmt: skip
    assert [row.get("amount") for row in made.rows("works")] == ["7", "1"]
    assert shown(made, "towns", "all") == ["8", "8"]
    again = put(made, ("works[b].amount", "5"), layout=WIDE)
    assert shown(put(again, ("works[a].men", "4"), layout=WIDE), "towns") == ["13"]
    assert WIDE.is_derived("works[a].amount")
    assert WIDE.is_derived("towns")
    assert not WIDE.is_derived("works[a].men")
    assert not WIDE.is_derived("works[]")


def test_a_cell_says_what_another_says_until_a_person_says_otherwise() -> None:
    made = put(document(), ("before", "甲"), layout=WIDE)
    assert shown(made, "says") == ["甲"]
    assert shown(put(made, ("before", "乙"), layout=WIDE), "says") == ["乙"]
    own = put(made, ("says", "我的话"), layout=WIDE)
    assert shown(put(own, ("before", "丙"), layout=WIDE), "says") == ["我的话"]
    assert shown(put(made, ("before", ""), layout=WIDE), "says") == [""]


def test_a_new_row_begins_with_the_defaults_of_its_columns() -> None:
    made = put(document(), AddRow("works", "a", None, ()), AddRow("works", "b", None, (("name", "定了"),)),
               AddRow("works", "c", None, (("name", ""),)), layout=WIDE)  # fmt: skip
    assert [row.get("name") for row in made.rows("works")] == ["未定名", "定了", ""]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"works.men", "works.women"', '"works.men", "own"', "每行求和时，parts 都应是表 works 的列"),
        ('"works.men", "works.women"', '"works.men", "works.kids"', "works.kids 不是已说明的 表.列"),
        ('total = "works.amount"', 'total = "works.amont"', "works.amont 不是已说明的 表.列"),
        ('source = "before"\n', 'source = "says"\n', "says 不能取自己的值"),
        ('cell = "says"', 'cell = "say"', "没有单元格 say"),
        ('default = "未定名"', 'default = "{year}年"', "列的 default 每行相同"),
    ],
)
def test_a_mistake_in_such_a_rule_is_named(old: str, new: str, reason: str) -> None:
    text = ROWS if old not in ROWS else new.join(ROWS.rsplit(old, 1))
    with pytest.raises(LayoutError) as caught:
        load_layout("rows.toml", text, {}.__getitem__)
    assert any(reason in one.reason for one in caught.value.problems)


@pytest.mark.parametrize("rule", ['total = "all"\nparts = ["spare.a"]', 'total = "spare.a"\nparts = ["spare.b"]'])
def test_a_stored_rule_about_a_table_that_the_form_does_not_use_says_nothing(rule: str) -> None:
    """Earlier releases took such a layout into use; its filings are opened and checked without the rule."""
    more = '[tables.spare.columns]\na = { kind = "money", label = "甲" }\nb = { kind = "money", label = "乙" }\n'
    text = FORM.replace('[[sum]]\ntotal = "all"\nparts = ["own", "towns"]\n', f"{more}[[sum]]\n{rule}\n")
    assert text != FORM
    stored = load_layout("a.toml", text, {}.__getitem__, trusted=True)
    assert derived_values(stored, document(grant="1", rest="2")) == {Path("own"): "3"}
    subject = CheckSubject(stored, document(grant="1", rest="2", own="4"), rules())
    assert [(finding.code, finding.path) for finding in check_sheet(subject)] == [("C54", "own")]
