"""Tells whether a backup is whole, without restoring it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pyrage.x25519 import Identity

from filings.services.backups.encryption import IDENTITY_FILE, decrypt_stream, identity_digest
from filings.services.backups.errors import BackupError
from filings.services.backups.file_store import FileStore
from filings.services.backups.manifest import Manifest
from filings.services.backups.streams import hash_file, hash_output


def verify_backup(
    folder: Path, manifest: Manifest, identities: Sequence[Identity] | None = None, whole: set[str] | None = None
) -> Iterator[str]:
    """What is wrong with a backup, for whoever runs the site; nothing if every byte of it is there.

    Encrypted parts are compared with the digests of their encrypted bytes; with keys they are decrypted too. Files
    whose digests are in `whole` are not read again, and those found whole are added: several backups share their files.
    """
    yield from verify_database(folder, manifest, identities)
    if manifest.identity and identity_digest(folder) != manifest.identity:
        yield f"{folder / IDENTITY_FILE} is missing or damaged: the passphrase opens nothing without it"
    store = FileStore(folder, manifest.recipients)
    verified = set() if whole is None else whole
    for sha256, size in manifest.files.items():
        if sha256 in verified:
            continue
        if fault := store.verify(sha256, size, identities):
            yield fault
        else:
            verified.add(sha256)


def verify_database(folder: Path, manifest: Manifest, identities: Sequence[Identity] | None) -> Iterator[str]:
    """What is wrong with the database of a backup."""
    path = folder / manifest.name / manifest.database
    try:
        found = hash_file(path)
        if found != (manifest.size, manifest.sha256):
            yield f"{path} is damaged: {found.size} bytes, {manifest.size} were written"
        elif manifest.recipients and identities:
            with path.open("rb") as file:
                hash_output(lambda out: decrypt_stream(file, out, identities))
    except OSError as error:
        yield f"cannot read {path}: {error.strerror}"
    except BackupError as error:
        yield f"{path} {error}"
