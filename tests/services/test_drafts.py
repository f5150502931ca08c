"""Saving a draft: all that those who may typed is stored, a save counts once, the journal tells every version."""

from __future__ import annotations

import random

import pytest

from filings.models import Filing, IndicatorRow
from filings.services.documents import load_document
from filings.services.drafts import step_edits
from filings.services.errors import Refused
from filings.services.saves import document_at
from filings.services.workflow import apply_transition
from filings.sheet.document import Path
from filings.sheet.edits import AddRow, DeleteRow, MoveRow
from tests.factories import House, put
from tests.services.kit import save, stored_text


@pytest.mark.parametrize(
    "typed",
    ["≧90％", "五十万左右", "=1+1", "<script>alert(1)</script>", "{{7*7}}", "{year}", "'; DROP TABLE filings_filing;--",
     "\t制表", "一\n二", "　", "𠮷䶮\ue863", "字" * 200],
)  # fmt: skip
@pytest.mark.parametrize("address", ["title", "phone", "funding[total].amount", "indicators[i1].value"])
def test_anything_typed_is_kept_as_typed(house: House, address: str, typed: str) -> None:
    filing = house.filing()
    saved = save(house.clerk, filing, 0, put(address, typed))
    assert (saved.version, saved.conflicts, saved.refused) == (1, [], [])
    assert stored_text(filing, address) == typed


def test_versions_count_saves_that_changed_something(house: House) -> None:
    filing = house.filing()
    assert save(house.clerk, filing, 0, put("title", "一")).version == 1
    assert save(house.clerk, filing, 1, put("title", "一")).version == 1
    assert save(house.clerk, filing, 1).version == 1
    assert save(house.lead, filing, 1, put("title", "二"), put("phone", "9")).version == 2
    assert list(filing.edits.values_list("version", "person", "changes")) == [
        (1, house.clerk.pk, [{"path": "title", "from": "巷道改造", "to": "一"}]),
        (
            2,
            house.lead.pk,
            [{"path": "phone", "from": "0951-1234567", "to": "9"}, {"path": "title", "from": "一", "to": "二"}],
        ),
    ]


def test_the_total_follows_the_money(house: House) -> None:
    filing = house.filing()
    for typed, total in [("63000元", "6.300000"), ("无", None), ("9" * 20, None), ("-5", "-5.000000")]:
        save(house.clerk, filing, Filing.objects.get(pk=filing.pk).version, put("funding[total].amount", typed))
        found = Filing.objects.get(pk=filing.pk).total
        assert (None if found is None else str(found)) == total


def test_numbers_beyond_any_column_are_kept_as_text(house: House) -> None:
    filing = house.filing()
    huge = "9" * 60
    save(
        house.clerk, filing, 0, put("indicators[i1].value", f"≥{huge}.123456789条"), put("funding[grant].amount", huge)
    )
    assert stored_text(filing, "indicators[i1].value") == f"≥{huge}.123456789条"
    assert IndicatorRow.objects.get(filing=filing, row_id="i1").target_number is None


def test_what_does_not_fit_is_refused_and_the_rest_is_saved(house: House) -> None:
    filing = house.filing()
    saved = save(
        house.clerk, filing, 0,
        put("nonsense", "x"), put("title", "好"), put("phone", "\0"), put("indicators[gone].name", "x"),
        put("funding[total].source", "other"), AddRow("nonsense", "r1"), AddRow("works", "r1"),
        DeleteRow("payments", "r1"), MoveRow("nonsense", "r1", ""), AddRow("indicators", "i1"),
        DeleteRow("funding", "total"),
    )  # fmt: skip
    assert [edit.path for edit in saved.refused] == [
        "nonsense", "phone", "indicators[gone].name", "funding[total].source", "nonsense[r1]", "works[r1]",
        "payments[r1]", "nonsense[r1]", "indicators[i1]", "funding[total]",
    ]  # fmt: skip
    assert all(edit.text for edit in saved.refused)
    assert (saved.version, stored_text(filing, "title"), stored_text(filing, "phone")) == (1, "好", "0951-1234567")


# -- the same save twice -------------------------------------------------------------------------------------------


def test_the_same_operation_counts_once(house: House) -> None:
    filing = house.filing()
    edits = [
        put("title", "一"),
        AddRow("indicators", "new", None, (("name", "新"),)),
        DeleteRow("indicators", "i1"),
        MoveRow("indicators", "i2", "new"),
    ]
    first = save(house.clerk, filing, 0, *edits, operation="op")
    again = save(house.clerk, filing, 0, *edits, operation="op")
    assert (again.version, again.conflicts, again.refused) == (first.version, [], []) == (1, [], [])
    assert filing.edits.count() == 1
    assert [row.id for row in load_document(filing).rows("indicators")] == ["new", "i2"]


def test_a_repeated_save_does_not_undo_what_came_after(house: House) -> None:
    filing = house.filing()
    save(house.clerk, filing, 0, put("title", "一"), operation="op")
    save(house.colleague, filing, 1, put("title", "二"))
    assert save(house.clerk, filing, 0, put("title", "一"), operation="op").version == 2
    assert stored_text(filing, "title") == "二"


def test_a_repeated_save_tells_again_what_it_could_not_store(house: House) -> None:
    """The first answer was lost on the way: the retry must not look as if everything had been saved."""
    filing = house.filing()
    save(house.colleague, filing, 0, put("title", "同事的"))
    edits = [put("title", "我的"), put("phone", "1"), put("nonsense", "x")]
    first = save(house.clerk, filing, 0, *edits, operation="op")
    again = save(house.clerk, filing, 0, *edits, operation="op")
    assert len(first.conflicts) == 1
    assert (again.conflicts, again.refused, again.version) == (first.conflicts, first.refused, first.version)


def test_operations_of_other_filings_are_others(house: House) -> None:
    one, two = house.filing(), house.filing()
    save(house.clerk, one, 0, put("title", "一"), operation="op")
    save(house.clerk, two, 0, put("title", "二"), operation="op")
    assert (stored_text(one, "title"), stored_text(two, "title")) == ("一", "二")


# -- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "may"),
    [("clerk", True), ("colleague", True), ("lead", True), ("head_lead", True), ("both", True), ("neighbour", False),
     ("reviewer", False), ("admin", False), ("auditor", False), ("nobody", False)],
)  # fmt: skip
def test_who_may_save(house: House, who: str, may: bool) -> None:
    filing = house.filing()
    if may:
        assert save(house.people[who], filing, 0, put("title", "改")).version == 1
    else:
        with pytest.raises(Refused):
            save(house.people[who], filing, 0, put("title", "改"))
        assert stored_text(filing, "title") == "巷道改造"
        assert not filing.edits.exists()


@pytest.mark.parametrize("state", ["submitted", "in_review", "approved"])
def test_nothing_is_saved_once_it_was_sent_in(house: House, state: str) -> None:
    filing = house.filing()
    apply_transition(house.clerk, filing.pk, "submit")
    if state != "submitted":
        apply_transition(house.reviewer, filing.pk, {"in_review": "start_review", "approved": "approve"}[state])
    with pytest.raises(Refused, match="不能修改"):
        save(house.clerk, filing, 0, put("title", "改"))
    assert stored_text(filing, "title") == "巷道改造"


def test_a_retry_after_submission_is_refused_as_any_save(house: House) -> None:
    filing = house.filing()
    save(house.clerk, filing, 0, put("title", "一"), operation="op")
    apply_transition(house.clerk, filing.pk, "submit")
    with pytest.raises(Refused):
        save(house.clerk, filing, 0, put("title", "一"), operation="op")


def test_a_returned_filing_can_be_changed_again(house: House) -> None:
    filing = house.filing()
    apply_transition(house.clerk, filing.pk, "submit")
    apply_transition(house.reviewer, filing.pk, "return", words="请改")
    assert save(house.clerk, filing, 0, put("title", "改")).version == 1


# -- the journal ---------------------------------------------------------------------------------------------------


def test_the_journal_folds_back_to_every_version(house: House) -> None:
    filing = house.filing()
    random.seed(7)
    addresses = ["title", "phone", "indicators[i1].name", "indicators[i2].value", "funding[rest].amount"]
    seen = [dict(load_document(filing).cells())]
    for version in range(12):
        save(
            house.clerk,
            filing,
            version,
            *(put(one, random.choice("甲乙丙丁戊") * (version + 1)) for one in random.sample(addresses, 2)),
        )
        seen.append(dict(load_document(Filing.objects.get(pk=filing.pk)).cells()))
    stored = Filing.objects.get(pk=filing.pk)
    assert stored.version == 12
    for version, cells in enumerate(seen):
        assert dict(document_at(stored, load_document(stored), version).cells()) == cells


def test_texts_of_a_deleted_row_are_folded_back(house: House) -> None:
    filing = house.filing()
    save(house.clerk, filing, 0, DeleteRow("indicators", "i1"))
    stored = Filing.objects.get(pk=filing.pk)
    assert document_at(stored, load_document(stored), 0).value(Path("indicators", "i1", "name")) == "改造条数"


def test_a_step_posted_whole_changes_only_what_the_person_changed(house: House) -> None:
    filing = house.filing()
    save(house.colleague, filing, 0, put("phone", "同事的"))
    stored = Filing.objects.get(pk=filing.pk)
    posted = {
        "title": "一\r\n二",
        "phone": "0951-1234567",
        "funding[total].amount": "50",
        "objectives[annual].text": "今年改十条",
    }
    edits = step_edits(stored, 0, posted)
    assert edits == [put("title", "一\n二")]
    assert save(house.clerk, filing, 0, *edits).conflicts == []
    assert stored_text(filing, "phone") == "同事的"
