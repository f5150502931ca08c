"""Helpers that all views share: access to a filing, posted values, refusals as messages, page rendering."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from filings.models import Cycle, Filing, Membership, Person, Role
from filings.services.access import memberships
from filings.services.errors import BrokenRulesError, Refused, TextRefused
from filings.services.locking import visible_filing
from filings.services.notices import MANY, has_notices, unread_count
from filings.services.text_limits import LIMITS
from filings.sheet.document import MAX_CELL_LENGTH, text_error
from filings.views.caching import no_store
from filings.views.login_carryover import login_with_carryover
from indicators.number import parse_digits

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]

TEXT_SIZE = "text-size"
"""Name of the cookie of the large-text switch."""


def is_json_request(request: HttpRequest) -> bool:
    """True if a page's script sent the request, which expects JSON instead of a page."""
    return request.headers.get("accept", "").startswith("application/json")


def signed_in(view: View) -> View:
    """Decorator: the view is for people who are logged in.

    Others are redirected to the log-in page; a script gets 401. What an expired session posted goes through the
    log-in page in hidden fields, so that it can still be saved. A posted text that the view refuses is shown again in
    a form that posts it to the same address (409), unless the view shows it in its own. Where a stored profile or
    layout cannot be read, the answer says which (503).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            try:
                return view(request, *args, **kwargs)
            except TextRefused as refusal:
                return _refused_texts(request, str(refusal), *args, **kwargs)
            except BrokenRulesError as error:
                return _broken_rules_response(request, error)
        if is_json_request(request):
            return refused_json(Refused("logged_out"), 401)
        if request.method == "POST":
            return login_with_carryover(request)
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)

    return guarded


WRITTEN_TEXTS = {"text": "您写的内容", "words": "意见", "answer": "答复", "title": "应报表名称"}
"""The posted fields that hold free texts, with their labels; reasons (`reason-C35:indicators.value`) are others."""


def _refused_texts(request: HttpRequest, message: str, ref: str = "", *_args: Any, **_kwargs: Any) -> HttpResponse:
    """The page on which a refused text can be mended and posted again, with the other posted fields as they were."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    texts = [
        (name, WRITTEN_TEXTS.get(name, "理由"), value)
        for name, value in fields
        if (name in WRITTEN_TEXTS or name.startswith("reason-")) and value.strip()
    ]
    shown = {"csrfmiddlewaretoken", *(name for name, _, _ in texts)}
    context = {
        "message": message,
        "texts": texts,
        "other_fields": [field for field in fields if field[0] not in shown],
        "back": f"/filings/{ref}/" if ref else "/",
    }
    return render_page(request, "filings/refused_texts.html", context, 409)


def _broken_rules_response(request: HttpRequest, error: BrokenRulesError) -> HttpResponse:
    """The page in place of one that needs a profile or layout that cannot be read, with what was posted (503)."""
    logger.error("cannot be read: %s", error.address)
    if is_json_request(request):
        return JsonResponse({"error": error.notice}, status=503)
    names = [name for name in request.POST if name != "csrfmiddlewaretoken"]
    posted = [text for name in names for text in request.POST.getlist(name) if text.strip()]
    return render_page(request, "filings/broken_rules.html", {"broken_rules": [error], "posted": posted}, 503)


def current_person(request: HttpRequest) -> Person:
    """The person who is logged in. Only for views behind `signed_in`."""
    return cast(Person, request.user)


def admin_memberships(person: Person) -> list[Membership]:
    """The memberships that make the person an admin of a jurisdiction."""
    return [membership for membership in memberships(person) if membership.role == Role.ADMIN]


def filing_or_404(request: HttpRequest, ref: str) -> Filing:
    """The filing with this reference. Raises Http404 if it does not exist or the person may not see it."""
    try:
        return visible_filing(current_person(request), ref)
    except Filing.DoesNotExist as error:
        raise Http404 from error


def posted_number(request: HttpRequest, name: str) -> int:
    """A posted number such as a primary key; 0, which no row has, for anything else."""
    return parse_digits(request.POST.get(name, "")) or 0


def posted_version(request: HttpRequest) -> int | None:
    """The version of the filing that the page showed; None if it was not posted or is no number."""
    return parse_digits(request.POST.get("version", ""))


def posted_text(request: HttpRequest, name: str) -> str:
    """A posted text without leading and trailing blanks. Raises TextRefused if it could not be stored or printed.

    Line ends are as they are stored and counted: browsers send two characters for each.
    """
    text = request.POST.get(name, "").replace("\r\n", "\n").strip()
    match text_error(text):
        case "text_too_long":
            raise TextRefused("text_too_long", length=len(text), most=MAX_CELL_LENGTH)
        case "text_unprintable":
            raise TextRefused("text_unprintable")
    return text


def posted_reasons(request: HttpRequest) -> dict[str, str]:
    """The reasons typed on the check page, by the `group_key` that each answers. Raises Refused like `posted_text`."""
    names = [name for name in request.POST if name.startswith("reason-")]
    return {name.removeprefix("reason-"): posted_text(request, name) for name in names}


def refused_json(refusal: Refused, status: int) -> JsonResponse:
    """The answer to a page's script that was refused: `code`, on which the script branches, and `error`, the words."""
    return JsonResponse({"code": refusal.code, "error": str(refusal)}, status=status)


@contextmanager
def refused_as_message(request: HttpRequest) -> Iterator[None]:
    """Turns a Refused of the block into an error message on the next page; `signed_in` shows a refused text again."""
    try:
        yield
    except TextRefused:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))


def request_time(request: HttpRequest) -> datetime:
    """The time of the request. The clock is read once, so that one answer never sees both sides of a deadline."""
    now: datetime = request.__dict__.setdefault("_request_time", timezone.now())
    return now


def days_left(cycle: Cycle, now: datetime) -> int:
    """Whole days from `now` until the deadline, in calendar days of local time; negative when it has passed."""
    return (timezone.localdate(cycle.deadline) - timezone.localdate(now)).days


def render_page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a page, with the context that base.html needs. The response must not be stored by the browser.

    The header shows the deadline of `cycle`, or of the cycle of `filing`, if the context has one of them. Those of
    `broken_rules` are told above the page, to admins of their places with all reasons.
    """
    members = memberships(current_person(request)) if request.user.is_authenticated else []
    shared: dict[str, Any] = {"roles": {membership.role for membership in members}, "memberships": members}
    shared["text_limits"] = LIMITS
    if members and has_notices(current_person(request)):
        count = unread_count(current_person(request))
        shared["has_notices"], shared["unread_count"] = True, f"{MANY - 1}+" if count >= MANY else count
    shared["admin_places"] = {one.jurisdiction.code for one in members if one.role == Role.ADMIN}
    shared["large_text"] = request.COOKIES.get(TEXT_SIZE) == "large"
    cycle = context.get("cycle") or (context["filing"].cycle if "filing" in context else None)
    if cycle:
        shared["head_cycle"], shared["days_left"] = cycle, days_left(cycle, request_time(request))
    return no_store(render(request, template, {**shared, **context}, status=status))
