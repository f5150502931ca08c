"""Progress of a packet: its status in Chinese, the time left, and what can be done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from filings.models import Packet
from filings.services.packets import PacketScope
from filings.services.packets.progress import packet_progress, scope_text, time_left


def test_the_time_left_is_shown_once_the_pace_is_known() -> None:
    def left(done: int, seconds: float) -> str:
        begun = timezone.now() - timedelta(seconds=seconds)
        return time_left(Packet(status="building", begun_at=begun, total=1000, done=done))

    assert left(0, 2) == left(19, 2) == ""
    assert left(20, 2.4) == "约 2 分钟"
    assert left(500, 20) == "不到 1 分钟"
    assert left(1000, 60) == "不到 1 分钟"


def packet(status: str, **more: Any) -> Packet:
    """A packet that a live worker has, unless other values are given; it is not stored."""
    leased_until = timezone.now() + timedelta(minutes=1)
    return Packet(**{"status": status, "leased_until": leased_until, "lease": "elsewhere 1 x", "total": 10, **more})


@pytest.mark.parametrize(
    ("status", "more", "text", "running", "can_cancel", "can_resume"),
    [
        ("waiting", {"leased_until": None, "lease": ""}, "等待生成", True, True, False),
        ("building", {}, "正在生成", True, True, False),
        ("building", {"stage": "打包"}, "打包", True, True, False),
        ("building", {"stage": "打包", "cancel": True}, "正在取消", True, False, False),
        ("building", {"leased_until": None}, "已中断，可继续", False, True, True),
        ("failed", {"fault": "没有符合条件的申报表。"}, "生成失败：没有符合条件的申报表。", False, False, True),
        ("cancelled", {}, "已取消", False, False, True),
        ("ready", {"done": 10}, "已生成", False, False, False),
        ("removed", {"done": 10}, "已过期清除", False, False, False),
    ],
)
def test_status_and_what_can_be_done(
    status: str, more: dict[str, Any], text: str, *, running: bool, can_cancel: bool, can_resume: bool
) -> None:
    progress = packet_progress(packet(status, **more))
    assert progress.status_text == text
    assert (progress.running, progress.can_cancel, progress.can_resume) == (running, can_cancel, can_resume)


def test_data_for_the_script_have_these_names() -> None:
    begun = timezone.now() - timedelta(minutes=4)
    data = packet_progress(packet("building", done=5, begun_at=begun), begun + timedelta(minutes=4)).data()
    assert data == {"done": 5, "total": 10, "said": "正在生成", "left": "约 4 分钟", "running": True}
    lost = packet_progress(packet("building", done=5, begun_at=begun, leased_until=None)).data()
    assert (lost["left"], lost["running"]) == ("", False)


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        (PacketScope(), "内部版，全部单位，全部表，已审核"),
        (PacketScope(("101", "102"), ("a/b",), ("submitted", "approved"), public=True, drafts=True),
         "公开版，2 个单位，1 种表，已审核、待审核，含草稿"),
        (PacketScope(states=(), drafts=True), "内部版，全部单位，全部表，含草稿"),
    ],
)  # fmt: skip
def test_the_scope_in_a_line(scope: PacketScope, text: str) -> None:
    assert scope_text(Packet(scope=scope.data())) == text
