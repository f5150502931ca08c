"""Mistakes in data files: how they read, and in which order."""

from __future__ import annotations

import pytest

from filings.sheet.problems import LayoutError, Problem


def test_a_problem_reads_as_file_line_reason() -> None:
    assert str(Problem("a.toml", 7, "is wrong")) == "a.toml:7: is wrong"


def test_an_error_lists_its_problems_by_file_and_line() -> None:
    error = LayoutError([Problem("b.toml", 1, "three"), Problem("a.toml", 10, "two"), Problem("a.toml", 9, "one")])
    assert str(error) == "a.toml:9: one\na.toml:10: two\nb.toml:1: three"
    assert [problem.reason for problem in error.problems] == ["one", "two", "three"]


def test_problems_of_one_line_stay_in_the_order_in_which_they_were_found() -> None:
    error = LayoutError([Problem("a.toml", 2, "z"), Problem("a.toml", 2, "a"), Problem("a.toml", 1, "m")])
    assert [problem.reason for problem in error.problems] == ["m", "z", "a"]


def test_callers_that_expect_a_wrong_value_catch_it() -> None:
    with pytest.raises(ValueError, match=r"a\.toml:1: no"):
        raise LayoutError([Problem("a.toml", 1, "no")])
