"""The fonts of PDFs: which font has a character, glyph widths, and one subset for many forms.

Page content refers to glyphs by their number in the font file, so that separately rendered pages can share a subset.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from filings.renderers.font_files import DEJAVU, FONT_SUBSETS, HANAZONO, find_font, font_files, font_index

DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")
# The last font is for five characters that neither Noto Serif nor Hanazono has.
SONG = ("PB-Song", "Noto-Serif-CJK-SC", "HanaMinB", "DejaVu-Sans", "Noto-Sans-CJK-SC")
HEI = ("PB-Hei-Bold", "Noto-Sans-CJK-SC-Bold", "HanaMinB", "DejaVu-Sans-Bold")


OS2_WEIGHT = 4
"""Where the weight of a face stands in its `OS/2` table: 400 for regular, 700 for bold."""
HEAD_BOX = 36
"""Where the box of all glyphs begins in a font's `head` table: xMin, yMin, xMax, yMax."""


class FontMetrics(NamedTuple):
    """Measures of a whole font in 1/1000 em; `box` encloses every glyph: left, bottom, right, top.

    `stem` is the thickness of upright strokes, estimated from the weight of the face as PDF writers do: fonts do not
    state it outside of their outlines.
    """

    ascent: int
    descent: int
    cap_height: int
    stem: int
    box: tuple[int, ...]


@dataclass(frozen=True)
class GlyphSubset:
    """Some glyphs of a font as a PDF embeds them: `kind` is CIDFontType0C (CFF outlines), OpenType or TrueType.

    `numbers` gives each glyph's number in it by that in the whole font. CFF outlines tell it themselves, OpenType fonts
    keep the numbers.
    """

    data: bytes
    kind: str
    numbers: Mapping[int, int]

    def packed_numbers(self) -> bytes:
        """Its glyph numbers, two bytes each, for every number from 0 that a glyph has in the whole font."""
        return b"".join(self.numbers.get(old, 0).to_bytes(2, "big") for old in range(max(self.numbers) + 1))


@dataclass(frozen=True)
class Font:
    """A font of a font file (`index` in a collection). `name` is its name in PDFs.

    Of one that `states_widths` each outline has its width (`glyph_widths`).
    """

    name: str
    path: Path
    index: int = 0
    states_widths: bool = False

    @cached_property
    def _hb_face(self) -> Any:
        import uharfbuzz as hb

        return hb.Face(hb.Blob.from_file_path(str(self.path)), self.index)

    @cached_property
    def hb_font(self) -> Any:
        """The HarfBuzz font, scaled to 1/1000 em."""
        import uharfbuzz as hb

        font = hb.Font(self._hb_face)
        font.scale = (1000, 1000)
        return font

    def glyph_id(self, char: str) -> int:
        """The number of a character's glyph, 0 if the font has none."""
        return int(self.hb_font.get_nominal_glyph(ord(char)) or 0)

    def width(self, glyph: int) -> int:
        """The advance width of a glyph in 1/1000 em."""
        return int(self.hb_font.get_glyph_h_advance(glyph))

    @cached_property
    def baseline_offset(self) -> float:
        """Distance from the middle of a line down to its baseline in em: (ascender - descender) / 2."""
        extents = self.hb_font.get_font_extents("ltr")
        return float(extents.ascender + extents.descender) / 2000

    @cached_property
    def metrics(self) -> FontMetrics:
        """The font's own measures, as its descriptor in a PDF states them."""
        import uharfbuzz as hb

        per_em = 1000 / self._hb_face.upem
        corners = struct.unpack_from(">4h", self._hb_face.reference_table("head").data, HEAD_BOX)
        extents = self.hb_font.get_font_extents("ltr")
        cap_height = self.hb_font.get_metric_position_with_fallback(hb.OTMetricsTag.CAP_HEIGHT)
        (weight,) = struct.unpack_from(">H", self._hb_face.reference_table("OS/2").data, OS2_WEIGHT)
        return FontMetrics(
            round(extents.ascender), round(extents.descender), round(cap_height), round(50 + (weight / 65) ** 2),
            tuple(round(corner * per_em) for corner in corners),
        )  # fmt: skip

    def subset(self, glyphs: Iterable[int]) -> GlyphSubset:
        """The font reduced to these glyphs.

        Numbers of glyphs that are left out are given up, which halves time and size; but not where outlines do not
        state their widths, so that the tables of an OpenType font have to.
        """
        import uharfbuzz as hb

        wanted, numbers = sorted(glyphs), hb.SubsetFlags(0)
        is_cff = "CFF " in self._hb_face.table_tags
        if is_cff and not self.states_widths:
            numbers = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.CFF_IDENTITY_CHARSET
        plan = hb.SubsetPlan(self._hb_face, _subset_input(hb, wanted, numbers))
        face, renumbered = plan.execute(), dict(plan.old_to_new_glyph_mapping)
        if not is_cff:
            return GlyphSubset(bytes(face.blob.data), "TrueType", renumbered)
        if self.states_widths:
            return GlyphSubset(bytes(face.reference_table("CFF ").data), "CIDFontType0C", renumbered)
        # The second pass shortens the width tables to the last used glyph: otherwise whole Noto costs 390 KB.
        face = hb.subset(face, _subset_input(hb, range(wanted[-1] + 1), hb.SubsetFlags.CFF_IDENTITY_CHARSET))
        return GlyphSubset(bytes(face.blob.data), "OpenType", renumbered)


def _subset_input(hb: Any, glyphs: Iterable[int], flags: Any) -> Any:
    wanted = hb.SubsetInput()
    flags |= hb.SubsetFlags.DESUBROUTINIZE | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.PASSTHROUGH_UNRECOGNIZED
    wanted.flags = flags
    wanted.glyph_set.update(glyphs)
    for tag in DROPPED:
        wanted.drop_table_tag_set.add(int.from_bytes(tag.encode(), "big"))
    return wanted


@cache
def load_fonts() -> Mapping[str, Font]:
    """Every font of printed forms by its name in PDFs. Raises FontsMissingError if one is not installed."""
    files = {}
    for subset, path in zip(FONT_SUBSETS, font_files(), strict=True):
        style = "" if subset.style == "Regular" else f" {subset.style}"
        whole = find_font(subset.source)
        files[_pdf_name(subset.family + style)] = (path, 0, True)
        files[_pdf_name(subset.source_family + style)] = (whole, font_index(whole, subset.source_family), False)
    for name, file in zip(("HanaMinB", "DejaVu Sans", "DejaVu Sans Bold"), (HANAZONO, *DEJAVU), strict=True):
        files[_pdf_name(name)] = (find_font(file), 0, False)
    return {name: Font(name, *file) for name, file in files.items()}


def _pdf_name(description: str) -> str:
    return description.replace(" ", "-")


def find_font_for(char: str, chain: tuple[str, ...]) -> str:
    """The name of the first font of a chain that has a character, '' if none has it."""
    return next((name for name in chain if load_fonts()[name].glyph_id(char)), "")
