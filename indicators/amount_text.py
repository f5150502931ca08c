"""Amounts of money written with more than a number: with words (`620万(其中…)`), or as a spreadsheet formats them.

Nothing is guessed: a text with two amounts of its own, a rate, a range or a calculation is no amount.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from indicators.number import MONEY_UNITS, NUMBER, normalize_width, parse_money, parse_number, shift_point

_UNIT = "|".join(sorted(MONEY_UNITS, key=len, reverse=True))
# What stands before an amount without changing it: 约50万元, 合计：50, 人民币50万元.
_LEAD = r"(?:(?:大约|约|共计|共|合计|总计|计|人民币|RMB)[\s:]*+){0,2}+"
_AMOUNT = re.compile(
    rf"{_LEAD}(?:(?P<sign>-?)(?P<currency>[¥￥])\s*+)?(?P<number>{NUMBER})(?![0-9])\s*+(?P<unit>\((?:{_UNIT})\)|{_UNIT})?"
)
# An accounting format prints zero as a dash and a negative amount in brackets.
_DASH = re.compile(r"\A[¥￥]?\s*+(?:-{1,2}|[—–]{1,2})")
_NEGATIVE = re.compile(r"\A[¥￥]?\s*+\(\s*+[¥￥]?([^()+-]*+)\)")
_BRACKETS = str.maketrans("[【{〔]】}〕", "(((())))")
_BRACKETED = re.compile(r"\([^()]*+\)")
_OF_WHICH = re.compile(r"(?:其中|包括|包含|内含|含)")
_PUNCTUATION = ",;。、:"
# An amount per something, up to something, or in a calculation is not the amount of the cell.
_NO_REMARK = re.compile(r"\(?(?:[/每~至到+×*÷=.-]|(?:" + _UNIT + r")\s*+[/每])")
_OTHER_AMOUNT = re.compile(r"[0-9元]")
_CALCULATED = re.compile(r"[×*÷/=-]")
_PART = re.compile(rf"(?<![0-9第])(?P<number>{NUMBER})(?![0-9])\s*+(?P<unit>{_UNIT})?(?P<next>[^\s,;。、:()+和及与])?")


@dataclass(frozen=True, slots=True)
class AmountText:
    """What a text says of an amount: the amount in 万元, exact, and how it is written.

    `unit_typed` is the unit typed with it, '' if none. `form` is '' for a plain number (with or without unit), "words"
    if words stand around it, "currency" if a sign of the currency does, "dash" for a dash that stands for zero,
    "brackets" for a negative amount in brackets. `parts` are the amounts that the words name, in 万元.
    """

    amount_wan: Decimal
    unit_typed: str = ""
    form: Literal["", "words", "currency", "dash", "brackets"] = ""
    parts: tuple[Decimal, ...] = ()


def read_amount(text: str, unit: str = "万元") -> AmountText | None:
    """Read a text as one amount of money in `unit`; a unit typed after the number takes precedence.

    A plain number means what `parse_money` says. None if the text does not begin with an amount, or if what follows it
    may be another amount, a rate, a range or a calculation. Never raises.
    """
    if money := parse_money(text, unit):
        return AmountText(money.amount_wan, money.unit_typed)
    folded = normalize_width(text)
    if _DASH.fullmatch(folded):
        return AmountText(Decimal(0), form="dash")
    if negative := _NEGATIVE.fullmatch(folded):
        money = parse_money(negative[1], unit)
        return AmountText(-money.amount_wan, money.unit_typed, "brackets") if money else None
    return _with_words(folded.translate(_BRACKETS), unit)


def _with_words(text: str, unit: str) -> AmountText | None:
    """The amount at the beginning of a folded text that is more than a number; None if there is none."""
    match = _AMOUNT.match(text)
    number = parse_number(match["number"]) if match else None
    if match is None or number is None or (match["sign"] and match["number"][0] in "+-"):
        return None
    typed, remark = (match["unit"] or "").strip("()"), text[match.end() :].strip()
    if remark and not _is_remark(remark, typed):
        return None
    amount = shift_point(-number if match["sign"] else number, MONEY_UNITS[typed or unit])
    has_lead = match.start("sign") > 0 or (match["currency"] is None and match.start("number") > 0)
    form: Literal["words", "currency", ""] = "words" if remark or has_lead else "currency" if match["currency"] else ""
    return AmountText(amount, typed, form, _parts(remark, typed or unit))


def _is_remark(remark: str, unit: str) -> bool:
    """Whether what follows an amount only explains it; `unit` is the one typed with the amount."""
    if _NO_REMARK.match(remark):
        return False
    if remark[0] == "(":
        return not _OTHER_AMOUNT.search(_after_brackets(remark))
    words = remark.lstrip(_PUNCTUATION + " ")
    if _OF_WHICH.match(words):
        return True
    # A bare number before words may count anything (5个, 50万亩, 1、办公费): only a unit of money makes it an amount.
    has_unit = bool(unit) if remark[0] in _PUNCTUATION else "元" in unit
    return has_unit and not _OTHER_AMOUNT.search(_BRACKETED.sub("", words))


def _after_brackets(text: str) -> str:
    """What follows the bracket with which a text begins; '' if it is never closed."""
    depth = 0
    for position, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return text[position + 1 :]
    return ""


def _parts(remark: str, unit: str) -> tuple[Decimal, ...]:
    """The amounts in 万元 that a remark names (`其中：中央300，省级320`); () if it names less than two.

    Without a unit they are in `unit`. Years, percentages, counts, and what stands in brackets inside the brackets are
    no parts; a remark that calculates names none.
    """
    inner = _BRACKETED.sub("", remark[1:]) if remark.count("(") > 1 else remark
    if _CALCULATED.search(inner):
        return ()
    parts = []
    for match in _PART.finditer(inner):
        number = parse_number(match["number"])
        if number is None:
            return ()
        if match["unit"] or not match["next"]:
            parts.append(shift_point(number, MONEY_UNITS[match["unit"] or unit]))
    return tuple(parts) if len(parts) > 1 else ()
