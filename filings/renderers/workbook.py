"""Forms as an Excel workbook: a worksheet for each, paginated like the PDF.

What was filed stays as it was: a value that is exactly a plain number becomes that number, in a format that shows the
same text; all else is text, never a formula (`=100%`, `010`, a telephone number). Row heights and page breaks are those
of `sheet/pages`; a cell merged over several pages stays one.
"""

# ruff: noqa: SLF001 - openpyxl's own way to style a cell or to merge compares every style again: 3 to 6 times slower

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.utils.units import pixels_to_EMU
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from PIL import Image as Pillow
from PIL import ImageOps

from filings.renderers.cell_styles import LINK, CellStyle, FastCell, StyleCache
from filings.renderers.stamp import QrModules, Stamp
from filings.renderers.worksheet import PAPER_CODES, WorksheetWriter, escape_text, margin_text
from filings.sheet.grid import Grid

MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - Excel's times have no zone; the same content is to give the same bytes
MEASURE = "Courier New"
"""The default font of a workbook: Excel counts column widths in its digits. Its substitutes on machines without it are
0.6 em wide too, while a missing SimSun is replaced by a font a fifth wider."""
MONEY_FORMAT = "#,##0.00####"
"""The number format of amounts in 万元: two decimals at least, six (one 分 is 0.000001) at most."""
QR_PX = 110
"""Side of a QR code in px."""
QUIET = b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>'
"""Switches off the green triangle with which Excel marks numbers stored as text."""


@dataclass(frozen=True)
class SheetTab:
    """A worksheet: the function that builds its grid, its watermark ('' for none), its name, its values in the index.

    The stamp is placed to the right of the printed area, its last line also in the page footer. `draw` must be
    picklable: the grid is built only in the process that writes the workbook.
    """

    draw: Callable[[], Grid]
    mark: str
    name: str
    words: tuple[str | Decimal, ...] = ()
    stamp: Stamp | None = None


@dataclass(frozen=True)
class IndexTab:
    """The index worksheet: title, column headings and widths in digits; the first column holds the linked names."""

    title: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]


def render_workbook(sheets: Sequence[tuple[Grid, str]]) -> bytes:
    """The bytes of a workbook with a worksheet for each (grid, watermark); the watermark is in the page header."""
    return render_indexed_workbook([SheetTab(partial(_identity, grid), mark, grid.name) for grid, mark in sheets])


def _identity(grid: Grid) -> Grid:
    return grid


def render_indexed_workbook(tabs: Sequence[SheetTab], index: IndexTab | None = None, keywords: str = "") -> bytes:
    """The bytes of a workbook with a worksheet for each tab; with `index` an index comes first, linked both ways.

    `keywords` becomes a property of the file. Worksheet names are made unique and valid for Excel.
    """
    book = new_workbook()
    book.properties.keywords = keywords or None
    titles: set[str] = set()
    first = book.create_sheet(_title("目录", titles)) if index else None
    sheets = [book.create_sheet(_title(tab.name, titles)) for tab in tabs]
    styles = StyleCache(book)
    if first and index:
        _draw_index(first, index, tabs, [ws.title for ws in sheets], styles)
    back = first.title if first else ""
    return save_workbook(
        book, {ws: partial(_draw, ws, tab, styles, back) for ws, tab in zip(sheets, tabs, strict=True)}
    )


def _draw(ws: Worksheet, tab: SheetTab, styles: StyleCache, back: str) -> None:
    """Draw a form on its worksheet; the link to the index and the stamp go to the right of the printed area."""
    sheet = WorksheetWriter(ws, tab.draw(), styles)
    sheet.draw(tab.mark)
    margin_column = len(sheet.edges) + 1
    if back:
        _link(ws, (1, margin_column), "返回目录", back, styles.style(LINK))
    if tab.stamp:
        _stamp(ws, margin_column, tab.stamp, styles.style(replace(LINK, link=False, wrap=False)))


def new_workbook() -> Any:
    """An empty workbook whose default font is the one that column widths are measured in."""
    book = Workbook()
    book.remove(book.active)
    normal = Font(name=MEASURE, sz=10, family=3)
    book._fonts = IndexedList([normal])
    book._named_styles["Normal"].font = normal
    book.properties.creator = "perfbudget"
    book.properties.created = book.properties.modified = MOMENT
    return book


def save_workbook(book: Any, draws: Mapping[Worksheet, Callable[[], None]] | None = None) -> bytes:
    """The bytes of a workbook; `draws` are called for their worksheets just before these are written."""
    out = BytesIO()
    # Not book.save(), which would stamp the time of day.
    _Writer(book, _Archive(out, "w", ZIP_DEFLATED), draws or {}).save()
    return out.getvalue()


class _Writer(ExcelWriter):
    """Draws each worksheet just before writing it and frees its cells afterwards, so memory holds only one."""

    def __init__(self, book: Any, archive: ZipFile, draws: Mapping[Worksheet, Callable[[], None]]) -> None:
        super().__init__(book, archive)
        self.draws = draws

    def write_worksheet(self, ws: Worksheet) -> None:
        """Draw, write and clear a worksheet."""
        if ws in self.draws:
            self.draws[ws]()
        super().write_worksheet(ws)
        if ws in self.draws:
            ws._cells.clear()
            ws.row_dimensions.clear()
            ws.merged_cells = []


def _draw_index(
    ws: Worksheet, index: IndexTab, tabs: Sequence[SheetTab], names: Sequence[str], styles: StyleCache
) -> None:
    plain = CellStyle(False, 10.5, "left", "center", True, True)
    money = replace(plain, text=False, horizontal="right", number=MONEY_FORMAT)
    # Not wrapped: the title runs on over the empty cells at its right.
    _put(ws, 1, 1, index.title, styles.style(replace(plain, hei=True, points=15, ruled=False, wrap=False)))
    for column, (head, width) in enumerate(zip(index.heads, index.widths, strict=True), 1):
        _put(ws, 3, column, head, styles.style(replace(plain, hei=True)))
        ws.column_dimensions[get_column_letter(column)].width = width
    for row, (tab, name) in enumerate(zip(tabs, names, strict=True), 4):
        _link(ws, (row, 1), name, name, styles.style(replace(LINK, ruled=True)))
        for column, value in enumerate(tab.words, 2):
            _put(ws, row, column, value, styles.style(money if isinstance(value, Decimal) else plain))
    ws.freeze_panes = "A4"
    ws.print_title_rows = "3:3"
    ws.page_setup.paperSize = PAPER_CODES["A4"]
    ws.page_setup.orientation = "landscape"
    ws.page_setup.fitToHeight = 0
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(ws: Worksheet, row: int, column: int, value: str | Decimal, style: int) -> None:
    cell = FastCell(row, column, style)
    if isinstance(value, Decimal):
        cell._value, cell.data_type = f"{value:f}", "n"
    else:
        cell._value, cell.data_type = escape_text(value), "s"
    ws._cells[row, column] = cell


def _link(ws: Worksheet, place: tuple[int, int], text: str, to: str, style: int) -> None:
    """A cell that links to the first cell of another worksheet; `place` is (row, column)."""
    row, column = place
    _put(ws, row, column, text, style)
    letters = f"{get_column_letter(column)}{row}"
    quoted = to.replace("'", "''")
    cell = ws._cells[row, column]
    cell.parent, cell._hyperlink = ws, Hyperlink(ref=letters, location=f"'{quoted}'!A1", display=text)


def _stamp(ws: Worksheet, column: int, stamp: Stamp, style: int) -> None:
    """Lines and QR code of a stamp, to the right of the printed area; the last line also in the page footer."""
    ws.oddFooter.left.size, ws.oddFooter.left.text = 7, margin_text(stamp.lines[-1])
    for row, line in enumerate(stamp.lines, 2):
        _put(ws, row, column, line, style)
    if stamp.qr_modules:
        place = AnchorMarker(column - 1, row=len(stamp.lines) + 2)
        size = XDRPositiveSize2D(pixels_to_EMU(QR_PX), pixels_to_EMU(QR_PX))
        image = Image(_qr_image(stamp.qr_modules))
        image.anchor = OneCellAnchor(_from=place, ext=size)
        ws.add_image(image)


def _qr_image(modules: QrModules) -> BytesIO:
    """The QR code as PNG with the quiet zone of four modules; enlarged six times so that it stays sharp."""
    plain = Pillow.frombytes("1", (modules.side, modules.side), modules.bits)
    out = BytesIO()
    ImageOps.scale(ImageOps.expand(plain, 4, 1), 6, Pillow.Resampling.NEAREST).save(out, "PNG")
    return out


class _Archive(ZipFile):
    """A zip archive with fixed time stamps, so that the same content gives the same bytes."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        """Add a member."""
        entry = ZipInfo(zinfo_or_arcname, MOMENT.timetuple()[:6])
        entry.compress_type, entry.create_system = ZIP_DEFLATED, 0
        super().writestr(entry, data)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        """Add a worksheet, which openpyxl passes as a file; switches off the warnings of numbers stored as text."""
        end = b"</worksheet>"
        self.writestr(arcname, Path(filename).read_bytes().replace(end, QUIET + end))


def _title(name: str, taken: set[str]) -> str:
    """A valid worksheet name: at most 31 characters, none of []:*?/\\, unique among `taken`, to which it is added."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31].strip(" '") or "表"
    title, number = clean, 1
    while title.casefold() in taken:
        number += 1
        title = f"{clean[:26]}({number})"
    taken.add(title.casefold())
    return title
