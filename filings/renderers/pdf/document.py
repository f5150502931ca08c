"""A PDF while it is put together: pages, what they share, and the pen that draws on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from filings.renderers.pdf.text import TextPainter


@dataclass
class PdfDocument:
    """The document while it is put together."""

    pdf: Any = field(default_factory=pikepdf.new)
    painter: TextPainter = field(default_factory=TextPainter)
    count: int = 0

    def __post_init__(self) -> None:
        self.fonts = self.pdf.make_indirect(Dictionary())
        """The fonts of all pages; put in last."""
        self.resources = self.pdf.make_indirect(Dictionary(Font=self.fonts))

    def stream(self, deflated: bytes, **more: Any) -> Any:
        """A stream of bytes that are deflated already."""
        made = pikepdf.Stream(self.pdf, deflated)
        made.stream_dict = Dictionary(Filter=Name.FlateDecode, **more)
        return self.pdf.make_indirect(made)

    def add_page(
        self, size: tuple[float, float], contents: list[Any], resources: Any = None, links: Any = None
    ) -> None:
        """Add a page."""
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
