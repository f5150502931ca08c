"""Removes personal data (names, telephone numbers) from a document before it is published."""

from __future__ import annotations

from dataclasses import replace

from filings.sheet.document import Document, Row
from filings.sheet.layout import Layout


def without_personal(layout: Layout, document: Document) -> Document:
    """The document without the texts of inputs that the layout marks as `personal`: fields, columns and fixed cells."""
    personal_fields = {spec.path.name for spec in layout.cells.values() if spec.personal and not spec.path.row}
    fields = {name: text for name, text in document.fields.items() if name not in personal_fields}
    tables = {
        name: tuple(_without(row, _personal_columns(layout, name, row)) for row in rows)
        for name, rows in document.tables.items()
    }
    return replace(document, fields=fields, tables=tables)


def _personal_columns(layout: Layout, table: str, row: Row) -> set[str]:
    """The personal columns of a table, and the personal cells that live in this (fixed) row."""
    columns = layout.tables[table].columns if table in layout.tables else {}
    fixed_cells = {
        spec.path.column
        for spec in layout.cells.values()
        if spec.personal and (spec.path.name, spec.path.row) == (table, row.id)
    }
    return fixed_cells | {column for column, spec in columns.items() if spec.personal}


def _without(row: Row, columns: set[str]) -> Row:
    if not columns & set(row.cells):
        return row
    return replace(row, cells={column: text for column, text in row.cells.items() if column not in columns})
