"""Closes connections that the database has dropped while nobody used them: the next query opens new ones.

Django's own check (CONN_HEALTH_CHECKS) sends a query before each request. A server that ends, crashes or fails over
closes its sockets, and looking whether there is something to read on ours costs microseconds and no round trip.
"""

from __future__ import annotations

import select
from typing import Any

from django.db import connections


def close_stale_connections() -> None:
    """Close this thread's idle PostgreSQL connections whose other end is gone."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "postgresql" or connection.in_atomic_block or connection.connection is None:
            continue
        if _is_stale(connection.connection):
            connection.close()


def _is_stale(driver: Any) -> bool:
    """Whether an idle connection has something to read: its end, or the server's farewell. Either way nothing is lost
    by a new connection.
    """
    if driver.closed:
        return True
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return bool(poll.poll(0))
