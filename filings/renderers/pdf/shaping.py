"""Shapes lines of text into glyphs: Chinese character by character, complex scripts by HarfBuzz.

Each character is taken from the first font of a chain that has it. Combining marks, joined and right-to-left scripts
go through HarfBuzz; invisible characters have no width.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from filings.renderers.pdf.fonts import find_font_for, load_fonts

GlyphText = tuple[int, str]
"""The number of a glyph in its font, and the text that it represents."""

BOX = "□"
"""Drawn for a character that no font has."""
SPACES = str.maketrans({"\t": "　", "\n": "", "\r": ""})
INTRICATE = re.compile(
    "[\x7f-\x9f\xad\u0300-\u036f\u0483-\u0489\u0590-\u109f\u1100-\u11ff\u135d-\u135f\u1700-\u18af\u1900-\u1cff"
    "\u1dc0-\u1dff\u200b-\u200f\u2028-\u202e\u2060-\u206f\u20d0-\u20ff\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099\u309a"
    "\ua66f-\ua67f\ua69e-\ua6f1\ua800-\uabff\ud7b0-\ud7ff\ufb00-\ufdff\ufe00-\ufe0f\ufe20-\ufe2f\ufe70-\ufeff"
    "\U00010800-\U00011fff\U0001e000-\U0001efff\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
"""Characters whose glyphs depend on their neighbours, and invisible characters."""


@dataclass(frozen=True)
class GlyphRun:
    """Consecutive glyphs of one font: their numbers in hexadecimal, and (glyph, text) of each.

    `at` is its start in the line, `rise` its height above the baseline, both in 1/1000 em. `meant` is a character that
    no font has: the glyph is that of a box in its place.
    """

    font: str
    numbers: str
    pairs: frozenset[GlyphText]
    at: int
    rise: int = 0
    meant: str = ""


@dataclass(frozen=True)
class ShapedLine:
    """The glyph runs of a line, from left to right, and its width in 1/1000 em."""

    runs: tuple[GlyphRun, ...]
    width: int


@lru_cache(maxsize=20_000)
def shape_line(text: str, chain: tuple[str, ...]) -> ShapedLine:
    """Shape a line with a chain of fonts. Line breaks are dropped, a tab is one em; an empty line has no runs."""
    text = text.translate(SPACES)
    if not INTRICATE.search(text):
        return _in_order(_plain(char, chain) for char in text)
    runs, at = [], 0
    for font, right_to_left, part in _parts(text, chain):
        for glyph in _shaped(font, right_to_left, part):
            number, text_of_glyph, advance, shift, rise = glyph
            if number:
                runs.append(GlyphRun(font, f"{number:04x}", frozenset({(number, text_of_glyph)}), at + shift, rise))
                at += advance
            elif text_of_glyph and text_of_glyph.isprintable():  # no box for an invisible character without glyph
                box = _plain(text_of_glyph, chain)
                runs.append(_run([box], at))
                at += box.advance
    return ShapedLine(tuple(runs), at)


class _PlacedGlyph(NamedTuple):
    """A glyph that depends on no other: font, number, text, advance in 1/1000 em, and what it is a box for."""

    font: str
    number: int
    text: str
    advance: int
    meant: str = ""


@lru_cache(maxsize=20_000)
def _plain(char: str, chain: tuple[str, ...]) -> _PlacedGlyph:
    """The glyph of a character; a box where no font has one, since PDF/A and PDF/UA forbid glyph 0."""
    if name := find_font_for(char, chain):
        number = load_fonts()[name].glyph_id(char)
        return _PlacedGlyph(name, number, char, load_fonts()[name].width(number))
    return _plain(BOX, chain)._replace(meant=char)


def _in_order(glyphs: Iterable[_PlacedGlyph]) -> ShapedLine:
    runs, at = [], 0
    for _, group in groupby(glyphs, key=lambda glyph: (glyph.font, glyph.meant)):
        items = list(group)
        # Of several boxes each stands for a character of its own.
        for part in [[item] for item in items] if items[0].meant else [items]:
            runs.append(_run(part, at))
            at += sum(glyph.advance for glyph in part)
    return ShapedLine(tuple(runs), at)


def _run(glyphs: Sequence[_PlacedGlyph], at: int) -> GlyphRun:
    pairs = frozenset((glyph.number, glyph.text) for glyph in glyphs)
    numbers = "".join(f"{glyph.number:04x}" for glyph in glyphs)
    return GlyphRun(glyphs[0].font, numbers, pairs, at, meant=glyphs[0].meant)


def _parts(text: str, chain: tuple[str, ...]) -> list[tuple[str, bool, str]]:
    """The line split where font or direction change, in visual order; marks keep the font of their base if they can."""
    characters: list[tuple[str, bool, str]] = []
    for char in text:
        is_mark = unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf", "Cc")
        right_to_left = unicodedata.bidirectional(char) in ("R", "AL")
        font, previous_direction = (characters[-1][0], characters[-1][1]) if characters else (chain[0], False)
        if not (is_mark and load_fonts()[font].glyph_id(char)):
            font = find_font_for(char, chain) or (font if is_mark else chain[0])
        characters.append((font, previous_direction if is_mark else right_to_left, char))
    parts = [
        (*same, "".join(char for *_, char in group)) for same, group in groupby(characters, key=lambda item: item[:2])
    ]
    return list(_visual_order(parts))


def _visual_order(parts: Sequence[tuple[str, bool, str]]) -> Iterator[tuple[str, bool, str]]:
    """Reorder runs visually (simplified bidi algorithm, paragraph direction left to right)."""
    start = 0
    while start < len(parts):
        end = start + 1
        for at in range(start, len(parts) if parts[start][1] else start):
            if any(unicodedata.bidirectional(char) == "L" for char in parts[at][2]):
                break
            end = at + 1 if parts[at][1] else end
        yield from reversed(parts[start:end])
        start = end


def _shaped(font: str, right_to_left: bool, text: str) -> list[tuple[int, str, int, int, int]]:
    """The glyphs of a part from left to right: number, text, advance, horizontal and vertical offset."""
    import uharfbuzz as hb

    buffer: Any = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    hb.shape(load_fonts()[font].hb_font, buffer)
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    glyphs, seen = [], dict.fromkeys(starts, 0)
    counts = {start: sum(info.cluster == start for info in buffer.glyph_infos) for start in starts}
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        cluster = text[info.cluster : ends[info.cluster]]
        if counts[info.cluster] > 1:  # one glyph for each character: letter and mark keep their own text
            index = seen[info.cluster]
            seen[info.cluster] += 1
            cluster = cluster[index : index + 1]
        glyphs.append((info.codepoint, cluster, position.x_advance, position.x_offset, position.y_offset))
    return glyphs
