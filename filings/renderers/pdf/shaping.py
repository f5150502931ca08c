"""Turns a line of text into glyphs: character by character, as Chinese is set, and by HarfBuzz what needs more.

Each character is drawn in the first face of a chain that has it. Marks that combine, joined and right-to-left scripts
go through HarfBuzz run by run; what is invisible takes no room.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from filings.renderers.pdf.fonts import find_font_for, load_fonts

GlyphText = tuple[int, str]
"""A glyph's number in its face, and the characters that it stands for."""

SPACES = str.maketrans({"\t": "　", "\n": "", "\r": ""})
INTRICATE = re.compile(
    "[\x7f-\x9f\xad\u0300-\u036f\u0483-\u0489\u0590-\u109f\u1100-\u11ff\u135d-\u135f\u1700-\u18af\u1900-\u1cff"
    "\u1dc0-\u1dff\u200b-\u200f\u2028-\u202e\u2060-\u206f\u20d0-\u20ff\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099\u309a"
    "\ua66f-\ua67f\ua69e-\ua6f1\ua800-\uabff\ud7b0-\ud7ff\ufb00-\ufdff\ufe00-\ufe0f\ufe20-\ufe2f\ufe70-\ufeff"
    "\U00010800-\U00011fff\U0001e000-\U0001efff\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
"""Scripts and signs whose glyphs depend on their neighbours, or that are not seen at all."""


@dataclass(frozen=True)
class GlyphRun:
    """Glyphs of one face, one behind the other: their numbers in hexadecimal, and what they stand for.

    `at` is where it begins, `rise` how far above the baseline, both in thousandths of an em.
    """

    font: str
    numbers: str
    pairs: frozenset[GlyphText]
    at: int
    rise: int = 0


@dataclass(frozen=True)
class ShapedLine:
    """A line of glyphs and its width in thousandths of an em."""

    runs: tuple[GlyphRun, ...]
    width: int


@lru_cache(maxsize=20_000)
def shape_line(text: str, chain: tuple[str, ...]) -> ShapedLine:
    """The glyphs of a line in the faces of a chain."""
    text = text.translate(SPACES)
    if not INTRICATE.search(text):
        return _in_order(_plain(char, chain) for char in text)
    runs, at = [], 0
    for face, leftward, part in _parts(text, chain):
        for glyph in _shaped(face, leftward, part):
            number, words, advance, shift, rise = glyph
            if number or words.isprintable():  # what is invisible and has no glyph is no empty box
                runs.append(GlyphRun(face, f"{number:04x}", frozenset({(number, words)}), at + shift, rise))
                at += advance
    return ShapedLine(tuple(runs), at)


@lru_cache(maxsize=20_000)
def _plain(char: str, chain: tuple[str, ...]) -> tuple[str, int, str, int]:
    """Face, number, character and advance. What no face has is shown as the first one's empty box."""
    name = find_font_for(char, chain) or chain[0]
    face = load_fonts()[name]
    number = face.glyph_id(char)
    return name, number, char, face.width(number)


def _in_order(glyphs: Iterable[tuple[str, int, str, int]]) -> ShapedLine:
    runs, at = [], 0
    for name, group in groupby(glyphs, key=lambda glyph: glyph[0]):
        own = list(group)
        pairs = frozenset((number, char) for _, number, char, _ in own)
        runs.append(GlyphRun(name, "".join(f"{number:04x}" for _, number, _, _ in own), pairs, at))
        at += sum(advance for *_, advance in own)
    return ShapedLine(tuple(runs), at)


def _parts(text: str, chain: tuple[str, ...]) -> list[tuple[str, bool, str]]:
    """A line cut where face or direction change, from left to right; marks stay with what they follow if they can."""
    marked: list[tuple[str, bool, str]] = []
    for char in text:
        follows = unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf", "Cc")
        leftward = unicodedata.bidirectional(char) in ("R", "AL")
        face, before = (marked[-1][0], marked[-1][1]) if marked else (chain[0], False)
        if not (follows and load_fonts()[face].glyph_id(char)):
            face = find_font_for(char, chain) or (face if follows else chain[0])
        marked.append((face, before if follows else leftward, char))
    parts = [(*same, "".join(char for *_, char in group)) for same, group in groupby(marked, key=lambda one: one[:2])]
    return list(_visual_order(parts))


def _visual_order(parts: Sequence[tuple[str, bool, str]]) -> Iterator[tuple[str, bool, str]]:
    """The parts in the order in which they stand: those that are read leftward, and numbers among them, from the right.

    The direction of the whole line is that of Chinese.
    """
    start = 0
    while start < len(parts):
        end = start + 1
        for at in range(start, len(parts) if parts[start][1] else start):
            if any(unicodedata.bidirectional(char) == "L" for char in parts[at][2]):
                break
            end = at + 1 if parts[at][1] else end
        yield from reversed(parts[start:end])
        start = end


def _shaped(face: str, leftward: bool, text: str) -> list[tuple[int, str, int, int, int]]:
    """The glyphs of a part from left to right: number, characters, advance, shift, rise."""
    import uharfbuzz as hb

    buffer: Any = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if leftward else "ltr"
    hb.shape(load_fonts()[face].hb_font, buffer)
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    glyphs, seen = [], dict.fromkeys(starts, 0)
    counts = {start: sum(info.cluster == start for info in buffer.glyph_infos) for start in starts}
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        words = text[info.cluster : ends[info.cluster]]
        if counts[info.cluster] > 1:  # each of its characters has a glyph: the mark is not taken for the letter
            index = seen[info.cluster]
            seen[info.cluster] += 1
            words = words[index : index + 1]
        glyphs.append((info.codepoint, words, place.x_advance, place.x_offset, place.y_offset))
    return glyphs
