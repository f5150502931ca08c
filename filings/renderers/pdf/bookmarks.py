"""The bookmarks of a bound PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pikepdf import Array, Dictionary, Name, String

from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.front_matter import TocEntry


@dataclass
class _Bookmark:
    """A bookmark with those under it."""

    line: TocEntry | None
    object: Any
    below: list[_Bookmark] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many bookmarks there are under it in all."""
        return sum(1 + mark.size for mark in self.below)


def build_outline(book: PdfDocument, lines: Sequence[TocEntry], pages: Sequence[Any]) -> Any:
    """The bookmarks: departments, under them forms, under these projects."""
    root = _Bookmark(None, book.pdf.make_indirect(Dictionary(Type=Name.Outlines)))
    path = [root]
    for line in lines:
        dest = Array([pages[line.page - 1], Name.XYZ, None, None, None])
        mark = _Bookmark(line, book.pdf.make_indirect(Dictionary(Title=String(line.text), Dest=dest)))
        path = [*path[: line.level + 1], mark]
        path[-2].below.append(mark)
    _tie(root)
    return root.object


def _tie(mark: _Bookmark) -> None:
    """Tie a bookmark to those under it; departments are open, forms are shut."""
    for index, below in enumerate(mark.below):
        below.object.Parent = mark.object
        if index:
            below.object.Prev = mark.below[index - 1].object
            mark.below[index - 1].object.Next = below.object
        _tie(below)
    if mark.below:
        mark.object.First, mark.object.Last = mark.below[0].object, mark.below[-1].object
        shown = len(mark.below)
        mark.object.Count = shown if mark.line is None or mark.line.level == 0 else -mark.size
