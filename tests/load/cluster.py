"""A throw-away PostgreSQL as durable as that of a bureau, unlike .ci/with-postgres: what it acknowledges is on disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.load.processes import family, kill

DURABLE: Mapping[str, str] = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class PostgresMissing(Exception):
    """PostgreSQL is not installed on this machine."""


def find_programs() -> Path:
    """The folder of initdb and pg_ctl of the newest PostgreSQL. Raises PostgresMissing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise PostgresMissing("PostgreSQL is not installed (apt-get install postgresql)")
    return found[-1].parent


class Cluster:
    """A cluster of its own in a temporary folder, reached by a socket there: no port of the machine.

    `more` are further settings of the server. With `data` its data lie there: an empty folder, such as a small disk.
    """

    def __init__(self, more: Mapping[str, str] | None = None, data: Path | None = None) -> None:
        self.programs = find_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="perfbudget-load-"))
        self.data = data or self.folder / "data"
        self.settings = {**DURABLE, "listen_addresses": "''", **(more or {})}
        self._own(self.folder)
        if data:
            self._own(data)
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D", str(self.data))

    @property
    def url(self) -> str:
        """What DATABASE_URL has to be."""
        return f"postgresql://postgres@{str(self.folder).replace('/', '%2F')}/postgres"

    def start(self) -> None:
        """Start the server and wait until it answers.

        Tried again while processes of a killed one still hold its memory; raises RuntimeError, with the
        end of its log, after a minute.
        """
        words = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        options = f"-k {self.folder} {words}"
        deadline = time.monotonic() + 60
        while True:
            done = self._run("pg_ctl", "-D", str(self.data), "-w", "-l", f"{self.folder}/log", "-o", options, "start")
            if done:
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start:\n{self.log_end()}")
            time.sleep(0.2)

    def restart(self) -> None:
        """An orderly restart, which ends the sessions that are open."""
        self.stop("fast")
        self.start()

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server; `fast` in order, `immediate` without a checkpoint."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def kill(self) -> None:
        """SIGKILL to the postmaster and all its children at once. Its pid file stays: the next start looks at it."""
        kill(family(self.pid))

    @property
    def pid(self) -> int:
        """The process id of the postmaster."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def log_end(self) -> str:
        """The last lines of the server's log."""
        log = self.folder / "log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-20:]) if log.exists() else ""

    def remove(self) -> None:
        """Stop the server and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _own(self, folder: Path) -> None:
        """PostgreSQL refuses to run as root; its package made a user for it."""
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")

    def _run(self, program: str, *words: str) -> bool:
        owner = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        command = [*owner, str(self.programs / program), *words]
        return subprocess.run(command, cwd=self.folder, capture_output=True, check=False).returncode == 0
