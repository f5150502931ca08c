"""Documents in the database: loads them from the tables of rows, and stores what differs.

Loading costs one query for each kind of rows in use, however many filings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import QuerySet

from filings.models import ROW_MODELS, Filing, FilingRow, IndicatorRow
from filings.services.layouts import compiled_layout, cycle_profile
from filings.services.transactions import require_transaction
from filings.sheet.document import Document, Row, document_to_data
from filings.sheet.drawing import LayoutVariables
from filings.sheet.layout import Layout, TableSpec
from indicators.taxonomy import Tree
from perfbudget.compiled_query import CompiledQuery
from perfbudget.compiled_writes import update_row


def layout_variables(filing: Filing, number: int | None = None) -> LayoutVariables:
    """Values of the variables that a layout may print, for this filing.

    Costs a query for the number of the sheet if the layout prints it and `number` is not given.
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
    """The number of each filing among its department's sheets of the same form, from 1 in the order of their beginning.

    By primary key; always 1 where the form does not print it. One query, none if no form prints it.
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


def content_data(document: Document, variables: LayoutVariables, layout_sha256: str) -> dict[str, Any]:
    """All that a printed sheet depends on, as JSON-ready data: revisions, packet plans and digests are made of it.

    Digests of stored content cover it, so keys and forms of values must not change.
    """
    return {"document": document_to_data(document), "setting": asdict(variables), "layout": layout_sha256}


def variables_from_data(data: Mapping[str, Any]) -> LayoutVariables:
    """The variables that `content_data` stored: JSON gives pairs back as lists."""
    categories = tuple((level1, level2) for level1, level2 in data.get("categories", ()))
    return LayoutVariables(**{**data, "categories": categories})


def load_document(filing: Filing) -> Document:
    """The present content of one filing; one query for each kind of rows of its form."""
    return load_documents([filing])[filing.pk]


def load_documents(filings: Iterable[Filing]) -> dict[int, Document]:
    """The present content of many filings, by primary key; one query for each kind of rows."""
    filings = list(filings)
    kinds = {table.row_kind for filing in filings for table in compiled_layout(filing.layout).tables.values()}
    rows: dict[int, dict[str, tuple[Row, ...]]] = defaultdict(dict)
    for kind in sorted(kinds):
        for (pk, table), loaded in _load_rows(ROW_MODELS[kind], filings).items():
            rows[pk][table] = tuple(loaded)
    return {
        filing.pk: Document(filing.layout.key, filing.layout.version, dict(filing.fields), dict(rows[filing.pk]))
        for filing in filings
    }


def _load_rows(model: type[FilingRow], filings: list[Filing]) -> dict[tuple[int, str], list[Row]]:
    """The rows of one kind, in order, by primary key of the filing and name of the table. One query."""
    rows: dict[tuple[int, str], list[Row]] = defaultdict(list)
    if len(filings) == 1:
        stored = _rows_of_one(model).find(filing=filings[0].pk)
    else:
        stored = list(_stored_rows(model, filing__in=[filing.pk for filing in filings]))
    for pk, table, row_id, extra, *texts in stored:
        cells = {name: text for name, text in zip(model.CELLS, texts, strict=True) if text}
        rows[pk, table].append(Row(row_id, {**cells, **extra}))
    return rows


def _stored_rows(model: type[FilingRow], **which: object) -> QuerySet[Any, tuple[Any, ...]]:
    """Of each row filing, table, id, further cells, and the texts of its own columns."""
    query = model._default_manager.filter(**which).order_by("filing", "table", "position")
    return query.values_list("filing_id", "table", "row_id", "extra", *model.CELLS)


@cache
def _rows_of_one(model: type[FilingRow]) -> CompiledQuery[tuple[Any, ...]]:
    """The same of one filing, as most pages and saves ask for it."""
    return CompiledQuery(lambda filing: _stored_rows(model, filing=filing), filing=1_234_567_890)


def store_document(filing: Filing, before: Document, after: Document, tree: Tree) -> None:
    """Write what differs between two documents to the filing's rows, fields and total.

    Needs a transaction and the filing's lock. Rows are saved here; the filing itself is left to the caller to save.
    """
    require_transaction()
    layout = compiled_layout(filing.layout)
    filing.fields = {name: text for name, text in after.fields.items() if text}
    for table in layout.tables.values():
        if before.rows(table.name) != after.rows(table.name):
            _store_rows(filing, table, before.rows(table.name), after.rows(table.name), tree)
    filing.total = document_total(layout, after)


def document_total(layout: Layout, document: Document) -> Decimal | None:
    """The amount of the filing in 万元, from the cell that its layout names; None without one that fits the column."""
    if not layout.amount:
        return None
    spec = layout.cells[layout.amount]
    amount = spec.kind.amount(document.value(spec.path))
    return amount if amount is not None and abs(amount) < 10**13 else None


def _store_rows(filing: Filing, table: TableSpec, before: tuple[Row, ...], after: tuple[Row, ...], tree: Tree) -> None:
    """Delete, update and insert the rows of one table so that it holds `after`; equal rows are not written."""
    model, money_unit = ROW_MODELS[table.row_kind], compiled_layout(filing.layout).money_unit
    own = model._default_manager.filter(filing=filing, table=table.name)
    old = {row.id: (position, row) for position, row in enumerate(before)}
    deleted = set(old) - {row.id for row in after}
    if deleted:
        own.filter(row_id__in=deleted).delete()
    changed = {row.id: (i, row) for i, row in enumerate(after) if row.id in old and old[row.id] != (i, row)}
    if len(changed) <= FEW:
        for row_id, (position, row) in changed.items():
            _update_row(filing, table.name, row_id, _fill(model(), row, position, tree, money_unit))
    else:
        stored = {item.row_id: item for item in own.filter(row_id__in=changed)}
        for row_id, (position, row) in changed.items():
            _fill(stored[row_id], row, position, tree, money_unit)
        model._default_manager.bulk_update(stored.values(), _content_names(model), batch_size=200)
    names = {"filing": filing, "jurisdiction_id": filing.jurisdiction_id, "table": table.name}
    new = [
        _fill(model(**names, row_id=row.id), row, position, tree, money_unit)
        for position, row in enumerate(after)
        if row.id not in old
    ]
    model._default_manager.bulk_create(new, batch_size=500)


FEW = 8
"""Up to so many rows are updated one by one: that is cheaper than one statement for all."""


def _update_row(filing: Filing, table: str, row_id: str, content: FilingRow) -> None:
    """Write the content of one row, without reading it first. Raises RuntimeError where the table has no such row."""
    values = {name: getattr(content, name) for name in _content_names(type(content))}
    if not update_row(type(content), {"filing": filing.pk, "table": table, "row_id": row_id}, values):
        raise RuntimeError(f"no row {row_id} is stored")


@cache
def _content_names(model: type[FilingRow]) -> list[str]:
    """The columns of a model of rows that say what is in a row and where."""
    identity = ("id", "filing", "jurisdiction", "table", "row_id")
    return [field.name for field in model._meta.concrete_fields if field.name not in identity]


def _fill(item: FilingRow, row: Row, position: int, tree: Tree, money_unit: str) -> FilingRow:
    """Set the columns of a model's row from a document's row; not saved yet."""
    item.position = position
    item.set_cells(row.cells, money_unit)
    if isinstance(item, IndicatorRow):
        item.category = tree.code_of(item.level1, item.level2)
    return item
