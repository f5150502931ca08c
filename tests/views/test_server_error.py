"""What a request is answered that failed: 503 while the database is away, wherever it was missed; 500 for a mistake."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from filings.models import Filing
from tests.factories import House
from tests.views.kit import PASSWORD, autosave, browser, set_cell, step_url, text_of

AWAY = OperationalError("connection failed: 10.1.2.3")


@contextmanager
def lost(about: str = "", error: Exception = AWAY) -> Iterator[list[str]]:
    """The database is lost for each statement that contains some words; gives the statements that were tried."""
    tried: list[str] = []

    def lose(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if about not in sql:
            return execute(sql, *rest)
        tried.append(sql)
        raise error

    with connection.execute_wrapper(lose):
        yield tried


def person_of(house: House) -> Client:
    return browser(house.clerk, raise_request_exception=False)


def is_unavailable(answer: HttpResponse) -> bool:
    return answer.status_code == 503 and answer["Retry-After"] == "3" and answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "about",
    ["", "django_session", "filings_person", "filings_membership", "filings_filing"],
    ids=lambda one: one or "all",
)
@pytest.mark.parametrize("error", [AWAY, InterfaceError("connection already closed")], ids=["refused", "closed"])
def test_a_page_says_so_and_loads_itself_again(house: House, about: str, error: Exception) -> None:
    """Wherever it was missed: for the session, the person, in the view."""
    house.filing()
    client = person_of(house)
    with lost(about, error) as tried:
        answer = client.get("/tasks/")
    assert tried
    assert is_unavailable(answer)
    assert '<meta http-equiv="refresh" content="3">' in answer.content.decode()
    assert "系统暂时连不上数据库。已保存的内容都在。" in text_of(answer)
    assert "sessionid" not in answer.cookies, "nobody is logged out"
    assert client.get("/tasks/").status_code == 200


def test_the_database_is_not_asked_twice(house: House) -> None:
    """Each attempt to reach it may take seconds."""
    client = person_of(house)
    with lost() as tried:
        client.get("/tasks/")
    assert len(tried) == 1


def test_a_session_that_cannot_be_stored_is_no_bare_error(house: House) -> None:
    client = person_of(house)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=5))  # so that it is stored again
    with lost('UPDATE "django_session"') as tried:
        answer = client.get("/tasks/")
    assert tried
    assert is_unavailable(answer)
    assert "sessionid" not in answer.cookies


def test_a_session_that_ended_meanwhile_is_another_matter(house: House) -> None:
    """Logged out in another window while this request was answered: Django's 400, as before."""
    client = person_of(house)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=5))  # so that it is stored again

    def log_out(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if sql.startswith('UPDATE "django_session"'):
            Session.objects.all().delete()
        return execute(sql, *rest)

    with connection.execute_wrapper(log_out):
        assert client.get("/tasks/").status_code == 400


def test_a_post_is_not_repeated_by_itself_and_shows_what_was_written(house: House) -> None:
    filing = house.filing()
    client = person_of(house)
    posted = {"version": 0, "title": "写了<b>很久</b>的名称", "do": "go:goals"}
    with lost('"filings_filing"'):
        answer = client.post(step_url(filing), posted)
    assert is_unavailable(answer)
    page = answer.content.decode()
    assert "http-equiv" not in page
    assert "写了&lt;b&gt;很久&lt;/b&gt;的名称" in page
    assert "go:goals" not in page
    assert "按浏览器的后退键返回" in text_of(answer)


def test_a_full_disk_is_told_and_nothing_that_was_written_is_lost(house: House) -> None:
    filing, client, full = house.filing(), person_of(house), OSError(errno.ENOSPC, "No space left on device")
    with lost('"filings_filing"', full):
        page = client.post(step_url(filing), {"version": 0, "title": "写了很久的名称", "do": "go:goals"})
        answer = autosave(client, filing, set_cell("title", "新"))
    assert is_unavailable(page)
    assert "写了很久的名称" in text_of(page)
    assert "服务器的磁盘已满，请联系管理员" in text_of(page)
    assert "自动重试" not in text_of(page)
    assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")


def test_a_password_is_never_shown(house: House) -> None:
    client = Client(raise_request_exception=False)
    with lost():
        answer = client.post("/login/", {"username": house.clerk.username, "password": PASSWORD, "next": "/tasks/"})
    assert is_unavailable(answer)
    assert PASSWORD not in answer.content.decode()


def test_what_cannot_be_read_is_not_shown(house: House, settings: Any) -> None:
    """The database is away, and the form is larger than is taken."""
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    client = person_of(house)
    with lost("django_session"):
        answer = client.post("/notices/", {"a": "1", "b": "2", "c": "3"})
    assert answer.status_code in (400, 503)


@pytest.mark.parametrize(
    ("error", "code"),
    [(AWAY, "database_away"), (InterfaceError("connection already closed"), "database_away")],
)  # fmt: skip
def test_a_save_gets_a_code_and_the_same_save_succeeds_later(house: House, error: Exception, code: str) -> None:
    filing = house.filing()
    client = person_of(house)
    client.defaults["HTTP_ACCEPT"] = "application/json"
    edit = set_cell("title", "断线时写的")
    with lost('UPDATE "filings_filing"', error) as tried:
        answer = autosave(client, filing, edit)
    assert tried
    assert is_unavailable(answer)
    assert answer.json()["code"] == code
    assert Filing.objects.get(pk=filing.pk).fields.get("title") != "断线时写的"
    again = autosave(client, filing, edit)
    assert (again.status_code, again.json()["conflicts"], again.json()["refused"]) == (200, [], [])
    assert Filing.objects.get(pk=filing.pk).fields["title"] == "断线时写的"


def test_a_mistake_of_ours_is_500_with_the_number_to_tell(house: House) -> None:
    """A table that is missing comes back by no waiting."""
    filing, client = house.filing(), person_of(house)
    with lost('"filings_filing"', KeyError("13912345678")):
        answer = client.get(f"/filings/{filing.ref}/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer
    assert f"这个编号： {answer['X-Request-ID']}" in text_of(answer)
    assert "13912345678" not in answer.content.decode()


def test_unavailable_pages_need_no_database_to_be_drawn(rf: Any) -> None:
    """Without the mark for the database, pytest refuses every query."""
    from filings.views.server_error import server_error

    for request in (
        rf.get("/tasks/"),
        rf.post("/tasks/", {"text": "写的"}),
        rf.get("/", HTTP_ACCEPT="application/json"),
    ):
        try:
            raise OperationalError("gone")
        except OperationalError:
            answer = server_error(request)
        assert is_unavailable(answer)
    assert json.loads(answer.content)["code"] == "database_away"
