"""Numbers in Chinese characters: parsed from any unambiguous spelling, formatted in the standard one."""

import re
from decimal import Decimal

from indicators.number import LONGEST_NUMBER, normalize_width, shift_point

_DIGITS = "零一二三四五六七八九"
_FORMAL = str.maketrans("〇壹贰叁肆伍陆柒捌玖拾佰仟萬億两貳參陸", "零一二三四五六七八九十百千万亿二二三六")
_CHINESE = re.compile(rf"[{_DIGITS}十百千万亿]+")
_CHINESE_POINT = re.compile(rf"\A([{_DIGITS}十百千]+)点([{_DIGITS}]+)([万亿]?)")
_SCALES = {"": 0, "万": 4, "亿": 8}
_YEAR_LENGTH = 4


def format_chinese_number(number: int) -> str:
    """Format 0 to 999 as 〇, 一 … 十, 十一 … 一百零一 … 九百九十九; larger numbers in figures, as official forms do."""
    if number == 0:
        return "〇"
    return str(number) if number > 999 else re.sub("^一十", "十", _spell(number))


def parse_chinese_number(text: str) -> Decimal | None:
    """Parse a number in Chinese characters (`壹佰`, `廿三`, `一百二十万`, `三点五万`, `二〇二四`).

    Only a text that equals the standard spelling of its value is accepted; None for any other, among them
    shortcuts that can be read in two ways (`一百二`, `三四`). Show the result as a suggestion, never store it
    unasked.
    """
    plain = _standard(normalize_width(text))
    if len(plain) > LONGEST_NUMBER:
        return None
    point = _CHINESE_POINT.fullmatch(plain)
    if point is None:
        return _chinese_integer(plain)
    whole = _chinese_integer(point[1])
    if whole is None:
        return None
    return shift_point(Decimal(f"{whole}.{_positional(point[2])}"), _SCALES[point[3]])


def _standard(text: str) -> str:
    """Replace formal characters (壹) by everyday ones (一), and 一十 by 十, which both mean 10."""
    everyday = text.translate(_FORMAL).replace("廿", "二十").replace("卅", "三十")
    return everyday.replace("一十", "十")


def _chinese_integer(plain: str) -> Decimal | None:
    if not _CHINESE.fullmatch(plain):
        return None
    # Years are written digit by digit. Fewer digits in a row mean "three or four" rather than 34.
    if len(plain) >= _YEAR_LENGTH and plain[0] != "零" and set(plain) <= set(_DIGITS):
        return Decimal(_positional(plain))
    value = _loose_value(plain)
    return Decimal(value) if _standard(_spell(value)) == plain else None


def _positional(digits: str) -> str:
    """Digits one by one in figures: 二〇二四 is 2024."""
    return "".join(str(_DIGITS.index(digit)) for digit in digits)


def _loose_value(plain: str) -> int:
    """The value of a well-formed text; any other gets a number that `_spell` does not spell in the same way."""
    total = 0
    for mark, size in (("亿", 10**8), ("万", 10**4)):
        head, separator, tail = plain.partition(mark)
        if separator:
            total += _loose_section(head) * size
            plain = tail
    return total + _loose_section(plain)


def _loose_section(text: str) -> int:
    """The value of a group below 万, such as 三百二十; 10 for a bare 十."""
    total = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS.index(character)
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}.get(character, 0)
            digit = 0
    return total + digit


def _spell(value: int) -> str:
    """The standard spelling: groups of four digits; zeros in a row are spelled once, and not before 万 and 亿."""
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
