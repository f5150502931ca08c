"""The faces of the paper: which one has a character, how wide its glyphs are, and one subset for many sheets.

Pages show glyphs by their own numbers in the font file, so pages that were drawn apart can share one subset of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from filings.renderers.font_files import DEJAVU, FONT_SUBSETS, HANAZONO, find_font, font_files, font_index

DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")
# The last one for five characters that neither Noto Serif nor Hanazono has.
SONG = ("PB-Song", "Noto-Serif-CJK-SC", "HanaMinB", "DejaVu-Sans", "Noto-Sans-CJK-SC")
HEI = ("PB-Hei-Bold", "Noto-Sans-CJK-SC-Bold", "HanaMinB", "DejaVu-Sans-Bold")


@dataclass(frozen=True)
class Font:
    """One face of a font file."""

    name: str
    path: Path
    index: int = 0

    @cached_property
    def _hb_face(self) -> Any:
        import uharfbuzz as hb

        return hb.Face(hb.Blob.from_file_path(str(self.path)), self.index)

    @cached_property
    def hb_font(self) -> Any:
        """The face for HarfBuzz, its measures in thousandths of an em."""
        import uharfbuzz as hb

        font = hb.Font(self._hb_face)
        font.scale = (1000, 1000)
        return font

    def glyph_id(self, char: str) -> int:
        """The number of a character's glyph, 0 when the face has none."""
        return int(self.hb_font.get_nominal_glyph(ord(char)) or 0)

    def width(self, glyph: int) -> int:
        """The advance of a glyph in thousandths of an em."""
        return int(self.hb_font.get_glyph_h_advance(glyph))

    @cached_property
    def baseline_offset(self) -> float:
        """From the middle of a line down to its baseline, in ems: half of what letters rise more than they fall."""
        extents = self.hb_font.get_font_extents("ltr")
        return float(extents.ascender + extents.descender) / 2000

    def subset(self, glyphs: Iterable[int]) -> tuple[bytes, bool]:
        """The font file with these glyphs alone under their own numbers, deflated; and whether its outlines are CFF."""
        import uharfbuzz as hb

        wanted = sorted(glyphs)
        flags = hb.SubsetFlags.DESUBROUTINIZE | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.PASSTHROUGH_UNRECOGNIZED
        first = _input(hb, wanted, flags | hb.SubsetFlags.RETAIN_GIDS)
        # A second cut ends the tables of widths at the last glyph: without it the whole Noto costs 390 KB.
        second = _input(hb, range(wanted[-1] + 1), flags)
        data = bytes(hb.subset(hb.subset(self._hb_face, first), second).blob.data)
        return zlib.compress(data, 9), data[:4] == b"OTTO"


def _input(hb: Any, glyphs: Iterable[int], flags: Any) -> Any:
    wanted = hb.SubsetInput()
    wanted.flags = flags
    wanted.glyph_set.update(glyphs)
    for tag in DROPPED:
        wanted.drop_table_tag_set.add(int.from_bytes(tag.encode(), "big"))
    return wanted


@cache
def load_fonts() -> Mapping[str, Font]:
    """Every face that the paper can hold, by its name in a PDF."""
    found = {}
    for cut, path in zip(FONT_SUBSETS, font_files(), strict=True):
        style = "" if cut.style == "Regular" else f" {cut.style}"
        whole = find_font(cut.source)
        found[_named(cut.family + style)] = (path, 0)
        found[_named(cut.face + style)] = (whole, font_index(whole, cut.face))
    for name, file in zip(("HanaMinB", "DejaVu Sans", "DejaVu Sans Bold"), (HANAZONO, *DEJAVU), strict=True):
        found[_named(name)] = (find_font(file), 0)
    return {name: Font(name, path, index) for name, (path, index) in found.items()}


def _named(description: str) -> str:
    return description.replace(" ", "-")


def find_font_for(char: str, chain: tuple[str, ...]) -> str:
    """The first face of a chain that has a character, '' when none has."""
    return next((name for name in chain if load_fonts()[name].glyph_id(char)), "")
