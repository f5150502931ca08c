"""How far a packet is, in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from filings.models import Packet, State
from filings.services.packets.lease import OPEN, is_stale
from filings.services.packets.requests import may_resume
from filings.services.packets.scope import PacketScope


@dataclass(frozen=True)
class PacketProgress:
    """What the page shows of a packet: sheets done of all, the step it is at, the time left, and what can be done."""

    packet: Packet
    done: int
    total: int
    status_text: str
    left: str
    running: bool
    can_cancel: bool
    can_resume: bool

    def data(self) -> dict[str, object]:
        """For the page's script."""
        return {
            "done": self.done,
            "total": self.total,
            "said": self.status_text,
            "left": self.left,
            "running": self.running,
        }


def packet_progress(packet: Packet, now: datetime | None = None) -> PacketProgress:
    """The progress of one packet."""
    lost = packet.status == Packet.Status.BUILDING and is_stale(packet)
    running = packet.status in OPEN and not lost
    said = str(packet.get_status_display())
    if lost:
        said = "已中断，可继续"
    elif packet.cancel:
        said = "正在取消"
    elif packet.fault:
        said = f"{said}：{packet.fault}"
    elif packet.status == Packet.Status.BUILDING:
        said = packet.stage or said
    return PacketProgress(
        packet, packet.done, packet.total, said, time_left(packet, now) if running else "", running,
        can_cancel=packet.status in OPEN and not packet.cancel, can_resume=may_resume(packet),
    )  # fmt: skip


def time_left(packet: Packet, now: datetime | None = None) -> str:
    """The time the rest takes at the pace so far, '' before that can be told: helpers start slowly."""
    if not packet.begun_at or packet.status != Packet.Status.BUILDING or packet.done < packet.total / 50:
        return ""
    elapsed = (now or timezone.now()) - packet.begun_at
    seconds = elapsed.total_seconds() * (packet.total - packet.done) / max(packet.done, 1)
    if seconds < 60:
        return "不到 1 分钟"
    return f"约 {round(seconds / 60)} 分钟"


def scope_text(packet: Packet) -> str:
    """What was asked for, in a line."""
    scope = PacketScope.read(packet.scope)
    parts = ["公开版" if scope.public else "内部版"]
    parts.append(f"{len(scope.departments)} 个单位" if scope.departments else "全部单位")
    parts.append(f"{len(scope.forms)} 种表" if scope.forms else "全部表")
    parts.append("、".join(str(State(state).label) for state in scope.states))
    if scope.drafts:
        parts.append("含草稿")
    return "，".join(part for part in parts if part)
