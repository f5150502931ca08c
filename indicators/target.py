"""The grammar of target values (指标值), such as `≥95%`, `不低于 90 %`, `2次/日`, `5-10天`, `12月底前`, `及时`.

Nothing here rejects or corrects a text: `TargetValue.text` is what was typed, the other fields are what it means,
and a text that cannot be interpreted with certainty is `qualitative`. Decisions where usage is not uniform (for
operators see `operators`):

* `90%` has no operator, and `has_operator` is False: whether = or ≥ was meant is for the filer to decide.
* `≥` alone and `≥上年目标值` are qualitative and keep their operator. Operators that contradict each other
  (`≥≤90`) give no operator but `has_operator`; a prefix that contradicts a suffix (`≥5天以内`) gives the prefix
  and no number.
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

from indicators.chinese_number import parse_chinese_number
from indicators.dates import is_valid_date
from indicators.number import LONGEST_NUMBER, NUMBER, normalize_width, parse_number
from indicators.operators import (
    AFTER,
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
from indicators.units import is_unit, normalize_unit, split_limit, split_unit

__all__ = [
    "Kind",
    "Operator",
    "TargetValue",
    "normalize_percent",
    "parse_operator",
    "parse_target",
    "parse_target_cells",
]

Kind = Literal["empty", "quantity", "range", "ratio", "date", "qualitative"]

# 近3年 is not "nearly 3 years" but the last three.
_ABOUT = r"大约|约|将近|接近|大概|近(?!\s*[0-9]+\s*(?:年|个?月|天|日|周|届))"
_FILLER = "共计|总计|合计|累计|总共|共|控制在"
_EACH = "半年|年|季度|季|个?月|周|星期|日|天|个?小时|学期|人|户|次"
_AHEAD = rf"(?=\s*(?:(?:{word_pattern(BEFORE)}|{_FILLER})\s*)*+(?:(?:{_ABOUT})\s*)?[+-]?[0-9])"
_LEAD = re.compile(
    rf"\A\s*+(?:(?P<strong>{word_pattern(STRONG)})|(?P<weak>{word_pattern(WEAK)}){_AHEAD}"
    rf"|(?P<about>{_ABOUT})(?=\s*[+-]?[0-9])|(?:{_FILLER}){_AHEAD}|每(?P<per>{_EACH}){_AHEAD})"
)


# The look-ahead after a number keeps the pattern from ending inside one (1.234,50; 2024-02-30).
_SINGLE = re.compile(rf"\A({NUMBER})(?![0-9.,。])\s*(.*)")
_RANGE = re.compile(rf"\A({NUMBER})\s*+([^0-9\s]*?)\s*+(?:-|~|—{{1,2}}|–|至|到)\s*({NUMBER})(?![0-9.,。])\s*(.*)")
_HUNDREDTHS = re.compile(rf"百分之\s*({NUMBER}|[零一二三四五六七八九十百点]+)")
# 成 is a tenth at the end of a value only: elsewhere it begins a word (三成本, 成效).
_TENTHS = re.compile(
    rf"(?<![零一二三四五六七八九十百千万第])([一二三四五六七八九])成([一二三四五六七八九半]?)(?=$|{word_pattern(AFTER)}|左右)"
)
_SCALES = frozenset("十百千万亿")
_NO_UNIT = frozenset({"", "-", "/", "—", "——", "无"})


@dataclass(frozen=True, slots=True)
class TargetValue:
    """The meaning of a target value. `text` is exactly what was typed; `unit` and `per_unit` are folded.

    `number` is set for quantities, ratios and ranges, `upper` (the upper bound) for ranges. `approximate` values
    have 约, 左右, 余 or a similar word.
    """

    text: str
    kind: Kind
    operator: Operator = ""
    number: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    per_unit: str = ""
    approximate: bool = False
    has_operator: bool = False
    """An operator was typed, even if it is contradictory (then `operator` is "")."""

    @property
    def unit_text(self) -> str:
        """The whole unit as one text, such as `次/日`."""
        return f"{self.unit}/{self.per_unit}" if self.per_unit else self.unit


class _Lead(NamedTuple):
    """What was read before the number (signs of operators, 每年, 约), and the `rest` of the text."""

    operators: str
    per: str
    approximate: bool
    rest: str


def parse_target(text: str) -> TargetValue:
    """Parse a whole target value. Never raises; text that is not understood is qualitative."""
    body = normalize_percent(normalize_width(text))
    if not body:
        return TargetValue(text, "empty")
    signs, rest = split_leading_operators(body)
    qualitative = _as_qualitative(text, signs)
    # A longer text is prose; the limit also keeps every pattern below cheap.
    if len(rest) > LONGEST_NUMBER:
        return qualitative
    rest = rest.rstrip("。；;、, \t")
    date_exists = is_valid_date(rest, bare_month=not signs)
    if date_exists is not None:
        return _as_date(text, signs) if date_exists else qualitative
    lead = _read_lead(signs, rest)
    if lead.operators and not merge_operators(lead.operators):
        return TargetValue(text, "qualitative", has_operator=True)
    return _as_number(text, lead) or qualitative


def normalize_percent(body: str) -> str:
    """A folded text with 百分之九十 and 九成 written as 90%, if it is short enough to be a value."""
    if len(body) > LONGEST_NUMBER or not ("百分之" in body or "成" in body):
        return body
    body = _HUNDREDTHS.sub(lambda match: _percent(match[0], match[1]), body)
    return _TENTHS.sub(lambda match: _percent(match[0], f"{match[1]}十{(match[2] or '').replace('半', '五')}"), body)


def _percent(words: str, number: str) -> str:
    """A number of hundredths as a percentage; the words themselves if it is no number."""
    hundredths = parse_number(number)
    if hundredths is None:
        hundredths = parse_chinese_number(number)
    return words if hundredths is None else f"{hundredths:f}%"


def parse_target_cells(operator: str, value: str, unit: str) -> TargetValue:
    """Parse a target in three cells: operator, value, unit. `text` of the result is the three, one after the other.

    An operator cell with another word (定性) has no operator. With a unit cell a number is a quantity even if it
    looks like a date (12 and 月 are months). Cells that contradict each other (`≥` and `≤5`, `90%` and 次) give a
    qualitative value. Never raises.
    """
    text, sign, unit_cell = operator + value + unit, parse_operator(operator), normalize_width(unit)
    unit_cell = "" if unit_cell in _NO_UNIT else normalize_unit(unit_cell)
    alone = parse_target(value)
    if alone.kind == "empty":
        return TargetValue(text, "empty", sign, unit=unit_cell, has_operator=bool(sign))
    if sign and alone.has_operator and alone.operator != sign:
        return TargetValue(text, "qualitative", has_operator=True)
    typed = normalize_width(value) if alone.has_operator else sign + normalize_width(value)
    # 2023-2025 alone is a period of years, but with a unit in its own cell a range.
    is_range = alone.kind == "date" and unit_cell and _RANGE.fullmatch(normalize_width(value))
    if is_range:
        alone = parse_target(typed + unit_cell)
    elif not alone.has_operator and sign:
        alone = parse_target(typed)
    return replace(_with_unit(alone, unit_cell), text=text)


def _read_lead(signs: str, rest: str) -> _Lead:
    """Read operators, 约, 共 and 每年 before a number, in any order; `signs` are the operators read already."""
    per, approximate = "", False
    while match := _LEAD.match(rest):
        if word := match["strong"] or match["weak"]:
            signs += BEFORE[word]
        approximate = approximate or match["about"] is not None
        per = f"{per}/{match['per']}".strip("/") if match["per"] else per
        rest = rest[match.end() :]
    return _Lead(signs, per, approximate, rest.strip())


def _as_qualitative(text: str, signs: str) -> TargetValue:
    return TargetValue(text, "qualitative", merge_operators(signs), has_operator=bool(signs))


def _as_date(text: str, signs: str) -> TargetValue:
    operator = merge_operators(signs)
    if signs and not operator:
        return TargetValue(text, "qualitative", has_operator=True)
    return TargetValue(text, "date", operator, has_operator=bool(operator))


def _as_number(text: str, lead: _Lead) -> TargetValue | None:
    """A quantity, ratio or range; None unless every character of the text is understood."""
    if match := _RANGE.fullmatch(lead.rest):
        value = _as_quantity(text, lead, match[1], match[4])
        value = _as_range(value, match[2], parse_number(match[3])) if value else None
    elif match := _SINGLE.fullmatch(lead.rest):
        value = _as_quantity(text, lead, match[1], match[2])
        value = replace(value, kind="ratio") if value and value.per_unit else value
    else:
        return None
    return _unless_date(value) if value else None


def _as_quantity(text: str, lead: _Lead, number: str, tail: str) -> TargetValue | None:
    """A number with what comes before (`lead`) and after it (`tail`); None if these contradict or are no unit."""
    tail, bound, loose = split_limit(tail)
    operator = merge_operator_pair(merge_operators(lead.operators), bound)
    unit, per = split_unit(tail)
    if operator is None or not is_unit(unit, per) or (per and lead.per):
        return None
    return TargetValue(
        text,
        "quantity",
        operator,
        parse_number(number),
        unit=unit,
        per_unit=per or lead.per,
        approximate=lead.approximate or loose,
        has_operator=bool(operator),
    )


def _as_range(lower: TargetValue, lower_unit: str, upper: Decimal | None) -> TargetValue | None:
    """The range from `lower` to `upper`; None for a falling range, or if its parts contradict each other."""
    in_order = lower.number is not None and upper is not None and lower.number <= upper
    # ≥5-10 is a contradiction; in 5万-10万元 the first unit is the beginning of the second.
    if not in_order or lower.operator not in ("", "=") or not lower.unit.startswith(lower_unit):
        return None
    return replace(lower, kind="range", upper=upper)


def _unless_date(value: TargetValue) -> TargetValue | None:
    """The value; None if its number and unit could be a date too (`2023年以上`), so that the meaning is not certain."""
    if value.approximate:
        return value
    numbers = "-".join(format(number, "f") for number in (value.number, value.upper) if number is not None)
    return None if is_valid_date(f"{numbers}{value.unit_text}", bare_month=not value.operator) is not None else value


def _with_unit(value: TargetValue, unit_cell: str) -> TargetValue:
    """The value with the unit from a cell of its own; qualitative if it contradicts the unit typed with the value."""
    if not unit_cell or value.unit_text == unit_cell:
        return value
    if value.number is None:
        return replace(value, unit=unit_cell)
    # 5万 in the value cell and 元 in the unit cell are one unit.
    if value.per_unit or not set(value.unit) <= _SCALES:
        return TargetValue(value.text, "qualitative", value.operator, unit=unit_cell, has_operator=value.has_operator)
    unit, per = split_unit(value.unit + unit_cell)
    return replace(value, unit=unit, per_unit=per, kind="ratio" if per and value.kind == "quantity" else value.kind)
