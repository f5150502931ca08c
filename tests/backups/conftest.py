"""An installation in use with a backup, shared by all tests of this folder, and empty ones to restore into.

To make it takes ten seconds: tests that use it are the xdist group `backups`, and so run in one process.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backups.kit import Installation, installation


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation in use. Tests leave it as it is."""
    with installation(tmp_path_factory.mktemp("site") / "var") as place:
        place.act("seed")
        yield place


@pytest.fixture(scope="session")
def backups(site: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one backup of it, for reading."""
    folder = tmp_path_factory.mktemp("backups") / "of the site"
    done = site.manage("backup", "-o", folder)
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def own_backups(backups: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    return Path(shutil.copytree(backups, tmp_path / "backups"))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """What is left after everything was lost."""
    with installation(tmp_path / "var") as place:
        yield place
