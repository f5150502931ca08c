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
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

VARIABLES = ("year", "jurisdiction", "department", "project", "form", "number", "page", "pages", "n", "cn")
"""Names in braces that the system fills: facts about the filing, the page numbers, the number of a row (1 or 一)."""

PIECE = re.compile(r"\{([a-z][a-z0-9_]*)([+-]\d{1,2})?\}")
PREFIX = re.compile(
    r"^\s*+(?:(head|keep)|([a-z][a-z0-9_]*?)(?:\s++by\s++([a-z0-9_]++))?)?\s*+(?:(\d{1,9}(?:\.\d{1,9})?)mm)?\s*+$"
)
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


def read_drawing(draw: str) -> Iterator[DrawnRow]:
    """Parse a drawn table, skipping blank lines; raises DrawingError at the first line that cannot be read."""
    for offset, line in enumerate(draw.splitlines()):
        if line.strip():
            yield _read_row(line, offset)


def _read_row(line: str, offset: int) -> DrawnRow:
    parts = re.split(r"(?<!\\)\|", line.rstrip())
    if len(parts) < 3 or parts[-1].strip():
        raise DrawingError(offset, "a drawn line is cells between bars and ends with a bar: | … | … |")
    prefix = PREFIX.match(parts[0])
    if not prefix:
        raise DrawingError(
            offset,
            f"before the first bar stands {parts[0].strip()!r}; known: head, keep, TABLE, TABLE by COLUMN, 12mm",
        )
    keyword, table, by, height = prefix.groups()
    cells = tuple(_read_cell(part.replace("\\|", "|")) for part in parts[1:-1])
    return DrawnRow(cells, keyword == "head", keyword == "keep", table or "", by or "", float(height or 0), offset)


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
