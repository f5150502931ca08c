"""The stamp at the foot of each printed page: form and version, revision and time, verification code and QR code."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import segno
from django.conf import settings
from django.utils import timezone

from filings.renderers.stamp import QrModules, Stamp, pack_modules

MASK = 2
"""The QR mask that segno finds the best for most of our codes."""


def revision_stamp(form: str, version: int, number: int, sent: datetime, code: str) -> Stamp:
    """The stamp of a revision. Plain and small on purpose: it is no seal."""
    submitted = f"第 {number} 稿　{timezone.localtime(sent):%Y-%m-%d %H:%M} 送审"
    return Stamp((_form_line(form, version), submitted, f"校验码 {code}"), qr_code(code))


def draft_stamp(form: str, version: int, mark: str) -> Stamp:
    """The stamp of a draft: without a code, since only revisions can be verified."""
    return Stamp((_form_line(form, version), f"{mark}，未送审"))


def _form_line(form: str, version: int) -> str:
    """The first line of every stamp: the form and the version of its layout."""
    return f"{form}　表样第 {version} 版"


def qr_code(code: str) -> QrModules:
    """The QR code of a verification code: as the address of the page that verifies it, if the site has an address."""
    return _qr_modules(f"{settings.ADDRESS}/verify/?code={code}" if settings.ADDRESS else code)


@lru_cache(maxsize=4096)
def _qr_modules(text: str) -> QrModules:
    """The squares of a QR code with a fixed mask: readers know all eight, and choosing the best costs 4 ms a sheet."""
    return pack_modules(segno.make(text, error="m", micro=False, mask=MASK).matrix)
