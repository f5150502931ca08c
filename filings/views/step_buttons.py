"""What the buttons of a step do beyond saving it, for browsers without script: rows, and bringing in what is known."""

from __future__ import annotations

from collections.abc import Sequence

from filings.models import Filing
from filings.services.documents import load_document
from filings.services.layouts import compiled_layout
from filings.services.new_filings import new_row_id
from filings.services.related_sheets import related_edits
from filings.sheet.derived import unnamed_rows
from filings.sheet.document import Document
from filings.sheet.edits import AddRow, DeleteRow, Edit, MoveRow
from filings.sheet.layout import Layout, Section, TableSpec

ROW_COMMANDS = ("add", "copy", "delete", "up", "down")


def button_edits(filing: Filing, section: Section, do: str, typed: Sequence[Edit]) -> list[Edit]:
    """The edits of a button of the step: `gather`, or `COMMAND:TABLE:ROW` for a row of one of its tables.

    `typed` are the edits posted with it.
    """
    layout = compiled_layout(filing.layout)
    if do == "gather":
        return [edit for edit in related_edits(filing, typed) if _in_section(layout, section, edit)]
    command, _, rest = do.partition(":")
    table, _, row_id = rest.partition(":")
    if command not in ROW_COMMANDS or table not in section.tables:
        return []
    return _row_edits(layout.tables[table], load_document(filing), command, row_id)


def row_anchor(do: str) -> str:
    """Where the page stands after a button was pressed: at the row it was pressed in."""
    command, _, rest = do.partition(":")
    return f"#row-{rest.replace(':', '-')}" if command in ROW_COMMANDS and not rest.endswith(":") else ""


def _in_section(layout: Layout, section: Section, edit: Edit) -> bool:
    if isinstance(edit, AddRow):
        return edit.table in section.tables
    return not isinstance(edit, DeleteRow | MoveRow) and layout.section_of(edit.path) == section


def _row_edits(table: TableSpec, document: Document, command: str, row_id: str) -> list[Edit]:
    rows = unnamed_rows(table, document)
    ids = [row.id for row in rows]
    if row_id not in ids:
        return [AddRow(table.name, new_row_id())] if command == "add" and not row_id else []
    at = ids.index(row_id)
    if command == "delete":
        return [DeleteRow(table.name, row_id)]
    if command == "up":
        return [MoveRow(table.name, row_id, ids[at - 2] if at > 1 else "")] if at else []
    if command == "down":
        return [MoveRow(table.name, row_id, ids[at + 1])] if at + 1 < len(ids) else []
    merged = {name for name, spec in table.columns.items() if spec.merge}
    cells = {name: text for name, text in rows[at].cells.items() if command == "copy" or name in merged}
    return [AddRow(table.name, new_row_id(), row_id, tuple(cells.items()))]
