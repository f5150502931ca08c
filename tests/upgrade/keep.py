"""Keeps the data of a release, brings them back, and keeps what was said of them. See README.md.

    python tests/upgrade/keep.py dump|facts|restore RELEASE

It works on the database that the environment names, as manage.py does; `facts` runs the code of the current folder.
"""

from __future__ import annotations

import io
import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
GROWING = ("migrations", "final_papers")
"""Parts of the facts to which an upgrade adds: known of them is what the release had when it was replaced."""


def stored(release: str, kind: str) -> Path:
    """The file of a release: `sqlite.sql` and `postgresql.sql` are its data, `tar` its files, `json` what is known."""
    return HERE / f"release-{release}.{kind}.xz"


def known(release: str) -> dict[str, Any]:
    """What the release itself said of its data."""
    facts: dict[str, Any] = json.loads(read(release, "json"))
    return facts


def read(release: str, kind: str) -> bytes:
    return lzma.decompress(stored(release, kind).read_bytes())


def write(release: str, kind: str, data: bytes) -> None:
    stored(release, kind).write_bytes(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))


def postgresql() -> str:
    """The address of the PostgreSQL that the environment names; '' where it is SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def dump(release: str) -> None:
    """Write the database down as SQL, and the files beside it: the same bytes for the same rows."""
    write(release, "tar", packed_files())
    if url := postgresql():
        write(release, "postgresql.sql", dumped_postgresql(url).encode())
        return
    connection = sqlite3.connect(sqlite_file())
    write(release, "sqlite.sql", ("\n".join(connection.iterdump()) + "\n").encode())
    connection.close()


def sqlite_file() -> Path:
    return Path(os.environ["PERFBUDGET_VAR"]) / "db.sqlite3"


def files_folder() -> Path:
    """Where attachments and final papers are, by their digest."""
    return Path(os.environ["PERFBUDGET_VAR"]) / "files"


def packed_files() -> bytes:
    """Attachments and final papers; who owned them and since when is not kept."""
    packed, folder = io.BytesIO(), files_folder()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = tarfile.TarInfo(path.relative_to(folder).as_posix())
            entry.size = path.stat().st_size
            tar.addfile(entry, io.BytesIO(path.read_bytes()))
    return packed.getvalue()


def dumped_postgresql(url: str) -> str:
    """INSERT instead of COPY, no owners: any user of any later version can run it through a driver."""
    in_order(url)
    plain = ["--inserts", "--rows-per-insert=200", "--no-owner", "--no-privileges"]
    text = subprocess.run(["pg_dump", *plain, url], capture_output=True, text=True, check=True).stdout
    head, body = text[:2000].splitlines(keepends=True), text[2000:]
    # The head names the versions of client and server, and words for psql alone, one of which is random.
    kept = [line for line in head if not line.startswith(("--", "\\"))]
    return "".join(kept) + body.rpartition("\n--\n-- PostgreSQL database dump complete")[0] + "\n"


def in_order(url: str) -> None:
    """Lay the rows of each table in the order of its key: pg_dump writes them as they lie."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        keys = connection.execute(
            "SELECT format('CLUSTER %s USING %I', i.indrelid::regclass, c.relname) "
            "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE i.indisprimary AND n.nspname = 'public' ORDER BY 1"
        ).fetchall()
        for (cluster,) in keys:
            connection.execute(cluster)


def restore(release: str) -> None:
    """Bring the data back into the empty database that the environment names, and the files into its folder."""
    if stored(release, "tar").is_file():  # of release 0.1, none were kept
        with tarfile.open(fileobj=io.BytesIO(read(release, "tar"))) as tar:
            tar.extractall(files_folder(), filter="data")
    if url := postgresql():
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            # One text of many statements, all of them our own file.
            connection.execute(read(release, "postgresql.sql"))
        return
    lite = sqlite3.connect(sqlite_file())
    lite.executescript(read(release, "sqlite.sql").decode())
    lite.close()


def facts_of(checkout: Path, environment: Mapping[str, str], *, queue: bool = False) -> Any:
    """What the code of a checkout says of a database."""
    line = [sys.executable, str(HERE / "facts.py"), *(["queue"] if queue else [])]
    done = subprocess.run(
        line, cwd=checkout, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def facts(release: str) -> None:
    """Write down what the code of this folder says; where the release has facts already, say what differs."""
    found = facts_of(Path.cwd(), {})
    if stored(release, "json").is_file():
        before = known(release)
        for part in GROWING:
            found[part] = before.get(part, [])
        differ = sorted(part for part in {**found, **before} if found.get(part) != before.get(part))
        sys.stdout.write(f"other than before: {', '.join(differ) or 'nothing'}\n")
    write(release, "json", json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")


if __name__ == "__main__":
    {"dump": dump, "facts": facts, "restore": restore}[sys.argv[1]](sys.argv[2])
