"""What a layout is once it has been read: plain frozen data that every output and every check works from.

Files become layouts in `loading.py`; the vocabulary is explained for authors in docs/layouts.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from filings.sheet.document import Document, Path, Row
from filings.sheet.drawing import DrawnRow, Piece, TextLine
from filings.sheet.kinds import CellKind

BETWEEN = "、"
"""What stands between the choices of a cell that takes several."""

PAPER_MM: Mapping[str, tuple[float, float]] = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}


@dataclass(frozen=True)
class InputSpec:
    """An input cell as the form describes it: a field of the sheet, or a column of a table of rows.

    `path` is where the text lives; for a column its row is ''. `before` is printed in front of the text unless the
    person typed it too (`目标：`, `指标{n}：`, where {n} counts rows of one level-2 category). Boxes that are
    `multiple` take several choices, `numbered` ones are printed with numbers that nobody stores.
    `personal`: a name or a telephone number, left out of what is published.
    """

    name: str
    path: Path
    kind: CellKind
    label: str
    required: bool = False
    help: str = ""
    before: str = ""
    after: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()
    align: str = ""
    merge: bool = False
    width: int = 12
    personal: bool = False
    multiple: bool = False
    numbered: bool = False

    def choices_in(self, text: str) -> tuple[str, ...]:
        """The choices that a text names: one, or several where the boxes are `multiple`."""
        words = [word.strip() for word in text.split(BETWEEN)] if self.multiple else [text]
        return tuple(choice for choice in self.choices if choice in words) if text else ()

    def printed(self, text: str) -> str:
        """The text as it stands on the sheet: a choice among boxes shows all of them, the chosen ones ticked."""
        if self.kind.key != "boxes":
            return text
        ticked = self.choices_in(text)
        shown = (f"{number}. {choice}" if self.numbered else choice for number, choice in enumerate(self.choices, 1))
        boxes = ("☑" if choice in ticked else "□" for choice in self.choices)
        words = " ".join(f"{choice} {box}" for choice, box in zip(shown, boxes, strict=True))
        rest = [word for word in (text.split(BETWEEN) if self.multiple else [text]) if word.strip() not in ticked]
        return " ".join((words, *(word for word in rest if word)))


@dataclass(frozen=True)
class TableSpec:
    """A table of rows: its columns in order, and how a new document starts it.

    `of` says what its rows are (indicators, funding …). `start` is "tree" (one blank row for each level-2 category),
    "blank" (one blank row) or "none". `fixed` rows are printed by name; their preset cells say what they mean (term of
    an objective, kind of a funding line). `complete`: every level-2 category is printed, with a blank row if need be.
    `beside`: cells of the form that stand beside all rows, by the column that they stand for.
    """

    name: str
    label: str
    columns: Mapping[str, InputSpec]
    start: str = "none"
    fixed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    of: str = "items"
    complete: bool = False
    source: RowSource | None = None
    shared_cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def defaults(self) -> dict[str, str]:
        """What the cells of a new row hold."""
        return {name: spec.default for name, spec in self.columns.items() if spec.default}


@dataclass(frozen=True)
class RowSource:
    """Where a table's rows come from: the sheets of another form in the same department; cell names by column."""

    layout: str
    columns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class BlockOptions:
    """How a block stands to its neighbours: `joined` to the one above without a gap, or on a `new_page`.

    One to `keep` stays whole, on one page with the beginning of the next.
    """

    joined: bool = False
    new_page: bool = False
    keep: bool = False


@dataclass(frozen=True)
class TitleBlock(BlockOptions):
    """Centred title lines over the full width."""

    lines: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True)
class LineBlock(BlockOptions):
    """One line without rules: words at the left, in the middle and at the right (annex number, unit, signatures)."""

    left: tuple[Piece, ...]
    middle: tuple[Piece, ...]
    right: tuple[Piece, ...]


@dataclass(frozen=True)
class TableBlock(BlockOptions):
    """A drawn table: column widths in mm and its lines."""

    widths_mm: tuple[float, ...]
    rows: tuple[DrawnRow, ...]
    ruled: bool = True


@dataclass(frozen=True)
class TextBlock(BlockOptions):
    """Running text with headings; with `each` the whole text is repeated for each row of that table.

    With `new_page_each` every row after the first begins a page.
    """

    lines: tuple[TextLine, ...]
    indent: bool = True
    each: str = ""
    new_page_each: bool = False


Block = TitleBlock | LineBlock | TableBlock | TextBlock


@dataclass(frozen=True)
class Page:
    """The paper: size in mm, margins (top, right, bottom, left) in mm, type sizes in points."""

    size: str = "A4"
    landscape: bool = False
    margins_mm: tuple[float, float, float, float] = (20.0, 18.0, 18.0, 18.0)
    font_pt: float = 10.5
    title_pt: float = 18.0
    smallest_pt: float = 0.0
    header: tuple[Piece, ...] = ()
    footer: tuple[Piece, ...] = ()

    @property
    def width_mm(self) -> float:
        """Width of the paper."""
        return PAPER_MM[self.size][1 if self.landscape else 0]

    @property
    def height_mm(self) -> float:
        """Height of the paper."""
        return PAPER_MM[self.size][0 if self.landscape else 1]

    @property
    def content_width_mm(self) -> float:
        """Width between the margins."""
        return self.width_mm - self.margins_mm[1] - self.margins_mm[3]

    @property
    def content_height_mm(self) -> float:
        """Height between the margins."""
        return self.height_mm - self.margins_mm[0] - self.margins_mm[2]


@dataclass(frozen=True)
class Section:
    """One step of the wizard: fields, or tables of rows filled as a grid."""

    key: str
    title: str
    help: str = ""
    cells: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class SumRule:
    """`total` (a cell) is the sum of `parts`: cells, or `TABLE.column` for that column of all rows of a table.

    Where the total is a column too, the rule holds for each row by itself.
    """

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class ShareRule:
    """`cell` is `part` as a percentage of `whole`; all are names of cells."""

    cell: str
    part: str
    whole: str


@dataclass(frozen=True)
class LastYearRule:
    """`cell` shows what `source` held in last year's filing of the same subject."""

    cell: str
    source: str


@dataclass(frozen=True)
class CopyRule:
    """`cell` says what `source` says."""

    cell: str
    source: str


@dataclass(frozen=True)
class Layout:
    """One official form, complete. `key` and `version` name it for ever; `subject` is project or department.

    `amount` names the money cell that holds the filing's total, '' where the form has none.
    """

    key: str
    version: int
    name: str
    subject: str
    origin: str
    page: Page
    blocks: tuple[Block, ...]
    cells: Mapping[str, InputSpec]
    tables: Mapping[str, TableSpec]
    sections: tuple[Section, ...]
    sums: tuple[SumRule, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    shares: tuple[ShareRule, ...] = ()
    last_year: tuple[LastYearRule, ...] = ()
    copies: tuple[CopyRule, ...] = ()
    money_unit: str = "万元"
    amount: str = ""

    def is_derived(self, address: str) -> bool:
        """Whether the cell at an address follows from others within the sheet."""
        table, _, rest = address.partition("[")
        return address in self._derived_addresses or f"{table}.{rest.partition('].')[2]}" in self._derived_addresses

    @cached_property
    def _derived_addresses(self) -> frozenset[str]:
        """Addresses of cells, and `TABLE.column` for columns, that follow from others."""
        names = (*(r.total for r in self.sums), *(r.cell for r in self.shares), *(r.cell for r in self.copies))
        return frozenset(name if "." in name else str(self.cells[name].path) for name in names)

    @cached_property
    def tables_with_shared_cells(self) -> frozenset[str]:
        """The tables beside whose rows a cell of the form is drawn."""
        return frozenset(
            row.table
            for block in self.blocks
            for row in (block.rows if isinstance(block, TableBlock) else ())
            for cell in (row.cells if row.table else ())
            if any(name not in self.tables[row.table].columns for name in cell.placeholders)
        )

    def shared_cell(self, table: str, column: str) -> InputSpec | None:
        """The cell of the form that stands for a column beside all rows of a table."""
        name = self.tables[table].shared_cells.get(column, "") if table in self.tables else ""
        return self.cells.get(name)

    def spec(self, path: Path) -> InputSpec | None:
        """The input that a path addresses, None when the form has no such cell."""
        if path.row and path.name in self.tables and path.column in self.tables[path.name].columns:
            return self.tables[path.name].columns[path.column]
        return self._by_path.get(path)

    def label(self, path: Path) -> str:
        """The words by which people know the cell at a path."""
        spec = self.spec(path)
        return spec.label if spec else str(path)

    def section_of(self, path: Path) -> Section:
        """The step in which the cell at a path is filled."""
        by_path = self._by_path
        for section in self.sections:
            if path in by_path and by_path[path].name in section.cells:
                return section
            if path.row and path not in by_path and path.name in section.tables:
                return section
        return self.sections[0]

    def inputs(self) -> Iterator[InputSpec]:
        """Every field of the sheet (columns of tables excepted), in the order of the steps."""
        for section in self.sections:
            for name in section.cells:
                yield self.cells[name]

    @cached_property
    def _by_path(self) -> Mapping[Path, InputSpec]:
        return {spec.path: spec for spec in self.cells.values()}


def initial_rows(table: TableSpec, categories: list[tuple[str, str]]) -> tuple[Row, ...]:
    """The rows with which a new document starts a table; `categories` are (level1, level2) names of the tree."""
    fixed = [Row(row_id, dict(preset)) for row_id, preset in table.fixed.items()]
    if table.start == "tree":
        levels = ({"level1": level1, "level2": level2} for level1, level2 in categories)
        fixed += [Row(f"n{i}", {**table.defaults, **level}) for i, level in enumerate(levels, 1)]
    elif table.start == "blank":
        fixed.append(Row("n1", table.defaults))
    return tuple(fixed)


def blank_document(layout: Layout, categories: list[tuple[str, str]], defaults: Mapping[str, str]) -> Document:
    """A new document: default texts (already filled with the setting) and the rows each table starts with."""
    paths = {name: layout.cells[name].path for name, text in defaults.items() if text}
    fields = {path.name: defaults[name] for name, path in paths.items() if not path.row}
    own: dict[tuple[str, str], dict[str, str]] = {}
    for name, path in paths.items():
        if path.row:
            own.setdefault((path.name, path.row), {})[path.column] = defaults[name]
    tables = {
        name: tuple(replace(row, cells={**row.cells, **own.get((name, row.id), {})}) for row in rows)
        for name, table in layout.tables.items()
        if (rows := initial_rows(table, categories))
    }
    return Document(layout.key, layout.version, fields, tables)
