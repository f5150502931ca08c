"""Locks of filings: they need a transaction, read what is stored now, and refuse what may not be edited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from filings.models import Filing
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.locking import lock_editable_filing, lock_filing, require_editable
from filings.services.transactions import start_transaction
from filings.services.workflow import apply_transition
from tests.factories import House, build_house, send
from tests.services.test_races import at_once


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction() -> None:
    house = build_house()
    filing = house.filing()
    for lock in (lambda: lock_filing(filing.pk), lambda: lock_editable_filing(house.clerk, filing.pk)):
        with pytest.raises(RuntimeError, match="a transaction is needed"):
            lock()


def test_a_locked_filing_is_read_anew_with_its_parts(house: House) -> None:
    filing = house.filing()
    Filing.objects.filter(pk=filing.pk).update(version=7)
    with start_transaction():
        locked = lock_filing(filing.pk)
        with CaptureQueriesContext(connection) as asked:
            names = locked.department.name, locked.cycle.title, locked.layout.name, str(locked.project)
    assert (locked.version, names[0]) == (7, "本单位")
    assert len(asked) == 0


def test_there_must_be_such_a_filing(house: House) -> None:
    with pytest.raises(Filing.DoesNotExist), start_transaction():
        lock_filing(0)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("clerk", True), ("colleague", True), ("lead", True), ("head_lead", True), ("both", True),
        ("neighbour", False), ("reviewer", False), ("admin", False), ("auditor", False), ("nobody", False),
    ],
)  # fmt: skip
def test_who_may_edit_a_draft(house: House, who: str, *, may: bool) -> None:
    filing = house.filing()
    if may:
        require_editable(house.people[who], filing)
        with start_transaction():
            assert lock_editable_filing(house.people[who], filing.pk) == filing
    else:
        with pytest.raises(Refused, match="没有填报权限"):
            require_editable(house.people[who], filing)
        with pytest.raises(Refused, match="没有填报权限"), start_transaction():
            lock_editable_filing(house.people[who], filing.pk)


def submit(house: House, pk: int) -> None:
    send(house.fresh("clerk"), pk)


def send_back(house: House, pk: int) -> None:
    apply_transition(house.fresh("reviewer"), pk, "return", words="请改")


def approve(house: House, pk: int) -> None:
    apply_transition(house.fresh("reviewer"), pk, "approve")


@pytest.mark.parametrize(
    ("actions", "may"), [([submit], False), ([submit, send_back], True), ([submit, approve], False)]
)
def test_it_is_editable_as_draft_or_returned(
    house: House, actions: list[Callable[[House, int], None]], *, may: bool
) -> None:
    filing = house.filing()
    for action in actions:
        action(house, filing.pk)
    with start_transaction():
        if may:
            assert lock_editable_filing(house.clerk, filing.pk).state == "returned"
        else:
            with pytest.raises(Refused):
                lock_editable_filing(house.clerk, filing.pk)


def test_whoever_typed_is_told_that_the_texts_are_still_there(house: House) -> None:
    filing = house.filing()
    with pytest.raises(Refused) as caught:
        save_edits(house.neighbour, filing.pk, 0, "12345678", [])
    assert caught.value.code == "save_not_editable"
    assert str(caught.value).endswith("您填写的内容还在本页，可先复制保存。")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_second_waits_for_the_first_and_sees_what_it_stored() -> None:
    """Two people count up from what they read: without the lock one of the two would be lost."""
    house = build_house()
    filing = house.filing()

    def count_up() -> None:
        with start_transaction():
            locked = lock_filing(filing.pk)
            locked.version += 1
            locked.save(update_fields=["version"])

    assert at_once(*[count_up] * 8) == [None] * 8
    filing.refresh_from_db()
    assert filing.version == 8
