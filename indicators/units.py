"""Parses what follows the number of a target value: its unit, a `per` unit, and bounds such as 以上, 以内, 左右.

A unit can be nearly any text (个党支部, 万平方米, 辆（定员1人）), so every text counts as one unless it contains
something that no unit has: a digit, an operator, punctuation, a word of time or of bounds. All functions take
folded text (`number.normalize_width`).
"""

import re
import unicodedata

from indicators.operators import AFTER, Operator, word_pattern

_BOUND = re.compile(rf"(?:\(含\)|含)?[及或]?({word_pattern(AFTER)})(?:\(含\))?")
# 内 alone is a bound only after a unit of time; elsewhere it is part of a word.
_TIMES = "个?工作日|个?小时|天|日|分钟|秒|周|个?月|年|个?季度|学时"
_WITHIN = re.compile(rf"((?:{_TIMES}))内(?:完成|办结)?$")
_LOOSELY = re.compile(r"左右|(?<![^十百千万亿])(?:余|多(?!媒体|功能|层|元[化文]|样))")
_PER = re.compile(r"(?:(?<!\s)\s++)?(?:/\s*每?|每)\s*")

_BRACKETED = re.compile(r"\(([^()]+)\)")
_LONGEST_UNIT = 16
# Digits are allowed only in m2 and m3 and in brackets.
_UNIT = re.compile(r"(?:[kcdhm]?m[23]|[^0-9()]|\([^()]*\))*+")
_NOT_IN_UNIT = re.compile(r"[≥≤><=≠±+~—–*《》。；;，,、！!？?：:\"'“”|/\s每-]|平均|水平")
_FOREIGN_CATEGORIES = ("Nd", "No", "Cc", "Cf", "Cs")
# These turn the unit before them into a point in time or a rank, which is not a unit.
_NOT_LAST = ("前", "后", "底", "末", "初", "至", "到")


def split_limit(tail: str) -> tuple[str, Operator, bool]:
    """Split what follows a number into unit, bound (以上 is ≥), and whether 左右, 余 or 多 makes it approximate.

    `次以上/年` gives `次/年`, ≥ and False; without a bound the operator is "".
    """
    operator: Operator = ""
    if match := _BOUND.search(tail):
        operator = AFTER[match[1]]
        tail = tail[: match.start()] + tail[match.end() :]
    elif match := _WITHIN.search(tail):
        operator, tail = "≤", tail[: match.end(1)]
    loosely = _LOOSELY.search(tail)
    if loosely:
        tail = tail[: loosely.start()] + tail[loosely.end() :]
    return tail.strip(), operator, loosely is not None


def split_unit(measure: str) -> tuple[str, str]:
    """Split `次/日` or `次每日` into the unit and what it is per; "" for the second if there is none.

    A unit that is bracketed whole, as some systems print it, is the same without: `(%)` is `%`.
    """
    unit, *rest = _PER.split(normalize_unit(measure), maxsplit=1)
    return unit, rest[0] if rest else ""


def normalize_unit(unit: str) -> str:
    """A folded unit without brackets around the whole of it."""
    bracketed = _BRACKETED.fullmatch(unit)
    return bracketed[1].strip() if bracketed else unit


def is_unit(unit: str, per: str) -> bool:
    """Whether both parts can be units; `per` may begin with a number (3000m²) and contain another slash (年/人)."""
    if not _UNIT.fullmatch(unit) or (unit[:1] in ("%", "‰") and len(unit) > 1):
        return False
    if re.search(r"/[0-9]|/$|^/|//", per):
        return False
    return all(_may_measure(part) for part in (unit, *per.split("/")))


def _may_measure(part: str) -> bool:
    if len(part) > _LONGEST_UNIT or part.endswith(_NOT_LAST) or _NOT_IN_UNIT.search(part):
        return False
    # `split_limit` has removed one; a second one would become part of the unit.
    if any(pattern.search(part) for pattern in (_BOUND, _WITHIN, _LOOSELY)):
        return False
    # ①, ½ and Arabic-Indic digits are numbers that the grammar does not read; ² and ³ belong to m² and m³. The
    # other categories are control characters and surrogates.
    return all(char in "0123456789²³" or unicodedata.category(char) not in _FOREIGN_CATEGORIES for char in part)
