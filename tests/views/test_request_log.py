"""Each request has an id and a line in the log; neither says who it was or what was written."""

from __future__ import annotations

import io
import json
import logging.config
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from perfbudget.logs import JsonLines, WithoutValues, log_settings
from tests.factories import House
from tests.views.kit import PASSWORD, autosave, browser, set_cell, step_url

PHONE = "13912345678"
NAME = "欧阳春晓"
ADDRESS = "198.51.100.77"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What production writes: the settings of that mode, applied to a stream of the test and then taken back."""
    before = log_settings("text")
    logging.config.dictConfig(log_settings("json"))
    (handler,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, JsonLines)]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    handler.setStream(written)
    yield written
    logging.config.dictConfig(before)


def fail(execute: Callable[..., object], sql: str, *rest: object) -> object:
    """A mistake of ours in a view, with a name in it."""
    return int(NAME) if '"filings_membership"' in sql else execute(sql, *rest)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_request_has_one_line_with_what_an_operator_needs(house: House, log: io.StringIO) -> None:
    filing = house.filing()
    answer = browser(house.clerk).get(step_url(filing) + "?q=" + NAME)
    (line,) = lines(log)
    assert set(line) == {"time", "level", "logger", "message", "request_id", "view", "status", "ms"}
    assert (line["level"], line["logger"], line["view"], line["status"]) == ("INFO", "filings.requests", "step", 200)
    assert line["message"].startswith("GET step 200 ")
    assert line["request_id"] == answer["X-Request-ID"]
    assert filing.ref not in log.getvalue()


def test_all_lines_of_a_request_have_its_id(house: House, log: io.StringIO) -> None:
    client = browser(house.clerk, raise_request_exception=False)
    with connection.execute_wrapper(fail):
        answer = client.get("/tasks/")
    found = lines(log)
    assert [line["logger"] for line in found] == ["django.request", "filings.requests"]
    assert {line["request_id"] for line in found} == {answer["X-Request-ID"]}
    assert found[0]["traceback"].endswith("builtins.ValueError")
    other = client.get("/nowhere/")
    assert [(line["request_id"], line["status"]) for line in lines(log)[2:]] == [(other["X-Request-ID"], 404)]


def test_an_error_has_the_id_in_the_form_for_people_too(house: House, log: io.StringIO) -> None:
    """It is what a user reads out, on a demo site as well."""
    logging.config.dictConfig(log_settings("text"))
    (handler,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, WithoutValues)]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(log)
    with connection.execute_wrapper(fail):
        answer = browser(house.clerk, raise_request_exception=False).get("/tasks/")
    first, *_ = log.getvalue().splitlines()
    assert first.endswith(f"ERROR django.request Internal Server Error: /tasks/ [{answer['X-Request-ID']}]")


def test_what_is_logged_outside_of_requests_has_none(house: House, log: io.StringIO) -> None:
    browser(house.clerk).get("/tasks/")
    logging.getLogger("filings").warning("in between")
    assert "request_id" not in lines(log)[-1]


GIVEN = "proxy-0123456789abcdef"


@pytest.mark.parametrize(
    ("peer", "given", "is_taken"),
    [
        ("10.0.0.5", GIVEN, True),
        ("203.0.113.9", GIVEN, False),  # nobody knows this peer
        ("10.0.0.5", "short", False),
        ("10.0.0.5", "a" * 65, False),
        ("10.0.0.5", f"{GIVEN}\n{{}}", False),
        ("10.0.0.5", NAME * 4, False),
        ("10.0.0.5", "", False),
    ],
)
def test_an_id_is_taken_from_a_listed_proxy_if_it_is_one(
    db: None, settings: Any, peer: str, given: str, is_taken: bool
) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.5")]
    found = Client(REMOTE_ADDR=peer).get("/login/", headers={"x-request-id": given})["X-Request-ID"]
    assert (found == given) is is_taken
    assert is_taken or len(found) == 16


def test_ids_differ(db: None) -> None:
    assert len({Client().get("/login/")["X-Request-ID"] for _ in range(5)}) == 5


def test_no_line_says_who_or_what(house: House, log: io.StringIO) -> None:
    """Log-in, wrong password, typing, a search, a refusal, a failure: as production logs them."""
    filing = house.filing()
    visitor = Client(REMOTE_ADDR=ADDRESS, raise_request_exception=False)
    visitor.post("/login/", {"username": PHONE, "password": NAME})
    visitor.post("/login/", {"username": house.clerk.username, "password": PASSWORD})
    visitor.get("/review/waiting/", {"q": NAME})
    autosave(visitor, filing, set_cell("title", NAME), set_cell("phone", PHONE))
    autosave(visitor, filing, set_cell("no_such_cell", NAME))
    with connection.execute_wrapper(fail):
        visitor.post(step_url(filing), {"version": 0, "title": NAME, "phone": PHONE})
    text = log.getvalue()
    assert len(lines(log)) == 7
    assert any(line.get("traceback") for line in lines(log))
    person = house.clerk
    private = [PHONE, NAME, json.dumps(NAME)[1:-1], ADDRESS, PASSWORD, person.username, person.full_name, "sessionid"]
    assert [word for word in private if word in text] == []


def test_what_gunicorn_could_not_handle_has_no_address(log: io.StringIO) -> None:
    """In its own words: see `handle_error` of its workers."""
    logging.getLogger("gunicorn.error").error("Error handling request %s %s", "GET", f"/review/waiting/?q={NAME}")
    assert [line["message"] for line in lines(log)] == ["Error handling request"]


def test_a_strange_method_is_not_quoted(house: House, log: io.StringIO) -> None:
    browser(house.clerk).generic("GET\x0b" + NAME, "/tasks/")
    assert NAME not in log.getvalue()
