"""附件: files attached to a filing: upload, delete, download."""

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
from filings.views.common import current_person, filing_or_404, refused_as_message, render_page, signed_in
from filings.views.downloads import download_response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def attachments(request: HttpRequest, ref: str) -> HttpResponse:
    """The attachments of a filing, for all who see it; POST uploads or deletes some.

    Only people who may edit the filing see the forms; the service refuses the others with a message.
    """
    filing, person = filing_or_404(request, ref), current_person(request)
    if request.method == "POST":
        with refused_as_message(request):
            _change(request, filing.pk)
        return redirect("attachments", filing.ref)
    context = {
        "filing": filing,
        "attachments": filing_attachments(filing),
        "required_kinds": required_attachments(filing),
        "missing_findings": missing_attachments([filing]).get(filing.pk, []),
        "may_edit": may_edit(person, filing),
        "accepted_types": ",".join(BEGINNINGS),
        "max_megabytes": LARGEST // 1024 // 1024,
        "max_files": MOST,
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
        raise Refused("file_not_chosen")
    for file in files:
        add_attachment(person, filing_pk, request.POST.get("kind", ""), file)
    messages.success(request, f"已上传 {len(files)} 个文件。")


@signed_in
@require_safe
def attachment(request: HttpRequest, ref: str, attachment_ref: str) -> HttpResponseBase:
    """GET: download one attachment, for all who see the filing. 404 if it was deleted or its file is gone."""
    filing = filing_or_404(request, ref)
    found = filing.attachments.filter(ref=attachment_ref).first()
    if found is None or not attachment_path(found).is_file():
        raise Http404
    return download_response(attachment_path(found), "application/octet-stream", found.name, plain=found.ref)
