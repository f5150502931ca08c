"""The progress and scope of a packet in Chinese, for its page."""

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
    """What the page shows of a packet: sheets done of all, its status, the time left, and what the person can do."""

    packet: Packet
    done: int
    total: int
    status_text: str
    left: str
    running: bool
    can_cancel: bool
    can_resume: bool

    def data(self) -> dict[str, object]:
        """The progress as JSON-ready data for the page's script."""
        return {
            "done": self.done,
            "total": self.total,
            "said": self.status_text,
            "left": self.left,
            "running": self.running,
        }


def packet_progress(packet: Packet, now: datetime | None = None) -> PacketProgress:
    """The progress of one packet. No query."""
    lost = packet.status == Packet.Status.BUILDING and is_stale(packet)
    running = packet.status in OPEN and not lost
    status_text = str(packet.get_status_display())
    if lost:
        status_text = "已中断，可继续"
    elif packet.cancel:
        status_text = "正在取消"
    elif packet.fault:
        status_text = f"{status_text}：{packet.fault}"
    elif packet.status == Packet.Status.BUILDING:
        status_text = packet.stage or status_text
    return PacketProgress(
        packet, packet.done, packet.total, status_text, time_left(packet, now) if running else "", running,
        can_cancel=packet.status in OPEN and not packet.cancel, can_resume=may_resume(packet),
    )  # fmt: skip


def time_left(packet: Packet, now: datetime | None = None) -> str:
    """The time left at the pace so far; '' unless the packet is being built and 2 % of it are done.

    Before that the pace says little: workers start slowly.
    """
    if not packet.begun_at or packet.status != Packet.Status.BUILDING or packet.done < packet.total / 50:
        return ""
    elapsed = (now or timezone.now()) - packet.begun_at
    seconds = elapsed.total_seconds() * (packet.total - packet.done) / max(packet.done, 1)
    if seconds < 60:
        return "不到 1 分钟"
    return f"约 {round(seconds / 60)} 分钟"


def scope_text(packet: Packet) -> str:
    """The scope of a packet in a line."""
    scope = PacketScope.read(packet.scope)
    parts = ["公开版" if scope.public else "内部版"]
    parts.append(f"{len(scope.departments)} 个单位" if scope.departments else "全部单位")
    parts.append(f"{len(scope.forms)} 种表" if scope.forms else "全部表")
    parts.append("、".join(str(State(state).label) for state in scope.states))
    if scope.drafts:
        parts.append("含草稿")
    return "，".join(part for part in parts if part)
