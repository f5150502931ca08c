"""How long a cell's text may become: by kind, by name, as the layout says; a longer stored one may only shrink."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.derived import update_derived
from filings.sheet.document import MAX_CELL_LENGTH, Document, Path, Row
from filings.sheet.edits import AddRow, DeleteRow, Edit, EditError, SetCell, apply_edits, split_refused_cells
from filings.sheet.kinds import KINDS
from filings.sheet.layout import Layout
from filings.sheet.problems import LayoutError
from filings.sheet.text_limits import is_valid_text, is_within_limit
from tests.factories import LAYOUT, filled, layout, put


def form(cells: str, drawn: str, more: str = "") -> Layout:
    """A form with these cells, all drawn in one line and filled in one step."""
    names = ", ".join(f'"{name}"' for name in drawn.split())
    places = "".join(f"{{{name}}}" for name in drawn.split())
    return layout(
        'key = "a/b"\nversion = 1\nname = "表"\nsubject = "project"\n'
        f"[cells]\n{cells}\n[[block]]\nkind = 'line'\nleft = '{places}'\n"
        f"[[section]]\nkey = 's'\ntitle = 't'\ncells = [{names}]\n{more}"
    )


@pytest.mark.parametrize("key", KINDS)
def test_each_kind_has_its_limit(key: str) -> None:
    choices = ', choices = ["甲", "乙"]' if key in ("choice", "boxes") else ""
    made = form(f'a = {{ label = "甲", kind = "{key}"{choices} }}', "a")
    assert made.text_limit(Path("a")) == {"line": 500, "text": 5_000}.get(key, 200)


def test_the_column_name_takes_a_name_whatever_its_kind() -> None:
    assert layout().tables["indicators"].columns["name"].kind.key == "text"
    assert layout().text_limit(Path("indicators", "any", "name")) == 200
    assert layout().text_limit(Path("objectives", "annual", "text")) == 5_000


@pytest.mark.parametrize("said", [1, 120, MAX_CELL_LENGTH])
def test_a_layout_may_say_otherwise(said: int) -> None:
    made = form(f'a = {{ label = "甲", max_length = {said} }}', "a")
    assert made.text_limit(Path("a")) == said
    column = layout(LAYOUT.replace('before = "指标{n}："', f"max_length = {said}"))
    assert column.text_limit(Path("indicators", "i1", "name")) == said


def test_a_cell_in_a_fixed_row_follows_what_is_said_of_it_else_of_its_column() -> None:
    goal = Path("objectives", "annual", "text")
    column = layout(LAYOUT.replace('text = { kind = "text",', 'text = { kind = "text", max_length = 40,'))
    assert column.text_limit(goal) == 40
    both = LAYOUT.replace('text = { kind = "text",', 'text = { kind = "text", max_length = 40,')
    assert layout(both.replace('before = "目标："', "max_length = 30")).text_limit(goal) == 30
    assert layout(both.replace('before = "目标："', "max_length = 30")).text_limit(
        Path("objectives", "period", "text")
    ) == 40  # fmt: skip


def test_the_choices_of_a_cell_always_fit() -> None:
    choices = ["长" * 90 + str(number) for number in range(4)]
    made = form(f'a = {{ label = "甲", kind = "boxes", multiple = true, choices = {choices} }}', "a")
    assert is_within_limit(made, Path("a"), "、".join(choices))


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("max_length = 0", "max_length 应为 1 到 20000 的整数"),
        ("max_length = -5", "max_length 应为 1 到 20000 的整数"),
        (f"max_length = {MAX_CELL_LENGTH + 1}", "max_length 应为 1 到 20000 的整数"),
        ("max_length = 99999999999999999999", "max_length 应为 1 到 20000 的整数"),
        ('max_length = 3, default = "四个字的"', "default 有 4 字，超过 max_length = 3"),
        ('max_length = 1, kind = "choice", choices = ["是", "不是"]', "choices 中有的选项超过 max_length = 1 字"),
    ],
)
def test_a_limit_out_of_bounds_is_a_mistake_with_its_line(cell: str, reason: str) -> None:
    with pytest.raises(LayoutError) as caught:
        form(f'first = {{ label = "头" }}\na = {{ label = "甲", {cell} }}', "first a")
    (problem,) = caught.value.problems
    assert reason in problem.reason
    assert problem.line == 7


@pytest.mark.parametrize("value", ['"200"', "2.5", "true"])
def test_a_limit_that_is_no_number_is_a_mistake(value: str) -> None:
    with pytest.raises(LayoutError, match="max_length"):
        form(f'a = {{ label = "甲", max_length = {value} }}', "a")


def test_a_longer_text_that_is_stored_may_stay_and_shrink() -> None:
    before = filled(title="长" * 600)
    for text in ("长" * 600, "短" * 599, "短" * 500, ""):
        assert apply_edits(layout(), before, [put("title", text)]).value(Path("title")) == text
    for text in ("短" * 600, "长" * 601):
        with pytest.raises(EditError) as caught:
            apply_edits(layout(), before, [put("title", text)])
        assert (caught.value.code, caught.value.facts["before"]) == ("stored_cell_too_long", 600)


TEXTS = st.builds(str.__mul__, st.sampled_from("长a𠮷"), st.sampled_from([0, 1, 199, 200, 201, 499, 500, 501, 700]))


@given(TEXTS, st.lists(TEXTS, max_size=5))
def test_no_run_of_edits_makes_a_text_longer_than_the_limit_and_what_was_stored(first: str, texts: list[str]) -> None:
    document = filled(title=first)
    for text in texts:
        stored = document.value(Path("title"))
        try:
            document = apply_edits(layout(), document, [put("title", text)])
        except EditError:
            assert len(text) > 500
            assert len(text) >= len(stored)
        else:
            assert document.value(Path("title")) == text, "nothing is cut"
        assert len(document.value(Path("title"))) <= max(500, len(stored))


def test_the_bound_of_a_workbook_stands_above_all() -> None:
    made = form(f'a = {{ label = "甲", max_length = {MAX_CELL_LENGTH} }}', "a")
    assert is_valid_text(made, Path("a"), "字" * MAX_CELL_LENGTH)
    assert not is_valid_text(made, Path("a"), "𠮷" * (MAX_CELL_LENGTH // 2 + 1))


def test_a_new_row_loses_only_the_cells_that_it_cannot_hold() -> None:
    cells = (("name", "名"), ("value", "长" * 201), ("level1", "坏\0"))
    edits: list[Edit] = [AddRow("indicators", "r1", "", cells), DeleteRow("indicators", "i1")]
    assert list(split_refused_cells(layout(), edits)) == [
        AddRow("indicators", "r1", "", (("name", "名"),)),
        SetCell(Path("indicators", "r1", "value"), "长" * 201),
        SetCell(Path("indicators", "r1", "level1"), "坏\0"),
        edits[1],
    ]
    unknown = [AddRow("indicators", "r1", None, (("nosuch", "长" * 999),)), AddRow("nosuch", "r1", None, (("a", "b"),))]
    assert list(split_refused_cells(layout(), unknown)) == unknown, "refused whole, as before"


COPYING = form(
    'long = { label = "长文", kind = "text" }\nshort = { label = "短文" }', "long short",
    "[[follow]]\ncell = 'short'\nsource = 'long'\n",
)  # fmt: skip


def test_a_derived_text_that_its_cell_cannot_hold_is_left_out() -> None:
    """The save goes on; what was derived before goes, as the text that it was derived from is gone."""
    before = Document("a/b", 1, {"long": "短", "short": "短"})
    for text, derived in (("长" * 500, "长" * 500), ("长" * 501, "")):
        after = apply_edits(COPYING, before, [put("long", text)])
        assert update_derived(COPYING, before, after).fields == {"long": text, "short": derived}


def test_rows_of_a_document_may_hold_more_than_an_edit_may_put_in() -> None:
    row = Row("old", {"name": "长" * 300})
    document = Document("testshire/plan", 1, {}, {"indicators": (row,)})
    after = apply_edits(layout(), document, [put("indicators[old].value", "1")])
    assert after.value(Path("indicators", "old", "name")) == "长" * 300
