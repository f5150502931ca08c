"""What every page needs: who asks, for which filing, and an answer that fits how it was asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from filings.models import Cycle, Filing, Person
from filings.services.access import memberships
from filings.services.errors import Refused
from filings.services.notices import MANY, has_notices, unread_count
from filings.sheet.document import text_error
from filings.views.login_carryover import login_with_carryover
from indicators.number import parse_digits

View = Callable[..., HttpResponseBase]


def is_json_request(request: HttpRequest) -> bool:
    """Whether the page's script asks, not a person's browser."""
    return request.headers.get("accept", "").startswith("application/json")


def signed_in(view: View) -> View:
    """For people with an account; what an expired session posted is kept through the log-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if is_json_request(request):
            return JsonResponse({"error": "登录已过期，请重新登录后继续。"}, status=401)
        if request.method == "POST":
            return login_with_carryover(request)
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)

    return guarded


def current_person(request: HttpRequest) -> Person:
    """The person who asks."""
    return cast(Person, request.user)


def posted_number(request: HttpRequest, name: str) -> int:
    """A posted number such as a primary key; 0, which no row has, for anything else."""
    return parse_digits(request.POST.get(name, "")) or 0


def posted_text(request: HttpRequest, name: str) -> str:
    """A posted text without outer blanks. Raises Refused for one that could not be stored or printed."""
    text = request.POST.get(name, "").strip()
    if fault := text_error(text):
        raise Refused(fault)
    return text


def posted_reasons(request: HttpRequest) -> dict[str, str]:
    """The typed reasons by check code."""
    names = [name for name in request.POST if name.startswith("reason-")]
    return {name.removeprefix("reason-"): posted_text(request, name) for name in names}


TEXT_SIZE = "text-size"
"""The cookie of the large-text switch."""


def filing_or_404(request: HttpRequest, ref: str) -> Filing:
    """The filing of a reference, if this person may see it; for a stranger it does not exist."""
    query = Filing.objects.visible_to(current_person(request)).with_parts()
    filing = query.filter(ref=ref).first()
    if filing is None:
        raise Http404
    return filing


def request_time(request: HttpRequest) -> datetime:
    """The time of the request. The clock is read once, so that one answer never sees two sides of a deadline."""
    now: datetime = request.__dict__.setdefault("_request_time", timezone.now())
    return now


def days_left(cycle: Cycle, now: datetime) -> int:
    """Whole days from `now` until the deadline, by the calendar of the place; negative when it has passed."""
    return (timezone.localdate(cycle.deadline) - timezone.localdate(now)).days


def render_page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page with the head that all pages share."""
    members = memberships(current_person(request)) if request.user.is_authenticated else []
    shared: dict[str, Any] = {"roles": {member.role for member in members}, "memberships": members}
    if members and has_notices(current_person(request)):
        count = unread_count(current_person(request))
        shared["has_notices"], shared["unread"] = True, f"{MANY - 1}+" if count >= MANY else count
    shared["large"] = request.COOKIES.get(TEXT_SIZE) == "large"
    cycle = context.get("cycle") or (context["filing"].cycle if "filing" in context else None)
    if cycle:
        shared["head_cycle"], shared["days_left"] = cycle, days_left(cycle, request_time(request))
    response = render(request, template, {**shared, **context}, status=status)
    # Content of a filing is not kept on shared office computers.
    response["Cache-Control"] = "no-store"
    return response
