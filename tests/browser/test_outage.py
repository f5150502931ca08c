"""The database is away while somebody writes: nothing is lost, and the pages come back by themselves."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, cell, expect_saved, log_in, open_step, state
from tests.served_site import OwnPostgres, ServedSite, needs_postgresql, own_postgres, served_site

pytestmark = [needs_postgresql, pytest.mark.xdist_group("browser outage")]
BACK_MS = 10_000
"""Within this time a page has found the database that is back."""


@pytest.fixture(scope="module")
def database() -> Iterator[OwnPostgres]:
    # Not in pytest's folder: PostgreSQL's user may not look into it, and the path of a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="pb-pg.") as folder, own_postgres(Path(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def served(database: OwnPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    with served_site(tmp_path_factory.mktemp("outage"), DATABASE_URL=database.url) as running:
        running.manage("seed_demo", "--password", PASSWORD)
        yield running


@pytest.fixture
def page(browser: Browser, served: ServedSite) -> Iterator[Page]:
    """A page of a clerk who is logged in."""
    context = browser.new_context()
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    log_in(page, served.url, "tuanjie.clerk")
    yield page
    context.close()


def open_draft(page: Page, served: ServedSite, database: OwnPostgres) -> str:
    """Open a step of a draft; the reference of the filing."""
    with psycopg.connect(database.url) as other:
        query = """SELECT f.ref FROM filings_filing f JOIN filings_layoutversion l ON l.id = f.layout_id
            WHERE f.state = 'draft' AND l.key LIKE 'yinchuan%' ORDER BY f.id LIMIT 1"""
        (ref,) = other.execute(query).fetchone() or ("",)
    open_step(page, f"{served.url}/filings/{ref}/steps/project/")
    return str(ref)


def stored(database: OwnPostgres, ref: str) -> str:
    with psycopg.connect(database.url) as other:
        (fields,) = other.execute("SELECT fields FROM filings_filing WHERE ref = %s", [ref]).fetchone() or ({},)
    return str(fields.get("project_nature"))


def write(page: Page, text: str) -> None:
    cell(page, "project_nature").fill(text)
    cell(page, "project_nature").blur()


def test_what_is_written_during_a_crash_is_saved_afterwards(
    page: Page, served: ServedSite, database: OwnPostgres
) -> None:
    ref = open_draft(page, served, database)
    write(page, "崩溃以前")
    expect_saved(page)
    database.crash()
    try:
        write(page, "崩溃期间写的")
        expect(state(page)).to_have_attribute("data-state", "failed")
        expect(state(page)).to_have_text("保存失败：系统暂时连不上数据库，会自动重试，内容已保留在本页（1 处未保存）")
        with page.expect_response(re.compile("/save/")) as again:  # it tries without being told to
            pass
        assert again.value.status == 503
        expect(cell(page, "project_nature")).to_have_value("崩溃期间写的")
        expect(state(page)).to_have_attribute("data-state", "failed")
    finally:
        database.start()
    expect(state(page)).to_have_attribute("data-state", "saved", timeout=BACK_MS)
    assert stored(database, ref) == "崩溃期间写的"


def test_a_page_that_was_closed_meanwhile_restores_what_was_written(
    page: Page, served: ServedSite, database: OwnPostgres
) -> None:
    """The reload finds no database either: the page that says so loads itself again, and the step takes over."""
    ref = open_draft(page, served, database)
    database.crash()
    try:
        write(page, "重新打开以前写的")
        expect(state(page)).to_have_attribute("data-state", "failed")
        page.reload()
        expect(page.get_by_role("heading", name="请稍候")).to_be_visible()
        expect(page.get_by_text("系统暂时连不上数据库。已保存的内容都在。")).to_be_visible()
    finally:
        database.start()
    expect(cell(page, "project_nature")).to_have_value("重新打开以前写的", timeout=BACK_MS)
    expect_saved(page)
    assert stored(database, ref) == "重新打开以前写的"


def test_a_save_that_waits_for_a_lock_is_repeated(page: Page, served: ServedSite, database: OwnPostgres) -> None:
    ref = open_draft(page, served, database)
    with psycopg.connect(database.url) as other:
        other.execute("SELECT 1 FROM filings_filing WHERE ref = %s FOR UPDATE", [ref])
        with page.expect_response(re.compile("/save/"), timeout=3_000) as answer:
            write(page, "别人占用时写的")
        assert answer.value.status == 503
        expect(state(page)).to_contain_text("数据正被别的操作占用，会自动重试，内容已保留在本页")
    expect(state(page)).to_have_attribute("data-state", "saved", timeout=BACK_MS)
    assert stored(database, ref) == "别人占用时写的"


def test_a_form_that_is_posted_during_a_crash_shows_its_texts(
    page: Page, served: ServedSite, database: OwnPostgres
) -> None:
    """It is never posted again by itself."""
    page.goto(f"{served.url}/login/")
    page.get_by_label("用户名").fill("tuanjie.clerk")
    page.get_by_label("密码").fill(PASSWORD)
    database.crash()
    try:
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_role("heading", name="刚才的操作没有确认完成")).to_be_visible()
        expect(page.locator("meta[http-equiv]")).to_have_count(0)
        expect(page.locator(".unsaved-texts li")).to_have_text(["tuanjie.clerk"])
    finally:
        database.start()
