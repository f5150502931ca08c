"""A rendered form without fonts: the content of its pages and the glyphs they use, and its packed form for the cache.

A packet of thousands of forms is assembled from packed pages without parsing any PDF.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from filings.renderers.pdf.shaping import GlyphText
from filings.renderers.pdf.structure import Element, element_from_data

VERSION = 4
"""Version of the packed format: raise it whenever `pack` writes something else."""
HEAD = b"pages %d\n" % VERSION
SUFFIX = ".pages"
"""Suffix of the cached files."""


@dataclass(frozen=True)
class PageContent:
    """A page: width and height in points, and its deflated content stream."""

    width: float
    height: float
    content: bytes


@dataclass(frozen=True)
class RenderedSheet:
    """The pages of a form, the structure of what they show, and the glyphs they use: font name → (glyph, text)."""

    pages: tuple[PageContent, ...]
    glyphs: Mapping[str, set[GlyphText]]
    structure: Element

    def pack(self) -> bytes:
        """The sheet as bytes; equal sheets give equal bytes."""
        head = {
            "sizes": [[page.width, page.height] for page in self.pages],
            "lengths": [len(page.content) for page in self.pages],
            "glyphs": {font: sorted(pairs) for font, pairs in self.glyphs.items()},
            "structure": self.structure.data(),
        }
        packed = zlib.compress(json.dumps(head, sort_keys=True, separators=(",", ":")).encode(), 6)
        return HEAD + len(packed).to_bytes(4, "big") + packed + b"".join(page.content for page in self.pages)


def unpack_sheet(data: bytes) -> RenderedSheet:
    """The sheet packed in `data`; raises ValueError for anything that is not packed in the current version."""
    if not data.startswith(HEAD):
        raise ValueError(f"not a rendered sheet of version {VERSION}")
    start = len(HEAD) + 4
    length = int.from_bytes(data[len(HEAD) : start], "big")
    head = json.loads(zlib.decompress(data[start : start + length]))
    at, pages = start + length, []
    for (width, height), size in zip(head["sizes"], head["lengths"], strict=True):
        pages.append(PageContent(width, height, data[at : at + size]))
        at += size
    glyphs = {font: set(map(tuple, pairs)) for font, pairs in head["glyphs"].items()}
    return RenderedSheet(tuple(pages), glyphs, element_from_data(head["structure"]))
