"""The lease of a packet: one worker builds it at a time.

Another may take over when the lease has expired, or when its process is known to be gone.
"""

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
"""How long a lease is valid after the worker's last heartbeat."""
BEAT_S = 0.5
"""At least so many seconds between two heartbeats: each is a write to the database."""
OPEN = (Packet.Status.WAITING, Packet.Status.BUILDING)
"""States in which a worker has to work on a packet."""


class BuildCancelled(Exception):
    """A person asked to cancel the build."""


class LeaseLost(Exception):
    """Another worker has taken over the packet: this one must not write anything more."""


def is_stale(packet: Packet) -> bool:
    """Whether a packet that waits or is being built has no worker: its lease has expired, or its process is gone."""
    if packet.status not in OPEN:
        return False
    expired = packet.leased_until is None or packet.leased_until < timezone.now()
    return expired or _dead(packet.lease)


def _dead(lease: str) -> bool:
    """Whether the process that holds a lease is known to be gone; False for one of another machine."""
    host, _, rest = lease.partition(" ")
    pid = rest.partition(" ")[0]
    if host != _host() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _host() -> str:
    """The name of this machine, as far as a lease has room for it."""
    return socket.gethostname()[:16]


def claim_packet(pk: int) -> Lease | None:
    """Claim a packet that waits, or whose worker is gone, with one compare-and-set UPDATE.

    None if another worker has it or was quicker, if it was cancelled, and if there is no such packet.
    """
    packet = Packet.objects.defer("plan").filter(pk=pk).first()
    if packet is None or packet.cancel or not is_stale(packet):
        return None
    name = f"{_host()} {os.getpid()} {secrets.token_hex(4)}"
    now = timezone.now()
    same = Q(pk=pk, lease=packet.lease, leased_until=packet.leased_until, status__in=OPEN, cancel=False)
    claimed = Packet.objects.filter(same).update(
        lease=name, leased_until=now + LEASE, status=Packet.Status.BUILDING, begun_at=now, fault=""
    )
    return Lease(pk, name) if claimed else None


@dataclass
class Lease:
    """The claim of this worker on a packet. Progress is stored through it, and each time the lease is renewed."""

    pk: int
    name: str
    report: Callable[[int, int, str], None] = field(default=lambda done, total, stage: None)
    done: int = 0
    total: int = 0
    stage: str = ""
    _beaten: float = 0.0

    def update(self, **values: Any) -> None:
        """Change the packet's row and renew the lease. Raises LeaseLost if another worker has taken over."""
        until = timezone.now() + LEASE
        if not Packet.objects.filter(pk=self.pk, lease=self.name).update(**{"leased_until": until, **values}):
            raise LeaseLost

    def heartbeat(self, done: int = 0, stage: str = "") -> None:
        """Store and report the progress, at most twice a second unless the stage changes.

        Raises BuildCancelled if a person asked for it, LeaseLost if another worker has taken over.
        """
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
        """Give the lease up and leave the packet in a state; does nothing if another worker has taken over."""
        Packet.objects.filter(pk=self.pk, lease=self.name).update(
            status=status, lease="", leased_until=None, cancel=False, **values
        )
