"""Copies a filing's content into another form: next year's, even if the form or the indicator tree has changed.

Cells and columns are matched by name, else by label; indicators find their category by its canonical code; this
year's values go where the new form asks for last year's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from filings.sheet.derived import added_rows
from filings.sheet.document import Document, Path, Row
from filings.sheet.layout import InputSpec, Layout, TableSpec
from indicators.days import add_years
from indicators.number import normalize_width
from indicators.target import parse_target
from indicators.taxonomy import Tree

SOURCE_COLUMN: Mapping[tuple[str, int], str] = {
    ("last_year", 1): "value",
    ("year_before_last", 1): "last_year",
    ("year_before_last", 2): "value",
}
"""The old column to copy into a column for an earlier year's value, by that column and the number of years between."""
EARLIER_COLUMNS = ("last_year", "year_before_last")
"""Columns for the values of earlier years."""


@dataclass(frozen=True)
class CopySource:
    """The filing to copy from: its document, with the layout, indicator tree and year that it was written for."""

    layout: Layout
    document: Document
    tree: Tree
    year: int


def copy_forward(
    origin: CopySource, blank: Document, layout: Layout, tree: Tree, year: int, ids: Iterable[str]
) -> Document:
    """`blank`, a new document of `layout`, with all that can be copied from `origin`.

    `ids` gives an id for each copied row. Fields that `blank` already fills (defaults) are kept; a table without rows
    to copy keeps those of `blank`.
    """
    return _Copier(origin, blank, layout, tree, year - origin.year).copy(iter(ids))


def copied_paths(document: Document, blank: Document) -> list[str]:
    """Paths, as text, of the cells that hold copied text: those that differ from a new (`blank`) document."""
    texts = dict(blank.cells())
    return [str(path) for path, text in document.cells() if text and texts.get(path, "") != text]


@dataclass(frozen=True)
class _Copier:
    """Copies `origin` into `blank`; `years` is how many years later the new form is."""

    origin: CopySource
    blank: Document
    layout: Layout
    tree: Tree
    years: int

    def copy(self, ids: Iterator[str]) -> Document:
        """The new document."""
        fields = self._fields()
        tables: dict[str, tuple[Row, ...]] = {}
        sources = _match_tables(self.origin.layout, self.layout)
        for table in self.layout.tables.values():
            source = sources.get(table.name)
            old_rows = added_rows(source, self.origin.document) if source else []
            fixed = [self._fixed_row(table, row_id) for row_id in table.fixed]
            copied = [Row(next(ids), self._cells(row, source, table)) for row in old_rows]
            tables[table.name] = (*fixed, *(copied or added_rows(table, self.blank)))
            self._fill_shared_cells(table, old_rows, fields)
        return replace(self.blank, fields=fields, tables={name: rows for name, rows in tables.items() if rows})

    def _fields(self) -> dict[str, str]:
        """The fields of `blank`, the empty ones filled from the old document."""
        fields = dict(self.blank.fields)
        for spec in self.layout.cells.values():
            if not spec.path.row and not fields.get(spec.path.name) and (text := self._cell(spec)):
                fields[spec.path.name] = text
        return fields

    def _cell(self, spec: InputSpec) -> str:
        """Old text for a cell: of the cell with its name, else its label; or of the cell its last-year rule names."""
        last_year_cell = next((rule.source for rule in self.layout.last_year if rule.cell == spec.name), "")
        if last_year_cell and self.years:
            last_year = self.origin.layout.cells.get(last_year_cell)
            return self.origin.document.value(last_year.path) if last_year and self.years == 1 else ""
        old_cells = self.origin.layout.cells
        old = old_cells.get(spec.name) or _by_label(old_cells.values(), spec.label)
        return self._moved(spec, self.origin.document.value(old.path)) if old else ""

    def _moved(self, spec: InputSpec, text: str) -> str:
        """An old text for an input of the new form: a date that must lie in the budget year moves to the new year."""
        return add_years(text, self.years) if self.layout.is_within_year(spec) else text

    def _fill_shared_cells(self, table: TableSpec, old_rows: Sequence[Row], fields: dict[str, str]) -> None:
        """Fill empty shared cells of a table from what was a column of its rows, if all rows agree."""
        for column, name in table.shared_cells.items():
            texts = {row.get(column) for row in old_rows if row.get(column)}
            if len(texts) == 1 and not fields.get(name):
                fields[name] = texts.pop()

    def _fixed_row(self, table: TableSpec, row_id: str) -> Row:
        """Copy a fixed row: same id, else same preset, else cell with the same name or label.

        A text that `blank` has in the row stays where the old row has none.
        """
        blank_row, old = self.blank.row(table.name, row_id), self._old_fixed_row(table, row_id)
        old_cells = {name: text for name, text in old.cells.items() if text}
        cells = {**(blank_row.cells if blank_row else {}), **old_cells}
        for spec in self.layout.cells.values():
            if (spec.path.name, spec.path.row) == (table.name, row_id):
                is_last_year = self.years and any(rule.cell == spec.name for rule in self.layout.last_year)
                if is_last_year or not cells.get(spec.path.column):
                    cells[spec.path.column] = self._cell(spec)
                elif spec.path.column in old_cells:
                    cells[spec.path.column] = self._moved(spec, old_cells[spec.path.column])
        return Row(row_id, {name: text for name, text in cells.items() if text})

    def _old_fixed_row(self, table: TableSpec, row_id: str) -> Row:
        """The old row with the same id, else with the same preset cells; with the preset only if there is none."""
        preset = table.fixed[row_id]
        for old in self.origin.layout.tables.values():
            if old.row_kind != table.row_kind:
                continue
            same_preset = next((i for i, cells in old.fixed.items() if preset and cells == preset), "")
            row = self.origin.document.row(old.name, row_id if row_id in old.fixed else same_preset)
            if row:
                known = {name: text for name, text in row.cells.items() if name in table.columns}
                return Row(row_id, {**known, **preset})
        return Row(row_id, dict(preset))

    def _cells(self, row: Row, source: TableSpec | None, table: TableSpec) -> dict[str, str]:
        """The cells of one copied row of `table`; `row` is the old one, of the old table `source`."""
        cells = {name: self._column(row, source, spec) for name, spec in table.columns.items()}
        if table.row_kind == "indicators":
            cells |= _category(row, self.origin.tree, self.tree)
            cells |= _value({**row.cells, **{name: text for name, text in cells.items() if text}}, table.columns)
        return {name: text for name, text in cells.items() if text and name in table.columns}

    def _column(self, row: Row, source: TableSpec | None, spec: InputSpec) -> str:
        """Old text for one column of a copied row."""
        if self.years and spec.name in EARLIER_COLUMNS:
            return _earlier_value(row, spec.name, self.years)
        if source and spec.name in source.shared_cells:  # in the old form a cell that all rows shared
            return self.origin.document.value(self.origin.layout.cells[source.shared_cells[spec.name]].path)
        renamed = _by_label(source.columns.values(), spec.label) if source and spec.name not in source.columns else None
        return self._moved(spec, row.get(renamed.name if renamed else spec.name))


def _by_label(specs: Iterable[InputSpec], label: str) -> InputSpec | None:
    return next((spec for spec in specs if normalize_width(spec.label) == normalize_width(label)), None)


def _match_tables(old: Layout, new: Layout) -> dict[str, TableSpec]:
    """The old table to copy from, by name of the new table.

    Tables match by name, else by label, else by what their rows are (`of`), in order and each old table once. Rows of
    the general kind "items" have nothing in common but that, so their tables match by name or label only.
    """
    filled = {name for section in old.sections for name in section.tables}
    matches = {name: old.tables[name] for name in new.tables if name in old.tables}
    unmatched = [table for table in old.tables.values() if table.name in filled and table.name not in matches]
    for is_match in (_has_same_label, _has_same_rows):
        for table in new.tables.values():
            if table.name in matches:
                continue
            match = next((candidate for candidate in unmatched if is_match(candidate, table)), None)
            if match:
                matches[table.name] = match
                unmatched.remove(match)
    return matches


def _has_same_label(old: TableSpec, new: TableSpec) -> bool:
    return old.row_kind == new.row_kind and normalize_width(old.label) == normalize_width(new.label)


def _has_same_rows(old: TableSpec, new: TableSpec) -> bool:
    return old.row_kind == new.row_kind != "items"


def _earlier_value(row: Row, column: str, years: int) -> str:
    """Old text for a column that asks for an earlier year's value; a target value with its operator and unit."""
    name = SOURCE_COLUMN.get((column, years), "")
    return "".join(row.get(part) for part in ("operator", "value", "unit")) if name == "value" else row.get(name)


def _category(row: Row, old: Tree, new: Tree) -> dict[str, str]:
    """Both levels in the names of the new tree; {} (the names stay as they are) if it has no such category."""
    category = old.find(row.get("level1"), row.get("level2"))
    if category is None or category.parent_code is None:
        return {}
    same = [each for each in new.categories if each.canonical == category.canonical and each.parent_code]
    if not same:
        return {}
    # Several local names may mean the same canonical category: the unchanged one is the best, under the same parent.
    unchanged = [each for each in same if normalize_width(each.name) == normalize_width(category.name)]
    parents = {each.code: each.name for each in new.categories if each.parent_code is None}
    level1 = normalize_width(row.get("level1"))
    below = (each for each in unchanged if normalize_width(parents.get(each.parent_code or "", "")) == level1)
    match = next(below, (unchanged or same)[0])
    level1 = parents.get(match.parent_code or "", row.get("level1"))
    return {"level1": level1, "level2": match.name}


def _value(cells: Mapping[str, str], columns: Mapping[str, InputSpec]) -> dict[str, str]:
    """Operator, value and unit in the columns of the new form: one old cell split into several, or several joined."""
    operator, value, unit = (cells.get(name, "") for name in ("operator", "value", "unit"))
    if not (operator or unit) and ("operator" in columns or "unit" in columns):
        target = parse_target(value)
        # A date, a range, 约90% or 2次/日 cannot be split without loss and stays whole in the value cell.
        if target.kind == "quantity" and target.number is not None and target.operator and not target.approximate:
            operator, value, unit = target.operator, f"{target.number.normalize():f}", target.unit
    joined = (operator if "operator" not in columns else "") + value + (unit if "unit" not in columns else "")
    return {"operator": operator, "value": joined, "unit": unit}


def _mentions_year(text: str, year: int) -> bool:
    """Whether a copied text names the year that it was written for."""
    return str(year) in normalize_width(text)


def copy_warnings(document: Document, paths: Sequence[str], year: int) -> dict[str, str]:
    """Notes for the copied cells, in Chinese, by path; shown until somebody edits the cell. Empty cells have none."""
    warnings = {}
    for address in paths:
        text = document.value(Path.parse(address))
        if text:
            outdated = f"，其中写有“{year}”" if _mentions_year(text, year) else ""
            warnings[address] = f"沿用 {year} 年内容{outdated}，请核对。"
    return warnings
