"""Totals and their parts: what is found, in which order, and which fixes are offered."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filings.checks import CheckSubject, Finding, check_sheet
from filings.checks.totals import detail_totals
from filings.sheet.derived import document_sums, update_derived
from filings.sheet.document import Document, Path, Row
from filings.sheet.edits import EditError, SetCell, apply_edits
from filings.sheet.layout import Layout, Section
from filings.sheet.loading import load_layout
from indicators.number import add_numbers
from tests.checks.kit import rich, rules, sheet
from tests.thoroughness import times


def form(cells: dict[str, str], rest: str = "", rows: str = "") -> Layout:
    """A layout of these money cells (name: further keys); `rows` draws those of a table `items`."""
    lines = [f'{name} = {{ kind = "money", label = "{name}"{more} }}' for name, more in cells.items()]
    drawn = "".join(f"{{{name}}}" for name in cells)
    return load_layout(
        "money.toml",
        'key = "testshire/money"\nversion = 1\nname = "资金表"\nsubject = "project"\n'
        + "\n".join(("[cells]", *lines))
        + f"\n{rest}\n"
        + f"[[block]]\nwidths_mm = [60, 60]\ndraw = '''\n| {drawn} | < |\n{rows}'''\n"
        + f'[[section]]\nkey = "all"\ntitle = "全部"\ncells = {list(cells)}\n'
        + ('tables = ["items"]\n' if rows else ""),
        {}.__getitem__,
    )


ROWS = """\
[tables.items.columns]
a = { kind = "money", label = "甲" }
b = { kind = "money", label = "乙" }
t = { kind = "money", label = "小计" }
"""
ROW_SUMS = """\
[[sum]]
total = "items.t"
parts = ["items.a", "items.b"]
[[sum]]
total = "whole"
parts = ["items.t"]
[[sum]]
total = "all"
parts = ["whole", "other"]
[[sum]]
total = "all"
parts = ["own"]
"""


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


@cache
def nested() -> Layout:
    """Sums in each row, of a column, of sums, and two rules for one total that has little room."""
    cells = {"whole": "", "other": "", "own": "", "all": ", max_length = 4"}
    return form(cells, ROWS + ROW_SUMS, "items | {a}{b} | {t} |\n")


AMOUNTS = st.sampled_from(["", "", " ", "0", "1", "2", "3.004", "3万元", "5", "500", "无", "-2", "9" * 60])
MONEY_ROWS = st.lists(st.dictionaries(st.sampled_from("abt"), AMOUNTS), max_size=3)
MONEY_CELLS = st.dictionaries(st.sampled_from(["whole", "other", "own", "all"]), AMOUNTS)
MONEY_PATHS = [Path(name) for name in ("whole", "other", "own", "all")]
MONEY_PATHS += [Path("items", f"r{number}", column) for number in range(3) for column in "abt"]


def judged(layout: Layout, document: Document) -> tuple[dict[int, Decimal], set[int]]:
    """The totals of the sums that are right, and the numbers of those that are wrong or empty, from the whole form."""
    right, wrong = {}, set()
    for number, one in enumerate(document_sums(layout, document)):
        total = one.total.kind.amount(document.value(one.path))
        parts = [amount for path, spec in one.parts if (amount := spec.kind.amount(document.value(path))) is not None]
        if total is not None and parts and abs(total - add_numbers(parts)) <= rules().limits["money_tolerance"]:
            right[number] = total
        elif parts and (total is not None or sum(parts)):
            wrong.add(number)
    return right, wrong


@settings(max_examples=times(300, 3000))
@given(rows=MONEY_ROWS, cells=MONEY_CELLS, texts=st.dictionaries(st.sampled_from(MONEY_PATHS), AMOUNTS, max_size=2))
def test_edits_leave_the_sums_right_as_the_whole_form_says(
    rows: list[dict[str, str]], cells: dict[str, str], texts: dict[Path, str]
) -> None:
    layout = nested()
    table = tuple(Row(f"r{number}", texts) for number, texts in enumerate(rows))
    before = Document("testshire/money", 1, cells, {"items": table})
    edits = [SetCell(path, text) for path, text in texts.items() if not path.row or before.row("items", path.row)]
    (right, wrong) = judged(layout, before)
    try:
        after = judged(layout, update_derived(layout, before, apply_edits(layout, before, edits)))
    except EditError:
        after = {}, {-1}
    expected = right.items() <= after[0].items() and after[1] <= wrong
    assert CheckSubject(layout, before, rules()).sums.stay_right(edits) is expected


def test_no_fix_is_offered_whose_amount_is_copied_into_another_sum() -> None:
    """What the copy leads to is not worked out; the total can still be typed."""
    more = '[[sum]]\ntotal = "t"\nparts = ["a", "b"]\n[[sum]]\ntotal = "all"\nparts = ["copy", "own"]\n'
    for follow, fix in (("", "3"), ('[[follow]]\ncell = "copy"\nsource = "t"\n', "")):
        layout = form(dict.fromkeys(("t", "a", "b", "all", "copy", "own"), ""), more + follow)
        assert by_path(check_sheet(subject(layout, a="1", b="2", all="7", own="7"))) == {"t": ("C55", fix)}
