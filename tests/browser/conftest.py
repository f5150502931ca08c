"""Fixtures of the browser tests: Chromium, a running site with the demo, pages of logged-in people."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from threading import Condition, Lock
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from filings.models import Filing, Person
from filings.services.demo import seed_demo
from filings.services.documents import load_document
from filings.sheet.document import Path, Row

PASSWORD = "demo-password-1"
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""
"""Debian's Chromium, if it is here as the one without windows, which is a third faster."""
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright's own loop runs in the thread of the tests; the tests' few queries there are no danger to it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder as a browser test, which is skipped where there is no Chromium."""
    for item in items:
        if "/tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


class Site:
    """The running site: its address, and the contents of its database."""

    def __init__(self, url: str) -> None:
        self.url = url

    def filing(self, place: str = "yinchuan", at: int = 0) -> Filing:
        """A demo filing, always the same for the same jurisdiction and index."""
        filings = Filing.objects.filter(layout__key__startswith=place).order_by("pk")
        return filings.select_related("layout", "cycle", "department", "project")[at]

    def step(self, filing: Filing, key: str) -> str:
        """The address of a step of the wizard."""
        return f"{self.url}/filings/{filing.ref}/steps/{key}/"

    def value(self, filing: Filing, path: str) -> str:
        """The stored text of a cell."""
        filing.refresh_from_db()
        return load_document(filing).value(Path.parse(path))

    def rows(self, filing: Filing) -> list[Row]:
        """The stored indicator rows, in order."""
        filing.refresh_from_db()
        return list(load_document(filing).rows("indicators"))


@pytest.fixture
def site(live_server: Any, transactional_db: None) -> Iterator[Site]:
    """The demo behind a running server, which finishes all requests before its database is emptied."""
    fill_database()
    with Answering() as answering:
        yield Site(live_server.url)
        assert answering.done(), "the server still answers"


class Answering:
    """Counts the requests in progress: a page that closes sends a last save without waiting for the response.

    They are answered one after the other: all threads of the test server share one connection to a database in memory,
    whose transactions must not run into each other.
    """

    def __init__(self) -> None:
        self.count, self.changed, self.turn = 0, Condition(), Lock()

    def __enter__(self) -> Answering:
        request_started.connect(self.started)
        request_finished.connect(self.finished)
        return self

    def __exit__(self, *_: object) -> None:
        request_started.disconnect(self.started)
        request_finished.disconnect(self.finished)

    def started(self, **_: Any) -> None:
        self.add(1)
        self.turn.acquire(timeout=20)

    def finished(self, **_: Any) -> None:
        self.turn.release()
        self.add(-1)

    def add(self, one: int) -> None:
        with self.changed:
            self.count += one
            self.changed.notify_all()

    def done(self) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.count <= 0, timeout=10)


_seeded = sqlite3.connect(":memory:", check_same_thread=False)


def fill_database() -> None:
    """Load the demo; with a database in memory, once in a process, and then from a copy."""
    connection.ensure_connection()
    copies = connection.vendor == "sqlite" and connection.is_in_memory_db()
    if copies and _seeded.execute("select count(*) from sqlite_master").fetchone()[0]:
        _seeded.backup(connection.connection)
        return
    list(seed_demo(PASSWORD))
    if copies:
        connection.connection.backup(_seeded)


Login = Callable[..., Page]


def session_of(name: str) -> str:
    """The key of a new session of a person. Logging in through the page has its own tests."""
    client = Client()
    client.force_login(Person.objects.get(username=name), "filings.services.accounts.PersonBackend")
    return client.cookies["sessionid"].value


@pytest.fixture
def login(browser: Browser, site: Site) -> Iterator[Login]:
    """A function that opens a page of a logged-in person ('': of nobody), each in a new browser profile."""
    contexts: list[Any] = []
    faults: list[str] = []

    def open_page(name: str = "tuanjie.clerk", url: str = "", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        if name:
            context.add_cookies([{"name": "sessionid", "value": session_of(name), "url": site.url}])
        if url:
            open_step(page, url)
        return page

    yield open_page
    for context in contexts:
        context.set_offline(True)  # a page that closes would send what is unsent into the next test's database
        context.close()
    assert not faults, f"script errors in the page: {faults}"


@pytest.fixture
def filing(site: Site) -> Filing:
    """The filing that a test writes in."""
    return site.filing()


@pytest.fixture
def page(site: Site, login: Login, filing: Filing) -> Page:
    """Its step of indicators, which is a grid, opened by its clerk."""
    return login(url=site.step(filing, "indicators"))


def open_step(page: Page, url: str) -> None:
    """Open a step; with script, wait until its save queue is ready."""
    page.goto(url)
    if page.locator("#step[data-scripted]").count():
        expect(page.locator("#step[data-ready]")).to_be_attached()


def second_page(page: Page, url: str) -> Page:
    """Another tab in the same browser profile."""
    other = page.context.new_page()
    other.on("dialog", lambda dialog: dialog.accept())
    open_step(other, url)
    return other


def cell(page: Page, path: str) -> Locator:
    """The field of a cell."""
    return page.locator(f'[id="f-{path}"]')


def allow_clipboard(page: Page) -> None:
    """Let the scripts of tests read and write the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])


def put_on_clipboard(page: Page, text: str, html: str = "") -> None:
    """Put on the clipboard what another program copied: a text, and perhaps the same as markup."""
    allow_clipboard(page)
    page.evaluate(
        """async ([text, html]) => {
          const part = (type, words) => ({[type]: new Blob([words], {type})});
          const parts = Object.assign(part("text/plain", text), html ? part("text/html", html) : {});
          await navigator.clipboard.write([new ClipboardItem(parts)]);
        }""",
        [text, html],
    )


def state(page: Page) -> Locator:
    """The line that shows the state of saving."""
    return page.locator("#save-state")


def expect_saved(page: Page) -> None:
    """Wait until the page shows that everything is saved."""
    expect(state(page)).to_have_attribute("data-state", "saved")


def explain(page: Page, reason: str = "按往年口径填报。") -> None:
    """On the check page: expect no errors, and give a reason for each kind of warning that has none."""
    expect(page.get_by_role("heading", name="检查并送审")).to_be_visible()
    expect(page.locator("#errors")).to_have_count(0)
    for field in page.locator("textarea[name^=reason-]").all():
        if not field.input_value():
            field.fill(reason)


def log_in(page: Page, url: str, name: str) -> None:
    """Log in through the log-in page."""
    page.goto(f"{url}/login/")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator(".person")).to_be_visible()


Lines = list[tuple[str, dict[str, str]]]


def shown_rows(page: Page) -> Lines:
    """The rows of the grid in order: id and texts, without empty ones."""
    rows = page.locator("tr[data-row]").evaluate_all(
        """(rows) => rows.map((row) => [row.dataset.row, Object.fromEntries(Array.from(
          row.querySelectorAll("[data-cell]"), (field) => [field.dataset.cell.split(".")[1], field.value]))])"""
    )
    return [(row_id, {name: text for name, text in cells.items() if text}) for row_id, cells in rows]


def stored_rows(site: Site, filing: Filing) -> Lines:
    """The stored rows in the form of `shown_rows`."""
    return [(row.id, {name: text for name, text in row.cells.items() if text}) for row in site.rows(filing)]


def expect_same(page: Page, site: Site, filing: Filing) -> Lines:
    """Expect the same rows on the page, in the database, and on the page after a reload."""
    expect_saved(page)
    shown = shown_rows(page)
    assert shown == stored_rows(site, filing)
    open_step(page, page.url)
    assert shown_rows(page) == shown
    return shown
