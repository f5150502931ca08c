"""A new document of a form: its default texts, and the rows with which its tables start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from filings.sheet.document import Document, Row
from filings.sheet.layout import Layout, TableSpec


def new_rows(table: TableSpec, categories: list[tuple[str, str]]) -> tuple[Row, ...]:
    """The rows with which a new document starts a table: its fixed rows, then blank ones as `start` says.

    `categories` are the (level-1, level-2) names of the indicator tree in printed order.
    """
    fixed = [Row(row_id, dict(preset)) for row_id, preset in table.fixed.items()]
    if table.start == "tree":
        levels = ({"level1": level1, "level2": level2} for level1, level2 in categories)
        fixed += [Row(f"n{i}", {**table.defaults, **level}) for i, level in enumerate(levels, 1)]
    elif table.start == "blank":
        fixed += [Row(f"n{number}", table.defaults) for number in range(1, table.blank_rows + 1)]
    return tuple(fixed)


def blank_document(layout: Layout, categories: list[tuple[str, str]], defaults: Mapping[str, str]) -> Document:
    """A new document with the default texts and the rows that each table starts with.

    `defaults` are texts by name of cell, with their variables already filled in (`drawing.fill_variables`).
    """
    paths = {name: layout.cells[name].path for name, text in defaults.items() if text}
    fields = {path.name: defaults[name] for name, path in paths.items() if not path.row}
    in_rows: dict[tuple[str, str], dict[str, str]] = {}
    for name, path in paths.items():
        if path.row:
            in_rows.setdefault((path.name, path.row), {})[path.column] = defaults[name]
    tables = {
        name: tuple(replace(row, cells={**row.cells, **in_rows.get((name, row.id), {})}) for row in rows)
        for name, table in layout.tables.items()
        if (rows := new_rows(table, categories))
    }
    return Document(layout.key, layout.version, fields, tables)
