"""docs/operations/backup.md, "To a moment": rows that somebody deleted come back by PostgreSQL's own means.

Carries out what the manual says, with a cluster of its own; in `make nightly` alone, as it takes a minute.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.parse import quote

import psycopg
import pytest

from tests.backups.kit import Installation

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "operations" / "backup.md"
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.nightly,
    pytest.mark.skipif(not PROGRAMS, reason="the programs of the PostgreSQL server are not installed"),
]


@dataclass(frozen=True)
class Cluster:
    """A cluster in a folder, reached by a socket in that folder. As root it is run by the user postgres."""

    folder: Path
    data: str

    def program(self, name: str, *words: str) -> None:
        line = [shutil.which(name, path=PROGRAMS[-1]) or name, *words]
        if os.getuid() == 0:
            line = ["runuser", "-u", "postgres", "--", *line]
        done = subprocess.run(
            line, cwd=self.folder, capture_output=name != "pg_ctl", text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr or (self.folder / "log").read_text()

    def start(self) -> None:
        options = f"-c listen_addresses='' -k {self.folder}"
        self.program(
            "pg_ctl", "-D", str(self.folder / self.data), "-w", "-l", str(self.folder / "log"), "-o", options, "start"
        )

    def stop(self) -> None:
        self.program("pg_ctl", "-D", str(self.folder / self.data), "-m", "fast", "stop")

    def configure(self, text: str) -> None:
        with (self.folder / self.data / "postgresql.conf").open("a") as file:
            file.write(f"\n{text}\n")

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{quote(str(self.folder), safe='')}/postgres"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, as that of a socket has to be, which belongs to whoever runs the cluster."""
    path = Path(tempfile.mkdtemp(prefix="pitr-", dir="/tmp"))
    for place in (path, path / "archive"):
        place.mkdir(exist_ok=True)
        if os.getuid() == 0:
            os.chown(place, *pwd.getpwnam("postgres")[2:4])
    yield path
    shutil.rmtree(path)


def settings_of_the_manual(heading: str, archive: Path) -> str:
    """The block of settings below a line of the manual, with the archive of this test."""
    found = re.search(rf"^{re.escape(heading)}$.*?```ini\n(.*?)```", MANUAL.read_text(), re.MULTILINE | re.DOTALL)
    assert found, heading
    assert "/var/lib/perfbudget-archive" in found[1]
    return found[1].replace("/var/lib/perfbudget-archive", str(archive))


def test_a_deletion_is_undone(folder: Path, tmp_path: Path) -> None:
    cluster = Cluster(folder, "data")
    cluster.program(
        "initdb",
        "--no-sync",
        "-A",
        "trust",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-D",
        str(folder / "data"),
    )
    cluster.configure(settings_of_the_manual("#### Archive", folder / "archive"))
    cluster.start()
    try:
        recovered = recover(cluster, tmp_path)
    finally:
        cluster.stop()
    recovered.start()
    try:
        with closing(psycopg.connect(recovered.url, autocommit=True)) as connection:
            until = monotonic() + 60
            while connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
                assert monotonic() < until, (recovered.folder / "log").read_text()
            count = connection.execute("SELECT COUNT(*) FROM filings_finalpaper").fetchone()
            after = connection.execute("SELECT COUNT(*) FROM filings_department WHERE code = 'after'").fetchone()
        assert count == (3,), "the rows that were deleted are back, also those written after the base backup"
        assert after == (0,), "nothing of what came after the moment"
        (tmp_path / "var").mkdir(exist_ok=True)
        assert "nothing wrong" in Installation(tmp_path / "var", recovered.url).manage("verify_log").out
    finally:
        recovered.stop()


def recover(cluster: Cluster, tmp_path: Path) -> Cluster:
    """Base backup, then writing, then a planted DELETE; the base backup made ready for the moment before it."""
    base = str(cluster.folder / "base")
    cluster.program(
        "pg_basebackup", "-h", str(cluster.folder), "-U", "postgres", "-D", base, "-c", "fast", "-X", "stream"
    )
    place = Installation(tmp_path / "var", cluster.url)
    place.var.mkdir()
    (place.var / "fonts").symlink_to(ROOT / "var" / "fonts")
    place.act("seed")
    with closing(psycopg.connect(cluster.url, autocommit=True)) as connection:
        moment = connection.execute("SELECT clock_timestamp()::text").fetchone()
        assert moment
        connection.execute("DELETE FROM filings_finalpaper")
        connection.execute("UPDATE filings_department SET code = 'after' WHERE code = '101'")
        segment = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert segment
        archived = ""
        while archived < segment[0]:
            row = connection.execute("SELECT last_archived_wal, failed_count FROM pg_stat_archiver").fetchone()
            assert row
            assert row[1] == 0, (cluster.folder / "log").read_text()
            archived = row[0] or ""
    recovered = Cluster(cluster.folder, "base")
    text = settings_of_the_manual("#### Recover", cluster.folder / "archive")
    assert "2026-11-28 09:29:00+08" in text
    recovered.configure(text.replace("2026-11-28 09:29:00+08", moment[0]))
    recovered.program("touch", str(cluster.folder / "base" / "recovery.signal"))
    return recovered
