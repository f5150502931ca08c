"""Recognizes target values that are a date or a period.

Timeliness targets are written as `2023年12月底`, `12月31日前`, `2023.1.1-2023.12.31`, `年底前完成`. Callers need
to know whether a text is a date and whether that date exists, not which day it is, so nothing here computes
one. All functions take folded text (`number.normalize_width`).
"""

import re
from datetime import date

_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_WORDED = re.compile(
    rf"\A(?=.*[年月])(?:{_YEAR}年度?)?(?:(?P<month>[0-9]{{1,2}})月份?)?(?:(?P<day>[0-9]{{1,2}})[日号])?"
)
_NUMERIC = re.compile(rf"{_YEAR}(?P<mark>[./-])(?P<month>[0-9]{{1,2}})(?:(?P=mark)(?P<day>[0-9]{{1,2}}))?")
# Without a day `2023.12` may be an amount too; only in a period from one such month to another it is a month.
_YEAR_POINT_MONTH = re.compile(rf"{_YEAR}\.[0-9]{{1,2}}")
_BARE_MONTH = re.compile(r"([0-9]{1,2})月")
_BARE_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_DAY = re.compile(r"([0-9]{1,2})[日号]")
_MONTHLY = re.compile(r"每月(?:底|末|初|(?P<day>[0-9]{1,2})[日号])")
_RELATIVE = re.compile(
    r"(?:本|当|全|次|每)?年度?(?:底|末|内|初|中)|(?:本|当|全)年度?|上半年|下半年"
    r"|第?[一二三四1-4]季度|(?:本|当|次|每)?月(?:底|末|初)"
)
_ACTION = "完成|完工|竣工|交付|验收|到位|办结|发放|支付|拨付"
_HEAD = re.compile(r"(?:于|在|截至|截止到?|至|到)")
# What may follow a date: before or after, and what is to be done by then; in the second pattern also the part
# of the month or year.
_AFTER = rf"(?:(?:之前|以前|前|之后|以后|后|起|止)[^0-9]{{0,12}})?(?:{_ACTION})?$"
_TAILS = (re.compile(_AFTER), re.compile(rf"(?:上旬|中旬|下旬|上半年|下半年|底|末|初|内)?{_AFTER}"))
_SEPARATOR = re.compile(r"[-~—–]+|至|到")
_DATE_MARK = re.compile(r"(?:(?<!\s)\s++)?([年月日号./~—–至到-])\s*")


def _without_spaces(text: str) -> str:
    """Remove the blanks that Excel and people put around 年, 月, 日 and date separators: `2023年 12月 15 日`."""
    return _DATE_MARK.sub(r"\1", text).strip()


def is_valid_date(text: str, *, bare_month: bool = True) -> bool | None:
    """True for an existing date or period, False for one that no calendar has (2月30日), None for any other text.

    With `bare_month` `12月` alone is December, otherwise a number of months and no date.
    """
    body = _without_spaces(text)
    body = body[match.end() :] if (match := _HEAD.match(body)) else body
    for candidate in (body, *(tail.sub("", body, count=1) for tail in _TAILS)):
        if not bare_month and _BARE_MONTH.fullmatch(candidate):
            return None
        for result in (_relative(candidate), _single_date(candidate), _period(candidate)):
            if result is not None:
                return result
    return None


# Each of the functions below returns True, False or None as `is_valid_date` does.


def _relative(text: str) -> bool | None:
    if match := _MONTHLY.fullmatch(text):
        return _on_calendar(None, 1, _number(match["day"]))
    return True if _RELATIVE.fullmatch(text) else None


def _single_date(text: str) -> bool | None:
    match = _WORDED.fullmatch(text) or _NUMERIC.fullmatch(text)
    if match is None or _YEAR_POINT_MONTH.fullmatch(text):
        return None
    possible = _on_calendar(_number(match["year"]), _number(match["month"]), _number(match["day"]))
    # `24月` is not a month that does not exist, but a number of months.
    return None if not possible and _BARE_MONTH.fullmatch(text) else possible


def _period(text: str) -> bool | None:
    """Two dates, the second or first shortened by what they share (`1-12月`, `2023-2025年`, `12月1日至15日`)."""
    for separator in _SEPARATOR.finditer(text):
        start, end = text[: separator.start()], text[separator.end() :]
        if _BARE_YEAR.fullmatch(start) and (_BARE_YEAR.fullmatch(end) or re.fullmatch(rf"{_YEAR}年度?", end)):
            return True
        first, last = _start(start, end), _end(end, start)
        if first is not None and last is not None:
            return first and last
    return None


def _start(text: str, end: str) -> bool | None:
    """The first date of a period, which may leave out what it shares with the end."""
    if re.fullmatch(r"[0-9]{1,2}", text) and _BARE_MONTH.fullmatch(end):
        return _single_date(f"{text}月")
    if _YEAR_POINT_MONTH.fullmatch(text) and _YEAR_POINT_MONTH.fullmatch(end):
        return _single_date(text.replace(".", "-"))
    return _single_date(text)


def _end(text: str, start: str) -> bool | None:
    """The last date of a period, which may leave out what it shares with the start."""
    if (match := _DAY.fullmatch(text)) and "月" in start:
        return _on_calendar(None, 1, int(match[1]))
    if _YEAR_POINT_MONTH.fullmatch(text) and _YEAR_POINT_MONTH.fullmatch(start):
        return _single_date(text.replace(".", "-"))
    return _single_date(text)


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _on_calendar(year: int | None, month: int | None, day: int | None) -> bool:
    """Whether the date exists, as far as its parts are given; a day without a month is no date."""
    if month is None:
        return day is None
    try:
        # 2000 for an unknown year, because it has a 29 February.
        date(2000 if year is None else year, month, 1 if day is None else day)
    except ValueError:
        return False
    return True
