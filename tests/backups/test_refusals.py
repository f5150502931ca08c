"""What is damaged, of another kind or of a later release is not restored: nothing is touched, the reason is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from filings.services.backups import BackupError, find_manifest
from filings.services.backups.manifest import MANIFEST_FILE, Manifest, write_manifest
from tests.commands.kit import manage

pytestmark = pytest.mark.xdist_group("backups")


def first_file(folder: Path) -> Path:
    return sorted((folder / "files").glob("??/*"))[0]


def database_of(folder: Path) -> Path:
    return next(folder.glob("2*/database.*"))


DAMAGE: dict[str, Callable[[Path], Any]] = {
    "a bit of a file": lambda folder: flip(first_file(folder)),
    "a file": lambda folder: first_file(folder).unlink(),
    "a bit of the database": lambda folder: flip(database_of(folder)),
    "the end of the database": lambda folder: database_of(folder).write_bytes(database_of(folder).read_bytes()[:-9]),
    "the database": lambda folder: database_of(folder).unlink(),
}


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.django_db
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_backup_is_not_restored(own_backups: Path, damage: Callable[[Path], Any], settings: Any) -> None:
    assert manage("verify_backup", str(own_backups)).code == 0
    damage(own_backups)
    verified, restored = manage("verify_backup", str(own_backups)), manage("restore", str(own_backups))
    assert (verified.code, restored.code) == (1, 1)
    assert "1 faults in 1 backups" in verified.err
    assert "the backup is damaged, and nothing was changed: " in restored.err
    assert not list(settings.MEDIA_ROOT.glob("??/*"))


def test_a_damaged_manifest_is_told(own_backups: Path) -> None:
    path = own_backups / find_manifest(own_backups).name / MANIFEST_FILE
    text = path.read_text()
    for damaged in ("", "[]", "{}", text[:-100], text.replace('"filings": 4', '"filings": 3')):
        path.write_text(damaged)
        result = manage("verify_backup", str(own_backups))
        assert (result.code, "is damaged" in result.err) == (1, True)
    path.unlink()
    assert "cannot read" in manage("verify_backup", str(own_backups)).err


OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}
UNFIT: dict[str, tuple[Callable[[Manifest], Manifest], str]] = {
    "a later release": (
        lambda one: replace(one, migrations=[*one.migrations, "filings 9999_later"]),
        "later than this code (filings 9999_later)",
    ),
    "another database": (lambda one: replace(one, engine=OTHER[one.engine]), "cannot be restored into"),
    "a later server": (lambda one: replace(one, server=990_000), "the backup is of PostgreSQL 99, which is later"),
    "a later format": (lambda one: replace(one, format=2), "restore it with that or a later one"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("change", "message"), UNFIT.values(), ids=list(UNFIT))
def test_what_does_not_fit_is_refused(own_backups: Path, change: Callable[[Manifest], Manifest], message: str) -> None:
    manifest = find_manifest(own_backups)
    write_manifest(own_backups / manifest.name, change(manifest))
    result = manage("restore", str(own_backups))
    assert (result.code, message in result.err) == (1, True), result.err


def test_backups_that_are_not_there_are_told(own_backups: Path, tmp_path: Path) -> None:
    assert "cannot read" in manage("verify_backup", str(tmp_path / "none")).err
    (tmp_path / "nothing").mkdir()
    assert "has no finished backup" in manage("verify_backup", str(tmp_path / "nothing")).err
    name = find_manifest(own_backups).name
    with pytest.raises(BackupError, match=f"no finished backup 2020; there are: {name}"):
        find_manifest(own_backups, "2020")
    assert manage("backup", "-o", str(tmp_path), "--keep", "0").code == 1


def test_the_backup_is_of_the_database_under_test(own_backups: Path) -> None:
    assert find_manifest(own_backups).engine == connection.vendor
