"""What the processes of the web server count, for Prometheus. No label names a person, a filing or an address.

gunicorn's processes share no memory, so each counts in files of its own in PROMETHEUS_MULTIPROC_DIR, which a scrape
adds up. The files belong to a place, not to a process: a new process continues those of one that has ended, so that
they stay as few as there are processes. Without that variable (tests, commands) a process counts for itself.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from prometheus_client import CollectorRegistry, Counter, Histogram, values
from prometheus_client.multiprocess import MultiProcessCollector

MOST_PROCESSES = 256
FILE_BYTES = 2**20
"""Bytes of each file of counts; a hundred pages with all their statuses need a quarter of it."""
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_claimed: dict[int, tuple[int, TextIO]] = {}


def _folder() -> str:
    return os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")


def _place() -> int:
    """The first place that no running process holds: its lock goes with the process, however that ends."""
    process = os.getpid()
    if process not in _claimed:
        for place in range(MOST_PROCESSES):
            file = (Path(_folder()) / f"{place}.lock").open("w")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                continue
            # gunicorn's first process claims a place before it splits off the others, which take their own.
            _claimed[process] = (place, file)
            write_count_files(Path(_folder()), place)
            break
    return _claimed[process][0]


def write_count_files(folder: Path, place: int) -> None:
    """Have the disk set the files of a place aside, with what they hold.

    They are written through memory: where a full disk cannot take a part of a file, the kernel ends the process.
    """
    for kind in ("counter", "histogram"):
        with suppress(OSError), (folder / f"{kind}_{place}.db").open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, FILE_BYTES)


if _folder():
    values.ValueClass = values.MultiProcessValue(process_identifier=_place)

REGISTRY = CollectorRegistry()
REQUESTS = Counter("perfbudget_requests", "Answered requests", ["view", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "perfbudget_request_seconds", "Time to answer a request", ["view"], buckets=_SECONDS, registry=REGISTRY
)  # fmt: skip
SAVES = Counter("perfbudget_saves", "Autosaves by result: saved, conflict, refused", ["result"], registry=REGISTRY)
FAILURES = Counter(
    "perfbudget_database_failures", "Requests that found the database away or busy", ["code"], registry=REGISTRY
)  # fmt: skip


def count_request(view: str, status: int, seconds: float) -> None:
    """Count an answered request."""
    REQUESTS.labels(view, str(status)).inc()
    SECONDS.labels(view).observe(seconds)


def count_save(result: str) -> None:
    """Count an autosave; `result` is saved, conflict or refused."""
    SAVES.labels(result).inc()


def count_unavailable(code: str) -> None:
    """Count a request that failed because of the database; `code` is that of its refusal."""
    FAILURES.labels(code).inc()


def process_counts() -> CollectorRegistry:
    """What all processes of the web server have counted."""
    if not _folder():
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry
