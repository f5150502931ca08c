"""附件: handing files in with a sheet, and fetching them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from filings.services.access import may_edit
from filings.services.attachments import (
    BEGINNINGS,
    LARGEST,
    MOST,
    add_attachment,
    attachment_path,
    delete_attachment,
    filing_attachments,
    missing_attachments,
    required_attachments,
)
from filings.services.errors import Refused
from filings.views.common import current_person, filing_or_404, render_page, signed_in
from filings.views.downloads import download_response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def attachments(request: HttpRequest, ref: str) -> HttpResponse:
    """The list, with a form to hand in more while the sheet is with its office."""
    filing, person = filing_or_404(request, ref), current_person(request)
    if request.method == "POST":
        try:
            _change(request, filing.pk)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("attachments", filing.ref)
    context = {
        "filing": filing,
        "attached": filing_attachments(filing),
        "asked": required_attachments(filing),
        "lacking": missing_attachments([filing]).get(filing.pk, []),
        "may_edit": may_edit(person, filing),
        "kinds": ",".join(BEGINNINGS),
        "largest": LARGEST // 1024 // 1024,
        "most": MOST,
    }
    return render_page(request, "filings/attachments.html", context)


def _change(request: HttpRequest, filing_pk: int) -> None:
    person = current_person(request)
    if "drop" in request.POST:
        delete_attachment(person, filing_pk, request.POST["drop"])
        messages.success(request, "附件已删除。")
        return
    files = request.FILES.getlist("file")
    if not files:
        raise Refused("请选择要上传的文件。")
    for file in files:
        add_attachment(person, filing_pk, request.POST.get("kind", ""), file)
    messages.success(request, f"已上传 {len(files)} 个文件。")


@signed_in
@require_safe
def attachment(request: HttpRequest, ref: str, attachment_ref: str) -> HttpResponseBase:
    """One file, as a download."""
    filing = filing_or_404(request, ref)
    found = filing.attachments.filter(ref=attachment_ref).first()
    if found is None or not attachment_path(found).is_file():
        raise Http404
    return download_response(attachment_path(found), "application/octet-stream", found.name, plain=found.ref)
