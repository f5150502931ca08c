"""The PostgreSQL database, by PostgreSQL's own programs: pg_dump, pg_restore and psql.

A restore is one transaction: the tables that are there move into a schema of their own, those of the backup come in
their place. Whatever fails or is killed before its last line leaves the database as it was.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import IO, Any

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from filings.services.backups.errors import BackupError
from filings.services.transactions import start_transaction

FILE = "database.dump"
SCHEMA = "public"

MOVE_TABLES = """\
BEGIN;
SET LOCAL lock_timeout = '10s';
CREATE SCHEMA "{aside}";
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
  LOOP
    EXECUTE format('ALTER TABLE %s SET SCHEMA %I', found.name, '{aside}');
  END LOOP;
END $$;
"""
"""Indexes and the sequences of columns go with their tables. What belongs to an extension stays."""


def server_version() -> int:
    """The version of the server as a number, as 150020 for 15.20."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0])


@contextmanager
def open_snapshot() -> Iterator[Callable[[], AbstractContextManager[IO[bytes]]]]:
    """What is read inside is of one moment; gives the function that opens the dump of that moment for reading.

    People go on reading and writing meanwhile. Raises BackupError.
    """
    program = _find_program("pg_dump")
    with start_transaction(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot(), current_schema()")
        snapshot, schema = cursor.fetchone()
        if schema != SCHEMA:
            raise BackupError(f"the tables are in the schema {schema}; only {SCHEMA} is backed up")
        words = ["--format=custom", f"--schema={SCHEMA}", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        yield lambda: _open_dump([program, *words])


@contextmanager
def _open_dump(command: list[str]) -> Iterator[IO[bytes]]:
    words, database, environment = _connection_words()
    command = [*command, *words, database]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as dump:  # noqa: S603 - our own words
        assert dump.stdout
        yield dump.stdout
    if dump.returncode:
        raise BackupError(f"pg_dump ended with {dump.returncode}; what it says stands above")


def replace_database(write: Callable[[Any], None], aside: str) -> str:
    """Put the database that `write` writes in the place of the present one, whose tables go into the schema `aside`.

    Returns where they are; '' where there were none. Raises BackupError; then nothing has changed.
    """
    restore, client = _find_program("pg_restore"), _find_program("psql")
    had_tables = bool(connection.introspection.table_names())
    _require_alone()
    connection.close()
    begin = MOVE_TABLES.format(aside=aside) if had_tables else "BEGIN;\n"
    words, database, environment = _connection_words()
    with subprocess.Popen(  # noqa: S603 - our own words
        [client, "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--output=/dev/null", *words, database],
        stdin=subprocess.PIPE, env=environment,
    ) as psql:  # fmt: skip
        assert psql.stdin
        try:
            _send(psql.stdin, begin)
            _run_restore(restore, write, psql.stdin)
            _send(psql.stdin, "COMMIT;\n")
        except OSError as error:
            raise BackupError("pg_restore or psql ended early; what they say stands above. Nothing changed") from error
        finally:
            # Without COMMIT the end of its input is the end of the transaction, and nothing has changed.
            _close(psql.stdin)
    if psql.returncode:
        raise BackupError(f"psql ended with {psql.returncode}; what it says stands above. Nothing changed")
    return f"schema {aside}" if had_tables else ""


def _run_restore(program: str, write: Callable[[Any], None], out: IO[bytes]) -> None:
    """Have pg_restore turn the dump into SQL for psql. Raises BackupError where the dump is not whole."""
    command = [program, f"--schema={SCHEMA}", "--no-owner", "--no-privileges", "--file=-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out) as restore:  # noqa: S603 - our own words
        assert restore.stdin
        try:
            write(restore.stdin)
        finally:
            _close(restore.stdin)
    if restore.returncode:
        raise BackupError("pg_restore could not read the dump; what it says stands above. Nothing changed")


def _send(file: IO[bytes], text: str) -> None:
    file.write(text.encode())
    file.flush()


def _close(file: IO[bytes]) -> None:
    with suppress(BrokenPipeError):  # the program has ended, and its exit code says why
        file.close()


def _require_alone() -> None:
    """Raises BackupError where others are connected to the database: they would write into tables that are moved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if others := cursor.fetchone()[0]:
            raise BackupError(f"{others} other connections use the database: stop the site (web server and worker)")


def _connection_words() -> tuple[list[str], str, dict[str, str]]:
    """How the programs reach the database: options, its name, and the environment, which has the password."""
    (_, *words, database), environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return words, database, {**os.environ, **(environment or {})}


def _find_program(name: str) -> str:
    """The path of a program of PostgreSQL. Raises BackupError where it is missing or older than the server."""
    path, server = shutil.which(name), server_version() // 10000
    if path is None:
        raise BackupError(f"{name} is not installed (Debian, Ubuntu: apt-get install postgresql-client)")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    found = re.search(r"\d+", said)
    if found is None or int(found[0]) < server:
        raise BackupError(
            f"{said.strip()} cannot work with the server, which is PostgreSQL {server}: "
            f"install its programs (Debian, Ubuntu: apt-get install postgresql-client-{server})"
        )
    return path
