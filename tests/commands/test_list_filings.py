"""list_filings: every filing with its reference, as text or JSON."""

from __future__ import annotations

import pytest

from filings.models import Filing
from filings.services.workflow import apply_transition
from tests.commands.kit import manage
from tests.factories import House, build_house, filled


def test_the_demo_in_lines(demo: list[Filing]) -> None:
    lines = manage("list_filings").out.splitlines()
    assert lines[-1] == f"{len(demo)} filings"
    assert [line.split()[0] for line in lines[:-1]] == [filing.ref for filing in demo]
    assert all(line.split()[3] == filing.department.code for filing, line in zip(demo, lines, strict=False))
    assert all(filing.subject_name in line for filing, line in zip(demo, lines, strict=False))


def test_the_demo_as_json(demo: list[Filing]) -> None:
    rows = manage("list_filings", "--json").data
    assert [row["ref"] for row in rows] == [filing.ref for filing in demo]
    assert [(row["place"], row["year"], row["state"]) for row in rows] == [
        (filing.jurisdiction.code, filing.cycle.year, filing.state) for filing in demo
    ]
    assert all(row["department"] and row["form"] and row["layout_version"] == 1 for row in rows)
    assert [row["department_code"] for row in rows] == [filing.department.code for filing in demo]


def test_money_is_plain_text_and_empty_money_is_nothing(house: House) -> None:
    """Neither a float, which is inexact, nor an exponent, which nobody reads as an amount."""
    for total, grant in [("100", "80"), ("0.10", ""), ("", "")]:
        house.filing(filled(total=total, grant=grant))
    assert [row["total"] for row in manage("list_filings", "--json").data] == ["100", "0.1", None]


def test_filters(house: House) -> None:
    other = build_house("elseshire")
    mine, sent, theirs = house.filing(), house.filing(), other.filing()
    apply_transition(house.clerk, sent.pk, "submit")

    def refs(*words: str) -> list[str]:
        return [row["ref"] for row in manage("list_filings", "--json", *words).data]

    assert refs() == [mine.ref, sent.ref, theirs.ref]
    assert refs("--place", "elseshire") == [theirs.ref]
    assert refs("--state", "submitted") == [sent.ref]
    assert refs("--state", "draft", "--place", "testshire", "--year", "2026") == [mine.ref]
    assert refs("--year", "1999") == []


@pytest.mark.django_db
def test_no_filings() -> None:
    assert manage("list_filings").out == "0 filings\n"
    assert manage("list_filings", "--json").data == []


@pytest.mark.django_db
def test_an_unknown_state_is_an_error_and_not_an_empty_list() -> None:
    result = manage("list_filings", "--state", "sent")
    assert result.code == 1
    assert "invalid choice: 'sent'" in result.err
