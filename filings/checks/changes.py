"""What differs between two contents of a form, as far as checks read it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from filings.checks.finding import CheckSubject, FilledCell
from filings.checks.indicator_rows import Indicator
from filings.checks.reads import AMOUNTS, FIELDS, INDICATORS, PARAGRAPHS, ROWS, TEXTS, Part
from filings.sheet.document import Path, changed_cells

RowKey = tuple[str, str]
"""Table and id of a row."""


@dataclass(frozen=True)
class Changes:
    """The parts of a form that changed; where no row was added, deleted or moved, also which rows and cells did."""

    parts: Set[Part]
    are_moved: bool
    """Whether rows were added, deleted or moved."""
    rows: Set[RowKey]
    """The changed rows that people added."""
    cells: tuple[FilledCell, ...]
    """The changed cells that are filled."""
    addresses: Set[str]
    """The addresses of all changed cells."""
    indicators: tuple[Indicator, ...]
    """The changed or new indicators, and all others of their rows."""
    indicator_rows: Set[RowKey]
    """The rows in which an indicator changed, came or went."""

    @property
    def has_row_indicators_only(self) -> bool:
        """Whether all changed indicators are in rows of tables, not single cells."""
        return all(row for _, row in self.indicator_rows)


def find_changes(before: CheckSubject, after: CheckSubject) -> Changes:
    """The changes from one content of a form to another of the same form and profile."""
    differing = ((path, after.layout.spec(path)) for path, *_ in changed_cells(before.document, after.document))
    changed = [(path, spec) for path, spec in differing if spec]
    rows = {(path.name, path.row) for path, _ in changed if _is_free(after, path)}
    are_moved = any(_order(before, table) != _order(after, table) for table in after.layout.tables)
    indicators, indicator_rows = _changed_indicators(before, after)
    parts = {
        part
        for part, is_changed in (
            (TEXTS, changed or are_moved),
            (ROWS, rows or are_moved),
            (AMOUNTS, are_moved or any(spec.kind.key == "money" for _, spec in changed)),
            (PARAGRAPHS, are_moved or any(spec.kind.multiline for _, spec in changed)),
            (FIELDS, any(not _is_free(after, path) for path, _ in changed)),
            (INDICATORS, indicator_rows),
        )
        if is_changed
    }
    filled = tuple((path, spec, text) for path, spec in changed if (text := _text(after, path)))
    addresses = {str(path) for path, _ in changed}
    return Changes(parts, are_moved, rows, filled, addresses, indicators, indicator_rows)


def _order(subject: CheckSubject, table: str) -> list[str]:
    return [row.id for row in subject.document.rows(table)]


def _is_free(subject: CheckSubject, path: Path) -> bool:
    """Whether a cell is in a row that people added."""
    return bool(path.row) and path.row not in subject.layout.tables[path.name].fixed


def _text(subject: CheckSubject, path: Path) -> str:
    """The text of a cell as `CheckSubject.texts` has it; '' where it is not filled."""
    text = subject.document.value(path)
    if _is_free(subject, path):
        return text.strip()
    return text if text.strip() else ""


def _changed_indicators(before: CheckSubject, after: CheckSubject) -> tuple[tuple[Indicator, ...], Set[RowKey]]:
    """The indicators of the rows in which one changed, came or went; and these rows."""
    old, new = ({id(one): one for one in subject.indicators} for subject in (before, after))
    differing = [old[key] for key in old.keys() - new.keys()] + [new[key] for key in new.keys() - old.keys()]
    rows = {(one.table.name, one.row.id) for one in differing}
    return tuple(one for one in after.indicators if (one.table.name, one.row.id) in rows), rows
