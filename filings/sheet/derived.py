"""Derived cells: sums, shares, copies, last year's values, and rows taken from the department's other sheets.

The rules are in the layout. A derived value is a suggestion: when what it is derived from changes, it replaces the
earlier suggestion or fills an empty cell; what a person typed is never replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from filings.sheet.document import Document, Path, Row, digest
from filings.sheet.edits import AddRow, Edit, SetCell, apply_edits
from filings.sheet.kinds import KINDS
from filings.sheet.layout import InputSpec, Layout, TableSpec
from filings.sheet.layout_rules import SumRule
from filings.sheet.text_limits import is_valid_text
from indicators.number import add_numbers, normalize_width


@dataclass(frozen=True)
class RelatedData:
    """Other documents that rules may read: last year's of the same subject, and the department's other sheets.

    `sheets` are (layout, document) pairs by layout key.
    """

    last_year: Document | None = None
    sheets: Mapping[str, Sequence[tuple[Layout, Document]]] = field(default_factory=dict)


NO_RELATED = RelatedData()
"""For rules that need no other documents."""

ROUNDS = 3
"""Derived cells may depend on each other: a share of a sum of sums takes three rounds."""

MAX_PERCENT = 10**9
"""A larger share comes from a typing error; none is suggested then."""


@dataclass(frozen=True)
class DocumentSum:
    """One sum of a document: its rule, path and input of the total, and paths and inputs of the cells added up."""

    rule: SumRule
    path: Path
    total: InputSpec
    parts: Sequence[tuple[Path, InputSpec]]


def document_sums(layout: Layout, document: Document) -> Iterator[DocumentSum]:
    """Every sum of a document; a rule whose total is a column gives one for each row of the table.

    None for a rule about a table that the form does not use: layouts stored by earlier releases may have one.
    """
    for rule in layout.sums:
        if any("." in name and name.partition(".")[0] not in layout.tables for name in (rule.total, *rule.parts)):
            continue
        table, _, column = rule.total.partition(".")
        if not column:
            total = layout.cells[rule.total]
            yield DocumentSum(rule, total.path, total, _parts_of(layout, document, rule))
            continue
        columns = layout.tables[table].columns
        for row in added_rows(layout.tables[table], document):
            parts = [columns[part.partition(".")[2]] for part in rule.parts]
            cells = [(Path(table, row.id, part.name), part) for part in parts]
            yield DocumentSum(rule, Path(table, row.id, column), columns[column], cells)


def _parts_of(layout: Layout, document: Document, rule: SumRule) -> list[tuple[Path, InputSpec]]:
    """The cells that a sum adds up: single cells, and for `TABLE.column` that column of all rows."""
    cells: list[tuple[Path, InputSpec]] = []
    for part in rule.parts:
        table, _, column = part.partition(".")
        if column:
            spec = layout.tables[table].columns[column]
            cells += [(Path(table, row.id, column), spec) for row in added_rows(layout.tables[table], document)]
        else:
            cells.append((layout.cells[part].path, layout.cells[part]))
    return cells


def added_rows(table: TableSpec, document: Document) -> list[Row]:
    """The rows of a table that people add: all but the fixed rows of the form."""
    return [row for row in document.rows(table.name) if row.id not in table.fixed]


def derived_values(layout: Layout, document: Document, related: RelatedData = NO_RELATED) -> dict[Path, str]:
    """The suggested text of each derived cell; cells for which none can be computed are left out."""
    values: dict[Path, str] = {}
    for document_sum in document_sums(layout, document):
        if text := _sum(document, document_sum):
            values[document_sum.path] = text
    for copy in layout.copies:
        if text := document.value(layout.cells[copy.source].path):
            values[layout.cells[copy.cell].path] = text
    for share in layout.shares:
        part, whole = (layout.cells[name] for name in (share.part, share.whole))
        if text := _share(*(spec.kind.amount(document.value(spec.path)) for spec in (part, whole))):
            values[layout.cells[share.cell].path] = text
    for last in layout.last_year if related.last_year else ():
        if related.last_year and (text := related.last_year.value(layout.cells[last.source].path)):
            values[layout.cells[last.cell].path] = text
    return values


def _sum(document: Document, document_sum: DocumentSum) -> str:
    texts = ((document.value(path), spec) for path, spec in document_sum.parts)
    return sum_text(document_sum.total, read_parts(texts, document_sum.total))


@dataclass(frozen=True)
class FilledParts:
    """The filled parts of a sum together: their amount, how many they are, how many unreadable or without its unit."""

    amount: Decimal = Decimal(0)
    count: int = 0
    unreadable: int = 0
    without_unit: int = 0


def read_parts(texts: Iterable[tuple[str, InputSpec]], total: InputSpec) -> FilledParts:
    """The filled ones of these cells of a sum, given as text and input."""
    filled = [(text.strip(), spec.kind.amount(text.strip())) for text, spec in texts if text.strip()]
    return FilledParts(
        add_numbers(amount for _, amount in filled if amount is not None),
        len(filled),
        sum(amount is None for _, amount in filled),
        sum(not _ends_with(text, total.kind.unit) for text, _ in filled),
    )


def sum_text(total: InputSpec, parts: FilledParts) -> str:
    """The sum as text, with its unit if all parts have it; '' if no part is filled or one cannot be read."""
    if not parts.count or parts.unreadable:
        return ""
    return total.kind.format_amount(parts.amount) + ("" if parts.without_unit else total.kind.unit)


def _ends_with(text: str, unit: str) -> bool:
    return (
        bool(unit)
        and normalize_width(text).endswith(unit)
        and (unit != "元" or not normalize_width(text).endswith("万元"))
    )


def _share(part: Decimal | None, whole: Decimal | None) -> str:
    """`part` as a percentage of `whole`, with at most two decimals; '' if that cannot be computed or makes no sense."""
    if part is None or not whole:
        return ""
    share = part / whole * 100
    if abs(share) > MAX_PERCENT:
        return ""
    return KINDS["number"].format_amount(share.quantize(Decimal("0.01"))) + "%"


def update_derived(layout: Layout, before: Document, after: Document, related: RelatedData = NO_RELATED) -> Document:
    """Update derived cells of `after` unless the user typed something else; `before` is the document before the edit.

    A suggestion that can no longer be computed (a part was emptied, or is half typed), or that its cell is too short
    for, is removed: if it stayed, it would later be taken for something the user typed.
    """
    old, typed = _fitting_values(layout, before, related), after
    updated: dict[Path, str] = {}
    for _ in range(ROUNDS):
        new = _fitting_values(layout, after, related)
        edits = [
            SetCell(path, new.get(path, ""))
            # A cell filled in an earlier round too: what it was computed from may be gone by now.
            for path in {**old, **new, **updated}
            if new.get(path, "") != after.value(path)
            # A cell already updated in an earlier round may change again.
            and (after.value(path) != typed.value(path) or _accepts(path, old, new, before, typed))
        ]
        if not edits:
            break
        updated.update({edit.path: edit.value for edit in edits})
        after = apply_edits(layout, after, edits)
    return after


def _fitting_values(layout: Layout, document: Document, related: RelatedData) -> dict[Path, str]:
    """The derived values that an edit may put into their cells."""
    values = derived_values(layout, document, related)
    return {path: text for path, text in values.items() if is_valid_text(layout, path, text, document.value(path))}


def _accepts(path: Path, old: Mapping[Path, str], new: Mapping[Path, str], before: Document, typed: Document) -> bool:
    """Whether a cell takes a new suggestion: it changed, and the cell is empty or still holds the last one."""
    text, last = typed.value(path), old.get(path, "")
    return new.get(path, "") != last and text in ("", last) and before.value(path) == text


def prefill_edits(layout: Layout, document: Document, related: RelatedData) -> list[Edit]:
    """Edits that fill in values derived from related documents: empty cells and new rows only, nothing is replaced."""
    edits: list[Edit] = [
        SetCell(path, text)
        for path, text in derived_values(layout, document, related).items()
        if not document.value(path)
    ]
    for table in layout.tables.values():
        edits += _row_edits(table, document, related)
    return edits


def _row_edits(table: TableSpec, document: Document, related: RelatedData) -> Iterator[Edit]:
    """Edits that add the rows of other sheets to a table, or fill the empty cells of those that are there."""
    if not table.source:
        return
    key = next(iter(table.source.columns))
    present = {normalize_width(row.get(key)): row for row in added_rows(table, document)}
    added: set[str] = set()
    for cells in source_rows(table, related):
        # The id comes from the key, so that a row added earlier is found even if a person has renamed it since.
        row_id = "s" + digest([table.name, cells[key]])[:12]
        row = present.get(normalize_width(cells[key])) or document.row(table.name, row_id)
        if row is None:
            if row_id not in added:
                yield AddRow(table.name, row_id, None, tuple(cells.items()))
            added.add(row_id)
            continue
        for column, text in cells.items():
            if text and not row.get(column):
                yield SetCell(Path(table.name, row.id, column), text)


def source_rows(table: TableSpec, related: RelatedData) -> Iterator[dict[str, str]]:
    """Cells by column of each row that a table takes from other sheets (`RowSource`).

    A sheet whose key (the first column) is still empty gives no row.
    """
    if not table.source:
        return
    key = next(iter(table.source.columns))
    for layout, document in related.sheets.get(table.source.layout, ()):
        cells = {
            column: document.value(layout.cells[name].path)
            for column, name in table.source.columns.items()
            if name in layout.cells
        }
        if cells.get(key, "").strip():
            yield cells
