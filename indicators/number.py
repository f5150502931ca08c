"""Numbers and money as clerks type them with a Chinese input method.

What was typed is the truth and is stored verbatim by the callers; the functions here only say what it means.
Every one of them takes any text, never raises on it, and answers None rather than guess.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from types import MappingProxyType

# A longer "number" is a slip or an attack; the bound also keeps every later exact computation small.
LONGEST_NUMBER = 64

# One number inside folded text. The digits are spelled [0-9] because \d (and Decimal itself) would accept
# Arabic-Indic ones; a comma group may not start with 0, because 0,123 is a decimal in other countries. 。 is
# what an input method in Chinese mode writes for the point.
NUMBER = r"[+-]?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:[.。][0-9]+)?"
_NUMBER_ONLY = re.compile(NUMBER)

# Full-width ASCII stands at a fixed distance. NFKC is avoided on purpose: it turns ㎡ into m2, ① into 1, ½
# into 1/2.
_FOLDED: dict[int, str | None] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLDED |= {ord(wide): narrow for wide, narrow in zip("\u3000\u00a0−≧⩾≦⩽﹪﹣﹤﹥﹦", "  -≥≥≤≤%-<>=", strict=True)}
# Nobody can see these, so two texts that differ by them only must compare equal.
_FOLDED |= dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))

# 》 and 《 are what an input method writes for > and <. Alone they are title marks and stay.
_PAIR = re.compile("[>》]=|=>|[<《]=|=<")

# Decimal places from each unit to 万元.
MONEY_UNITS: Mapping[str, int] = MappingProxyType(
    {"元": -4, "千元": -1, "万": 0, "万元": 0, "百万元": 2, "亿": 4, "亿元": 4}
)
_MONEY = re.compile(rf"({NUMBER})\s*([^0-9\s]*)")

_DIGITS = "零一二三四五六七八九"
_FORMAL = str.maketrans("〇壹贰叁肆伍陆柒捌玖拾佰仟萬億两貳參陸", "零一二三四五六七八九十百千万亿二二三六")
_CHINESE = re.compile(rf"[{_DIGITS}十百千万亿]+")
_CHINESE_POINT = re.compile(rf"([{_DIGITS}十百千]+)点([{_DIGITS}]+)([万亿]?)")
_SCALES = {"": 0, "万": 4, "亿": 8}
_YEAR_LENGTH = 4


def fold(text: str) -> str:
    """Give the form in which texts are compared, not stored: half width, one ≥ and ≤, no outer blanks."""
    return _fold_short(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    narrow = text.translate(_FOLDED)
    return _PAIR.sub(lambda pair: "≥" if pair[0].strip("=") in ">》" else "≤", narrow).strip()


# Every check compares the same names and values again.
_SHORT = 64
_fold_short = lru_cache(maxsize=16384)(_fold)


def parse_number(text: str) -> Decimal | None:
    """Read the whole text as one number: `１２．５`, `12。5`, `1，234.50`, but not `1e3`, `1.234,50`."""
    folded = fold(text)
    if len(folded) > LONGEST_NUMBER or not _NUMBER_ONLY.fullmatch(folded):
        return None
    return Decimal(folded.replace(",", "").replace("。", "."))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in 万元, never rounded, with its trailing zeros, and the unit typed with it ("" if none)."""

    amount_wan: Decimal
    unit_typed: str


def parse_money(text: str, unit: str = "万元") -> Money | None:
    """Read an amount of money. `unit` is the form's own, and a unit typed after the number wins over it.

    None if there is anything else in the text, or if no unit of `MONEY_UNITS` applies.
    """
    match = _MONEY.fullmatch(fold(text))
    if match is None:
        return None
    number, typed = parse_number(match[1]), match[2]
    places = MONEY_UNITS.get(typed or unit)
    if number is None or places is None:
        return None
    return Money(_shift(number, places), typed)


def parse_chinese_number(text: str) -> Decimal | None:
    """Read a number written in characters (`壹佰`, `廿三`, `一百二十万`, `三点五万`, `二〇二四`).

    A suggestion to show, never to store by itself. Only a text that equals the standard spelling of its own
    value is believed; shortcuts that read two ways (`一百二`, `三四`) give None.
    """
    plain = _standard(fold(text))
    if len(plain) > LONGEST_NUMBER:
        return None
    point = _CHINESE_POINT.fullmatch(plain)
    if point is None:
        return _chinese_integer(plain)
    whole = _chinese_integer(point[1])
    if whole is None:
        return None
    return _shift(Decimal(f"{whole}.{_positional(point[2])}"), _SCALES[point[3]])


def suggest_money(text: str, unit: str = "万元") -> Money | None:
    """Read an amount written in characters: `壹佰万元` is 100 万元. A suggestion, as `chinese_number`."""
    written = fold(text).removesuffix("整")
    bare = written.removesuffix("元").removesuffix("圆")
    number = parse_chinese_number(bare)
    # A number that says 元, 万 or 亿 itself counts 元, whatever the unit of the form.
    in_yuan = bare != written or not set(bare).isdisjoint("万萬亿億")
    places = MONEY_UNITS.get("元" if in_yuan else unit)
    if number is None or places is None:
        return None
    return Money(_shift(number, places), "元" if in_yuan else "")


def _shift(number: Decimal, places: int) -> Decimal:
    """Move the point exactly, whatever precision the caller's context has, and without an exponent (5E+4)."""
    exact = Context(prec=2 * LONGEST_NUMBER)
    return Decimal(format(number.scaleb(places, context=exact), "f"))


def _standard(text: str) -> str:
    """Put everyday characters for the formal ones, and 十 for 一十, which both mean 10."""
    everyday = text.translate(_FORMAL).replace("廿", "二十").replace("卅", "三十")
    return everyday.replace("一十", "十")


def _chinese_integer(plain: str) -> Decimal | None:
    if not _CHINESE.fullmatch(plain):
        return None
    # Years are read out digit by digit. Fewer digits in a row mean "three or four" rather than 34.
    if len(plain) >= _YEAR_LENGTH and plain[0] != "零" and set(plain) <= set(_DIGITS):
        return Decimal(_positional(plain))
    value = _loose_value(plain)
    return Decimal(value) if _standard(_spell(value)) == plain else None


def _positional(digits: str) -> str:
    return "".join(str(_DIGITS.index(digit)) for digit in digits)


def _loose_value(plain: str) -> int:
    """Value a well-formed text; any other gets some number, which `_spell` then does not give back."""
    total = 0
    for mark, size in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = plain.partition(mark)
        if found:
            total += _loose_section(head) * size
            plain = tail
    return total + _loose_section(plain)


def _loose_section(text: str) -> int:
    total = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS.index(character)
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}.get(character, 0)
            digit = 0
    return total + digit


def _spell(value: int) -> str:
    """Spell by the standard: groups of four digits, zeros in a row read once, none before 万 and 亿."""
    if value == 0:
        return "零"
    spelled = ""
    for size, mark in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section = value // size % 10**4
        for base, place in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = section // base % 10
            spelled += _DIGITS[digit] + (place if digit else "")
        spelled = spelled.rstrip("零") + mark if section and mark else spelled
    return re.sub("零+", "零", spelled).strip("零")
