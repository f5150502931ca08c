"""Logs show what failed and where, but no user input."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from filings.models import Filing
from perfbudget.logs import WithoutValues
from tests.factories import House

PHONE = "13912345678"
NAME = "欧阳春晓"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the site's own handler writes, through its own filters and formatter."""
    (handler,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, WithoutValues)]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def refuse_changes_of_filings() -> None:
    """Make the database refuse a row and quote it in its message, as a broken constraint does."""
    if connection.vendor == "postgresql":
        # It checks foreign keys at the end of a transaction, and changes no table while any are unchecked.
        statement = """SET CONSTRAINTS ALL IMMEDIATE;
            ALTER TABLE filings_filing ADD CONSTRAINT never_changed CHECK (version < 1)"""
    else:
        statement = f"""CREATE TRIGGER never_changed BEFORE UPDATE ON filings_filing
            BEGIN SELECT RAISE(ABORT, 'failing row contains {PHONE} {NAME}'); END"""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def save(house: House, filing: Filing, careful: bool = True) -> int:
    """Type a name and a telephone number into a sheet; the status of the answer."""
    client = Client(raise_request_exception=not careful)
    client.force_login(house.clerk, "filings.services.accounts.PersonBackend")
    edits = [{"do": "set", "path": path, "value": value} for path, value in (("title", NAME), ("phone", PHONE))]
    body = json.dumps({"version": 0, "operation": "operation-1", "edits": edits})
    return client.post(f"/filings/{filing.ref}/save/", body, content_type="application/json").status_code


def test_the_error_itself_carries_what_was_typed(house: House) -> None:
    """Otherwise the next test would prove nothing."""
    filing = house.filing()
    refuse_changes_of_filings()
    with pytest.raises(Exception, match=PHONE):
        save(house, filing, careful=False)


def test_the_log_carries_the_place_and_no_typed_text(house: House, log: io.StringIO) -> None:
    filing = house.filing()
    refuse_changes_of_filings()
    assert save(house, filing) == 500
    text = log.getvalue()
    assert f"ERROR django.request Internal Server Error: /filings/{filing.ref}/save/" in text
    assert 'filings/services/drafts.py", line' in text
    assert "django.db.utils.IntegrityError" in text
    private = [PHONE, NAME, json.dumps(NAME)[1:-1], house.clerk.username, house.clerk.full_name, "sessionid"]
    assert [word for word in private if word in text] == []


def test_wrong_passwords_are_not_logged(house: House, log: io.StringIO) -> None:
    """Failed log-ins are in a database table, under access control."""
    for _ in range(6):
        Client().post("/login/", {"username": PHONE, "password": NAME})
    assert [word for word in (PHONE, NAME) if word in log.getvalue()] == []


def test_a_record_of_a_library_loses_its_request_too(house: House, log: io.StringIO) -> None:
    """Our handlers remove a request from any record."""
    seen: list[logging.LogRecord] = []

    def look(record: logging.LogRecord) -> bool:
        seen.append(record)
        return True

    handler = next(one for one in logging.getLogger().handlers if isinstance(one.formatter, WithoutValues))
    record = logging.LogRecord("somebody", logging.ERROR, __file__, 1, "it failed", None, None)
    record.__dict__["request"] = {"POST": PHONE}
    handler.addFilter(look)
    try:
        handler.handle(record)
    finally:
        handler.removeFilter(look)
    assert [vars(one).get("request") for one in seen] == [None]
    assert "it failed" in log.getvalue()
    assert PHONE not in log.getvalue()
