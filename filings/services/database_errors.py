"""Tells a database that is away or busy, or a full disk, where a request may succeed later, from a mistake of ours."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator

from django.db import DatabaseError, InterfaceError, OperationalError

from filings.services.errors import DatabaseUnavailableError

# SQLSTATE: lock_timeout, statement_timeout, serialization failure, deadlock.
_BUSY_STATES = {"55P03", "57014", "40001", "40P01"}
_DISK_FULL = "53100"
_BUSY_RESULTS = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
# psycopg counts these as internal errors: a read-only server (a standby), and sessions that the server has ended.
_AWAY_STATES = {"25006", "25P03", "25P04"}


def unavailable_code(error: BaseException | None) -> str:
    """The code of the refusal to answer with: `database_busy` after waiting for a lock or too long for an answer,
    `database_away` where the database cannot be reached or cannot work, `disk_full` where a disk of it or of the site
    has no room, '' for every other error.
    """
    if any(_is_disk_full(one) for one in _causes(error)):
        return "disk_full"
    if not any(_is_unavailable(one) for one in _causes(error)):
        return ""
    busy = any(
        getattr(one, "sqlstate", None) in _BUSY_STATES or _sqlite_result(one) in _BUSY_RESULTS
        for one in _causes(error)
    )  # fmt: skip
    return "database_busy" if busy else "database_away"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was raised from: our own, Django's, the driver's."""
    while error is not None:
        yield error
        error = error.__cause__


def _is_unavailable(error: BaseException) -> bool:
    driver = error.__cause__
    # SQLite says in this way too that a table or column is missing, which waiting does not mend.
    if any(_sqlite_result(one) == sqlite3.SQLITE_ERROR for one in _causes(error)):
        return False
    if isinstance(error, DatabaseError):
        return isinstance(error, OperationalError) or getattr(driver, "sqlstate", None) in _AWAY_STATES
    return isinstance(error, InterfaceError | DatabaseUnavailableError)


def _is_disk_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return getattr(error, "sqlstate", None) == _DISK_FULL or _sqlite_result(error) == sqlite3.SQLITE_FULL


def _sqlite_result(error: BaseException) -> int | None:
    """SQLite's primary result code; None of an error that is not SQLite's."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
