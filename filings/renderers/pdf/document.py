"""A PDF under construction: its pages, their common resources and the text painter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from filings.renderers.pdf.text import TextPainter


@dataclass
class PdfDocument:
    """A PDF under construction. `count` is the number of pages so far.

    `painter` collects the glyphs in use; the fonts are embedded last, when all glyphs are known.
    """

    pdf: Any = field(default_factory=pikepdf.new)
    painter: TextPainter = field(default_factory=TextPainter)
    count: int = 0

    def __post_init__(self) -> None:
        self.fonts = self.pdf.make_indirect(Dictionary())
        """The fonts of all pages, embedded last."""
        self.resources = self.pdf.make_indirect(Dictionary(Font=self.fonts))

    def stream(self, deflated: bytes, **entries: Any) -> Any:
        """A stream object of deflated bytes; `entries` are added to its dictionary."""
        stream = pikepdf.Stream(self.pdf, deflated)
        stream.stream_dict = Dictionary(Filter=Name.FlateDecode, **entries)
        return self.pdf.make_indirect(stream)

    def add_page(
        self, size: tuple[float, float], contents: list[Any], resources: Any = None, links: Any = None
    ) -> None:
        """Append a page: `size` in points, content streams in painting order, own resources, link annotations."""
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, round(size[0], 6), round(size[1], 6)]),
            Resources=resources or self.resources,
            Contents=contents[0] if len(contents) == 1 else Array(contents),
        )
        if links:
            page.Annots = Array(links)
        self.pdf.pages.append(pikepdf.Page(page))
        self.count += 1
