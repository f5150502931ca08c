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
from filings.sheet.problems import Problem, add_problem, display_name
from filings.sheet.spans import SpanError, find_spans
from filings.sheet.toml_reader import TomlReader

MAX_BLOCKS = 200
MAX_ROWS = 500
"""Most lines that a block draws."""
MAX_COLUMNS = 60
MAX_DRAWING = 60_000
"""Most characters of a drawing or a running text."""
MAX_MARGIN_MM = 150.0
LEAST_CONTENT_MM = 40.0
"""Least width and height between the margins."""
LEAST_WIDTH_MM = 3.0
"""Least width of a column: what one character of the smallest type needs with its padding."""
LEAST_PT = 4.0
"""Smallest type to which a sheet may shrink."""
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
        self.blocks = tuple(block for reader in root.array("block", MAX_BLOCKS) if (block := self._block(reader)))

    def _page(self, reader: TomlReader) -> Page:
        margins = reader.get_numbers("margins_mm", 0.0, MAX_MARGIN_MM) or (20.0, 18.0, 18.0, 18.0)
        if len(margins) != 4:
            reader.add_problem("margins_mm 要写四个数：上、右、下、左", "margins_mm")
            margins = (20.0, 18.0, 18.0, 18.0)
        page = Page(
            size=reader.choice("size", tuple(PAPER_MM), "A4"),
            landscape=reader.get("landscape", bool, False),
            margins_mm=(margins[0], margins[1], margins[2], margins[3]),
            font_pt=reader.get_number("font_pt", float, 10.5, 6.0, 24.0),
            title_pt=reader.get_number("title_pt", float, 18.0, 6.0, 48.0),
            smallest_pt=reader.get_number("smallest_pt", float, 0.0, 0.0, 24.0),
            header=self._pieces(reader.get("header", str, ""), reader, "header"),
            footer=self._pieces(reader.get("footer", str, ""), reader, "footer"),
        )
        if 0 < page.smallest_pt < LEAST_PT:
            reader.apply_limit(f"smallest_pt 应为 0（不缩小），或 {LEAST_PT:g} 至 24", "smallest_pt")
            page = replace(page, smallest_pt=LEAST_PT)
        self._check_content(page, reader)
        reader.refuse_unknown_keys()
        return page

    def _check_content(self, page: Page, reader: TomlReader) -> None:
        """The margins must leave room; a form in use may have little of it, but not none."""
        least_mm = min(page.content_width_mm, page.content_height_mm)
        reason = f"margins_mm 太大：版心的宽和高都不能小于 {LEAST_CONTENT_MM:g} mm"
        if least_mm <= 0:
            reader.add_problem(reason, "margins_mm")
        elif least_mm < LEAST_CONTENT_MM:
            reader.apply_limit(reason, "margins_mm")

    def _block(self, reader: TomlReader) -> Block | None:
        name = reader.get("use", str, "")
        if name:
            reader.refuse_unknown_keys()
            if name not in self.inputs.fragments:
                reader.add_problem(f"没有名为 {display_name(name)} 的公共部分", "use")
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
        has_size = "pt" in line.data
        points = line.get_number("pt", float, 0.0, SMALLEST_TITLE_PT, LARGEST_TITLE_PT) if has_size else 0.0
        pieces = self._pieces(line.require("text", str, ""), line, "text")
        line.refuse_unknown_keys()
        return pieces, points

    def _line(self, reader: TomlReader) -> Block:
        left, middle, right = (self._pieces(reader.get(k, str, ""), reader, k) for k in ("left", "middle", "right"))
        return LineBlock(left, middle, right)

    def _text(self, reader: TomlReader) -> Block:
        lines: tuple[TextLine, ...] = tuple(read_text(self._drawing(reader)))
        self._limit_rows(len(lines), reader)
        each = reader.get("each", str, "")
        if each and each not in self.inputs.tables:
            reader.add_problem(f"没有表 {display_name(each)}：请在 [tables.{display_name(each)}] 下说明", "each")
        first = reader.source.text_line(reader.key_path("draw"))
        for line in lines:
            self._require_described(line.pieces, reader, first + line.offset, self.inputs.tables.get(each))
        new_page_each = reader.get("new_page_each", bool, False)
        if new_page_each and not each:
            reader.add_problem("new_page_each 只用于写了 each 的文字：每行另起一页", "new_page_each")
        hanging = isinstance(reader.data.get("indent"), str) and bool(reader.choice("indent", ("hanging",), "hanging"))
        indent = not hanging and reader.get("indent", bool, True)
        return TextBlock(lines, indent, each, new_page_each, hanging)

    def _table(self, reader: TomlReader) -> Block:
        widths, ruled = reader.get_numbers("widths_mm", LEAST_WIDTH_MM, 420.0), reader.get("ruled", bool, True)
        first = reader.source.text_line(reader.key_path("draw"))
        rows = self._drawn_rows(reader, first)
        reason = f"widths_mm 有 {len(widths)} 列，最多 {MAX_COLUMNS} 列"
        if len(widths) > MAX_COLUMNS and reader.apply_limit(reason, "widths_mm"):
            self.unreadable = True
            return TableBlock((), ())
        for row in rows:
            if len(row.cells) != len(widths):
                reason = f"这一行有 {len(row.cells)} 格，widths_mm 有 {len(widths)} 列：请补上或删去单元格"
                self._add_problem(reader, first + row.offset, reason)
        # Wrong numbers of cells would only bring misleading messages about spans.
        if not any(problem.file == reader.source.file and problem.line >= first for problem in self.problems):
            self._check_spans(rows, reader, first)
        self._check_rows(rows, reader, first)
        for offset, reason in column_warnings(rows, widths, self._spec, self.page):
            self.warnings.append(Problem(reader.source.file, first + offset, reason))
        if sum(widths) > self.page.content_width_mm + 0.01:
            total, available = sum(widths), self.page.content_width_mm
            reason = f"表宽 {total:g} mm，超过左右页边距之间的 {available:g} mm：请减小 widths_mm 或页边距"
            reader.add_problem(reason, "widths_mm")
        return TableBlock(widths, rows, ruled)

    def _drawn_rows(self, reader: TomlReader, first: int) -> tuple[DrawnRow, ...]:
        """The lines of a drawn table, which begins on line `first`; none if they cannot be read or are too many."""
        try:
            rows = tuple(read_drawing(self._drawing(reader), any_height=reader.excesses is not None))
        except DrawingError as error:
            self.unreadable = True
            self._add_problem(reader, first + error.offset, error.reason)
            return ()
        if not self._limit_rows(len(rows), reader):
            self.unreadable = True
            return ()
        return tuple(self._fitted_row(row, reader, first) for row in rows)

    def _fitted_row(self, row: DrawnRow, reader: TomlReader, first: int) -> DrawnRow:
        """A drawn line that is no higher than a page."""
        most_mm = self.page.content_height_mm
        if row.height_mm <= most_mm:
            return row
        reason = f"行高 {row.height_mm:g} mm 超过一页（版心高 {most_mm:g} mm）"
        reader.apply_limit(reason, line=first + row.offset)
        return replace(row, height_mm=most_mm)

    def _spec(self, table: str, name: str) -> InputSpec | None:
        """The input of that name, drawn in a row of a table ('' for none); None if it is not described."""
        columns = self.inputs.tables[table].columns if table in self.inputs.tables else {}
        return columns.get(name) or self.inputs.cells.get(name)

    def _check_spans(self, rows: tuple[DrawnRow, ...], reader: TomlReader, first: int) -> None:
        """Note a problem if spans are no rectangles for some number of rows; tables are tried with 1, 0 and 2 rows."""
        for times, words in ((1, ""), (0, "（表中没有行时）"), (2, "（表中有两行时）")):
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
                self._add_problem(reader, line, f"没有表 {row.table}：请在 [tables.{row.table}] 下说明")
                continue
            if table and row.by and row.by not in table.columns:
                self._add_problem(reader, line, f"表 {row.table} 没有列 {row.by}")
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
                reason = f"{{{name}}} 属于整张表，不能和 {table.name} 的列画在同一格"
                self._add_problem(reader, line, reason)
            elif any(row.cells[column].joins != "^" for row in rows[1:]):
                reason = f"{{{name}}} 属于整张表，要跨 {table.name} 的所有行：画在该表的第一行，其余各行写 ^"
                self._add_problem(reader, line, reason)

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
                    self._add_problem(reader, line, f"画了 {{{piece.name}}}，但 {where} 下没有说明")

    def _add_problem(self, reader: TomlReader, line: int, reason: str) -> None:
        add_problem(self.problems, Problem(reader.source.file, line, reason))

    def _drawing(self, reader: TomlReader) -> str:
        """The text of `draw`; without one nothing is known of what the block draws."""
        draw = reader.require("draw", str, "", MAX_DRAWING)
        self.unreadable |= not draw
        return draw

    def _limit_rows(self, count: int, reader: TomlReader) -> bool:
        """Whether a block draws no more lines than it may; a problem if it draws more."""
        reason = f"这一块有 {count} 行，最多 {MAX_ROWS} 行，请分成几块"
        return count <= MAX_ROWS or not reader.apply_limit(reason, "draw")
