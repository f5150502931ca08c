"""The layout of a form once it has been read: frozen data that all outputs and checks work from.

`loading.py` reads layouts from files; docs/layouts.md explains the file format to authors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from filings.sheet.document import MAX_CELL_LENGTH, Path
from filings.sheet.drawing import DrawnRow, Piece, TextLine, fixed_columns
from filings.sheet.kinds import CellKind
from filings.sheet.layout_rules import CopyRule, DateRule, LastYearRule, ShareRule, SumRule

CHOICE_SEPARATOR = "、"
"""Separates the choices in the text of a cell that takes several."""

MAX_NAME_LENGTH = 200
"""How many characters the column `name` of a row takes, whatever its kind: a name of several lines is no name."""

PAPER_MM: Mapping[str, tuple[float, float]] = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
"""Width and height in mm of each paper size, upright."""


@dataclass(frozen=True)
class InputSpec:
    """Description of an input: a field of the sheet, or a column of a table of rows.

    `path` addresses its text in a document; for a column the row in it is ''. `before` and `after` are printed around
    the text, `before` only if the text does not begin with it already (`目标：`, `指标{n}：`, where {n} counts the rows
    of one level-2 category). `merge` merges equal cells of consecutive rows. `width` is the width of the field in a
    wizard step, in twelfths. Boxes that are `multiple` take several choices; `numbered` ones are printed with numbers
    that are not part of the text. `personal` marks a name or a telephone number, left out of what is published.
    `max_length` is the most characters that an edit may put in, 0 where the layout leaves that to the kind.
    `means` says what it stands for in the checks, and `term` what a goal or target value is set for, in words of
    `layout_words.py`. Of a column of target values, `with_columns` names the columns that belong to it, by what they
    mean to it (`targets.py`).
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
    max_length: int = 0
    means: tuple[str, ...] = ()
    term: str = ""
    with_columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def text_limit(self) -> int:
        """The most characters that an edit may put in: as the layout says, else by kind; its choices always fit."""
        if self.max_length:
            return self.max_length
        limit = min(self.kind.max_length, MAX_NAME_LENGTH) if self.path.column == "name" else self.kind.max_length
        return max(limit, len(CHOICE_SEPARATOR.join(self.choices)))

    @property
    def help_text(self) -> str:
        """How to fill the input: what the layout says, else what its kind says."""
        return self.help or self.kind.help

    def choices_in(self, text: str) -> tuple[str, ...]:
        """The choices named in a text, in the order of the form: at most one unless `multiple`; others are ignored."""
        named = [part.strip() for part in text.split(CHOICE_SEPARATOR)] if self.multiple else [text]
        return tuple(choice for choice in self.choices if choice in named) if text else ()

    def printed_text(self, text: str) -> str:
        """The text as the sheet prints it: for boxes, every choice with ☑ or □, then what is none of the choices."""
        if self.kind.key != "boxes":
            return text
        ticked = self.choices_in(text)
        shown = (f"{number}. {choice}" if self.numbered else choice for number, choice in enumerate(self.choices, 1))
        boxes = ("☑" if choice in ticked else "□" for choice in self.choices)
        all_boxes = " ".join(f"{choice} {box}" for choice, box in zip(shown, boxes, strict=True))
        others = [
            part for part in (text.split(CHOICE_SEPARATOR) if self.multiple else [text]) if part.strip() not in ticked
        ]
        return " ".join((all_boxes, *(part for part in others if part)))


@dataclass(frozen=True)
class TableSpec:
    """A table of rows: its columns in order, and the rows with which a new document starts it.

    `of` says what its rows are: a key of `document.TABLES` (indicators, funding …). `start` is "tree" (one blank row
    for each level-2 category), "blank" (`blank_rows`) or "none". `fixed` rows are part of the form, each with an id
    of its own; their preset cells (by row id, then column) say what they mean, such as the source of a funding line.
    `complete` tables print every level-2 category, with a blank row where it has none. `shared_cells` names cells of
    the form that are drawn once for all rows, by the column whose place they take. `term` is what its indicators are
    set for: "period", else the year. `goal` names the cell with the goal that they measure, '' if that is not said. A
    table with `rows_required` must not stay empty.
    """

    name: str
    label: str
    columns: Mapping[str, InputSpec]
    start: str = "none"
    fixed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    row_kind: str = "items"
    complete: bool = False
    source: RowSource | None = None
    shared_cells: Mapping[str, str] = field(default_factory=dict)
    term: str = ""
    blank_rows: int = 1
    goal: str = ""
    rows_required: bool = False

    @property
    def defaults(self) -> dict[str, str]:
        """The default texts of a new row, by column; columns without a default are left out."""
        return {name: spec.default for name, spec in self.columns.items() if spec.default}


@dataclass(frozen=True)
class RowSource:
    """Takes the rows of a table from the department's sheets of another form (`layout`), one row for each sheet.

    `columns` gives for each column the name of the cell in that form; the first column identifies the row.
    """

    layout: str
    columns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class BlockOptions:
    """Page-flow options of a block.

    `joined` puts it below the block above without a gap, `new_page` begins a page with it, and `keep` keeps it whole
    and on one page with the beginning of the next block.
    """

    joined: bool = False
    new_page: bool = False
    keep: bool = False


@dataclass(frozen=True)
class TitleBlock(BlockOptions):
    """Title lines, centred over the full width; `points` are their type sizes, 0 for `title_pt` (() for all)."""

    lines: tuple[tuple[Piece, ...], ...]
    points: tuple[float, ...] = ()


@dataclass(frozen=True)
class LineBlock(BlockOptions):
    """One line without borders: text at the left, centre and right (annex number, unit of money, signatures)."""

    left: tuple[Piece, ...]
    middle: tuple[Piece, ...]
    right: tuple[Piece, ...]


@dataclass(frozen=True)
class TableBlock(BlockOptions):
    """A table as it is drawn: widths of its columns in mm, and its lines; `ruled` tables have borders."""

    widths_mm: tuple[float, ...]
    rows: tuple[DrawnRow, ...]
    ruled: bool = True


@dataclass(frozen=True)
class TextBlock(BlockOptions):
    """Running text with headings; the first line of a paragraph is indented if `indent`, all others if `hanging`.

    With `each` the whole text is repeated for each row of that table; with `new_page_each` every row after the first
    begins a page.
    """

    lines: tuple[TextLine, ...]
    indent: bool = True
    each: str = ""
    new_page_each: bool = False
    hanging: bool = False

    @property
    def paragraph_role(self) -> str:
        """The role of the cells that hold its paragraphs (`GridCell`)."""
        return "hanging" if self.hanging else "indented" if self.indent else "plain"


Block = TitleBlock | LineBlock | TableBlock | TextBlock


@dataclass(frozen=True)
class Page:
    """The paper: size, margins (top, right, bottom, left) in mm, and type sizes in points.

    The type may shrink to `smallest_pt` if that brings the sheet onto one page; 0 means that it never does.
    """

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
        """Width of the paper in mm, as it is turned."""
        return PAPER_MM[self.size][1 if self.landscape else 0]

    @property
    def height_mm(self) -> float:
        """Height of the paper in mm, as it is turned."""
        return PAPER_MM[self.size][0 if self.landscape else 1]

    @property
    def content_width_mm(self) -> float:
        """Width between the margins in mm."""
        return self.width_mm - self.margins_mm[1] - self.margins_mm[3]

    @property
    def content_height_mm(self) -> float:
        """Height between the margins in mm."""
        return self.height_mm - self.margins_mm[0] - self.margins_mm[2]


@dataclass(frozen=True)
class Section:
    """One step of the wizard: names of the cells and of the tables that are filled in it."""

    key: str
    title: str
    help: str = ""
    cells: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """One official form. `key` and `version` identify it permanently; `subject` is "project" or "department".

    `origin` says where the official form was published. `together` are groups of cells of which all or none must be
    filled. `amount` names the money cell that holds the filing's total, '' where the form has none. With
    `has_suggested_meanings` its file says nowhere what a cell means: labels suggested it (`suggested_meanings.py`).
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
    all_or_none: tuple[tuple[str, ...], ...] = ()
    shares: tuple[ShareRule, ...] = ()
    last_year: tuple[LastYearRule, ...] = ()
    copies: tuple[CopyRule, ...] = ()
    dates: tuple[DateRule, ...] = ()
    money_unit: str = "万元"
    amount: str = ""
    has_suggested_meanings: bool = False

    def is_derived(self, address: str) -> bool:
        """Whether the cell at an address (a path as text) is computed from other cells of the sheet."""
        table, _, rest = address.partition("[")
        return address in self._derived_addresses or f"{table}.{rest.partition('].')[2]}" in self._derived_addresses

    @cached_property
    def _derived_addresses(self) -> frozenset[str]:
        """Paths of the computed cells as text, and `TABLE.column` for computed columns."""
        names = (*(r.total for r in self.sums), *(r.cell for r in self.shares), *(r.cell for r in self.copies))
        return frozenset(name if "." in name else str(self.cells[name].path) for name in names)

    def is_source(self, path: Path) -> bool:
        """Whether other cells of the sheet are computed from the cell at a path."""
        column = f"{path.name}.{path.column}" if path.row else ""
        return bool({str(path), column} & self._source_addresses)

    @cached_property
    def _source_addresses(self) -> frozenset[str]:
        """Paths as text of the cells that rules read, and `TABLE.column` for columns."""
        names = [part for rule in self.sums for part in rule.parts]
        names += [name for rule in self.shares for name in (rule.part, rule.whole)]
        names += [rule.source for rule in self.copies]
        return frozenset(name if "." in name else str(self.cells[name].path) for name in names)

    @cached_property
    def placed_tables(self) -> tuple[str, ...]:
        """Names of the tables that the sections of the form have, in its order."""
        return tuple(dict.fromkeys(name for section in self.sections for name in section.tables))

    @cached_property
    def target_fields(self) -> tuple[str, ...]:
        """Names of the single cells of target values, in the order of the form."""
        return tuple(spec.name for spec in self.inputs() if spec.kind.key == "target" and not spec.path.row)

    @cached_property
    def tables_with_shared_cells(self) -> frozenset[str]:
        """Names of the tables in whose lines a cell or words of the form are drawn, shared by all rows."""
        return frozenset(
            table
            for block in self.blocks
            for table, group in groupby(block.rows if isinstance(block, TableBlock) else (), key=lambda row: row.table)
            if table and self._has_shared_cells(table, tuple(group))
        )

    def _has_shared_cells(self, table: str, lines: tuple[DrawnRow, ...]) -> bool:
        names = {name for line in lines for cell in line.cells for name in cell.placeholders}
        return bool(fixed_columns(lines)) or not names <= set(self.tables[table].columns)

    def spec(self, path: Path) -> InputSpec | None:
        """The input at a path, None if the form has no such cell."""
        if path.row and path.name in self.tables and path.column in self.tables[path.name].columns:
            return self.tables[path.name].columns[path.column]
        return self._by_path.get(path)

    def text_limit(self, path: Path) -> int:
        """The most characters that an edit may put into the cell at a path.

        A field that is stored in a row follows what the layout says of the field, then of the column, then its kind.
        """
        field, column = self._by_path.get(path), self.spec(path)
        said = (spec.max_length for spec in (field, column) if spec and spec.max_length)
        shown = field or column
        return next(said, shown.text_limit if shown else MAX_CELL_LENGTH)

    def label(self, path: Path) -> str:
        """The label of the input at a path; the path itself if the form has no such cell."""
        spec = self._by_path.get(path) or self.spec(path)
        return spec.label if spec else str(path)

    def section_of(self, path: Path) -> Section:
        """The wizard step in which the cell at a path is filled; the first one if no step has it."""
        by_path = self._by_path
        for section in self.sections:
            if path in by_path and by_path[path].name in section.cells:
                return section
            if path.row and path not in by_path and path.name in section.tables:
                return section
        return self.sections[0]

    def inputs(self) -> Iterator[InputSpec]:
        """Every field of the sheet (but no columns of tables), in the order of the wizard steps."""
        for section in self.sections:
            for name in section.cells:
                yield self.cells[name]

    def is_within_year(self, spec: InputSpec) -> bool:
        """Whether an input of the form is a date that has to lie in the budget year."""
        is_column = spec.path.column and not spec.path.row
        name = f"{spec.path.name}.{spec.path.column}" if is_column else spec.name
        return any(rule.year == "inside" and name in (rule.begin, rule.end) for rule in self.dates)

    @cached_property
    def _by_path(self) -> Mapping[Path, InputSpec]:
        return {spec.path: spec for spec in self.cells.values()}
