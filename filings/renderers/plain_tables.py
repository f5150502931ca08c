"""Plain tables as a workbook for analysis: a worksheet for each, set up for print; numbers stay numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from filings.renderers.workbook import MOMENT, MONEY_FORMAT, save_workbook
from filings.renderers.worksheet import PAPER_CODES

Value = str | int | Decimal | None


@dataclass(frozen=True)
class PlainTable:
    """A worksheet: its name (at most 31 characters), column headings, column widths in digits, and rows of values.

    A `title` ('' for none) stands above the headings, the lines in `sums` below the rows, apart from what is filtered.
    """

    name: str
    heads: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[Value]]
    title: str = ""
    sums: Sequence[Sequence[Value]] = ()


def render_tables(tables: Sequence[PlainTable]) -> bytes:
    """The bytes of the workbook; rows are written as they are read, so memory use stays small.

    None and '' leave their cell empty. Each worksheet prints in landscape on the width of a page, with its headings on
    every page, and its rows can be filtered.
    """
    book = Workbook(write_only=True)
    book.properties.creator = "perfbudget"
    book.properties.created = book.properties.modified = MOMENT
    for table in tables:
        _write_table(book.create_sheet(table.name), table)
    return save_workbook(book)


def _write_table(ws: Any, table: PlainTable) -> None:
    head = 2 if table.title else 1
    _set_page(ws, table, head)
    styles = _Styles(ws)
    if table.title:
        ws.append([styles.cell(table.title, styles.title)])
    ws.append([styles.cell(text, styles.head) for text in table.heads])
    last = head
    for row in table.rows:
        ws.append([styles.cell(value) for value in row])
        last += 1
    for row in table.sums:
        ws.append([styles.cell(value, styles.head) for value in row])
    ws.auto_filter.ref = f"A{head}:{get_column_letter(len(table.heads))}{last}"


def _set_page(ws: Any, table: PlainTable, head: int) -> None:
    """Columns and print setup; openpyxl writes them before the first row."""
    ws.freeze_panes = f"A{head + 1}"
    for number, width in enumerate(table.widths, 1):
        ws.column_dimensions[get_column_letter(number)].width = width
    ws.print_title_rows = f"{head}:{head}"
    ws.page_setup.paperSize = PAPER_CODES["A4"]
    ws.page_setup.orientation = "landscape"
    ws.page_setup.fitToHeight = 0
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    ws.oddFooter.center.text = "第 &P 页 共 &N 页"


class _Styles:
    """Makes the cells of a worksheet; each style is registered once, as that of a sample cell."""

    def __init__(self, ws: Any) -> None:
        self.ws = ws
        self.plain, self.head, self.title, self.money = (WriteOnlyCell(ws) for _ in range(4))
        self.plain.alignment = self.money.alignment = Alignment(vertical="top", wrap_text=True)
        self.head.font, self.title.font = Font(bold=True), Font(bold=True, size=14)
        self.head.alignment = Alignment(vertical="center", wrap_text=True)
        self.money.number_format = self.head.number_format = MONEY_FORMAT

    def cell(self, value: Value, style: Any = None) -> WriteOnlyCell | None:
        """A cell with a value, in the style of a sample cell; None where there is no value."""
        if value is None or value == "":
            return None
        cell = WriteOnlyCell(self.ws)
        if isinstance(value, str):  # openpyxl's setter would turn `=100%` into a formula
            cell._value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", value), "s"  # noqa: SLF001
        else:
            cell.value = value
        cell._style = (style or (self.money if isinstance(value, Decimal) else self.plain))._style  # noqa: SLF001
        return cell
