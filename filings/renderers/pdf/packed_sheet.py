"""Binds a sheet that was drawn now, or was cached since it was drawn, into a PDF."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array

from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.footers import footer_resources, paint_footer
from filings.renderers.pdf.front_matter import TocEntry
from filings.renderers.pdf.rendered_pages import PackedPages
from filings.renderers.pdf.structure_tree import StructureTree
from filings.renderers.stamp import Stamp


@dataclass
class PackedSheet:
    """A drawn sheet; `first_page` is its place in the PDF from 0, known when it is bound."""

    packed: PackedPages
    first_page: int = 0

    @property
    def page_count(self) -> int:
        """The number of its pages."""
        return self.packed.count

    def append_to(
        self, document: PdfDocument, tree: StructureTree, parent: Any, stamp: Stamp | None, *, numbered: bool
    ) -> None:
        """Append its pages to a document, with their footers, and its structure to an element of the tree."""
        self.first_page = document.count
        document.add_glyphs(self.packed.glyphs)
        resources = footer_resources(document, stamp)
        with pikepdf.open(io.BytesIO(self.packed.pdf)) as pdf:
            for page in pdf.pages:
                footer = paint_footer(document, stamp, float(page.obj.MediaBox[2]), numbered)
                own = document.append(page)
                own.Resources = resources
                if footer:
                    own.Contents = Array([own.Contents, document.stream(zlib.compress(footer, 6))])
            tree.add_copied(parent, pdf.Root.StructTreeRoot)

    def headings(self) -> Iterator[TocEntry]:
        """Its headings, with the pages on which they are."""
        for level, text, page in self.packed.headings:
            yield TocEntry(level - 1, text, page=self.first_page + page + 1)
