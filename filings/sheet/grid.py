"""The grid: what every output (web page, workbook, PDF, plain text) shows of a layout filled with a document.

A grid has panels (title, line, table, running text) of rows of cells with spans; a cell has runs of text, each either
fixed text of the form or a value with the path of its input. Nothing here depends on a kind of output.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

from filings.sheet.derived import added_rows
from filings.sheet.document import Document, Path, Row
from filings.sheet.drawing import (
    DrawnCell,
    DrawnRow,
    FixedText,
    LayoutVariables,
    Piece,
    Placeholder,
    Variable,
    fixed_columns,
)
from filings.sheet.kinds import CATEGORY_KINDS, NUMBER_KINDS
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
from filings.sheet.printed_rows import (
    category_numbers,
    cell_key,
    header_indexes,
    printed_lines,
    repeats_prefix,
    with_blank_categories,
)
from filings.sheet.spans import Span, find_spans
from indicators.chinese_number import format_chinese_number


@dataclass(frozen=True)
class TextRun:
    """A run of text in a cell: fixed text of the form, or with a `path` the value of that input."""

    text: str
    path: Path | None = None


@dataclass(frozen=True)
class GridCell:
    """One cell: its first column, its spans, its runs of text and how they are set.

    `role` is label, value, title, heading1..3, indented, hanging or plain; `align` is left, center or right. A cell
    that `is_split` holds only some lines of its text, because a page break splits it. `points` is a type size of its
    own, 0 for that of its role. A cell that `may_be_number` holds one value of a kind that is counted with, and nothing
    else; one that `names_row` says what the other cells of its row are about: a category, or the name of an indicator.
    """

    column: int
    columns: int
    rows: int
    parts: tuple[TextRun, ...]
    role: str
    align: str
    bold: bool = False
    is_split: bool = False
    points: float = 0.0
    may_be_number: bool = False
    names_row: bool = False

    @cached_property
    def text(self) -> str:
        """The whole text of the cell."""
        return "".join(part.text for part in self.parts)

    @property
    def path(self) -> Path | None:
        """Path of the first input printed in this cell, None if it holds fixed text only."""
        return next((part.path for part in self.parts if part.path), None)


@dataclass(frozen=True)
class GridRow:
    """One row of cells.

    `head` marks a header row, `keep` keeps the row on one page with the next, `new_page` begins a page before it.
    `header_rows` are the indexes of the header rows to repeat above it on a new page. `height_mm` is the least height.
    A row that `continues` holds the rest of the row above it, which a page break split.
    """

    cells: tuple[GridCell, ...]
    head: bool = False
    keep: bool = False
    height_mm: float = 0.0
    header_rows: tuple[int, ...] = ()
    new_page: bool = False
    continues: bool = False

    @property
    def stays_with_next(self) -> bool:
        """Whether no page may end after this row."""
        return self.keep or self.head


@dataclass(frozen=True)
class Panel:
    """One block of the sheet: `kind` is title, line, table or text; `ruled` panels have black borders.

    A `joined` panel follows the one above without a gap; one with `new_page` begins a page.
    """

    kind: str
    widths_mm: tuple[float, ...]
    rows: tuple[GridRow, ...]
    ruled: bool = False
    joined: bool = False
    new_page: bool = False


@dataclass(frozen=True)
class Grid:
    """The whole sheet: panels from top to bottom, and the text of its header and footer."""

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


def build_grid(layout: Layout, document: Document, variables: LayoutVariables) -> Grid:
    """Build the grid of a document as its layout draws it."""
    builder = GridBuilder(layout, document, variables)
    page = layout.page
    header, footer = (builder.text(pieces) for pieces in (page.header, page.footer))
    return Grid(layout.name, page, tuple(builder.panel(block) for block in layout.blocks), header, footer)


@dataclass
class _GridLine:
    """One line of a table before its spans are known.

    `joins` says for each column whether it continues the cell at its left (`<`) or above (`^`). `keys` identify, by
    column, cells that are merged with the same cell of the line above. `row` is the document's that it prints.
    """

    joins: list[str]
    drawn: DrawnRow
    row: Row | None
    keys: dict[int, tuple[str, ...]] = field(default_factory=dict)


class GridBuilder:
    """Builds the grid: layout + document → panels of rows of cells."""

    def __init__(self, layout: Layout, document: Document, variables: LayoutVariables) -> None:
        self.layout, self.document, self.variables = layout, document, variables
        self.numbers = {name: category_numbers(document.rows(name)) for name in layout.tables}
        self.printed = {name: self._printed(table) for name, table in layout.tables.items()}

    def panel(self, block: Block) -> Panel:
        """Build the panel of one block of the layout."""
        panel = self._panel_of_kind(block)
        rows = tuple(replace(row, keep=True) for row in panel.rows) if block.keep else panel.rows
        return replace(panel, rows=rows, joined=block.joined, new_page=block.new_page)

    def _panel_of_kind(self, block: Block) -> Panel:
        if isinstance(block, TitleBlock):
            return self._title(block)
        if isinstance(block, LineBlock):
            return self._line(block)
        if isinstance(block, TextBlock):
            return self._running(block)
        return self._table(block)

    def text(self, pieces: Iterable[Piece]) -> str:
        """The text of pieces that are outside of any row, such as the header of the page."""
        return "".join(part.text for part in self._parts(pieces))

    def _title(self, block: TitleBlock) -> Panel:
        sizes = block.points or (0.0,) * len(block.lines)
        cells = [
            GridCell(0, 1, 1, self._parts(line), "title", "center", True, points=points)
            for line, points in zip(block.lines, sizes, strict=True)
        ]
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
            new_page = block.new_page_each and number > 0
            for line in printed_lines(block, row):
                role = f"heading{line.level}" if line.level else block.paragraph_role
                for parts in _paragraphs(self._parts(line.pieces, block.each, row)):
                    cell = GridCell(0, 1, 1, parts, role, "left", bool(line.level))
                    rows.append(GridRow((cell,), keep=bool(line.level), new_page=new_page))
                    new_page = False  # only the first paragraph of a row begins the page
        return Panel("text", (self.layout.page.content_width_mm,), tuple(rows))

    def _table(self, block: TableBlock) -> Panel:
        lines = list(self._expand(block))
        rows: list[list[GridCell]] = [[] for _ in lines]
        for span in find_spans([line.joins for line in lines]):
            rows[span.row].append(self._cell(lines[span.row], span))
        under = header_indexes([line.drawn for line in lines])
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
        """The lines of a table block, those that draw a table of rows once for each row of the document."""
        above: _GridLine | None = None
        for table, group in groupby(block.rows, key=lambda row: row.table):
            drawn = list(group)
            lines = self._repeat_lines(self.layout.tables[table], drawn) if table else ((line, None) for line in drawn)
            fixed = fixed_columns(drawn)
            for line, row in lines:
                above = self._grid_line(line, row, above, fixed)
                yield above

    def _repeat_lines(self, table: TableSpec, drawn: Sequence[DrawnRow]) -> Iterator[tuple[DrawnRow, Row]]:
        """The drawn lines of a table for each of its rows.

        A `by` line comes only where the value of its column, or of a `by` line above it, changes.
        """
        last: dict[str, tuple[str, ...]] = {}
        for row in self.printed[table.name]:
            changed = False
            for line in drawn:
                if line.by:
                    value = cell_key(table.columns.get(line.by), row)
                    changed = changed or last.get(line.by) != value
                    if changed:
                        yield line, row
                    last[line.by] = value
                else:
                    yield line, row

    def _printed(self, table: TableSpec) -> list[Row]:
        """The rows that a table prints; in a `complete` table also a blank row for each category that has none.

        An empty table prints one blank row if a cell or words of the form stand beside its rows: they would be lost.
        """
        rows = added_rows(table, self.document)
        rows = with_blank_categories(rows, self.variables.categories) if table.complete else rows
        return rows or ([Row("")] if table.name in self.layout.tables_with_shared_cells else [])

    def _grid_line(self, drawn: DrawnRow, row: Row | None, above: _GridLine | None, fixed: frozenset[int]) -> _GridLine:
        """One drawn line with its values; `above` is the line before it, with which equal cells are merged.

        In the columns `fixed` words of the form stand beside all rows.
        """
        line = _GridLine([cell.joins for cell in drawn.cells], drawn, row)
        # Grows from column to column: a cell is merged only if the merged cells at its left are equal too, so that a
        # level-2 name is never merged across two level-1 names.
        key: tuple[str, ...] = ()
        for column, cell in enumerate(drawn.cells):
            spec = self._merged_spec(cell, drawn)
            if spec and row:
                key = (*key, *cell_key(spec, row))
                line.keys[column] = key
                if above and above.drawn is drawn and above.keys.get(column) == key:
                    line.joins[column] = "^"
            if row and (shared := self._shared_cell_key(drawn, above, column, fixed)):
                line.keys[column] = shared
                if above and above.drawn.table == drawn.table and above.keys.get(column) == shared:
                    line.joins[column] = "^"
        return line

    def _shared_cell_key(
        self, drawn: DrawnRow, above: _GridLine | None, column: int, fixed: frozenset[int]
    ) -> tuple[str, ...]:
        """Key of what stands beside all rows of a table: a cell of the form or fixed words; () for any other cell.

        A cell that continues one has its key.
        """
        cell = drawn.cells[column]
        if cell.joins == "^" and above and above.drawn.table == drawn.table:
            return above.keys.get(column, ())
        is_shared = any(name not in self.layout.tables[drawn.table].columns for name in cell.placeholders)
        return ("shared", *cell.placeholders, cell.fixed_words) if is_shared or column in fixed else ()

    def _merged_spec(self, cell: DrawnCell, drawn: DrawnRow) -> InputSpec | None:
        """The column that a cell prints, if equal values of it are merged; a `by` line is printed once anyway."""
        if not drawn.table or drawn.by or len(cell.placeholders) != 1:
            return None
        spec = self.layout.tables[drawn.table].columns.get(cell.placeholders[0])
        return spec if spec and spec.merge else None

    def _cell(self, line: _GridLine, span: Span) -> GridCell:
        drawn = line.drawn
        cell = drawn.cells[span.column]
        parts = self._parts(cell.pieces, drawn.table, line.row)
        if not cell.placeholders:
            align = cell.align or "center"
            return GridCell(span.column, span.columns, span.rows, parts, "label", align, cell.bold)
        spec = self._spec(cell.placeholders[0], drawn.table)
        has_fixed_text = any(isinstance(piece, FixedText) and piece.text.strip() for piece in cell.pieces)
        return GridCell(
            span.column, span.columns, span.rows, parts, "value",
            align=cell.align or spec.align or ("left" if has_fixed_text else spec.kind.align),
            bold=cell.bold,
            may_be_number=len(cell.pieces) == 1 and spec.kind.key in NUMBER_KINDS,
            names_row=bool(drawn.table) and (spec.kind.key in CATEGORY_KINDS or spec.name == "name"),
        )  # fmt: skip

    def _spec(self, name: str, table: str) -> InputSpec:
        """The column of that name in a table, else the cell of the form."""
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
        # By identity: rows printed for a category only all have the same id, ''.
        number = next(number for number, printed in enumerate(self.printed[table], 1) if printed is row)
        return format_chinese_number(number) if piece.name == "cn" else str(number)

    def _value(self, placeholder: Placeholder, table: str, row: Row | None) -> Iterator[TextRun]:
        """The value of an input, with the texts that the form prints before and after it."""
        spec = self._spec(placeholder.name, table)
        if row and placeholder.name not in self.layout.tables[table].columns:
            row = None  # a cell of the form that all rows share
        path = Path(table, row.id, placeholder.name) if row else spec.path
        if row and not row.id:  # printed for its category only: the document has no such row to fill
            yield TextRun(row.get(placeholder.name))
            return
        text = self.document.value(path)
        before = spec.before.replace("{n}", str(self.numbers[table].get(row.id, 1) if row else 1))
        if before and not repeats_prefix(spec.before, text):
            yield TextRun(before)
        yield TextRun(spec.printed_text(text), path)
        if spec.after and text:
            yield TextRun(spec.after)


def _paragraphs(parts: Sequence[TextRun]) -> list[tuple[TextRun, ...]]:
    """Split the runs of a running text into paragraphs: each newline in a value begins one."""
    paragraphs: list[list[TextRun]] = [[]]
    for part in parts:
        first, *others = part.text.split("\n")
        paragraphs[-1].append(replace(part, text=first))
        paragraphs += [[replace(part, text=text)] for text in others]
    return [tuple(paragraph) for paragraph in paragraphs]
