"""Replies to findings: requests for a waiver, waivers granted or declined, and quick fixes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from filings.models import Person
from filings.services.finding_replies import grant_waiver, refuse_waiver, request_waiver, save_reasons
from filings.views.common import (
    current_person,
    filing_or_404,
    posted_reasons,
    posted_text,
    refused_as_message,
    request_time,
    signed_in,
)
from filings.views.fixes import fix, undo

ACTIONS: dict[str, tuple[Callable[[Person, int, str, str, str, datetime], None], str]] = {
    "ask": (request_waiver, "已申请豁免，财政局审核人会答复。"),
    "waive": (grant_waiver, "已豁免，理由已记入日志。"),
    "decline": (refuse_waiver, "已答复：不予豁免。"),
}
"""By action of the address: the service, and the message when it has succeeded."""


@signed_in
@require_POST
def reply(request: HttpRequest, ref: str, action: str) -> HttpResponse:
    """POST `finding` (CODE:PATH) and perhaps `text`: one reply to one finding; then back to the page it came from.

    The action `mend` applies the fix of the finding, `undo` takes the last one back (`views/fixes.py`). 404 for an
    unknown action or a filing that the person may not see; whether the person may reply is up to the service, whose
    refusal is shown as a message.
    """
    filing = filing_or_404(request, ref)
    if action == "undo":
        return undo(request, filing)
    if action == "mend":
        # The check page posts the reasons typed so far together with a quick fix: they must not get lost.
        with refused_as_message(request):
            if reasons := posted_reasons(request):
                save_reasons(current_person(request), filing.pk, reasons)
        return fix(request, filing)
    if action not in ACTIONS:
        raise Http404
    service, success_message = ACTIONS[action]
    code, _, path = request.POST.get("finding", "").partition(":")
    with refused_as_message(request):
        service(current_person(request), filing.pk, code, path, posted_text(request, "text"), request_time(request))
        messages.success(request, success_message)
    page = "submit" if request.POST.get("back") == "submit" else "sheet"
    return redirect(page, filing.ref)
