"""Look-ups are counted by the database: for all processes, by address and minute."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from filings.models import RateCount
from filings.services.rate_counts import count_request
from tests.factories import House

NOW = datetime(2026, 3, 5, 8, 15, 20, tzinfo=UTC)


@pytest.mark.django_db
def test_an_address_has_so_many_requests_a_minute() -> None:
    answers = [count_request("verify", "203.0.113.9", 3, NOW + timedelta(seconds=n)) for n in range(5)]
    assert answers == [True, True, True, False, False]
    assert count_request("verify", "203.0.113.8", 3, NOW)
    assert count_request("login", "203.0.113.9", 3, NOW)
    assert count_request("verify", "203.0.113.9", 3, NOW + timedelta(minutes=1))


@pytest.mark.django_db
def test_a_flood_writes_nothing_once_it_is_refused() -> None:
    for _ in range(4):
        count_request("verify", "203.0.113.9", 3, NOW)
    with CaptureQueriesContext(connection) as queries:
        assert not count_request("verify", "203.0.113.9", 3, NOW)
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]
    assert RateCount.objects.get().count == 3


@pytest.mark.django_db
def test_one_client_of_ipv6_is_its_network() -> None:
    assert [count_request("verify", f"2001:db8:1:2::{n}", 2, NOW) for n in range(3)] == [True, True, False]
    assert count_request("verify", "2001:db8:1:3::1", 2, NOW)


@pytest.mark.django_db
def test_no_address_is_stored_and_old_counts_are_swept() -> None:
    count_request("verify", "203.0.113.9", 3, NOW)
    assert "203" not in RateCount.objects.get().key
    count_request("verify", "203.0.113.9", 3, NOW + timedelta(minutes=30))
    assert RateCount.objects.count() == 2
    count_request("verify", "203.0.113.7", 3, NOW + timedelta(minutes=80))
    assert sorted(RateCount.objects.values_list("minute__minute", flat=True)) == [35, 45]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_requests_of_several_processes_are_counted_together() -> None:
    """Each thread has a connection of its own, as each process of a web server has."""

    def ask(_: int) -> bool:
        try:
            return count_request("verify", "203.0.113.9", 10, NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(24)))
    assert answers.count(True) == 10
    assert RateCount.objects.get().count >= 10


def test_the_page_counts_by_the_client_behind_the_proxy(house: House, settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.5")]
    settings.VERIFY_PER_MINUTE = 2
    proxy = Client(REMOTE_ADDR="10.0.0.5")

    def ask(address: str) -> int:
        return proxy.get("/verify/", {"code": "x"}, headers={"x-forwarded-for": address}).status_code

    assert [ask("198.51.100.1") for _ in range(3)] == [200, 200, 429]
    assert ask("198.51.100.2") == 200
    assert ask("198.51.100.1, 198.51.100.3") == 200
