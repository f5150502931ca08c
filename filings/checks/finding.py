"""What a check is given and what it gives back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from filings.sheet.document import Document, Path, Row
from filings.sheet.layout import InputSpec, Layout
from filings.sheet.profile import Profile

SEVERITY_WORDS = {"error": "错误", "warning": "提示", "note": "说明"}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: at which cell, by which rule, how grave, in words that say how to mend it."""

    code: str
    path: str
    label: str
    message: str
    severity: str = "error"
    row_name: str = ""


@dataclass(frozen=True)
class Subject:
    """What a check looks at: one document, its layout and the rules of its place."""

    layout: Layout
    document: Document
    profile: Profile

    def fields(self) -> Iterator[tuple[InputSpec, str]]:
        """Every field of the sheet with its text."""
        for spec in self.layout.inputs():
            yield spec, self.document.value(spec.path)

    def grid_rows(self) -> Iterator[tuple[str, int, Row]]:
        """Every row of the tables that people fill row by row: table, number from 1, row."""
        for section in self.layout.sections:
            for table in section.tables:
                fixed = self.layout.tables[table].fixed
                free = (row for row in self.document.rows(table) if row.id not in fixed)
                for number, row in enumerate(free, 1):
                    yield table, number, row

    def at(self, code: str, path: Path, message: str, row_name: str = "", label: str = "") -> Finding:
        """A finding at one cell."""
        return Finding(code, str(path), label or self.layout.label(path), message, row_name=row_name)
