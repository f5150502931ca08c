"""Draws a document into a layout: the grid of cells that every output shows.

Nothing here knows paper, HTML or workbooks. A grid is panels (title, line, table, running text) of rows of cells with
spans; a cell is parts: fixed words, or a value with its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

from filings.sheet.derived import unnamed_rows
from filings.sheet.document import Document, Path, Row
from filings.sheet.drawing import DrawnCell, DrawnRow, FixedText, Piece, Placeholder, Variable, read_pieces
from filings.sheet.layout import (
    Block,
    InputSpec,
    Layout,
    LineBlock,
    Page,
    TableBlock,
    TableSpec,
    TextBlock,
    TitleBlock,
)
from filings.sheet.printed_rows import category_ordinals, printed_lines, with_blank_categories
from filings.sheet.spans import resolve_spans
from indicators.chinese_number import format_chinese_number
from indicators.number import fold


@dataclass(frozen=True)
class LayoutVariables:
    """What a filing stands in: the variables that layouts may print, and the level-1 and level-2 names of its place.

    `number` counts the sheets of one form in a department (附表3-1, 附表3-2).
    """

    year: int
    jurisdiction: str = ""
    department: str = ""
    project: str = ""
    form: str = ""
    number: int = 1
    categories: tuple[tuple[str, str], ...] = ()

    def text_of(self, variable: Variable) -> str:
        """The text of a variable; `{page}` and `{pages}` are left for the paper."""
        if variable.name in ("page", "pages"):
            return f"{{{variable.name}}}"
        if variable.name in ("n", "cn"):
            return ""  # the number of a row, where there is none
        value = getattr(self, variable.name)
        return str(value + variable.offset) if isinstance(value, int) else str(value)


@dataclass(frozen=True)
class TextRun:
    """A run of text in a cell: fixed words, or with a path what a person typed there."""

    text: str
    path: Path | None = None


@dataclass(frozen=True)
class GridCell:
    """One cell: its column, spans, parts and look. `role` is label, value, title, heading1..3 or plain.

    The words of a `cut` one go on overleaf, or come from there.
    """

    column: int
    columns: int
    rows: int
    parts: tuple[TextRun, ...]
    role: str
    align: str
    bold: bool = False
    cut: bool = False

    @cached_property
    def text(self) -> str:
        """All the words of the cell in reading order."""
        return "".join(part.text for part in self.parts)

    @property
    def path(self) -> Path | None:
        """The first cell to fill that is printed here."""
        return next((part.path for part in self.parts if part.path), None)


@dataclass(frozen=True)
class GridRow:
    """One line of cells; `keep` ties it to the next. `under` are the header lines to repeat above it on a new page.

    One with `new_page` begins a page.
    """

    cells: tuple[GridCell, ...]
    head: bool = False
    keep: bool = False
    height_mm: float = 0.0
    under: tuple[int, ...] = ()
    new_page: bool = False


@dataclass(frozen=True)
class Panel:
    """A block of the sheet: `kind` is title, line, table or text; only ruled ones have black rules.

    A `joined` one stands without a gap below the one above, one with `new_page` begins a page.
    """

    kind: str
    widths_mm: tuple[float, ...]
    rows: tuple[GridRow, ...]
    ruled: bool = False
    joined: bool = False
    new_page: bool = False


@dataclass(frozen=True)
class Grid:
    """The whole sheet, ready for any output."""

    name: str
    page: Page
    panels: tuple[Panel, ...]
    header: str = ""
    footer: str = ""

    def cells(self) -> Iterator[GridCell]:
        """Every cell in reading order."""
        for panel in self.panels:
            for row in panel.rows:
                yield from row.cells


def build_grid(layout: Layout, document: Document, setting: LayoutVariables) -> Grid:
    """The sheet of a document as its layout draws it."""
    pen = GridBuilder(layout, document, setting)
    page = layout.page
    header, footer = (pen.text(pieces) for pieces in (page.header, page.footer))
    return Grid(layout.name, page, tuple(pen.panel(block) for block in layout.blocks), header, footer)


def fill_variables(text: str, setting: LayoutVariables) -> str:
    """A default text with its variables filled in."""
    return "".join(
        setting.text_of(piece) if isinstance(piece, Variable) else piece.text if isinstance(piece, FixedText) else ""
        for piece in read_pieces(text)
    )


@dataclass
class _GridLine:
    """One line of a table before its spans are known."""

    joins: list[str]
    cells: list[GridCell]
    drawn: DrawnRow
    keys: dict[int, tuple[str, ...]] = field(default_factory=dict)


class GridBuilder:
    """Draws the blocks of one document."""

    def __init__(self, layout: Layout, document: Document, setting: LayoutVariables) -> None:
        self.layout, self.document, self.variables = layout, document, setting
        self.numbers = {name: category_ordinals(document.rows(name)) for name in layout.tables}
        self.printed = {name: self._printed(table) for name, table in layout.tables.items()}

    def panel(self, block: Block) -> Panel:
        """One block of the layout."""
        panel = self._drawn(block)
        rows = tuple(replace(row, keep=True) for row in panel.rows) if block.keep else panel.rows
        return replace(panel, rows=rows, joined=block.joined, new_page=block.new_page)

    def _drawn(self, block: Block) -> Panel:
        if isinstance(block, TitleBlock):
            return self._title(block)
        if isinstance(block, LineBlock):
            return self._line(block)
        if isinstance(block, TextBlock):
            return self._running(block)
        return self._table(block)

    def text(self, pieces: Iterable[Piece]) -> str:
        """The words of some pieces."""
        return "".join(part.text for part in self._parts(pieces))

    def _title(self, block: TitleBlock) -> Panel:
        cells = [GridCell(0, 1, 1, self._parts(line), "title", "center", True) for line in block.lines]
        return Panel("title", (self.layout.page.content_width_mm,), tuple(GridRow((c,), keep=True) for c in cells))

    def _line(self, block: LineBlock) -> Panel:
        shown = [
            (side, align)
            for side, align in zip((block.left, block.middle, block.right), ("left", "center", "right"), strict=True)
            if side
        ]
        width = self.layout.page.content_width_mm / max(len(shown), 1)
        cells = tuple(GridCell(i, 1, 1, self._parts(side), "plain", align) for i, (side, align) in enumerate(shown))
        return Panel("line", (width,) * max(len(shown), 1), (GridRow(cells, keep=True),))

    def _running(self, block: TextBlock) -> Panel:
        rows = []
        for number, row in enumerate(self.printed[block.each] if block.each else (None,)):
            turn = block.new_page_each and number > 0
            for line in printed_lines(block, row):
                role = f"heading{line.level}" if line.level else ("indented" if block.indent else "plain")
                for parts in _paragraphs(self._parts(line.pieces, block.each, row)):
                    cell = GridCell(0, 1, 1, parts, role, "left", bool(line.level))
                    rows.append(GridRow((cell,), keep=bool(line.level), new_page=turn))
                    turn = False
        return Panel("text", (self.layout.page.content_width_mm,), tuple(rows))

    def _table(self, block: TableBlock) -> Panel:
        lines = list(self._expand(block))
        spans = resolve_spans([line.joins for line in lines])
        rows: list[list[GridCell]] = [[] for _ in lines]
        for span in spans:
            cell = lines[span.row].cells[span.column]
            rows[span.row].append(
                GridCell(span.column, span.columns, span.rows, cell.parts, cell.role, cell.align, cell.bold)
            )
        under = _header_lines([line.drawn for line in lines])
        return Panel(
            "table",
            block.widths_mm,
            tuple(
                GridRow(
                    tuple(sorted(cells, key=lambda cell: cell.column)),
                    line.drawn.head,
                    line.drawn.keep or bool(line.drawn.by),
                    line.drawn.height_mm,
                    heads,
                )
                for line, cells, heads in zip(lines, rows, under, strict=True)
            ),
            block.ruled,
        )

    def _expand(self, block: TableBlock) -> Iterator[_GridLine]:
        """The drawn lines, those of tables once for each row of the document."""
        before: _GridLine | None = None
        for table, group in groupby(block.rows, key=lambda row: row.table):
            drawn = list(group)
            source = self._repeated(self.layout.tables[table], drawn) if table else ((line, None) for line in drawn)
            for line, row in source:
                before = self._drawn_line(line, row, before)
                yield before

    def _repeated(self, table: TableSpec, drawn: Sequence[DrawnRow]) -> Iterator[tuple[DrawnRow, Row]]:
        last: dict[str, str] = {}
        for row in self.printed[table.name]:
            changed = False
            for line in drawn:
                if line.by:
                    changed = changed or last.get(line.by) != row.get(line.by)
                    if changed:
                        yield line, row
                    last[line.by] = row.get(line.by)
                else:
                    yield line, row

    def _printed(self, table: TableSpec) -> list[Row]:
        """The rows that a table prints: its own, and in a complete one a blank one for each category without.

        A table of no rows prints a blank one if a cell of the form stands beside them, or nobody would see that.
        """
        rows = unnamed_rows(table, self.document)
        rows = with_blank_categories(rows, self.variables.categories) if table.complete else rows
        return rows or ([Row("")] if table.name in self.layout.tables_with_shared_cells else [])

    def _drawn_line(self, drawn: DrawnRow, row: Row | None, before: _GridLine | None) -> _GridLine:
        line = _GridLine([cell.joins for cell in drawn.cells], [], drawn)
        key: tuple[str, ...] = ()
        for column, cell in enumerate(drawn.cells):
            spec = self._merged_spec(cell, drawn)
            if spec and row:
                key = (*key, fold(row.get(spec.name)))
                line.keys[column] = key
                if before and before.drawn is drawn and before.keys.get(column) == key:
                    line.joins[column] = "^"
            if row and (beside := self._shared_cell_keys(cell, drawn, before, column)):
                line.keys[column] = beside
                if before and before.drawn.table == drawn.table and before.keys.get(column) == beside:
                    line.joins[column] = "^"
            line.cells.append(self._cell(cell, drawn, row))
        return line

    def _shared_cell_keys(
        self, cell: DrawnCell, drawn: DrawnRow, before: _GridLine | None, column: int
    ) -> tuple[str, ...]:
        """What tells a cell that stands beside all rows of a table, or continues such a cell; else nothing."""
        if cell.joins == "^" and before and before.drawn.table == drawn.table:
            return before.keys.get(column, ())
        own = any(name not in self.layout.tables[drawn.table].columns for name in cell.placeholders)
        return ("beside", *cell.placeholders) if own else ()

    def _merged_spec(self, cell: DrawnCell, drawn: DrawnRow) -> InputSpec | None:
        if not drawn.table or drawn.by or len(cell.placeholders) != 1:
            return None
        spec = self.layout.tables[drawn.table].columns.get(cell.placeholders[0])
        return spec if spec and spec.merge else None

    def _cell(self, cell: DrawnCell, drawn: DrawnRow, row: Row | None) -> GridCell:
        parts = self._parts(cell.pieces, drawn.table, row)
        specs = [self._spec(name, drawn.table) for name in cell.placeholders]
        if specs:
            mixed = any(isinstance(piece, FixedText) and piece.text.strip() for piece in cell.pieces)
            align = cell.align or specs[0].align or ("left" if mixed else specs[0].kind.align)
            return GridCell(0, 1, 1, parts, "value", align, cell.bold)
        return GridCell(0, 1, 1, parts, "label", cell.align or "center", cell.bold)

    def _spec(self, name: str, table: str) -> InputSpec:
        """The column of that name in a row of a table; else a cell of the form."""
        column = self.layout.tables[table].columns.get(name) if table else None
        return column or self.layout.cells[name]

    def _parts(self, pieces: Iterable[Piece], table: str = "", row: Row | None = None) -> tuple[TextRun, ...]:
        parts: list[TextRun] = []
        for piece in pieces:
            if isinstance(piece, FixedText):
                parts.append(TextRun(piece.text))
            elif isinstance(piece, Variable):
                parts.append(TextRun(self._variable(piece, table, row)))
            else:
                parts.extend(self._value(piece, table, row))
        return tuple(parts)

    def _variable(self, piece: Variable, table: str, row: Row | None) -> str:
        if piece.name not in ("n", "cn") or row is None:
            return self.variables.text_of(piece)
        number = next(number for number, each in enumerate(self.printed[table], 1) if each is row)
        return format_chinese_number(number) if piece.name == "cn" else str(number)

    def _value(self, slot: Placeholder, table: str, row: Row | None) -> Iterator[TextRun]:
        spec = self._spec(slot.name, table)
        if row and slot.name not in self.layout.tables[table].columns:
            row = None  # a cell of the form beside the rows
        path = Path(table, row.id, slot.name) if row else spec.path
        if row and not row.id:  # printed for its category only: there is nothing to fill yet
            yield TextRun(row.get(slot.name))
            return
        text = self.document.value(path)
        before = spec.before.replace("{n}", str(self.numbers[table].get(row.id, 1) if row else 1))
        if before and not repeats_prefix(spec.before, text):
            yield TextRun(before)
        yield TextRun(spec.printed(text), path)
        if spec.after and text:
            yield TextRun(spec.after)


def _header_lines(lines: Sequence[DrawnRow]) -> list[tuple[int, ...]]:
    """For each line the header lines it stands under: the last run of them, until a plain line follows table rows."""
    under: list[tuple[int, ...]] = []
    heads: tuple[int, ...] = ()
    in_table = False
    for index, line in enumerate(lines):
        if line.head:
            heads = (*heads, index) if index and lines[index - 1].head else (index,)
            in_table = False
        elif line.table:
            in_table = True
        elif in_table:
            heads, in_table = (), False
        under.append(() if line.head else heads)
    return under


def _paragraphs(parts: Sequence[TextRun]) -> list[tuple[TextRun, ...]]:
    """The parts of each paragraph of a running text: a value of several lines is several paragraphs."""
    paragraphs: list[list[TextRun]] = [[]]
    for part in parts:
        first, *others = part.text.split("\n")
        paragraphs[-1].append(replace(part, text=first))
        paragraphs += [[replace(part, text=text)] for text in others]
    return [tuple(paragraph) for paragraph in paragraphs]


def repeats_prefix(before: str, text: str) -> bool:
    """Whether a person typed the words that the form prints in front (`目标：`, `指标3:`), in any width."""
    pattern = r"\s*\d+\s*".join(re.escape(fold(part)) for part in before.split("{n}"))
    return re.match(pattern, fold(text)) is not None
