from __future__ import annotations

from pathlib import Path

import pytest

from perfbudget.files import atomic_file, part_file, write_atomic_file, write_once


def write_half(path: Path) -> None:
    with atomic_file(path) as file:
        file.write(b"half")
        _ = 1 / 0


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_atomic_file(path, b"old")
    with pytest.raises(ZeroDivisionError):
        write_half(path)
    assert path.read_bytes() == b"old"
    write_atomic_file(path, b"whole")
    assert path.read_bytes() == b"whole"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("mode", "expected"), [(None, 0o600), (0o644, 0o644)])
def test_others_may_read_a_file_only_when_it_says_so(tmp_path: Path, mode: int | None, expected: int) -> None:
    path = tmp_path / "file"
    write_atomic_file(path, b"x", *([mode] if mode else []))
    assert path.stat().st_mode & 0o777 == expected


def test_what_is_made_once_stays(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert write_once(path, b"first")
    assert not write_once(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_part_that_is_not_moved_is_deleted(tmp_path: Path) -> None:
    with part_file(tmp_path) as file:
        file.write(b"x")
    assert list(tmp_path.iterdir()) == []
