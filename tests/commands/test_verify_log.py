"""verify_log: whoever changes a row past the application is found out."""

from __future__ import annotations

import pytest
from django.db import connection

from filings.models import Event, Revision
from filings.services.workflow import apply_transition
from tests.commands.kit import manage
from tests.factories import House, build_house


@pytest.fixture
def logged(house: House) -> House:
    """Two places whose logs have three events each."""
    for place in (house, build_house("elseshire")):
        filing = place.filing()
        apply_transition(place.clerk, filing.pk, "submit")
        apply_transition(place.reviewer, filing.pk, "return", words="请改第三行")
    return house


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1, "the statement has to change something for the test to mean anything"


def test_a_whole_log(logged: House) -> None:
    ran = manage("verify_log")
    assert (ran.code, ran.out, ran.err) == (0, "6 events, nothing wrong\n", "")


@pytest.mark.django_db
def test_an_empty_log() -> None:
    assert manage("verify_log").out == "0 events, nothing wrong\n"


def test_a_state_that_no_event_tells_is_noticed(logged: House) -> None:
    filing = logged.department.filings.get()
    sql("update filings_filing set state = 'submitted' where id = %s", filing.pk)
    ran = manage("verify_log")
    assert ran.code == 1
    assert f"filing {filing.ref} is submitted, its last event left it returned" in ran.err


def test_a_changed_word_is_noticed_and_placed(logged: House) -> None:
    event = Event.objects.filter(words="请改第三行").order_by("pk")[0]
    sql("UPDATE filings_event SET words = %s WHERE id = %s", "同意", event.pk)
    ran = manage("verify_log")
    assert ran.code == 1
    assert ran.err == f"{logged.department} {logged.cycle}: event 3 does not match its hash\n1 faults in the log"


def test_a_removed_row_is_noticed(logged: House) -> None:
    last = Event.objects.order_by("pk")[2]
    sql("DELETE FROM filings_event WHERE id = %s", last.pk)
    ran = manage("verify_log")
    assert ran.code == 1
    assert "the log ends at event 2, its head says 3" in ran.err


def test_changed_content_of_a_submission_is_noticed(logged: House) -> None:
    """A figure changed in what was sent in would be printed and exported ever after."""
    revision = Revision.objects.order_by("pk")[0]
    statement = "UPDATE filings_revision SET document = REPLACE(CAST(document AS text), '50', '90')"
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    sql(statement.replace("REPLACE(", "(REPLACE(") + f"){cast} WHERE id = %s", revision.pk)
    ran = manage("verify_log")
    assert ran.code == 1
    assert "the revision that event 2 sent in is not what was frozen" in ran.err
