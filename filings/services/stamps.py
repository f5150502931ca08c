"""What stands small at the foot of a printed sheet: form and version, draft and time, verification code and QR."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import segno
from django.conf import settings
from django.utils import timezone

from filings.renderers.stamp import QrModules, Stamp, pack_modules

MASK = 2
"""The one that segno finds the best for most of our codes."""


def revision_stamp(form: str, version: int, number: int, sent: datetime, code: str) -> Stamp:
    """The foot of a frozen sheet. Plain and small on purpose: it is no seal."""
    facts = f"第 {number} 稿　{timezone.localtime(sent):%Y-%m-%d %H:%M} 送审"
    return Stamp((f"{form}　表样第 {version} 版", facts, f"校验码 {code}"), qr_code(code))


def draft_stamp(form: str, version: int, mark: str) -> Stamp:
    """The foot of a draft: there is nothing yet to verify it by."""
    return Stamp((f"{form}　表样第 {version} 版", f"{mark}，未送审"))


def qr_code(code: str) -> QrModules:
    """The squares of the QR code: the address of the page that verifies, where the installation has one."""
    return _squares(f"{settings.ADDRESS}/verify/?code={code}" if settings.ADDRESS else code)


@lru_cache(maxsize=4096)
def _squares(text: str) -> QrModules:
    """One of the eight masks is taken as it comes: readers know all of them, and to weigh them costs 4 ms a sheet."""
    return pack_modules(segno.make(text, error="m", micro=False, mask=MASK).matrix)
