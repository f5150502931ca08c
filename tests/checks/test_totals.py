"""Totals and their parts: what is found, in which order, and which fixes are offered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filings.checks import CheckSubject, Finding, check_sheet
from filings.checks.totals import detail_totals
from filings.sheet.document import Document, Row
from filings.sheet.layout import Layout, Section
from filings.sheet.loading import load_layout
from tests.checks.kit import rich, rules, sheet


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


def test_of_several_tables_the_first_of_the_form_is_told() -> None:
    """Each table alone would be told at the amount of the form, where one finding of a check stands."""
    names = [f"details_{number}" for number in range(1, 9)]
    tables = {name: replace(rich().tables["expenditures"], name=name, label=name) for name in names}
    sections = (replace(rich().sections[0], tables=tuple(names[:4])), Section("more", "更多", tables=tuple(names[4:])))
    layout = replace(rich(), tables={**rich().tables, **tables}, sections=sections)
    rows = {name: (Row("e1", {"content": name, "amount": "3"}),) for name in names}
    one = sheet(fixed={"funding.total": "50"})
    one = replace(one, layout=layout, document=replace(one.document, tables={**one.document.tables, **rows}))
    assert [dict(finding.facts)["table"] for finding in detail_totals(one)] == names
    assert [dict(found.facts)["table"] for found in check_sheet(one) if found.code == "C56"] == names[:1]
