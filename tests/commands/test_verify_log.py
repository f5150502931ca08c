"""verify_log: changes of rows made outside the application are detected."""

from __future__ import annotations

import pytest
from django.db import connection

from filings.models import Event, Revision
from filings.services.workflow import apply_transition
from tests.commands.kit import manage
from tests.factories import House, build_house


@pytest.fixture
def logs(house: House) -> House:
    """Two jurisdictions whose logs have three events each."""
    for place in (house, build_house("elseshire")):
        filing = place.filing()
        apply_transition(place.clerk, filing.pk, "submit")
        apply_transition(place.reviewer, filing.pk, "return", words="请改第三行")
    return house


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1, "the statement has to change something for the test to mean anything"


def test_a_valid_log(logs: House) -> None:
    result = manage("verify_log")
    assert (result.code, result.out, result.err) == (0, "6 events, nothing wrong\n", "")


@pytest.mark.django_db
def test_an_empty_log() -> None:
    assert manage("verify_log").out == "0 events, nothing wrong\n"


def test_a_state_without_event_is_detected(logs: House) -> None:
    filing = logs.department.filings.get()
    sql("update filings_filing set state = 'submitted' where id = %s", filing.pk)
    result = manage("verify_log")
    assert result.code == 1
    assert f"filing {filing.ref} is submitted, its last event left it returned" in result.err


def test_a_changed_word_is_detected_and_located(logs: House) -> None:
    event = Event.objects.filter(words="请改第三行").order_by("pk")[0]
    sql("UPDATE filings_event SET words = %s WHERE id = %s", "同意", event.pk)
    result = manage("verify_log")
    assert result.code == 1
    assert result.err == f"{logs.department} {logs.cycle}: event 3 does not match its hash\n1 faults in the log"


def test_a_removed_row_is_detected(logs: House) -> None:
    last = Event.objects.order_by("pk")[2]
    sql("DELETE FROM filings_event WHERE id = %s", last.pk)
    result = manage("verify_log")
    assert result.code == 1
    assert "the log ends at event 2, its head says 3" in result.err


def test_changed_content_of_a_submission_is_detected(logs: House) -> None:
    """Otherwise a changed figure of a submission would be printed and exported."""
    revision = Revision.objects.order_by("pk")[0]
    statement = "UPDATE filings_revision SET document = REPLACE(CAST(document AS text), '50', '90')"
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    sql(statement.replace("REPLACE(", "(REPLACE(") + f"){cast} WHERE id = %s", revision.pk)
    result = manage("verify_log")
    assert result.code == 1
    assert "the revision that event 2 sent in is not what was frozen" in result.err
