"""Edits change what they name and nothing else, lose nothing, and are refused whole."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filings.sheet.document import Document, Path, Row, document_from_data, document_to_data
from filings.sheet.edits import (
    MAX_ROWS,
    AddRow,
    DeleteRow,
    Edit,
    EditError,
    MoveRow,
    SetCell,
    apply_edits,
    parse_edits,
)
from tests.factories import filled, layout, put
from tests.thoroughness import times


def ids(document: Document, table: str = "indicators") -> list[str]:
    return [row.id for row in document.rows(table)]


def edited(*edits: Edit, document: Document | None = None) -> Document:
    return apply_edits(layout(), document or filled(), edits)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("title", "新名"),
        ("title", ""),
        ("phone", "not a phone at all"),
        ("funding[total].amount", "五十万"),
        ("objectives[annual].text", "一\n二"),
        ("indicators[i1].value", "=HYPERLINK(1)"),
        ("indicators[i2].name", "  blanks stay  "),
        ("title", "字" * 500),
        ("phone", "1" * 200),
        ("objectives[annual].text", "字" * 5_000),
        ("indicators[i1].name", "𠮷" * 200),
        ("indicators[i1].value", "字" * 200),
    ],
)
def test_a_cell_takes_any_text_as_typed(address: str, text: str) -> None:
    path = Path.parse(address)
    before = filled()
    after = edited(put(address, text))
    assert after.value(path) == text
    others = {where: value for where, value in before.cells() if where != path}
    assert {where: value for where, value in after.cells() if where != path} == others


def test_a_fixed_row_that_is_missing_comes_back_with_what_it_means() -> None:
    bare = Document("testshire/plan", 1)
    after = edited(put("funding[grant].amount", "3"), document=bare)
    assert after.rows("funding") == (Row("grant", {"source": "appropriation", "amount": "3"}),)


@pytest.mark.parametrize(
    ("edit", "code", "path"),
    [
        (put("fax", "x"), "unknown_cell", "fax"),
        (put("indicators[i1].basis", "x"), "unknown_cell", "indicators[i1].basis"),
        (put("objectives[annual].term", "period"), "unknown_cell", "objectives[annual].term"),
        (put("works[r1].name", "x"), "unknown_cell", "works[r1].name"),
        (put("title[x].name", "x"), "unknown_cell", "title[x].name"),
        (put("indicators[gone].name", "x"), "row_deleted", "indicators[gone].name"),
        (put("funding[extra].amount", "1"), "row_deleted", "funding[extra].amount"),
        (put("title", "a\0b"), "text_unprintable", "title"),
        (put("title", "\ud800"), "text_unprintable", "title"),
        (put("title", "字" * 501), "cell_too_long", "title"),
        (put("phone", "1" * 201), "cell_too_long", "phone"),
        (put("funding[total].amount", "1" * 300), "cell_too_long", "funding[total].amount"),
        (put("objectives[annual].text", "字" * 5_001), "cell_too_long", "objectives[annual].text"),
        (put("indicators[i1].name", "字" * 201), "cell_too_long", "indicators[i1].name"),
        (put("indicators[i1].value", "字" * 201), "cell_too_long", "indicators[i1].value"),
        (put("indicators[i1].level1", "字" * 201), "cell_too_long", "indicators[i1].level1"),
        (AddRow("indicators", "r1", cells=(("name", "字" * 201),)), "cell_too_long", "indicators[r1].name"),
        (AddRow("works", "r1"), "unknown_table", ""),
        (AddRow("nonsense", "r1"), "unknown_table", ""),
        (AddRow("indicators", "i1"), "bad_row_id", ""),
        (AddRow("indicators", "a b"), "bad_row_id", ""),
        (AddRow("indicators", ""), "bad_row_id", ""),
        (AddRow("indicators", "x" * 33), "bad_row_id", ""),
        (AddRow("indicators", "r1", cells=(("basis", "x"),)), "unknown_cell", "indicators[r1].basis"),
        (AddRow("indicators", "r1", cells=(("name", "\0"),)), "text_unprintable", "indicators[r1].name"),
        (AddRow("funding", "hidden", cells=(("amount", "1"),)), "no_added_rows", ""),
        (AddRow("objectives", "annual"), "no_added_rows", ""),
        (DeleteRow("indicators", "gone"), "row_deleted", ""),
        (DeleteRow("funding", "total"), "fixed_row", ""),
        (DeleteRow("works", "r1"), "unknown_table", ""),
        (MoveRow("indicators", "gone", "i1"), "row_deleted", ""),
        (MoveRow("objectives", "annual", ""), "fixed_row", ""),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_with_a_code(edit: Edit, code: str, path: str) -> None:
    before = filled()
    kept = deepcopy(before)
    with pytest.raises(EditError) as caught:
        edited(put("title", "also not done"), edit, document=before)
    assert (caught.value.code, caught.value.path) == (code, path)
    assert before == kept


@pytest.mark.parametrize(
    ("after", "order"),
    [("", ["new", "i1", "i2"]), ("i1", ["i1", "new", "i2"]), ("i2", ["i1", "i2", "new"]), (None, ["i1", "i2", "new"]),
     ("gone", ["i1", "i2", "new"])],
)  # fmt: skip
def test_where_a_row_is_added(after: str | None, order: list[str]) -> None:
    made = edited(AddRow("indicators", "new", after, (("name", "新"),)))
    assert ids(made) == order
    assert made.value(Path("indicators", "new", "name")) == "新"


@pytest.mark.parametrize(
    ("row", "after", "order"),
    [("i2", "", ["i2", "i1"]), ("i1", "i2", ["i2", "i1"]), ("i1", "i1", ["i1", "i2"]), ("i2", "i2", ["i1", "i2"]),
     ("i1", "gone", ["i2", "i1"]), ("i1", "", ["i1", "i2"])],
)  # fmt: skip
def test_where_a_row_moves(row: str, after: str, order: list[str]) -> None:
    assert ids(edited(MoveRow("indicators", row, after))) == order


def test_a_row_added_in_a_batch_can_be_filled_and_removed_in_it() -> None:
    made = edited(AddRow("indicators", "new"), put("indicators[new].name", "新"), DeleteRow("indicators", "i1"))
    assert ids(made) == ["i2", "new"]


def test_a_table_has_a_largest_size() -> None:
    rows = tuple(Row(f"r{i}") for i in range(MAX_ROWS - 1))
    document = edited(AddRow("indicators", "last"), document=Document("testshire/plan", 1, {}, {"indicators": rows}))
    assert len(document.rows("indicators")) == MAX_ROWS
    with pytest.raises(EditError) as caught:
        edited(AddRow("indicators", "more"), document=document)
    assert (caught.value.code, caught.value.facts) == ("too_many_rows", {"most": MAX_ROWS})


ROW_IDS = st.sampled_from(["i1", "i2", "a", "b", "c", "gone", "bad id"])
TABLES = st.sampled_from(["indicators", "indicators", "indicators", "funding", "works"])
TEXTS = st.sampled_from(["", "甲", "乙\n丙", "\0", "50万元"])
AFTER = st.none() | st.just("") | ROW_IDS
CELLS = st.lists(st.tuples(st.sampled_from(["name", "value"]), TEXTS), max_size=2).map(tuple)
PATHS = (
    st.builds(Path, st.just("indicators"), ROW_IDS, st.sampled_from(["name", "value", "nope"]))
    | st.builds(Path, st.sampled_from(["title", "phone", "nope"]))
    | st.builds(Path, st.just("funding"), st.sampled_from(["total", "grant", "x"]), st.just("amount"))
)
EDITS = st.lists(
    st.builds(SetCell, PATHS, TEXTS)
    | st.builds(AddRow, TABLES, ROW_IDS, AFTER, CELLS)
    | st.builds(DeleteRow, TABLES, ROW_IDS | st.just("total"))
    | st.builds(MoveRow, TABLES, ROW_IDS, st.just("") | ROW_IDS),
    max_size=15,
)


@settings(max_examples=times(100, 1200))
@given(EDITS)
def test_any_run_of_edits_keeps_the_document_whole(edits: list[Edit]) -> None:
    document = filled()
    texts = dict(document.cells())
    order = ids(document)
    for edit in edits:
        kept = deepcopy(document)
        try:
            after = apply_edits(layout(), document, [edit])
        except EditError:
            assert document == kept
            continue
        assert document == kept, "apply changes nothing of what it is given"
        document = after
        _expect(edit, texts, order)
        assert {path: text for path, text in document.cells() if text} == {p: t for p, t in texts.items() if t}
        assert len(set(ids(document))) == len(ids(document))
        assert sorted(ids(document)) == sorted(order)
        assert ids(document, "funding") == ["total", "grant", "rest"]
        assert document_from_data(document_to_data(document))


def _expect(edit: Edit, texts: dict[Path, str], order: list[str]) -> None:
    """The same edit done to a plain dictionary and list, the simplest thing that could be right."""
    if isinstance(edit, SetCell):
        texts[edit.path] = edit.value
    elif isinstance(edit, AddRow):
        order.append(edit.id)
        texts.update({Path(edit.table, edit.id, column): value for column, value in edit.cells})
    elif isinstance(edit, DeleteRow):
        order.remove(edit.id)
        for path in [path for path in texts if (path.name, path.row) == (edit.table, edit.id)]:
            del texts[path]


@given(st.permutations(["i1", "i2", "i3", "i4"]), st.integers(0, 3), st.integers(0, 4))
def test_moving_keeps_the_order_of_the_others(order: list[str], which: int, place: int) -> None:
    document = Document("testshire/plan", 1, {}, {"indicators": tuple(Row(one) for one in order)})
    moved = order[which]
    others = [one for one in order if one != moved]
    after = ["", *others][place % 4]
    expected = (
        [moved, *others] if not after else [x for one in others for x in ((one, moved) if one == after else (one,))]
    )
    assert ids(edited(MoveRow("indicators", moved, after), document=document)) == expected


@pytest.mark.parametrize(
    ("item", "edit"),
    [
        ({"do": "set", "path": "title", "value": "x"}, put("title", "x")),
        ({"do": "set", "path": "indicators[i1].name", "value": ""}, put("indicators[i1].name", "")),
        ({"do": "add", "table": "t", "id": "r"}, AddRow("t", "r")),
        ({"do": "add", "table": "t", "id": "r", "after": "", "cells": {"a": "b"}}, AddRow("t", "r", "", (("a", "b"),))),
        ({"do": "delete", "table": "t", "id": "r"}, DeleteRow("t", "r")),
        ({"do": "move", "table": "t", "id": "r", "after": "q"}, MoveRow("t", "r", "q")),
    ],
)
def test_edits_as_a_browser_sends_them(item: dict[str, Any], edit: Edit) -> None:
    assert parse_edits([item]) == [edit]


@pytest.mark.parametrize(
    "data",
    [
        None, {}, "set", 5,
        [None], [[]], ["set"], [{}], [{"do": "drop"}], [{"do": ["set"]}], [{"do": "set"}],
        [{"do": "set", "path": "title"}],
        [{"do": "set", "path": "title", "value": None}],
        [{"do": "set", "path": "title", "value": 5}],
        [{"do": "set", "path": "title", "value": ["x"]}],
        [{"do": "set", "path": 5, "value": "x"}],
        [{"do": "set", "path": "../etc", "value": "x"}],
        [{"do": "set", "path": "__class__", "value": "x"}],
        [{"do": "add", "table": "t"}],
        [{"do": "add", "table": "t", "id": 5}],
        [{"do": "add", "table": "t", "id": "r", "after": 5}],
        [{"do": "add", "table": "t", "id": "r", "cells": None}],
        [{"do": "add", "table": "t", "id": "r", "cells": "ab"}],
        [{"do": "add", "table": "t", "id": "r", "cells": {"a": 5}}],
        [{"do": "add", "table": "t", "id": "r", "cells": [[[], "x"]]}],
        [{"do": "delete", "table": ["t"], "id": "r"}],
        [{"do": "move", "table": "t", "id": "r"}],
        [{"do": "move", "table": "t", "id": "r", "after": None}],
        [{"do": "set", "path": "title", "value": "x"}, {"do": "nonsense"}],
    ],
)  # fmt: skip
def test_anything_else_is_refused(data: object) -> None:
    with pytest.raises(EditError, match="bad_request"):
        parse_edits(data)
