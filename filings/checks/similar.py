"""How alike two texts are, and where they differ: in bounded time, whatever people paste.

The measure is the share of characters that both texts have in the same order (`Indel` of rapidfuzz: twice the longest
common subsequence by both lengths). It takes time with the square of the length, so what two texts have in common at
both ends is counted first, and of what lies between only the beginning is compared, which is all of it in honest texts.
"""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import Indel, Postfix, Prefix

MOST_COMPARED = 1_000
"""How many characters are compared between the common ends of two texts: longer than the texts of any real form."""
MOST_OF_NAME = 200
"""How many characters of names are compared: what a name may have."""


def is_similar(first: str, second: str, ratio: float) -> bool:
    """Whether two texts are alike to at least `ratio` (0 to 1)."""
    total = len(first) + len(second)
    if 2 * min(len(first), len(second)) < ratio * total:
        return False
    one, other = _between(first, second)
    rest = len(one) + len(other)
    needed = ratio * total - (total - rest)
    if needed <= 0:
        return True
    cutoff = needed / rest
    return Indel.normalized_similarity(one[:MOST_COMPARED], other[:MOST_COMPARED], score_cutoff=cutoff) >= cutoff


def find_similar(name: str, names: Mapping[int, str], ratio: float = 0) -> tuple[int | None, float]:
    """The key of the name that is most like `name`, and how alike they are (0 to 1); None if none is so to `ratio`."""
    shortened = {key: each[:MOST_OF_NAME] for key, each in names.items()}
    scorer = Indel.normalized_similarity
    found = process.extractOne(name[:MOST_OF_NAME], shortened, scorer=scorer, score_cutoff=ratio)
    return (found[2], found[1]) if found else (None, 0)


def missing_part(whole: str, part: str) -> str:
    """The first words of `whole` that `part` lacks, if `part` is `whole` less some of its characters; else ''."""
    long_rest, short_rest = _between(whole, part)
    at = -1
    for sign in short_rest:
        at = long_rest.find(sign, at + 1)
        if at < 0:
            return ""
    return _first_diff(long_rest, short_rest)[0]


def diff_parts(first: str, second: str) -> tuple[str, str]:
    """What stands at the first place where two texts differ: the words of each, ('', '') for equal texts."""
    one, other = _between(first, second)
    return _first_diff(one, other)


def _between(first: str, second: str) -> tuple[str, str]:
    """What remains of two texts without what they share at the beginning and at the end."""
    before = Prefix.similarity(first, second)
    one, other = first[before:], second[before:]
    after = Postfix.similarity(one, other)
    return one[: len(one) - after], other[: len(other) - after]


def _first_diff(one: str, other: str) -> tuple[str, str]:
    """The words up to the first place where two texts that begin differently agree again."""
    one, other = one[:MOST_COMPARED], other[:MOST_COMPARED]
    for operation in Indel.opcodes(one, other):
        if operation.tag == "equal":
            return one[: operation.src_start], other[: operation.dest_start]
    return one, other
