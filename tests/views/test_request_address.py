"""Whose request it is: the client behind proxies that are listed, the peer itself otherwise."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory

from filings.views.request_address import request_address
from perfbudget import environment
from tests.factories import House

PROXIES = [ip_network("10.0.0.5"), ip_network("10.9.0.0/16"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "1.1.1.1", "203.0.113.9"),  # not a proxy: whatever it says of itself
        ("10.0.0.6", "1.1.1.1", "10.0.0.6"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.5", "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the first one was made up by the client
        ("10.0.0.5", "10.0.0.5, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.5", "1.1.1.1, 203.0.113.9, 10.9.4.4", "203.0.113.9"),
        ("10.0.0.5", "10.9.1.1,10.9.2.2", "10.9.1.1"),
        ("10.0.0.5", "unknown", "10.0.0.5"),
        ("10.0.0.5", "1.1.1.1, <script>", "10.0.0.5"),
        ("10.0.0.5", "203.0.113.9:54321", "203.0.113.9"),
        ("10.0.0.5", "[2001:db8::1]:443", "2001:db8::1"),
        ("10.0.0.5", "2001:db8::1", "2001:db8::1"),
        ("::ffff:10.0.0.5", "::ffff:203.0.113.9", "203.0.113.9"),
        ("fd00::1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.5", ", ," * 5_000, "10.0.0.5"),
        ("", "1.1.1.1", ""),
        ("nonsense", "1.1.1.1", ""),
    ],
)
def test_the_header_is_believed_from_listed_proxies_only(
    settings: Any, peer: str, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    assert request_address(request) == address
    assert get_client_ip_address(request) == address, "the lockout counts by the same address"


def test_nobody_is_trusted_unless_listed(settings: Any) -> None:
    assert settings.TRUSTED_PROXIES == []
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1")
    assert request_address(request) == "127.0.0.1"


def test_the_lockout_is_for_the_client_not_for_the_proxy(house: House, settings: Any) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    proxy = Client(REMOTE_ADDR="10.0.0.5")
    wrong = {"username": house.clerk.username, "password": "wrong"}
    for _ in range(5):
        answer = proxy.post("/login/", wrong, headers={"x-forwarded-for": "198.51.100.7"})
    assert answer.status_code == 429
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"198.51.100.7"}
    right = {"username": house.clerk.username, "password": "long enough 7531"}
    assert proxy.post("/login/", right, headers={"x-forwarded-for": "198.51.100.8"}).status_code == 302


@pytest.mark.parametrize(
    ("peer", "forwarded"),
    [
        ("203.0.113.9", "198.51.100.8"),  # past the proxy
        ("10.0.0.5", "198.51.100.8, 203.0.113.9"),  # through one that appends
    ],
)
def test_a_forged_address_locks_nobody_else_out(house: House, settings: Any, peer: str, forwarded: str) -> None:
    """Who claims the clerk's address is locked out himself, and the clerk works on."""
    settings.TRUSTED_PROXIES = PROXIES
    stranger = Client(REMOTE_ADDR=peer, headers={"x-forwarded-for": forwarded})
    for _ in range(8):
        answer = stranger.post("/login/", {"username": house.clerk.username, "password": "wrong"})
    assert answer.status_code == 429
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"203.0.113.9"}
    clerk = Client(REMOTE_ADDR="10.0.0.5", headers={"x-forwarded-for": "198.51.100.8"})
    right = {"username": house.clerk.username, "password": "long enough 7531"}
    assert clerk.post("/login/", right).status_code == 302


def test_other_forged_addresses_give_no_new_attempts(house: House, settings: Any) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    wrong = {"username": house.clerk.username, "password": "wrong"}
    statuses = [
        stranger.post("/login/", wrong, headers={"x-forwarded-for": f"198.51.100.{number}"}).status_code
        for number in range(6)
    ]
    assert statuses == [200, 200, 200, 200, 429, 429]


def test_forged_addresses_share_one_count_of_look_ups(db: None, settings: Any) -> None:
    settings.TRUSTED_PROXIES, settings.VERIFY_PER_MINUTE = PROXIES, 3
    stranger, visitor = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="10.0.0.5")
    statuses = [
        stranger.get("/verify/?code=ABCD-EFGH-JKMN", headers={"x-forwarded-for": f"198.51.100.{number}"}).status_code
        for number in range(5)
    ]
    assert statuses == [200, 200, 200, 429, 429]
    assert visitor.get("/verify/?code=ABCD-EFGH-JKMN", headers={"x-forwarded-for": "198.51.100.1"}).status_code == 200


def test_the_setting_takes_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERFBUDGET_TRUSTED_PROXIES", "10.0.0.5, 10.9.0.0/16 fd00::/8")
    assert environment.address_list("PERFBUDGET_TRUSTED_PROXIES") == PROXIES
    for text in ("proxy.example.cn", "10.0.0.5/8", "*"):
        monkeypatch.setenv("PERFBUDGET_TRUSTED_PROXIES", text)
        with pytest.raises(ImproperlyConfigured, match="PERFBUDGET_TRUSTED_PROXIES"):
            environment.address_list("PERFBUDGET_TRUSTED_PROXIES")
