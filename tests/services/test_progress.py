"""Progress through the sections of a form: each finding counts in the section in which it is corrected."""

from __future__ import annotations

import pytest

from filings.checks import Finding, FindingText
from filings.services.progress import findings_by_path, section_key, step_progress
from tests.factories import layout


def finding(path: str, severity: str = "error") -> FindingText:
    return FindingText(Finding("C01", path, severity=severity), "某格", "没有填写。", "没有填写。")


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("title", "head"),
        ("funding[grant].amount", "head"),
        ("objectives[annual].text", "goals"),
        ("indicators", "rows"),
        ("indicators[i1].value", "rows"),
        ("indicators[gone].value", "rows"),
        ("", "head"),
        ("附件", "head"),
        ("not a path[", "head"),
    ],
)
def test_the_section_of_an_address(address: str, key: str) -> None:
    assert section_key(layout(), address) == key


def test_every_section_is_a_step_in_order() -> None:
    steps = step_progress(layout(), [])
    assert [(step.number, step.section.key, step.findings, step.errors) for step in steps] == [
        (1, "head", [], 0), (2, "goals", [], 0), (3, "rows", [], 0),
    ]  # fmt: skip


def test_findings_stand_in_their_step_in_their_order_and_errors_are_counted() -> None:
    found = [
        finding("indicators[i1].value"), finding("title", "warning"), finding("indicators"), finding("phone"),
        finding("objectives[annual].text", "note"),
    ]  # fmt: skip
    head, goals, rows = step_progress(layout(), found)
    assert (head.findings, head.errors) == ([found[1], found[3]], 1)
    assert (goals.findings, goals.errors) == ([found[4]], 0)
    assert (rows.findings, rows.errors) == ([found[0], found[2]], 2)


def test_findings_by_the_path_of_their_cell() -> None:
    one, two, whole = finding("title"), finding("title", "warning"), finding("")
    grouped = findings_by_path([one, whole, two])
    assert dict(grouped) == {"title": [one, two], "": [whole]}
    assert grouped["phone"] == []
