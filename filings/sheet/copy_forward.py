"""Carries a filing's content into another form: next year's, also where the form or the indicator tree has changed.

Cells find each other by name, else by their words; indicators find their category by its canonical code; what was this
year's value goes where the new form asks for last year's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from filings.sheet.derived import unnamed_rows
from filings.sheet.document import Document, Path, Row
from filings.sheet.layout import InputSpec, Layout, TableSpec
from indicators.number import fold
from indicators.target import parse_target
from indicators.taxonomy import Tree

AGED: Mapping[tuple[str, int], str] = {
    ("last_year", 1): "value",
    ("year_before_last", 1): "last_year",
    ("year_before_last", 2): "value",
}
"""Columns that ask for an earlier year's value, and the column that held it so many years ago."""
EARLIER = ("last_year", "year_before_last")


@dataclass(frozen=True)
class CopySource:
    """What is carried over: a document with its form, its place's tree and its year."""

    layout: Layout
    document: Document
    tree: Tree
    year: int


def copy_forward(
    origin: CopySource, blank: Document, layout: Layout, tree: Tree, year: int, ids: Iterable[str]
) -> Document:
    """The new document: `blank` with what could be carried; `ids` gives ids for new rows. Defaults in `blank` win."""
    new, sources, years = iter(ids), _sources(origin.layout, layout), year - origin.year
    fields, tables = dict(blank.fields), {}
    for spec in layout.cells.values():
        if not spec.path.row and not fields.get(spec.path.name) and (text := _field(origin, layout, spec, years)):
            fields[spec.path.name] = text
    for table in layout.tables.values():
        source = sources.get(table.name)
        fixed = [_named_row(origin, blank, layout, table, row_id, years) for row_id in table.fixed]
        old = unnamed_rows(source, origin.document) if source else []
        rows = [Row(next(new), _cells(row, origin, source, table, tree, years)) for row in old]
        tables[table.name] = (*fixed, *(rows or unnamed_rows(table, blank)))
        for column, name in table.shared_cells.items():
            texts = {row.get(column) for row in old if row.get(column)}
            if len(texts) == 1 and not fields.get(name):
                fields[name] = texts.pop()
    return replace(blank, fields=fields, tables={name: rows for name, rows in tables.items() if rows})


def copied_paths(document: Document, blank: Document) -> list[str]:
    """The cells that hold carried text: all that a new sheet would not have had by itself."""
    fresh = dict(blank.cells())
    return [str(path) for path, text in document.cells() if text and fresh.get(path, "") != text]


def _field(origin: CopySource, layout: Layout, spec: InputSpec, years: int) -> str:
    """What the old sheet says for a cell: in the cell of its name or its words, or in that of an earlier year."""
    aged = next((rule.source for rule in layout.last_year if rule.cell == spec.name), "")
    if aged and years:
        last = origin.layout.cells.get(aged)
        return origin.document.value(last.path) if last and years == 1 else ""
    same = origin.layout.cells.get(spec.name) or _by_label(origin.layout.cells.values(), spec.label)
    return origin.document.value(same.path) if same else ""


def _by_label(specs: Iterable[InputSpec], label: str) -> InputSpec | None:
    return next((spec for spec in specs if fold(spec.label) == fold(label)), None)


def _sources(old: Layout, new: Layout) -> dict[str, TableSpec]:
    """For each table of the new form the one of the old form that means the same.

    By name, else by its words; else those of one kind in their order, as far as none of them is taken. Rows that are
    of no kind in particular mean nothing beyond their name and words.
    """
    filled = {name for section in old.sections for name in section.tables}
    found = {name: old.tables[name] for name in new.tables if name in old.tables}
    free = [one for one in old.tables.values() if one.name in filled and one.name not in found]
    for by_words in (True, False):
        for table in new.tables.values():
            if table.name in found:
                continue
            same = (
                one
                for one in free
                if one.of == table.of and (fold(one.label) == fold(table.label) if by_words else table.of != "items")
            )
            if one := next(same, None):
                found[table.name] = one
                free.remove(one)
    return found


def _named_row(origin: CopySource, blank: Document, layout: Layout, table: TableSpec, row_id: str, years: int) -> Row:
    """A row printed by name: what the old row of the same meaning says, else the old cell of its cell's name or words.

    What a new sheet has there by itself stands where the old one says nothing.
    """
    fresh, old = blank.row(table.name, row_id), _fixed_row(origin, table, row_id, table.fixed[row_id])
    cells = {**(fresh.cells if fresh else {}), **{name: text for name, text in old.cells.items() if text}}
    for spec in layout.cells.values():
        if (spec.path.name, spec.path.row) == (table.name, row_id):
            aged = years and any(rule.cell == spec.name for rule in layout.last_year)
            if aged or not cells.get(spec.path.column):
                cells[spec.path.column] = _field(origin, layout, spec, years)
    return Row(row_id, {name: text for name, text in cells.items() if text})


def _fixed_row(origin: CopySource, table: TableSpec, row_id: str, preset: Mapping[str, str]) -> Row:
    """A row printed by name: the old row of that id, else the one that means the same."""
    for old in (one for one in origin.layout.tables.values() if one.of == table.of):
        same = next((i for i, meaning in old.fixed.items() if preset and meaning == preset), "")
        found = origin.document.row(old.name, row_id if row_id in old.fixed else same)
        if found:
            return Row(
                row_id, {**{name: text for name, text in found.cells.items() if name in table.columns}, **preset}
            )
    return Row(row_id, dict(preset))


def _cells(
    row: Row, origin: CopySource, source: TableSpec | None, table: TableSpec, tree: Tree, years: int
) -> dict[str, str]:
    cells: dict[str, str] = {}
    for spec in table.columns.values():
        if years and spec.name in EARLIER:
            cells[spec.name] = _earlier(row, spec.name, years)
            continue
        if source and spec.name in source.shared_cells:
            cells[spec.name] = origin.document.value(origin.layout.cells[source.shared_cells[spec.name]].path)
            continue
        old = _by_label(source.columns.values(), spec.label) if source and spec.name not in source.columns else None
        cells[spec.name] = row.get(old.name if old else spec.name)
    if table.of == "indicators":
        cells |= _category(row, origin.tree, tree)
        cells |= _value({**row.cells, **{name: text for name, text in cells.items() if text}}, table.columns)
    return {name: text for name, text in cells.items() if text and name in table.columns}


def _earlier(row: Row, column: str, years: int) -> str:
    """What an old row says for a column that asks for an earlier year; its value whole, with operator and unit."""
    name = AGED.get((column, years), "")
    return "".join(row.get(part) for part in ("operator", "value", "unit")) if name == "value" else row.get(name)


def _category(row: Row, old: Tree, new: Tree) -> dict[str, str]:
    """Both levels in the names of the new tree, where it has the same category; else as they were."""
    found = old.find(row.get("level1"), row.get("level2"))
    same = [one for one in new.categories if found and one.canonical == found.canonical and one.parent_code]
    if not same:
        return {}
    kept = next((one for one in same if found and fold(one.name) == fold(found.name)), same[0])
    above = next((one.name for one in new.categories if one.code == kept.parent_code), row.get("level1"))
    return {"level1": above, "level2": kept.name}


def _value(cells: Mapping[str, str], columns: Mapping[str, InputSpec]) -> dict[str, str]:
    """One cell of the old form parted into operator, number and unit, or three joined, as the new form has them."""
    operator, value, unit = (cells.get(name, "") for name in ("operator", "value", "unit"))
    if not (operator or unit) and ("operator" in columns or "unit" in columns):
        target = parse_target(value)
        # A date, a range, 约90% or 2次/日 does not come apart without loss.
        if target.kind == "quantity" and target.number is not None and target.operator and not target.approximate:
            operator, value, unit = target.operator, f"{target.number.normalize():f}", target.unit
    joined = (operator if "operator" not in columns else "") + value + (unit if "unit" not in columns else "")
    return {"operator": operator, "value": joined, "unit": unit}


def mentions_year(text: str, year: int) -> bool:
    """Whether a carried text still speaks of the year it was written for."""
    return str(year) in fold(text)


def copy_warnings(document: Document, paths: Sequence[str], year: int) -> dict[str, str]:
    """What is said beside each carried cell until somebody touches it."""
    said = {}
    for address in paths:
        text = document.value(Path.parse(address))
        if text:
            old = f"，其中写有“{year}”" if mentions_year(text, year) else ""
            said[address] = f"沿用 {year} 年内容{old}，请核对。"
    return said
