"""What people answer to findings: requests to be let off, waivers, and mends taken over with one click."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from filings.models import Person
from filings.services.access import Refused
from filings.services.mending import mend
from filings.services.replies import ask_waiver, decline, give_reasons, waive
from filings.views.common import filing_or_404, person_of, posted_reasons, posted_text, signed_in


def _mend(person: Person, filing_pk: int, code: str, path: str, _text: str) -> None:
    mend(person, filing_pk, code, path)


ACTIONS: dict[str, tuple[Callable[[Person, int, str, str, str], None], str]] = {
    "ask": (ask_waiver, "已申请豁免，财政局审核人会答复。"),
    "waive": (waive, "已豁免，理由已记入日志。"),
    "decline": (decline, "已答复：不予豁免。"),
    "mend": (_mend, "已按建议修改，可在本格继续改。"),
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
            give_reasons(person_of(request), filing.pk, reasons)
        act(person_of(request), filing.pk, code, path, _words(request))
        messages.success(request, done)
    except Refused as refusal:
        messages.error(request, str(refusal))
    page = "submit" if request.POST.get("back") == "submit" else "sheet"
    return redirect(page, filing.ref)


def _words(request: HttpRequest) -> str:
    return posted_text(request, "text") if "text" in request.POST else ""
