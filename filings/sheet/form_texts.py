"""What a form supplies by itself: its fixed rows with their preset cells, default texts, and values derived by rules.

A document from elsewhere may leave all of this out; the sheet shows it in any case once a person opens it in a browser.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from filings.sheet.derived import ROUNDS, derived_values
from filings.sheet.document import Document, Path, Row
from filings.sheet.layout import Layout, TableSpec


def fill_form_texts(layout: Layout, document: Document, blank: Document, given: Collection[Path] = ()) -> Document:
    """The document with what its form supplies; nothing that is there is replaced.

    `blank` is a new document of the same filing, which holds the defaults. Cells that are `given` stay as they are,
    also if they are empty: somebody wants them so. Rows are added only if they are fixed rows of the form.
    """
    tables = {name: _with_fixed_rows(table, document) for name, table in layout.tables.items()}
    document = replace(document, tables={**document.tables, **{name: rows for name, rows in tables.items() if rows}})
    defaults = {
        path: text for path, text in blank.cells() if not path.row or path.row in layout.tables[path.name].fixed
    }
    for name, table in layout.tables.items():
        added = (row for row in document.rows(name) if row.id not in table.fixed)
        defaults |= {Path(name, row.id, column): text for row in added for column, text in table.defaults.items()}
    document = _with_texts(document, defaults, given)
    for _ in range(ROUNDS):
        document = _with_texts(document, derived_values(layout, document), given)
    return document


def _with_fixed_rows(table: TableSpec, document: Document) -> tuple[Row, ...]:
    """The rows of a table; fixed rows that are missing stand behind those that the form prints before them."""
    rows, place = list(document.rows(table.name)), 0
    for row_id in table.fixed:
        index = next((index for index, row in enumerate(rows) if row.id == row_id), None)
        if index is None:
            index = place
            rows.insert(index, Row(row_id))
        place = index + 1
    return tuple(
        replace(row, cells={**table.fixed[row.id], **row.cells}) if row.id in table.fixed else row for row in rows
    )


def _with_texts(document: Document, texts: dict[Path, str], given: Collection[Path]) -> Document:
    """The document with these texts in cells that are empty and not given."""
    texts = {path: text for path, text in texts.items() if path not in given and not document.value(path)}
    fields = {path.name: text for path, text in texts.items() if not path.row}
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for path, text in texts.items():
        if path.row:
            cells.setdefault((path.name, path.row), {})[path.column] = text
    tables = {
        name: tuple(replace(row, cells={**row.cells, **cells.get((name, row.id), {})}) for row in rows)
        for name, rows in document.tables.items()
    }
    return replace(document, fields={**document.fields, **fields}, tables=tables)
