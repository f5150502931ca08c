"""Copies of any length in little memory, with their size and digest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NamedTuple

BLOCK = 1024 * 1024
"""Bytes that are read at once."""


class SizeAndDigest(NamedTuple):
    """What a content is recognised by."""

    size: int
    sha256: str


class HashedFile:
    """Passes on what is read from a file or written to it, and counts and hashes it."""

    def __init__(self, file: IO[bytes] | None) -> None:
        """`file` is read from or written to; None only measures what is written."""
        self._file, self._digest, self._size = file, hashlib.sha256(), 0

    def read(self, size: int = -1, /) -> bytes:
        assert self._file
        return self._count(self._file.read(size))

    def write(self, data: bytes, /) -> int:
        if self._file:
            self._file.write(data)
        return len(self._count(data))

    def flush(self) -> None:
        if self._file:
            self._file.flush()

    def _count(self, data: bytes) -> bytes:
        self._digest.update(data)
        self._size += len(data)
        return data

    @property
    def result(self) -> SizeAndDigest:
        """Size and digest of what has passed so far."""
        return SizeAndDigest(self._size, self._digest.hexdigest())


def copy_stream(reader: Any, writer: Any) -> None:
    """Write all that can be read."""
    while block := reader.read(BLOCK):
        writer.write(block)


def hash_file(path: Path) -> SizeAndDigest:
    """Size and digest of a file."""
    with path.open("rb") as file:
        return hash_output(lambda out: copy_stream(file, out))


def hash_output(write: Callable[[HashedFile], None]) -> SizeAndDigest:
    """Size and digest of what a function writes, which goes nowhere."""
    out = HashedFile(None)
    write(out)
    return out.result
