"""各年口径: the columns of earlier years hold values of the same unit and type as this year's (C43)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from filings.checks.finding import CheckSubject, Facts, Finding
from filings.checks.indicator_rows import read_value, without_spaces
from indicators.number import ANY_NUMBER, normalize_width, parse_number
from indicators.target import TargetValue


def unit_matches_earlier_years(subject: CheckSubject) -> Iterator[Finding]:
    """C43 各年口径不一: the value has another unit or type than the columns of earlier years."""
    for indicator in subject.indicators:
        for column in ("last_year", "year_before_last"):
            spec = indicator.table.columns.get(column)
            other = read_value(indicator.row.get(column)) if spec else None
            if spec and other and (difference := _difference(indicator.value, other)):
                facts: Facts = {
                    "cell": indicator.path(column),
                    "last": other.text.strip(),
                    "value": indicator.display_value,
                }
                yield subject.indicator_finding("C43", indicator, "value", difference, facts=facts)
                break


def _difference(value: TargetValue, other: TargetValue) -> str:
    """The case of C43: how unit or type of two years' values differ; '' if they do not or nothing is sure."""
    if "empty" in (value.kind, other.kind) or without_spaces(other.text) in ("-", "—", "/", "无", "——", "--"):
        return ""
    numbers = [each.number is not None for each in (value, other)]
    if all(numbers):
        same = value.unit_text == other.unit_text or not value.unit_text or not other.unit_text
        return "" if same or (value.per_unit == other.per_unit and units_match(value.unit, other.unit)) else "unit"
    if not any(numbers):
        return "date_or_words" if (value.kind, other.kind) in (("date", "quantity"),) else ""
    number, words = (value, other) if numbers[0] else (other, value)
    return _type_difference(number, words)


def _type_difference(number: TargetValue, words: TargetValue) -> str:
    """The case of C43 for a number and a text, '' if the text states the same number with the same unit."""
    digits = re.search(ANY_NUMBER, normalize_width(words.text))
    if digits and parse_number(digits[0]) == number.number and number.unit in normalize_width(words.text):
        return ""  # 执行100% in one year and =100% in the other
    if digits and re.search(ANY_NUMBER + r"[^0-9]*/", normalize_width(words.text)):
        return "part_of_unit"
    return "number_or_words"


def units_match(first: str, second: str) -> bool:
    """Whether two units measure the same thing: 万人 and 人, 元 and 万元, 名 and 人."""
    stems = {re.sub(r"^[十百千万亿]+|[个]", "", unit).replace("名", "人") for unit in (first, second)}
    return len(stems) == 1
