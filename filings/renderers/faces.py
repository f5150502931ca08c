"""The faces of the paper as the binder needs them: glyphs of a text, widths, and one subset for many sheets.

WeasyPrint keeps a font's own glyph numbers in its pages, so pages that were made apart can share one subset of the
same file. A name here is the name WeasyPrint gives the face inside a PDF, less the tag of the subset.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from filings.renderers.fonts import CUTS, DEJAVU, face_index, find_font, font_files

DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")
SONG = ("PB-Song", "Noto-Serif-CJK-SC", "DejaVu-Sans")
HEI = ("PB-Hei-Bold", "Noto-Sans-CJK-SC-Bold", "DejaVu-Sans-Bold")


@dataclass(frozen=True)
class Glyph:
    """A glyph as a PDF describes it: its width in thousandths of an em, and the characters it stands for."""

    width: float
    text: str


@dataclass(frozen=True)
class Face:
    """One face of a font file."""

    name: str
    path: Path
    index: int = 0

    @cached_property
    def _face(self) -> Any:
        import uharfbuzz as hb

        return hb.Face(hb.Blob.from_file_path(str(self.path)), self.index)

    @cached_property
    def _font(self) -> Any:
        import uharfbuzz as hb

        return hb.Font(self._face)

    def glyph(self, char: str) -> int:
        """The number of a character's glyph, 0 when the face has none."""
        return int(self._font.get_nominal_glyph(ord(char)) or 0)

    def width(self, glyph: int) -> float:
        """The advance of a glyph in thousandths of an em."""
        return float(round(self._font.get_glyph_h_advance(glyph) * 1000 / self._face.upem))

    def subset(self, glyphs: Iterable[int]) -> tuple[bytes, bool]:
        """The font file with these glyphs alone under their own numbers, deflated; and whether its outlines are CFF."""
        import uharfbuzz as hb

        wanted = sorted(glyphs)
        flags = hb.SubsetFlags.DESUBROUTINIZE | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.PASSTHROUGH_UNRECOGNIZED
        first = _input(hb, wanted, flags | hb.SubsetFlags.RETAIN_GIDS)
        # A second cut ends the tables of widths at the last glyph: without it the whole Noto costs 390 KB.
        second = _input(hb, range(wanted[-1] + 1), flags)
        data = bytes(hb.subset(hb.subset(self._face, first), second).blob.data)
        return zlib.compress(data, 9), data[:4] == b"OTTO"


def _input(hb: Any, glyphs: Iterable[int], flags: Any) -> Any:
    wanted = hb.SubsetInput()
    wanted.flags = flags
    wanted.glyph_set.update(glyphs)
    for tag in DROPPED:
        wanted.drop_table_tag_set.add(int.from_bytes(tag.encode(), "big"))
    return wanted


@cache
def faces() -> Mapping[str, Face]:
    """Every face that the paper can hold, by its name in a PDF."""
    found = {}
    for cut, path in zip(CUTS, font_files(), strict=True):
        style = "" if cut.style == "Regular" else f" {cut.style}"
        whole = find_font(cut.source)
        found[_named(cut.family + style)] = (path, 0)
        found[_named(cut.face + style)] = (whole, face_index(whole, cut.face))
    for name, file in zip(("DejaVu Sans", "DejaVu Sans Bold"), DEJAVU, strict=True):
        found[_named(name)] = (find_font(file), 0)
    return {name: Face(name, path, index) for name, (path, index) in found.items()}


def _named(description: str) -> str:
    return description.replace(" ", "-")


@cache
def glyph_of(char: str, chain: tuple[str, ...]) -> tuple[str, int, float]:
    """The first face of a chain that has the character, with the number and the width of its glyph."""
    for name in chain:
        face = faces()[name]
        if number := face.glyph(char):
            return name, number, face.width(number)
    return chain[0], 0, 1000.0
