"""A document as data: what goes out comes back, and what cannot be stored is refused with its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.document import (
    MAX_CELL_LENGTH,
    TABLES,
    Document,
    Path,
    PathError,
    Row,
    digest,
    document_from_data,
    document_to_data,
    text_error,
)

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
IDS = st.from_regex(r"[A-Za-z0-9_-]{1,32}", fullmatch=True)
TEXTS = st.text(max_size=30).filter(lambda text: not text_error(text))
CELLS = st.dictionaries(NAMES, TEXTS, max_size=4)
ROWS = st.lists(st.builds(Row, IDS, CELLS), max_size=5, unique_by=lambda row: row.id).map(tuple)
DOCUMENTS = st.builds(
    Document,
    st.text(max_size=20),
    st.integers(0, 9),
    CELLS,
    st.dictionaries(st.sampled_from(sorted(TABLES)), ROWS, max_size=3),
)


def without_blanks(document: Document) -> Document:
    return replace(
        document,
        fields={name: text for name, text in document.fields.items() if text},
        tables={
            table: tuple(replace(row, cells={name: text for name, text in row.cells.items() if text}) for row in rows)
            for table, rows in document.tables.items()
            if rows
        },
    )


@given(DOCUMENTS)
def test_what_goes_out_comes_back(document: Document) -> None:
    through_json = json.loads(json.dumps(document_to_data(document)))
    assert document_from_data(through_json) == without_blanks(document)


@given(DOCUMENTS)
def test_equal_content_has_equal_digests_in_any_order(document: Document) -> None:
    turned = replace(
        document,
        fields=dict(reversed(document.fields.items())) | {"never_filled": ""},
        tables=dict(reversed(document.tables.items())),
    )
    assert digest(document_to_data(turned)) == digest(document_to_data(document))
    assert digest(document_to_data(document_from_data(document_to_data(document)))) == digest(
        document_to_data(document)
    )


@given(DOCUMENTS, TEXTS.filter(bool))
def test_other_content_has_another_digest(document: Document, text: str) -> None:
    other = replace(document, fields={**document.fields, "one_more": text})
    assert digest(document_to_data(other)) != digest(document_to_data(document))


def test_the_order_of_rows_counts() -> None:
    first, second = Row("a", {"x": "1"}), Row("b", {"x": "2"})
    one = Document("l", 1, {}, {"works": (first, second)})
    assert digest(document_to_data(one)) != digest(document_to_data(replace(one, tables={"works": (second, first)})))


def test_the_digest_is_the_same_for_ever() -> None:
    document = Document("place/form", 1, {"b": "乙", "a": "甲"}, {"works": (Row("r1", {"name": "修路"}),)})
    assert document_to_data(document) == {
        "layout": "place/form",
        "version": 1,
        "fields": {"a": "甲", "b": "乙"},
        "tables": {"works": [{"id": "r1", "cells": {"name": "修路"}}]},
    }
    assert digest({"a": "甲", "b": [1, "x"]}) == "8a1f5dabc3578348c9b271258e0a4d9d20149a49bbafa677990b2db101df2247"


@pytest.mark.parametrize("text", ["a", "project_name", "indicators[r7k2].value", "funding[total].amount", "x[A-_9].y"])
def test_addresses(text: str) -> None:
    assert str(Path.parse(text)) == text


@given(st.builds(Path, NAMES) | st.builds(Path, NAMES, IDS, NAMES))
def test_every_path_can_be_written_and_read(path: Path) -> None:
    assert Path.parse(str(path)) == path


@pytest.mark.parametrize(
    "text",
    ["", "A", "1a", "a b", "a[", "a[]", "a[x]", "a[].b", "a[x].", "a[x].B", "a[x y].b", "a.b", "a[x].b\n", "a\n", "ａ",
     "a" * 41, f"a[{'x' * 33}].b", "a[x].b[y].c", "__class__", "a[../x].b"],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(PathError):
        Path.parse(text)


def test_values_and_cells() -> None:
    document = Document("l", 1, {"a": "1"}, {"works": (Row("r", {"x": "2"}),)})
    assert document.value(Path("a")) == "1"
    assert document.value(Path("b")) == ""
    assert document.value(Path("works", "r", "x")) == "2"
    assert document.value(Path("works", "r", "y")) == ""
    assert document.value(Path("works", "gone", "x")) == ""
    assert document.value(Path("assets", "r", "x")) == ""
    assert dict(document.cells()) == {Path("a"): "1", Path("works", "r", "x"): "2"}


def data(**changes: Any) -> dict[str, Any]:
    return {
        "layout": "l",
        "version": 1,
        "fields": {"a": "x"},
        "tables": {"works": [{"id": "r", "cells": {}}]},
    } | changes


def row(**changes: Any) -> dict[str, Any]:
    return data(tables={"works": [{"id": "ok", "cells": {}}, {"id": "r", "cells": {"x": "y"}} | changes]})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (None, "a document must be an object"),
        ([], "a document must be an object"),
        ("text", "a document must be an object"),
        ({}, "must name its layout"),
        (data(layout=None), "must name its layout"),
        (data(version="1"), "must name its layout"),
        (data(version=True), "must name its layout"),
        (data(version=1.0), "must name its layout"),
        (data(feilds={}), "no 'feilds'"),
        (data(fields=None), "fields must be an object of texts"),
        (data(fields=["a"]), "fields must be an object of texts"),
        (data(fields={"a": 5}), "fields.a must be text, not int"),
        (data(fields={"a": None}), "fields.a must be text, not NoneType"),
        (data(fields={"A": "x"}), "fields.A: not the name of a cell"),
        (data(fields={"a[b].c": "x"}), "not the name of a cell"),
        (data(fields={1: "x"}), "not the name of a cell"),
        (data(fields={"a": "x\0"}), "fields.a: contains control characters"),
        (data(fields={"a": "字" * (MAX_CELL_LENGTH + 1)}), f"fields.a: longer than {MAX_CELL_LENGTH} characters"),
        (data(tables=None), "tables must be an object"),
        (data(tables=[]), "tables must be an object"),
        (data(tables={"Works": []}), "tables.Works: must be the name of a table"),
        (data(tables={"works": {}}), "tables.works"),
        (data(tables={"works": ["r"]}), r"tables.works[0]: a row needs an id"),
        (row(id=5), "tables.works[1]: a row needs an id"),
        (row(id=""), "tables.works[1]: a row needs an id"),
        (row(id="a b"), "tables.works[1]: a row needs an id"),
        (row(id="r\n"), "tables.works[1]: a row needs an id"),
        (row(id="x" * 33), "tables.works[1]: a row needs an id"),
        (row(id="ok"), "tables.works[1]: the id 'ok' stands twice"),
        (row(cels={}), "tables.works[1]: a row has no 'cels'"),
        (row(cells=[]), "tables.works[1].cells must be an object of texts"),
        (row(cells={"x": 1.5}), "tables.works[1].cells.x must be text, not float"),
        (row(cells={"x": "\ud800"}), "tables.works[1].cells.x: contains control characters"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused_with_its_place(wrong: object, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        document_from_data(wrong)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["layout", "version", "fields", "tables", "works", "id", "cells"]), inner, max_size=4
        )
    ),
    max_leaves=15,
)


@given(JSON)
def test_any_data_is_read_or_refused_but_never_crashes(anything: object) -> None:
    try:
        document = document_from_data(anything)
    except ValueError:
        return
    assert document_from_data(document_to_data(document)) == without_blanks(document)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "字",
        "a\nb\tc",
        "\u3000",
        "𠮷䶮\ue863",
        "=HYPERLINK(1)",
        "<script>",
        "_x000D_",
        "\x85\u2028",
        "字" * MAX_CELL_LENGTH,
    ],
)
def test_texts_that_can_be_stored(text: str) -> None:
    assert text_error(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "\0",
        "a\rb",
        "\x0b",
        "\x0c",
        "\x1b[0m",
        "\x7f",
        chr(0xD800),
        chr(0xDFFF),
        "\ufffe",
        "\uffff",
        "字" * (MAX_CELL_LENGTH + 1),
    ],
)
def test_texts_that_cannot_be_stored(text: str) -> None:
    assert text_error(text) == ("text_too_long" if len(text) > MAX_CELL_LENGTH else "text_unprintable")


@given(st.text())
def test_what_passes_can_be_written_as_xml_and_utf8(text: str) -> None:
    if text_error(text):
        return
    text.encode()
    assert not any(ord(char) < 32 and char not in "\n\t" for char in text)


def test_rows_of_release_0_1_may_name_a_parent() -> None:
    assert document_from_data(row(parent="r0")) == document_from_data(row())
