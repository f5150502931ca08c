"""Texts that make a pattern slow if anything does: every unbounded repetition of the pattern, pumped.

For tests only. A pattern that backtracks, or that scans ahead from every position of a text, needs time that grows
with the square of the length or worse; one of these texts shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

CANDIDATES = "01,2.年月 (/-%至a人。=不\n"
"""Characters tried, in this order, for a class of characters."""
MANY = 6
"""A repetition that may be longer than this is pumped."""
MOST_SAMPLES = 6
SETS = {
    code.CATEGORY_DIGIT: r"\d", code.CATEGORY_NOT_DIGIT: r"\D", code.CATEGORY_SPACE: r"\s",
    code.CATEGORY_NOT_SPACE: r"\S", code.CATEGORY_WORD: r"\w", code.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def attacks(pattern: str) -> set[str]:
    """Short pieces, each to be repeated: prefix and body of each repetition, the body alone, and single characters."""
    pieces = set(CANDIDATES) | {sign for sign in pattern if not sign.isascii()}
    _collect(parser.parse(pattern), [""], pieces)
    return {piece for piece in pieces if piece}


def _collect(parsed: Iterable[Any], before: list[str], pieces: set[str]) -> list[str]:
    """Add the pieces of a sequence that follows one of `before`; returns samples of `before` and the sequence."""
    heads = before
    for item in parsed:
        for body, most in _inner(item):
            _collect(body, heads, pieces)
            if most > MANY:
                for head, text in product(heads, _samples(body)):
                    pieces |= {text, head + text, head + 3 * text}
        heads = [head + text for head, text in product(heads, _samples([item]))][:MOST_SAMPLES]
        pieces |= set(heads)
    return heads


def _inner(item: Any) -> Iterator[tuple[Any, int]]:
    """The sequences inside an item of a parsed pattern, and how often each may be repeated."""
    kind, value = item
    if kind in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT):
        yield value[2], int(value[1])
    elif kind is code.SUBPATTERN:
        yield value[3], 1
    elif kind is code.ATOMIC_GROUP:
        yield value, 1
    elif kind is code.BRANCH:
        yield from ((branch, 1) for branch in value[1])


def _samples(parsed: Iterable[Any]) -> list[str]:
    """A few texts that a sequence matches."""
    texts = [""]
    for kind, value in parsed:
        texts = [text + more for text, more in product(texts, _samples_of(kind, value))][:MOST_SAMPLES]
    return texts


def _samples_of(kind: Any, value: Any) -> list[str]:
    if kind is code.LITERAL:
        return [chr(value)]
    if kind in (code.IN, code.NOT_LITERAL, code.ANY, code.CATEGORY):
        return [sign for sign in CANDIDATES + _own_signs(kind, value) if _fits(kind, value, sign)][:3] or [""]
    if kind in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT):
        low, most, body = value
        return list(dict.fromkeys(text * max(low, min(1, int(most))) for text in _samples(body)))
    if kind is code.SUBPATTERN:
        return _samples(value[3])
    if kind is code.ATOMIC_GROUP:
        return _samples(value)
    if kind is code.BRANCH:
        return [text for branch in value[1] for text in _samples(branch)[:2]]
    return [""]  # an assertion, an anchor or a reference back


def _own_signs(kind: Any, value: Any) -> str:
    """The characters that a class names."""
    return "".join(chr(part) for name, part in value if name is code.LITERAL) if kind is code.IN else ""


def _fits(kind: Any, value: Any, sign: str) -> bool:
    if kind is code.ANY:
        return sign != "\n"
    if kind is code.NOT_LITERAL:
        return ord(sign) != value
    if kind is code.CATEGORY:
        return re.fullmatch(SETS[value], sign) is not None
    negated = value[0][0] is code.NEGATE
    return negated != any(_in_class(name, part, sign) for name, part in value if name is not code.NEGATE)


def _in_class(name: Any, part: Any, sign: str) -> bool:
    if name is code.RANGE:
        return bool(part[0] <= ord(sign) <= part[1])
    return _fits(code.CATEGORY, part, sign) if name is code.CATEGORY else ord(sign) == part
