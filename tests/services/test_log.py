"""The log is only added to, and a change, a gap or a cut anywhere in it is found and named."""

from __future__ import annotations

import pytest
from django.utils import timezone

from filings.models import AppendOnly, Chain, Event, Filing, LayoutVersion, Revision
from filings.services.log import verify_chain
from filings.services.workflow import apply_transition
from tests.factories import House, build_house


@pytest.fixture
def chain(house: House) -> Chain:
    """A log of six events of two filings."""
    one, two = house.filing(), house.filing()
    apply_transition(house.clerk, one.pk, "submit")
    apply_transition(house.clerk, two.pk, "submit")
    apply_transition(house.reviewer, one.pk, "return", words="请改第三行")
    apply_transition(house.second, two.pk, "approve")
    return Chain.objects.get(cycle=house.cycle, department=house.department)


def faults(chain: Chain) -> list[str]:
    return list(verify_chain(Chain.objects.get(pk=chain.pk)))


def test_a_whole_log_has_no_faults(chain: Chain) -> None:
    assert faults(chain) == []
    assert chain.length == 6
    assert [event.previous for event in chain.events.all()] == ["", *[event.hash for event in chain.events.all()][:-1]]


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("action", "withdraw"),
        ("from_state", "approved"),
        ("to_state", "in_review"),
        ("words", "同意"),
        ("attachments", [{"kind": "", "name": "别的.pdf", "sha256": "0" * 64}]),
        ("at", timezone.now()),
        ("previous", "0" * 64),
        ("hash", "0" * 64),
    ],
)
@pytest.mark.parametrize("sequence", [3, 4, 6])
def test_a_tampered_event_is_named(chain: Chain, sequence: int, change: str, value: object) -> None:
    Event.objects.filter(chain=chain, sequence=sequence).update(**{change: value})
    found = faults(chain)
    assert f"event {sequence} does not match its hash" in found
    assert all(f"event {earlier} " not in fault for fault in found for earlier in range(1, sequence))


@pytest.mark.parametrize("sequence", [3, 4])
def test_a_submission_whose_list_of_attachments_is_taken_away_is_named(chain: Chain, sequence: int) -> None:
    Event.objects.filter(chain=chain, sequence=sequence).update(attachments=None)
    assert faults(chain) == [f"event {sequence} does not match its hash"]


def test_an_event_without_its_revision_is_found(chain: Chain) -> None:
    Event.objects.filter(chain=chain, sequence=3).update(revision=None)
    assert faults(chain) == ["event 3 does not match its hash"]


@pytest.mark.parametrize("change", ["document", "variables"])
def test_a_changed_revision_is_named(chain: Chain, change: str) -> None:
    """The log vouches for the content that was sent in, not only for the fact."""
    revision = chain.events.get(sequence=3).revision
    assert revision
    Revision.objects.filter(pk=revision.pk).update(**{change: {**getattr(revision, change), "year": 1999}})
    assert faults(chain) == ["the revision that event 3 sent in is not what was frozen"]


def test_a_form_that_was_changed_under_a_revision_is_named(chain: Chain) -> None:
    """Other words round the same figures are another paper."""
    version = LayoutVersion.objects.get()
    LayoutVersion.objects.filter(pk=version.pk).update(source=version.source.replace("总额", "余额"))
    assert faults(chain) == [f"the revision that event {n} sent in is not what was frozen" for n in (3, 4)]


def test_another_person_in_an_event_is_found(chain: Chain, house: House) -> None:
    Event.objects.filter(chain=chain, sequence=5).update(person=house.second)
    assert faults(chain) == ["event 5 does not match its hash"]


def test_an_event_moved_to_another_filing_is_found(chain: Chain) -> None:
    one, two = Filing.objects.order_by("pk")
    Event.objects.filter(chain=chain, sequence=5, filing=one).update(filing=two)
    assert faults(chain) == ["event 5 does not match its hash"]


@pytest.mark.parametrize("sequence", [1, 3, 5])
def test_a_removed_event_is_named(chain: Chain, sequence: int) -> None:
    Event.objects.filter(chain=chain, sequence=sequence).delete()
    assert f"event {sequence} is missing (found {sequence + 1})" in faults(chain)


def test_removed_and_renumbered_events_do_not_match(chain: Chain) -> None:
    Event.objects.filter(chain=chain, sequence=3).delete()
    for sequence in (4, 5, 6):
        Event.objects.filter(chain=chain, sequence=sequence).update(sequence=sequence - 1)
    Chain.objects.filter(pk=chain.pk).update(length=5)
    assert faults(chain) == [f"event {sequence} does not match its hash" for sequence in (3, 4, 5)]


@pytest.mark.parametrize("cut", [1, 2, 6])
def test_a_log_that_was_cut_off_is_found(chain: Chain, cut: int) -> None:
    Event.objects.filter(chain=chain, sequence__gt=6 - cut).delete()
    assert faults(chain) == [f"the log ends at event {6 - cut}, its head says 6"]


def test_two_events_exchanged_are_found(chain: Chain) -> None:
    Event.objects.filter(chain=chain, sequence=3).update(sequence=100)
    Event.objects.filter(chain=chain, sequence=4).update(sequence=3)
    Event.objects.filter(chain=chain, sequence=100).update(sequence=4)
    assert faults(chain)[:2] == ["event 3 does not match its hash", "event 4 does not match its hash"]


def test_an_event_that_is_added_meanwhile_is_no_fault(chain: Chain, house: House) -> None:
    """The head was read before, the events after: as when `verify_log` runs while people work."""
    house.filing()
    assert list(verify_chain(chain)) == []
    assert chain.length == 7


def test_events_are_neither_changed_nor_deleted_through_the_model(chain: Chain) -> None:
    event = chain.events.get(sequence=2)
    event.words = "改"
    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        event.delete()
    assert faults(chain) == []


def test_each_department_and_cycle_has_its_own_log(house: House, chain: Chain) -> None:
    other = build_house("elseshire")
    other.filing()
    assert Chain.objects.count() == 2
    Event.objects.filter(chain=chain, sequence=1).update(words="x")
    assert [bool(faults(one)) for one in Chain.objects.order_by("pk")] == [True, False]
