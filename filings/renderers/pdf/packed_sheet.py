"""Binds a sheet that was drawn now, or was cached since it was drawn, into a PDF."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.footers import footer_resources, paint_footer
from filings.renderers.pdf.front_matter import TocEntry
from filings.renderers.pdf.rendered_sheet import RenderedSheet
from filings.renderers.pdf.structure_tree import StructureTree
from filings.renderers.stamp import Stamp


@dataclass
class PackedSheet:
    """A drawn sheet; `first_page` is its place in the PDF from 0, known when it is bound."""

    rendered: RenderedSheet
    first_page: int = 0

    @property
    def page_count(self) -> int:
        """The number of its pages."""
        return len(self.rendered.pages)

    def append_to(
        self, document: PdfDocument, tree: StructureTree, parent: Any, stamp: Stamp | None, *, numbered: bool
    ) -> None:
        """Append its pages to a document, with their footers, and its structure to an element of the tree."""
        self.first_page = document.count
        for font, pairs in self.rendered.glyphs.items():
            document.painter.glyphs[font] |= pairs
        resources = footer_resources(document, stamp)
        for page in self.rendered.pages:
            footer = paint_footer(document, stamp, page.width, numbered)
            extra = [document.stream(zlib.compress(footer, 6))] if footer else []
            document.add_page((page.width, page.height), [document.stream(page.content), *extra], resources)
        tree.add(parent, self.rendered.structure, self.first_page)

    def headings(self) -> Iterator[TocEntry]:
        """Its headings, with the pages on which they are."""
        for level, heading in self.rendered.structure.headings():
            if mark := next(heading.marks(), None):
                yield TocEntry(level - 1, heading.title, page=self.first_page + mark.page + 1)
