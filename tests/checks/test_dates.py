"""Cells of the kind date: what cannot be read, an end before its beginning, and dates outside the budget year."""

from __future__ import annotations

from functools import cache

import pytest

from filings.checks import CheckSubject, FindingText, check_sheet, describe
from filings.sheet.document import Document, Row
from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from filings.sheet.sample import sample_document
from tests.factories import profile

DATED = """\
key = "testshire/dated"
version = 1
name = "有日期的表"
subject = "project"
[[block]]
widths_mm = [40, 40, 40, 40]
draw = '''
| 开始日期 | {begin} | 结束日期 | {end} |
| 立项日期 | {founded} | 验收日期 | {done} |
head | 工作 | 开工 | 完工 | |
works | {name} | {begun} | {finished} | |
'''
[cells]
begin = { label = "开始日期", kind = "date" }
end = { label = "结束日期", kind = "date" }
founded = { label = "立项日期", kind = "date" }
done = { label = "验收日期", kind = "date" }
[tables.works.columns]
name = { label = "工作" }
begun = { label = "开工", kind = "date" }
finished = { label = "完工", kind = "date" }
[[period]]
begin = "begin"
end = "end"
[[period]]
begin = "works.begun"
end = "works.finished"
year = "overlap"
[[period]]
end = "done"
[[section]]
key = "all"
title = "全部"
cells = ["begin", "end", "founded", "done"]
tables = ["works"]
"""


@cache
def dated(text: str = DATED) -> Layout:
    return load_layout("dated.toml", text, {}.__getitem__)


def told(form: Layout, *works: tuple[str, str], **fields: str) -> list[FindingText]:
    """The findings about a sheet of the year 2026."""
    rows = tuple(Row(f"w{i}", {"name": "修路", "begun": a, "finished": b}) for i, (a, b) in enumerate(works, 1))
    document = Document(form.key, 1, fields, {"works": rows})
    return describe(form, document, check_sheet(CheckSubject(form, document, profile())))


def brief(texts: list[FindingText]) -> list[tuple[str, str, str, str]]:
    return [(text.code, text.finding.case, text.path, text.severity) for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-05", []),
        ("２０２６年１月５日", []),
        ("2026.1", []),
        ("1998年3月", []),  # no rule says in which year
        ("2026-02-30", [("C69", "no_such_date", "founded", "error")]),
        ("46027", [("C69", "date", "founded", "error")]),
        ("待定", [("C69", "date", "founded", "error")]),
        ("2026年底", [("C69", "date", "founded", "warning")]),
    ],
)
def test_a_date_is_read_or_told(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert brief(told(dated(), founded=text)) == expected


def test_the_message_says_how_to_write_a_date() -> None:
    (text,) = told(dated(), founded="待定")
    assert text.message == ("“立项日期”填的是“待定”，日期请写到日或月，如 2026-01-05、2026年1月，请核对。")


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2026-03-01", "2026年12月", []),
        ("2026-03-01", "2026-03-01", []),
        ("2026-03-20", "2026年3月", []),  # the month may end after the 20th
        ("2026年3月", "2026-03-02", []),
        ("2026-03-01", "", []),
        ("2026-03-01", "待定", [("C69", "date", "end", "error")]),
        ("2026-03-02", "2026.3.1", [("C65", "order", "end", "warning")]),
        ("2026年4月", "2026-03-31", [("C65", "order", "end", "warning")]),
        ("2025-12-31", "2026-03-31", [("C65", "outside", "begin", "warning")]),
        ("2026-12-31", "2027年1月", [("C65", "outside", "end", "warning")]),
        ("", "2027年1月", [("C65", "outside", "end", "warning")]),
    ],
)
def test_begin_and_end_in_the_budget_year(begin: str, end: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert brief(told(dated(), begin=begin, end=end)) == expected


def test_messages_name_both_dates_and_the_year() -> None:
    (order,) = told(dated(), begin="2026-03-02", end="2026.3.1")
    assert order.fact == "“结束日期”是“2026.3.1”，早于“开始日期”的“2026-03-02”"
    (outside,) = told(dated(), done="2025-03-02")
    assert outside.fact == "“验收日期”是“2025-03-02”，不在预算年度 2026 内"


@pytest.mark.parametrize(
    ("begun", "finished", "case"),
    [
        ("2024-01-01", "2027-12-31", ""),
        ("2024-01-01", "2026年1月", ""),
        ("2024-01-01", "2025-12-31", "missed"),
        ("2027-01-01", "2028-12-31", "missed"),
        ("2027-01-01", "", "missed"),
        ("", "2025年12月", "missed"),
        ("2024-01-01", "", ""),
        ("2027-01-01", "2024-12-31", "order"),
    ],
)
def test_the_time_of_a_row_touches_the_budget_year(begun: str, finished: str, case: str) -> None:
    """A project of several years; each row is told by itself, at the last of its dates."""
    texts = told(dated(), ("2026-01-01", "2026-12-31"), (begun, finished))
    column = "finished" if finished else "begun"
    assert brief(texts) == ([("C65", case, f"works[w2].{column}", "warning")] if case else [])


def test_any_year_may_be_allowed() -> None:
    form = dated(DATED.replace('end = "done"', 'end = "done"\nyear = "any"'))
    assert brief(told(form, done="1998-01-01")) == []


def test_the_reply_to_a_wrong_order_counts_until_either_date_changes() -> None:
    (first,), (same,), (other,) = (
        told(dated(), begin=begin, end="2026-03-01") for begin in ("2026-03-02", "2026-03-02", "2026-03-03")
    )
    assert first.digest == same.digest != other.digest


def test_sample_texts_are_dates() -> None:
    form = dated()
    document = sample_document(form, [])
    assert [f for f in check_sheet(CheckSubject(form, document, profile())) if f.code in ("C65", "C69")] == []
