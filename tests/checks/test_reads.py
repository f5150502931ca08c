"""What a check reads, by its own code and that of the functions it hands the sheet to, is what it says it reads."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from types import FunctionType

import pytest

from filings.checks.reads import (
    AMOUNTS,
    CHECKS,
    EACH_INDICATOR,
    EACH_ROW,
    EACH_TEXT,
    FIELDS,
    INDICATORS,
    PARAGRAPHS,
    ROWS,
    TEXTS,
    Check,
    Part,
)

PARTS: dict[str, set[Part]] = {
    "fields": {FIELDS},
    "texts": {TEXTS, PARAGRAPHS, EACH_TEXT},
    "rows": {ROWS, EACH_ROW},
    "row_texts": {ROWS},
    "amounts": {AMOUNTS},
    "has_plain_amounts": {AMOUNTS},
    "indicators": {INDICATORS, EACH_INDICATOR},
    "annual_indicators": {INDICATORS},
    "indicator_groups": {INDICATORS},
    "projects": {INDICATORS},
    "document": {FIELDS, ROWS},
    "sums": {FIELDS},
}
"""What a check has to name, one of these, to read that of its subject."""
NOT_READING = {"layout", "profile", "cell_finding", "table_finding", "indicator_finding"}


@cache
def read_by(function: FunctionType) -> frozenset[str]:
    """The names of what a function reads of its subject, itself or through functions of checks that it gives it to."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(function))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "subject":
            found.add(node.attr)
        if isinstance(node, ast.Call) and any(isinstance(one, ast.Name) and one.id == "subject" for one in node.args):
            for called in callees(function, node.func):
                found |= read_by(called)
    return frozenset(found)


def callees(function: FunctionType, name: ast.expr) -> Iterator[FunctionType]:
    """The function of ours that is called by a plain name."""
    called = function.__globals__.get(name.id) if isinstance(name, ast.Name) else None
    if isinstance(called, FunctionType) and called.__module__.startswith("filings.checks"):
        yield called


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_names_what_it_reads(check: Check) -> None:
    """Else its findings would be carried over though what it reads has changed."""
    assert isinstance(check, FunctionType)
    read = read_by(check) - NOT_READING
    assert read, "it reads something"
    assert {name for name in read if not PARTS[name] & CHECKS[check]} == set()
