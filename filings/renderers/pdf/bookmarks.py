"""The bookmarks (document outline) of a packet PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pikepdf import Array, Dictionary, Name, String

from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.front_matter import TocEntry


@dataclass
class _Bookmark:
    """A bookmark and its children; the root has no line."""

    line: TocEntry | None
    object: Any
    children: list[_Bookmark] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The number of all bookmarks below it."""
        return sum(1 + bookmark.size for bookmark in self.children)


def build_outline(document: PdfDocument, toc: Sequence[TocEntry], pages: Sequence[Any]) -> Any:
    """The outline object: departments, their forms, their projects; `pages` are the page objects of the document."""
    root = _Bookmark(None, document.pdf.make_indirect(Dictionary(Type=Name.Outlines)))
    path = [root]
    for line in toc:
        dest = Array([pages[line.page - 1], Name.XYZ, None, None, None])
        bookmark = _Bookmark(line, document.pdf.make_indirect(Dictionary(Title=String(line.text), Dest=dest)))
        path = [*path[: line.level + 1], bookmark]
        path[-2].children.append(bookmark)
    _link(root)
    return root.object


def _link(bookmark: _Bookmark) -> None:
    """Link a bookmark with its children. Departments are shown open, forms closed."""
    for index, child in enumerate(bookmark.children):
        child.object.Parent = bookmark.object
        if index:
            child.object.Prev = bookmark.children[index - 1].object
            bookmark.children[index - 1].object.Next = child.object
        _link(child)
    if bookmark.children:
        bookmark.object.First, bookmark.object.Last = bookmark.children[0].object, bookmark.children[-1].object
        shown = len(bookmark.children)
        bookmark.object.Count = shown if bookmark.line is None or bookmark.line.level == 0 else -bookmark.size
