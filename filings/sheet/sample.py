"""A made-up document for a layout, to preview a form before it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from filings.sheet.document import Document, Row
from filings.sheet.layout import InputSpec, Layout, TableSpec
from filings.sheet.new_documents import blank_document

SAMPLES: Mapping[str, str] = {
    "money": "12.50",
    "number": "3",
    "date": "2026-01-05",
    "phone": "0951-1234567",
    "credit_code": "11530121678749701D",
    "target": "≥95%",
    "operator": "≥",
    "code": "001",
}
LONG = "这里是一段示例文字，用来看看表样填写以后的样子：写清做什么、做到什么程度、什么时候完成。"
ROWS = 2
"""Number of rows that a table gets if a new document starts it without rows."""


def sample_document(layout: Layout, categories: list[tuple[str, str]]) -> Document:
    """A document in which every cell holds a text of its kind and every table has rows.

    `categories` are the (level-1, level-2) names of the indicator tree. Cells of the kinds level1 and level2 are left
    empty where the row has no category.
    """
    blank = blank_document(layout, categories, {})
    fields = {spec.name: _text(spec) for spec in layout.cells.values() if not spec.path.row}
    tables = {}
    filled = {name for section in layout.sections for name in section.tables}
    for table in layout.tables.values():
        rows: Sequence[Row] = blank.rows(table.name)
        if table.name in filled and len(rows) == len(table.fixed):
            pairs = (categories or [("", "")])[:ROWS]
            rows = [*rows, *(Row(f"s{i}", {"level1": a, "level2": b}) for i, (a, b) in enumerate(pairs, 1))]
        tables[table.name] = tuple(Row(row.id, {**_sample_texts(table), **_filled_cells(row)}) for row in rows)
    return Document(layout.key, layout.version, fields, tables)


def _sample_texts(table: TableSpec) -> dict[str, str]:
    return {name: _text(spec) for name, spec in table.columns.items()}


def _filled_cells(row: Row) -> dict[str, str]:
    return {name: text for name, text in row.cells.items() if text}


def _text(spec: InputSpec) -> str:
    if spec.choices:
        return spec.choices[0]
    if spec.kind.key in ("level1", "level2"):
        return ""
    return SAMPLES.get(spec.kind.key) or (LONG if spec.kind.multiline and not spec.merge else f"示例{spec.label}"[:12])
