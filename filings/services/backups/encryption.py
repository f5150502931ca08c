"""Encryption of backups in the age format (age-encryption.org/v1), which the program `age` and others open too.

Each part is encrypted for public keys: a machine that only makes backups cannot read them. A passphrase protects such a
key and not the parts themselves, since to derive a key from a passphrase takes a second, on purpose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyrage
from pyrage.x25519 import Identity, Recipient

from filings.services.backups.errors import BackupError
from filings.services.backups.streams import copy_stream, hash_file
from perfbudget.files import write_atomic_file

SUFFIX = ".age"
IDENTITY_FILE = "identity.age"
"""In the folder of backups: the key of backups under a passphrase, encrypted with it."""


def load_recipients(words: Sequence[str], passphrase_file: Path | None, folder: Path) -> tuple[str, ...]:
    """The public keys that a backup is encrypted for; none leaves it unencrypted.

    `words` are public keys (age1…) or files with one on each line. A passphrase gets a key of its own, which is made
    once and kept under it in the folder. Raises BackupError, also for another passphrase than that of the folder.
    """
    keys = [key for word in words for key in _read_recipients(word)]
    if passphrase_file:
        keys.append(str(_passphrase_identity(passphrase_file, folder, make=True).to_public()))
    return tuple(sorted({*keys}))


def load_identities(identity_file: Path | None, passphrase_file: Path | None, folder: Path) -> list[Identity]:
    """The keys that open backups: those of a file as age-keygen writes it, and that under a passphrase.

    Raises BackupError for what is no key, and for a wrong passphrase.
    """
    identities = []
    if identity_file:
        try:
            identities += [Identity.from_str(line) for line in _lines(identity_file)]
        except pyrage.IdentityError as error:
            raise BackupError(f"{identity_file} has no age keys (AGE-SECRET-KEY-1…): {error}") from None
    if passphrase_file:
        identities.append(_passphrase_identity(passphrase_file, folder, make=False))
    return identities


def require_identity(recipients: Sequence[str], identities: Sequence[Identity]) -> None:
    """Raises BackupError where none of the keys opens what is encrypted for these recipients."""
    if recipients and not {str(one.to_public()) for one in identities} & {*recipients}:
        what = "none of the keys given opens it" if identities else "give its key (--identity or --passphrase-file)"
        raise BackupError(f"the backup is encrypted for {', '.join(recipients)}: {what}")


def identity_digest(folder: Path) -> str:
    """SHA-256 of the key that a folder has under a passphrase; '' without one."""
    path = folder / IDENTITY_FILE
    return hash_file(path).sha256 if path.exists() else ""


def recipients_id(recipients: Sequence[str]) -> str:
    """A short name of a set of public keys, by which files encrypted for others are told apart."""
    return hashlib.sha256("\n".join(sorted(recipients)).encode()).hexdigest()[:8]


def encrypt_stream(reader: Any, writer: Any, recipients: Sequence[str]) -> None:
    """Write what can be read, encrypted for the recipients; as it is where there are none."""
    if recipients:
        pyrage.encrypt_io(reader, writer, [Recipient.from_str(one) for one in recipients])
    else:
        copy_stream(reader, writer)


def decrypt_stream(reader: Any, writer: Any, identities: Sequence[Identity] | None) -> None:
    """Write what can be read, decrypted; None leaves it as it is.

    Raises BackupError where no key opens it, and where the file is damaged or truncated: what was written until then is
    the beginning of the content and no more.
    """
    if identities is None:
        copy_stream(reader, writer)
        return
    try:
        pyrage.decrypt_io(reader, writer, list(identities))
    except (pyrage.DecryptError, OSError) as error:
        raise BackupError(f"cannot be decrypted: {str(error).splitlines()[0]}") from error


def _read_recipients(word: str) -> list[str]:
    keys = [word] if word.startswith("age1") else _lines(Path(word))
    try:
        return [str(Recipient.from_str(key)) for key in keys]
    except pyrage.RecipientError as error:
        raise BackupError(f"{word} is no public key of age (age1…), nor a file of them: {error}") from None


def _lines(path: Path) -> list[str]:
    """The lines of a file of keys, without comments. Raises BackupError where it has none."""
    text = _read(path).decode("utf-8", "replace")
    lines = [key for line in text.splitlines() if (key := line.partition("#")[0].strip())]
    if not lines:
        raise BackupError(f"{path} has no keys")
    return lines


def _passphrase_identity(passphrase_file: Path, folder: Path, *, make: bool) -> Identity:
    """The key that the folder has under the passphrase; a new one where it has none and one is to be made."""
    passphrase = _read(passphrase_file).decode("utf-8", "replace").strip("\r\n")
    if not passphrase:
        raise BackupError(f"{passphrase_file} is empty; its first line has to be the passphrase")
    path = folder / IDENTITY_FILE
    if not path.exists() and make:
        identity = Identity.generate()
        write_atomic_file(path, pyrage.passphrase.encrypt(f"{identity}\n".encode(), passphrase), durable=True)
        return identity
    try:
        return Identity.from_str(pyrage.passphrase.decrypt(_read(path), passphrase).decode().strip())
    except pyrage.DecryptError:
        raise BackupError(f"the passphrase in {passphrase_file} does not open {path}") from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BackupError(f"cannot read {path}: {error.strerror}") from error
