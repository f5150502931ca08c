"""Differences between two documents of the same form, cell by cell, in the order of the form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from filings.sheet.document import Document, Path, Row
from filings.sheet.layout import Layout, TableSpec
from indicators.number import normalize_width


@dataclass(frozen=True)
class Change:
    """One cell that differs, or a row that was added or deleted.

    For a row `path` is `table[row]`, and `before` or `after` holds its cells, joined by ｜. `label` is in Chinese.
    """

    path: str
    label: str
    before: str
    after: str


def diff_documents(layout: Layout, before: Document, after: Document) -> list[Change]:
    """All differences in the inputs of the form; rows are matched by their ids, the order of rows does not count."""
    changes = [
        Change(str(spec.path), spec.label, before.value(spec.path), after.value(spec.path))
        for spec in layout.inputs()
        if before.value(spec.path) != after.value(spec.path)
    ]
    for section in layout.sections:
        for name in section.tables:
            changes += _row_changes(layout.tables[name], before, after)
    return changes


def _row_changes(table: TableSpec, before: Document, after: Document) -> Iterator[Change]:
    old, new = ({row.id: row for row in doc.rows(table.name) if row.id not in table.fixed} for doc in (before, after))
    for number, row in enumerate(new.values(), 1):
        if row.id not in old:
            yield Change(f"{table.name}[{row.id}]", f"{table.label} 第 {number} 行（新增）", "", _joined(table, row))
            continue
        for column, spec in table.columns.items():
            old_text, new_text = old[row.id].get(column), row.get(column)
            if old_text != new_text:
                label = f"{table.label} 第 {number} 行 {spec.label}"
                yield Change(str(Path(table.name, row.id, column)), label, old_text, new_text)
    for row in old.values():
        if row.id not in new:
            yield Change(f"{table.name}[{row.id}]", f"{table.label}（删去一行）", _joined(table, row), "")


def _joined(table: TableSpec, row: Row) -> str:
    return "｜".join(row.get(column) for column in table.columns if row.get(column).strip())


def pair_rows(layout: Layout, before: Document, after: Document) -> Document:
    """`before` with the row ids of `after` where rows match, so that documents of different years can be compared.

    Rows match if their levels and names are equal; of several equal ones the first matches the first. Rows of `before`
    without a match get ids of their own (`gone0`, `gone1` …).
    """
    tables = {}
    for name, rows in before.tables.items():
        table = layout.tables.get(name)
        tables[name] = _with_ids(table, rows, after.rows(name)) if table else rows
    return replace(before, tables=tables)


def _with_ids(table: TableSpec, rows: tuple[Row, ...], after: tuple[Row, ...]) -> tuple[Row, ...]:
    ids_by_meaning: dict[tuple[str, ...], list[str]] = {}
    for row in after:
        if row.id not in table.fixed:
            ids_by_meaning.setdefault(_meaning(table, row), []).append(row.id)
    renamed = []
    for number, row in enumerate(rows):
        if row.id in table.fixed:
            renamed.append(row)
            continue
        ids = ids_by_meaning.get(_meaning(table, row))
        renamed.append(replace(row, id=ids.pop(0) if ids else f"gone{number}"))
    return tuple(renamed)


def _meaning(table: TableSpec, row: Row) -> tuple[str, ...]:
    """What identifies a row across years: its levels and name, or its first column if the table has no names."""
    columns = [name for name in table.columns if name in ("level1", "level2", "name")]
    if "name" not in table.columns:
        columns = list(table.columns)[:1]
    return tuple("".join(normalize_width(row.get(name)).split()) for name in columns)
