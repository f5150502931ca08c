"""消息: what others did that concerns the person, and what of it is still to be done."""

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

from filings.services.notices import Notice, Notices, has_notices, mark_seen
from filings.services.workflow import ACTION_LABELS
from filings.views.common import current_person, render_page, request_time, signed_in

PER_PAGE = 30
WORDS = {**ACTION_LABELS, "remind": "催办"}
"""What somebody did, in the words of the log."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """The notices, newest first. Opening the page changes nothing: 全部已读 marks what the page showed as seen."""
    person = current_person(request)
    if not has_notices(person):
        raise Http404
    if request.method == "POST":
        if moment := _moment(request.POST.get("until", "")):
            mark_seen(person, moment, request_time(request))
        return redirect("notices")
    show = "todo" if request.GET.get("show") == "todo" else "all"
    opened = request_time(request)
    every = Notices(person, to_do=show == "todo")
    shown = Paginator(cast(Sequence[Notice], every), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "shown": shown,
        "rows": [(notice, WORDS[notice.action]) for notice in shown],
        "show": show,
        "to_do": every.open_count(),
        "until": opened.isoformat(),
    }
    return render_page(request, "filings/notices.html", context)


def _moment(text: str) -> datetime | None:
    """The moment of the page that was looked at, if it can be read."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None
