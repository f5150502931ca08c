"""Installations of their own, worked on by commands as a technician gives them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.commands.kit import ROOT, CommandResult
from tests.databases import fresh_database


@dataclass(frozen=True)
class Installation:
    """A folder with files, and a database in it or on the server that DATABASE_URL names."""

    var: Path
    url: str

    @property
    def files(self) -> Path:
        return self.var / "files"

    @property
    def database(self) -> Path:
        """Of SQLite."""
        return self.var / "db.sqlite3"

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start Python in a process that works on this installation."""
        env = {
            **os.environ, "PERFBUDGET_VAR": str(self.var), "DATABASE_URL": self.url, "PERFBUDGET_MODE": "test",
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=env, text=True, stdout=pipe, stderr=pipe)

    def run(self, *words: str) -> CommandResult:
        process = self.start(*words)
        out, err = process.communicate(timeout=120)
        return CommandResult(process.returncode, out, err)

    def manage(self, *words: str | Path) -> CommandResult:
        return self.run("manage.py", *map(str, words))

    def act(self, name: str) -> Any:
        """What an act of acts.py returns."""
        done = self.run("-m", "tests.backups.acts", name)
        assert done.code == 0, done.err
        return json.loads(done.out)

    def wipe_files(self) -> None:
        shutil.rmtree(self.files)


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """An installation without anything: no table, no file."""
    folder.mkdir(parents=True)
    (folder / "fonts").symlink_to(settings.FONT_DIR)
    with fresh_database() as url:
        yield Installation(folder, url)


def execute(place: Installation, statement: str) -> list[tuple[Any, ...]]:
    """Run SQL past the application; its rows."""
    import sqlite3

    import psycopg

    if place.url:
        with closing(psycopg.connect(place.url, autocommit=True)) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []
    with closing(sqlite3.connect(place.database, isolation_level=None)) as lite:
        return lite.execute(statement).fetchall()


def finished(folder: Path) -> list[str]:
    """The names of the backups in a folder."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("2"))


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder: its bytes, and its number on the disk, which another file would not have."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_ino) for path in files}
