"""Between documents and the database: loading costs one query for each table in use, however many filings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from filings.models import ROW_MODELS, Filing, FilingRow, IndicatorRow
from filings.services.layouts import compiled_layout, cycle_profile
from filings.services.transactions import require_transaction
from filings.sheet.document import Document, Row
from filings.sheet.grid import LayoutVariables
from filings.sheet.layout import Layout, TableSpec
from indicators.taxonomy import Tree


def layout_variables(filing: Filing, number: int | None = None) -> LayoutVariables:
    """Values of the variables that a layout may print, for this filing.

    Costs a query where the layout prints the sheet's number and the `number` is not given.
    """
    return LayoutVariables(
        year=filing.cycle.year,
        jurisdiction=filing.jurisdiction.name,
        department=filing.department.name,
        project=filing.project.name if filing.project else "",
        form=filing.layout.name,
        number=sheet_numbers([filing])[filing.pk] if number is None else number,
        categories=tuple(cycle_profile(filing.cycle).categories()),
    )


def sheet_numbers(filings: Sequence[Filing]) -> dict[int, int]:
    """Which one of its department's sheets of its form each filing is, in the order in which they were started, from 1.

    By primary key; 1 where the form does not print it. One query, none where no form does.
    """
    numbers = {filing.pk: 1 for filing in filings}
    printed = [filing for filing in filings if "{number}" in filing.layout.source]
    if not printed:
        return numbers
    groups = {(filing.cycle_id, filing.department_id, filing.layout.key) for filing in printed}
    same = Filing.objects.filter(
        cycle__in={cycle for cycle, _, _ in groups},
        department__in={department for _, department, _ in groups},
        layout__key__in={key for _, _, key in groups},
    )
    counts: Counter[tuple[int, int, str]] = Counter()
    for pk, cycle, department, key in same.order_by("pk").values_list("pk", "cycle_id", "department_id", "layout__key"):
        counts[cycle, department, key] += 1
        numbers[pk] = counts[cycle, department, key]
    return {filing.pk: numbers[filing.pk] for filing in filings}


def load_document(filing: Filing) -> Document:
    """The present content of one filing."""
    return load_documents([filing])[filing.pk]


def load_documents(filings: Iterable[Filing]) -> dict[int, Document]:
    """The present content of many filings, by primary key; one query for each kind of rows."""
    filings = list(filings)
    kinds = {table.of for filing in filings for table in compiled_layout(filing.layout).tables.values()}
    rows: dict[int, dict[str, tuple[Row, ...]]] = defaultdict(dict)
    for kind in sorted(kinds):
        for (pk, table), found in _load_rows(ROW_MODELS[kind], filings).items():
            rows[pk][table] = tuple(found)
    return {
        filing.pk: Document(filing.layout.key, filing.layout.version, dict(filing.fields), dict(rows[filing.pk]))
        for filing in filings
    }


def _load_rows(model: type[FilingRow], filings: list[Filing]) -> dict[tuple[int, str], list[Row]]:
    found: dict[tuple[int, str], list[Row]] = defaultdict(list)
    query = model._default_manager.filter(filing__in=[filing.pk for filing in filings])
    names = ("filing_id", "table", "row_id", "extra")
    for pk, table, row_id, extra, *texts in query.order_by("filing", "table", "position").values_list(
        *names, *model.CELLS
    ):
        cells = {name: text for name, text in zip(model.CELLS, texts, strict=True) if text}
        found[pk, table].append(Row(row_id, {**cells, **extra}))
    return found


def store_document(filing: Filing, before: Document, after: Document, tree: Tree) -> None:
    """Write what differs between two documents to the filing's rows and fields; needs the lock; the caller saves."""
    require_transaction()
    layout = compiled_layout(filing.layout)
    filing.fields = {name: text for name, text in after.fields.items() if text}
    for table in layout.tables.values():
        if before.rows(table.name) != after.rows(table.name):
            _store_rows(filing, table, before.rows(table.name), after.rows(table.name), tree)
    filing.total = document_total(layout, after)


def document_total(layout: Layout, document: Document) -> Decimal | None:
    """The filing's money in 万元, as its layout says which cell holds it."""
    if not layout.amount:
        return None
    spec = layout.cells[layout.amount]
    amount = spec.kind.amount(document.value(spec.path))
    return amount if amount is not None and abs(amount) < 10**13 else None


def _store_rows(filing: Filing, table: TableSpec, before: tuple[Row, ...], after: tuple[Row, ...], tree: Tree) -> None:
    model, money_unit = ROW_MODELS[table.of], compiled_layout(filing.layout).money_unit
    own = model._default_manager.filter(filing=filing, table=table.name)
    old = {row.id: (position, row) for position, row in enumerate(before)}
    gone = set(old) - {row.id for row in after}
    if gone:
        own.filter(row_id__in=gone).delete()
    changed = {row.id: (i, row) for i, row in enumerate(after) if row.id in old and old[row.id] != (i, row)}
    stored = {item.row_id: item for item in own.filter(row_id__in=changed)}
    for row_id, (position, row) in changed.items():
        _fill(stored[row_id], row, position, tree, money_unit)
    _update(model, list(stored.values()))
    names = {"filing": filing, "jurisdiction_id": filing.jurisdiction_id, "table": table.name}
    new = [
        _fill(model(**names, row_id=row.id), row, position, tree, money_unit)
        for position, row in enumerate(after)
        if row.id not in old
    ]
    model._default_manager.bulk_create(new, batch_size=500)


FEW = 8
"""Up to so many rows are cheaper updated one by one than all in one statement."""


def _update(model: type[FilingRow], items: list[FilingRow]) -> None:
    if len(items) <= FEW:
        for item in items:
            item.save(force_update=True)
        return
    kept = ("id", "filing", "jurisdiction", "table", "row_id")
    names = [field.name for field in model._meta.concrete_fields if field.name not in kept]
    model._default_manager.bulk_update(items, names, batch_size=200)


def _fill(item: FilingRow, row: Row, position: int, tree: Tree, money_unit: str) -> FilingRow:
    item.position = position
    item.set_cells(row.cells, money_unit)
    if isinstance(item, IndicatorRow):
        item.category = tree.code_of(item.level1, item.level2)
    return item
