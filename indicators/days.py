"""Cells that hold one date: a day (2026-01-05, 2026年1月5日) or a month (2026年1月, 202601)."""

import calendar
import re
from datetime import date

from indicators.number import normalize_width

_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
# Spreadsheets copy a date with its midnight.
_MIDNIGHT = r"(?:\s++0{1,2}:00(?::00)?)?"
_SPELLINGS = (
    re.compile(rf"{_YEAR}\s*+年\s*+(?P<month>[0-9]{{1,2}})\s*+(?:月\s*+(?:(?P<day>[0-9]{{1,2}})\s*+[日号]?)?)"),
    re.compile(
        rf"{_YEAR}\s*+(?P<mark>[./-])\s*+(?P<month>[0-9]{{1,2}})(?:\s*+(?P=mark)\s*+(?P<day>[0-9]{{1,2}}))?{_MIDNIGHT}"
    ),
    re.compile(rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})?"),
)
_TYPED_YEAR = re.compile(r"[0-9０-９]{4}")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def read_days(text: str) -> tuple[date, date] | None:
    """The first and the last day of the date that a text consists of: equal for a day, those of the month otherwise.

    Full-width digits and blanks around 年, 月, 日 and the marks . / - are understood. None for any other text, and for
    a day that no calendar has (2026-02-30).
    """
    found = _match(text)
    if not found:
        return None
    year, month, day = (int(found[part] or 0) for part in ("year", "month", "day"))
    try:
        first = date(year, month, day or 1)
    except ValueError:
        return None
    return first, first if found["day"] else first.replace(day=calendar.monthrange(year, month)[1])


def is_typed_as_date(text: str) -> bool:
    """Whether a text is written as a date, be it one that no calendar has."""
    return _match(text) is not None


def format_days(text: str) -> str:
    """A date as 2026-01-05 or 2026-01, in which equal dates are equal texts; another text folded."""
    days, found = read_days(text), _match(text)
    if not days or not found:
        return normalize_width(text)
    return f"{days[0]:%Y-%m-%d}" if found["day"] else f"{days[0]:%Y-%m}"


def add_years(text: str, years: int) -> str:
    """A date so many years later, spelled as it was; the text itself if it is no date or that day does not exist."""
    found = _match(text)
    if not years or not found or not read_days(text):
        return text
    year = str(int(found["year"]) + years)
    later = f"{year}{found.string[found.end('year') :]}"
    if not read_days(later):
        return text
    typed = _TYPED_YEAR.sub(lambda digits: year if digits[0].isascii() else year.translate(_WIDE), text, count=1)
    # Invisible characters may part the digits of the year: then the date is written anew.
    return typed if normalize_width(typed) == later else later


def _match(text: str) -> re.Match[str] | None:
    folded = normalize_width(text)
    return next((match for spelling in _SPELLINGS if (match := spelling.fullmatch(folded))), None)
