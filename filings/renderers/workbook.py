"""Sheets as an Excel workbook: one worksheet each, drawn and paged as the PDF.

Every cell is text, never a number or a formula: `=100%` and `010` are what was filed. Heights, page breaks
and the labels shown again on a new page are those of `sheet/pages`; here they only become rows and columns.
"""

# ruff: noqa: SLF001 - openpyxl's own way to style a cell or to merge compares every style again: 3 to 6 times slower

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
"""The first font of a workbook: column widths are counted in its digits. Of all faces this one is as wide everywhere:
whatever a machine without it puts in its place is 0.6 em wide too, where a missing SimSun becomes a fifth wider."""
STAMP_PX = 110
"""The side of a QR code on screen."""
QUIET = b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>'
"""Numbers kept as text are meant: else Excel marks each with a green triangle."""


@dataclass(frozen=True)
class SheetTab:
    """A worksheet of a workbook with an index: what draws its sheet, its mark, its name there, its line in the index.

    The stamp stands beside the sheet, its last line also in the page footer. Drawn as late as this, a sheet goes to
    another process as its content.
    """

    draw: Callable[[], Grid]
    mark: str
    name: str
    words: tuple[str, ...] = ()
    stamp: Stamp | None = None


@dataclass(frozen=True)
class IndexTab:
    """The first worksheet: its title, and the heads and widths (in digits) of its columns, the name's first."""

    title: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]


def render_workbook(sheets: Sequence[tuple[Grid, str]]) -> bytes:
    """A workbook with a worksheet for each grid; its mark (草稿 or '') stands in the page header."""
    return render_indexed_workbook([SheetTab(partial(_same, grid), mark, grid.name) for grid, mark in sheets])


def _same(grid: Grid) -> Grid:
    return grid


def render_indexed_workbook(tabs: Sequence[SheetTab], index: IndexTab | None = None, keywords: str = "") -> bytes:
    """A workbook with a worksheet for each tab, behind an index that links to them and back where one is asked for."""
    book = new_workbook()
    book.properties.keywords = keywords or None
    titles: set[str] = set()
    first = book.create_sheet(_title("目录", titles)) if index else None
    sheets = [book.create_sheet(_title(tab.name, titles)) for tab in tabs]
    looks = StyleCache(book)
    if first and index:
        _draw_index(first, index, tabs, [ws.title for ws in sheets], looks)
    back = first.title if first else ""
    return save_workbook(book, {ws: partial(_draw, ws, tab, looks, back) for ws, tab in zip(sheets, tabs, strict=True)})


def _draw(ws: Worksheet, tab: SheetTab, looks: StyleCache, back: str) -> None:
    """A sheet on its worksheet; the way back and the stamp stand beside the printed area."""
    sheet = WorksheetWriter(ws, tab.draw(), looks)
    sheet.draw(tab.mark)
    beside = len(sheet.edges) + 1
    if back:
        _link(ws, (1, beside), "返回目录", back, looks.style(LINK))
    if tab.stamp:
        _stamp(ws, beside, tab.stamp, looks.style(replace(LINK, link=False, wrap=False)))


def new_workbook() -> Any:
    """An empty workbook whose columns are measured in our first font."""
    book = Workbook()
    book.remove(book.active)
    normal = Font(name=MEASURE, sz=10, family=3)
    book._fonts = IndexedList([normal])
    book._named_styles["Normal"].font = normal
    book.properties.creator = "perfbudget"
    book.properties.created = book.properties.modified = MOMENT
    return book


def save_workbook(book: Any, draws: Mapping[Worksheet, Callable[[], None]] | None = None) -> bytes:
    """The bytes of a workbook; what draws a worksheet is called when its turn comes."""
    out = BytesIO()
    # Not book.save(), which would stamp the time of day.
    _Writer(book, _Archive(out, "w", ZIP_DEFLATED), draws or {}).save()
    return out.getvalue()


class _Writer(ExcelWriter):
    """Has worksheets drawn one by one and forgets their cells once they are written: memory stays that of one."""

    def __init__(self, book: Any, archive: ZipFile, draws: Mapping[Worksheet, Callable[[], None]]) -> None:
        super().__init__(book, archive)
        self.draws = draws

    def write_worksheet(self, ws: Worksheet) -> None:
        """Add a worksheet to the archive."""
        if ws in self.draws:
            self.draws[ws]()
        super().write_worksheet(ws)
        if ws in self.draws:
            ws._cells.clear()
            ws.row_dimensions.clear()
            ws.merged_cells = []


def _draw_index(
    ws: Worksheet, index: IndexTab, tabs: Sequence[SheetTab], names: Sequence[str], looks: StyleCache
) -> None:
    plain = CellStyle(False, 10.5, "left", "center", True, True)
    _put(ws, 1, 1, index.title, looks.style(replace(plain, hei=True, points=15, ruled=False)))
    for column, (head, width) in enumerate(zip(index.heads, index.widths, strict=True), 1):
        _put(ws, 3, column, head, looks.style(replace(plain, hei=True)))
        ws.column_dimensions[get_column_letter(column)].width = width
    for row, (tab, name) in enumerate(zip(tabs, names, strict=True), 4):
        _link(ws, (row, 1), name, name, looks.style(replace(LINK, ruled=True)))
        for column, words in enumerate(tab.words, 2):
            _put(ws, row, column, words, looks.style(plain))
    ws.freeze_panes = "A4"
    ws.print_title_rows = "3:3"
    ws.page_setup.paperSize = PAPER_CODES["A4"]
    ws.page_setup.orientation = "landscape"
    ws.page_setup.fitToHeight = 0
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(ws: Worksheet, row: int, column: int, text: str, style: int) -> None:
    cell = FastCell(row, column, style)
    cell._value, cell.data_type = escape_text(text), "s"
    ws._cells[row, column] = cell


def _link(ws: Worksheet, place: tuple[int, int], text: str, to: str, style: int) -> None:
    """A cell that leads to the beginning of another worksheet."""
    row, column = place
    _put(ws, row, column, text, style)
    letters = f"{get_column_letter(column)}{row}"
    quoted = to.replace("'", "''")
    cell = ws._cells[row, column]
    cell.parent, cell._hyperlink = ws, Hyperlink(ref=letters, location=f"'{quoted}'!A1", display=text)


def _stamp(ws: Worksheet, column: int, stamp: Stamp, style: int) -> None:
    """The words and the QR code of a sheet, beside the printed area; on paper the last line stands at the foot."""
    ws.oddFooter.left.size, ws.oddFooter.left.text = 7, margin_text(stamp.lines[-1])
    for row, line in enumerate(stamp.lines, 2):
        _put(ws, row, column, line, style)
    if stamp.squares:
        place = AnchorMarker(column - 1, row=len(stamp.lines) + 2)
        size = XDRPositiveSize2D(pixels_to_EMU(STAMP_PX), pixels_to_EMU(STAMP_PX))
        picture = Image(_picture(stamp.squares))
        picture.anchor = OneCellAnchor(_from=place, ext=size)
        ws.add_image(picture)


def _picture(squares: QrModules) -> BytesIO:
    """The squares with the white border that readers ask for, as PNG; large enough to be drawn sharp."""
    plain = Pillow.frombytes("1", (squares.side, squares.side), squares.bits)
    out = BytesIO()
    ImageOps.scale(ImageOps.expand(plain, 4, 1), 6, Pillow.Resampling.NEAREST).save(out, "PNG")
    return out


class _Archive(ZipFile):
    """A zip without times of day."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        """Add a member of the workbook."""
        entry = ZipInfo(zinfo_or_arcname, MOMENT.timetuple()[:6])
        entry.compress_type, entry.create_system = ZIP_DEFLATED, 0
        super().writestr(entry, data)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        """Add a worksheet, which openpyxl hands over as a file."""
        end = b"</worksheet>"
        self.writestr(arcname, Path(filename).read_bytes().replace(end, QUIET + end))


def _title(name: str, taken: set[str]) -> str:
    """A name Excel allows for a worksheet, different from those taken."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31].strip(" '") or "表"
    title, number = clean, 1
    while title.casefold() in taken:
        number += 1
        title = f"{clean[:26]}({number})"
    taken.add(title.casefold())
    return title
