"""消息: notices of what others did that concerns the person, and which of them still need action."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from filings.services.notices import Notice, Notices, has_notices, mark_read
from filings.services.workflow import ACTION_LABELS
from filings.views.common import current_person, render_page, request_time, signed_in

PER_PAGE = 30
WORDS = {**ACTION_LABELS, "remind": "催办"}
"""Labels of the actions, the same as in the log."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """The notices, newest first; `?show=todo`: only those that need action. 404 for people who get none.

    POST `until` marks the notices up to that time as read: the time at which the page was opened, so that a notice
    that arrived since stays unread. GET marks nothing.
    """
    person = current_person(request)
    if not has_notices(person):
        raise Http404
    if request.method == "POST":
        if until := _parse_time(request.POST.get("until", "")):
            mark_read(person, until, request_time(request))
        return redirect("notices")
    show = "todo" if request.GET.get("show") == "todo" else "all"
    selected = Notices(person, to_do=show == "todo")
    page = Paginator(cast(Sequence[Notice], selected), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(notice, WORDS[notice.action]) for notice in page],
        "show": show,
        "to_do_count": selected.open_count(),
        "until": request_time(request).isoformat(),
    }
    return render_page(request, "filings/notices.html", context)


def _parse_time(text: str) -> datetime | None:
    """The time with its zone; None for any other text."""
    try:
        time = parse_datetime(text)
    except ValueError:
        return None
    return time if time and timezone.is_aware(time) else None
