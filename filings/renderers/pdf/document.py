"""A PDF under construction: its pages, their common resources and the text painter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from filings.renderers.pdf.shaping import GlyphText
from filings.renderers.pdf.text import TextPainter


@dataclass
class PdfDocument:
    """A PDF under construction.

    `painter` collects the glyphs in use; the fonts are embedded last, when all glyphs are known.
    """

    pdf: Any = field(default_factory=pikepdf.new)
    painter: TextPainter = field(default_factory=TextPainter)

    def __post_init__(self) -> None:
        self.pages: list[Any] = []
        """The page objects so far."""
        self.fonts = self.pdf.make_indirect(Dictionary())
        """The fonts of all pages, embedded last."""
        self.resources = self.pdf.make_indirect(Dictionary(Font=self.fonts))

    def stream(self, deflated: bytes, **entries: Any) -> Any:
        """A stream object of deflated bytes; `entries` are added to its dictionary."""
        stream = pikepdf.Stream(self.pdf, deflated)
        stream.stream_dict = Dictionary(Filter=Name.FlateDecode, **entries)
        return self.pdf.make_indirect(stream)

    def add_glyphs(self, glyphs: Mapping[str, set[GlyphText]]) -> None:
        """Have the fonts of the document show what page content uses: font name → (glyph, text)."""
        for font, pairs in glyphs.items():
            self.painter.glyphs[font] |= pairs

    def append(self, page: Any) -> Any:
        """Append a finished page, also one of another PDF; returns the object that it is here."""
        self.pdf.pages.append(page)
        self.pages.append(self.pdf.pages[-1].obj)
        return self.pages[-1]

    @property
    def count(self) -> int:
        """The number of pages so far."""
        return len(self.pages)
