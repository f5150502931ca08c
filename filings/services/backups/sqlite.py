"""The SQLite database: a copy of one moment while the site goes on, and the copy put in the database's place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connection

from filings.services.backups.errors import BackupError
from filings.services.transactions import start_transaction
from perfbudget.files import part_file, write_folder

FILE = "database.sqlite3"
PATIENCE = 5.0
"""Seconds to wait for others who use the database that is to be replaced."""


def database_path() -> Path:
    """The file of the database that the settings name."""
    return Path(connection.settings_dict["NAME"])


def server_version() -> int:
    """SQLite has no server."""
    return 0


@contextmanager
def open_snapshot() -> Iterator[Callable[[], AbstractContextManager[IO[bytes]]]]:
    """What is read inside is of one moment; gives the function that opens a copy of that moment for reading.

    People go on reading and writing meanwhile (WAL).
    """
    connection.ensure_connection()
    wrapper: Any = connection
    mode = wrapper.transaction_mode
    wrapper.transaction_mode = "DEFERRED"  # the transactions of the site take the lock for writing at once
    try:
        with start_transaction(), connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # the moment is that of the first reading
            yield _open_copy
    finally:
        wrapper.transaction_mode = mode


@contextmanager
def _open_copy() -> Iterator[IO[bytes]]:
    # Beside the database, where its content lies unencrypted anyway, and not where backups are stored.
    with part_file(database_path().parent) as part:
        with closing(sqlite3.connect(part.name)) as copy:
            connection.connection.backup(copy, progress=_require_step)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
        with Path(part.name).open("rb") as file:
            yield file


def _require_step(status: int, _left: int, _total: int) -> None:
    """Raises BackupError where SQLite could not copy anything: it would try for ever."""
    if status not in (sqlite3.SQLITE_OK, sqlite3.SQLITE_DONE):
        raise BackupError(f"the database cannot be copied: SQLite says {status}")


def replace_database(write: Callable[[Any], None], aside: str) -> str:
    """Put the database that `write` writes in the place of the present one, which is kept as `<its name>.<aside>`.

    Returns where it is kept; '' where it had no tables. Raises BackupError, changing nothing, where the new one is no
    whole database or somebody uses the old one.
    """
    path = database_path()
    connection.close()
    with part_file(path.parent) as part:
        write(part)
        part.flush()
        os.fsync(part.fileno())
        _require_whole(Path(part.name))
        kept = path.with_name(f"{path.name}.{aside}") if _release(path) else None
        if kept:
            os.link(path, kept)
        Path(part.name).replace(path)
    write_folder(path.parent)
    return str(kept or "")


def _require_whole(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as copy:
            answer = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise BackupError(f"the database in the backup is damaged: {answer}")


def _release(path: Path) -> bool:
    """Bring the database into its one file, without which its log must not be left; False if it has no tables."""
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as old:
        try:
            # Only whoever uses a database alone can end its write-ahead log.
            if old.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete":
                raise sqlite3.OperationalError("database is locked")
            return bool(old.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0])
        except sqlite3.OperationalError as error:
            raise BackupError(f"{path}: {error}. Stop the site (web server and worker) first") from error
