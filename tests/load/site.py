"""The site that is measured: a folder, a database and `manage.py serve` of its own, with the settings of a bureau."""

from __future__ import annotations

import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.load.cluster import Cluster
from tests.load.processes import children_with, family, kill

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Server:
    """A process that serves HTTP on a port of this machine, with its output in a file."""

    command: Sequence[str]
    environment: Mapping[str, str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self, wait: float = 60.0) -> None:
        """Start it and wait until it answers. Raises RuntimeError with its last lines when it does not."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env={**os.environ, **self.environment}, stdout=output, stderr=output
            )
        deadline = time.monotonic() + wait
        while not is_answering(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the site does not start:\n{self.log_end()}")
            time.sleep(0.1)

    @property
    def pid(self) -> int:
        """The id of the process that was started."""
        assert self.process
        return self.process.pid

    def stop(self) -> None:
        """Stop it in order, and by force after 50 seconds."""
        if self.process is None:
            return
        everybody = family(self.pid)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(50)
        except subprocess.TimeoutExpired:
            kill(everybody)
            self.process.wait()

    def log_end(self) -> str:
        """The last lines that it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-25:])


def is_answering(port: int) -> bool:
    """Whether the site, and its database, answer a monitor."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Site:
    """A throw-away site in production mode, with everything in one temporary folder: nothing of `var/` is touched.

    `database` is `postgres` or `sqlite`; `more` are further settings of the PostgreSQL. `data` and `var` are empty
    folders for its data and for the site's files, where these should lie on disks of their own.
    """

    def __init__(
        self,
        database: str = "postgres",
        more: Mapping[str, str] | None = None,
        data: Path | None = None,
        var: Path | None = None,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="perfbudget-site-"))
        self.cluster = Cluster(more, data) if database == "postgres" else None
        self.var = var or self.folder / "var"
        self.var.mkdir(exist_ok=True)
        fonts = Path(os.environ.get("PERFBUDGET_VAR", ROOT / "var")) / "fonts"
        (self.var / "fonts").symlink_to(fonts.resolve())
        self.port = free_port()
        self.server = self._server("serve", "--bind", HOST, "--port", str(self.port))

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of this site."""
        url = self.cluster.url if self.cluster else f"sqlite:///{self.var / 'db.sqlite3'}"
        return {
            "PERFBUDGET_MODE": "production",
            "PERFBUDGET_HTTPS": "0",
            "PERFBUDGET_SECRET_KEY": self._key(),
            "PERFBUDGET_ALLOWED_HOSTS": HOST,
            "PERFBUDGET_VAR": str(self.var),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "perfbudget.settings",
            "PYTHONPATH": str(ROOT),
        }

    def prepare(self) -> None:
        """Start the database, and set up Django in this process for it. Once in a process."""
        if self.cluster:
            self.cluster.start()
        os.environ.update(self.environment)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)

    def start(self) -> None:
        """Start web server and task worker, as `manage.py serve` does."""
        from django.db import connections

        connections.close_all()
        self.server.start()

    def remove(self) -> None:
        """Stop everything and remove all folders."""
        self.server.stop()
        if self.cluster:
            self.cluster.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def arbiter(self) -> int:
        """The process id of gunicorn's arbiter; 0 while there is none."""
        return next(iter(children_with(self.server.pid, "gunicorn")), 0)

    @property
    def web_workers(self) -> list[int]:
        """The process ids of gunicorn's workers."""
        return [pid for pid in children_with(self.server.pid, "gunicorn") if pid != self.arbiter]

    @property
    def task_worker(self) -> int:
        """The process id of the worker of background tasks; 0 while there is none."""
        return next(iter(children_with(self.server.pid, "db_worker")), 0)

    def _server(self, *words: str) -> Server:
        return Server([sys.executable, "manage.py", *words], self.environment, self.port, self.folder / "site.log")

    def _key(self) -> str:
        path = self.folder / "key"
        if not path.exists():
            path.write_text(secrets.token_urlsafe(60))
        return path.read_text()
