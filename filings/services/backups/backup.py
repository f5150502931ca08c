"""Makes a backup: first the database as of one moment, then the stored files, last the manifest.

This order makes it complete: a file is on the disk before the database names it, and none is ever removed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from filings.services.backups.databases import applied_migrations, count_rows, current_database, named_files
from filings.services.backups.encryption import SUFFIX, encrypt_stream, identity_digest
from filings.services.backups.errors import BackupError
from filings.services.backups.file_store import DIGEST, BrokenSourceError, FileStore
from filings.services.backups.folder import (
    backup_folders,
    backup_name,
    delete_parts,
    file_permissions,
    list_manifests,
    locked_folder,
)
from filings.services.backups.manifest import Manifest, write_manifest
from filings.services.backups.streams import HashedFile
from filings.services.stored_files import stored_path
from perfbudget.files import PART_PREFIX, atomic_file, write_folder
from perfbudget.release import release


@dataclass(frozen=True)
class BackupPlan:
    """What a backup is to be: where it goes and for whom it is encrypted."""

    folder: Path
    recipients: Sequence[str] = ()
    """Public keys; without any, the backup is not encrypted."""
    verify_stored: bool = False
    """Whether files that the folder has already are read, and those that are damaged copied again."""


@dataclass(frozen=True)
class BackupResult:
    """A finished backup, and how many of its files had to be copied."""

    manifest: Manifest
    copied: int


def create_backup(plan: BackupPlan, now: datetime) -> BackupResult:
    """Make a backup. Finished ones in the folder stay as they are; what a killed one has copied is used.

    Raises BackupError and OSError; then there is no new backup.
    """
    with file_permissions():
        plan.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked_folder(plan.folder):
            return _create(plan, backup_name(now))


def _create(plan: BackupPlan, name: str) -> BackupResult:
    if (plan.folder / name).exists():
        raise BackupError(f"{plan.folder} has a backup {name} already: wait a second")
    delete_parts(plan.folder)
    part = plan.folder / f"{PART_PREFIX}{name}"
    part.mkdir(mode=0o700)
    engine = current_database()
    file = engine.FILE + (SUFFIX if plan.recipients else "")
    with engine.open_snapshot() as open_copy:
        migrations, counts, named = applied_migrations(), count_rows(), named_files()
        with atomic_file(part / file, durable=True) as out, open_copy() as reader:
            writer = HashedFile(out)
            encrypt_stream(reader, writer, plan.recipients)
    files, copied = _copy_files(plan, named)
    manifest = Manifest(
        name=name,
        release=release(),
        engine=connection.vendor,
        server=engine.server_version(),
        database=file,
        size=writer.result.size,
        sha256=writer.result.sha256,
        migrations=migrations,
        counts=counts,
        files=files,
        missing=sorted(named - {*files}),
        recipients=plan.recipients,
        identity=identity_digest(plan.folder),
    )
    write_manifest(part, manifest)
    part.rename(plan.folder / name)
    write_folder(plan.folder)
    return BackupResult(manifest, copied)


def _copy_files(plan: BackupPlan, named: set[str]) -> tuple[dict[str, int], int]:
    """Copy the files of the site that the folder lacks: the sizes of all by digest, and how many were copied.

    What the database names and neither site nor folder have, or have only damaged, is left out.
    """
    store = FileStore(plan.folder, plan.recipients)
    store.delete_parts()
    sizes = _known_sizes(plan)
    files, copied = {}, 0
    for sha256 in sorted({*_site_files(), *named}):
        if plan.verify_stored:
            store.delete_broken(sha256)
        source = stored_path(sha256)
        try:
            if store.find(sha256) is None:
                sizes[sha256] = store.add(sha256, source)
                copied += 1
            files[sha256] = sizes.get(sha256) or source.stat().st_size
        except (FileNotFoundError, BrokenSourceError):
            continue
    return files, copied


def _known_sizes(plan: BackupPlan) -> dict[str, int]:
    """The sizes of the files of earlier backups for the same recipients: the site may have lost them since."""
    return {
        sha256: size
        for manifest in list_manifests(plan.folder)
        if [*manifest.recipients] == [*plan.recipients]
        for sha256, size in manifest.files.items()
    }


def _site_files() -> Iterator[str]:
    """The digests of the files that the site has stored, whether or not a row still names them."""
    for path in Path(settings.MEDIA_ROOT).glob("??/*"):
        if DIGEST.fullmatch(path.name):
            yield path.name


def delete_old_backups(folder: Path, count: int) -> list[str]:
    """Remove all but the newest `count` finished backups; their names. Stored files stay, as newer ones have them.

    Raises BackupError.
    """
    with locked_folder(folder):
        old = backup_folders(folder)[:-count]
        for path in old:
            # Renamed first: what is left of it when this is cut off is no finished backup.
            unfinished = path.with_name(f"{PART_PREFIX}{path.name}")
            path.rename(unfinished)
            shutil.rmtree(unfinished)
    return [path.name for path in old]
