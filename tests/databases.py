"""Databases of their own for tests that need more than the one pytest-django makes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit
from uuid import uuid4


def postgresql() -> str:
    """The address of the PostgreSQL that the environment names; '' where it is SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


@contextmanager
def fresh_database() -> Iterator[str]:
    """A fresh database beside the one that DATABASE_URL names; '' is SQLite, whose file is made in PERFBUDGET_VAR."""
    import psycopg

    server, name = postgresql(), f"fresh_{uuid4().hex}"
    if not server:
        yield ""
        return
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
