"""Leases: one worker at a time, until its lease expires or its process is gone."""

from __future__ import annotations

import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from filings.models import Packet
from filings.services.packets import PacketScope, create_packet, run_build
from filings.services.packets.lease import LEASE, claim_packet, is_stale
from tests.factories import House, build_house
from tests.services.packets.kit import approved
from tests.services.test_races import at_once


def test_a_packet_has_one_worker(house: House) -> None:
    approved(house)
    packet = create_packet(house.cycle, PacketScope())
    lease = claim_packet(packet.pk)
    assert lease
    assert claim_packet(packet.pk) is None
    assert run_build(packet.pk) == ""
    Packet.objects.filter(pk=packet.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert run_build(packet.pk)
    lease.release("failed")
    packet.refresh_from_db()
    assert packet.status == "ready", "a worker that lost its lease changes nothing"


def test_a_lease_lasts_longer_than_any_step_without_a_sign_of_life() -> None:
    assert timedelta(seconds=60) <= LEASE <= timedelta(minutes=5)


@pytest.mark.parametrize("host", ["bureau", "the-second-server-of-a-bureau"])
def test_a_lease_of_a_dead_process_is_stale_at_once(house: House, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait(30)
    packet = Packet(
        cycle=house.cycle, status="building", lease=f"{host[:16]} {done.pid} x",
        leased_until=timezone.now() + LEASE,
    )  # fmt: skip
    assert is_stale(packet)
    packet.lease = f"elsewhere {done.pid} x"
    assert not is_stale(packet)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_builds() -> None:

    house = build_house()
    approved(house)
    packet = create_packet(house.cycle, PacketScope())
    results = at_once(*[lambda: run_build(packet.pk)] * 4)
    assert sorted(bool(result) for result in results) == [False, False, False, True]
    packet.refresh_from_db()
    assert (packet.status, packet.files.count()) == ("ready", 5)
