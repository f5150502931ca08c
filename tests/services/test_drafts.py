"""Saving a draft: whatever was typed is stored, nothing newer is overwritten, and a save counts once."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from filings.models import Edit as Journal
from filings.models import Filing, IndicatorRow, Person
from filings.services.documents import load_document
from filings.services.drafts import SaveResult, document_at, save_edits, step_edits
from filings.services.errors import Refused
from filings.services.workflow import apply_transition
from filings.sheet.document import Path
from filings.sheet.edits import AddRow, DeleteRow, Edit, MoveRow, SetCell, apply_edits
from tests.factories import House, filled, layout, put
from tests.thoroughness import times


def save(person: Person, filing: Filing, version: int, *edits: Edit, operation: str = "") -> SaveResult:
    return save_edits(person, filing.pk, version, operation or f"op{random.getrandbits(60)}", edits)


def text(filing: Filing, address: str) -> str:
    return load_document(Filing.objects.select_related("layout").get(pk=filing.pk)).value(Path.parse(address))


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
    assert text(filing, address) == typed


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
    assert text(filing, "indicators[i1].value") == f"≥{huge}.123456789条"
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
    assert (saved.version, text(filing, "title"), text(filing, "phone")) == (1, "好", "0951-1234567")


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
    assert text(filing, "title") == "二"


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
    assert (text(one, "title"), text(two, "title")) == ("一", "二")


# -- two people ----------------------------------------------------------------------------------------------------


def test_the_same_cell_gives_both_values_and_overwrites_nothing(house: House) -> None:
    filing = house.filing()
    save(house.colleague, filing, 0, put("title", "同事的"))
    saved = save(house.clerk, filing, 0, put("title", "我的"))
    (conflict,) = saved.conflicts
    assert (conflict.path, conflict.label, conflict.mine, conflict.theirs) == ("title", "试用名目", "我的", "同事的")
    assert conflict.by == str(house.colleague)
    assert text(filing, "title") == "同事的"
    assert saved.version == 1


def test_the_same_text_in_the_same_cell_is_no_conflict(house: House) -> None:
    filing = house.filing()
    save(house.colleague, filing, 0, put("title", "一样"))
    assert save(house.clerk, filing, 0, put("title", "一样")).conflicts == []


def test_different_cells_are_both_kept(house: House) -> None:
    filing = house.filing()
    save(house.colleague, filing, 0, put("title", "甲"), put("indicators[i1].name", "乙"))
    saved = save(house.clerk, filing, 0, put("phone", "丙"), put("indicators[i1].value", "丁"))
    assert saved.conflicts == []
    addresses = ("title", "indicators[i1].name", "phone", "indicators[i1].value")
    assert [text(filing, one) for one in addresses] == ["甲", "乙", "丙", "丁"]


def test_a_conflict_stops_only_its_cell(house: House) -> None:
    filing = house.filing()
    save(house.colleague, filing, 0, put("title", "甲"))
    saved = save(house.clerk, filing, 0, put("title", "乙"), put("phone", "丙"))
    assert [conflict.path for conflict in saved.conflicts] == ["title"]
    assert (saved.version, text(filing, "title"), text(filing, "phone")) == (2, "甲", "丙")


def test_who_goes_on_from_a_new_version_is_told_what_moved_before_it(house: House) -> None:
    """Else the second save of the clerk would write over a value that the clerk never saw."""
    filing = house.filing()
    save(house.colleague, filing, 0, put("title", "同事的"), put("indicators[i1].name", "名"))
    saved = save(house.clerk, filing, 0, put("phone", "1"))
    assert saved.meanwhile == {"title": "同事的", "indicators[i1].name": "名"}
    assert save(house.clerk, filing, saved.version, put("phone", "2")).meanwhile == {}


def test_two_windows_of_one_person_are_two_people(house: House) -> None:
    filing = house.filing()
    save(house.clerk, filing, 0, put("title", "一窗"))
    assert [conflict.theirs for conflict in save(house.clerk, filing, 0, put("title", "二窗")).conflicts] == ["一窗"]


@pytest.mark.parametrize("address", ["indicators[i1].value", "indicators[i1].name"])
def test_a_cell_of_a_row_that_was_deleted_meanwhile_is_refused_with_words(house: House, address: str) -> None:
    filing = house.filing()
    save(house.clerk, filing, 0, put("indicators[i1].value", ""))
    save(house.colleague, filing, 1, DeleteRow("indicators", "i1"))
    saved = save(house.clerk, filing, 1, put(address, "还在写"))
    assert saved.conflicts == []
    assert [(edit.path, edit.code) for edit in saved.refused] == [(address, "row_deleted")]


def test_deleting_a_row_that_a_colleague_is_filling_asks_first(house: House) -> None:
    filing = house.filing()
    save(house.colleague, filing, 0, put("indicators[i1].value", "≥20条"))
    (conflict,) = save(house.clerk, filing, 0, DeleteRow("indicators", "i1")).conflicts
    assert (conflict.path, conflict.by) == ("indicators[i1]", str(house.colleague))
    assert "≥20条" in conflict.theirs
    assert text(filing, "indicators[i1].value") == "≥20条"
    assert save(house.clerk, filing, 1, DeleteRow("indicators", "i1")).conflicts == []


def test_both_delete_the_same_row(house: House) -> None:
    filing = house.filing()
    save(house.colleague, filing, 0, DeleteRow("indicators", "i1"))
    saved = save(house.clerk, filing, 0, DeleteRow("indicators", "i1"))
    assert [edit.path for edit in saved.refused] == ["indicators[i1]"]


def test_rows_added_side_by_side_are_both_kept(house: House) -> None:
    filing = house.filing()
    save(house.colleague, filing, 0, AddRow("indicators", "his", "i1"))
    save(house.clerk, filing, 0, AddRow("indicators", "mine", "i1"))
    assert [row.id for row in load_document(filing).rows("indicators")] == ["i1", "mine", "his", "i2"]


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
        assert text(filing, "title") == "巷道改造"
        assert not filing.edits.exists()


@pytest.mark.parametrize("state", ["submitted", "in_review", "approved"])
def test_nothing_is_saved_once_it_was_sent_in(house: House, state: str) -> None:
    filing = house.filing()
    apply_transition(house.clerk, filing.pk, "submit")
    if state != "submitted":
        apply_transition(house.reviewer, filing.pk, {"in_review": "start_review", "approved": "approve"}[state])
    with pytest.raises(Refused, match="不能修改"):
        save(house.clerk, filing, 0, put("title", "改"))
    assert text(filing, "title") == "巷道改造"


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
    assert text(filing, "phone") == "同事的"


# -- many interleavings against a model ----------------------------------------------------------------------------


@dataclass
class Window:
    """A browser window: what it shows, from which version, and what it has not sent yet."""

    person: Person
    version: int
    shows: dict[str, str]
    pending: dict[str, str] = field(default_factory=dict)
    lost: tuple[int, str, list[Edit]] | None = None


ADDRESSES = ["title", "phone", "indicators[i1].name", "indicators[i1].value", "funding[rest].amount"]


def stored_texts(filing: Filing) -> dict[str, str]:
    document = load_document(Filing.objects.select_related("layout").get(pk=filing.pk))
    return {one: document.value(Path.parse(one)) for one in ADDRESSES}


class Editing:
    """Windows on one filing; after each save it checks that nobody's unseen text was written over."""

    def __init__(self, house: House, seed: int) -> None:
        self.random, self.filing = random.Random(seed), house.filing()
        self.truth = stored_texts(self.filing)
        people = [house.clerk, house.colleague, house.clerk]
        self.windows = [Window(person, 0, dict(self.truth)) for person in people]
        self.saves = self.conflicts = 0

    def type(self, window: Window) -> None:
        self.saves += 1
        window.pending[self.random.choice(ADDRESSES)] = self.random.choice(["", "甲", f"第{self.saves}次"])

    def send(self, window: Window) -> None:
        edits = [put(path, value) for path, value in window.pending.items()]
        operation = f"op-{self.windows.index(window)}-{self.saves}-{self.random.getrandbits(64)}"
        seen = dict(window.shows)
        saved = save(window.person, self.filing, window.version, *edits, operation=operation)
        now = stored_texts(self.filing)
        in_conflict = {conflict.path for conflict in saved.conflicts}
        for path, value in window.pending.items():
            if path in in_conflict:
                self.conflicts += 1
                assert now[path] == self.truth[path] != value, "a conflict changes nothing"
            else:
                assert self.truth[path] in (seen[path], value), f"{path}: an unseen text was written over"
                assert now[path] == value
        for path in set(ADDRESSES) - set(window.pending):
            assert now[path] == self.truth[path], "a save touches only its cells"
        self.truth = now
        if self.random.random() < 0.2:  # the answer is lost; the window asks again
            again = save(window.person, self.filing, window.version, *edits, operation=operation)
            assert (again.version, again.conflicts, again.meanwhile) == (
                saved.version,
                saved.conflicts,
                saved.meanwhile,
            )
            saved = again
        window.shows.update({path: value for path, value in window.pending.items() if path not in in_conflict})
        window.shows.update({path: value for path, value in saved.meanwhile.items() if path in now})
        window.version, window.pending = saved.version, {}
        assert all(window.shows[path] == now[path] for path in ADDRESSES), (
            "after an answer a window shows what is stored"
        )


@pytest.mark.parametrize("part", range(4))
def test_random_interleavings_lose_nothing(house: House, part: int) -> None:
    conflicts, count = 0, times(20, 200)
    for seed in range(part * count, part * count + count):
        editing = Editing(house, seed)
        for _ in range(9):
            window = editing.random.choice(editing.windows)
            editing.type(window)
            if editing.random.random() < 0.6:
                editing.send(window)
        for window in editing.windows:
            editing.send(window)
        stored = Filing.objects.get(pk=editing.filing.pk)
        versions = list(Journal.objects.filter(filing=stored).order_by("version").values_list("version", flat=True))
        assert versions == list(range(1, stored.version + 1))
        assert _folded(stored) == dict(load_document(stored).cells())
        conflicts += editing.conflicts
    assert conflicts > count / 3, "the seeds must meet on the same cells, or this test shows nothing"


def _folded(filing: Filing) -> dict[Path, str]:
    """The content as the journal alone tells it, from the first document on."""
    document = filled()
    for journal in Journal.objects.filter(filing=filing).order_by("version"):
        edits: list[Any] = [SetCell(Path.parse(change["path"]), change["to"]) for change in journal.changes]
        document = apply_edits(layout(), document, edits)
    return {path: text for path, text in document.cells() if text}
