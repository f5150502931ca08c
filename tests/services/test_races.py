"""Many people at the same moment. Only PostgreSQL lets them run side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connections

from filings.models import Chain, Filing, Reminder
from filings.services.documents import load_document
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.finding_replies import save_reasons
from filings.services.log import verify_chain
from filings.services.new_filings import start_filing
from filings.services.reminders import send_reminders
from filings.services.workflow import apply_transition
from tests.factories import House, build_house, put

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house() -> House:
    return build_house()


def at_once(*actions: Callable[[], object]) -> list[object]:
    """What each action gave or raised, all started together, each with a connection of its own."""
    results: list[object] = [None] * len(actions)
    start = Barrier(len(actions))

    def run(index: int) -> None:
        start.wait(timeout=30)
        try:
            results[index] = actions[index]()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[index] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(index,)) for index in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "a deadlock"
    return results


def whole_log() -> list[str]:
    return [fault for chain in Chain.objects.all() for fault in verify_chain(chain)]


@pytest.mark.parametrize("round_", range(3))
def test_20_submits_at_once_are_one(house: House, round_: int) -> None:
    filing = house.filing()
    results = at_once(*[lambda: apply_transition(house.fresh("clerk"), filing.pk, "submit", version=0)] * 20)
    assert {getattr(result, "pk", result) for result in results} == {filing.events.get(action="submit").pk}
    assert filing.revisions.count() == 1
    assert whole_log() == []


def test_submits_of_different_people_are_one_and_the_others_are_told(house: House) -> None:
    filing = house.filing()
    people = ["clerk", "colleague", "lead", "both"]
    results = at_once(*[lambda who=who: apply_transition(house.fresh(who), filing.pk, "submit") for who in people])  # type: ignore[misc]
    assert Counter(type(result) for result in results)[Refused] == 3
    assert (filing.revisions.count(), filing.events.filter(action="submit").count()) == (1, 1)


@pytest.mark.parametrize("round_", range(8))
@pytest.mark.parametrize(("one", "other"), [("approve", "return"), ("approve", "withdraw"), ("return", "withdraw")])
def test_opposite_steps_at_once_have_one_winner(house: House, one: str, other: str, round_: int) -> None:
    filing = house.filing()
    apply_transition(house.clerk, filing.pk, "submit")
    who = {"approve": "reviewer", "return": "second", "withdraw": "clerk"}
    results = at_once(
        *[lambda a=a: apply_transition(house.fresh(who[a]), filing.pk, a, words="意见") for a in (one, other)]
    )  # type: ignore[misc]
    assert sorted(type(result).__name__ for result in results) == ["Event", "Refused"]
    (event,) = filing.events.filter(action__in=(one, other))
    assert Filing.objects.get(pk=filing.pk).state == event.to_state
    assert whole_log() == []


def test_saves_at_once_are_all_kept_and_counted(house: House) -> None:
    filing = house.filing()
    addresses = [
        "title",
        "phone",
        "indicators[i1].name",
        "indicators[i1].value",
        "indicators[i2].name",
        "funding[rest].amount",
    ]
    people = ["clerk", "colleague", "lead"]
    actions = [
        lambda i=i, one=one: save_edits(house.fresh(people[i % 3]), filing.pk, 0, f"op{i}", [put(one, f"{i}号")])  # type: ignore[misc]
        for i, one in enumerate(addresses)
    ]
    results = at_once(*actions)
    assert [getattr(result, "conflicts", result) for result in results] == [[]] * 6
    document = load_document(Filing.objects.get(pk=filing.pk))
    texts = {str(path): text for path, text in document.cells()}
    assert [texts[one] for one in addresses] == [f"{i}号" for i in range(6)]
    assert list(filing.edits.order_by("version").values_list("version", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_saves_of_one_cell_at_once_overwrite_nothing(house: House) -> None:
    filing = house.filing()
    results = at_once(
        *[
            lambda i=i: save_edits(house.fresh("clerk"), filing.pk, 0, f"op{i}", [put("title", f"{i}号")])
            for i in range(8)
        ]
    )  # type: ignore[misc]
    assert sorted(len(getattr(result, "conflicts")) for result in results) == [0, 1, 1, 1, 1, 1, 1, 1]  # noqa: B009
    stored = Filing.objects.get(pk=filing.pk)
    assert stored.version == 1
    assert {conflict.theirs for result in results for conflict in result.conflicts} == {stored.fields["title"]}  # type: ignore[attr-defined]


def test_one_operation_sent_ten_times_at_once_counts_once(house: House) -> None:
    filing = house.filing()
    results = at_once(*[lambda: save_edits(house.fresh("clerk"), filing.pk, 0, "op", [put("title", "一")])] * 10)
    assert [(getattr(result, "version", result), getattr(result, "conflicts", None)) for result in results] == [
        (1, [])
    ] * 10
    assert filing.edits.count() == 1


def test_a_save_and_a_submit_at_once_never_mix(house: House) -> None:
    """Either the save is in the revision, or it is refused, or the submit sees that the content moved."""
    for _ in range(6):
        filing = house.filing()
        saved, sent = at_once(
            lambda pk=filing.pk: save_edits(house.fresh("colleague"), pk, 0, "op", [put("title", "新名")]),  # type: ignore[misc]
            lambda pk=filing.pk: apply_transition(house.fresh("clerk"), pk, "submit", version=0),  # type: ignore[misc]
        )
        assert isinstance(saved, Refused) != isinstance(sent, Refused)
        revision = filing.revisions.first()
        assert (revision is None) == isinstance(sent, Refused)
        if revision:
            assert (
                revision.document["fields"]["title"] == Filing.objects.get(pk=filing.pk).fields["title"] == "巷道改造"
            )


def test_a_whole_department_sends_in_at_once(house: House) -> None:
    filings = [house.filing() for _ in range(8)]
    for filing in filings:  # their rows are alike, which wants a reason
        save_reasons(house.clerk, filing.pk, {"C18": "各项目做法相同"})
    results = at_once(
        *[lambda pk=filing.pk: apply_transition(house.fresh("clerk"), pk, "submit") for filing in filings]
    )  # type: ignore[misc]
    assert [type(result).__name__ for result in results] == ["Event"] * 8
    assert whole_log() == []
    chain = Chain.objects.get(cycle=house.cycle, department=house.department)
    assert list(chain.events.values_list("sequence", flat=True)) == list(range(1, 17))


def test_the_same_filing_started_twice_at_once_is_one(house: House) -> None:
    project = house.project()
    results = at_once(
        *[lambda: start_filing(house.fresh("clerk"), house.cycle, house.due, house.department, project)] * 5
    )
    assert sorted(type(result).__name__ for result in results) == ["Filing", *["Refused"] * 4]
    assert Filing.objects.filter(project=project).count() == 1


@pytest.mark.parametrize("round_", range(3))
def test_reviewers_who_remind_at_once_remind_once(house: House, round_: int) -> None:
    """The second reviewer finds the department reminded already, and gets that as the reason."""
    house.filing()
    people = ["reviewer", "second", "admin", "both"]
    chosen = [house.department.pk, house.elsewhere.pk]
    results = at_once(
        *[lambda who=who: send_reminders(house.fresh(who), house.cycle, chosen, "请报") for who in people]
    )  # type: ignore[misc]
    assert sorted(Reminder.objects.values_list("department", flat=True)) == chosen
    reasons = [[call.reason.code if call.reason else "" for call in result] for result in results]  # type: ignore[attr-defined]
    assert sorted(reasons) == [["", ""], *[["reminded_already"] * 2] * 3]
