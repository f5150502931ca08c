"""Whether this installation can do its work, and how much waits: for probes and for Prometheus."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily, Metric

from filings.models import Packet
from filings.renderers.font_files import font_files
from perfbudget.release import release
from perfbudget.tasks import waiting_tasks

_migrated: list[bool] = []
"""Not empty once this process has seen that all its migrations are applied: they stay so."""


def broken_parts() -> list[str]:
    """Which of `database`, `migrations`, `fonts`, `folder` keep pages and papers from being made; [] if none."""
    parts: dict[str, Callable[[], bool]] = {"fonts": _has_fonts, "folder": _is_folder_writable}
    if not _is_database_available():
        return ["database", *(name for name, works in parts.items() if not works())]
    return [name for name, works in {"migrations": _is_migrated, **parts}.items() if not works()]


def _is_database_available() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        connection.close()  # a broken connection must not be found by the next request
        return False
    return True


def _is_migrated() -> bool:
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.append(True)
    return True


def _has_fonts() -> bool:
    return all(path.is_file() for path in font_files())


def _is_folder_writable() -> bool:
    """Not only allowed: a full or read-only disk refuses a file, whoever asks."""
    try:
        with tempfile.TemporaryFile(dir=settings.VAR_DIR) as file:
            file.write(b"0" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


class QueueMetrics:
    """What waits in the database at the moment of a scrape, in the form that Prometheus' client collects."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """The release, whether the database answers, and if so what waits in it."""
        build = GaugeMetricFamily("perfbudget_build_info", "The release that runs", labels=["version"])
        build.add_metric([release()], 1)
        yield build
        available = _is_database_available()
        yield GaugeMetricFamily("perfbudget_database_up", "1 if the database answers", value=available)
        if available:
            yield from _waiting_work(self.now)


def _waiting_work(now: datetime) -> Iterator[Metric]:
    count, oldest = waiting_tasks()
    age = (now - oldest).total_seconds() if oldest else 0
    yield GaugeMetricFamily("perfbudget_tasks_waiting", "Background tasks that no worker has taken yet", value=count)
    yield GaugeMetricFamily("perfbudget_tasks_oldest_seconds", "How long the oldest of them has waited", value=age)
    packets = GaugeMetricFamily("perfbudget_packets", "Packets by status", labels=["status"])
    found = dict(Packet.objects.values_list("status").annotate(Count("pk")).order_by())
    for status in Packet.Status.values:
        packets.add_metric([status], found.get(status, 0))
    yield packets
