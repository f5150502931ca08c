"""Several windows on one draft: nothing newer is overwritten, and nothing that was typed is lost."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from filings.models import Edit as Journal
from filings.models import Filing, Person
from filings.services.documents import load_document
from filings.sheet.document import Path
from filings.sheet.edits import AddRow, DeleteRow, Edit, SetCell, apply_edits
from tests.factories import House, filled, layout, put
from tests.services.kit import save, stored_text
from tests.thoroughness import times


def test_the_same_cell_gives_both_values_and_overwrites_nothing(house: House) -> None:
    filing = house.filing()
    save(house.colleague, filing, 0, put("title", "同事的"))
    saved = save(house.clerk, filing, 0, put("title", "我的"))
    (conflict,) = saved.conflicts
    assert (conflict.path, conflict.label, conflict.mine, conflict.theirs) == ("title", "试用名目", "我的", "同事的")
    assert conflict.by == str(house.colleague)
    assert stored_text(filing, "title") == "同事的"
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
    assert [stored_text(filing, one) for one in addresses] == ["甲", "乙", "丙", "丁"]


def test_a_conflict_stops_only_its_cell(house: House) -> None:
    filing = house.filing()
    save(house.colleague, filing, 0, put("title", "甲"))
    saved = save(house.clerk, filing, 0, put("title", "乙"), put("phone", "丙"))
    assert [conflict.path for conflict in saved.conflicts] == ["title"]
    assert (saved.version, stored_text(filing, "title"), stored_text(filing, "phone")) == (2, "甲", "丙")


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
    assert stored_text(filing, "indicators[i1].value") == "≥20条"
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
