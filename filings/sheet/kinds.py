"""What can stand in an input cell: one class per kind owns how its text is read, judged, aligned and typed.

A kind never changes a text. `fault` says in Chinese why a text does not fit (for findings; a draft keeps it anyway),
`canonical` gives the form in which two texts of the same meaning compare equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.number import fold, parse_money, parse_number
from indicators.target import parse_operator

PHONE = re.compile(r"[0-9()（）+ -]{7,20}")
CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")


@dataclass(frozen=True)
class CellKind:
    """Any text on one line; the other kinds differ from it."""

    key: str = "line"
    words: str = "文字"
    align: str = "left"
    multiline: bool = False
    inputmode: str = "text"
    unit: str = ""

    def normalize(self, text: str) -> str:
        """The text in the form that compares: full and half width alike, outer blanks gone."""
        return fold(text)

    def error(self, text: str) -> str:
        """Why a filled text does not fit this kind, in Chinese, or ''."""
        return ""

    def amount(self, text: str) -> Decimal | None:
        """The number a text states (money in 万元), None where there is none."""
        return None

    def format_amount(self, amount: Decimal) -> str:
        """The text that states an amount: without exponent, without zeros at its end, in the cell's unit."""
        return format_number(amount)


def format_number(number: Decimal) -> str:
    """A number without exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class MoneyKind(CellKind):
    """Money, a bare number being in `unit`; `50万元`, `48万` and `63000元` are understood and kept as typed."""

    def amount(self, text: str) -> Decimal | None:
        money = parse_money(text, self.unit)
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


class PhoneKind(CellKind):
    """A telephone number of 7 to 20 digits and separators."""

    def error(self, text: str) -> str:
        return "" if PHONE.fullmatch(fold(text)) else "电话号码应为 7 位以上数字，如 0991-1234567"


class CreditCodeKind(CellKind):
    """The 18 characters of a unified social credit code."""

    def error(self, text: str) -> str:
        return (
            "" if CREDIT_CODE.fullmatch(fold(text).upper()) else "组织机构（统一社会信用）代码应为 18 位数字或大写字母"
        )


class OperatorKind(CellKind):
    """The operator of a target value in a cell of its own: ≥ > = < ≤ in any spelling, or a word such as 定性."""

    def normalize(self, text: str) -> str:
        return parse_operator(text) or fold(text)


KINDS: Mapping[str, CellKind] = {
    kind.key: kind
    for kind in (
        CellKind(),
        CellKind("text", "多行文字", multiline=True),
        CellKind("code", "编码", inputmode="text"),
        CellKind("choice", "选项", align="center"),
        CellKind("boxes", "勾选", align="left"),
        CellKind("level1", "一级指标", align="center"),
        CellKind("level2", "二级指标", align="center"),
        CellKind("target", "指标值", align="center"),
        OperatorKind("operator", "符号", align="center"),
        MoneyKind("money", "金额", align="right", inputmode="decimal", unit="万元"),
        NumberKind("number", "数字", align="right", inputmode="decimal"),
        PhoneKind("phone", "电话", inputmode="tel"),
        CreditCodeKind("credit_code", "组织机构代码"),
    )
}
YUAN = MoneyKind("money", "金额", align="right", inputmode="decimal", unit="元")
"""Money on a form that counts in 元."""
