"""Text widths and line breaking, the same for the web page, the workbook and the PDF, so that their pages agree.

Chinese characters are one em wide; other characters have the advance widths of the two fonts (`advances.py`). Lines
break between Chinese characters and between words, never before closing or after opening punctuation (禁则), and never
inside a number that fits a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from filings.sheet.advances import SANS_BOLD, SERIF

# Punctuation that may not begin a line (closing) or end one (opening).
NOT_FIRST = frozenset("，。、；：！？）》」』】〉〕”’…—·％‰℃°,.;:!?)]}>%／/")
NOT_LAST = frozenset("（《「『【〈〔“‘([{<￥$≥≤±")
OPENING = frozenset("（《「『【〈〔([{<")
CLOSING = frozenset("）》」』】〉〕)]}>")
TOKEN = re.compile(r"[A-Za-z0-9_+=#&@*.,:%/-]+|[０-９]+(?:[．，：／－][０-９]+)*|.", re.DOTALL)
# A number as it is printed, with its sign and its %: 10,308,000.00, ≥95%, 2023.07-2024.01, 0951-1234567, a code.
NUMBER = re.compile(
    r"[≥≤<>=≧≦±+＞＜＝＋￥¥$-]{0,2}"
    r"[0-9A-Z０-９]+(?:(?:[.,:/%-]+|(?<=[０-９])[．，：／－](?=[０-９]))[0-9A-Z０-９]+)*[%％‰℃°]?"
)
DIGIT = re.compile("[0-9０-９]")
AFTER_SIGN = re.compile("(?<=[-/:－／：])")
"""Where a number that no line can hold is best broken: after the hyphen of a range or of a telephone number."""
LONGEST_NUMBER = 30
"""Characters; a longer run of digits is no figure that somebody reads as one, and is broken like any other text."""
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
def number_width(text: str, bold: bool = False) -> int:
    """Width of the widest number in a text, in 1/1000 em; 0 if it has none."""
    return max((text_width(number, bold) for number in _numbers(text)), default=0)


def is_number(text: str) -> bool:
    """Whether a text is a single number, with its sign and its %."""
    return _reads_as_number(text) and NUMBER.fullmatch(text) is not None


def split_numbers(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces: (piece, True) for a number with signs, at which a web page might break it.

    Joined the pieces are the text.
    """
    start = 0
    for match in NUMBER.finditer(text):
        if _reads_as_number(match[0]) and not match[0].isalnum():
            if match.start() > start:
                yield text[start : match.start()], False
            yield match[0], True
            start = match.end()
    if start < len(text):
        yield text[start:], False


def _numbers(text: str) -> Iterator[str]:
    return (match[0] for match in NUMBER.finditer(text) if _reads_as_number(match[0]))


def _reads_as_number(text: str) -> bool:
    """Whether a match of NUMBER is a number and not a word in capitals, nor too long to be read as one."""
    return len(text) <= LONGEST_NUMBER and bool(DIGIT.search(text))


@lru_cache(maxsize=20_000)
def wrap_text(text: str, width: int, bold: bool = False, indent: int = 0) -> tuple[str, ...]:
    """Wrap text to a column of `width` (1/1000 em), set in the serif font or in the bold sans-serif one.

    The lines of a paragraph after its first are shorter by `indent`. `"".join(lines)` equals the text without its
    newlines. A column narrower than one em counts as one em.
    """
    widths = SANS_BOLD if bold else SERIF
    return tuple(break_text(text, max(width, EM + indent), lambda char: widths.get(char, EM), indent))


@lru_cache(maxsize=2_000)
def wrap_label(text: str, width: int, bold: bool = False) -> tuple[str, ...]:
    """Wrap fixed words as `wrap_text` does, but divide what takes two lines evenly where the second would be short.

    Six characters in a column of five are set 3 + 3, not 5 + 1; 4 + 2 stays. Brackets are not divided.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        wrapped = wrap_text(paragraph, width, bold)
        widths = [text_width(line, bold) for line in wrapped]
        is_uneven = len(widths) == 2 and 2 * widths[1] < widths[0]
        lines += (is_uneven and _even_lines(paragraph, widths[0], bold)) or wrapped
    return tuple(lines)


def _even_lines(text: str, limit: int, bold: bool) -> list[str]:
    """The text in two lines of nearly the same width, neither wider than `limit`; [] if it can be divided nowhere."""
    clusters = _clusters(text)
    heads = ("".join(clusters[:count]) for count in range(1, len(clusters)))
    # Where two ways are as good, the one with an even number of characters above: most Chinese words have two.
    ways = [
        (max(text_width(head, bold), text_width(text[len(head) :], bold)), len(head) % 2, -len(head))
        for head in heads
        if sum((char in OPENING) - (char in CLOSING) for char in head) <= 0
    ]
    widest, _, minus_at = min(ways, default=(limit + 1, 0, 0))
    at = -minus_at
    return [text[:at], text[at:]] if widest <= limit else []


def break_text(text: str, limit: float, width_of: Callable[[str], float], indent: float = 0.0) -> list[str]:
    """Break text into lines no wider than `limit`, by the rules of Chinese typesetting (禁则).

    `width_of` gives the width of one character, in the same unit as `limit`. Each newline ends a line; the lines of a
    paragraph after its first are shorter by `indent`. Words and numbers in Latin letters stay whole; no line begins
    with closing or ends with opening punctuation. Only what is wider than a whole line is broken anywhere, but not
    inside a number that fits one; a character wider than `limit` gets a line of its own. `"".join(lines)` equals the
    text without its newlines; an empty text gives one empty line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_break_paragraph(paragraph, limit, width_of, indent))
    return lines


def _break_paragraph(text: str, limit: float, width_of: Callable[[str], float], indent: float) -> list[str]:
    lines: list[str] = []
    line, line_width, available = "", 0.0, limit
    for cluster in _clusters(text):
        cluster_width = sum(map(width_of, cluster))
        # What no line holds is broken already here, piece by piece.
        pieces = [cluster] if cluster_width <= limit - indent else _pieces(cluster, limit - indent, width_of)
        if line and line_width + cluster_width > available:
            lines.append(line)
            line, line_width, available = "", 0.0, limit - indent
        for piece in pieces:
            piece_width = sum(map(width_of, piece))
            if line and line_width + piece_width > available:
                lines.append(line)
                line, line_width, available = "", 0.0, limit - indent
            line, line_width = line + piece, line_width + piece_width
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


def _pieces(cluster: str, limit: float, width_of: Callable[[str], float]) -> Iterator[str]:
    """A cluster wider than a line in pieces between which it may be broken: its numbers, and single characters.

    A number that is itself wider than a line is divided after its hyphens, as far as the parts fit a line.
    """
    start = 0
    for match in NUMBER.finditer(cluster):
        yield from cluster[start : match.start()]
        start = match.end()
        parts = (
            [match[0]]
            if not _reads_as_number(match[0]) or _fits(match[0], limit, width_of)
            else AFTER_SIGN.split(match[0])
        )
        for part in parts:
            yield from [part] if _reads_as_number(part) and _fits(part, limit, width_of) else part
    yield from cluster[start:]


def _fits(text: str, limit: float, width_of: Callable[[str], float]) -> bool:
    return sum(map(width_of, text)) <= limit
