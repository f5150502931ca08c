"""Edits: changes to a document as data, as an autosave, a step of the wizard or a paste sends them.

Values are stored exactly as typed. If one edit does not fit the layout, none is applied, and the error says why by a
code; `filings/services/refused_texts.py` has the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from filings.sheet.document import MAX_CELL_LENGTH, ROW_ID, Document, Path, PathError, Row, text_error
from filings.sheet.layout import Layout
from filings.sheet.text_limits import is_valid_text, is_within_limit

MAX_ROWS = 2_000
"""Most rows that one table of a filing may hold."""


class EditError(ValueError):
    """An edit that cannot be applied: `code` and `facts` say why, `path` is the cell, '' if not known."""

    def __init__(self, code: str, path: str = "", **facts: object) -> None:
        super().__init__(code)
        self.code, self.path, self.facts = code, path, facts


@dataclass(frozen=True)
class SetCell:
    """Set the text of the cell at a path."""

    path: Path
    value: str


@dataclass(frozen=True)
class AddRow:
    """Add a row after another: with after='' as the first, with after=None as the last row.

    Columns without a text in `cells` get their defaults.
    """

    table: str
    id: str
    after: str | None = None
    cells: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class DeleteRow:
    """Delete a row."""

    table: str
    id: str


@dataclass(frozen=True)
class MoveRow:
    """Move a row after another; with after='' to the top."""

    table: str
    id: str
    after: str


Edit = SetCell | AddRow | DeleteRow | MoveRow


def apply_edits(layout: Layout, document: Document, edits: Iterable[Edit]) -> Document:
    """The document with all edits applied in order; raises EditError if one of them cannot be applied.

    `document` itself never changes. Fixed rows of the form can be neither deleted nor moved.
    """
    for edit in edits:
        document = _apply_one(layout, document, edit)
    return document


def _apply_one(layout: Layout, document: Document, edit: Edit) -> Document:
    if isinstance(edit, SetCell):
        return _set(layout, document, edit)
    if edit.table not in layout.tables:
        raise EditError("unknown_table", table=edit.table)
    if isinstance(edit, AddRow):
        return _add(layout, document, edit)
    rows = list(document.rows(edit.table))
    index = _find(rows, edit.id)
    if edit.id in layout.tables[edit.table].fixed:
        raise EditError("fixed_row")
    row = rows.pop(index)
    if isinstance(edit, MoveRow):
        if edit.after == edit.id:
            return document
        rows.insert(_place_after(rows, edit.after), row)
    return _with_rows(document, edit.table, rows)


def _set(layout: Layout, document: Document, edit: SetCell) -> Document:
    if layout.spec(edit.path) is None:
        raise EditError("unknown_cell", str(edit.path), cell=str(edit.path))
    _check_text(layout, edit, document.value(edit.path))
    if not edit.path.row:
        return replace(document, fields={**document.fields, edit.path.name: edit.value})
    rows = list(document.rows(edit.path.name))
    # A document made before the form had this fixed row gets it now.
    if edit.path.row in layout.tables[edit.path.name].fixed and document.row(edit.path.name, edit.path.row) is None:
        rows.append(Row(edit.path.row, dict(layout.tables[edit.path.name].fixed[edit.path.row])))
    index = _find(rows, edit.path.row, str(edit.path))
    rows[index] = replace(rows[index], cells={**rows[index].cells, edit.path.column: edit.value})
    return _with_rows(document, edit.path.name, rows)


def _check_text(layout: Layout, edit: SetCell, stored: str) -> None:
    """Raise EditError if a cell, which holds `stored`, cannot take the text: by its length or by its characters."""
    path, length = str(edit.path), len(edit.value)
    if not is_within_limit(layout, edit.path, edit.value, stored):
        label, most = layout.label(edit.path), layout.text_limit(edit.path)
        if len(stored) > most:
            before = len(stored)
            raise EditError(
                "stored_cell_too_long", path, label=label, most=most, length=length, over=length - most, before=before
            )
        raise EditError("cell_too_long", path, label=label, most=most, length=length, over=length - most)
    match text_error(edit.value):
        case "text_too_long":
            raise EditError("text_too_long", path, length=length, most=MAX_CELL_LENGTH)
        case "text_unprintable":
            raise EditError("text_unprintable", path)


def _add(layout: Layout, document: Document, edit: AddRow) -> Document:
    if not any(edit.table in section.tables for section in layout.sections):
        raise EditError("no_added_rows")
    rows = list(document.rows(edit.table))
    used_ids = {*layout.tables[edit.table].fixed, *(row.id for row in rows)}
    if not ROW_ID.fullmatch(edit.id) or edit.id in used_ids:
        raise EditError("bad_row_id")
    if len(rows) >= MAX_ROWS:
        raise EditError("too_many_rows", most=MAX_ROWS)
    rows.insert(_place_after(rows, edit.after), Row(edit.id, layout.tables[edit.table].defaults))
    document = _with_rows(document, edit.table, rows)
    for column, value in edit.cells:
        document = _set(layout, document, SetCell(Path(edit.table, edit.id, column), value))
    return document


def split_refused_cells(layout: Layout, edits: Iterable[Edit]) -> Iterator[Edit]:
    """The edits, with each text that a new row cannot hold taken out of its AddRow into a SetCell after it.

    Applied one by one, the row is added with its other cells, and that cell alone is refused.
    """
    for edit in edits:
        if not isinstance(edit, AddRow):
            yield edit
            continue
        cells = [(Path(edit.table, edit.id, column), value) for column, value in edit.cells]
        known = ((path, text) for path, text in cells if layout.spec(path))
        refused = [SetCell(path, text) for path, text in known if not is_valid_text(layout, path, text)]
        taken_out = {one.path.column for one in refused}
        yield replace(edit, cells=tuple(cell for cell in edit.cells if cell[0] not in taken_out))
        yield from refused


def _place_after(rows: list[Row], after: str | None) -> int:
    """Index for a row after another: first for '', last for None, or if the other was deleted in the meantime."""
    if after == "":
        return 0
    return next((index + 1 for index, row in enumerate(rows) if row.id == after), len(rows))


def _find(rows: list[Row], row_id: str, path: str = "") -> int:
    """Index of a row; raises EditError if it does not exist."""
    for index, row in enumerate(rows):
        if row.id == row_id:
            return index
    raise EditError("row_deleted", path)


def _with_rows(document: Document, table: str, rows: list[Row]) -> Document:
    return replace(document, tables={**document.tables, table: tuple(rows)})


def edit_to_data(edit: Edit) -> dict[str, object]:
    """An edit as JSON-ready data, as `parse_edits` reads it."""
    match edit:
        case SetCell():
            return {"do": "set", "path": str(edit.path), "value": edit.value}
        case AddRow():
            return {"do": "add", "table": edit.table, "id": edit.id, "after": edit.after, "cells": dict(edit.cells)}
        case DeleteRow():
            return {"do": "delete", "table": edit.table, "id": edit.id}
    return {"do": "move", "table": edit.table, "id": edit.id, "after": edit.after}


def parse_edits(data: object) -> list[Edit]:
    """Read edits from JSON data as the browser sends them; raises EditError if they are malformed.

    Whether they fit the layout is checked by `apply_edits`.
    """
    if not isinstance(data, list):
        raise EditError("bad_request")
    return [_edit(item) for item in data]


def _edit(item: object) -> Edit:
    try:
        if not isinstance(item, dict):
            raise TypeError
        match item.get("do"):
            case "set":
                return SetCell(Path.parse(_text(item["path"])), _text(item["value"]))
            case "add":
                cells = tuple((_text(name), _text(value)) for name, value in dict(item.get("cells", {})).items())
                after = None if item.get("after") is None else _text(item["after"])
                return AddRow(_text(item["table"]), _text(item["id"]), after, cells)
            case "delete":
                return DeleteRow(_text(item["table"]), _text(item["id"]))
            case "move":
                return MoveRow(_text(item["table"]), _text(item["id"]), _text(item["after"]))
        raise TypeError
    except (TypeError, KeyError, ValueError, PathError) as error:
        raise EditError("bad_request") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value
