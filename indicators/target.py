"""The one grammar of target values: what `≥95%`, `不低于 90 %`, `2次/日`, `5-10天`, `12月底前`, `及时` say.

Nothing here refuses or mends a text: `TargetValue.text` is what was typed, the rest is read beside it, and a
text that cannot be read for sure is `qualitative`. Decisions where usage leaves a choice (those on operators
stand in `operators`):

* `90%` has no operator, and `stated` is False: whether = or ≥ was meant is the filer's to say.
* `≥` alone and `≥上年目标值` are qualitative and keep their operator. Operators that contradict each other
  (`≥≤90`) give none, but `stated`; a prefix against a suffix (`≥5天以内`) leaves the prefix and no number.
* A number per something (`2次/日`, 每年2次, `300元/人`) is a `ratio`; a percentage is a `quantity` with the
  unit %.
* 12月 is December, but after an operator a number of months. 12月31日前 is a date without an operator.
  `2024-02-30` is neither a date nor a number.
* `-`, `/`, 无, 是/否 are text like any other. Only blanks are empty.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, NamedTuple

from indicators.dates import is_valid_date
from indicators.number import LONGEST_NUMBER, NUMBER, fold, parse_number
from indicators.operators import (
    BEFORE,
    STRONG,
    WEAK,
    Operator,
    merge_operator_pair,
    merge_operators,
    parse_operator,
    split_leading_operators,
    word_pattern,
)
from indicators.units import is_unit, split_bound, split_unit

__all__ = ["Kind", "Operator", "TargetValue", "parse_operator", "parse_target", "parse_target_cells"]

Kind = Literal["empty", "quantity", "range", "ratio", "date", "qualitative"]

# 近3年 is not "nearly 3 years" but the last three.
_ABOUT = r"大约|约|将近|接近|大概|近(?!\s*[0-9]+\s*(?:年|个?月|天|日|周|届))"
_FILLER = "共计|总计|合计|累计|总共|共|控制在"
_EACH = "半年|年|季度|季|个?月|周|星期|日|天|个?小时|学期|人|户|次"
_AHEAD = rf"(?=\s*(?:(?:{word_pattern(BEFORE)}|{_FILLER})\s*)*+(?:(?:{_ABOUT})\s*)?[+-]?[0-9])"
_LEAD = re.compile(
    rf"\s*(?:(?P<strong>{word_pattern(STRONG)})|(?P<weak>{word_pattern(WEAK)}){_AHEAD}"
    rf"|(?P<about>{_ABOUT})(?=\s*[+-]?[0-9])|(?:{_FILLER}){_AHEAD}|每(?P<per>{_EACH}){_AHEAD})"
)


# The bracket after a number keeps the pattern from stopping inside one (1.234,50; 2024-02-30).
_SINGLE = re.compile(rf"({NUMBER})(?![0-9.,。])\s*(.*)")
_RANGE = re.compile(rf"({NUMBER})\s*([^0-9\s]*?)\s*(?:-|~|—{{1,2}}|–|至|到)\s*({NUMBER})(?![0-9.,。])\s*(.*)")
_SCALES = frozenset("十百千万亿")
_NO_UNIT = frozenset({"", "-", "/", "—", "——", "无"})
# Punctuation whose width is a matter of taste: it alone is no reason to tell anybody what was understood.


@dataclass(frozen=True, slots=True)
class TargetValue:
    """What a target value says. `unit` and `per` are folded; `text` is exactly what was typed."""

    text: str
    kind: Kind
    operator: Operator = ""
    number: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    per_unit: str = ""
    approximate: bool = False
    has_operator: bool = False
    """An operator was typed, even if it is not one that can be understood."""

    @property
    def unit_text(self) -> str:
        """The unit as one text: `次/日`."""
        return f"{self.unit}/{self.per_unit}" if self.per_unit else self.unit


class _Lead(NamedTuple):
    """What stands before the number, and the rest of the text from there."""

    operators: str
    per: str
    approximate: bool
    rest: str


def parse_target(text: str) -> TargetValue:
    """Read a whole target value. Never raises, and never changes `text`."""
    body = fold(text)
    if not body:
        return TargetValue(text, "empty")
    signs, rest = split_leading_operators(body)
    words = _as_words(text, signs)
    # Beyond this length it is prose; a bound also keeps every pattern below cheap.
    if len(rest) > LONGEST_NUMBER:
        return words
    rest = rest.rstrip("。；;、, \t")
    exists = is_valid_date(rest, bare_month=not signs)
    if exists is not None:
        return _as_date(text, signs) if exists else words
    lead = _read_lead(signs, rest)
    if lead.operators and not merge_operators(lead.operators):
        return TargetValue(text, "qualitative", has_operator=True)
    return _as_measure(text, lead) or words


def parse_target_cells(operator: str, value: str, unit: str) -> TargetValue:
    """Read a target of three cells: operator, value, unit. `text` is the three as typed, one after the other.

    An operator cell with other words (定性) states none. A unit cell makes a number a quantity whatever it
    looks like (12 and 月 are months). Cells that contradict each other (`≥` and `≤5`, `90%` and 次) give a
    qualitative value.
    """
    text, sign, measure = operator + value + unit, parse_operator(operator), fold(unit)
    measure = "" if measure in _NO_UNIT else measure
    alone = parse_target(value)
    if alone.kind == "empty":
        return TargetValue(text, "empty", sign, unit=measure, has_operator=bool(sign))
    if sign and alone.has_operator and alone.operator != sign:
        return TargetValue(text, "qualitative", has_operator=True)
    typed = fold(value) if alone.has_operator else sign + fold(value)
    # 2023-2025 alone is two years, but not with a unit of its own.
    is_span = alone.kind == "date" and measure and _RANGE.fullmatch(fold(value))
    if is_span:
        alone = parse_target(typed + measure)
    elif not alone.has_operator and sign:
        alone = parse_target(typed)
    return replace(_with_unit(alone, measure), text=text)


def _read_lead(signs: str, rest: str) -> _Lead:
    per, approximate = "", False
    while match := _LEAD.match(rest):
        if word := match["strong"] or match["weak"]:
            signs += BEFORE[word]
        approximate = approximate or match["about"] is not None
        per = f"{per}/{match['per']}".strip("/") if match["per"] else per
        rest = rest[match.end() :]
    return _Lead(signs, per, approximate, rest.strip())


def _as_words(text: str, signs: str) -> TargetValue:
    return TargetValue(text, "qualitative", merge_operators(signs), has_operator=bool(signs))


def _as_date(text: str, signs: str) -> TargetValue:
    operator = merge_operators(signs)
    if signs and not operator:
        return TargetValue(text, "qualitative", has_operator=True)
    return TargetValue(text, "date", operator, has_operator=bool(operator))


def _as_measure(text: str, lead: _Lead) -> TargetValue | None:
    """Read a quantity, ratio or range; None unless every character of it is understood."""
    between = _RANGE.fullmatch(lead.rest)
    match = between or _SINGLE.fullmatch(lead.rest)
    if match is None:
        return None
    tail, bound, loose = split_bound(match[match.re.groups])
    operator = merge_operator_pair(merge_operators(lead.operators), bound)
    unit, per = split_unit(tail)
    if operator is None or not is_unit(unit, per) or (per and lead.per):
        return None
    value = TargetValue(text, "quantity", operator, parse_number(match[1]), unit=unit, per_unit=per or lead.per)
    value = replace(value, approximate=lead.approximate or loose, has_operator=bool(operator))
    if between is None:
        return _unless_date(replace(value, kind="ratio" if value.per_unit else "quantity"))
    upper = parse_number(match[3])
    in_order = value.number is not None and upper is not None and value.number <= upper
    # ≥5-10 contradicts itself; in 5万-10万元 the first unit is cut short by the second.
    if not in_order or operator not in ("", "=") or not unit.startswith(match[2]):
        return None
    return _unless_date(replace(value, kind="range", upper=upper))


def _unless_date(value: TargetValue) -> TargetValue | None:
    """The value; None if its number and unit would read as a date (`2023年以上`): then the text may mean one too."""
    if value.approximate:
        return value
    numbers = "-".join(format(number, "f") for number in (value.number, value.upper) if number is not None)
    return None if is_valid_date(f"{numbers}{value.unit_text}", bare_month=not value.operator) is not None else value


def _with_unit(value: TargetValue, measure: str) -> TargetValue:
    if not measure or value.unit_text == measure:
        return value
    if value.number is None:
        return replace(value, unit=measure)
    # 5万 in the value cell and 元 in the unit cell are one unit.
    if value.per_unit or not set(value.unit) <= _SCALES:
        return TargetValue(value.text, "qualitative", value.operator, unit=measure, has_operator=value.has_operator)
    unit, per = split_unit(value.unit + measure)
    return replace(value, unit=unit, per_unit=per, kind="ratio" if per and value.kind == "quantity" else value.kind)
