"""Joined cells become rectangles that cover the table once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.spans import Span, SpanError, find_spans


@pytest.mark.parametrize(
    ("rows", "spans"),
    [
        ([], []),
        ([[""]], [Span(0, 0, 1, 1)]),
        ([["", "<", ""]], [Span(0, 0, 2, 1), Span(0, 2, 1, 1)]),
        ([[""], ["^"], ["^"]], [Span(0, 0, 1, 3)]),
        ([["", "<"], ["^", "^"]], [Span(0, 0, 2, 2)]),
        ([["", "<"], ["^", "<"]], [Span(0, 0, 2, 2)]),
        ([["", ""], ["^", ""]], [Span(0, 0, 1, 2), Span(0, 1, 1, 1), Span(1, 1, 1, 1)]),
    ],
)
def test_resolve(rows: list[list[str]], spans: list[Span]) -> None:
    assert find_spans(rows) == spans


@pytest.mark.parametrize(
    ("rows", "row", "reason"),
    [
        ([["<"]], 0, "左边没有单元格"),
        ([[""], ["<"]], 1, "左边没有单元格"),
        ([["^"]], 0, "上面没有单元格"),
        ([["", "<"], ["^", ""]], 1, "第 1 列开始的单元格合并后"),
        ([["", ""], ["^", "<"]], 1, "第 1 列开始的单元格合并后"),
        ([["", "<", ""], ["", "", ""], ["^", "^", "^"], ["", "^", "<"]], 3, "第 2 列开始的单元格合并后"),
    ],
)
def test_what_is_no_rectangle_is_refused(rows: list[list[str]], row: int, reason: str) -> None:
    with pytest.raises(SpanError, match=reason) as caught:
        find_spans(rows)
    assert caught.value.row == row


JOINS = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(st.sampled_from(["", "", "<", "^"]), min_size=width, max_size=width), max_size=5)
)


@given(JOINS)
def test_what_is_accepted_covers_each_place_once(rows: list[list[str]]) -> None:
    refused = None
    try:
        spans = find_spans(rows)
    except SpanError as error:
        refused = error
    if refused:
        assert 0 <= refused.row < len(rows)
        return
    covered = [
        (r, c)
        for span in spans
        for r in range(span.row, span.row + span.rows)
        for c in range(span.column, span.column + span.columns)
    ]
    assert sorted(covered) == [(r, c) for r, row in enumerate(rows) for c in range(len(row))]
    assert [(span.row, span.column) for span in spans] == [
        (r, c) for r, row in enumerate(rows) for c, join in enumerate(row) if not join
    ]
