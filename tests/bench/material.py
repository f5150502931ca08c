"""The material of the benchmark: the seeded places, and sheets of any number of rows made from the real ones."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, islice

from filings.models import Filing
from filings.services.demo import seed_demo
from filings.services.documents import layout_variables, load_document
from filings.services.layouts import compiled_layout
from filings.sheet.document import Document, Row
from filings.sheet.grid import Grid, build_grid

PASSWORD = "bench-only-password"


def seeded() -> list[Filing]:
    """The demo filings, loaded once."""
    if not Filing.objects.exists():
        list(seed_demo(PASSWORD))
    parts = ("jurisdiction", "cycle", "department", "layout", "project")
    return list(Filing.objects.select_related(*parts).order_by("id"))


def with_rows(document: Document, count: int) -> Document:
    """The document with its indicators repeated to so many rows, in the order of their categories."""
    rows = document.rows("indicators")
    repeated = sorted(islice(cycle(enumerate(rows)), count), key=lambda pair: pair[0])
    many = tuple(Row(f"b{i}", row.cells) for i, (_, row) in enumerate(repeated))
    return replace(document, tables={**document.tables, "indicators": many})


def grid_of(filing: Filing, rows: int = 0, mark: str = "") -> Grid:
    """The grid of a filing, with so many indicator rows; `mark` makes its text differ from all others."""
    document = load_document(filing)
    if rows:
        document = with_rows(document, rows)
    if mark and document.fields:
        first = next(iter(document.fields))
        document = replace(document, fields={**document.fields, first: document.fields[first] + mark})
    return build_grid(compiled_layout(filing.layout), document, layout_variables(filing))
