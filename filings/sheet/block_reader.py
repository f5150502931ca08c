"""Reads how a form is drawn: `[page]` and the `[[block]]`s of a layout file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from filings.sheet.column_widths import column_warnings
from filings.sheet.drawing import (
    DrawingError,
    DrawnRow,
    Piece,
    Placeholder,
    TextLine,
    read_drawing,
    read_parts,
    read_text,
)
from filings.sheet.input_reader import InputReader
from filings.sheet.layout import (
    PAPER_MM,
    Block,
    InputSpec,
    LineBlock,
    Page,
    TableBlock,
    TableSpec,
    TextBlock,
    TitleBlock,
)
from filings.sheet.problems import Problem
from filings.sheet.spans import SpanError, find_spans
from filings.sheet.toml_reader import TomlReader

SMALLEST_TITLE_PT, LARGEST_TITLE_PT = 6.0, 36.0
"""Bounds of the type size of a title line, in points."""


class BlockReader:
    """Reads the page and the blocks of a layout; every placeholder must be described as a cell or column.

    `unreadable` is True if some drawing could not be read, so that it is not known what it draws.
    """

    def __init__(self, root: TomlReader, inputs: InputReader) -> None:
        self.problems, self.inputs = root.problems, inputs
        self.unreadable = False
        self.warnings: list[Problem] = []
        """What is no mistake, but looks bad in print."""
        self.page = self._page(root.child("page"))
        self.blocks = tuple(block for reader in root.array("block") if (block := self._block(reader)))

    def _page(self, reader: TomlReader) -> Page:
        margins = reader.get_list("margins_mm", float) or (20.0, 18.0, 18.0, 18.0)
        if len(margins) != 4:
            reader.add_problem("margins_mm needs four numbers: top, right, bottom, left", "margins_mm")
            margins = (20.0, 18.0, 18.0, 18.0)
        page = Page(
            size=reader.choice("size", tuple(PAPER_MM), "A4"),
            landscape=reader.get("landscape", bool, False),
            margins_mm=(margins[0], margins[1], margins[2], margins[3]),
            font_pt=reader.get("font_pt", float, 10.5),
            title_pt=reader.get("title_pt", float, 18.0),
            smallest_pt=reader.get("smallest_pt", float, 0.0),
            header=self._pieces(reader.get("header", str, ""), reader, "header"),
            footer=self._pieces(reader.get("footer", str, ""), reader, "footer"),
        )
        if not 6 <= page.font_pt <= 24:
            reader.add_problem("font_pt must be between 6 and 24 points", "font_pt")
        reader.refuse_unknown_keys()
        return page

    def _block(self, reader: TomlReader) -> Block | None:
        name = reader.get("use", str, "")
        if name:
            reader.refuse_unknown_keys()
            if name not in self.inputs.fragments:
                reader.add_problem(f"there is no fragment {name!r}", "use")
                return None
            reader = self.inputs.fragments[name]
        kind = reader.choice("kind", ("title", "line", "table", "text"), "table")
        block = {"title": self._title, "line": self._line, "table": self._table, "text": self._text}[kind](reader)
        joined, new_page, keep = (reader.get(key, bool, False) for key in ("joined", "new_page", "keep"))
        reader.refuse_unknown_keys()
        return replace(block, joined=joined, new_page=new_page, keep=keep)

    def _title(self, reader: TomlReader) -> Block:
        """Read `lines = ["…", { text = "…", pt = 14 }]`."""
        lines = [self._title_line(line) for line in reader.list_as_tables("lines", "text")]
        points = tuple(points for _, points in lines)
        return TitleBlock(tuple(pieces for pieces, _ in lines), points if any(points) else ())

    def _title_line(self, line: TomlReader) -> tuple[tuple[Piece, ...], float]:
        points = line.get("pt", float, 0.0)
        if "pt" in line.data and not SMALLEST_TITLE_PT <= points <= LARGEST_TITLE_PT:
            line.add_problem(f"pt must be {SMALLEST_TITLE_PT:g} to {LARGEST_TITLE_PT:g} points")
        pieces = self._pieces(line.require("text", str, ""), line, "text")
        line.refuse_unknown_keys()
        return pieces, points

    def _line(self, reader: TomlReader) -> Block:
        left, middle, right = (self._pieces(reader.get(k, str, ""), reader, k) for k in ("left", "middle", "right"))
        return LineBlock(left, middle, right)

    def _text(self, reader: TomlReader) -> Block:
        lines: tuple[TextLine, ...] = tuple(read_text(reader.require("draw", str, "")))
        each = reader.get("each", str, "")
        if each and each not in self.inputs.tables:
            reader.add_problem(f"there is no table {each!r}: describe it under [tables.{each}]", "each")
        for line in lines:
            number = reader.source.text_line(reader.key_path("draw")) + line.offset
            self._require_described(line.pieces, reader, number, self.inputs.tables.get(each))
        new_page_each = reader.get("new_page_each", bool, False)
        if new_page_each and not each:
            reader.add_problem("new_page_each is for a text that is printed for each row of a table", "new_page_each")
        hanging = isinstance(reader.data.get("indent"), str) and bool(reader.choice("indent", ("hanging",), "hanging"))
        indent = not hanging and reader.get("indent", bool, True)
        return TextBlock(lines, indent, each, new_page_each, hanging)

    def _table(self, reader: TomlReader) -> Block:
        widths = reader.get_list("widths_mm", float)
        first = reader.source.text_line(reader.key_path("draw"))
        rows: tuple[DrawnRow, ...] = ()
        try:
            rows = tuple(read_drawing(reader.require("draw", str, "")))
        except DrawingError as error:
            self.unreadable = True
            self._add_problem(reader, first + error.offset, error.reason)
        for row in rows:
            if len(row.cells) != len(widths):
                reason = f"this line has {len(row.cells)} cells, widths_mm has {len(widths)} columns"
                self._add_problem(reader, first + row.offset, reason)
        # Wrong numbers of cells would only bring misleading messages about spans.
        if not any(problem.file == reader.source.file and problem.line >= first for problem in self.problems):
            self._check_spans(rows, reader, first)
        self._check_rows(rows, reader, first)
        for offset, reason in column_warnings(rows, widths, self._spec, self.page):
            self.warnings.append(Problem(reader.source.file, first + offset, reason))
        if sum(widths) > self.page.content_width_mm + 0.01:
            total, available = sum(widths), self.page.content_width_mm
            reader.add_problem(
                f"a table is {total:g} mm wide, the paper has {available:g} mm between its margins", "widths_mm"
            )
        return TableBlock(widths, rows, reader.get("ruled", bool, True))

    def _spec(self, table: str, name: str) -> InputSpec | None:
        """The input of that name, drawn in a row of a table ('' for none); None if it is not described."""
        columns = self.inputs.tables[table].columns if table in self.inputs.tables else {}
        return columns.get(name) or self.inputs.cells.get(name)

    def _check_spans(self, rows: tuple[DrawnRow, ...], reader: TomlReader, first: int) -> None:
        """Note a problem if spans are no rectangles for some number of rows; tables are tried with 1, 0 and 2 rows."""
        for times, words in ((1, ""), (0, " when the table has no rows"), (2, " when the table has two rows")):
            tried: list[DrawnRow] = []
            for table, group in groupby(rows, key=lambda row: row.table):
                tried += list(group) * (times if table else 1)
            try:
                find_spans([[cell.joins for cell in row.cells] for row in tried])
            except SpanError as error:
                self._add_problem(reader, first + tried[error.row].offset, error.reason + words)
                return

    def _check_rows(self, rows: tuple[DrawnRow, ...], reader: TomlReader, first: int) -> None:
        for row in rows:
            line = first + row.offset
            table = self.inputs.tables.get(row.table)
            if row.table and table is None:
                self.unreadable = True
                self._add_problem(
                    reader, line, f"there is no table {row.table!r}: describe it under [tables.{row.table}]"
                )
                continue
            if table and row.by and row.by not in table.columns:
                self._add_problem(reader, line, f"the table {row.table!r} has no column {row.by!r}")
            for cell in row.cells:
                self._require_described(cell.pieces, reader, line, table, or_cell=True)
        for table_name, group in groupby(rows, key=lambda row: row.table):
            if table := self.inputs.tables.get(table_name):
                self._check_shared_cell(list(group), table, reader, first)

    def _check_shared_cell(self, rows: list[DrawnRow], table: TableSpec, reader: TomlReader, first: int) -> None:
        """A shared cell of the form must span all lines of a table, with no column of the rows in the same cell."""
        for column in range(min(len(row.cells) for row in rows)):
            names = [[name for name in row.cells[column].placeholders if name not in table.columns] for row in rows]
            if not any(names):
                continue
            at = next(index for index, shared in enumerate(names) if shared)
            name, line = names[at][0], first + rows[at].offset
            if len(names[at]) < len(rows[at].cells[column].placeholders):
                self._add_problem(
                    reader, line, f"{{{name}}} belongs to the form: columns of {table.name!r} stand elsewhere"
                )
            elif any(row.cells[column].joins != "^" for row in rows[1:]):
                reason = f"{{{name}}} belongs to the form and stands beside all rows of {table.name!r}: "
                self._add_problem(reader, line, reason + "draw it in the table's first line, and ^ in its others")

    def _pieces(self, text: str, reader: TomlReader, key: str) -> tuple[Piece, ...]:
        pieces = read_parts(text)
        self._require_described(pieces, reader, reader.line(key))
        return pieces

    def _require_described(
        self,
        pieces: tuple[Piece, ...],
        reader: TomlReader,
        line: int,
        table: TableSpec | None = None,
        *,
        or_cell: bool = False,
    ) -> None:
        """Note a problem for every placeholder that is no column of `table` (without one: no cell of the form).

        With `or_cell` a cell of the form may be drawn in a table too.
        """
        for piece in pieces:
            if isinstance(piece, Placeholder):
                known: Mapping[str, Any] = table.columns if table else self.inputs.cells
                if piece.name not in known and not (or_cell and piece.name in self.inputs.cells):
                    where = f"[tables.{table.name}.columns]" if table else "[cells]"
                    self._add_problem(reader, line, f"{{{piece.name}}} is drawn but not described under {where}")

    def _add_problem(self, reader: TomlReader, line: int, reason: str) -> None:
        self.problems.append(Problem(reader.source.file, line, reason))
