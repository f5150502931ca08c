"""Cell styles of workbooks: each distinct style is registered once, and cells refer to it by number."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

SONG, HEI = "SimSun", "SimHei"
"""The fonts of official forms, by the names they have in Windows and Office."""
THIN = Side(style="thin", color="FF000000")


@dataclass(frozen=True)
class CellStyle:
    """The style of a cell; equal ones share one style of the workbook.

    `hei` chooses 黑体 instead of 宋体, `points` is the font size, `horizontal` and `vertical` are Excel's alignments,
    `ruled` draws thin borders, `text` sets Excel's text format, `link` colours and underlines a link, `number` is the
    number format of a cell that holds a number. A text wraps, unless it is to `shrink` to the width of its cell.
    """

    hei: bool
    points: float
    horizontal: str
    vertical: str
    ruled: bool
    text: bool
    link: bool = False
    wrap: bool = True
    number: str = ""
    shrink: bool = False


LINK = CellStyle(hei=False, points=10.5, horizontal="left", vertical="center", ruled=False, text=True, link=True)


class FastCell:
    """Minimal stand-in for openpyxl's Cell, with what its writer reads; rows and columns count from 1.

    openpyxl's own Cell copies the style for every cell and looks it up again on writing: 3 to 6 times slower.
    """

    __slots__ = ("_hyperlink", "_value", "column", "data_type", "parent", "row", "style_id")
    has_style, _comment = True, None

    def __init__(self, row: int, column: int, style_id: int) -> None:
        self.row, self.column, self.style_id = row, column, style_id
        self._value: str | None = None
        self.data_type = "n"
        self._hyperlink: Hyperlink | None = None

    @property
    def coordinate(self) -> str:
        """Its address, such as B7."""
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def hyperlink(self) -> Hyperlink | None:
        """Its link, None if it has none."""
        return self._hyperlink


class StyleCache:
    """Registers the styles of one workbook. Without it openpyxl compares all parts of a style for each cell."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._numbers: dict[CellStyle, int] = {}

    def style(self, style: CellStyle) -> int:
        """The number of a style in the workbook; registered on first use."""
        if style not in self._numbers:
            cell = Cell(self._book.worksheets[0], 1, 1)
            more = {"color": "FF0563C1", "underline": "single"} if style.link else {}
            cell.font = Font(name=HEI if style.hei else SONG, sz=style.points, charset=134, **more)
            cell.alignment = Alignment(
                horizontal=style.horizontal,
                vertical=style.vertical,
                wrap_text=style.wrap and not style.shrink,
                shrink_to_fit=style.shrink or None,
            )
            if style.ruled:
                cell.border = Border(THIN, THIN, THIN, THIN)
            if style.number or style.text:
                cell.number_format = style.number or "@"
            # Otherwise a text such as =100% becomes a formula as soon as somebody edits the cell.
            cell.quotePrefix = not style.number
            self._numbers[style] = cell.style_id
        return self._numbers[style]
