"""Restores a backup: everything of it is verified first, then come the files, last and at once the database.

Files are only added, and a damaged one gets its bytes back. The database that was there is kept under another name. So
whatever fails or is killed leaves the site as it was, perhaps with some more files, and the same command can be given
again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection
from pyrage.x25519 import Identity

from filings.services.backups.databases import (
    count_rows,
    current_database,
    has_data,
    has_missing_migrations,
    unknown_migrations,
)
from filings.services.backups.encryption import decrypt_stream, require_identity
from filings.services.backups.errors import BackupError
from filings.services.backups.file_store import FileStore
from filings.services.backups.folder import backup_name, file_permissions, locked_folder
from filings.services.backups.manifest import Manifest
from filings.services.backups.streams import hash_file
from filings.services.backups.verify import verify_backup
from filings.services.stored_files import stored_path


@dataclass(frozen=True)
class RestoreResult:
    """What a restore did."""

    copied: int
    """Files that the site did not have, or had damaged."""
    aside: str
    """Where the database that was there is kept; '' where it had no tables."""
    faults: Sequence[str]
    """In which the database is not what the manifest says."""
    needs_migrate: bool
    """The backup is of an earlier release than this code."""


def restore_backup(
    folder: Path, manifest: Manifest, identities: Sequence[Identity], now: datetime, *, replace: bool
) -> RestoreResult:
    """Put database and files of a backup in the place of the present ones.

    Raises BackupError where the backup is damaged, of another kind of database or of a later release, where no key
    opens it, where the database has data and `replace` is not given, and where somebody uses it. Then the database is
    as it was.
    """
    with file_permissions(), locked_folder(folder):
        _require_restorable(folder, manifest, identities, replace=replace)
        copied = _restore_files(FileStore(folder, manifest.recipients), manifest, identities)
        write = partial(_write_database, folder, manifest, identities)
        aside = current_database().replace_database(write, f"replaced_{backup_name(now).lower()}")
    counts = count_rows()
    faults = [
        f"{place} has {counts.get(place, {}).get(name, 0)} {name}, the backup {count}"
        for place, rows in manifest.counts.items()
        for name, count in rows.items()
        if counts.get(place, {}).get(name, 0) != count
    ]
    return RestoreResult(copied, aside, faults, has_missing_migrations())


def _require_restorable(folder: Path, manifest: Manifest, identities: Sequence[Identity], *, replace: bool) -> None:
    """Raises BackupError for everything that can be known before anything is touched."""
    engine = current_database()
    if manifest.engine != connection.vendor:
        raise BackupError(f"a backup of {manifest.engine} cannot be restored into {connection.vendor}")
    if manifest.server // 10000 > engine.server_version() // 10000:
        raise BackupError(f"the backup is of {manifest.version}, which is later than the server here")
    if later := unknown_migrations(manifest.migrations):
        raise BackupError(f"the backup is of release {manifest.release}, later than this code ({', '.join(later)})")
    require_identity(manifest.recipients, identities)
    if has_data() and not replace:
        raise BackupError("the database has data; --replace puts the backup in their place and keeps them aside")
    if faults := list(verify_backup(folder, manifest)):
        raise BackupError(f"the backup is damaged, and nothing was changed: {'; '.join(faults[:10])}")


def _restore_files(store: FileStore, manifest: Manifest, identities: Sequence[Identity]) -> int:
    """Write those files that the site lacks or has damaged; how many."""
    copied = 0
    for sha256 in manifest.files:
        path = stored_path(sha256)
        if not path.exists() or hash_file(path).sha256 != sha256:
            store.restore(sha256, path, identities)
            copied += 1
    return copied


def _write_database(folder: Path, manifest: Manifest, identities: Sequence[Identity], out: Any) -> None:
    with (folder / manifest.name / manifest.database).open("rb") as file:
        decrypt_stream(file, out, identities if manifest.recipients else None)
