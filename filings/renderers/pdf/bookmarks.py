"""The bookmarks (document outline) of a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pikepdf import Name, OutlineItem

from filings.renderers.pdf.front_matter import TocEntry


def add_bookmarks(pdf: Any, entries: Sequence[TocEntry]) -> None:
    """Add the bookmarks of a document whose pages exist; they are shown when it is opened if there are several.

    Those of level 0 are shown open, the others closed.
    """
    with pdf.open_outline() as outline:
        path: list[list[OutlineItem]] = [outline.root]
        for entry in entries:
            item = OutlineItem(entry.text, entry.page - 1)
            item.is_closed = entry.level > 0
            path = path[: entry.level + 1]
            path[-1].append(item)
            path.append(item.children)
    if len(entries) > 3:
        pdf.Root.PageMode = Name.UseOutlines
