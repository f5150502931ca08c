"""The folder of backups: which are finished, and that one program works in it at a time."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filings.services.backups.errors import BackupError
from filings.services.backups.manifest import Manifest, read_manifest
from perfbudget.files import PART_PREFIX

NAME = re.compile(r"\d{8}T\d{6}Z")


def backup_name(now: datetime) -> str:
    """What a backup begun at that time is called."""
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def backup_folders(folder: Path) -> list[Path]:
    """The folders of the finished backups, the oldest first. Raises BackupError where the folder cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name) and path.is_dir())
    except OSError as error:
        raise BackupError(f"cannot read {folder}: {error.strerror}") from error


def list_manifests(folder: Path) -> list[Manifest]:
    """The manifests of the finished backups, the oldest first. Raises BackupError where one is damaged."""
    return [read_manifest(path) for path in backup_folders(folder)]


def find_manifest(folder: Path, name: str = "") -> Manifest:
    """The manifest of the backup of that name, or else of the newest one. Raises BackupError."""
    names = [path.name for path in backup_folders(folder)]
    if not names:
        raise BackupError(f"{folder} has no finished backup")
    if name and name not in names:
        raise BackupError(f"{folder} has no finished backup {name}; there are: {', '.join(names)}")
    return read_manifest(folder / (name or names[-1]))


def delete_parts(folder: Path) -> None:
    """Remove what killed backups left. Needs the folder's lock."""
    for path in folder.glob(f"{PART_PREFIX}*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Raises BackupError where another backup or restore works in the folder. Ends with the process, also if killed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(f"another backup or restore is at work in {folder}") from error
        except OSError:
            pass  # a file system of the network without locks
        yield
    finally:
        os.close(handle)


@contextmanager
def file_permissions() -> Iterator[None]:
    """Files and folders that are made inside are for this user alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
