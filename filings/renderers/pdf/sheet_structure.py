"""Which element of the logical structure each cell of a sheet belongs to: its title, tables, headings and lists.

A table is one element however many pages it takes, and so is a row or a cell that a page break splits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise, takewhile

from filings.renderers.pdf.structure import Element
from filings.sheet.pages import PageCell, PageRow, PaginatedSheet, PanelPart

ITEM_LABELS = tuple(
    re.compile(rf"[\s　]*(?:{pattern})[\s　]*")
    for pattern in (
        r"\d{1,2}[.．、)）](?!\d)",
        r"[（(]\d{1,2}[)）]",
        r"[一二三四五六七八九十]{1,3}、",
        r"[（(][一二三四五六七八九十]{1,3}[)）]",
        r"[①-⑳]",
    )
)
"""How items of a list begin in Chinese official texts. Such paragraphs are a list where several follow each other."""

Place = tuple[int, int]
"""A panel of the sheet and a row in it."""


class SheetStructure:
    """The structure of a sheet, which grows while the cells are asked for in the order in which they are painted."""

    def __init__(self, paper: PaginatedSheet) -> None:
        self.root = Element("Sect", title=paper.name)
        self._items = dict(_list_labels(paper))
        """The text of the label of each paragraph that is an item of a list."""
        self._cells: dict[tuple[int, int, int], Element] = {}
        """What each cell is, by panel, row and column."""
        self._rows: dict[Place, Element] = {}
        self._panels: dict[int, Element] = {}
        """The heading that a title is, and the table that a panel is."""
        self._lists: dict[Place, tuple[Element, Element]] = {}
        """Of each paragraph that is an item, the list and the element of its label."""
        self._headings: list[int] = []
        """The levels of the headings that the next text is under, as the form has them."""

    def element_of(self, part: PanelPart, row: PageRow, placed: PageCell) -> Element | None:
        """The element that a cell belongs to; None for what an earlier page has already shown."""
        if row.repeated or placed.repeated:
            return None
        key = part.panel, placed.row, placed.cell.column
        if key not in self._cells:
            self._cells[key] = self._new_element(part, row, placed)
        return self._cells[key]

    def label_of(self, part: PanelPart, placed: PageCell) -> tuple[Element, str] | None:
        """The element and text of the label with which an item of a list begins; None for any other cell."""
        place = part.panel, placed.row
        if place not in self._lists:
            return None
        _, element = self._lists[place]
        # On the next page the item goes on without it.
        return None if element.kids else (element, self._items[place])

    def _new_element(self, part: PanelPart, row: PageRow, placed: PageCell) -> Element:
        place = part.panel, placed.row
        if part.kind == "title":
            return self._title(part.panel, placed.cell.text)
        if part.kind == "table" and part.ruled:
            return self._table_row(place).add(_cell(part, row, placed))
        if placed.cell.role.startswith("heading"):
            return self._heading(int(placed.cell.role[-1]) + 1, placed.cell.text)
        return self._item(place) if place in self._items else self.root.add(Element("P"))

    def _title(self, panel: int, text: str) -> Element:
        """The heading that all title lines of a panel are together."""
        if panel not in self._panels:
            self._panels[panel] = self._heading(1, "")
        heading = self._panels[panel]
        heading.title = f"{heading.title} {text}".strip()
        return heading

    def _heading(self, level: int, text: str) -> Element:
        """A heading: of level 1, or one level below that under which it stands, so that none is left out on the way.

        ISO 14289-1 §7.4 demands it; forms may leave levels out.
        """
        while self._headings and self._headings[-1] >= level:
            self._headings.pop()
        self._headings.append(level)
        return self.root.add(Element(f"H{len(self._headings)}", title=text.strip()))

    def _table_row(self, place: Place) -> Element:
        panel, _ = place
        if panel not in self._panels:
            self._panels[panel] = self.root.add(Element("Table"))
        if place not in self._rows:
            self._rows[place] = self._panels[panel].add(Element("TR"))
        return self._rows[place]

    def _item(self, place: Place) -> Element:
        """The body of a new item, in the list of the paragraph above it if that is of the same kind."""
        above = place[0], place[1] - 1
        if above in self._lists and _kind_of(self._items[above]) == _kind_of(self._items[place]):
            items, _ = self._lists[above]
        else:
            items = self.root.add(Element("L", attributes=(("ListNumbering", "Decimal"),)))
        item = items.add(Element("LI"))
        self._lists[place] = items, item.add(Element("Lbl"))
        return item.add(Element("LBody"))


def _cell(part: PanelPart, row: PageRow, placed: PageCell) -> Element:
    """A cell of a table: a header if it is a label or names its row."""
    spans = (("ColSpan", placed.columns), ("RowSpan", placed.row_span))
    attributes = tuple((name, count) for name, count in spans if count > 1)
    is_label = placed.cell.role == "label"
    if not placed.cell.text.strip() or not (is_label or placed.cell.names_row):
        return Element("TD", attributes=attributes)
    scope = "Column" if is_label and placed.rows <= _header_rows(part, row) else "Row"
    return Element("TH", attributes=(*attributes, ("Scope", scope)))


def _header_rows(part: PanelPart, row: PageRow) -> int:
    """How many rows from this one on consist of headers of columns; a label that covers more is one of rows."""
    if not _is_header_row(row):
        return 0
    below = islice(part.rows, next(at for at, one in enumerate(part.rows) if one is row), None)
    return sum(1 for _ in takewhile(_is_header_row, below))


def _is_header_row(row: PageRow) -> bool:
    return row.head or all(placed.cell.role == "label" for placed in row.cells)


def _list_labels(paper: PaginatedSheet) -> Iterator[tuple[Place, str]]:
    """The labels of paragraphs that stand next to one with a label of the same kind."""
    first_lines = {
        (part.panel, placed.row): placed.lines[0]
        for page in reversed(paper.pages)
        for part in reversed(page.slices)
        if part.kind == "text"
        for row in reversed(part.rows)
        for placed in row.cells
        if not placed.cell.role.startswith("heading")
    }
    labels = {place: _label(line) for place, line in first_lines.items()}
    found: set[Place] = set()
    for above, below in pairwise(sorted(labels)):
        are_neighbours = above[0] == below[0] and above[1] + 1 == below[1]
        if are_neighbours and _kind_of(labels[above]) == _kind_of(labels[below]) >= 0:
            found |= {above, below}
    yield from ((place, labels[place]) for place in found)


def _label(line: str) -> str:
    """The label at the beginning of a line with what separates it from the text, '' for none."""
    matches = (pattern.match(line) for pattern in ITEM_LABELS)
    return next((match[0] for match in matches if match and match[0] != line), "")


def _kind_of(label: str) -> int:
    """The number of the pattern of a label, -1 for none."""
    return next((number for number, pattern in enumerate(ITEM_LABELS) if label and pattern.fullmatch(label)), -1)
