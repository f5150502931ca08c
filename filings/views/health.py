"""Addresses for machines: /healthz, /readyz and /metrics.

A middleware answers them, above all others: a probe names the host by its address, speaks plain HTTP, has no session,
and asks every few seconds. Nothing of a request but its address is looked at.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from prometheus_client import CollectorRegistry, generate_latest

from filings.services.health import QueueMetrics, broken_parts
from filings.views.caching import no_store
from filings.views.common import request_time
from filings.views.request_address import may_read_metrics
from perfbudget.metrics import process_counts
from perfbudget.stale_connections import close_stale_connections


class HealthMiddleware:
    """Answers probes, and passes on every other request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = _ANSWERS.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = answer(request)
        response["Content-Length"] = str(len(response.content))
        return no_store(response)


def _health(request: HttpRequest) -> HttpResponse:
    """GET /healthz: this process answers. It says nothing about the database."""
    return _text("ok\n")


def _readiness(request: HttpRequest) -> HttpResponse:
    """GET /readyz: pages can be answered; else 503 with the names of the failing parts."""
    close_stale_connections()
    failing = broken_parts()
    return _text(f"failing: {', '.join(failing)}\n", 503) if failing else _text("ok\n")


def _metrics(request: HttpRequest) -> HttpResponse:
    """GET /metrics for Prometheus, and for nobody but METRICS_ADDRESSES (404)."""
    if not may_read_metrics(request):
        return _text("not found\n", 404)
    close_stale_connections()
    work = CollectorRegistry()
    work.register(QueueMetrics(request_time(request)))
    body = generate_latest(process_counts()) + generate_latest(work)
    return HttpResponse(body, content_type="text/plain; version=0.0.4; charset=utf-8")


def _text(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


_ANSWERS = {"/healthz": _health, "/readyz": _readiness, "/metrics": _metrics}
