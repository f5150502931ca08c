"""What a backup consists of. The manifest is written last: a backup without one is unfinished."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filings.services.backups.errors import BackupError
from filings.sheet.document import digest
from perfbudget.files import write_atomic_file

MANIFEST_FILE = "manifest.json"
FORMAT = 1
"""Raised when code of today could not read a manifest of tomorrow."""


@dataclass(frozen=True)
class Manifest:
    """A finished backup. All digests are SHA-256."""

    name: str
    """Of the backup's folder: when it was begun, in UTC, as 20261128T082533Z."""
    release: str
    engine: str
    """sqlite or postgresql."""
    server: int
    """Version of the database server, as 150020 for 15.20; 0 of SQLite."""
    database: str
    """The file of the database in the backup's folder."""
    size: int
    sha256: str
    """Size and digest of that file as it lies there."""
    migrations: Sequence[str]
    """The migrations that were applied, as `filings 0001_initial`."""
    counts: Mapping[str, Mapping[str, int]]
    """Rows of each place by its code: filings, revisions, events, attachments, final_papers."""
    files: Mapping[str, int]
    """The stored files in the backup: their size by their digest, both without encryption."""
    missing: Sequence[str] = ()
    """Digests that the database names although the site had no such file when the backup was made."""
    recipients: Sequence[str] = field(default=())
    """The public keys that everything is encrypted for; none of an unencrypted backup."""
    identity: str = ""
    """Digest of the folder's key under a passphrase; '' without one."""
    format: int = FORMAT

    @property
    def version(self) -> str:
        """Which database server, for people."""
        return f"PostgreSQL {self.server // 10000}" if self.server else "SQLite"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of the backup in a folder, with a digest of itself."""
    data = asdict(manifest)
    text = json.dumps({**data, "digest": digest(data)}, ensure_ascii=False, indent=1)
    write_atomic_file(folder / MANIFEST_FILE, text.encode() + b"\n", durable=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the backup in a folder. Raises BackupError where it is lost, damaged or of a later format."""
    path = folder / MANIFEST_FILE
    try:
        data: dict[str, Any] = json.loads(path.read_bytes())
        claimed = data.pop("digest")
    except OSError as error:
        raise BackupError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"{path} is damaged") from error
    if data.get("format", 0) > FORMAT:
        raise BackupError(f"{path} was written by release {data.get('release')}: restore it with that or a later one")
    if digest(data) != claimed:
        raise BackupError(f"{path} is damaged: its content does not have the digest that it names")
    return Manifest(**data)
