"""The five operators of target values in all their spellings: signs, input-method variants, words around a number.

Decisions where usage is not uniform:

* 以上, 以下, 以内, 之内 include the number itself (≥, ≤), as the Civil Code counts them.
* 达到90% means at least 90 (≥). 达到, 超, 不足, 不到, 至少, 最多 and the title marks are weak: unlike 不低于 they
  are operators only before a number, so 达到目标排名 has none.
* The same operator twice counts once (`≥≥90`); `> =` and 大于= are ≥; any other combination is a contradiction.
"""

import re
from collections.abc import Iterable
from typing import Literal

from indicators.number import LONGEST_NUMBER, normalize_width

Operator = Literal["≥", ">", "=", "<", "≤", ""]

_MEANINGS: dict[Operator, tuple[str, ...]] = {
    "≥": ("大于等于", "大于或等于", "不低于", "不少于", "不小于", "不得低于", "不得少于", "高于或等于"),
    ">": ("大于", "超过", "高于", "多于"),
    "=": ("等于",),
    "<": ("小于", "低于", "少于"),
    "≤": (
        *(
            "小于等于",
            "小于或等于",
            "不超过",
            "不高于",
            "不大于",
            "不多于",
            "不得超过",
            "不得高于",
            "低于或等于",
        ),
    ),
}
# Operators wherever they are, operators only before a number, and those after a number.
STRONG: dict[str, Operator] = {word: sign for sign, words in _MEANINGS.items() for word in (sign, *words)}
WEAK: dict[str, Operator] = {
    **dict.fromkeys(("达到", "达", "至少", "最少"), "≥"),
    **dict.fromkeys(("超", "》"), ">"),
    **dict.fromkeys(("不足", "不到", "《"), "<"),
    **dict.fromkeys(("至多", "最多"), "≤"),
}
AFTER: dict[str, Operator] = {"以上": "≥", "以下": "≤", "以内": "≤", "之内": "≤"}
BEFORE: dict[str, Operator] = STRONG | WEAK
_SPELLINGS: dict[str, Operator] = BEFORE | AFTER

# What signs mean in combination, in whatever order they were typed.
_TOGETHER: dict[frozenset[str], Operator] = {frozenset({sign}): sign for sign in _MEANINGS}
_TOGETHER |= {frozenset(">="): "≥", frozenset("<="): "≤", frozenset("≥="): "≥", frozenset("≤="): "≤"}


def word_pattern(words: Iterable[str]) -> str:
    """Regular expression for any of the words, the longest first, so that 大于等于 is not read as 大于."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_SPELLING = re.compile(word_pattern(_SPELLINGS))
_STRONG_RUN = re.compile(rf"\A(?:\s*+(?:{word_pattern(STRONG)}))+\s*")
_STRONG_WORD = re.compile(word_pattern(STRONG))


def parse_operator(text: str) -> Operator:
    """The sign of an operator in any spelling (`>=`, `》=`, 不低于, 以上); "" for any other text."""
    rest, signs = "".join(normalize_width(text).split()), ""
    if len(rest) > LONGEST_NUMBER:
        return ""
    while match := _SPELLING.match(rest):
        signs += _SPELLINGS[match[0]]
        rest = rest[match.end() :]
    return "" if rest else merge_operators(signs)


def split_leading_operators(body: str) -> tuple[str, str]:
    """Split folded text into the signs of the strong operators that it begins with, and the rest."""
    start = match.end() if (match := _STRONG_RUN.match(body)) else 0
    return "".join(STRONG[word] for word in _STRONG_WORD.findall(body[:start])), body[start:]


def merge_operators(signs: str) -> Operator:
    """The operator that several signs in a row mean; "" for none and for a contradiction."""
    return _TOGETHER.get(frozenset(signs), "")


def merge_operator_pair(before: Operator, after: Operator) -> Operator | None:
    """Combine the operator before a number with the one after it: 超过90%以上 is >; None if they contradict."""
    if not before or not after:
        return before or after
    same_direction = before in "≥>" if after == "≥" else before in "≤<"
    return before if same_direction else None
