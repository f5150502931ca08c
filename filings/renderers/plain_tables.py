"""Plain tables as a workbook for analysis: a worksheet for each, with a header row; numbers stay numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from filings.renderers.workbook import MOMENT, save_workbook

Value = str | int | Decimal | None


@dataclass(frozen=True)
class PlainTable:
    """A worksheet: its name (at most 31 characters), column headings, column widths in digits, and rows of values."""

    name: str
    heads: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[Value]]


def render_tables(tables: Sequence[PlainTable]) -> bytes:
    """The bytes of the workbook; rows are written as they are read, so memory use stays small.

    None, '' and the number 0 leave their cell empty.
    """
    book = Workbook(write_only=True)
    book.properties.creator = "perfbudget"
    book.properties.created = book.properties.modified = MOMENT
    bold = Font(bold=True)
    for table in tables:
        ws = book.create_sheet(table.name)
        ws.freeze_panes = "A2"
        for number, width in enumerate(table.widths, 1):
            ws.column_dimensions[get_column_letter(number)].width = width
        heads = [_text(ws, head) for head in table.heads]
        for cell in heads:
            cell.font = bold
        ws.append(heads)
        for row in table.rows:
            ws.append([_text(ws, value) if isinstance(value, str) and value else value or None for value in row])
    return save_workbook(book)


def _text(ws: object, text: str) -> WriteOnlyCell:
    """A text cell that stays text: openpyxl would turn `=100%` into a formula. Control characters are removed."""
    cell = WriteOnlyCell(ws)
    cell._value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", text), "s"  # noqa: SLF001 - its setter guesses
    return cell
