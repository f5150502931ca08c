"""Atomic writes: a reader sees a whole file or none, also after a crash during writing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PART_PREFIX = ".part-"
"""Prefix of the names of files that are being written. Such files left by a crash may be deleted."""


@contextmanager
def part_file(folder: Path) -> Iterator[IO[bytes]]:
    """A new file in `folder`, open for writing, which the caller renames; otherwise it is deleted at the end.

    For contents whose final name is known only when they are written, such as a digest. Creates the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=PART_PREFIX, delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


@contextmanager
def atomic_file(path: Path, mode: int = 0o600, *, durable: bool = False) -> Iterator[IO[bytes]]:
    """A file open for writing that replaces `path` when the block ends without an error. Creates the folder.

    A `durable` one is on the disk when the block has ended, whatever happens to the machine then.
    """
    with part_file(path.parent) as file:
        yield file
        name_part(file, path, mode, durable=durable)


def name_part(file: IO[bytes], path: Path, mode: int = 0o600, *, durable: bool = False) -> None:
    """Give a part file, written and still open, its name: it replaces `path`, whose folder is that of the file."""
    file.flush()
    os.fchmod(file.fileno(), mode)
    if durable:
        os.fsync(file.fileno())
    Path(file.name).replace(path)
    if durable:
        write_folder(path.parent)


def write_folder(path: Path) -> None:
    """See to it that the names of a folder's files are on the disk: those added, renamed and removed until now."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_atomic_file(path: Path, data: bytes, mode: int = 0o600, *, durable: bool = False) -> None:
    """Create or replace a file with this content and mode; see `atomic_file`."""
    with atomic_file(path, mode, durable=durable) as file:
        file.write(data)


def write_once(path: Path, data: bytes) -> bool:
    """Create a file with this content; False, changing nothing, if it already exists.

    If several processes try at the same time, one succeeds and all find its whole content.
    """
    with part_file(path.parent) as file:
        file.write(data)
        file.flush()
        try:
            os.link(file.name, path)
        except FileExistsError:
            return False
    return True
