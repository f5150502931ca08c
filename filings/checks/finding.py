"""The input of a check (CheckSubject) and its output (Finding)."""

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
    """One mistake in a form: code of the check, address, label of the cell, severity, and a message with the remedy.

    `path` is the address of a cell ("title", "indicators[i1].value"), the name of a table, or '' for the whole form.
    `severity` is "error" (blocks submission), "warning", "note" or "off". `row_name` is the name of the row if the cell
    is in one. `fix`, if not empty, is a replacement for the text of the cell that the user may accept.
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
        """The message without the words that name the row, for display next to the cell."""
        return _ROW_WORDS.sub("", self.message)


_ROW_WORDS = re.compile(r"^第 \d+ 行“[^”]*”：")


@dataclass(frozen=True)
class CheckSubject:
    """What a check works on: a document, its layout, the profile of its place; `name` is its title in messages."""

    layout: Layout
    document: Document
    profile: Profile
    name: str = ""

    def fields(self) -> Iterator[tuple[InputSpec, str]]:
        """Every input of the layout that is no cell of a free table row, with its text ('' if it is not filled)."""
        for spec in self.layout.inputs():
            yield spec, self.document.value(spec.path)

    def grid_rows(self) -> Iterator[tuple[str, int, Row]]:
        """The free rows of all tables in form order: table name, row number from 1, row. Fixed rows are left out."""
        for section in self.layout.sections:
            for table in section.tables:
                fixed = self.layout.tables[table].fixed
                free = (row for row in self.document.rows(table) if row.id not in fixed)
                for number, row in enumerate(free, 1):
                    yield table, number, row

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicator rows with a name or a value; parsed once and shared by all checks."""
        return tuple(
            read_indicator(self.profile, self.layout.tables[table], number, row, self._shared_cells[table])
            for table, number, row in self.grid_rows()
            if self.layout.tables[table].row_kind == "indicators"
            and (row.get("name").strip() or row.get("value").strip())
        )

    @cached_property
    def _shared_cells(self) -> Mapping[str, Mapping[str, tuple[Path, str]]]:
        """For each table its shared cells: column that the cell serves → (address, text)."""
        cells = self.layout.cells
        return {
            name: {c: (cells[own].path, self.document.value(cells[own].path)) for c, own in table.shared_cells.items()}
            for name, table in self.layout.tables.items()
        }

    @cached_property
    def texts(self) -> tuple[tuple[Path, InputSpec, str], ...]:
        """Every filled cell, fields first, then free rows, as (address, input, text). Texts of rows are stripped."""
        cells = [(spec.path, spec, text) for spec, text in self.fields() if text.strip()]
        for table, _, row in self.grid_rows():
            for column, spec in self.layout.tables[table].columns.items():
                if text := row.get(column).strip():
                    cells.append((Path(table, row.id, column), spec, text))
        return tuple(cells)

    def row_name(self, path: Path) -> str:
        """The `name` cell of the row that `path` lies in; '' for a field and for a row that does not exist."""
        row = self.document.row(path.name, path.row) if path.row else None
        return row.get("name") if row else ""

    def cell_finding(
        self, code: str, path: Path, fact: str, *, row_name: str = "", fix: str = "", severity: str = ""
    ) -> Finding:
        """A finding at a cell. The message is `fact` and the remedy of the rule; default severity is the rule's."""
        rule = RULES[code]
        message = f"{fact}，{rule.remedy}。"
        return Finding(code, str(path), self.layout.label(path), message, severity or rule.severity, row_name, fix)

    def indicator_finding(
        self, code: str, indicator: Indicator, column: str, fact: str, *, fix: str = "", severity: str = ""
    ) -> Finding:
        """A finding at a cell of an indicator. The message names the row unless the cell is shared by the table."""
        if column in indicator.shared_cells:
            return self.cell_finding(code, indicator.path(column), fact, fix=fix, severity=severity)
        fact = f"第 {indicator.number_in_table} 行“{indicator.name}”：{fact}"
        return self.cell_finding(
            code, indicator.path(column), fact, row_name=indicator.name, fix=fix, severity=severity
        )

    def table_finding(self, code: str, table: str, label: str, fact: str, *, severity: str = "") -> Finding:
        """A finding about a whole table, or about the whole form if `table` is ''."""
        rule = RULES[code]
        return Finding(code, table, label, f"{fact}，{rule.remedy}。", severity or rule.severity)
