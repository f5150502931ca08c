"""The answer to a request that failed: 503 while the database is away or busy, 500 for a mistake of ours.

Nothing here asks the database or the session: they may be what failed.
"""

from __future__ import annotations

import sys
from typing import cast

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.template.loader import render_to_string
from django.views import defaults

from filings.services.database_errors import unavailable_code
from filings.services.errors import Refused
from filings.views.caching import no_store
from filings.views.common import is_json_request, refused_json
from perfbudget.metrics import count_unavailable
from perfbudget.request_id import current_request_id

RETRY_SECONDS = 3
"""When a page that could not be answered asks again; its script waits longer when that fails too."""

_NOT_TEXTS = {"csrfmiddlewaretoken", "version", "do", "next", "operation", "kept_to"}


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: every error that a view, a template or a middleware let through ends here.

    It is called while the error is handled, so that the interpreter knows which one it is.
    """
    code = unavailable_code(sys.exc_info()[1])
    if code:
        return _unavailable(request, code)
    return HttpResponse(render_to_string("500.html", {"request_id": current_request_id()}), status=500)


def invalid_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler400`: also called where a session cannot be stored, which Django takes for a log-out."""
    reason = exception.__context__ if isinstance(exception, SessionInterrupted) else None
    code = unavailable_code(reason.__context__) if reason else ""
    return _unavailable(request, code) if code else cast(HttpResponse, defaults.bad_request(request, exception))


def _unavailable(request: HttpRequest, code: str) -> HttpResponse:
    """503 in the form that was asked for. What the request did before is stored or not: only asking again tells."""
    count_unavailable(code)
    if hasattr(request, "session"):
        # As if it were read already: its middleware would ask the database once more, and wait once more. What it does
        # not have is not lost, since sessions are not stored with an answer of 500 or more.
        request.session._session_cache = {}  # type: ignore[attr-defined]  # noqa: SLF001 - no public name for it
    refusal = _refusal(code)
    response = refused_json(refusal, 503) if is_json_request(request) else _unavailable_page(request, refusal)
    response["Retry-After"] = str(RETRY_SECONDS)
    return no_store(response)


def _refusal(code: str) -> Refused:
    match code:
        case "database_busy":
            return Refused("database_busy")
        case "disk_full":
            return Refused("disk_full")
    return Refused("database_away")


def _unavailable_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A page that loads itself again; what was posted is shown instead, because it must not be posted twice unseen."""
    is_repeatable = request.method in ("GET", "HEAD")
    context = {
        "message": str(refusal),
        "seconds": RETRY_SECONDS if is_repeatable else None,
        "posted": [] if is_repeatable else _posted_texts(request),
    }
    return HttpResponse(render_to_string("503.html", context), status=503)


def _posted_texts(request: HttpRequest) -> list[str]:
    """What a person wrote into the form, without passwords; nothing where it cannot be read (any more)."""
    try:
        fields = list(request.POST.lists())
    except (OSError, SuspiciousOperation, MultiPartParserError, RawPostDataException):
        return []
    names = {name for name, _ in fields if name not in _NOT_TEXTS and "password" not in name}
    return [text for name, texts in fields if name in names for text in texts if text.strip()]
