"""Files that are kept for good: each under the digest of its bytes, in the folder that backups contain."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from perfbudget.files import write_atomic_file


def stored_path(sha256: str) -> Path:
    """Where the bytes with this digest are stored."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def store_file(data: bytes) -> str:
    """Store bytes so that they outlive a power cut; returns their digest."""
    sha256 = hashlib.sha256(data).hexdigest()
    write_atomic_file(stored_path(sha256), data, durable=True)
    return sha256
