"""Runs the site: gunicorn and the worker of the background tasks, kept alive together."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections

from filings.services.packets import sweep_packets

WEB_PROCESSES = 2
# A child that dies sooner than this is waited for longer and longer, lest a broken start fill the log.
STEADY = 10.0
LONGEST_PAUSE = 30.0
# gunicorn lets requests in hand finish for 30 s, the worker its task.
PATIENCE = 40.0


@dataclass
class SupervisedProcess:
    """A process that is started again whenever it ends."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    due: float = field(default=0.0)

    def start(self) -> None:
        # A group of its own: Ctrl-C of the terminal reaches only us, and we stop children in good order.
        self.process = subprocess.Popen(self.command, cwd=settings.BASE_DIR, process_group=0)  # noqa: S603
        self.started = time.monotonic()

    def has_stopped(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def plan_restart(self) -> float:
        """Seconds until the next start."""
        steady = time.monotonic() - self.started > STEADY
        self.pause = 1.0 if steady else min(self.pause * 2, LONGEST_PAUSE)
        self.process, self.due = None, time.monotonic() + self.pause
        return self.pause


class Command(BaseCommand):
    help = "Serves the site with gunicorn and runs background tasks; Ctrl-C stops both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")

    def handle(self, *args: Any, bind: str, port: int, **options: Any) -> None:
        self.stopping = False
        require_free_port(bind, port)
        # Packets whose worker died with the machine go on, old ones go.
        try:
            sweep_packets(settings.PACKET_DAYS)
        except DatabaseError as error:
            self.stderr.write(f"packets were not looked after: {error}")
        connections.close_all()
        children = [
            SupervisedProcess("web server", web_command(bind, port)),
            SupervisedProcess("task worker", worker_command()),
        ]
        # Both before the first child: a signal in between must not leave it alone.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        try:
            for child in children:
                child.start()
            self._announce(bind, port)
            while not self.stopping:
                self._watch(children)
                time.sleep(0.3)
        finally:
            stop_processes(children)
        self.stdout.write("stopped")

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _announce(self, bind: str, port: int) -> None:
        host = "127.0.0.1" if bind in ("0.0.0.0", "::") else bind  # noqa: S104 - compared, not bound
        shown = f"[{host}]" if ":" in host else host
        for _ in range(100):
            if self.stopping:
                return
            if is_port_open(host, port):
                self.stdout.write(f"perfbudget is at http://{shown}:{port}/ (Ctrl-C stops it)")
                self.stdout.flush()
                return
            time.sleep(0.1)
        self.stderr.write("the web server has not answered for 10 s; still trying")

    def _watch(self, children: list[SupervisedProcess]) -> None:
        for child in children:
            if child.process is not None and child.has_stopped():
                code = child.process.returncode
                pause = child.plan_restart()
                self.stderr.write(f"{child.name} ended with {code}; starting it again in {pause:.0f} s")
            elif child.process is None and time.monotonic() >= child.due:
                child.start()


def web_command(bind: str, port: int) -> list[str]:
    address = f"[{bind}]:{port}" if ":" in bind else f"{bind}:{port}"
    return [
        *(sys.executable, "-m", "gunicorn", "perfbudget.wsgi:application"),
        *("--bind", address, "--workers", str(WEB_PROCESSES), "--worker-class", "sync"),
        # Lines of access would name people by their address; who did what is in the audit table.
        *("--log-level", "warning", "--no-control-socket"),
        # The sign of life of a worker is a file: in memory, a slow disk cannot make it look dead.
        *("--worker-tmp-dir", "/dev/shm" if os.access("/dev/shm", os.W_OK) else str(settings.VAR_DIR)),  # noqa: S108
        # Laying out pages leaves memory behind.
        *("--max-requests", "2000", "--max-requests-jitter", "200", "--timeout", "60"),
    ]


def worker_command() -> list[str]:
    manage = str(settings.BASE_DIR / "manage.py")
    return [sys.executable, manage, "db_worker", "--queue-name", "*", "--interval", "0.5"]


def require_free_port(bind: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise CommandError(f"cannot listen on {bind} port {port}: {reason}; try --port") from None


def is_port_open(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def stop_processes(children: list[SupervisedProcess]) -> None:
    """Ask all at once, wait for each, and end what does not listen."""
    running = [child.process for child in children if child.process is not None and not child.has_stopped()]
    for process in running:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
