"""A served site loses its database, and its processes: what it answers meanwhile, and how soon it is back."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.served_site import OwnPostgres, ServedSite, needs_postgresql, own_postgres, served_site, wait_until

pytestmark = pytest.mark.xdist_group("outage")
SESSION = {"Cookie": "sessionid=abcdefghijabcdefghijabcdefghij12"}
JSON = {"Accept": "application/json", **SESSION}
REQUESTS = 8
"""Enough to reach both processes of the web server, each with a connection of its own."""


@pytest.fixture(scope="module")
def database() -> Iterator[OwnPostgres]:
    # Not in pytest's folder: PostgreSQL's user may not look into it, and the path of a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="pb-pg.") as folder, own_postgres(Path(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def site(database: OwnPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    folder = tmp_path_factory.mktemp("outage")
    with served_site(folder, DATABASE_URL=database.url, PERFBUDGET_LOG="json") as running:
        yield running


def statuses(site: ServedSite, address: str = "/tasks/") -> set[int]:
    """What several requests of somebody with a session are answered: they ask the database for it."""
    return {site.get(address, **SESSION)[0] for _ in range(REQUESTS)}


@needs_postgresql
def test_a_crash_of_the_database_is_told_and_passes(site: ServedSite, database: OwnPostgres) -> None:
    assert statuses(site) == {302}
    database.crash()
    try:
        assert statuses(site) == {503}
        assert "系统暂时连不上数据库" in site.get("/tasks/", **SESSION)[1]
        assert json.loads(site.get("/tasks/", **JSON)[1])["code"] == "database_away"
        assert site.get("/healthz") == (200, "ok\n")
        assert site.get("/readyz") == (503, "failing: database\n")
        assert "perfbudget_database_up 0.0" in site.get("/metrics")[1]
    finally:
        database.start()
    assert wait_until(lambda: site.get("/tasks/", **SESSION)[0] == 302, 10) < 10
    assert statuses(site) == {302}
    assert site.get("/readyz") == (200, "ok\n")


@needs_postgresql
def test_a_restart_between_requests_is_not_noticed(site: ServedSite, database: OwnPostgres) -> None:
    """Connections that nobody used meanwhile are stale, and no request pays for that."""
    assert statuses(site) == {302}
    database.crash()
    database.start()
    assert statuses(site) == {302}


@needs_postgresql
def test_a_lock_that_is_not_released_is_answered_within_three_seconds(site: ServedSite, database: OwnPostgres) -> None:
    with psycopg.connect(database.url) as other:
        other.execute("LOCK TABLE django_session")
        started = time.monotonic()
        status, text = site.get("/tasks/", **JSON)
        assert time.monotonic() - started < 3
    assert (status, json.loads(text)["code"]) == (503, "database_busy")
    assert statuses(site) == {302}


@needs_postgresql
def test_limits_are_for_requests_and_not_for_commands(site: ServedSite, database: OwnPostgres) -> None:
    show = (
        "from django.db import connection as c; k = c.cursor(); k.execute('SHOW lock_timeout'); print(k.fetchone()[0])"
    )
    assert site.manage("shell", "--no-imports", "-c", show).strip() == "0"


def exhaust(take_one_more: Callable[[], None]) -> None:
    while True:
        take_one_more()


@needs_postgresql
def test_no_free_connection_is_told_too(site: ServedSite, database: OwnPostgres) -> None:
    """An administrator's other programs use them all up."""
    others: list[psycopg.Connection] = []

    def take_one_more() -> None:
        others.append(psycopg.connect(database.url))

    with psycopg.connect(database.url, autocommit=True) as first:
        first.execute("ALTER SYSTEM SET max_connections = 12")
    database.crash()
    database.start()
    try:
        with pytest.raises(psycopg.OperationalError, match=r"too many clients|reserved for"):
            exhaust(take_one_more)
        assert 503 in statuses(site)
    finally:
        for one in others:
            one.close()
    assert wait_until(lambda: statuses(site) == {302}, 10) < 10


@needs_postgresql
def test_a_killed_process_is_replaced_within_three_seconds(site: ServedSite) -> None:
    _, *processes = site.web_servers()
    assert len(processes) == 2
    for process in processes:
        os.kill(process, signal.SIGKILL)
    assert wait_until(lambda: site.get("/healthz")[0] == 200, 10) < 10
    assert wait_until(lambda: len(site.web_servers()) == 3, 10) < 10
    assert not set(processes) & set(site.web_servers())


@needs_postgresql
def test_the_processes_of_a_killed_web_server_leave_the_port_to_the_next(site: ServedSite) -> None:
    """Also while requests come without pause."""
    first, *processes = site.web_servers()
    os.kill(first, signal.SIGKILL)

    def is_replaced() -> bool:
        site.get("/healthz")
        return not any(Path(f"/proc/{process}").exists() for process in processes)

    assert wait_until(is_replaced, 10) < 10
    assert wait_until(lambda: site.get("/healthz")[0] == 200, 20) < 20


@needs_postgresql
def test_counts_are_those_of_all_processes_and_survive_them(site: ServedSite) -> None:
    def counted() -> float:
        text = site.get("/metrics")[1]
        found = re.search(r'^perfbudget_requests_total\{status="200",view="login"\} (\S+)$', text, re.MULTILINE)
        return float(found[1]) if found else 0

    before = counted()
    for _ in range(REQUESTS):
        site.get("/login/")
    assert counted() - before == REQUESTS
    for process in site.web_servers()[1:]:
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: site.get("/login/")[0] == 200)
    assert counted() - before >= REQUESTS + 1
    assert len(list((site.folder / "metrics").glob("*.lock"))) <= 3


@needs_postgresql
def test_what_nobody_can_read_is_not_logged_with_its_sender(site: ServedSite) -> None:
    before = site.log.stat().st_size
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall("GET /欧阳春晓 HTTP/9\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 4")
    site.get("/login/")
    written = site.log.read_bytes()[before:].decode()
    assert "GET login 200" in written
    assert "127.0.0.1" not in written
    assert "欧阳" not in written


@needs_postgresql
def test_every_line_of_the_log_is_one_object(site: ServedSite) -> None:
    """Except for what `serve` and the worker say as they end, which no formatter sees."""
    lines = [line for line in site.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    found = [json.loads(line) for line in lines]
    assert {"filings.requests", "django.request", "gunicorn.error"} <= {line["logger"] for line in found}
    assert all(line["request_id"] for line in found if line["logger"] == "filings.requests")
    assert not [line for line in found if str(site.port) in line["message"] or "127.0.0.1" in line["message"]]


def test_a_locked_sqlite_is_answered_within_three_seconds(tmp_path: Path) -> None:
    """As while a backup or another program holds it."""
    with served_site(tmp_path / "site") as site:
        site.get("/login/")
        with closing(sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            started = time.monotonic()
            status, text = site.get("/verify/?code=ABCD-EFGH-JKMN")
            assert time.monotonic() - started < 3
        assert status == 503, "a look-up is counted, which is a write"
        assert "数据正被别的操作占用" in text
        assert site.get("/verify/?code=ABCD-EFGH-JKMN")[0] == 200
