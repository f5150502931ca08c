"""The checks against sheets of other places than those they were made on (tests/checks/unseen).

Each set was labelled row by row before any check was run on it, then measured once, and only then were checks mended
by what it showed; so the figures below are of sheets the checks had not seen, and those that the tests print are not.
Of what a reviewer would call certain / of what the checks said aloud:

* published and typical (52 sheets, 518 rows): found 106 of 157 (0.68), 228 of 257 deserved (0.89)
* second (22 sheets, 218 rows), after mending on the first two: 47 of 50 (0.94), 72 of 76 (0.95)
* third (15 sheets, 165 rows), after mending on the second: 23 of 24 (0.96), 47 of 50 (0.94)
* fourth (12 sheets, 136 rows), after mending on the third: 15 of 16 (0.94), 38 of 40 (0.95)
* fifth (11 sheets, 123 rows), after mending on the fourth and two lists of single rows: 17 of 19 (0.89), 32 of 32

A third of what was said aloud was C33 (a number without its sign), which the notation takes for deserved wherever it
stands; without it the sets are 137 of 166 (0.83), 46 of 50 (0.92), 31 of 34 (0.91), 18 of 20 (0.90) and 21 of 21. About
half of those C33 are notes since the fourth.

One reviewer labelled all of them, who had read the checks' word lists and wrote most of the rows, so a real new place
may fare worse. Some labels were amended afterwards where a finding turned out to be deserved, or a row was mistyped.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from filings.checks import check_sheet, describe
from filings.checks.rules import CRASHED
from filings.checks.run import MORE_SPECIFIC
from tests.checks.test_judgement import DETERMINISTIC, share
from tests.checks.unseen_kit import Spoken, sheets

ROW = re.compile(r"indicators\[r([0-9]+)\]")


@cache
def found() -> dict[Spoken, str]:
    """Every finding with its message, `note: ` before those that are only notes."""
    said: dict[Spoken, str] = {}
    for key, one in sheets().items():
        for finding in describe(one.subject.layout, one.subject.document, check_sheet(one.subject)):
            row = ROW.match(finding.path)
            note = "note: " if finding.severity == "note" else ""
            said[key, int(row[1]) if row else 0, finding.code] = note + finding.message
    return said


@cache
def labelled() -> dict[Spoken, bool]:
    return {said: certain for one in sheets().values() for said, certain in one.says.items()}


def missed() -> list[Spoken]:
    """What nobody would argue about and no check says, nor one that says the same mistake better."""
    return [
        (key, row, code)
        for (key, row, code), certain in labelled().items()
        if certain and not any((key, row, one) in found() for one in {code} | MORE_SPECIFIC.get(code, frozenset()))
    ]


def false() -> list[Spoken]:
    """What a check says aloud and no reviewer would."""
    return [said for said, text in found().items() if not text.startswith("note: ") and said not in labelled()]


def test_the_set_is_large_enough() -> None:
    assert len(sheets()) >= 25
    assert sum(one.rows for one in sheets().values()) >= 250


def test_recall_and_precision_of_each_code(capsys: pytest.CaptureFixture[str]) -> None:
    """Prints the table; no check crashes."""
    loud = Counter(said[2] for said, text in found().items() if not text.startswith("note: "))
    certain = Counter(said[2] for said, sure in labelled().items() if sure)
    alarms, misses = Counter(said[2] for said in false()), Counter(said[2] for said in missed())
    with capsys.disabled():
        print("\ncode   certain found recall   loud false precision")  # noqa: T201
        for code in sorted({*loud, *certain}):
            hit = certain[code] - misses[code]
            left = f"{certain[code]:7} {hit:5} {share(hit, certain[code]):6.2f}"
            right = f"{loud[code]:6} {alarms[code]:5} {share(loud[code] - alarms[code], loud[code]):9.2f}"
            print(f"{code:6} {left} {right}")  # noqa: T201
        all_loud, all_certain = loud.total(), certain.total()
        recall, precision = share(all_certain - len(missed()), all_certain), share(all_loud - len(false()), all_loud)
        print(f"all    {all_certain:7} recall {recall:.3f}  {all_loud:6} loud, precision {precision:.3f}")  # noqa: T201
    assert CRASHED not in {said[2] for said in found()}


def test_what_was_reached_is_kept() -> None:
    """Not a measure any more: the checks were mended on these sheets."""
    loud = [text for text in found().values() if not text.startswith("note: ")]
    certain = [said for said, sure in labelled().items() if sure]
    assert share(len(certain) - len(missed()), len(certain)) >= 0.98, missed()
    assert share(len(loud) - len(false()), len(loud)) >= 0.98, false()
    assert [said for said in missed() if said[2] in DETERMINISTIC] == []
