"""Cells that follow from others: sums, shares, last year's values, rows gathered from other sheets.

The rule for each stands in the layout. What follows is a suggestion: it is put into a cell that still holds the last
suggestion, or nothing, when what it follows from changes; what a person typed stays as typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from filings.sheet.document import Document, Path, Row, digest
from filings.sheet.edits import AddRow, Edit, SetCell, apply_edits
from filings.sheet.kinds import KINDS
from filings.sheet.layout import InputSpec, Layout, SumRule, TableSpec
from indicators.number import fold


@dataclass(frozen=True)
class RelatedData:
    """What stands around a sheet: last year's content of the same, and its department's other sheets by layout key."""

    last_year: Document | None = None
    sheets: Mapping[str, Sequence[tuple[Layout, Document]]] = field(default_factory=dict)


NO_RELATED = RelatedData()

MOST_PERCENT = 10**9
"""A share above this comes of a slip of the keyboard, and is no help to anybody."""


@dataclass(frozen=True)
class DocumentSum:
    """One sum of a sheet: its rule, the cell that holds it, and the cells that it adds up."""

    rule: SumRule
    path: Path
    total: InputSpec
    parts: Sequence[tuple[Path, InputSpec]]


def document_sums(layout: Layout, document: Document) -> Iterator[DocumentSum]:
    """Every sum of a sheet; one whose total is a column stands in each row of the table."""
    for rule in layout.sums:
        table, _, column = rule.total.partition(".")
        if not column:
            total = layout.cells[rule.total]
            yield DocumentSum(rule, total.path, total, _parts_of(layout, document, rule))
            continue
        columns = layout.tables[table].columns
        for row in unnamed_rows(layout.tables[table], document):
            parts = [columns[part.partition(".")[2]] for part in rule.parts]
            own = [(Path(table, row.id, part.name), part) for part in parts]
            yield DocumentSum(rule, Path(table, row.id, column), columns[column], own)


def _parts_of(layout: Layout, document: Document, rule: SumRule) -> list[tuple[Path, InputSpec]]:
    """The cells that a sum adds up: single ones, and columns of all rows of a table."""
    cells: list[tuple[Path, InputSpec]] = []
    for part in rule.parts:
        table, _, column = part.partition(".")
        if column:
            spec = layout.tables[table].columns[column]
            cells += [(Path(table, row.id, column), spec) for row in unnamed_rows(layout.tables[table], document)]
        else:
            cells.append((layout.cells[part].path, layout.cells[part]))
    return cells


def unnamed_rows(table: TableSpec, document: Document) -> list[Row]:
    """The rows of a table that are not printed by name."""
    return [row for row in document.rows(table.name) if row.id not in table.fixed]


def derived_values(layout: Layout, document: Document, around: RelatedData = NO_RELATED) -> dict[Path, str]:
    """What each cell that follows from others should hold, where that can be told."""
    found: dict[Path, str] = {}
    for one in document_sums(layout, document):
        if text := _sum(document, one):
            found[one.path] = text
    for copy in layout.copies:
        if text := document.value(layout.cells[copy.source].path):
            found[layout.cells[copy.cell].path] = text
    for share in layout.shares:
        part, whole = (layout.cells[name] for name in (share.part, share.whole))
        if text := _share(*(spec.kind.amount(document.value(spec.path)) for spec in (part, whole))):
            found[layout.cells[share.cell].path] = text
    for last in layout.last_year if around.last_year else ():
        if around.last_year and (text := around.last_year.value(layout.cells[last.source].path)):
            found[layout.cells[last.cell].path] = text
    return found


def _sum(document: Document, one: DocumentSum) -> str:
    """The sum as text, with its unit where all parts have it; '' when nothing is there or not all can be read."""
    texts = [(document.value(path).strip(), spec) for path, spec in one.parts]
    filled = [(text, spec.kind.amount(text)) for text, spec in texts if text]
    if not filled or any(amount is None for _, amount in filled):
        return ""
    total = sum((amount for _, amount in filled if amount is not None), Decimal(0))
    kind = one.total.kind
    unit = kind.unit if all(_ends_with(text, kind.unit) for text, _ in filled) else ""
    return kind.format_amount(total) + unit


def _ends_with(text: str, unit: str) -> bool:
    return bool(unit) and fold(text).endswith(unit) and (unit != "元" or not fold(text).endswith("万元"))


def _share(part: Decimal | None, whole: Decimal | None) -> str:
    if part is None or not whole:
        return ""
    share = part / whole * 100
    if abs(share) > MOST_PERCENT:
        return ""
    return KINDS["number"].format_amount(share.quantize(Decimal("0.01"))) + "%"


def update_derived(layout: Layout, before: Document, after: Document, around: RelatedData = NO_RELATED) -> Document:
    """`after` with the cells whose suggestion changed since `before`, unless a person wrote something else there.

    A suggestion whose grounds are gone (a part emptied, or half typed) goes too, or the next one would take it for a
    person's text.
    """
    old, typed = derived_values(layout, before, around), after
    for _ in range(3):  # a share of a sum of sums settles in as many rounds
        new = derived_values(layout, after, around)
        edits = [
            SetCell(path, new.get(path, ""))
            for path in {**old, **new}
            if new.get(path, "") != after.value(path)
            and (after.value(path) != typed.value(path) or _free(path, old, new, before, typed))
        ]
        if not edits:
            break
        after = apply_edits(layout, after, edits)
    return after


def _free(path: Path, old: Mapping[Path, str], new: Mapping[Path, str], before: Document, typed: Document) -> bool:
    """Whether a cell may take a new suggestion: it changed, and nobody wrote anything else there."""
    text, last = typed.value(path), old.get(path, "")
    return new.get(path, "") != last and text in ("", last) and before.value(path) == text


def prefill_edits(layout: Layout, document: Document, around: RelatedData) -> list[Edit]:
    """The edits that bring in what other sheets and last year say, into empty cells and as new rows only."""
    edits: list[Edit] = [
        SetCell(path, text)
        for path, text in derived_values(layout, document, around).items()
        if not document.value(path)
    ]
    for table in layout.tables.values():
        edits += _row_edits(table, document, around)
    return edits


def _row_edits(table: TableSpec, document: Document, around: RelatedData) -> Iterator[Edit]:
    if not table.source:
        return
    key = next(iter(table.source.columns))
    present = {fold(row.get(key)): row for row in unnamed_rows(table, document)}
    brought: set[str] = set()
    for cells in source_rows(table, around):
        row_id = "s" + digest([table.name, cells[key]])[:12]
        # A row that was brought in before is the same one, whatever a person calls it now.
        row = present.get(fold(cells[key])) or document.row(table.name, row_id)
        if row is None:
            if row_id not in brought:
                yield AddRow(table.name, row_id, None, tuple(cells.items()))
            brought.add(row_id)
            continue
        for column, text in cells.items():
            if text and not row.get(column):
                yield SetCell(Path(table.name, row.id, column), text)


def source_rows(table: TableSpec, around: RelatedData) -> Iterator[dict[str, str]]:
    """What the sheets that a table is gathered from say for each of its rows; one without its key is no row yet."""
    if not table.source:
        return
    key = next(iter(table.source.columns))
    for layout, document in around.sheets.get(table.source.layout, ()):
        cells = {
            column: document.value(layout.cells[name].path)
            for column, name in table.source.columns.items()
            if name in layout.cells
        }
        if cells.get(key, "").strip():
            yield cells
