"""Reads a layout file, with the common files it includes, and checks everything: each mistake with file and line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from filings.sheet.document import NAME, TABLES, Path, PathError
from filings.sheet.drawing import (
    DrawingError,
    DrawnRow,
    Piece,
    Slot,
    TextLine,
    read_drawing,
    read_pieces,
    read_text,
)
from filings.sheet.kinds import KINDS
from filings.sheet.layout import (
    PAPER_MM,
    Block,
    InputSpec,
    Layout,
    LineBlock,
    Page,
    Section,
    SumRule,
    TableBlock,
    TableSpec,
    TextBlock,
    TitleBlock,
)
from filings.sheet.problems import LayoutError, Problem
from filings.sheet.reader import Reader
from filings.sheet.source import Source, read_source
from filings.sheet.spans import SpanError, resolve

Fetch = Callable[[str], str]
"""Gives the text of an included file by its name; raises KeyError when there is none."""

ALIGNMENTS = ("", "left", "center", "right")


def load_layout(file: str, text: str, fetch: Fetch) -> Layout:
    """The layout drawn by a file; raises LayoutError with every mistake found."""
    problems: list[Problem] = []
    source = read_source(file, text)
    root = Reader(source, "", source.data, problems)
    loader = _Loader(root, problems)
    for name in root.listing("include", str):
        loader.include(name, fetch)
    layout = loader.layout()
    if problems:
        raise LayoutError(problems)
    return layout


class _Loader:
    """Builds one layout; `cells`, `tables` and `fragments` gather what the included files give as well."""

    def __init__(self, root: Reader, problems: list[Problem]) -> None:
        self.root, self.problems = root, problems
        self.cells: dict[str, InputSpec] = {}
        self.tables: dict[str, TableSpec] = {}
        self.fragments: dict[str, Reader] = {}
        self.places: dict[str, tuple[Source, int]] = {}
        self.page = Page()
        self.unread = False

    def include(self, name: str, fetch: Fetch) -> None:
        """Take cells, tables and fragments of a common file."""
        try:
            source = read_source(name, fetch(name))
        except KeyError:
            self.root.fault(f"the included file {name!r} does not exist", "include")
            return
        reader = Reader(source, "", source.data, self.problems)
        self.inputs(reader)
        reader.done()

    def inputs(self, reader: Reader) -> None:
        """Read `[cells]`, `[tables.NAME]` and `[fragments.NAME]` of one file; later files win."""
        for name, cell in reader.children("cells"):
            self.cells[name] = self._input(name, cell, table="")
            self.places[name] = (reader.source, cell.line())
        for name, table in reader.children("tables"):
            self._table(name, table)
        self.fragments.update(reader.children("fragments"))

    def layout(self) -> Layout:
        """The whole layout; mistakes are noted on the way."""
        root = self.root
        self.inputs(root)
        self.page = self._page(root.child("page"))
        layout = Layout(
            key=root.need("key", str, "?"),
            version=root.need("version", int, 1),
            name=root.need("name", str, "?"),
            subject=root.one_of("subject", ("project", "department"), "project"),
            origin=root.take("origin", str, ""),
            money_unit=root.one_of("money_unit", ("万元", "元"), "万元"),
            amount=root.take("amount", str, ""),
            page=self.page,
            blocks=tuple(block for reader in root.array("block") if (block := self._block(reader))),
            cells=self.cells,
            tables=self.tables,
            sections=tuple(self._section(reader) for reader in root.array("section")),
            sums=tuple(self._sum(reader) for reader in root.array("sum")),
            together=tuple(self._together(reader) for reader in root.array("together")),
        )
        root.done()
        self._check_whole(layout)
        return layout

    # -- inputs ---------------------------------------------------------------------------------------------------

    def _input(self, name: str, reader: Reader, table: str, base: InputSpec | None = None) -> InputSpec:
        kind = reader.one_of("kind", tuple(KINDS), base.kind.key if base else "line")
        spec = InputSpec(
            name=name,
            path=Path(table, "", name) if table else self._path(name, reader),
            kind=KINDS[kind],
            label=reader.take("label", str, base.label if base else ""),
            required=reader.take("required", bool, base.required if base else False),
            help=reader.take("help", str, base.help if base else ""),
            before=reader.take("before", str, base.before if base else ""),
            after=reader.take("after", str, base.after if base else ""),
            default=reader.take("default", str, base.default if base else ""),
            choices=reader.listing("choices", str) or (base.choices if base else ()),
            align=reader.one_of("align", ALIGNMENTS, base.align if base else ""),
            merge=reader.take("merge", bool, base.merge if base else False),
            width=reader.take("width", int, base.width if base else 12),
        )
        self._check_input(spec, reader)
        reader.done()
        return spec

    def _check_input(self, spec: InputSpec, reader: Reader) -> None:
        if not NAME.fullmatch(spec.name):
            reader.fault(f"{spec.name!r} is no name: small letters, digits and _, beginning with a letter")
        if not spec.label:
            reader.fault(f"{reader.path} has no label: the words by which people know the cell")
        if not 1 <= spec.width <= 12:
            reader.fault("width must be 1 to 12 twelfths of the step's breadth", "width")
        if spec.kind.key == "choice" and not spec.choices:
            reader.fault(f"{reader.path} is a choice without choices")

    def _path(self, name: str, reader: Reader) -> Path:
        text = reader.take("at", str, name)
        try:
            return Path.parse(text)
        except PathError:
            reader.fault(f"at = {text!r} is no address: write a name, or TABLE[ROW].COLUMN", "at")
            return Path(name)

    def _table(self, name: str, reader: Reader) -> None:
        if name not in TABLES:
            reader.fault(f"there is no table {name!r}; known: {', '.join(TABLES)}")
            return
        self.places[name] = (reader.source, reader.line())
        base = self.tables.get(name)
        columns = dict(base.columns) if base else {}
        for column, spec in reader.children("columns"):
            columns[column] = self._input(column, spec, name, columns.get(column))
        order = reader.listing("order", str)
        for column in order:
            if column not in columns:
                reader.fault(f"order names the column {column!r}, which is not described", "order")
        if order:
            columns = {column: columns[column] for column in order if column in columns}
        self.tables[name] = TableSpec(
            name,
            reader.take("label", str, base.label if base else TABLES[name]),
            columns,
            reader.one_of("start", ("none", "blank", "tree"), base.start if base else "none"),
            self._fixed(reader) or (base.fixed if base else {}),
        )
        reader.done()

    def _fixed(self, reader: Reader) -> dict[str, dict[str, str]]:
        fixed = {}
        for row_id, row in reader.children("rows"):
            fixed[row_id] = {key: row.take(key, str, "") for key in row.data}
        return fixed

    # -- blocks ---------------------------------------------------------------------------------------------------

    def _block(self, reader: Reader) -> Block | None:
        name = reader.take("use", str, "")
        if name:
            reader.done()
            if name not in self.fragments:
                reader.fault(f"there is no fragment {name!r}", "use")
                return None
            reader = self.fragments[name]
        kind = reader.one_of("kind", ("title", "line", "table", "text"), "table")
        block = {"title": self._title, "line": self._line, "table": self._drawn, "text": self._text}[kind](reader)
        reader.done()
        return block

    def _title(self, reader: Reader) -> Block:
        return TitleBlock(tuple(self._pieces(line, reader, "lines") for line in reader.listing("lines", str)))

    def _line(self, reader: Reader) -> Block:
        left, middle, right = (self._pieces(reader.take(k, str, ""), reader, k) for k in ("left", "middle", "right"))
        return LineBlock(left, middle, right)

    def _text(self, reader: Reader) -> Block:
        lines: tuple[TextLine, ...] = tuple(read_text(reader.need("draw", str, "")))
        for line in lines:
            self._known(line.pieces, reader, reader.source.text_line(reader.at("draw")) + line.offset)
        return TextBlock(lines, reader.take("indent", bool, True))

    def _drawn(self, reader: Reader) -> Block:
        widths = reader.listing("widths_mm", float)
        first = reader.source.text_line(reader.at("draw"))
        rows: tuple[DrawnRow, ...] = ()
        try:
            rows = tuple(read_drawing(reader.need("draw", str, "")))
        except DrawingError as error:
            self.unread = True
            self._fault(reader, first + error.offset, error.reason)
        for row in rows:
            if len(row.cells) != len(widths):
                reason = f"this line has {len(row.cells)} cells, widths_mm has {len(widths)} columns"
                self._fault(reader, first + row.offset, reason)
        if not any(problem.file == reader.source.file and problem.line >= first for problem in self.problems):
            self._check_spans(rows, reader, first)
        self._check_rows(rows, reader, first)
        if sum(widths) > self.page.inner_width_mm + 0.01:
            total, room = sum(widths), self.page.inner_width_mm
            reader.fault(f"a table is {total:g} mm wide, the paper has {room:g} mm between its margins", "widths_mm")
        return TableBlock(widths, rows, reader.take("ruled", bool, True))

    def _check_spans(self, rows: tuple[DrawnRow, ...], reader: Reader, first: int) -> None:
        """Joins must give rectangles however many rows a document has: each table is tried with 1, none and 2."""
        for times, words in ((1, ""), (0, " when the table has no rows"), (2, " when the table has two rows")):
            tried: list[DrawnRow] = []
            for table, group in groupby(rows, key=lambda row: row.table):
                tried += list(group) * (times if table else 1)
            try:
                resolve([[cell.joins for cell in row.cells] for row in tried])
            except SpanError as error:
                self._fault(reader, first + tried[error.row].offset, error.reason + words)
                return

    def _check_rows(self, rows: tuple[DrawnRow, ...], reader: Reader, first: int) -> None:
        for row in rows:
            line = first + row.offset
            table = self.tables.get(row.table)
            if row.table and table is None:
                self._fault(reader, line, f"there is no table {row.table!r}: describe it under [tables.{row.table}]")
                continue
            if table and row.by and row.by not in table.columns:
                self._fault(reader, line, f"the table {row.table!r} has no column {row.by!r}")
            for cell in row.cells:
                self._known(cell.pieces, reader, line, table)

    def _pieces(self, text: str, reader: Reader, key: str) -> tuple[Piece, ...]:
        pieces = read_pieces(text)
        self._known(pieces, reader, reader.line(key))
        return pieces

    def _known(self, pieces: tuple[Piece, ...], reader: Reader, line: int, table: TableSpec | None = None) -> None:
        for piece in pieces:
            if isinstance(piece, Slot):
                known: Mapping[str, Any] = table.columns if table else self.cells
                if piece.name not in known:
                    where = f"[tables.{table.name}.columns]" if table else "[cells]"
                    self._fault(reader, line, f"{{{piece.name}}} is drawn but not described under {where}")

    def _fault(self, reader: Reader, line: int, reason: str) -> None:
        self.problems.append(Problem(reader.source.file, line, reason))

    # -- the rest -------------------------------------------------------------------------------------------------

    def _page(self, reader: Reader) -> Page:
        margins = reader.listing("margins_mm", float) or (20.0, 18.0, 18.0, 18.0)
        if len(margins) != 4:
            reader.fault("margins_mm needs four numbers: top, right, bottom, left", "margins_mm")
            margins = (20.0, 18.0, 18.0, 18.0)
        page = Page(
            size=reader.one_of("size", tuple(PAPER_MM), "A4"),
            landscape=reader.take("landscape", bool, False),
            margins_mm=(margins[0], margins[1], margins[2], margins[3]),
            font_pt=reader.take("font_pt", float, 10.5),
            title_pt=reader.take("title_pt", float, 18.0),
            smallest_pt=reader.take("smallest_pt", float, 0.0),
            header=self._pieces(reader.take("header", str, ""), reader, "header"),
            footer=self._pieces(reader.take("footer", str, ""), reader, "footer"),
        )
        if not 6 <= page.font_pt <= 24:
            reader.fault("font_pt must be between 6 and 24 points", "font_pt")
        reader.done()
        return page

    def _section(self, reader: Reader) -> Section:
        section = Section(
            reader.need("key", str, "?"),
            reader.need("title", str, "?"),
            reader.take("help", str, ""),
            reader.listing("cells", str),
            reader.listing("tables", str),
        )
        for name in section.cells:
            if name not in self.cells:
                reader.fault(f"there is no cell {name!r} under [cells]", "cells")
        for name in section.tables:
            if name not in self.tables:
                reader.fault(f"there is no table {name!r} under [tables]", "tables")
        reader.done()
        return section

    def _sum(self, reader: Reader) -> SumRule:
        rule = SumRule(reader.need("total", str, "?"), reader.listing("parts", str))
        for name in (rule.total, *rule.parts):
            if name not in self.cells:
                reader.fault(f"there is no cell {name!r} under [cells]")
        reader.done()
        return rule

    def _together(self, reader: Reader) -> tuple[str, ...]:
        names = reader.listing("cells", str)
        for name in names:
            if name not in self.cells:
                reader.fault(f"there is no cell {name!r} under [cells]", "cells")
        reader.done()
        return names

    def _check_whole(self, layout: Layout) -> None:
        if layout.key != "?" and not NAME.fullmatch(layout.key.replace("-", "_").replace("/", "_")):
            self.root.fault(f"key {layout.key!r} may hold small letters, digits, - and /", "key")
        if not layout.blocks:
            self.root.fault("the layout draws nothing: it needs at least one [[block]]")
        if not layout.sections:
            self.root.fault("the layout has no [[section]]: people fill a form step by step")
        if layout.amount and layout.amount not in layout.cells:
            self.root.fault(f"amount names {layout.amount!r}, which is no cell", "amount")
        self._check_sections(layout)
        self._check_drawn(layout)

    def _check_sections(self, layout: Layout) -> None:
        placed = [name for section in layout.sections for name in (*section.cells, *section.tables)]
        seen: set[str] = set()
        for index, section in enumerate(layout.sections):
            for name in (*section.cells, *section.tables):
                if name in seen:
                    self.root.fault(f"{name!r} stands in two sections", f"section.{index}")
                seen.add(name)
        drawn_tables = {row.table for b in layout.blocks if isinstance(b, TableBlock) for row in b.rows if row.table}
        for name in (*layout.cells, *sorted(drawn_tables)):
            if name not in placed and (name not in layout.cells or name in _drawn_slots(layout)):
                self._input_fault(name, f"{name!r} is drawn but stands in no section, so nobody could fill it")
        keys = [section.key for section in layout.sections]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                self.root.fault(f"two sections have the same key {key!r}", f"section.{index}.key")

    def _check_drawn(self, layout: Layout) -> None:
        drawn = _drawn_slots(layout)
        for section in layout.sections:
            for name in section.cells:
                # Of a drawing that could not be read nobody knows what it draws.
                if name in layout.cells and name not in drawn and not self.unread:
                    self._input_fault(
                        name, f"{name!r} can be filled but is drawn nowhere, so it would never be printed"
                    )
        for spec in layout.cells.values():
            if spec.path.row:
                table = layout.tables.get(spec.path.name)
                if table is None or spec.path.row not in table.fixed:
                    where = f"[tables.{spec.path.name}.rows.{spec.path.row}]"
                    self._input_fault(spec.name, f"{spec.path} names a row that {where} does not describe")
                elif spec.path.column not in table.columns:
                    where = f"[tables.{spec.path.name}.columns]"
                    self._input_fault(spec.name, f"{spec.path} names a column that {where} does not describe")

    def _input_fault(self, name: str, reason: str) -> None:
        source, line = self.places.get(name, (self.root.source, 1))
        self.problems.append(Problem(source.file, line, reason))


def _drawn_slots(layout: Layout) -> set[str]:
    """Names of the cells (not columns) that some block draws."""
    slots: set[str] = set()
    for block in layout.blocks:
        for pieces in _piece_groups(block):
            slots.update(piece.name for piece in pieces if isinstance(piece, Slot))
    return slots


def _piece_groups(block: Block) -> list[tuple[Piece, ...]]:
    if isinstance(block, TitleBlock):
        return list(block.lines)
    if isinstance(block, LineBlock):
        return [block.left, block.middle, block.right]
    if isinstance(block, TextBlock):
        return [line.pieces for line in block.lines]
    return [cell.pieces for row in block.rows if not row.table for cell in row.cells]
