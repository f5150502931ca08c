"""The kinds of input cells (text, money, number, operator …): how each is read, validated, aligned and typed.

A kind never changes what was typed. `error` says in Chinese why a text does not fit (a draft keeps it all the same, a
check reports it), `normalize` gives the form in which two texts of the same meaning are equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from indicators.amount_text import read_amount
from indicators.days import format_days, is_typed_as_date, read_days
from indicators.number import normalize_width, parse_number
from indicators.target import parse_operator

PHONE = re.compile(r"1[0-9]{10}|(?:0[0-9]{2,3})?[0-9]{7,8}|[48]00[0-9]{7}")
LONGEST_PHONE = 30
PHONE_RULE = "手机号应为 11 位、以 1 开头，座机应为 7 至 8 位，可加区号，如 0991-1234567"
"""What `PHONE` asks for, as people are told it."""
EXTENSION = re.compile(r"(?:转|-|#)[0-9]{1,6}")
CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")
DATE_EXAMPLES = "2026-01-05、2026年1月"


@dataclass(frozen=True)
class CellKind:
    """Kind of a cell that takes any text on one line; subclasses override what differs.

    `words` names the kind in Chinese. `inputmode` is the HTML attribute of that name, for on-screen keyboards. `unit`
    is the unit of a bare amount of money, '' for other kinds. `max_length` is how many characters such a cell takes.
    `help` says how to type a cell for which the layout says nothing.
    """

    key: str = "line"
    label: str = "文字"
    align: str = "left"
    multiline: bool = False
    inputmode: str = "text"
    unit: str = ""
    max_length: int = 200
    help: str = ""

    def normalize(self, text: str) -> str:
        """The text as it is compared, not stored: half width, without outer blanks."""
        return normalize_width(text)

    def error(self, text: str) -> str:
        """Why a text (not an empty one) does not fit this kind, in Chinese; '' if it does."""
        return ""

    def amount(self, text: str) -> Decimal | None:
        """The number in a text (money always in 万元); None if the kind has no numbers or the text is not one."""
        return None

    def format_amount(self, amount: Decimal) -> str:
        """The text for an amount as `amount` returns it: in the cell's unit, without exponent and trailing zeros."""
        return format_number(amount)


def format_number(number: Decimal) -> str:
    """Format a number without exponent and trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def round_number(number: Decimal, places: int) -> Decimal:
    """Round to decimal places; a number too large for so many of them, which only a typing error is, stays as it is."""
    try:
        return number.quantize(Decimal(1).scaleb(-places))
    except InvalidOperation:
        return number


class MoneyKind(CellKind):
    """Money; a number without a unit is in `unit`, and `50万元`, `48万` and `63000元` are understood as well.

    So are amounts with words (`620万(其中…)`) and those in an accounting format; checks ask for the plain number.
    """

    def amount(self, text: str) -> Decimal | None:
        money = read_amount(text, self.unit)
        return money.amount_wan if money else None

    def format_amount(self, amount: Decimal) -> str:
        return super().format_amount(amount * 10_000 if self.unit == "元" else amount)

    def error(self, text: str) -> str:
        return "" if self.amount(text) is not None else f"“{text}”不是金额，请填数字（单位{self.unit}），如 12.50"


class NumberKind(CellKind):
    """A plain number; full-width digits and thousands commas are understood."""

    def amount(self, text: str) -> Decimal | None:
        return parse_number(text)

    def error(self, text: str) -> str:
        return "" if self.amount(text) is not None else f"“{text}”不是数字，请填数字，如 12.5"


class DateKind(CellKind):
    """A date, to the day or to the month, in any usual spelling; it stays as it was typed."""

    def normalize(self, text: str) -> str:
        return format_days(text)

    def error(self, text: str) -> str:
        if read_days(text):
            return ""
        if is_typed_as_date(text):
            return f"日历上没有“{text}”这一天"
        return f"“{text}”不是日期，请写到日或月，如 {DATE_EXAMPLES}"


class PhoneKind(CellKind):
    """A telephone number: 11 digits of a mobile one, or 7 or 8 digits, perhaps with area code and extension."""

    def error(self, text: str) -> str:
        return "" if _is_phone(normalize_width(text)) else PHONE_RULE


def _is_phone(text: str) -> bool:
    """Whether a folded text is one telephone number; signs between its digits do not count."""
    if len(text) > LONGEST_PHONE:
        return False
    extension = EXTENSION.search(text, 7)
    shortened = text[: extension.start()] if extension and extension.end() == len(text) else text
    candidates = (re.sub(r"[() -]", "", each).removeprefix("+86") for each in (text, shortened))
    return any(PHONE.fullmatch(digits) for digits in candidates)


class CreditCodeKind(CellKind):
    """A unified social credit code (统一社会信用代码): 18 digits or letters; its check digit is not verified."""

    def error(self, text: str) -> str:
        return (
            ""
            if CREDIT_CODE.fullmatch(normalize_width(text).upper())
            else "组织机构（统一社会信用）代码应为 18 位数字或大写字母"
        )


class OperatorKind(CellKind):
    """The operator of a target value in its own cell: ≥ > = < ≤ in any spelling, or a word such as 定性."""

    def normalize(self, text: str) -> str:
        return parse_operator(text) or normalize_width(text)


NUMBER_KINDS = frozenset({"money", "number", "target"})
"""The kinds of cells whose text, if it is a plain number, is one to count with; the digits of a code are not."""
CATEGORY_KINDS = frozenset({"level1", "level2"})
"""The kinds of columns that say to which category the indicator of their row belongs."""

KINDS: Mapping[str, CellKind] = {
    kind.key: kind
    for kind in (
        CellKind(max_length=500),
        CellKind("text", "多行文字", multiline=True, max_length=5_000),
        CellKind("code", "编码", inputmode="text"),
        CellKind("choice", "选项", align="center"),
        CellKind("boxes", "勾选", align="left"),
        CellKind("level1", "一级指标", align="center"),
        CellKind("level2", "二级指标", align="center"),
        CellKind("target", "指标值", align="center"),
        OperatorKind("operator", "符号", align="center"),
        MoneyKind("money", "金额", align="right", inputmode="decimal", unit="万元"),
        NumberKind("number", "数字", align="right", inputmode="decimal"),
        DateKind("date", "日期", align="center", inputmode="decimal", help=f"写到日或月，如 {DATE_EXAMPLES}"),
        PhoneKind("phone", "电话", inputmode="tel"),
        CreditCodeKind("credit_code", "组织机构代码"),
    )
}
"""The kinds by the key that layouts use; money is in 万元."""
MONEY_IN_YUAN = MoneyKind("money", "金额", align="right", inputmode="decimal", unit="元")
"""Money on a form whose amounts are in 元."""
