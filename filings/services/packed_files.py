"""Reads the end record of a zip file before anything else of it, and refuses files that would cost much to open.

`zipfile` makes an object of some 500 bytes for each entry of the directory: one of a million entries takes 600 MB. Here
at most the last 64 KB and a directory of 1 MB are read, whatever the file is.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from filings.services.errors import Refused

MOST_ENTRIES = 1_000
LARGEST_DIRECTORY = 1_000_000
"""Bytes; a thousand entries of ours need a tenth of it."""

END = struct.Struct("<4s4H2LH")
END_64_LOCATOR = struct.Struct("<4sLQL")
END_64 = struct.Struct("<4sQ2H2L4Q")
ENTRY = struct.Struct("<4s6H3L5H2L")
"""The end record, the locator of the zip64 end record, that record, and the beginning of an entry of the directory."""
LONGEST_COMMENT = 65_535


def check_packed_file(file: BinaryIO) -> None:
    """Raise Refused for a zip file with too many entries, too large a directory, or records that contradict each other.

    Takes a few milliseconds and a constant amount of memory, however large the file is.
    """
    size = file.seek(0, 2)
    tail_start = max(0, size - END.size - LONGEST_COMMENT)
    file.seek(tail_start)
    tail = file.read(END.size + LONGEST_COMMENT)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + END.size > len(tail):
        raise Refused("packed_file_damaged")
    _, disk, first_disk, here, entries, directory, offset, comment = END.unpack_from(tail, at)
    # A comment that is longer or shorter than the record says may hide another end record.
    if disk or first_disk or here != entries or tail_start + at + END.size + comment != size:
        raise Refused("packed_file_damaged")
    end = tail_start + at
    if large := _read_end_64(file, end):
        end, *numbers = large
        if not all(small in (big, limit) for small, big, limit in zip(
            (entries, directory, offset), numbers, (0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF), strict=True
        )):  # fmt: skip
            raise Refused("packed_file_damaged")
        entries, directory, offset = numbers
    if entries > MOST_ENTRIES:
        raise Refused("packed_file_entries", count=entries, most=MOST_ENTRIES)
    if directory > LARGEST_DIRECTORY:
        raise Refused("packed_file_directory", size=directory, most=LARGEST_DIRECTORY)
    if offset + directory != end:
        raise Refused("packed_file_damaged")
    file.seek(offset)
    if _entry_count(file.read(directory)) != entries:
        raise Refused("packed_file_damaged")


def _read_end_64(file: BinaryIO, end: int) -> tuple[int, int, int, int] | None:
    """Position, entries, size and offset of the directory by the zip64 end record; None if there is none.

    `end` is the position of the usual end record; the locator stands directly before it.
    """
    if end < END_64_LOCATOR.size:
        return None
    file.seek(end - END_64_LOCATOR.size)
    mark, disk, position, disks = END_64_LOCATOR.unpack(file.read(END_64_LOCATOR.size))
    if mark != b"PK\x06\x07":
        return None
    if disk or disks > 1 or position + END_64.size + END_64_LOCATOR.size != end:
        raise Refused("packed_file_damaged")
    file.seek(position)
    mark, _, _, _, own, first, here, entries, directory, offset = END_64.unpack(file.read(END_64.size))
    if mark != b"PK\x06\x06" or own or first or here != entries:
        raise Refused("packed_file_damaged")
    return position, entries, directory, offset


def _entry_count(directory: bytes) -> int:
    """How many entries a directory really has; -1 if it ends in the middle of one."""
    at = count = 0
    while at < len(directory):
        if not directory.startswith(b"PK\x01\x02", at) or at + ENTRY.size > len(directory):
            return -1
        fields = ENTRY.unpack_from(directory, at)
        at += ENTRY.size + sum(fields[10:13])  # name, extra field, comment
        count += 1
    return count if at == len(directory) else -1
