"""The content of a filing as plain data, shared by database, wizard, checks, renderers and frozen revisions.

Every value is exactly the text that a person typed; numbers and dates are read from it where they are needed. Each cell
has one address, its path: `project_name` for a field, `indicators[r7k2].value` for a cell of a row. A fixed row of the
form (the appropriation line, the annual goal) has the id that the layout gives it; other rows get theirs when added.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

TABLES: Mapping[str, str] = {
    "objectives": "绩效目标",
    "indicators": "绩效指标",
    "funding": "资金",
    "expenditures": "支出明细",
    "payments": "支出计划",
    "assets": "资产与采购",
    "works": "工作任务",
    "items": "其他内容",
}
"""The kinds of rows with their Chinese names, each stored in a database table; a layout's tables are `of` one kind."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
ROW_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
PATH = re.compile(rf"({NAME.pattern})(?:\[({ROW_ID.pattern})\]\.({NAME.pattern}))?")


class PathError(ValueError):
    """Raised for a text that is no path of a cell."""


@dataclass(frozen=True)
class Path:
    """The address of one cell: the name of a field, or (with `row` and `column`) table, row id and column."""

    name: str
    row: str = ""
    column: str = ""

    @classmethod
    def parse(cls, text: str) -> Path:
        """Parse `project_name` or `indicators[r7k2].value`; raises PathError for anything else."""
        match = PATH.fullmatch(text)
        if not match:
            raise PathError(f"not an address of a cell: {text[:80]!r}")
        return cls(match.group(1), match.group(2) or "", match.group(3) or "")

    def __str__(self) -> str:
        return f"{self.name}[{self.row}].{self.column}" if self.row else self.name


@dataclass(frozen=True)
class Row:
    """One row of a table: an id that never changes, and the texts of its cells by column."""

    id: str
    cells: Mapping[str, str] = field(default_factory=dict)

    def get(self, column: str) -> str:
        """The text of one cell, '' if it was never filled."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Document:
    """All that was typed into one form: texts of fields by name, and rows by table, in printed order.

    `layout` and `version` name the form.
    """

    layout: str
    version: int
    fields: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def rows(self, table: str) -> tuple[Row, ...]:
        """The rows of a table, () if the document has none."""
        return self.tables.get(table, ())

    def row(self, table: str, row_id: str) -> Row | None:
        """One row by its id, None if there is none; if an id is there twice, the first row."""
        if table not in self._by_id:
            self._by_id[table] = {row.id: row for row in reversed(self.rows(table))}
        return self._by_id[table].get(row_id)

    @cached_property
    def _by_id(self) -> dict[str, dict[str, Row]]:
        """Rows by table and id, filled for each table on first use."""
        return {}

    def value(self, path: Path) -> str:
        """The text of the cell at a path, '' if it was never filled or its row does not exist."""
        if not path.row:
            return self.fields.get(path.name, "")
        row = self.row(path.name, path.row)
        return row.get(path.column) if row else ""

    def cells(self) -> Iterator[tuple[Path, str]]:
        """The path and text of every cell that the document holds; a text may be ''."""
        for name, text in self.fields.items():
            yield Path(name), text
        for table, rows in self.tables.items():
            for row in rows:
                for column, text in row.cells.items():
                    yield Path(table, row.id, column), text


def changed_cells(before: Document, after: Document) -> Iterator[tuple[Path, str, str]]:
    """The path of each cell whose text differs between two documents of a form, with its texts before and after.

    Costs as much as differs where the documents share their other rows, as after an edit.
    """
    for name in {**before.fields, **after.fields}:
        if before.fields.get(name, "") != after.fields.get(name, ""):
            yield Path(name), before.fields.get(name, ""), after.fields.get(name, "")
    for table in {**before.tables, **after.tables}:
        if before.rows(table) is not after.rows(table):
            for row, column, old, new in _changed_row_cells(before.rows(table), after.rows(table)):
                yield Path(table, row, column), old, new


def _changed_row_cells(before: Sequence[Row], after: Sequence[Row]) -> Iterator[tuple[str, str, str, str]]:
    """Row, column and both texts of each cell that differs in a table."""
    was, now = ({row.id: row for row in rows} for rows in (before, after))
    for row_id in {**was, **now}:
        if was.get(row_id) is not now.get(row_id):
            old, new = (rows[row_id].cells if row_id in rows else {} for rows in (was, now))
            for column in {**old, **new}:
                if old.get(column, "") != new.get(column, ""):
                    yield row_id, column, old.get(column, ""), new.get(column, "")


def document_to_data(document: Document) -> dict[str, Any]:
    """The document as JSON-ready data; empty cells and tables are left out, so that equal content is equal data."""
    return {
        "layout": document.layout,
        "version": document.version,
        "fields": {name: text for name, text in sorted(document.fields.items()) if text},
        "tables": {table: [_row_data(row) for row in rows] for table, rows in sorted(document.tables.items()) if rows},
    }


def _row_data(row: Row) -> dict[str, Any]:
    return {"id": row.id, "cells": {name: text for name, text in sorted(row.cells.items()) if text}}


def document_from_data(data: object) -> Document:
    """Read what `document_to_data` wrote; raises ValueError that says what is wrong and where.

    Only the structure is checked: whether the layout has such cells is not known here.
    """
    if not isinstance(data, dict):
        raise ValueError("a document must be an object with layout, version, fields and tables")
    if unknown := set(data) - {"layout", "version", "fields", "tables"}:
        raise ValueError(f"a document has no {min(map(str, unknown))!r}: known are layout, version, fields, tables")
    layout, version = data.get("layout"), data.get("version")
    if not isinstance(layout, str) or type(version) is not int:
        raise ValueError("a document must name its layout (text) and version (whole number)")
    tables = data.get("tables", {})
    if not isinstance(tables, dict):
        raise ValueError("tables must be an object of lists of rows")
    fields = _texts(data.get("fields", {}), "fields")
    return Document(layout, version, fields, {name: _rows(name, rows) for name, rows in tables.items()})


def _rows(table: str, rows: object) -> tuple[Row, ...]:
    if not NAME.fullmatch(str(table)) or not isinstance(rows, list):
        raise ValueError(f"tables.{table}: must be the name of a table with a list of rows")
    seen: set[str] = set()
    return tuple(_row(f"tables.{table}[{index}]", row, seen) for index, row in enumerate(rows))


def _row(where: str, row: object, seen: set[str]) -> Row:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not ROW_ID.fullmatch(row["id"]):
        raise ValueError(f"{where}: a row needs an id of up to 32 letters, digits, - or _")
    if row["id"] in seen:
        raise ValueError(f"{where}: the id {row['id']!r} stands twice")
    seen.add(row["id"])
    # Release 0.1 could name a parent row, and its frozen revisions may hold the key; no form ever used it.
    if unknown := set(row) - {"id", "cells", "parent"}:
        raise ValueError(f"{where}: a row has no {min(map(str, unknown))!r}: known are id, cells")
    return Row(row["id"], _texts(row.get("cells", {}), f"{where}.cells"))


def _texts(values: object, where: str) -> dict[str, str]:
    if not isinstance(values, dict):
        raise ValueError(f"{where} must be an object of texts")
    for name, text in values.items():
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise ValueError(f"{where}.{name}: not the name of a cell")
        if not isinstance(text, str):
            raise ValueError(f"{where}.{name} must be text, not {type(text).__name__}")
        if error := text_error(text):
            raise ValueError(f"{where}.{name}: {_TEXT_ERRORS[error]}")
    return {name: text for name, text in values.items() if text}


MAX_CELL_LENGTH = 20_000
"""Most characters that a cell may hold: more than any official form needs, fewer than a workbook cell can hold.

Counted in UTF-16 units as Excel does: a character outside the basic plane counts twice.
"""
UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What XML, and so a workbook, cannot hold: control characters except newline and tab, surrogates, noncharacters."""


def text_error(text: str) -> str:
    """Why a text cannot be stored in a cell, as the code of a refusal; '' if it can, and every output can show it."""
    if len(text) > MAX_CELL_LENGTH or (len(text) * 2 > MAX_CELL_LENGTH and _utf16_units(text) > MAX_CELL_LENGTH):
        return "text_too_long"
    if UNSTORABLE.search(text):
        return "text_unprintable"
    return ""


_TEXT_ERRORS: Mapping[str, str] = {
    "text_too_long": f"longer than {MAX_CELL_LENGTH} characters",
    "text_unprintable": "contains control characters",
}
"""In English, for whoever wrote a file."""


def _utf16_units(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def digest(data: object) -> str:
    """SHA-256 (hex) of JSON-ready data in canonical form: sorted keys, no white space, UTF-8."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
