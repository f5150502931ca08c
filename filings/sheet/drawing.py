"""Parses the drawing of a form: lines of cells between `|`, arranged as on the printed sheet.

    | 项目名称 | <  | {project_name} | <    |      `<` continues the cell at its left
    | 主管部门 | <  | {supervisor}   | {unit} |
    | 项目资金 | <  | 其中:财政拨款{appropriation} | < |
    | ^        | ^  | 其他资金{other} | <   |      `^` continues the cell above
    head       | 绩效指标 | 一级指标 | 二级指标 | 指标值 |     repeated at the top of every page
    indicators by level1 | {level1} | | | |                    printed whenever level1 changes
    indicators | | | {name} | {value} |                        printed for each row of the table
    12mm       | ...                                           at least 12 mm high
    keep       | ...                                           on one page with the line that follows

`{name}` is an input (in a row of a table: a column); `{year}`, `{year+2}`, `{department}` … are variables.
`\\n` is a newline inside a cell, `\\|` the character |. A cell may begin with marks for its text: `:<` left,
`:>` right, `:-` centre, `:*` bold (`:<*` both), then a blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from filings.sheet.problems import display_name

VARIABLES = ("year", "jurisdiction", "department", "project", "form", "number", "page", "pages", "n", "cn")
"""Names in braces that the system fills: facts about the filing, the page numbers, the number of a row (1 or 一)."""

PIECE = re.compile(r"\{([a-z][a-z0-9_]*)([+-]\d{1,2})?\}")
HEIGHT = re.compile(r"(?<![\d.])(\d++(?:\.\d++)?)mm$")
TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*+")
COLUMN_NAME = re.compile(r"[a-z0-9_]++")
MAX_HEIGHT_MM = 420
"""No paper is higher."""
MARKS = re.compile(r"^:([<>*-]{1,2})\s(.*)$", re.DOTALL)
ALIGNS = {"<": "left", ">": "right", "-": "center"}


class DrawingError(ValueError):
    """A line of a drawing that cannot be read; `offset` counts the lines of the drawing from 0."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.offset, self.reason = offset, reason


@dataclass(frozen=True)
class FixedText:
    """Fixed text of the form."""

    text: str


@dataclass(frozen=True)
class Variable:
    """A variable that the system fills: `{year}`, or with an offset `{year-1}`."""

    name: str
    offset: int = 0


@dataclass(frozen=True)
class Placeholder:
    """An input: the name of a cell, or of a column inside a row of a table."""

    name: str


Piece = FixedText | Variable | Placeholder


@dataclass(frozen=True)
class DrawnCell:
    """One cell of a drawn line: its pieces, or in `joins` the `<` or `^` with which it continues a neighbour."""

    pieces: tuple[Piece, ...] = ()
    joins: str = ""
    align: str = ""
    bold: bool = False

    @cached_property
    def placeholders(self) -> tuple[str, ...]:
        """The names of the inputs in this cell."""
        return tuple(piece.name for piece in self.pieces if isinstance(piece, Placeholder))

    @cached_property
    def fixed_words(self) -> str:
        """Its text if it holds words of the form only, the same in every row; '' for any other cell."""
        words = [piece.text if isinstance(piece, FixedText) else f"{{{piece.name}}}" for piece in self.pieces]
        return "" if self.placeholders or {"{n}", "{cn}"} & set(words) else "".join(words).strip()


@dataclass(frozen=True)
class DrawnRow:
    """One drawn line.

    A `head` row is repeated on every page, a row of a `table` for each row of that table, one with `by` whenever the
    value of that column changes. A `keep` row stays on one page with the next. `offset` counts the lines of the drawing
    from 0.
    """

    cells: tuple[DrawnCell, ...]
    head: bool = False
    keep: bool = False
    table: str = ""
    by: str = ""
    height_mm: float = 0.0
    offset: int = 0


def fixed_columns(lines: Sequence[DrawnRow]) -> frozenset[int]:
    """Columns in which fixed words stand beside all rows of a table; `lines` are those drawn for one row.

    They are drawn in the first line, and continued with `^` in the others.
    """
    first, *others = lines
    return frozenset(
        column
        for column, cell in enumerate(first.cells)
        if cell.fixed_words and all(line.cells[column].joins == "^" for line in others)
    )


def read_drawing(draw: str, *, any_height: bool = False) -> Iterator[DrawnRow]:
    """Parse a drawn table, skipping blank lines; raises DrawingError at the first line that cannot be read.

    A line may be as high as the highest paper; with `any_height` it is left to the caller how high.
    """
    for offset, line in enumerate(draw.splitlines()):
        if line.strip():
            yield _read_row(line, offset, any_height)


def _read_row(line: str, offset: int, any_height: bool) -> DrawnRow:
    parts = re.split(r"(?<!\\)\|", line.rstrip())
    if len(parts) < 3 or parts[-1].strip():
        raise DrawingError(offset, "一行由竖线隔开的单元格组成，并以竖线结尾：| … | … |")
    keyword, table, by, height_mm = _read_prefix(parts[0].strip(), offset, any_height)
    cells = tuple(_read_cell(part.replace("\\|", "|")) for part in parts[1:-1])
    return DrawnRow(cells, keyword == "head", keyword == "keep", table, by, height_mm, offset)


def _read_prefix(text: str, offset: int, any_height: bool) -> tuple[str, str, str, float]:
    """What stands before the first bar: `head` or `keep`, the table, the column after `by`, and the height in mm."""
    height_mm, words = 0.0, text
    if height := HEIGHT.search(text):
        words = text[: height.start()]
        height_mm = float(height[1])
        if not (any_height or 0 < height_mm <= MAX_HEIGHT_MM):
            raise DrawingError(offset, f"行高 {display_name(height[0])} 应大于 0，不超过 {MAX_HEIGHT_MM}mm")
    match words.split():
        case []:
            return "", "", "", height_mm
        case ["head" | "keep" as keyword]:
            return keyword, "", "", height_mm
        case [table] if TABLE_NAME.fullmatch(table):
            return "", table, "", height_mm
        case [table, "by", column] if TABLE_NAME.fullmatch(table) and COLUMN_NAME.fullmatch(column):
            return "", table, column, height_mm
    known = "head、keep、表名、表名 by 列名、12mm"
    raise DrawingError(offset, f"第一条竖线前的“{display_name(text)}”不认识；可以写：{known}")


def _read_cell(text: str) -> DrawnCell:
    text = text.strip(" ")
    if text in ("<", "^"):
        return DrawnCell(joins=text)
    align, bold = "", False
    if marks := MARKS.match(text):
        text = marks.group(2).strip(" ")
        bold = "*" in marks.group(1)
        align = next((ALIGNS[mark] for mark in marks.group(1) if mark in ALIGNS), "")
    return DrawnCell(read_parts(text), "", align, bold)


def read_parts(text: str) -> tuple[Piece, ...]:
    """Split a text into fixed text, variables and placeholders; what is no valid name in braces stays fixed text."""
    pieces: list[Piece] = []
    position = 0
    text = text.replace("\\n", "\n")
    for match in PIECE.finditer(text):
        if match.start() > position:
            pieces.append(FixedText(text[position : match.start()]))
        name, offset = match.groups()
        pieces.append(Variable(name, int(offset or 0)) if name in VARIABLES else Placeholder(name))
        position = match.end()
    if position < len(text):
        pieces.append(FixedText(text[position:]))
    return tuple(pieces)


@dataclass(frozen=True)
class TextLine:
    """One line of running text: a heading (level 1 to 3) or a paragraph (level 0); `offset` as in DrawnRow."""

    level: int
    pieces: tuple[Piece, ...]
    offset: int


def read_text(draw: str) -> Iterator[TextLine]:
    """Parse a text block: `# heading`, `## subheading`, paragraphs; blank lines inside it are empty paragraphs."""
    lines = draw.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    for offset, line in enumerate(lines):
        heading = re.match(r"^(#{1,3})\s+(.*)$", line.strip(" "))
        if heading:
            yield TextLine(len(heading.group(1)), read_parts(heading.group(2)), offset)
        elif offset or line.strip():
            yield TextLine(0, read_parts(line.strip(" ")), offset)


@dataclass(frozen=True)
class LayoutVariables:
    """Values for the variables that a layout may print ({year}, {department} …).

    `number` counts the sheets of one form in a department (附表3-1, 附表3-2). `categories` are the (level-1, level-2)
    names of the indicator tree in printed order; tables that are `complete` print a row for each.
    """

    year: int
    jurisdiction: str = ""
    department: str = ""
    project: str = ""
    form: str = ""
    number: int = 1
    categories: tuple[tuple[str, str], ...] = ()

    def text_of(self, variable: Variable) -> str:
        """The text of a variable; `{page}` and `{pages}` stay as they are until the pages are known (`pages.py`)."""
        if variable.name in ("page", "pages"):
            return f"{{{variable.name}}}"
        if variable.name in ("n", "cn"):
            return ""  # the number of a row, outside of any row
        value = getattr(self, variable.name)
        return str(value + variable.offset) if isinstance(value, int) else str(value)


def fill_variables(text: str, variables: LayoutVariables) -> str:
    """Fill the variables in a default text; placeholders for inputs become ''."""
    return "".join(
        variables.text_of(piece) if isinstance(piece, Variable) else piece.text if isinstance(piece, FixedText) else ""
        for piece in read_parts(text)
    )
