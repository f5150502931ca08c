"""Atomic writes: whoever reads a file sees all of it or none, also after a crash in the middle of writing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PART_PREFIX = ".part-"
"""Begins the names of files still being written; what a crash leaves of them may be deleted."""


@contextmanager
def part_file(folder: Path) -> Iterator[IO[bytes]]:
    """A new file in `folder`, open for writing, to be moved to its place by the caller; else it is deleted at the end.

    For contents whose final name is known only once they are written, such as a digest. The folder is created.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=PART_PREFIX, delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


@contextmanager
def atomic_file(path: Path, mode: int = 0o600) -> Iterator[IO[bytes]]:
    """A file open for writing that takes the place of `path` when the block ends without an error."""
    with part_file(path.parent) as file:
        yield file
        file.flush()
        os.fchmod(file.fileno(), mode)
        Path(file.name).replace(path)


def write_atomically(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a whole file, or replace it; others may read it only if `mode` says so. The folder is created."""
    with atomic_file(path, mode) as file:
        file.write(data)


def write_once(path: Path, data: bytes) -> bool:
    """Write a file that may only be made once; False if it is there already.

    Of several processes starting together one wins, and all find its whole content.
    """
    with part_file(path.parent) as file:
        file.write(data)
        file.flush()
        try:
            os.link(file.name, path)
        except FileExistsError:
            return False
    return True
