"""What a check is given and what it gives back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from filings.checks.indicator_rows import Indicator, read_indicator
from filings.checks.rules import RULES
from filings.sheet.document import Document, Path, Row
from filings.sheet.layout import InputSpec, Layout
from filings.sheet.profile import Profile


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: at which cell, by which rule, how grave, in words that say how to correct it.

    `fix`, where there is one, is the text that would stand in the cell instead; it is offered, never put in.
    """

    code: str
    path: str
    label: str
    message: str
    severity: str = "error"
    row_name: str = ""
    fix: str = ""

    @property
    def short_message(self) -> str:
        """The message where it stands beside its cell: which row is meant can be seen there."""
        return _ROW_WORDS.sub("", self.message)


_ROW_WORDS = re.compile(r"^第 \d+ 行“[^”]*”：")


@dataclass(frozen=True)
class CheckSubject:
    """What a check looks at: one document, its layout and the rules of its place; `name` tells it among others."""

    layout: Layout
    document: Document
    profile: Profile
    name: str = ""

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

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator that somebody began, read once for all checks."""
        return tuple(
            read_indicator(self.profile, self.layout.tables[table], number, row, self._shared_cells[table])
            for table, number, row in self.grid_rows()
            if self.layout.tables[table].of == "indicators" and (row.get("name").strip() or row.get("value").strip())
        )

    @cached_property
    def _shared_cells(self) -> Mapping[str, Mapping[str, tuple[Path, str]]]:
        """The cells beside the rows of each table: address and text by the column they stand for."""
        cells = self.layout.cells
        return {
            name: {c: (cells[own].path, self.document.value(cells[own].path)) for c, own in table.shared_cells.items()}
            for name, table in self.layout.tables.items()
        }

    @cached_property
    def texts(self) -> tuple[tuple[Path, InputSpec, str], ...]:
        """Every filled cell, fields first, then rows, with what the form says of it."""
        cells = [(spec.path, spec, text) for spec, text in self.fields() if text.strip()]
        for table, _, row in self.grid_rows():
            for column, spec in self.layout.tables[table].columns.items():
                if text := row.get(column).strip():
                    cells.append((Path(table, row.id, column), spec, text))
        return tuple(cells)

    def cell_finding(
        self, code: str, path: Path, fact: str, *, row_name: str = "", fix: str = "", severity: str = ""
    ) -> Finding:
        """A finding at one cell: the fact, and the remedy of its rule."""
        rule = RULES[code]
        message = f"{fact}，{rule.remedy}。"
        return Finding(code, str(path), self.layout.label(path), message, severity or rule.severity, row_name, fix)

    def indicator_finding(
        self, code: str, one: Indicator, column: str, fact: str, *, fix: str = "", severity: str = ""
    ) -> Finding:
        """A finding at one cell of an indicator."""
        if column in one.shared_cells:
            return self.cell_finding(code, one.path(column), fact, fix=fix, severity=severity)
        fact = f"第 {one.number_in_table} 行“{one.name}”：{fact}"
        return self.cell_finding(code, one.path(column), fact, row_name=one.name, fix=fix, severity=severity)

    def table_finding(self, code: str, table: str, label: str, fact: str, *, severity: str = "") -> Finding:
        """A finding about a table or (with '') about the whole sheet."""
        rule = RULES[code]
        return Finding(code, table, label, f"{fact}，{rule.remedy}。", severity or rule.severity)
