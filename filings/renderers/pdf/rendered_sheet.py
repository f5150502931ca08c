"""A finished sheet without fonts: the pages' content, and which glyphs of which faces they show.

Kept as bytes; a packet of thousands of sheets is put together from them without opening one PDF.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from filings.renderers.pdf.shaping import GlyphText

VERSION = 3
"""Version of the packed format: raise it whenever `pack` writes something else."""
HEAD = b"pages %d\n" % VERSION
SUFFIX = ".pages"
"""Suffix of the cached files. Version 2 was kept in `.leaves` files; no code reads those any more."""


@dataclass(frozen=True)
class PageContent:
    """One page: its size in points and its content, deflated."""

    width: float
    height: float
    content: bytes


@dataclass(frozen=True)
class RenderedSheet:
    """The pages of a sheet, and the glyphs they show by face."""

    pages: tuple[PageContent, ...]
    glyphs: Mapping[str, set[GlyphText]]

    def pack(self) -> bytes:
        """As bytes to keep; the same leaves give the same bytes."""
        head = {
            "sizes": [[page.width, page.height] for page in self.pages],
            "lengths": [len(page.content) for page in self.pages],
            "glyphs": {face: sorted(pairs) for face, pairs in self.glyphs.items()},
        }
        packed = zlib.compress(json.dumps(head, sort_keys=True, separators=(",", ":")).encode(), 6)
        return HEAD + len(packed).to_bytes(4, "big") + packed + b"".join(page.content for page in self.pages)


def unpack_sheet(data: bytes) -> RenderedSheet:
    """What `pack` gave; raises ValueError when it is anything else."""
    if not data.startswith(HEAD):
        raise ValueError(f"not a rendered sheet of version {VERSION}")
    start = len(HEAD) + 4
    length = int.from_bytes(data[len(HEAD) : start], "big")
    head = json.loads(zlib.decompress(data[start : start + length]))
    at, pages = start + length, []
    for (width, height), size in zip(head["sizes"], head["lengths"], strict=True):
        pages.append(PageContent(width, height, data[at : at + size]))
        at += size
    return RenderedSheet(tuple(pages), {face: set(map(tuple, pairs)) for face, pairs in head["glyphs"].items()})
