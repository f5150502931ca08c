"""Number formats of workbook cells: a text that is exactly a plain number becomes that number, shown as typed."""

from __future__ import annotations

import re

PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]+))?")
MOST_DIGITS = 15
"""Significant digits, and decimals, that Excel keeps of a number."""


def number_format(text: str) -> str:
    """The format in which the number of a text shows that text, such as `0.00` or `#,##0`; '' for any other text.

    A text with leading zeros, a plus sign, full-width digits, a unit or more digits than Excel keeps is no plain
    number, nor is `-0`: as a number it would look or mean something else.
    """
    match = PLAIN.fullmatch(text)
    if not match:
        return ""
    decimals = match[1] or ""
    digits = re.sub("[^0-9]", "", text).lstrip("0")
    if len(digits) > MOST_DIGITS or len(decimals) > MOST_DIGITS or (text.startswith("-") and not digits):
        return ""
    return ("#,##0" if "," in text else "0") + (f".{'0' * len(decimals)}" if decimals else "")


def plain_number(text: str) -> str:
    """A text for which `number_format` gives a format, as a workbook stores the number."""
    return text.replace(",", "")
