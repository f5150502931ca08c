"""Log-in and log-out: unsaved form data, lock-out, sessions."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from filings.models import Person
from tests.factories import House
from tests.views.kit import PASSWORD, browser, set_cell, step_url, text_of


def test_expired_session_loses_nothing(house: House) -> None:
    """The posted step passes through the log-in page, and one button saves it afterwards."""
    filing, client = house.filing(), Client()
    page = client.post(step_url(filing), {"version": 0, "title": "过期前\r\n<b>写的</b>", "do": "go:goals"})
    assert page.status_code == 200
    assert "登录已过期" in text_of(page)
    hidden = {
        "kept-version": "0",
        "kept-title": "过期前\r\n<b>写的</b>",
        "kept-do": "go:goals",
        "kept_to": step_url(filing),
    }
    for name in hidden:
        assert f'name="{name}"' in page.content.decode()
    wrong = client.post("/login/", {"username": house.clerk.username, "password": "wrong", **hidden})
    assert "过期前" in text_of(wrong)
    resume = client.post("/login/", {"username": house.clerk.username, "password": PASSWORD, **hidden})
    assert f'action="{step_url(filing)}"' in resume.content.decode()
    assert "过期前" in text_of(resume)
    answer = client.post(step_url(filing), {"version": "0", "title": "过期前\r\n<b>写的</b>", "do": "go:goals"})
    assert answer.headers["Location"] == step_url(filing, "goals")
    filing.refresh_from_db()
    assert filing.fields["title"] == "过期前\n<b>写的</b>"


def test_log_in_never_redirects_to_another_host(house: House) -> None:
    """Neither by `next` nor by the address of carried-over fields."""
    account = {"username": house.clerk.username, "password": PASSWORD}
    for to in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"):
        assert Client().post("/login/", {**account, "next": to}).headers["Location"] == "/"
        answer = Client().post("/login/", {**account, "kept_to": to, "kept-a": "b"})
        assert "evil" not in answer.content.decode()
        assert answer.status_code == 302


def log_in(password: str, client: Client | None = None, **headers: str) -> HttpResponse:
    account = {"username": "testshire.clerk", "password": password}
    return (client or Client()).post("/login/", account, headers=headers)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_lock_out_after_five_failures(house: House, accept: str) -> None:
    """The fifth wrong password locks the account, also for the right one; the message says for how long."""
    for _ in range(4):
        answer = log_in("wrong", accept=accept)
        assert answer.status_code == (400 if "json" in accept else 200)
        assert "连续 5 次错误将锁定 20 分钟" in answer.content.decode() if "html" in accept else answer.json()["error"]
    for password in ("wrong", PASSWORD):
        answer = log_in(password, accept=accept)
        assert answer.status_code == 429
        message = answer.json()["error"] if "json" in accept else text_of(answer)
        assert "已锁定 20 分钟" in message
    assert not Client().get("/tasks/").wsgi_request.user.is_authenticated
    other = Client().post("/login/", {"username": house.lead.username, "password": PASSWORD})
    assert other.status_code == 302
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=21))
    assert log_in(PASSWORD).status_code == 302


def test_success_resets_the_failure_count(house: House) -> None:
    """Failures before a successful log-in do not count."""
    for _ in range(2):
        for _ in range(4):
            log_in("wrong")
        assert log_in(PASSWORD).status_code == 302


def test_log_in_of_the_admin_site_shares_the_lock(house: House) -> None:
    """Both log-in pages count the same failures."""
    Person.objects.filter(pk=house.admin.pk).update(is_staff=True)
    account = {"username": house.admin.username, "password": "wrong"}
    for _ in range(5):
        Client().post("/admin/login/", account)
    assert Client().post("/admin/login/", {**account, "password": PASSWORD}).status_code == 429
    assert Client().post("/login/", {**account, "password": PASSWORD}).status_code == 429


def test_log_in_by_the_pages_script(house: House) -> None:
    """JSON with a working CSRF token; a wrong password gives a Chinese message."""
    client = Client(enforce_csrf_checks=True)
    client.get("/login/")
    before = client.cookies["csrftoken"].value
    account = {"username": house.clerk.username, "password": PASSWORD}
    wrong = client.post(
        "/login/", {**account, "password": "x"}, headers={"accept": "application/json", "x-csrftoken": before}
    )
    assert wrong.status_code == 400
    assert "不正确" in wrong.json()["error"]
    assert wrong.json()["code"] == "login_wrong"
    answer = client.post("/login/", account, headers={"accept": "application/json", "x-csrftoken": before})
    assert answer.json()["person"] == house.clerk.pk
    filing = house.filing()
    body = json.dumps({"version": 0, "operation": "operation-1", "edits": [set_cell("title", "登录后")]})
    headers = {"accept": "application/json", "x-csrftoken": answer.json()["token"]}
    saved = client.post(f"/filings/{filing.ref}/save/", body, content_type="application/json", headers=headers)
    assert saved.status_code == 200


def test_session_is_new_at_log_in_and_invalid_after_log_out(house: House) -> None:
    """A session id planted before the log-in is replaced; the id of an ended session is useless."""
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    log_in(PASSWORD, client)
    key = client.cookies["sessionid"].value
    assert key != "a" * 32
    answer = client.post("/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    replay = Client()
    replay.cookies["sessionid"] = key
    assert replay.get("/tasks/").status_code == 302


def test_sessions_end_with_the_password_and_the_account(house: House) -> None:
    """A changed password and a deactivated account end all open sessions."""
    client, other = browser(house.clerk), browser(house.lead)
    house.clerk.set_password("another long 8642")
    house.clerk.save()
    Person.objects.filter(pk=house.lead.pk).update(is_active=False)
    assert client.get("/tasks/").status_code == other.get("/tasks/").status_code == 302


@pytest.mark.parametrize("name", ["x\x00y", "长" * 5000, "' OR 1=1 --", "\ufeff", "\u202e"])
def test_odd_login_names(house: House, name: str) -> None:
    """They are wrong log-ins, not server errors."""
    assert Client().post("/login/", {"username": name, "password": "x\x00"}).status_code == 200
