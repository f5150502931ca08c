"""Limits on the work of drawing a sheet, for forms that nobody has used yet: cells, pages and time.

They are counted inside the drawing itself, so that it stops in the middle of whatever it is doing. Nothing interrupts
it from outside: a signal reaches the main thread only, and a thread cannot be stopped.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from filings.sheet.document import Document
from filings.sheet.layout import Layout, LineBlock, TableBlock, TextBlock


class DrawingLimitError(ValueError):
    """A sheet that would be larger than any form is; the text says in Chinese by what."""


@dataclass
class DrawingLimits:
    """How much one drawing may be: cells of the whole sheet, pages, and seconds from now on."""

    cells: int = 20_000
    pages: int = 200
    seconds: float = 5.0
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    def check_cells(self, layout: Layout, document: Document, categories: Sequence[object]) -> None:
        """Raise DrawingLimitError if the sheet of a document has too many cells; nothing is drawn for it."""
        count = sum(_cell_counts(layout, document, len(categories)))
        if count > self.cells:
            raise DrawingLimitError(f"这张表画出来约有 {count:,} 个单元格，最多 {self.cells:,} 个，请减少行、列或重复")

    def check(self, pages: int = 0) -> None:
        """Raise DrawingLimitError if there are too many pages, or the time is over."""
        if pages > self.pages:
            raise DrawingLimitError(f"这张表超过 {self.pages} 页，请减少内容，或减小行高和页边距")
        if time.monotonic() > self._end:
            raise DrawingLimitError(f"这张表 {self.seconds:g} 秒内画不完，请减少行、列、重复和过长的文字")


NO_LIMITS = DrawingLimits(cells=10**9, pages=10**9, seconds=float("inf"))
"""For sheets that people have filled: whatever they hold is drawn."""


def _cell_counts(layout: Layout, document: Document, categories: int) -> list[int]:
    """How many cells each block has at most, joined ones counted each."""
    rows = {
        name: max(1, len(document.rows(name)) + (categories if table.complete else 0))
        for name, table in layout.tables.items()
    }
    counts = []
    for block in layout.blocks:
        if isinstance(block, TableBlock):
            counts.append(sum(len(row.cells) * rows.get(row.table, 1) for row in block.rows))
        elif isinstance(block, TextBlock):
            counts.append(len(block.lines) * rows.get(block.each, 1))
        else:
            counts.append(3 if isinstance(block, LineBlock) else len(block.lines))
    return counts
