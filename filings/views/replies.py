"""What people answer to findings: requests to be let off, waivers, and mends taken over with one click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from filings.models import Person
from filings.services.errors import Refused
from filings.services.fixes import apply_fix
from filings.services.replies import decline_waiver, grant_waiver, request_waiver, save_reasons
from filings.views.common import current_person, filing_or_404, posted_reasons, posted_text, request_time, signed_in


def _fix(person: Person, filing_pk: int, code: str, path: str, _text: str, now: datetime) -> None:
    apply_fix(person, filing_pk, code, path, now)


ACTIONS: dict[str, tuple[Callable[[Person, int, str, str, str, datetime], None], str]] = {
    "ask": (request_waiver, "已申请豁免，财政局审核人会答复。"),
    "waive": (grant_waiver, "已豁免，理由已记入日志。"),
    "decline": (decline_waiver, "已答复：不予豁免。"),
    "mend": (_fix, "已按建议修改，可在本格继续改。"),
}


@signed_in
@require_POST
def reply(request: HttpRequest, ref: str, action: str) -> HttpResponse:
    """One answer to one finding, named by its check code and cell."""
    filing = filing_or_404(request, ref)
    if action not in ACTIONS:
        raise Http404
    act, done = ACTIONS[action]
    code, _, path = request.POST.get("finding", "").partition(":")
    try:
        # On the check page the reasons typed so far are posted with a mend: they are kept.
        if reasons := posted_reasons(request):
            save_reasons(current_person(request), filing.pk, reasons)
        act(current_person(request), filing.pk, code, path, _words(request), request_time(request))
        messages.success(request, done)
    except Refused as refusal:
        messages.error(request, str(refusal))
    page = "submit" if request.POST.get("back") == "submit" else "sheet"
    return redirect(page, filing.ref)


def _words(request: HttpRequest) -> str:
    return posted_text(request, "text") if "text" in request.POST else ""
