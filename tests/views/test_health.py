"""Addresses for machines: they need no session and no name of ours, and tell strangers nothing."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from filings.services import health
from perfbudget import environment
from perfbudget.metrics import FILE_BYTES, write_count_files
from tests.factories import House
from tests.views.kit import autosave, browser, set_cell

PROBES = ["/healthz", "/readyz", "/metrics"]


@pytest.fixture(autouse=True)
def _forget() -> None:
    """A process asks for migrations until it has seen all of them applied."""
    health._migrated.clear()


@pytest.mark.parametrize("address", PROBES)
def test_a_probe_needs_neither_host_nor_https_nor_session(db: None, settings: Any, address: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = Client(headers={"host": "10.0.0.1:8000", "cookie": "sessionid=abcdefgh"})
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"].startswith("text/plain")
    assert not answer.cookies
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


def test_health_asks_nothing(django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/healthz").content == b"ok\n"


def test_health_is_well_without_a_database() -> None:
    """Without the mark for the database, pytest refuses every query."""
    assert Client().get("/healthz").status_code == 200


def test_readiness_costs_one_query_once_migrations_are_seen(django_assert_num_queries: Any, db: None) -> None:
    assert Client().get("/readyz").content == b"ok\n"
    with django_assert_num_queries(1):
        assert Client().get("/readyz").status_code == 200


def readiness() -> tuple[int, str]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.content.decode()


def test_readiness_names_what_is_missing(db: None, settings: Any, tmp_path: Path) -> None:
    settings.FONT_DIR = tmp_path / "none"
    assert readiness() == (503, "failing: fonts\n")
    settings.VAR_DIR = tmp_path / "no folder either"
    health._migrated.clear()
    MigrationRecorder.Migration.objects.filter(app="filings").last().delete()
    assert readiness() == (503, "failing: migrations, fonts, folder\n")


def test_readiness_tells_a_lost_database(db: None) -> None:
    def lose(*_: object) -> object:
        raise OperationalError("gone")

    with connection.execute_wrapper(lose):
        assert readiness() == (503, "failing: database\n")
        text = Client().get("/metrics").content.decode()
    assert "perfbudget_database_up 0.0" in text
    assert "perfbudget_packets" not in text


@pytest.mark.parametrize(
    ("peer", "forwarded", "status"),
    [
        ("127.0.0.1", "", 200),
        ("127.0.0.9", "", 200),
        ("::1", "", 200),
        ("10.7.7.7", "", 200),
        ("203.0.113.9", "", 404),
        ("", "", 404),
        ("203.0.113.9", "127.0.0.1", 404),  # says so of itself
        ("127.0.0.1", "203.0.113.9", 404),  # through a proxy that nobody listed
        ("127.0.0.1", "127.0.0.1", 404),
        ("10.0.0.5", "203.0.113.9", 404),  # through a listed one
        ("10.0.0.5", "127.0.0.1, 203.0.113.9", 404),
        ("10.0.0.5", "10.7.7.7", 200),
    ],
)
def test_metrics_are_for_listed_addresses(db: None, settings: Any, peer: str, forwarded: str, status: int) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.5")]
    settings.METRICS_ADDRESSES = [*settings.METRICS_ADDRESSES, ip_network("10.7.0.0/16")]
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert Client(REMOTE_ADDR=peer).get("/metrics", headers=headers).status_code == status


def value(text: str, line: str) -> float:
    """The number behind a name with its labels; 0 if nothing was counted yet."""
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0


def scraped() -> str:
    return Client().get("/metrics").content.decode()


def test_metrics_count_requests_and_saves(house: House) -> None:
    filing, client, before = house.filing(), browser(house.clerk), scraped()
    client.get("/tasks/")
    autosave(client, filing, set_cell("title", "甲"))
    autosave(client, filing, set_cell("title", "乙"), operation="operation-2", version=0)
    autosave(browser(house.lead), filing, set_cell("title", "丙"), operation="operation-3", version=0)
    client.get("/nowhere/")
    after = scraped()
    grown = {
        line: value(after, line) - value(before, line)
        for line in (
            'perfbudget_requests_total{status="200",view="tasks"}',
            'perfbudget_requests_total{status="404",view="none"}',
            'perfbudget_request_seconds_count{view="save"}',
            'perfbudget_saves_total{result="saved"}',
            'perfbudget_saves_total{result="conflict"}',
        )
    }
    assert list(grown.values()) == [1, 1, 3, 1, 2]
    assert filing.ref not in after
    assert house.clerk.username not in after


def test_metrics_count_a_lost_database(house: House) -> None:
    def lose(*_: object) -> object:
        raise OperationalError("gone")

    client = browser(house.clerk, raise_request_exception=False)
    line = 'perfbudget_database_failures_total{code="database_away"}'
    before = value(scraped(), line)
    with connection.execute_wrapper(lose):
        client.get("/tasks/")
    assert value(scraped(), line) - before == 1


def test_metrics_show_what_waits(house: House) -> None:
    text = scraped()
    assert re.search(r'^perfbudget_build_info\{version="[\d.]+"\} 1.0$', text, re.MULTILINE)
    assert value(text, "perfbudget_database_up") == 1
    assert "perfbudget_tasks_waiting 0.0" in text
    assert "perfbudget_tasks_oldest_seconds 0.0" in text
    assert 'perfbudget_packets{status="waiting"} 0.0' in text


def test_the_settings_refuse_what_is_unclear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERFBUDGET_METRICS_FROM", "everybody")
    with pytest.raises(ImproperlyConfigured, match="PERFBUDGET_METRICS_FROM"):
        environment.address_list("PERFBUDGET_METRICS_FROM")
    monkeypatch.setenv("PERFBUDGET_LOG", "xml")
    with pytest.raises(ImproperlyConfigured, match="PERFBUDGET_LOG is 'xml'; write json or text"):
        environment.log_format("production")


def test_counts_have_their_space_before_the_disk_is_full(tmp_path: Path) -> None:
    """They are written through memory, and a process that writes where no disk is left is killed."""
    before = tmp_path / "counter_3.db"
    before.write_bytes(b"counted")
    write_count_files(tmp_path, 3)
    assert before.read_bytes()[:9] == b"counted\0\0"
    for file in (before, tmp_path / "histogram_3.db"):
        assert (file.stat().st_size, file.stat().st_blocks * 512 >= FILE_BYTES) == (FILE_BYTES, True)
