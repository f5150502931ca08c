"""Which errors of the database pass by themselves: told by real ones, of both databases."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, InternalError, OperationalError, utils

from filings.services.database_errors import unavailable_code
from filings.services.errors import DatabaseUnavailableError, Refused


def raised_from(cause: Exception, error: Exception) -> Exception:
    error.__cause__ = cause
    return error


def from_sqlite(path: Path, statement: str, **options: object) -> Exception:
    """What Django makes of the error of a statement that SQLite refuses."""
    try:
        with closing(sqlite3.connect(path, timeout=0, **options)) as database:  # type: ignore[call-overload]
            database.execute(statement)
    except sqlite3.Error as error:
        return raised_from(error, OperationalError(*error.args))
    raise AssertionError("it was not refused")


def from_postgresql(state: str) -> Exception:
    """What Django makes of the error that psycopg raises for a SQLSTATE, by the names that both have in common."""
    raised = psycopg.errors.lookup(state)("what the server says")
    name = next(base.__name__ for base in type(raised).__mro__ if base.__module__ == "psycopg")
    return raised_from(raised, getattr(utils, name)(*raised.args))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "db")) as database:
        database.execute("CREATE TABLE known (a)")
    return tmp_path / "db"


def test_a_locked_sqlite_is_busy(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        error = from_sqlite(path, "INSERT INTO known VALUES (1)")
    assert unavailable_code(error) == "database_busy"


def test_a_file_that_cannot_be_opened_or_written_is_away(path: Path) -> None:
    assert unavailable_code(from_sqlite(path.parent, "SELECT 1 FROM known")) == "database_away"
    readonly = from_sqlite(f"file:{path}?mode=ro", "INSERT INTO known VALUES (1)", uri=True)  # type: ignore[arg-type]
    assert unavailable_code(readonly) == "database_away"


@pytest.mark.parametrize("statement", ["SELECT 1 FROM unknown", "SELECT b FROM known", "SELEC 1"])
def test_what_waiting_does_not_mend_is_our_mistake(path: Path, statement: str) -> None:
    """SQLite has no class of its own for a missing table."""
    error = from_sqlite(path, statement)
    assert unavailable_code(error) == ""
    assert unavailable_code(raised_from(error, DatabaseUnavailableError(str(error)))) == ""


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("55P03", "database_busy"),  # lock_timeout
        ("57014", "database_busy"),  # statement_timeout
        ("40001", "database_busy"),  # serialization failure
        ("40P01", "database_busy"),  # deadlock
        ("57P01", "database_away"),  # the server shuts down
        ("57P02", "database_away"),  # it crashed
        ("57P03", "database_away"),  # it starts up
        ("53300", "database_away"),  # no free connection
        ("08006", "database_away"),  # connection failure
        ("25006", "database_away"),  # a standby after a failover
        ("25P03", "database_away"),  # idle in a transaction for too long
        ("23505", ""),  # unique violation
        ("42P01", ""),  # missing table
        ("22001", ""),  # too long for its column
        ("XX000", ""),
    ],
)
def test_postgresql_says_which_by_its_state(state: str, code: str) -> None:
    error = from_postgresql(state)
    assert isinstance(error, DatabaseError)
    assert unavailable_code(error) == code
    if isinstance(error, OperationalError):  # which leaves the services as our own
        assert unavailable_code(raised_from(error, DatabaseUnavailableError(str(error)))) == code


def test_errors_without_a_state_are_a_lost_connection() -> None:
    assert unavailable_code(OperationalError("server closed the connection unexpectedly")) == "database_away"
    assert unavailable_code(InterfaceError("connection already closed")) == "database_away"
    assert unavailable_code(DatabaseUnavailableError("gone")) == "database_away"


@pytest.mark.parametrize(
    "error", [None, ValueError("x"), IntegrityError("x"), InternalError("x"), Refused("bad_request")]
)
def test_all_others_are_not_unavailable(error: Exception | None) -> None:
    assert unavailable_code(error) == ""


def test_a_full_disk_is_told_as_such(path: Path) -> None:
    """Of PostgreSQL, of SQLite, and of the site's own files."""
    assert unavailable_code(from_postgresql("53100")) == "disk_full"
    with closing(sqlite3.connect(path)) as database:
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(sqlite3.OperationalError) as full:
            database.execute("CREATE TABLE more AS SELECT zeroblob(100000)")
    assert unavailable_code(raised_from(full.value, OperationalError(*full.value.args))) == "disk_full"
    assert unavailable_code(OSError(errno.ENOSPC, "No space left on device")) == "disk_full"
    assert unavailable_code(OSError(errno.EACCES, "Permission denied")) == ""
