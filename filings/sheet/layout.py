"""What a layout is once it has been read: plain frozen data that every output and every check works from.

Files become layouts in `loading.py`; the vocabulary is explained for authors in docs/layouts.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from filings.sheet.document import Document, Path, Row
from filings.sheet.drawing import DrawnRow, Piece, TextLine
from filings.sheet.kinds import KINDS, Kind

PAPER_MM: Mapping[str, tuple[float, float]] = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}


@dataclass(frozen=True)
class InputSpec:
    """An input cell as the form describes it: a field of the sheet, or a column of a table of rows.

    `path` is where the text lives; for a column its row is ''. `before` is printed in front of the text unless the
    person typed it too (`目标：`, `指标{n}：`, where {n} counts rows of one level-2 category).
    `personal`: a name or a telephone number, left out of what is published.
    """

    name: str
    path: Path
    kind: Kind
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

    def printed(self, text: str) -> str:
        """The text as it stands on the sheet: a choice among boxes shows all of them, the chosen one ticked."""
        if self.kind.key != "boxes":
            return text
        words = " ".join(f"{choice} {'☑' if choice == text else '□'}" for choice in self.choices)
        return words if text in ("", *self.choices) else f"{words} {text}"


@dataclass(frozen=True)
class TableSpec:
    """A table of rows: its columns in order, and how a new document starts it.

    `of` says what its rows are (indicators, funding …). `start` is "tree" (one blank row for each level-2 category),
    "blank" (one blank row) or "none". `fixed` rows are printed by name; their preset cells say what they mean (term of
    an objective, kind of a funding line). `complete`: every level-2 category is printed, with a blank row if need be.
    """

    name: str
    label: str
    columns: Mapping[str, InputSpec]
    start: str = "none"
    fixed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    of: str = "items"
    complete: bool = False
    source: RowSource | None = None


@dataclass(frozen=True)
class RowSource:
    """Where a table's rows come from: the sheets of another form in the same department; cell names by column."""

    layout: str
    columns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a block stands to the one above: `joined` without a gap, or on a `new_page`."""

    joined: bool = False
    new_page: bool = False


@dataclass(frozen=True)
class TitleBlock(Standing):
    """Centred title lines over the full width."""

    lines: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True)
class LineBlock(Standing):
    """One line without rules: words at the left, in the middle and at the right (annex number, unit, signatures)."""

    left: tuple[Piece, ...]
    middle: tuple[Piece, ...]
    right: tuple[Piece, ...]


@dataclass(frozen=True)
class TableBlock(Standing):
    """A drawn table: column widths in mm and its lines."""

    widths_mm: tuple[float, ...]
    rows: tuple[DrawnRow, ...]
    ruled: bool = True


@dataclass(frozen=True)
class TextBlock(Standing):
    """Running text with headings; with `each` the whole text is repeated for each row of that table."""

    lines: tuple[TextLine, ...]
    indent: bool = True
    each: str = ""


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
    def inner_width_mm(self) -> float:
        """Width between the margins."""
        return self.width_mm - self.margins_mm[1] - self.margins_mm[3]

    @property
    def inner_height_mm(self) -> float:
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
    """`total` (a cell) is the sum of `parts`: cells, or `TABLE.column` for that column of all rows of a table."""

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
    money_unit: str = "万元"
    amount: str = ""

    @property
    def following(self) -> frozenset[str]:
        """The addresses of the cells that follow from others within the sheet."""
        names = (*(rule.total for rule in self.sums), *(rule.cell for rule in self.shares))
        return frozenset(str(self.cells[name].path) for name in names)

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


def blank_rows(table: TableSpec, categories: list[tuple[str, str]]) -> tuple[Row, ...]:
    """The rows with which a new document starts a table; `categories` are (level1, level2) names of the tree."""
    fixed = [Row(row_id, dict(preset)) for row_id, preset in table.fixed.items()]
    if table.start == "tree":
        fixed += [Row(f"n{i}", {"level1": a, "level2": b}) for i, (a, b) in enumerate(categories, 1)]
    elif table.start == "blank":
        fixed.append(Row("n1"))
    return tuple(fixed)


def blank_document(layout: Layout, categories: list[tuple[str, str]], defaults: Mapping[str, str]) -> Document:
    """A new document: default texts (already filled with the setting) and the rows each table starts with."""
    fields = {name: text for name, text in defaults.items() if not layout.cells[name].path.row and text}
    tables = {name: blank_rows(table, categories) for name, table in layout.tables.items()}
    return Document(layout.key, layout.version, fields, {name: rows for name, rows in tables.items() if rows})


def kind(key: str) -> Kind:
    """A kind by its name in layout files."""
    return KINDS[key]
