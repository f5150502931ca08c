"""A site as an operator runs it, with a database server of its own that can be ended at will."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from filings.renderers.font_files import font_files

ROOT = Path(__file__).resolve().parents[1]
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
needs_postgresql = pytest.mark.skipif(not BINARIES, reason="PostgreSQL is not installed")


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> float:
    """The seconds until something holds. AssertionError if it does not within a time."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds, "it never came"
    return time.monotonic() - started


@dataclass(frozen=True)
class OwnPostgres:
    """A cluster in a folder, reached through a socket there."""

    folder: Path

    @property
    def url(self) -> str:
        """Its DATABASE_URL."""
        return f"postgresql://postgres@{str(self.folder).replace('/', '%2F')}/postgres"

    def run(self, program: str, *words: str) -> None:
        """Run a program of PostgreSQL, as a user that it accepts."""
        line = [str(BINARIES[-1].parent / program), *words]
        if os.getuid() == 0:
            line = ["runuser", "-u", "postgres", "--", *line]
        done = subprocess.run(line, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def create(self) -> None:
        """Make the cluster."""
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        words = ["--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"]
        self.run("initdb", *words, "-D", "data")

    def start(self) -> None:
        """Start it; it accepts connections then."""
        options = f"-c listen_addresses='' -k {self.folder} -c fsync=off"
        self.run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def crash(self) -> None:
        """End it without a farewell, as a power failure does: the next start recovers from its log."""
        self.run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")


@contextmanager
def own_postgres(folder: Path) -> Iterator[OwnPostgres]:
    """A running cluster, which ends with the block."""
    # A path to a socket has at most 107 bytes, and the folder of a test may be private to its user.
    database = OwnPostgres(folder)
    database.create()
    database.start()
    try:
        yield database
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            database.crash()


@dataclass
class ServedSite:
    """A site that `manage.py serve` runs: its port, its folder, and what its processes log."""

    folder: Path
    environment: dict[str, str]
    port: int = 0
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        """What it wrote to its standard error."""
        return self.folder / "log"

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *words: str) -> str:
        """Run a command with the settings of the site; what it printed."""
        line = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            line, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=180, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def get(self, address: str, **headers: str) -> tuple[int, str]:
        """Ask for a page: status and text; status 0 if nobody answers."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            try:
                connection.request("GET", address, headers=headers)
                answer = connection.getresponse()
                return answer.status, answer.read().decode()
            except (OSError, http.client.HTTPException):
                return 0, ""

    def children(self, parent: int) -> list[int]:
        """The ids of the processes that a process has started."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                words = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            if int(words[1]) == parent and words[0] != "Z":
                found.append(int(stat.parent.name))
        return sorted(found)

    def web_servers(self) -> list[int]:
        """The id of gunicorn's first process, and those of the others."""
        assert self.process
        first = next(
            one
            for one in self.children(self.process.pid)
            if b"gunicorn" in Path(f"/proc/{one}/cmdline").read_bytes()
        )  # fmt: skip
        return [first, *self.children(first)]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served_site(folder: Path, **settings: str) -> Iterator[ServedSite]:
    """A migrated demo site without content, answering requests until the block ends."""
    folder.mkdir(exist_ok=True)
    (folder / "fonts").symlink_to(font_files()[0].parent)
    environment = {"PATH": os.environ["PATH"], "PERFBUDGET_MODE": "demo", "PERFBUDGET_VAR": str(folder), **settings}
    site = ServedSite(folder, environment)
    site.manage("migrate", "--verbosity", "0")
    site.manage("collectstatic", "--noinput", "--verbosity", "0")
    site.port = free_port()
    line = [sys.executable, "manage.py", "serve", "--port", str(site.port)]
    with ExitStack() as stack:
        log = stack.enter_context(site.log.open("w"))
        site.process = stack.enter_context(
            subprocess.Popen(line, cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, stderr=log, text=True)
        )
        try:
            assert site.process.stdout
            assert site.process.stdout.readline().startswith("perfbudget is at")
            yield site
        finally:
            site.process.send_signal(signal.SIGTERM)
            site.process.communicate(timeout=60)
