"""manage.py serve: run gunicorn and the worker of background tasks, and restart either when it ends."""

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

# Seconds. A child that ends sooner is restarted after growing pauses, so that a broken start does not fill the log.
# They stay short: the worker ends whenever the database is away, and shall be back soon after it.
STEADY = 10.0
LONGEST_PAUSE = 8.0
# Seconds until children are killed: gunicorn lets requests finish for 30 s, the worker its task.
PATIENCE = 40.0
# Whoever saves a cell waits for it; a packet is waited for by nobody. As in the systemd unit.
WORKER_NICENESS = 10


@dataclass
class ChildProcess:
    """A child process, to be restarted whenever it ends."""

    name: str
    command: list[str]
    niceness: int = 0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start the process in a process group of its own."""
        # So Ctrl-C in the terminal reaches only this command, which stops the children in order.
        self.process = subprocess.Popen(self.command, cwd=settings.BASE_DIR, process_group=0)  # noqa: S603
        os.setpriority(os.PRIO_PROCESS, self.process.pid, os.getpriority(os.PRIO_PROCESS, 0) + self.niceness)
        self.started = time.monotonic()

    def has_stopped(self) -> bool:
        """True if the process was started and has ended."""
        return self.process is not None and self.process.poll() is not None

    def plan_restart(self) -> float:
        """Schedule the next start; the seconds until then: none after a steady run, and doubled while starts fail."""
        steady = time.monotonic() - self.started > STEADY
        self.pause = 0.0 if steady else min(max(1.0, self.pause * 2), LONGEST_PAUSE)
        self.process, self.due = None, time.monotonic() + self.pause
        return self.pause


class Command(BaseCommand):
    """Runs the site until it is interrupted."""

    help = "Serves the site with gunicorn and runs background tasks; Ctrl-C stops both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")

    def handle(self, *args: Any, bind: str, port: int, **options: Any) -> None:
        self.stopping = False
        require_port(bind, port)
        # Packets whose worker was lost, as in a power failure, are requeued; old ones are removed.
        try:
            sweep_packets(settings.PACKET_DAYS)
        except DatabaseError as error:
            self.stderr.write(f"packets were not looked after: {error}")
        connections.close_all()
        children = [
            ChildProcess("web server", web_command(bind, port)),
            ChildProcess("task worker", worker_command(), WORKER_NICENESS),
        ]
        # Before the first child starts: a signal in between would leave it running alone.
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

    def _watch(self, children: list[ChildProcess]) -> None:
        for child in children:
            if child.process is not None and child.has_stopped():
                code = child.process.returncode
                pause = child.plan_restart()
                self.stderr.write(f"{child.name} ended with {code}; starting it again in {pause:.0f} s")
            elif child.process is None and time.monotonic() >= child.due:
                child.start()


def web_command(bind: str, port: int) -> list[str]:
    """The command line of gunicorn."""
    address = f"[{bind}]:{port}" if ":" in bind else f"{bind}:{port}"
    return [sys.executable, "-m", "gunicorn", "--config", "python:perfbudget.web_server", "--bind", address]


def worker_command() -> list[str]:
    """The command line of the worker of background tasks."""
    manage = str(settings.BASE_DIR / "manage.py")
    return [sys.executable, manage, "db_worker", "--queue-name", "*", "--interval", "0.5"]


def require_port(bind: str, port: int) -> None:
    """Raises CommandError if the address and port cannot be bound."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise CommandError(f"cannot listen on {bind} port {port}: {reason}; try --port") from None


def is_port_open(host: str, port: int) -> bool:
    """True if something accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def stop_processes(children: list[ChildProcess]) -> None:
    """Send SIGTERM to all, wait up to PATIENCE seconds, and kill those that still run."""
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
