"""Requests: who may request, cancel and resume packets, and what becomes of packets without a worker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from filings.models import Packet, Person
from filings.services.errors import Refused
from filings.services.packets import (
    PacketScope,
    cancel_packet,
    create_packet,
    request_packet,
    resume_packet,
    run_build,
    sweep_packets,
)
from filings.services.packets.lease import claim_packet
from filings.services.packets.progress import packet_progress
from filings.services.packets.requests import may_resume, open_packet, restart_packet
from tests.factories import House, build_house
from tests.services.packets.kit import approved


@pytest.mark.parametrize("who", ["clerk", "lead", "reviewer", "auditor", "nobody"])
def test_only_admins_ask_cancel_and_resume(house: House, who: str) -> None:
    approved(house)
    packet = create_packet(house.cycle, PacketScope())
    person: Person = getattr(house, who)
    for action in (request_packet, lambda p, _: cancel_packet(p, packet), lambda p, _: resume_packet(p, packet)):
        with pytest.raises(Refused):
            action(person, house.cycle)


def test_cancel_stops_the_worker_and_resume_goes_on(house: House) -> None:
    approved(house)
    packet = create_packet(house.cycle, PacketScope())
    lease = claim_packet(packet.pk)
    assert lease
    packet.refresh_from_db()
    cancel_packet(house.admin, packet)
    packet.refresh_from_db()
    assert packet_progress(packet).status_text == "正在取消"
    Packet.objects.filter(pk=packet.pk).update(lease="", leased_until=None, status="waiting")
    assert run_build(packet.pk) == "", "a cancelled packet is not taken up"
    Packet.objects.filter(pk=packet.pk).update(status="cancelled")
    packet.refresh_from_db()
    resume_packet(house.admin, packet)
    packet.refresh_from_db()
    assert packet.status == "waiting"
    assert run_build(packet.pk)


def test_a_request_is_stored_with_its_number_of_sheets(house: House) -> None:
    approved(house)
    house.filing()
    packet = request_packet(house.admin, house.cycle, PacketScope(drafts=True))
    packet.refresh_from_db()
    assert (packet.total, packet.person, packet.scope) == (2, house.admin, PacketScope(drafts=True).data())


def test_a_request_without_states_is_refused(house: House) -> None:
    approved(house)
    with pytest.raises(Refused, match="至少选择一种状态"):
        request_packet(house.admin, house.cycle, PacketScope(states=()))
    assert not Packet.objects.exists()


@pytest.mark.parametrize(
    ("status", "leased", "resumable"),
    [
        ("waiting", False, False),
        ("building", True, False),
        ("building", False, True),
        ("failed", False, True),
        ("cancelled", False, True),
        ("ready", False, False),
        ("removed", False, False),
    ],
)
def test_what_can_be_resumed(house: House, status: str, *, leased: bool, resumable: bool) -> None:
    approved(house)
    packet = create_packet(house.cycle, PacketScope())
    until = timezone.now() + timedelta(minutes=1) if leased else None
    Packet.objects.filter(pk=packet.pk).update(status=status, leased_until=until, lease="elsewhere 1 x", sha256="x")
    packet.refresh_from_db()
    assert may_resume(packet) is resumable
    if not resumable:
        with pytest.raises(Refused, match="正在生成或已经完成"):
            resume_packet(house.admin, packet)


def test_without_a_worker_it_is_cancelled_at_once(house: House) -> None:
    approved(house)
    packet = create_packet(house.cycle, PacketScope())
    cancel_packet(house.admin, packet)
    packet.refresh_from_db()
    assert (packet.status, packet.cancel) == ("cancelled", False)
    with pytest.raises(Refused, match="没有在生成"):
        cancel_packet(house.admin, packet)


def test_the_last_unfinished_packet_of_a_scope(house: House) -> None:
    approved(house)
    scope = PacketScope(drafts=True)
    first, last = create_packet(house.cycle, scope), create_packet(house.cycle, scope)
    create_packet(house.cycle, PacketScope())
    assert open_packet(house.cycle, scope) == last
    Packet.objects.filter(pk=last.pk).update(status="ready", sha256="x")
    assert open_packet(house.cycle, scope) == first
    assert open_packet(house.cycle, PacketScope(public=True)) is None


def test_requeueing_leaves_a_packet_that_another_worker_claimed(house: House) -> None:
    approved(house)
    packet = create_packet(house.cycle, PacketScope())
    Packet.objects.filter(pk=packet.pk).update(status="building", lease="dead")
    seen = Packet.objects.get(pk=packet.pk)
    Packet.objects.filter(pk=packet.pk).update(lease="alive")
    restart_packet(seen)
    packet.refresh_from_db()
    assert (packet.status, packet.lease) == ("building", "alive")
    restart_packet(packet)
    packet.refresh_from_db()
    assert (packet.status, packet.lease) == ("waiting", "")


@pytest.mark.django_db(transaction=True)
def test_a_sweep_has_packets_without_a_worker_built() -> None:
    """Tests run background work at once: the lost one is ready afterwards, the one with a worker is left alone."""
    house = build_house()
    approved(house)
    lost, running = create_packet(house.cycle, PacketScope()), create_packet(house.cycle, PacketScope())
    until = timezone.now() + timedelta(minutes=1)
    Packet.objects.filter(pk=lost.pk).update(status="building", lease="elsewhere 1 x", leased_until=None)
    Packet.objects.filter(pk=running.pk).update(status="building", lease="elsewhere 1 x", leased_until=until)
    assert sweep_packets(90)[0] == 1
    lost.refresh_from_db()
    running.refresh_from_db()
    assert (lost.status, running.status, running.lease) == ("ready", "building", "elsewhere 1 x")
