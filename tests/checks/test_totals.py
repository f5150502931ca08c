"""Totals and their parts: what is found, in which order, and which fixes are offered."""

from __future__ import annotations

import pytest

from filings.checks import CheckSubject, Finding, check_sheet
from filings.sheet.document import Document
from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from tests.checks.kit import rules


def form(cells: dict[str, str], rest: str = "", tables: str = "") -> Layout:
    """A layout of these money cells (name: further keys); `tables` are listed in its section."""
    lines = [f'{name} = {{ kind = "money", label = "{name}"{more} }}' for name, more in cells.items()]
    drawn = "".join(f"{{{name}}}" for name in cells)
    return load_layout(
        "money.toml",
        'key = "testshire/money"\nversion = 1\nname = "资金表"\nsubject = "project"\n'
        + "\n".join(("[cells]", *lines))
        + f"\n{rest}\n"
        + f"[[block]]\nwidths_mm = [60, 60]\ndraw = '''\n| {drawn} | < |\n{tables}'''\n"
        + f'[[section]]\nkey = "all"\ntitle = "全部"\ncells = {list(cells)}\n',
        {}.__getitem__,
    )


def subject(layout: Layout, **fields: str) -> CheckSubject:
    return CheckSubject(layout, Document("testshire/money", 1, fields), rules())


def by_path(found: list[Finding]) -> dict[str, tuple[str, str]]:
    """Code and new text of the fix, by address."""
    return {finding.path: (finding.code, finding.fix_text) for finding in found}


@pytest.mark.parametrize(("limit", "fix"), [(5, ""), (7, "3000.75")])
def test_a_sum_that_the_total_has_no_room_for_is_told_without_a_fix(limit: int, fix: str) -> None:
    two_sums = '[[sum]]\ntotal = "t"\nparts = ["a", "b"]\n[[sum]]\ntotal = "u"\nparts = ["a", "b"]\n'
    layout = form({"t": f", max_length = {limit}", "u": "", "a": "", "b": ""}, two_sums)
    found = check_sheet(subject(layout, a="1000.5", b="2000.25", u="7"))
    assert by_path(found) == {"t": ("C55", fix), "u": ("C54", "")}
