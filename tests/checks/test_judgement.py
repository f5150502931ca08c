"""The checks against the list of mistakes in five real filings: what they miss, and what they should not say.

The list was drafted from findings (see its head): this keeps what was reached, not how a new place would fare.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path as File
from typing import Any

import pytest

from filings.checks import check_department_sheets, check_sheet
from filings.checks.rules import CRASHED
from filings.sheet.document import Path
from tests.checks.kit import PLACES, real

LABELLED = File(__file__).with_name("labelled.toml")
Said = tuple[str, int, str, str]
DETERMINISTIC = frozenset("C13 C15 C16 C17 C19 C26 C31 C32 C36 C42 C43 C55 C59 C60 C69".split())  # noqa: SIM905


@cache
def found() -> dict[Said, str]:
    """Every finding of the five places with its severity: place, sheet, where, code."""
    said: dict[Said, str] = {}
    for place in PLACES:
        subjects = real(place)
        between = check_department_sheets(subjects)
        for number, subject in enumerate(subjects):
            merged: set[tuple[str, str]] = set()
            for finding in [*check_sheet(subject), *between[number]]:
                if finding.code == "C15":
                    # The list marks cells with the same words, one merged cell on paper, once.
                    path = Path.parse(finding.path)
                    cell = path.column, subject.document.value(path)
                    if cell in merged:
                        continue
                    merged.add(cell)
                said[place, number, finding.path, finding.code] = finding.severity
    return said


@cache
def labelled() -> dict[Said, dict[str, Any]]:
    """Every mistake of the list, cell by cell."""
    entries = tomllib.loads(LABELLED.read_text("utf-8"))["mistake"]
    return {
        (one["place"], sheet, where, one["code"]): one
        for one in entries
        for sheet in one["sheets"]
        for where in one["where"]
    }


def share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def test_recall_and_precision_of_each_code(capsys: pytest.CaptureFixture[str]) -> None:
    """Prints the table; each code that blocks finds all that is labelled and says nothing else."""
    wrong, right, alarms = Counter[str](), Counter[str](), Counter[str]()
    for said in labelled():
        wrong[said[3]] += 1
        right[said[3]] += said in found()
    for said, severity in found().items():
        alarms[said[3]] += severity != "note" and said not in labelled()
    with capsys.disabled():
        print("\ncode  labelled  found  recall  false  precision")  # noqa: T201
        for code in sorted({*wrong, *alarms}):
            precision = share(right[code], right[code] + alarms[code])
            line = f"{wrong[code]:8}  {right[code]:5}  {share(right[code], wrong[code]):6.2f}  {alarms[code]:5}"
            print(f"{code:5} {line}  {precision:9.2f}")  # noqa: T201
    for code in DETERMINISTIC:
        missed = [
            said for said in labelled() if said[3] == code and labelled()[said]["certain"] and said not in found()
        ]
        assert missed == []
        assert [said for said in found() if said[3] == code and said not in labelled()] == []


def test_certain_mistakes_are_found() -> None:
    certain = [said for said, one in labelled().items() if one["certain"]]
    missed = [said for said in certain if said not in found()]
    assert share(len(certain) - len(missed), len(certain)) >= 0.95, missed


def test_what_is_said_is_deserved() -> None:
    loud = [said for said, severity in found().items() if severity in ("error", "warning")]
    false = [said for said in loud if said not in labelled()]
    assert share(len(loud) - len(false), len(loud)) >= 0.95, false


def test_every_label_is_of_a_cell_that_is_there() -> None:
    for (place, number, where, _), one in labelled().items():
        subject = real(place)[number]
        paths = {str(path) for path, _ in subject.document.cells()} | set(subject.layout.tables)
        paths |= {str(spec.path) for spec, _ in subject.fields()}
        table, _, rest = where.partition("[")
        assert where in paths or subject.document.row(table, rest.partition("]")[0]), where
        assert one["why"]


def test_no_check_crashes_on_a_real_filing() -> None:
    assert [said for said in found() if said[3] == CRASHED] == []
