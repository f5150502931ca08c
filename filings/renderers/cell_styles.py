"""How cells of a workbook look: each look is made a style of the workbook once."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

SONG, HEI = "SimSun", "SimHei"
"""The faces of official paper, by the names they have on the machines of those who open workbooks."""
THIN = Side(style="thin", color="FF000000")


@dataclass(frozen=True)
class CellStyle:
    """How a cell looks; equal looks share one style of the workbook."""

    hei: bool
    points: float
    across: str
    down: str
    ruled: bool
    text: bool
    link: bool = False
    wrap: bool = True


LINK = CellStyle(hei=False, points=10.5, across="left", down="center", ruled=False, text=True, link=True)


class FastCell:
    """A cell as openpyxl's writer asks for it. Its own Cell copies the style each time and looks it up on writing."""

    __slots__ = ("_hyperlink", "_value", "column", "data_type", "parent", "row", "style_id")
    has_style, _comment = True, None

    def __init__(self, row: int, column: int, style_id: int) -> None:
        self.row, self.column, self.style_id = row, column, style_id
        self._value: str | None = None
        self.data_type = "n"
        self._hyperlink: Hyperlink | None = None

    @property
    def coordinate(self) -> str:
        """Its address, as B7."""
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def hyperlink(self) -> Hyperlink | None:
        """Where it leads."""
        return self._hyperlink


class StyleCache:
    """Ready-made styles: openpyxl would otherwise compare all their parts again for each cell."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.made: dict[CellStyle, int] = {}

    def style(self, look: CellStyle) -> int:
        """The number of a look's style in the workbook."""
        if look not in self.made:
            cell = Cell(self.book.worksheets[0], 1, 1)
            more = {"color": "FF0563C1", "underline": "single"} if look.link else {}
            cell.font = Font(name=HEI if look.hei else SONG, sz=look.points, charset=134, **more)
            cell.alignment = Alignment(horizontal=look.across, vertical=look.down, wrap_text=look.wrap)
            if look.ruled:
                cell.border = Border(THIN, THIN, THIN, THIN)
            if look.text:
                cell.number_format = "@"
            # Or the text becomes a formula as soon as somebody edits the cell.
            cell.quotePrefix = True
            self.made[look] = cell.style_id
        return self.made[look]
