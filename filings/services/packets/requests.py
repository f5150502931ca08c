"""Asking for packets, stopping them, and seeing to it that none is left lying."""

from __future__ import annotations

from filings.models import Cycle, Packet, Person
from filings.services.errors import Refused
from filings.services.packets.build import build_packet
from filings.services.packets.cache import remove_old_files
from filings.services.packets.lease import OPEN, is_stale
from filings.services.packets.scope import PacketScope, may_build
from filings.services.transactions import start_transaction


def request_packet(person: Person, cycle: Cycle, scope: PacketScope | None = None) -> Packet:
    """Ask for a cycle's packet. Raises Refused."""
    if not may_build(person, cycle):
        raise Refused("只有本行政区的管理员可以导出。")
    scope = scope or PacketScope()
    if not scope.states and not scope.drafts:
        raise Refused("请至少选择一种状态。")
    if not scope.filings(cycle).exists():
        raise Refused("没有符合条件的申报表：请检查所选单位、表和状态。")
    with start_transaction():
        packet = start_packet(cycle, scope, person)
        build_packet.enqueue(packet.pk)
    return packet


def start_packet(cycle: Cycle, scope: PacketScope, person: Person | None = None) -> Packet:
    """Note down a packet that somebody is going to build."""
    count = scope.filings(cycle).count()
    return Packet.objects.create(
        jurisdiction_id=cycle.jurisdiction_id, cycle=cycle, person=person, scope=scope.data(), total=count
    )


def unfinished_packet(cycle: Cycle, scope: PacketScope) -> Packet | None:
    """The last packet of this scope that was begun and not finished."""
    query = Packet.objects.defer("plan").filter(cycle=cycle).order_by("-id")
    open_ = (*OPEN, Packet.Status.FAILED, Packet.Status.CANCELLED)
    return next((packet for packet in query[:50] if packet.scope == scope.data() and packet.status in open_), None)


def cancel_packet(person: Person, packet: Packet) -> None:
    """Ask the worker to stop after the sheet in hand; what is finished stays. Raises Refused."""
    _guard(person, packet)
    if packet.status not in OPEN:
        raise Refused("这份材料没有在生成。")
    if is_stale(packet):
        Packet.objects.filter(pk=packet.pk, lease=packet.lease, status__in=OPEN).update(
            status=Packet.Status.CANCELLED, lease="", leased_until=None
        )
    else:
        Packet.objects.filter(pk=packet.pk, status__in=OPEN).update(cancel=True)


def resume_packet(person: Person, packet: Packet) -> None:
    """Go on with a packet that was cancelled, failed, or lost its worker. Raises Refused."""
    _guard(person, packet)
    if not may_resume(packet):
        raise Refused("这份材料正在生成或已经完成。")
    with start_transaction():
        requeue_packet(packet)
        build_packet.enqueue(packet.pk)


def may_resume(packet: Packet) -> bool:
    """Whether somebody has to take the packet up again for it to be finished."""
    stopped = packet.status in (Packet.Status.FAILED, Packet.Status.CANCELLED)
    return stopped or (packet.status == Packet.Status.BUILDING and is_stale(packet))


def requeue_packet(packet: Packet) -> None:
    """Let the next worker take the packet."""
    Packet.objects.filter(pk=packet.pk, lease=packet.lease, status=packet.status).update(
        status=Packet.Status.WAITING, cancel=False, lease="", leased_until=None, fault=""
    )


def sweep_packets(days: int) -> tuple[int, int, int]:
    """Hand packets whose worker is gone to the queue, remove old ones; how many of each, and files removed."""
    lost = [packet for packet in Packet.objects.defer("plan").filter(status=Packet.Status.BUILDING) if is_stale(packet)]
    for packet in lost:
        with start_transaction():
            requeue_packet(packet)
            build_packet.enqueue(packet.pk)
    return len(lost), *remove_old_files(days)


def _guard(person: Person, packet: Packet) -> None:
    if not may_build(person, packet.cycle):
        raise Refused("只有本行政区的管理员可以处理。")
