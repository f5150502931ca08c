"""Backups and restores that are killed: they leave what was there, and the next run goes on."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from filings.services.backups import find_manifest
from tests.backups.acts import FILES
from tests.backups.kit import Installation, contents, execute, finished, installation
from tests.commands.kit import manage
from tests.thoroughness import times

MORE = 200
"""Files that no row names: enough that a kill comes before the last."""
NUMBERS = range(0, MORE - 50, (MORE - 50) // times(2, 15))
DATABASES = ("database.dump", "database.sqlite3")

pytestmark = pytest.mark.xdist_group("backups")


@pytest.fixture
def many(site: Installation) -> Iterator[Installation]:
    """The installation with more files."""
    made = []
    for number in range(MORE):
        data = b"%d " % number * 2_000
        name = sha256(data).hexdigest()
        made.append(site.files / name[:2] / name)
        made[-1].parent.mkdir(exist_ok=True)
        made[-1].write_bytes(data)
    yield site
    for path in made:
        path.unlink()


def begun(folder: Path, *names: str) -> Callable[[], bool]:
    """Whether a new backup has begun in the folder, and has written a file of one of these names if any are given."""
    old = {*folder.iterdir()} if folder.exists() else set()

    def happened() -> bool:
        new = {*folder.iterdir()} - old if folder.exists() else set()
        parts = [path for path in new if path.name.startswith(".part-")]
        return any((part / name).exists() for part in parts for name in names or [""])

    return happened


def kill_when(place: Installation, happened: Callable[[], bool], *words: str | Path) -> None:
    """Start a command and kill it as soon as something has happened."""
    process = place.start("manage.py", *map(str, words))
    while process.poll() is None and not happened():
        pass
    process.send_signal(signal.SIGKILL)
    err = process.communicate(timeout=60)[1]
    assert process.returncode == -signal.SIGKILL, err


def copied(folder: Path) -> int:
    return len([path for path in folder.glob("files/??/*") if not path.name.startswith(".")])


def test_a_killed_backup_is_none_and_the_next_goes_on(many: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    moments: list[Callable[[], Callable[[], bool]]] = [
        lambda: begun(folder),
        lambda: begun(folder, *DATABASES),
        *[lambda number=number: lambda: copied(folder) > number for number in NUMBERS],  # type: ignore[misc]
    ]
    for moment in moments:
        kill_when(many, moment(), "backup", "-o", folder)
        assert finished(folder) == []
        assert manage("verify_backup", str(folder)).code == 1
    before = contents(folder / "files")
    before = {name: file for name, file in before.items() if ".part-" not in name}
    assert MORE // 4 < len(before) < MORE + FILES
    done = many.manage("backup", "-o", folder)
    assert done.code == 0, done.err
    assert before.items() <= contents(folder / "files").items(), "what was copied is not copied again"
    assert f"({MORE + FILES - len(before)} copied)" in done.out
    assert manage("verify_backup", str(folder)).code == 0
    assert not list(folder.rglob(".part-*"))


@pytest.mark.nightly
def test_a_finished_backup_survives_a_killed_one(many: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    assert many.manage("backup", "-o", folder).code == 0
    before = contents(folder)
    kill_when(many, begun(folder), "backup", "-o", folder)
    kill_when(many, begun(folder, *DATABASES), "backup", "-o", folder)
    assert before.items() <= contents(folder).items()
    assert len(finished(folder)) == 1
    assert manage("verify_backup", str(folder)).code == 0


@pytest.mark.nightly
def test_a_killed_restore_changes_no_row_and_the_next_goes_on(
    backups: Path, many: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    assert many.manage("backup", "-o", folder).code == 0
    with installation(tmp_path / "other") as place:
        assert place.manage("restore", backups).code == 0
        execute(place, "UPDATE filings_department SET name = '只有这里有' WHERE code = '101'")
        old = place.act("tell")
        for number in (0, MORE // 2, MORE - 10):
            reached = lambda number=number: copied(place.var) > number + FILES  # noqa: E731
            kill_when(place, reached, "restore", folder, "--replace")
            assert place.act("tell") == old
        inodes = {path: path.stat().st_ino for path in place.files.glob("??/[0-9a-f]*")}
        done = place.manage("restore", folder, "--replace")
        assert done.code == 0, done.err
        assert all(path.stat().st_ino == inode for path, inode in inodes.items())
        assert len(list(place.files.glob("??/[0-9a-f]*"))) >= len(find_manifest(folder).files)
        assert place.act("tell") == many.act("tell")


def test_two_at_once_are_refused(many: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    first = many.start("manage.py", "backup", "-o", str(folder))
    while first.poll() is None and not copied(folder):
        pass
    first.send_signal(signal.SIGSTOP)
    second = many.manage("backup", "-o", folder)
    first.send_signal(signal.SIGCONT)
    assert first.communicate(timeout=60)[1] == ""
    assert second.code == 1
    assert "another backup or restore is at work" in second.err
    assert len(finished(folder)) == 1
