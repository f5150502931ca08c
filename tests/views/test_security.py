"""Security of all pages: content policy, caching, escaping, CSRF, methods, error pages."""

from __future__ import annotations

import json
import re
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.test import Client

from filings.models import Project, State
from indicators.models import IndicatorCategory
from tests.factories import House, filled
from tests.views.every_page import Pages, every_page
from tests.views.kit import Markup, browser, set_cell, step_url, text_of


@pytest.fixture
def pages(house: House) -> Pages:
    return every_page(house)


def test_every_page_obeys_the_content_security_policy(pages: Pages) -> None:
    """The header allows only our own files, and no page needs more: no inline script, style or handler."""
    for name, page in pages.responses.items():
        policy = page.headers["Content-Security-Policy"]
        assert {"default-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; ")), name
        assert not [word for word in ("unsafe", "http", "*") if word in policy], name
        assert page.headers.get("X-Frame-Options") == "DENY" or name == "400", name
        assert page.headers["Referrer-Policy"] == "same-origin", name
        assert not Markup(page.content.decode()).faults, name


def test_no_page_refers_to_another_host(pages: Pages) -> None:
    """Nothing is fetched from, sent to or linked to elsewhere."""
    for name, page in pages.responses.items():
        for address in Markup(page.content.decode()).addresses:
            parts = urlsplit(address)
            assert (parts.netloc, parts.scheme) in (("", ""), ("", "data")), f"{name}: {address}"


def test_no_page_is_stored_by_the_browser(pages: Pages) -> None:
    """Office computers are shared, so all pages are no-store."""
    for name, page in pages.responses.items():
        if name.startswith(("404", "csrf", "400")):
            continue
        assert "no-store" in page.headers.get("Cache-Control", ""), name


def test_ids_are_unique_and_labels_refer_to_fields(pages: Pages) -> None:
    """Links and screen readers depend on them."""
    for name, page in pages.responses.items():
        html = page.content.decode()
        ids = [one for one in Markup(html).ids if name.startswith("admin") is False]
        assert sorted(set(ids)) == sorted(ids), name
        for target in re.findall(r'<label[^>]* for="([^"]+)"', html) if ids else []:
            assert target in ids, f"{name}: label for {target}"


def test_layout_css_is_cached_without_cookie(house: House) -> None:
    """It is public and immutable."""
    answer = Client().get(f"/layouts/{house.due.layout.sha256}.css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("text/css")
    assert not answer.cookies
    assert Client().get("/layouts/nosuch.css").status_code == 404


MARKUP = """<img src=x onerror=alert(1)>"'</textarea></script><script>alert(1)</script>{{7*7}}{% now %}&amp;"""


def test_markup_typed_anywhere_is_shown_as_text(house: House) -> None:
    """In every text cell, project name, remark, answer, reason, name and category, on every page."""
    IndicatorCategory.objects.filter(canonical="output.quantity").update(name=MARKUP[:40])
    pages = every_page(house, MARKUP)
    seen = 0
    for name, page in pages.responses.items():
        html = page.content.decode()
        markup = Markup(html)
        assert not markup.faults, name
        assert "img" not in markup.tags or name.startswith("admin"), name
        seen += "&lt;img src=x onerror" in html
    assert seen > 25
    for name in (
        "draft",
        "step head",
        "step goals",
        "step rows",
        "log",
        "queue",
        "tasks",
        "conflict",
        "refused",
        "review",
        "login kept",
        "resume",
        "packets",
    ):
        assert "&lt;img src=x onerror" in pages.responses[name].content.decode(), name


def test_markup_in_a_downloaded_page(house: House) -> None:
    """The HTML export escapes texts too."""
    filing = house.filing(filled(title=MARKUP))
    Project.objects.update(name=MARKUP)
    html = browser(house.clerk).get(f"/filings/{filing.ref}/file.html").content.decode()
    markup = Markup(html)
    assert "script" not in markup.tags
    assert "img" not in markup.tags
    assert not [address for address in markup.addresses if urlsplit(address).netloc]


def test_error_page_is_chinese_and_shows_no_internals(house: House) -> None:
    """A server error: a Chinese message, nothing of the exception."""
    client = browser(house.clerk, raise_request_exception=False)
    with patch("filings.views.home.task_lists", side_effect=RuntimeError("secret words")):
        page = client.get("/tasks/")
    assert page.status_code == 500
    assert "系统出错" in text_of(page)
    assert "secret" not in page.content.decode()
    assert not Markup(page.content.decode()).faults


@pytest.mark.parametrize("address", ["steps/head/", "submit/", "do/withdraw/", "remarks/", "remarks/1/", "save/"])
def test_every_post_needs_a_token(house: House, address: str) -> None:
    """Without it nothing is changed, and the page explains what to do."""
    filing, client = house.filing(), browser(house.clerk, enforce_csrf_checks=True)
    answer = client.post(f"/filings/{filing.ref}/{address}", {"title": "外来", "version": 0})
    assert answer.status_code == 403
    assert "按后退键返回" in text_of(answer)
    filing.refresh_from_db()
    assert (filing.version, filing.state) == (0, State.DRAFT)


def test_token_of_another_origin(house: House) -> None:
    """A valid token sent from another origin is refused."""
    filing, client = house.filing(), browser(house.clerk, enforce_csrf_checks=True)
    client.get(step_url(filing))
    token = client.cookies["csrftoken"].value
    body = json.dumps({"version": 0, "operation": "operation-1", "edits": [set_cell("title", "外来")]})
    url = f"/filings/{filing.ref}/save/"
    for origin, status in (("https://evil.example", 403), ("null", 403), ("http://testserver", 200)):
        headers = {"x-csrftoken": token, "origin": origin}
        assert client.post(url, body, content_type="application/json", headers=headers).status_code == status


def test_method_override_is_ignored(house: House) -> None:
    """`_method` is an ordinary field; a GET never changes anything."""
    filing = house.filing()
    client = browser(house.clerk)
    client.get(f"/filings/{filing.ref}/submit/", {"_method": "POST", "version": "0"})
    assert client.get(f"/filings/{filing.ref}/do/withdraw/", {"_method": "POST"}).status_code == 405
    filing.refresh_from_db()
    assert filing.state == State.DRAFT


def test_a_post_of_too_many_fields(house: House) -> None:
    """400 with a Chinese message."""
    filing = house.filing()
    answer = browser(house.clerk).post(step_url(filing), {f"f{i}": "" for i in range(10_001)})
    assert answer.status_code == 400
    assert "无法处理这次请求" in text_of(answer)
