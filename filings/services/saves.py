"""Contents of a filing at other versions, from the journal of its saves."""

from __future__ import annotations

from collections.abc import Iterable

from filings.models import Edit as Journal
from filings.models import Filing
from filings.sheet.document import Document, Path, Row


def apply_saves(document: Document, saves: Iterable[Journal]) -> Document:
    """The document after the saves that followed it, which are given in order.

    Rows that they have not changed are the very objects that they were.
    """
    fields, rows, orders = dict(document.fields), dict[str, dict[str, dict[str, str]]](), dict[str, list[str]]()
    for change in (change for save in saves for change in save.changes):
        if change["path"].endswith("[]"):
            orders[change["path"].removesuffix("[]")] = change["to"].split()
            continue
        path = Path.parse(change["path"])
        if path.row:
            earlier = document.row(path.name, path.row)
            cells = rows.setdefault(path.name, {}).setdefault(path.row, dict(earlier.cells) if earlier else {})
        else:
            cells = fields
        _set(cells, path.column or path.name, change["to"])
    tables = dict(document.tables)
    for table in {**rows, **orders}:
        changed = {row_id: Row(row_id, cells) for row_id, cells in rows.get(table, {}).items()}
        known = {row.id: row for row in document.rows(table)} | changed
        tables[table] = tuple(known.get(row_id) or Row(row_id) for row_id in orders.get(table, list(known)))
    return Document(document.layout, document.version, fields, tables)


def document_at(filing: Filing, document: Document, version: int) -> Document:
    """The document at an earlier version, computed by undoing the journal back to it. One query, none for the newest.

    Only texts of cells are restored: rows added since remain, empty; rows deleted since come after the others.
    """
    fields = dict(document.fields)
    rows = {table: {row.id: dict(row.cells) for row in of_table} for table, of_table in document.tables.items()}
    later = Journal.objects.filter(filing=filing, version__gt=version).order_by("-version")
    for journal in later if version < filing.version else []:
        for change in journal.changes:
            if change["path"].endswith("[]"):
                continue
            path = Path.parse(change["path"])
            cells = rows.setdefault(path.name, {}).setdefault(path.row, {}) if path.row else fields
            cells[path.column or path.name] = change["from"]
    tables = {table: tuple(Row(row, cells) for row, cells in of_table.items()) for table, of_table in rows.items()}
    return Document(document.layout, document.version, fields, tables)


def _set(cells: dict[str, str], name: str, text: str) -> None:
    """Set a cell; one that is emptied goes, as in a document that is loaded."""
    if text:
        cells[name] = text
    else:
        cells.pop(name, None)
