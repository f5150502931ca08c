"""Files that commands write: whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from filings.management.files import replaced_file


def fail_half_way(file: Path) -> None:
    with replaced_file(file) as part:
        part.write_bytes(b"half of ")
        raise OSError("no space")


def test_what_fails_half_way_leaves_the_earlier_file(tmp_path: Path) -> None:
    file = tmp_path / "volume.pdf"
    file.write_bytes(b"earlier")
    with pytest.raises(OSError, match="no space"):
        fail_half_way(file)
    assert file.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [file]


def test_what_fails_half_way_leaves_no_new_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no space"):
        fail_half_way(tmp_path / "volume.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "real", tmp_path / "link"
    file.write_bytes(b"earlier")
    link.symlink_to(file)
    with replaced_file(link) as part:
        part.write_bytes(b"now")
    assert (link.is_symlink(), file.read_bytes()) == (True, b"now")


def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with replaced_file(pipe) as part:
        assert part == pipe
    assert stat.S_ISFIFO(pipe.stat().st_mode)
