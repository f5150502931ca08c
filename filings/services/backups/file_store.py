"""The stored files of all backups of a folder, each once.

An unencrypted file is named by its digest, as on the site. An encrypted one is named by that digest, by whom it is
encrypted for, and by the digest of its bytes: so the store tells by itself which files are there and whole, and goes on
where a killed backup stopped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pyrage.x25519 import Identity

from filings.services.backups.encryption import SUFFIX, decrypt_stream, encrypt_stream, recipients_id
from filings.services.backups.errors import BackupError
from filings.services.backups.streams import HashedFile, SizeAndDigest, hash_file, hash_output
from perfbudget.files import PART_PREFIX, atomic_file, name_part, part_file

DIGEST = re.compile(r"[0-9a-f]{64}")


class BrokenSourceError(BackupError):
    """A file of the site does not have the bytes that were stored under its name."""


class FileStore:
    """The files in a folder of backups that are encrypted for the same recipients; unencrypted without any."""

    def __init__(self, folder: Path, recipients: Sequence[str]) -> None:
        self._folder, self._recipients = folder / "files", recipients
        self._ending = f".{recipients_id(recipients)}" if recipients else ""

    def find(self, sha256: str) -> Path | None:
        """Where the file with this digest lies; None if it is not here. Reads no contents."""
        folder = self._folder / sha256[:2]
        if not self._recipients:
            path = folder / sha256
            return path if path.is_file() else None
        return next(iter(sorted(folder.glob(f"{sha256}{self._ending}.*{SUFFIX}"))), None)

    def add(self, sha256: str, source: Path) -> int:
        """Copy a file of the site, and return its size.

        Raises FileNotFoundError, and BrokenSourceError where the file does not have this digest.
        """
        with source.open("rb") as file, part_file(self._folder / sha256[:2]) as part:
            reader, writer = HashedFile(file), HashedFile(part)
            encrypt_stream(reader, writer, self._recipients)
            if reader.result.sha256 != sha256:
                raise BrokenSourceError(f"{source} has bytes that are not those that were stored")
            name_part(part, self._path(sha256, writer.result.sha256), durable=True)
        return reader.result.size

    def verify(self, sha256: str, size: int, identities: Sequence[Identity] | None = None) -> str:
        """What is wrong with a file of a backup; '' if it is there and whole.

        An encrypted one is compared with the digest of its encrypted bytes; with keys it is decrypted too.
        """
        path = self.find(sha256)
        if path is None:
            return f"the stored file {sha256} is missing"
        if self._is_damaged(path):
            return f"the stored file {path} is damaged"
        try:
            found = self._measure(path, identities)
        except BackupError as error:
            return f"the stored file {path} {error}"
        return "" if found in (None, (size, sha256)) else f"the stored file {path} is not what it is named"

    def _is_damaged(self, path: Path) -> bool:
        return hash_file(path).sha256 != (path.name.split(".")[2] if self._recipients else path.name)

    def _measure(self, path: Path, identities: Sequence[Identity] | None) -> SizeAndDigest | None:
        """Size and digest of the content; None where no key is at hand."""
        if not self._recipients:
            return SizeAndDigest(path.stat().st_size, path.name)
        if not identities:
            return None
        with path.open("rb") as file:
            return hash_output(lambda out: decrypt_stream(file, out, identities))

    def restore(self, sha256: str, target: Path, identities: Sequence[Identity]) -> None:
        """Write the file back to the site. Raises BackupError, changing nothing, where it is missing or damaged."""
        path = self.find(sha256)
        if path is None:
            raise BackupError(f"the stored file {sha256} is missing from the backup")
        with path.open("rb") as file, atomic_file(target, durable=True) as out:
            writer = HashedFile(out)
            decrypt_stream(file, writer, identities if self._recipients else None)
            if writer.result.sha256 != sha256:
                raise BackupError(f"the stored file {path} is damaged")

    def delete_parts(self) -> None:
        """Remove what killed backups left half written."""
        for path in self._folder.glob(f"*/{PART_PREFIX}*"):
            path.unlink()

    def delete_broken(self, sha256: str) -> bool:
        """Read a file, and remove it if it is damaged, so that it is copied again; True if it was."""
        path = self.find(sha256)
        if path is None or not self._is_damaged(path):
            return False
        path.unlink()
        return True

    def _path(self, sha256: str, stored: str) -> Path:
        name = f"{sha256}{self._ending}.{stored}{SUFFIX}" if self._recipients else sha256
        return self._folder / sha256[:2] / name
