"""Buttons of a step in browsers without script: add, copy, move and delete rows; prefill empty cells."""

from __future__ import annotations

from collections.abc import Sequence

from filings.models import Filing
from filings.services.documents import load_document
from filings.services.layouts import compiled_layout
from filings.services.new_filings import new_row_id
from filings.services.related_sheets import related_edits
from filings.sheet.derived import added_rows
from filings.sheet.document import Document
from filings.sheet.edits import AddRow, DeleteRow, Edit, MoveRow
from filings.sheet.layout import Layout, Section, TableSpec

ROW_COMMANDS = ("add", "copy", "delete", "up", "down")


def button_edits(filing: Filing, section: Section, do: str, typed: Sequence[Edit]) -> list[Edit]:
    """The edits that a pressed button asks for; none if it belongs to another section or is unknown.

    `do` is `gather` (prefill from other sheets, last year and sums), or `COMMAND:TABLE:ROW` with a command of
    ROW_COMMANDS. `typed` are the edits of the cells that were posted together with the button.
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
    """The anchor of the row whose button was pressed, so that the browser scrolls back to it; '' if there is none."""
    command, _, rest = do.partition(":")
    return f"#row-{rest.replace(':', '-')}" if command in ROW_COMMANDS and not rest.endswith(":") else ""


def _in_section(layout: Layout, section: Section, edit: Edit) -> bool:
    if isinstance(edit, AddRow):
        return edit.table in section.tables
    return not isinstance(edit, DeleteRow | MoveRow) and layout.section_of(edit.path) == section


def _row_edits(table: TableSpec, document: Document, command: str, row_id: str) -> list[Edit]:
    rows = added_rows(table, document)
    ids = [row.id for row in rows]
    if row_id not in ids:
        return [AddRow(table.name, new_row_id())] if command == "add" and not row_id else []
    index = ids.index(row_id)
    if command == "delete":
        return [DeleteRow(table.name, row_id)]
    if command == "up":
        return [MoveRow(table.name, row_id, ids[index - 2] if index > 1 else "")] if index else []
    if command == "down":
        return [MoveRow(table.name, row_id, ids[index + 1])] if index + 1 < len(ids) else []
    # A row added below takes over the merged cells of the row above; a copy takes over all.
    merged = {name for name, spec in table.columns.items() if spec.merge}
    cells = {name: text for name, text in rows[index].cells.items() if command == "copy" or name in merged}
    return [AddRow(table.name, new_row_id(), row_id, tuple(cells.items()))]
