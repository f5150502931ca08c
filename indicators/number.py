"""Numbers and amounts of money as people type them with a Chinese input method.

Callers store what was typed; the functions here only interpret it. They accept any text, never raise, and
return None rather than guess.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache, reduce
from types import MappingProxyType

# Most characters of a number. A longer one is a typing error or an attack; the limit also keeps every later
# exact computation small.
LONGEST_NUMBER = 64
EXACT = Context(prec=4 * LONGEST_NUMBER)
"""For sums and shifts of such numbers, none of which loses a digit."""
_LONGEST_KEY = 18

# One number inside folded text. The digits are spelled [0-9] because \d (and Decimal itself) would accept
# Arabic-Indic ones; a comma group may not start with 0, because 0,123 is a decimal in other countries. 。 is
# what an input method in Chinese mode writes for the point. It has at most as many comma groups as a number can have
# (`LONGEST_NUMBER`), and takes runs of digits whole, so that it costs the same at each place of a text.
NUMBER = r"[+-]?(?:[1-9][0-9]{0,2}(?:,[0-9]{3}){1,21}|[0-9]++)(?:[.。][0-9]++)?"
# The same for patterns that look for a number anywhere: only a whole run of digits is one, because trying all its
# ends again from each of its digits would take time that grows with the square of the length.
ANY_NUMBER = rf"(?:[+-]|(?<![0-9])){NUMBER.removeprefix('[+-]?')}"
_NUMBER_ONLY = re.compile(NUMBER)

# Full-width ASCII has a fixed distance (0xFEE0) to ASCII. NFKC is avoided on purpose: it turns ㎡ into m2, ① into 1, ½
# into 1/2.
_FOLDED: dict[int, str | None] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLDED |= {ord(wide): narrow for wide, narrow in zip("\u3000\u00a0−≧⩾≦⩽﹪﹣﹤﹥﹦", "  -≥≥≤≤%-<>=", strict=True)}
# Invisible characters: two texts that differ only in them must compare equal.
_FOLDED |= dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))

# Radicals that look like characters, as texts copied out of a PDF have them (⽣ for 生).
_SUPPLEMENT = (
    "⺁厂 ⺃乚 ⺅亻 ⺈刀 ⺉刂 ⺊卜 ⺎兀 ⺐尢 ⺒巳 ⺓幺 ⺔彑 ⺖忄 ⺘扌 ⺙攵 ⺛旡 ⺝月 ⺞歺 ⺟母 ⺠民 ⺡氵 "
    "⺢氺 ⺣灬 ⺤爫 ⺦丬 ⺨犭 ⺪疋 ⺬示 ⺭礻 ⺮竹 ⺯糹 ⺰纟 ⺲罒 ⺶羊 ⺹耂 ⺻聿 ⺼肉 ⺾艹 ⻁虎 ⻂衤 ⻄西 "
    "⻅见 ⻆角 ⻈讠 ⻉贝 ⻊足 ⻋车 ⻌辶 ⻎辶 ⻏邑 ⻐钅 ⻑長 ⻓长 ⻔门 ⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 "
    "⻝食 ⻟飠 ⻠饣 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻮齿 ⻯竜 ⻰龙 ⻱龜 ⻲亀 ⻳龟 "
)
RADICALS: Mapping[str, str] = MappingProxyType(
    {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    | {pair[0]: pair[1] for pair in _SUPPLEMENT.split()}
)
"""Characters for the radicals that look like them (U+2F00–2FD5, and those of U+2E80–2EFF that stand for one)."""
_FOLDED |= {ord(radical): character for radical, character in RADICALS.items()}

# 》 and 《 are what an input method writes for > and <. Without a = they may be title marks, and stay.
_PAIR = re.compile("[>》]=|=>|[<《]=|=<")

# Decimal places from each unit to 万元.
MONEY_UNITS: Mapping[str, int] = MappingProxyType(
    {"元": -4, "千元": -1, "万": 0, "万元": 0, "百万元": 2, "亿": 4, "亿元": 4}
)
_MONEY = re.compile(rf"({NUMBER})\s*([^0-9\s]*)")


def normalize_width(text: str) -> str:
    """The form in which texts are compared, not stored: half width, `>=` as ≥, `<=` as ≤, no outer blanks."""
    return _fold_short(text) if len(text) <= _SHORT else _fold_long(text)


def _fold_uncached(text: str) -> str:
    narrow = text.translate(_FOLDED)
    return _PAIR.sub(lambda pair: "≥" if pair[0].strip("=") in ">》" else "≤", narrow).strip()


# Checks compare the same names and values many times, and read each longer text of a sheet in turn. Those have a cache
# of their own: about as large as one sheet, so that it stays small even if all are as long as a cell allows.
_SHORT = 200
_fold_short = lru_cache(maxsize=16384)(_fold_uncached)
_fold_long = lru_cache(maxsize=512)(_fold_uncached)


def parse_number(text: str) -> Decimal | None:
    """Parse the whole text as one number: `１２．５`, `12。5`, `1，234.50`; None for others (`1e3`, `1.234,50`)."""
    folded = normalize_width(text)
    if len(folded) > LONGEST_NUMBER or not _NUMBER_ONLY.fullmatch(folded):
        return None
    return Decimal(folded.replace(",", "").replace("。", "."))


def parse_digits(text: str) -> int | None:
    """Read up to 18 ASCII digits, as programs write a key, a version or a page; None for anything else.

    The bound is that of the database's whole numbers.
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_KEY else None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in 万元, exact, with the trailing zeros that were typed, and the unit typed with it ("" if none)."""

    amount_wan: Decimal
    unit_typed: str


def parse_money(text: str, unit: str = "万元") -> Money | None:
    """Parse an amount of money in `unit`; a unit typed after the number takes precedence.

    None if there is anything else in the text, or if the unit is none of `MONEY_UNITS`.
    """
    match = _MONEY.fullmatch(normalize_width(text))
    if match is None:
        return None
    number, typed = parse_number(match[1]), match[2]
    places = MONEY_UNITS.get(typed or unit)
    if number is None or places is None:
        return None
    return Money(shift_point(number, places), typed)


def shift_point(number: Decimal, places: int) -> Decimal:
    """Multiply by 10**places exactly, whatever the precision of the current context; no exponent (5E+4) in the result.

    The number must have at most `LONGEST_NUMBER` digits.
    """
    return Decimal(format(number.scaleb(places, context=EXACT), "f"))


def add_numbers(numbers: Iterable[Decimal]) -> Decimal:
    """The sum of numbers to the last digit, whatever the precision of the current context."""
    return reduce(EXACT.add, numbers, Decimal(0))
