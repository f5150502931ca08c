"""Who builds a packet: one worker at a time, until it has not been heard of for a while or is seen to be dead."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from filings.models import Packet

LEASE = timedelta(seconds=90)
BEAT_S = 0.5
"""Seconds between two signs of life: each is a write to the database."""
OPEN = (Packet.Status.WAITING, Packet.Status.BUILDING)


class BuildCancelled(Exception):
    """Somebody asked to stop."""


class LeaseLost(Exception):
    """Another worker has taken over: what this one would still write is that one's to write."""


def is_stale(packet: Packet) -> bool:
    """Whether nobody works on a packet that somebody should work on."""
    if packet.status not in OPEN:
        return False
    expired = packet.leased_until is None or packet.leased_until < timezone.now()
    return expired or _dead(packet.lease)


def _dead(lease: str) -> bool:
    """Whether the lease's process is known to be gone: it was of this machine and is no more."""
    host, _, rest = lease.partition(" ")
    pid = rest.partition(" ")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def claim_packet(pk: int) -> Lease | None:
    """Take over a packet that waits, or whose worker is gone; None when somebody else has it. One UPDATE decides."""
    packet = Packet.objects.defer("plan").filter(pk=pk).first()
    if packet is None or packet.cancel or not is_stale(packet):
        return None
    name = f"{socket.gethostname()[:16]} {os.getpid()} {secrets.token_hex(4)}"
    now = timezone.now()
    same = Q(pk=pk, lease=packet.lease, leased_until=packet.leased_until, status__in=OPEN, cancel=False)
    taken = Packet.objects.filter(same).update(
        lease=name, leased_until=now + LEASE, status=Packet.Status.BUILDING, begun_at=now, fault=""
    )
    return Lease(pk, name) if taken else None


@dataclass
class Lease:
    """A packet that this worker builds. Progress goes through it, and with it the sign of life."""

    pk: int
    name: str
    report: Callable[[int, int, str], None] = field(default=lambda done, total, stage: None)
    done: int = 0
    total: int = 0
    stage: str = ""
    _beaten: float = 0.0

    def update(self, **values: Any) -> None:
        """Change the packet's row as its worker. Raises LeaseLost when it is no longer ours."""
        until = timezone.now() + LEASE
        if not Packet.objects.filter(pk=self.pk, lease=self.name).update(**{"leased_until": until, **values}):
            raise LeaseLost

    def heartbeat(self, done: int = 0, stage: str = "") -> None:
        """Say how far the work is, at most twice a second. Raises Cancelled, LeaseLost."""
        changed = bool(stage) and stage != self.stage
        self.done, self.stage = min(max(self.done, done), self.total), stage or self.stage
        if not changed and time.monotonic() - self._beaten < BEAT_S:
            return
        self._beaten = time.monotonic()
        self.update(done=self.done, stage=self.stage)
        self.report(self.done, self.total, self.stage)
        if Packet.objects.filter(pk=self.pk, cancel=True).exists():
            raise BuildCancelled

    def release(self, status: str, **values: Any) -> None:
        """Leave the packet in a state in which others may take it up; nothing if it is ours no more."""
        Packet.objects.filter(pk=self.pk, lease=self.name).update(
            status=status, lease="", leased_until=None, cancel=False, **values
        )
