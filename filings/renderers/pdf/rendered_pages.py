"""Rendered pages without fonts: their content, what it is in the logical structure, and the glyphs in use.

Packed for the cache, they are a PDF already: a packet of thousands of forms is bound by copying its pages.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from filings.renderers.pdf.page_writer import PageContent, write_pages
from filings.renderers.pdf.shaping import GlyphText
from filings.renderers.pdf.structure import Element

VERSION = 5
"""Version of the packed format: raise it whenever `pack` writes something else."""
HEAD = b"pages %d\n" % VERSION
SUFFIX = ".pages"
"""Suffix of the cached files."""

Glyphs = Mapping[str, set[GlyphText]]
"""The glyphs in use: font name → (glyph, text)."""


class Heading(NamedTuple):
    """A heading: its level from 1, its text, and the page on which it begins, counted from 0."""

    level: int
    text: str
    page: int


@dataclass(frozen=True)
class RenderedPages:
    """The pages of a form or of front matter, the structure of what they show, and the glyphs they use."""

    pages: tuple[PageContent, ...]
    glyphs: Glyphs
    structure: Element

    def headings(self) -> list[Heading]:
        """Its headings in reading order."""
        found = ((level, heading, next(heading.marks(), None)) for level, heading in self.structure.headings())
        return [Heading(level, heading.title, mark.page) for level, heading, mark in found if mark]

    def pack(self) -> bytes:
        """The pages as bytes; equal ones give equal bytes."""
        head = {
            "count": len(self.pages),
            "glyphs": {font: sorted(pairs) for font, pairs in self.glyphs.items()},
            "headings": self.headings(),
        }
        packed = zlib.compress(json.dumps(head, sort_keys=True, separators=(",", ":")).encode(), 6)
        return HEAD + len(packed).to_bytes(4, "big") + packed + write_pages(self.pages, self.structure)


@dataclass(frozen=True)
class PackedPages:
    """Rendered pages out of the cache: their number, their headings, and the PDF in which they are."""

    count: int
    glyphs: Glyphs
    headings: tuple[Heading, ...]
    pdf: bytes


def unpack_pages(data: bytes) -> PackedPages:
    """The pages packed in `data`; raises ValueError for anything that is not packed in the current version."""
    if not data.startswith(HEAD):
        raise ValueError(f"not rendered pages of version {VERSION}")
    start = len(HEAD) + 4
    end = start + int.from_bytes(data[len(HEAD) : start], "big")
    head = json.loads(zlib.decompress(data[start:end]))
    glyphs = {font: set(map(tuple, pairs)) for font, pairs in head["glyphs"].items()}
    return PackedPages(head["count"], glyphs, tuple(Heading(*one) for one in head["headings"]), data[end:])
