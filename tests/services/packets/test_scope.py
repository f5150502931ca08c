"""Scopes: which filings they take, how they are stored, who may request one, and what there is to choose."""

from __future__ import annotations

import json

import pytest

from filings.models import DueForm, Filing
from filings.services.new_filings import start_filing
from filings.services.packets import PacketScope, may_build, scope_choices
from filings.services.packets.scope import FROZEN
from filings.services.workflow import apply_transition
from tests.factories import ABOUT_DEPARTMENT, House, build_house, due_form, filled, send


@pytest.fixture
def filings(house: House) -> dict[str, Filing]:
    """A filing in each state, of the department; and an approved-to-be one of another department that is submitted."""
    found = {}
    for state, actions in {
        "draft": (), "submitted": ("submit",), "in_review": ("submit", "start_review"),
        "returned": ("submit", "return"), "approved": ("submit", "approve"),
    }.items():  # fmt: skip
        filing = house.filing()
        for action in actions:
            if action == "submit":
                send(house.fresh("clerk"), filing.pk)
            else:
                apply_transition(house.fresh("reviewer"), filing.pk, action, words="请改")
        found[state] = filing
    project = house.project(department=house.elsewhere)
    other = start_filing(house.neighbour, house.cycle, house.due, house.elsewhere, project, document=filled())
    send(house.neighbour, other.pk)
    return {**found, "elsewhere": other}


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (PacketScope(), {"approved"}),
        (PacketScope(states=FROZEN), {"submitted", "in_review", "approved", "elsewhere"}),
        (PacketScope(states=FROZEN, departments=("201",)), {"elsewhere"}),
        (PacketScope(states=FROZEN, departments=("101", "201")), {"submitted", "in_review", "approved", "elsewhere"}),
        (PacketScope(states=FROZEN, forms=("testshire/plan",), departments=("999",)), set()),
        (PacketScope(states=FROZEN, forms=("testshire/other",)), set()),
        (PacketScope(states=(), drafts=True), {"draft", "returned"}),
        (PacketScope(drafts=True), {"approved", "draft", "returned"}),
        (PacketScope(states=("draft", "returned")), set()),
        (PacketScope(states=()), set()),
    ],
)
def test_filings_of_a_scope(house: House, filings: dict[str, Filing], scope: PacketScope, names: set[str]) -> None:
    assert {filing.pk for filing in scope.filings(house.cycle)} == {filings[name].pk for name in names}


def test_a_scope_takes_nothing_of_another_cycle(house: House, filings: dict[str, Filing]) -> None:
    assert not PacketScope(states=FROZEN, drafts=True).filings(build_house("elsewhere").cycle).exists()


def test_equal_scopes_are_stored_alike_and_read_back() -> None:
    one = PacketScope(departments=("201", "101"), states=("submitted", "approved"), drafts=True)
    two = PacketScope(departments=("101", "201"), states=("approved", "submitted"), drafts=True)
    assert one != two
    assert one.data() == two.data()
    assert PacketScope.read(json.loads(json.dumps(one.data()))) == two
    assert PacketScope.read({}) == PacketScope()


def test_a_stored_scope_with_an_unknown_name_is_refused() -> None:
    with pytest.raises(TypeError):
        PacketScope.read({"colour": "red"})


def test_who_may_request_one(house: House) -> None:
    other = build_house("elsewhere")
    assert may_build(house.fresh("admin"), house.cycle)
    assert not may_build(other.fresh("admin"), house.cycle)
    for who in ("clerk", "lead", "reviewer", "auditor", "both", "nobody"):
        assert not may_build(house.fresh(who), house.cycle), who


def test_what_there_is_to_choose(house: House, filings: dict[str, Filing]) -> None:
    """The head department has no filing; forms come in official order, not in that of their entry."""
    due_form(house, ABOUT_DEPARTMENT, title="整体表")
    DueForm.objects.filter(pk=house.due.pk).update(position=1)
    choices = scope_choices(house.cycle)
    assert [department.code for department in choices.departments] == ["101", "201"]
    assert choices.forms == [("testshire/whole", "整体表"), ("testshire/plan", "表")]
    assert choices.states == [("submitted", "待审核"), ("in_review", "审核中"), ("approved", "已审核")]
