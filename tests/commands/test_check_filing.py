"""check_filing: the findings that the site shows, as text or JSON."""

from __future__ import annotations

from typing import Any

import pytest

from filings.models import Filing
from filings.services.checking import check_filing
from tests.commands.kit import manage
from tests.factories import House, filled, with_text
from tests.thoroughness import times

FIELDS = ["place", "filing", "path", "label", "row_name", "code", "severity", "message"]


def test_filings_of_the_demo_are_blocked_by_their_errors(demo: list[Filing]) -> None:
    """Among them two with an empty total of filled parts."""
    result = manage("check_filing", "--all", "--json")
    errors = [row for row in result.data if row["severity"] == "error"]
    assert (result.code, result.err) == (1, f"{len(errors)} errors")
    totals = [row for row in errors if row["code"] == "C55" and row["path"] == "funding[total_own].amount"]
    assert [row["place"] for row in totals] == ["yinchuan-yongning"] * 2
    assert {row["filing"] for row in result.data} <= {filing.ref for filing in demo}


def test_each_finding_has_exactly_the_promised_fields(demo: list[Filing]) -> None:
    rows = manage("check_filing", "--all", "--json").data
    assert rows
    for row in rows:
        assert list(row) == FIELDS
        assert all(isinstance(value, str) for value in row.values())
        assert row["label"]
        assert row["message"]
        assert row["severity"] in ("error", "warning", "note")


def test_all_is_every_filing_one_by_one(demo: list[Filing]) -> None:
    """Checked together, filings have the same findings in the same order as alone."""
    chosen = demo[:: times(6, 1)]
    single = [row for filing in chosen for row in manage("check_filing", filing.ref, "--json").data]
    refs = {filing.ref for filing in chosen}
    together = manage("check_filing", "--all", "--json").data
    assert [row for row in together if row["filing"] in refs] == single
    assert {row["filing"] for row in together} <= {filing.ref for filing in demo}


def test_findings_are_those_of_the_page(house: House) -> None:
    filing = house.filing(with_text(filled(title="", phone="12"), "indicators[i2].value", ""))
    result = manage("check_filing", filing.ref, "--json")
    assert result.code == 1
    checked = check_filing(filing)
    texts = checked.describe(checked.findings)
    assert [row["path"] for row in result.data] == ["title", "phone", "indicators[i2].value"]
    assert result.data == [expected(filing, text) for text in texts]
    assert result.data[2]["row_name"] == "受益人数"
    assert result.data[2]["label"] == "试用值"


def expected(filing: Filing, finding: Any) -> dict[str, str]:
    own = {name: getattr(finding, name) for name in FIELDS[2:]}
    return {"place": "testshire", "filing": filing.ref, **own}


def test_lines_for_people_say_the_same(house: House) -> None:
    filing = house.filing(filled(phone="12"))
    (row,) = manage("check_filing", filing.ref, "--json").data
    line, count = manage("check_filing", filing.ref).out.splitlines()
    assert line.split() == [filing.ref, row["severity"], row["code"], "phone", *row["message"].split()]
    assert count == "1 findings"


def test_a_good_filing(house: House) -> None:
    ref = house.filing().ref
    assert manage("check_filing", ref, "--json").data == []
    result = manage("check_filing", ref)
    assert (result.code, result.out) == (0, "0 findings\n")


def test_warnings_alone_do_not_fail(house: House) -> None:
    house.cycle.profile += '[severity]\nC69 = "warning"\n'
    house.cycle.save()
    result = manage("check_filing", house.filing(filled(phone="12")).ref, "--json")
    assert (result.code, [row["severity"] for row in result.data]) == (0, ["warning"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none"], "there is no filing 'none'"),
        ([], "name one filing (REF) or say --all"),
        (["none", "--all"], "name one filing (REF) or say --all"),
    ],
)
def test_a_reference_or_all_must_be_given(words: list[str], message: str) -> None:
    result = manage("check_filing", *words)
    assert result.code == 1
    assert result.err.startswith(message)


@pytest.mark.django_db
def test_nothing_to_check() -> None:
    assert manage("check_filing", "--all", "--json").data == []
