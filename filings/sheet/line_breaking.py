"""How wide a text is and where its lines break, by our own rules, so that page, workbook and PDF agree.

Chinese characters are one em wide; the rest has the advance widths of the installed faces (`advances.py`). Lines
break between Chinese characters and between words, never before closing or after opening punctuation (禁则).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from filings.sheet.advances import SANS_BOLD, SERIF

NOT_FIRST = frozenset("，。、；：！？）》」』】〉〕”’…—·％‰℃°,.;:!?)]}>%／/")
NOT_LAST = frozenset("（《「『【〈〔“‘([{<￥$≥≤±")
TOKEN = re.compile(r"[A-Za-z0-9_+=#&@*.,:%/-]+|.", re.DOTALL)
EM = 1000


def character_width(char: str, widths: Mapping[str, int]) -> int:
    """The width of one character in thousandths of an em; anything unlisted is a full em, combining marks too."""
    return widths.get(char, EM)


def text_width(text: str, bold: bool = False) -> int:
    """The width of a text on one line, in thousandths of an em."""
    widths = SANS_BOLD if bold else SERIF
    return sum(character_width(char, widths) for char in text)


@lru_cache(maxsize=20_000)
def wrap_text(text: str, width: int, bold: bool = False) -> tuple[str, ...]:
    """The lines of a text in a column `width` thousandths of an em wide; joined they give the text, less its breaks."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrap_paragraph(paragraph, max(width, EM), SANS_BOLD if bold else SERIF))
    return tuple(lines)


def _wrap_paragraph(text: str, room: int, widths: Mapping[str, int]) -> list[str]:
    lines, line, used = [], "", 0
    for cluster in _clusters(text):
        size = sum(widths.get(char, EM) for char in cluster)
        if used + size <= room:
            line, used = line + cluster, used + size
            continue
        if line:
            lines.append(line)
        *full, line = _chop(cluster, room, widths)
        lines.extend(full)
        used = sum(widths.get(char, EM) for char in line)
    return [*lines, line]


def _clusters(text: str) -> list[str]:
    """Pieces that must stay on one line: words, and punctuation with the character it belongs to."""
    clusters: list[str] = []
    glue = False
    for word in TOKEN.findall(text):
        if clusters and (glue or word[0] in NOT_FIRST or (word == " " and len(clusters[-1]) < 200)):
            clusters[-1] += word
        else:
            clusters.append(word)
        glue = word in NOT_LAST
    return clusters


def _chop(text: str, room: int, widths: Mapping[str, int]) -> list[str]:
    """Break a cluster wider than the column wherever it must."""
    parts, part, used = [], "", 0
    for char in text:
        size = widths.get(char, EM)
        if part and used + size > room:
            parts.append(part)
            part, used = "", 0
        part, used = part + char, used + size
    return [*parts, part]
