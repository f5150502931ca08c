"""Around every request: its id, one line in the log, its counts, and a look whether the database is still there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.core.signals import request_finished
from django.http import HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase

from filings.views.request_address import is_from_proxy
from perfbudget.metrics import count_request
from perfbudget.request_id import start_request, stop_request
from perfbudget.stale_connections import close_stale_connections

logger = logging.getLogger("filings.requests")

READ_BYTES = 2**16
MOST_UNREAD = 64 * 2**20
"""Bytes; as many as nginx lets through."""

# Not earlier: Django logs an answer of 404 or 500 after all middlewares.
request_finished.connect(stop_request)


class RequestMiddleware:
    """Below the static files, above all that asks the database.

    The log names the view, never the address: it holds references of filings, and searches.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        given = request.headers.get("x-request-id", "") if is_from_proxy(request) else ""
        found = start_request(given)
        close_stale_connections()
        response = self.get_response(request)
        if request.method == "POST":
            _read_to_end(request)
        response["X-Request-ID"] = found
        _record(request, response, time.perf_counter() - started)
        return response


def _read_to_end(request: HttpRequest) -> None:
    """Read what a view left unread of a body, such as that of an upload for which the disk has no room.

    Whoever still sends when the connection is closed is told that it was cut, and never sees the answer.
    """
    try:
        for _ in range(MOST_UNREAD // READ_BYTES):
            if not request.read(READ_BYTES):
                return
    except UnreadablePostError:
        return


def _record(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    view = request.resolver_match.view_name if request.resolver_match else "none"
    # A method is whatever a client writes: only those that mean something become part of a line.
    method = request.method if request.method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE") else "OTHER"
    count_request(view, response.status_code, seconds)
    logger.info(
        "%s %s %d %d ms", method, view, response.status_code, seconds * 1000,
        extra={"view": view, "status": response.status_code, "ms": round(seconds * 1000)},
    )  # fmt: skip
