"""Requests, cancels and resumes packets, and requeues those whose worker is gone."""

from __future__ import annotations

from filings.models import Cycle, Packet, Person
from filings.services.errors import Refused
from filings.services.packets.build import build_packet
from filings.services.packets.cache import delete_old_files
from filings.services.packets.lease import OPEN, is_stale
from filings.services.packets.scope import PacketScope, may_build
from filings.services.transactions import start_transaction


def request_packet(person: Person, cycle: Cycle, scope: PacketScope | None = None) -> Packet:
    """Request a packet of a cycle, in a transaction of its own that also enqueues the build.

    Raises Refused for anybody but an admin of the place, and where the scope has no state or no filing.
    """
    if not may_build(person, cycle):
        raise Refused("packet_by_admin_only")
    scope = scope or PacketScope()
    if not scope.states and not scope.drafts:
        raise Refused("packet_without_state")
    if not scope.filings(cycle).exists():
        raise Refused("packet_empty")
    with start_transaction():
        packet = create_packet(cycle, scope, person)
        build_packet.enqueue(packet.pk)
    return packet


def create_packet(cycle: Cycle, scope: PacketScope, person: Person | None = None) -> Packet:
    """Create a packet that waits for a worker; whoever calls it has to build or enqueue it. Two queries."""
    count = scope.filings(cycle).count()
    return Packet.objects.create(
        jurisdiction_id=cycle.jurisdiction_id, cycle=cycle, person=person, scope=scope.data(), total=count
    )


def open_packet(cycle: Cycle, scope: PacketScope) -> Packet | None:
    """The last unfinished packet of this scope among the 50 newest of the cycle; None without one. One query."""
    query = Packet.objects.defer("plan").filter(cycle=cycle).order_by("-id")
    open_ = (*OPEN, Packet.Status.FAILED, Packet.Status.CANCELLED)
    return next((packet for packet in query[:50] if packet.scope == scope.data() and packet.status in open_), None)


def cancel_packet(person: Person, packet: Packet) -> None:
    """Cancel a packet: its worker stops after the present sheet. Finished files stay cached.

    Without a worker it is cancelled at once. Raises Refused for anybody but an admin, and if it is not being built.
    """
    _guard(person, packet)
    if packet.status not in OPEN:
        raise Refused("packet_not_building")
    if is_stale(packet):
        Packet.objects.filter(pk=packet.pk, lease=packet.lease, status__in=OPEN).update(
            status=Packet.Status.CANCELLED, lease="", leased_until=None
        )
    else:
        Packet.objects.filter(pk=packet.pk, status__in=OPEN).update(cancel=True)


def resume_packet(person: Person, packet: Packet) -> None:
    """Resume a packet that was cancelled, failed, or lost its worker, in a transaction of its own. Raises Refused."""
    _guard(person, packet)
    if not may_resume(packet):
        raise Refused("packet_not_resumable")
    with start_transaction():
        restart_packet(packet)
        build_packet.enqueue(packet.pk)


def may_resume(packet: Packet) -> bool:
    """Whether the packet will not be finished unless somebody resumes it."""
    stopped = packet.status in (Packet.Status.FAILED, Packet.Status.CANCELLED)
    return stopped or (packet.status == Packet.Status.BUILDING and is_stale(packet))


def restart_packet(packet: Packet) -> None:
    """Set a packet back to waiting, unless a worker has claimed it since it was read."""
    Packet.objects.filter(pk=packet.pk, lease=packet.lease, status=packet.status).update(
        status=Packet.Status.WAITING, cancel=False, lease="", leased_until=None, fault=""
    )


def sweep_packets(days: int) -> tuple[int, int, int]:
    """Requeue packets whose worker is gone, each in a transaction of its own, and remove old packets and files.

    Returns how many were requeued, how many packets removed, and how many files.
    """
    lost = [packet for packet in Packet.objects.defer("plan").filter(status=Packet.Status.BUILDING) if is_stale(packet)]
    for packet in lost:
        with start_transaction():
            restart_packet(packet)
            build_packet.enqueue(packet.pk)
    return len(lost), *delete_old_files(days)


def _guard(person: Person, packet: Packet) -> None:
    """Raise Refused for anybody but an admin of the packet's place."""
    if not may_build(person, packet.cycle):
        raise Refused("packet_changed_by_admin_only")
