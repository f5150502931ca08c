"""The cache of finished packet files, under names that follow from their content, and the cleanup of old ones."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from filings.models import Packet, PacketFile
from filings.renderers.font_files import font_digest
from filings.renderers.pdf.rendered_pages import SUFFIX
from filings.services.exports import rendered_folder
from filings.sheet.document import digest
from perfbudget.files import write_atomic_file

RESTING = 24 * 60 * 60
"""Seconds for which a file that no packet lists is not removed: a build may be about to list it."""


def cache_folder() -> Path:
    """The folder of the cache."""
    return Path(settings.VAR_DIR) / "packets"


def cache_key(kind: str, inputs: Any) -> str:
    """The name of a file in the cache, computed from its inputs, the code that makes it, and the fonts."""
    key = digest({"inputs": inputs, "code": _code_digest(), "fonts": font_digest()})
    return f"{key[:2]}/{key}.{kind}"


@cache
def _code_digest() -> str:
    """SHA-256 of the code that makes the files: a version number would be forgotten when it changes."""
    packages = ("filings/renderers", "filings/renderers/pdf", "filings/sheet", "filings/services/packets", "indicators")
    files = [file for package in packages for file in sorted((Path(settings.BASE_DIR) / package).glob("*.py"))]
    files.append(Path(settings.BASE_DIR) / "filings" / "services" / "stamps.py")
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def cache_path(name: str) -> Path:
    """The path of a file in the cache."""
    return cache_folder() / name


def in_cache(name: str) -> bool:
    """True if a file is cached. Refreshes its mtime, so that no cleanup removes it before the packet lists it."""
    try:
        os.utime(cache_path(name))
    except FileNotFoundError:
        return False
    return True


def store(name: str, data: bytes) -> None:
    """Store a finished file in the cache, all of it or nothing."""
    write_atomic_file(cache_path(name), data)


@dataclass(frozen=True)
class PacketOutput:
    """A finished file: its name in the packet and in the cache, how many sheets it has, its digest and its size."""

    name: str
    cached: str
    sheets: int
    sha256: str
    bytes: int


def packet_output(name: str, cached: str, sheets: int) -> PacketOutput:
    """A cached file as part of a packet; reads it for digest and size. Raises FileNotFoundError."""
    path = cache_path(cached)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return PacketOutput(name, cached, sheets, sha256, path.stat().st_size)


@dataclass(frozen=True)
class Download:
    """A file to download: its name for the person, and its path."""

    name: str
    path: Path


def packet_download(packet: Packet, file: PacketFile) -> Download:
    """A file of a packet as a download; the archive is named after the cycle."""
    name = file.name.rpartition("/")[2]
    if file.name.endswith(".zip"):
        name = f"{packet.cycle.title}{'（公开）' if packet.public else ''}.zip"
    return Download(name, cache_path(file.path))


def delete_old_files(days: int) -> tuple[int, int]:
    """Remove packets that were finished earlier, files that no ready packet lists, and pages not used since.

    Returns how many packets and how many files were removed. Packets are marked before their files are removed.
    """
    before = timezone.now() - timedelta(days=days)
    old = list(Packet.objects.filter(status=Packet.Status.READY, finished_at__lt=before).values_list("pk", flat=True))
    Packet.objects.filter(pk__in=old).update(status=Packet.Status.REMOVED, plan=None)
    # The rows of removed files stay: by their digests a file that somebody has can still be verified.
    listed = set(PacketFile.objects.filter(packet__status=Packet.Status.READY).values_list("path", flat=True))
    removed = 0
    for path in cache_folder().glob("??/*"):
        if f"{path.parent.name}/{path.name}" not in listed and path.stat().st_mtime < time.time() - RESTING:
            path.unlink(missing_ok=True)
            removed += 1
    for path in rendered_folder().glob("?/*"):
        # Files of another suffix were written by an earlier release: nothing reads them, so they need not grow old.
        keep_for = max(timedelta(days=days).total_seconds(), RESTING) if path.suffix == SUFFIX else RESTING
        if path.stat().st_mtime < time.time() - keep_for:
            path.unlink(missing_ok=True)
            removed += 1
    return len(old), removed
