"""What of a filled form may be published: everything but the cells that its layout calls personal."""

from __future__ import annotations

from dataclasses import replace

from filings.sheet.document import Document, Row
from filings.sheet.layout import Layout, TableSpec


def redact_personal(layout: Layout, document: Document) -> Document:
    """The document with its personal cells empty, those printed by name and whole columns alike."""
    single = {spec.path for spec in layout.cells.values() if spec.personal}
    fields = {
        name: text for name, text in document.fields.items() if not any(p.name == name for p in single if not p.row)
    }
    tables = {
        name: tuple(_without(row, _columns(layout.tables.get(name), row, name, layout)) for row in rows)
        for name, rows in document.tables.items()
    }
    return replace(document, fields=fields, tables=tables)


def _columns(table: TableSpec | None, row: Row, name: str, layout: Layout) -> set[str]:
    """The personal columns of one row."""
    named = {
        spec.path.column
        for spec in layout.cells.values()
        if spec.personal and (spec.path.name, spec.path.row) == (name, row.id)
    }
    return named | {column for column, spec in (table.columns if table else {}).items() if spec.personal}


def _without(row: Row, columns: set[str]) -> Row:
    if not columns & set(row.cells):
        return row
    return replace(row, cells={column: text for column, text in row.cells.items() if column not in columns})
