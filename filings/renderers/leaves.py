"""A finished sheet without its fonts: the pages' content, and which glyphs of which faces they show.

Taken out of the sheet's PDF once; a packet of thousands of sheets is then put together without opening one PDF.
"""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf

from filings.renderers.faces import Glyph

VERSION = 1
"""Raise it with the form of what is kept: leaves of another form are then not found, and are taken anew."""
HEAD = b"leaves %d\n" % VERSION
CHARS = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]*)>")
PLAIN = ("/Font", "/ExtGState", "/ColorSpace", "/XObject", "/Pattern", "/Shading")


class NotOurs(ValueError):
    """A PDF with something in it that our sheets never have: it cannot be taken apart."""


@dataclass(frozen=True)
class Leaf:
    """One page: its size in points and its content, deflated."""

    width: float
    height: float
    content: bytes


@dataclass(frozen=True)
class Leaves:
    """The pages of a sheet; `fonts` gives the face of each name used in their content, `states` the graphics states."""

    pages: tuple[Leaf, ...]
    fonts: Mapping[str, str]
    glyphs: Mapping[str, Mapping[int, Glyph]]
    states: Mapping[str, Mapping[str, float]]


def take_leaves(pdf: bytes) -> bytes:
    """A sheet's PDF taken apart, as bytes to keep."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        sizes, contents, fonts, states = [], [], {}, {}
        for page in document.pages:
            resources = page.obj.Resources
            _refuse_strange(resources)
            content = page.obj.Contents.read_bytes()
            if b"/lab-" in content:
                raise NotOurs("a colour that is neither grey nor plain RGB")
            sizes.append([float(page.mediabox[2]), float(page.mediabox[3])])
            contents.append(zlib.compress(content, 9))
            fonts.update({str(name)[1:]: font for name, font in resources.get("/Font", {}).items()})
            states.update({str(n)[1:]: _numbers(s) for n, s in resources.get("/ExtGState", {}).items()})
        head = {
            "sizes": sizes,
            "lengths": [len(content) for content in contents],
            "fonts": {name: _face_name(font) for name, font in sorted(fonts.items())},
            "glyphs": {_face_name(font): _glyphs(font) for _, font in sorted(fonts.items())},
            "states": states,
        }
    packed = zlib.compress(json.dumps(head, sort_keys=True, separators=(",", ":")).encode(), 9)
    return HEAD + len(packed).to_bytes(4, "big") + packed + b"".join(contents)


def read_leaves(data: bytes) -> Leaves:
    """What `take_leaves` kept; raises ValueError when it is anything else."""
    if not data.startswith(HEAD):
        raise ValueError("not the leaves of a sheet")
    start = len(HEAD) + 4
    length = int.from_bytes(data[len(HEAD) : start], "big")
    head = json.loads(zlib.decompress(data[start : start + length]))
    at, pages = start + length, []
    for (width, height), size in zip(head["sizes"], head["lengths"], strict=True):
        pages.append(Leaf(width, height, data[at : at + size]))
        at += size
    glyphs = {
        face: {int(number): Glyph(width, text) for number, (width, text) in found.items()}
        for face, found in head["glyphs"].items()
    }
    return Leaves(tuple(pages), head["fonts"], glyphs, head["states"])


def _refuse_strange(resources: Any) -> None:
    for name, value in resources.items():
        if name not in PLAIN or (name in PLAIN[3:] and len(value)):
            raise NotOurs(f"a page with {name}")


def _numbers(state: Any) -> dict[str, float]:
    return {str(key)[1:]: float(value) for key, value in state.items()}


def _face_name(font: Any) -> str:
    if font.Subtype != "/Type0":
        raise NotOurs(f"a font of type {font.Subtype}")
    return str(font.BaseFont).partition("+")[2]


def _glyphs(font: Any) -> dict[int, tuple[float, str]]:
    """The glyphs of a font: its widths, joined with the characters they stand for."""
    texts = {
        int(number, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for number, text in CHARS.findall(font.ToUnicode.read_bytes())
    }
    widths: dict[int, float] = {}
    items = list(font.DescendantFonts[0].get("/W", []))
    for first, run in zip(items[::2], items[1::2], strict=True):
        widths.update({int(first) + i: float(width) for i, width in enumerate(run)})
    return {number: (widths.get(number, 1000.0), texts.get(number, "")) for number in sorted({*texts, *widths})}
