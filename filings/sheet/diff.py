"""What differs between two contents of a form, cell by cell, in the order of the form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from filings.sheet.document import Document, Path, Row
from filings.sheet.layout import Layout, TableSpec
from indicators.number import fold


@dataclass(frozen=True)
class Change:
    """One cell that differs, or a row that came or went (`path` is `table[row]`, the texts are its cells joined)."""

    path: str
    label: str
    before: str
    after: str


def diff_documents(layout: Layout, before: Document, after: Document) -> list[Change]:
    """Every difference of the cells that the form has; rows are the same when their ids are."""
    changes = [
        Change(str(spec.path), spec.label, before.value(spec.path), after.value(spec.path))
        for spec in layout.inputs()
        if before.value(spec.path) != after.value(spec.path)
    ]
    for section in layout.sections:
        for name in section.tables:
            changes += _rows(layout.tables[name], before, after)
    return changes


def _rows(table: TableSpec, before: Document, after: Document) -> Iterator[Change]:
    old, new = ({row.id: row for row in one.rows(table.name) if row.id not in table.fixed} for one in (before, after))
    for number, row in enumerate(new.values(), 1):
        if row.id not in old:
            yield Change(f"{table.name}[{row.id}]", f"{table.label} 第 {number} 行（新增）", "", _joined(table, row))
            continue
        for column, spec in table.columns.items():
            was, now = old[row.id].get(column), row.get(column)
            if was != now:
                label = f"{table.label} 第 {number} 行 {spec.label}"
                yield Change(str(Path(table.name, row.id, column)), label, was, now)
    for row in old.values():
        if row.id not in new:
            yield Change(f"{table.name}[{row.id}]", f"{table.label}（删去一行）", _joined(table, row), "")


def _joined(table: TableSpec, row: Row) -> str:
    return "｜".join(row.get(column) for column in table.columns if row.get(column).strip())


def align_rows(layout: Layout, before: Document, after: Document) -> Document:
    """`before` with the row ids of `after` where rows mean the same, so that contents of different years compare.

    Rows mean the same when their levels and names are equal; of several equal ones the first finds the first.
    """
    tables = {}
    for name, rows in before.tables.items():
        table = layout.tables.get(name)
        tables[name] = _with_ids(table, rows, after.rows(name)) if table else rows
    return replace(before, tables=tables)


def _with_ids(table: TableSpec, rows: tuple[Row, ...], like: tuple[Row, ...]) -> tuple[Row, ...]:
    free: dict[tuple[str, ...], list[str]] = {}
    for row in like:
        if row.id not in table.fixed:
            free.setdefault(_meaning(table, row), []).append(row.id)
    renamed = []
    for number, row in enumerate(rows):
        if row.id in table.fixed:
            renamed.append(row)
            continue
        ids = free.get(_meaning(table, row))
        renamed.append(replace(row, id=ids.pop(0) if ids else f"gone{number}"))
    return tuple(renamed)


def _meaning(table: TableSpec, row: Row) -> tuple[str, ...]:
    """What tells a row apart: its levels and its name, or its first column where the table has no names."""
    columns = [name for name in table.columns if name in ("level1", "level2", "name")]
    if "name" not in table.columns:
        columns = list(table.columns)[:1]
    return tuple("".join(fold(row.get(name)).split()) for name in columns)
