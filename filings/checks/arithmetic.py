"""测算依据: reads sums as clerks write them (`6次*0.6万元/次=3.6万元`, `20人×3000元/月×12个月＝72万元`) (C56, C57).

A formula is numbers with units between + - * / and brackets, then = and its result. Units of money are carried through
(元, 万元 …); all other units are words. What cannot be read for sure is no formula.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import without_spaces
from filings.sheet.document import Path
from filings.sheet.kinds import format_number
from indicators.number import MONEY_UNITS, NUMBER, fold, parse_number

_SIGNS = str.maketrans(
    {"×": "*", "✕": "*", "✖": "*", "x": "*", "X": "*", "÷": "/", "＋": "+", "－": "-", "＝": "=", "【": "(", "】": ")"}
)
_MONEY = "亿元|百万元|千元|万元|元|亿|万"
# A word after a number, with what it is per: 元/人/月, 次, 个月. It ends at the next sign of the formula.
_TOKEN = re.compile(
    rf"(?P<number>{NUMBER.removeprefix('[+-]?')})\s*(?P<percent>%)?(?P<unit>[^0-9+\-*/=()（）。；;，,、：:\s%]*)"
    rf"(?P<per>(?:/(?!\s*[0-9(])[^0-9+\-*/=()。；;，,、：:\s]+)*)|(?P<sign>[-+*/=()])"
)
_START = re.compile(rf"{NUMBER}|\(")
_FULL_STOP = re.compile(r"[。；;，,、：:\n]")
_ITEM = re.compile(r"(?:^|[\n；;。])\s*(?:[0-9]{1,2}[、.．)）]|[(（][0-9]{1,2}[)）])(?![0-9])")
_AMOUNT = re.compile(rf"({NUMBER})\s*({_MONEY})(?!/|每)")
_ADDED = re.compile(rf"(?:合计|总计|共计|总共|总额)[^0-9。；;，,=]{{0,6}}({NUMBER})\s*({_MONEY})(?!/|每)")
MOST_TOKENS = 60


@dataclass(frozen=True)
class Formula:
    """A written calculation: its text, what it truly gives and what it states, both in 元 when `money`."""

    text: str
    computed: Decimal
    stated: Decimal
    money: bool
    unit: str
    slack: Decimal

    @property
    def is_correct(self) -> bool:
        """Whether the result is the one stated, as far as its last printed place goes."""
        return abs(self.computed - self.stated) <= self.slack


@dataclass(frozen=True)
class _Amount:
    value: Decimal
    money: bool
    unit: str = ""


class _NoFormulaError(ValueError):
    """What is written is no calculation that can be read."""


def parse_formulas(text: str) -> Iterator[Formula]:
    """Every calculation with a result in a text."""
    folded = fold(text).translate(_SIGNS)
    for piece in _pieces(folded):
        sides = piece.split("=")
        for left, right in itertools.pairwise(sides):
            if formula := _formula(left, right):
                yield formula


def _pieces(text: str) -> Iterator[str]:
    """The stretches between punctuation that hold an equals sign; a comma between digits belongs to a number."""
    whole = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", text)
    return (piece for piece in _FULL_STOP.split(whole) if "=" in piece)


def _formula(left: str, right: str) -> Formula | None:
    result = re.match(rf"\s*({NUMBER})\s*({_MONEY})?", right)
    stated = parse_number(result[1]) if result else None
    read = _calculated(left)
    if not result or stated is None or not read or right[result.end() : result.end() + 1] == "%":
        return None
    amount, text = read
    exponent = stated.as_tuple().exponent
    slack = Decimal("0.5").scaleb(exponent if isinstance(exponent, int) else 0)
    return _judged(f"{text}={result[0].strip()}", amount, stated, result[2] or "", slack)


def _calculated(text: str) -> tuple[_Amount, str] | None:
    """The calculation at the end of a text, begun as early as it can be read, with at least one operation."""
    for start in list(_START.finditer(text))[:8]:
        body = text[start.start() :]
        try:
            reader = _Reader(body)
            amount = reader.whole()
        except (_NoFormulaError, InvalidOperation):
            continue
        if reader.operations and (amount.money or re.search(r"[*/+]", body)):
            return amount, body.strip()
        return None
    return None


def _judged(text: str, amount: _Amount, stated: Decimal, unit: str, slack: Decimal) -> Formula | None:
    """Compare in the unit of the result; a result without a unit is in the unit of what was calculated."""
    scale = _yuan(unit) if unit else _yuan(amount.unit or "元") if amount.money else Decimal(1)
    if unit and not amount.money:
        # 7*50=350万: the unit stands at the result alone.
        return Formula(text, amount.value, stated, False, unit, slack)
    return Formula(text, amount.value, stated * scale, amount.money, unit or amount.unit, slack * scale)


def _yuan(unit: str) -> Decimal:
    return Decimal(1).scaleb(MONEY_UNITS[unit] + 4)


class _Reader:
    """Reads + - * / and brackets; money may be added to money only, and multiplied by numbers only."""

    def __init__(self, text: str) -> None:
        self.tokens = self._tokens(text)
        self.at = 0
        self.operations = 0

    @staticmethod
    def _tokens(text: str) -> list[re.Match[str]]:
        text = re.sub(rf"\)\s*({_MONEY})", r")*1\1", text)  # (200+150)元/天: money behind a bracket
        text = re.sub(r"\)[^0-9+\-*/=()]+", ")", text)  # (3+2)人: a unit behind a bracket
        tokens: list[re.Match[str]] = []
        position = 0
        while position < len(text):
            if text[position].isspace():
                position += 1
                continue
            match = _TOKEN.match(text, position)
            if not match:  # 党建阵地建设7万+党员活动经费3万: words between a sign and its number
                match = _TOKEN.search(text, position)
                if not match or not tokens or tokens[-1]["sign"] not in ("+", "-") or not match["number"]:
                    raise _NoFormulaError
            tokens.append(match)
            position = match.end()
            if len(tokens) > MOST_TOKENS:
                raise _NoFormulaError
        return tokens

    def whole(self) -> _Amount:
        """The whole text as one amount."""
        amount = self._sum()
        if self.at != len(self.tokens):
            raise _NoFormulaError
        return amount

    def _sign(self, *signs: str) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at]["sign"] in signs:
            self.at += 1
            return str(self.tokens[self.at - 1]["sign"])
        return ""

    def _sum(self) -> _Amount:
        total = self._product()
        while sign := self._sign("+", "-"):
            other = self._product()
            if other.money != total.money:
                raise _NoFormulaError
            value = total.value + other.value if sign == "+" else total.value - other.value
            total = _Amount(value, total.money, total.unit or other.unit)
            self.operations += 1
        return total

    def _product(self) -> _Amount:
        product = self._factor()
        while sign := self._sign("*", "/"):
            other = self._factor()
            if (other.money and (product.money or sign == "/")) or (sign == "/" and not other.value):
                raise _NoFormulaError
            value = product.value * other.value if sign == "*" else product.value / other.value
            product = _Amount(value, product.money or other.money, product.unit or other.unit)
            self.operations += 1
        return product

    def _factor(self) -> _Amount:
        if self._sign("("):
            inner = self._sum()
            if not self._sign(")"):
                raise _NoFormulaError
            return inner
        if self.at >= len(self.tokens) or not self.tokens[self.at]["number"]:
            raise _NoFormulaError
        token = self.tokens[self.at]
        self.at += 1
        number = parse_number(token["number"])
        if number is None:
            raise _NoFormulaError
        number = number / 100 if token["percent"] else number
        unit = re.match(_MONEY, token["unit"])
        if unit and (unit[0].endswith("元") or token["unit"] == unit[0]):
            return _Amount(number * _yuan(unit[0]), True, unit[0])
        if unit:  # 2万人: a count
            number *= {"万": 10_000, "亿": 100_000_000}.get(unit[0], 1)
        return _Amount(number, False)


def formula_results(subject: CheckSubject) -> Iterator[Finding]:
    """C57 测算过程: a written calculation gives what it states; and the row's amount is what it gives."""
    for path, spec, text in subject.texts:
        if spec.kind.key not in ("text", "line") or "=" not in fold(text):
            continue
        for formula in parse_formulas(text):
            if not formula.is_correct:
                true = _shown(formula.computed, formula)
                fact = f"“{spec.label}”写的是“{formula.text}”，算下来是 {true}"
                yield subject.cell_finding("C57", path, fact, row_name=_name(subject, path))


def stated_sums(subject: CheckSubject) -> Iterator[Finding]:
    """C57: several calculations and then 合计: it is the sum of their results."""
    for path, spec, text in subject.texts:
        if spec.kind.key not in ("text", "line") or not (found := _ADDED.search(fold(text))):
            continue
        before = fold(text)[: found.start()]
        read = list(parse_formulas(before))
        told = _wan(found[1], found[2])
        plain_ones = "其中" not in text and before.count("=") == len(read) > 1 and all(one.money for one in read)
        if not plain_ones or len(_ADDED.findall(fold(text))) > 1 or any(one.stated == told * 10_000 for one in read):
            continue
        summed = sum((one.stated for one in read), Decimal(0)) / 10_000
        if abs(summed - told) > subject.profile.limits["conversion_tolerance"]:
            fact = f"“{spec.label}”里 {len(read)} 个算式合计 {format_number(summed)} 万元，写的是“{found[0].strip()}”"
            yield subject.cell_finding("C57", path, fact, row_name=_name(subject, path))


def _shown(number: Decimal, formula: Formula) -> str:
    if not formula.money:
        return format_number(number.quantize(Decimal("0.01"))) + formula.unit
    unit = formula.unit or "元"
    return format_number((number / _yuan(unit)).quantize(Decimal("0.0001"))) + unit


def detailed_amounts(subject: CheckSubject) -> Iterator[Finding]:
    """C57: the amount of a row is the result of its calculation; C56: or the sum of the items in its words."""
    for table, number, row in subject.grid_rows():
        columns = subject.layout.tables[table].columns.values()
        money = [(spec, spec.kind.amount(row.get(spec.name))) for spec in columns if spec.kind.key == "money"]
        amounts = [amount for _, amount in money if amount]
        if not amounts:
            continue
        whole = sum(amounts, Decimal(0))
        for spec in columns:
            if spec.kind.key != "text" or not (text := row.get(spec.name)):
                continue
            code, told = _told(text)
            if told and all(
                abs(told - amount) > subject.profile.limits["conversion_tolerance"] for amount in (*amounts, whole)
            ):
                shown = "、".join(format_number(amount) for amount in dict.fromkeys(amounts))
                fact = f"第 {number} 行“{spec.label}”里合计 {format_number(told)} 万元，而金额是 {shown} 万元"
                path = Path(table, row.id, spec.name)
                yield subject.cell_finding(code, path, fact, row_name=row.get("name"), severity="warning")


def _told(text: str) -> tuple[str, Decimal | None]:
    """What the words of a row add up to in 万元: one calculation of money, plain addends, or numbered items."""
    read = list(parse_formulas(text))
    if len(read) == 1 and (read[0].money or read[0].unit):
        formula = read[0]
        scale = Decimal(1) if formula.money else _yuan(formula.unit)
        return "C57", formula.stated * scale / 10_000
    if read or "=" in fold(text):
        return "C57", None
    if "+" in fold(text).translate(_SIGNS):
        calculated = _calculated(without_spaces(text).translate(_SIGNS).rstrip("。;"))
        return "C57", calculated[0].value / 10_000 if calculated and calculated[0].money else None
    items = [{_wan(*found) for found in _AMOUNT.findall(part)} for part in _ITEM.split(fold(text))[1:]]
    if len(items) < 2 or any(len(found) != 1 for found in items):
        return "C56", None
    return "C56", sum((found.pop() for found in items), Decimal(0))


def _wan(number: str, unit: str) -> Decimal:
    return (parse_number(number) or Decimal(0)) * _yuan(unit) / 10_000


def _name(subject: CheckSubject, path: Path) -> str:
    row = subject.document.row(path.name, path.row) if path.row else None
    return row.get("name") if row else ""
