"""Zip files are judged by their end records, before any library builds a list of what is in them."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from filings.services import file_verification
from filings.services.errors import Refused
from filings.services.file_verification import LARGEST_MEMBER, read_codes, verify_file
from filings.services.packed_files import LARGEST_DIRECTORY, MOST_ENTRIES, check_packed_file

CODE = "0001-AAAA-BBBB-CCCC"


def packed(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


GOOD = packed({"docProps/core.xml": f"<keywords>{CODE}</keywords>".encode(), "xl/workbook.xml": b"x" * 100})

COMMENTED = packed({"a": b""}, comment=b"comment")


def end_record(entries: int, size: int, offset: int, comment: bytes = b"") -> bytes:
    return struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, entries, entries, size, offset, len(comment)) + comment


def end_64(entries: int, size: int, offset: int, position: int) -> bytes:
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, position, 1)
    return record + locator + end_record(min(entries, 0xFFFF), min(size, 0xFFFFFFFF), min(offset, 0xFFFFFFFF))


def entry(name: bytes = b"a") -> bytes:
    return struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name


def many(count: int, *, small: bool = False) -> bytes:
    """A zip file of empty entries, as cheap as bytes can be: one directory entry repeated; `small` lies about it."""
    directory = entry() * count
    body = b"PK\x03\x04" + directory
    if small:
        return body + end_record(1, len(entry()), len(body) - len(entry()))
    return body + end_64(count, len(directory), 4, len(body))


@pytest.fixture
def no_zipfile(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Records every attempt to open a file with the library, whose list of entries is what costs memory."""
    opened: list[Any] = []
    real = zipfile.ZipFile

    def record(*args: Any, **kwargs: Any) -> zipfile.ZipFile:
        opened.append(args)
        return real(*args, **kwargs)

    monkeypatch.setattr(file_verification.zipfile, "ZipFile", record)
    return opened


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_codes(io.BytesIO(data))
    return str(caught.value)


def test_a_workbook_of_ours_is_read() -> None:
    assert read_codes(io.BytesIO(GOOD)) == [CODE]
    assert read_codes(io.BytesIO(packed({"docProps/core.xml": CODE.encode()}, zipfile.ZIP_STORED))) == [CODE]
    assert read_codes(io.BytesIO(packed({"docProps/core.xml": CODE.encode()}, comment=b"from the office"))) == [CODE]
    assert read_codes(io.BytesIO(packed({"other.xml": CODE.encode()}))) == []


def test_a_million_entries_are_refused_without_reading_them(no_zipfile: list[Any]) -> None:
    file = io.BytesIO(many(1_200_000))
    assert len(file.getvalue()) > 55 * 10**6
    read: list[int] = []
    whole = file.read

    class Counted(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            data = whole(size)
            read.append(len(data))
            return data

    counted = Counted()
    counted.seek = file.seek  # type: ignore[method-assign]
    tracemalloc.start()
    start = time.process_time()
    with pytest.raises(Refused, match="1,200,000 个文件，最多 1,000 个"):
        check_packed_file(counted)
    spent, (_, most) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(read) < 100_000
    assert most < 500_000
    assert spent < 0.05
    assert no_zipfile == []


def test_the_whole_answer_to_such_a_file_is_a_refusal(no_zipfile: list[Any], db: None) -> None:
    with pytest.raises(Refused, match="请改用页脚的校验码查询"):
        verify_file(io.BytesIO(many(1_200_000)), None)
    assert no_zipfile == []


LARGE = b"PK\x03\x04" + b"x" * 50
BAD: dict[str, Callable[[], bytes]] = {
    "too many entries": lambda: many(MOST_ENTRIES + 1),
    "too many, said in 16 bits": lambda: LARGE + entry() * 1_001 + end_record(1_001, len(entry()) * 1_001, len(LARGE)),
    "too large a directory": lambda: LARGE + entry(b"n" * 60_000) * 20 + end_record(20, 60_046 * 20, len(LARGE)),
    "more entries than said": lambda: LARGE + entry() * 9 + end_record(8, len(entry()) * 9, len(LARGE)),
    "fewer entries than said": lambda: LARGE + entry() * 9 + end_record(10, len(entry()) * 9, len(LARGE)),
    "a directory elsewhere": lambda: LARGE + entry() * 9 + end_record(9, len(entry()) * 9, 3),
    "a directory that ends too early": lambda: LARGE + entry() * 2 + end_record(1, len(entry()), len(LARGE)),
    "an entry cut off": lambda: LARGE + entry()[:-1] + end_record(1, len(entry()) - 1, len(LARGE)),
    "a name beyond the directory": lambda: LARGE + entry(b"nn")[:-1] + end_record(1, len(entry()), len(LARGE)),
    "no entry": lambda: LARGE + b"y" * 47 + end_record(1, 47, len(LARGE)),
    "a comment longer than said": lambda: GOOD + b"x",
    "a comment shorter than said": lambda: COMMENTED[:-1],
    "no end record": lambda: b"PK\x03\x04",
    "the end record cut off": lambda: GOOD[:-1],
    "a second end record in the comment": lambda: many(3_000)[:-22] + end_record(1, 47, 4, end_record(9, 9, 9) + b"z"),
    "several disks": lambda: LARGE + struct.pack("<4s4H2LH", b"PK\x05\x06", 1, 1, 1, 1, 47, len(LARGE), 0),
    "zip64 elsewhere": lambda: LARGE + end_64(1, 47, 4, 3),
    "zip64 with another number": lambda: (
        LARGE + entry() + end_64(1, 47, len(LARGE), len(LARGE) + 47)[:-22] + end_record(2, 47, len(LARGE))
    ),
    "zip64 that points to nothing": lambda: (
        LARGE + struct.pack("<4sLQL", b"PK\x06\x07", 0, 2**60, 1) + end_record(0, 0, 54)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_records_that_are_too_large_or_contradict_each_other(name: str, no_zipfile: list[Any]) -> None:
    assert "没有打开" in refusal(BAD[name]())
    assert no_zipfile == []


def test_a_zip64_file_that_is_in_order_is_opened() -> None:
    body = GOOD[: GOOD.index(b"PK\x01\x02")]
    directory = GOOD[len(body) : -22]
    data = body + directory + end_64(2, len(directory), len(body), len(body) + len(directory))
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["docProps/core.xml", "xl/workbook.xml"]
    assert read_codes(io.BytesIO(data)) == [CODE]


def test_the_bounds_admit_a_thousand_files() -> None:
    data = packed({f"folder/部门{number}.xlsx": b"" for number in range(MOST_ENTRIES)})
    check_packed_file(io.BytesIO(data))
    assert len(data) < LARGEST_DIRECTORY


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_entry_that_unpacks_to_much_is_read_in_part(compression: int) -> None:
    bomb = packed({"docProps/core.xml": b" " * (20 * 2**20)}, compression)
    assert len(bomb) < 50_000
    tracemalloc.start()
    codes = read_codes(io.BytesIO(bomb))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert codes == []
    assert most < 10 * LARGEST_MEMBER


@pytest.mark.parametrize("at", range(0, len(GOOD), 7))
def test_a_damaged_file_never_raises_anything_else(at: int) -> None:
    for flip in (0x01, 0x80, 0xFF):
        data = GOOD[:at] + bytes([GOOD[at] ^ flip]) + GOOD[at + 1 :]
        with suppress(Refused):
            assert len(read_codes(io.BytesIO(data))) < 2
