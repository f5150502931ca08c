"""测算依据: parses calculations in texts, such as `6次*0.6万元/次=3.6万元` and `20人×3000元/月×12个月＝72万元`.

A formula consists of numbers with units, + - * / and brackets, then = and its result. Money units (元, 万元 …) are
converted; other units are ignored. A text that cannot be parsed with certainty is not reported (C56, C57).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from filings.checks.finding import CheckSubject, Facts, Finding
from filings.checks.indicator_rows import without_spaces
from filings.sheet.document import Path
from filings.sheet.kinds import format_number, round_number
from indicators.number import ANY_NUMBER, MONEY_UNITS, NUMBER, normalize_width, parse_number

_SIGNS = str.maketrans(
    {"×": "*", "✕": "*", "✖": "*", "x": "*", "X": "*", "÷": "/", "＋": "+", "－": "-", "＝": "=", "【": "(", "】": ")"}
)
_MONEY = "亿元|百万元|千元|万元|元|亿|万"
# A unit with its divisors behind a number: 元/人/月, 次, 个月. It ends at the next sign of the formula.
_TOKEN = re.compile(
    rf"(?P<number>{NUMBER.removeprefix('[+-]?')})\s*(?P<percent>%)?(?P<unit>[^0-9+\-*/=()（）。；;，,、：:\s%]*)"
    rf"(?P<per>(?:/(?!\s*[0-9(])[^0-9+\-*/=()。；;，,、：:\s]+)*)|(?P<sign>[-+*/=()])"
)
_START = re.compile(rf"{NUMBER}|\(")
_PUNCTUATION = re.compile(r"[。；;，,、：:\n]")
# Blanks are read from their first one only, so that a long run of them is read once.
_ITEM = re.compile(
    r"(?:(?:^|[；;。])\s*+|(?<![\s；;。])[^\S\n]*+\n\s*+)(?:[0-9]{1,2}[、.．)）]|[(（][0-9]{1,2}[)）])(?![0-9])"
)
_AMOUNT = re.compile(rf"({ANY_NUMBER})\s*({_MONEY})(?!/|每)")
_STATED_SUM = re.compile(rf"(?:合计|总计|共计|总共|总额)[^0-9。；;，,=]{{0,6}}({NUMBER})\s*({_MONEY})(?!/|每)")
_RESULT = re.compile(rf"\A\s*({NUMBER})\s*({_MONEY})?")
MOST_TOKENS = 60
MOST_FORMULAS = 100


@dataclass(frozen=True)
class Formula:
    """A typed calculation: its text, the computed and the stated result, and the tolerance of the comparison (`slack`).

    If `money`, both results are in 元; `unit` is the unit in which they are shown.
    """

    text: str
    computed: Decimal
    stated: Decimal
    money: bool
    unit: str
    slack: Decimal

    @property
    def matches(self) -> bool:
        """Whether the stated result is the computed one, to half a unit of its last printed digit."""
        return abs(self.computed - self.stated) <= self.slack


@dataclass(frozen=True)
class _Amount:
    value: Decimal
    money: bool
    unit: str = ""


class _NoFormulaError(ValueError):
    """Raised inside the parser when a text is no calculation that can be parsed with certainty."""


def parse_formulas(text: str) -> Iterator[Formula]:
    """The calculations with a stated result in a text, in order; a chain a=b=c gives two.

    Those behind the first `MOST_FORMULAS` equals signs are left out: no text that people write has so many.
    """
    folded = normalize_width(text).translate(_SIGNS)
    sides = (pair for piece in _pieces(folded) for pair in itertools.pairwise(piece.split("=")))
    for left, right in itertools.islice(sides, MOST_FORMULAS):
        if formula := _parse_formula(left, right):
            yield formula


def _pieces(text: str) -> Iterator[str]:
    """The parts between punctuation marks that contain an equals sign. Thousands separators are removed."""
    joined = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", text)
    return (piece for piece in _PUNCTUATION.split(joined) if "=" in piece)


def _parse_formula(left: str, right: str) -> Formula | None:
    result = _RESULT.match(right)
    stated = parse_number(result[1]) if result else None
    if not result or stated is None or right[result.end() : result.end() + 1] == "%":
        return None
    calculated = _calculated(left)
    if not calculated:
        return None
    amount, text = calculated
    exponent = stated.as_tuple().exponent
    slack = Decimal("0.5").scaleb(exponent if isinstance(exponent, int) else 0)
    return _compare(f"{text}={result[0].strip()}", amount, stated, result[2] or "", slack)


def _calculated(text: str) -> tuple[_Amount, str] | None:
    """The longest calculation at the end of a text, with at least one operation; None if there is none."""
    for start in list(_START.finditer(text))[:8]:
        body = text[start.start() :]
        try:
            reader = _Reader(body)
            amount = reader.parse()
        except (_NoFormulaError, InvalidOperation):
            continue
        if reader.operations and (amount.money or re.search(r"[*/+]", body)):
            return amount, body.strip()
        return None
    return None


def _compare(text: str, amount: _Amount, stated: Decimal, unit: str, slack: Decimal) -> Formula | None:
    """Convert the stated result to 元. A result without a unit is in the unit of the calculation."""
    scale = _yuan(unit) if unit else _yuan(amount.unit or "元") if amount.money else Decimal(1)
    if unit and not amount.money:
        # 7*50=350万: only the result has a unit.
        return Formula(text, amount.value, stated, False, unit, slack)
    return Formula(text, amount.value, stated * scale, amount.money, unit or amount.unit, slack * scale)


def _yuan(unit: str) -> Decimal:
    return Decimal(1).scaleb(MONEY_UNITS[unit] + 4)


class _Reader:
    """Recursive-descent parser of one calculation. Money is added to money only and multiplied by numbers only."""

    def __init__(self, text: str) -> None:
        self.tokens = self._tokens(text)
        self.at = 0
        self.operations = 0

    @staticmethod
    def _tokens(text: str) -> list[re.Match[str]]:
        text = re.sub(rf"\)\s*({_MONEY})", r")*1\1", text)  # (200+150)元/天: a money unit behind a bracket
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

    def parse(self) -> _Amount:
        """Parse the whole text; raises _NoFormulaError if a part of it is left over."""
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
    """C57 测算过程算错: a calculation has another result than the one stated."""
    for path, spec, text in subject.texts:
        if spec.kind.key not in ("text", "line") or "=" not in normalize_width(text):
            continue
        for formula in parse_formulas(text):
            if not formula.matches:
                computed = _shown(formula.computed, formula)
                yield subject.cell_finding("C57", path, facts={"formula": formula.text, "computed": computed})


def sums_in_texts(subject: CheckSubject) -> Iterator[Finding]:
    """C57 测算过程算错: the 合计 behind several calculations is not the sum of their stated results."""
    for path, spec, text in subject.texts:
        if spec.kind.key not in ("text", "line") or not (match := _STATED_SUM.search(normalize_width(text))):
            continue
        before = normalize_width(text)[: match.start()]
        formulas = list(parse_formulas(before))
        stated = _wan(match[1], match[2])
        is_plain_sum = (
            "其中" not in text and before.count("=") == len(formulas) > 1 and all(formula.money for formula in formulas)
        )
        if (
            not is_plain_sum
            or len(_STATED_SUM.findall(normalize_width(text))) > 1
            or any(formula.stated == stated * 10_000 for formula in formulas)
        ):
            continue
        summed = sum((formula.stated for formula in formulas), Decimal(0)) / 10_000
        if abs(summed - stated) > subject.profile.limits["conversion_tolerance"]:
            facts: Facts = {"formulas": len(formulas), "summed": format_number(summed), "words": match[0].strip()}
            yield subject.cell_finding("C57", path, "sum", facts=facts)


def _shown(number: Decimal, formula: Formula) -> str:
    if not formula.money:
        return format_number(round_number(number, 2)) + formula.unit
    unit = formula.unit or "元"
    return format_number(round_number(number / _yuan(unit), 4)) + unit


def detailed_amounts(subject: CheckSubject) -> Iterator[Finding]:
    """C57 测算过程算错, C56 明细合计不符: the amount of a row differs from its calculation, or from its items."""
    for table, row in subject.rows:
        columns = subject.layout.tables[table].columns.values()
        money = [(spec, spec.kind.amount(row.get(spec.name))) for spec in columns if spec.kind.key == "money"]
        amounts = [amount for _, amount in money if amount]
        if not amounts:
            continue
        total = sum(amounts, Decimal(0))
        for spec in columns:
            if spec.kind.key != "text" or not (text := row.get(spec.name)):
                continue
            code, stated = _stated_amount(text)
            if stated and all(
                abs(stated - amount) > subject.profile.limits["conversion_tolerance"] for amount in (*amounts, total)
            ):
                facts: Facts = {
                    "stated": format_number(stated),
                    "amounts": [format_number(amount) for amount in dict.fromkeys(amounts)],
                }
                cells = [Path(table, row.id, column.name) for column, _ in money]
                path = Path(table, row.id, spec.name)
                yield subject.cell_finding(code, path, "row", facts=facts, reads=cells, severity="warning")


def _stated_amount(text: str) -> tuple[str, Decimal | None]:
    """What a row's text adds up to in 万元, and the code to report it under (None: nothing that is sure).

    C57 for one calculation of money or for plain addends; C56 for numbered items.
    """
    formulas = list(parse_formulas(text))
    if len(formulas) == 1 and (formulas[0].money or formulas[0].unit):
        formula = formulas[0]
        scale = Decimal(1) if formula.money else _yuan(formula.unit)
        return "C57", formula.stated * scale / 10_000
    if formulas or "=" in normalize_width(text):
        return "C57", None
    if "+" in normalize_width(text).translate(_SIGNS):
        calculated = _calculated(without_spaces(text).translate(_SIGNS).rstrip("。;"))
        return "C57", calculated[0].value / 10_000 if calculated and calculated[0].money else None
    return "C56", _sum_of_items(text)


def _sum_of_items(text: str) -> Decimal | None:
    """The sum of numbered items in 万元; None unless there are several and each names exactly one amount."""
    items = [{_wan(*amount) for amount in _AMOUNT.findall(part)} for part in _ITEM.split(normalize_width(text))[1:]]
    if len(items) < 2 or any(len(amounts) != 1 for amounts in items):
        return None
    return sum((amounts.pop() for amounts in items), Decimal(0))


def _wan(number: str, unit: str) -> Decimal:
    return (parse_number(number) or Decimal(0)) * _yuan(unit) / 10_000
