"""Text widths and line breaking, the same for the web page, the workbook and the PDF, so that their pages agree.

Chinese characters are one em wide; other characters have the advance widths of the two fonts (`advances.py`). Lines
break between Chinese characters and between words, never before closing or after opening punctuation (禁则).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from filings.sheet.advances import SANS_BOLD, SERIF

# Punctuation that may not begin a line (closing) or end one (opening).
NOT_FIRST = frozenset("，。、；：！？）》」』】〉〕”’…—·％‰℃°,.;:!?)]}>%／/")
NOT_LAST = frozenset("（《「『【〈〔“‘([{<￥$≥≤±")
TOKEN = re.compile(r"[A-Za-z0-9_+=#&@*.,:%/-]+|.", re.DOTALL)
EM = 1000
"""One em, the height of the font, in the unit of this module."""


def character_width(char: str, widths: Mapping[str, int]) -> int:
    """Width of one character in 1/1000 em; a character that `widths` does not list is one em, combining marks too."""
    return widths.get(char, EM)


def text_width(text: str, bold: bool = False) -> int:
    """Width of text set on one line, in 1/1000 em."""
    widths = SANS_BOLD if bold else SERIF
    return sum(character_width(char, widths) for char in text)


@lru_cache(maxsize=20_000)
def wrap_text(text: str, width: int, bold: bool = False) -> tuple[str, ...]:
    """Wrap text to a column of `width` (1/1000 em), set in the serif font or in the bold sans-serif one.

    `"".join(lines)` equals the text without its newlines. A column narrower than one em counts as one em.
    """
    widths = SANS_BOLD if bold else SERIF
    return tuple(break_text(text, max(width, EM), lambda char: widths.get(char, EM)))


def break_text(text: str, limit: float, width_of: Callable[[str], float]) -> list[str]:
    """Break text into lines no wider than `limit`, by the rules of Chinese typesetting (禁则).

    `width_of` gives the width of one character, in the same unit as `limit`. Each newline ends a line. Words and
    numbers in Latin letters stay whole; no line begins with closing or ends with opening punctuation. Only what is
    wider than a whole line is broken anywhere, and a character wider than `limit` gets a line of its own.
    `"".join(lines)` equals the text without its newlines; an empty text gives one empty line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_break_paragraph(paragraph, limit, width_of))
    return lines


def _break_paragraph(text: str, limit: float, width_of: Callable[[str], float]) -> list[str]:
    lines: list[str] = []
    line, line_width = "", 0.0
    for cluster in _clusters(text):
        cluster_width = sum(map(width_of, cluster))
        if line_width + cluster_width <= limit:
            line, line_width = line + cluster, line_width + cluster_width
            continue
        if line:
            lines.append(line)
        *full_lines, line = _break_anywhere(cluster, limit, width_of)
        lines.extend(full_lines)
        line_width = sum(map(width_of, line))
    return [*lines, line]


def _clusters(text: str) -> list[str]:
    """Pieces that must stay on one line: words, and punctuation with the character it belongs to."""
    clusters: list[str] = []
    joins_next = False
    for word in TOKEN.findall(text):
        # A space belongs to the word before it, so that no line begins with one. Long runs of spaces may be broken.
        if clusters and (joins_next or word[0] in NOT_FIRST or (word == " " and len(clusters[-1]) < 200)):
            clusters[-1] += word
        else:
            clusters.append(word)
        joins_next = word in NOT_LAST
    return clusters


def _break_anywhere(text: str, limit: float, width_of: Callable[[str], float]) -> list[str]:
    """Break a cluster wider than the column between any two characters."""
    parts: list[str] = []
    part, part_width = "", 0.0
    for char in text:
        char_width = width_of(char)
        if part and part_width + char_width > limit:
            parts.append(part)
            part, part_width = "", 0.0
        part, part_width = part + char, part_width + char_width
    return [*parts, part]
