"""The reviewer's opinion by criteria."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from filings.models import WITH_BUREAU, Filing, Role
from filings.renderers.letter import render_letter
from filings.renderers.opinion_form import opinion_form
from filings.services.access import roles_for
from filings.services.errors import Refused
from filings.services.exports import CONTENT_TYPES
from filings.services.layouts import cycle_profile
from filings.services.opinions import criterion_assessments, latest_opinion, opinion_revision, save_opinion
from filings.services.replies import current_findings
from filings.services.verification import revision_code
from filings.views.common import current_person, filing_or_404, posted_text, render_page, signed_in
from filings.views.downloads import download_response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, ref: str) -> HttpResponse:
    """Grades and words by criterion; read by all who see the sheet, written by a reviewer while it is in review."""
    filing = filing_or_404(request, ref)
    revision = opinion_revision(filing)
    if revision is None:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            _keep(request, filing)
        except Refused as refusal:
            error = str(refusal)
        else:
            messages.success(request, "审核意见已保存。")
            return redirect("sheet", filing.ref)
    kept = latest_opinion(filing)
    current = kept if kept and kept.revision_id == revision.pk else None
    writing = Role.REVIEWER in roles_for(current_person(request), filing) and filing.state in WITH_BUREAU
    template = cycle_profile(filing.cycle).opinion
    begun = current.text if current else template.text.replace("{name}", filing.subject_name)
    told = criterion_assessments(filing, current_findings(filing), current) if writing else []
    overall = current.grade if current else "", begun
    posted = request.POST if request.method == "POST" else None
    context = {
        "filing": filing,
        "revision": revision,
        "kept": kept,
        "form": opinion_form(template.grades, told, overall, posted) if writing else None,
        "error": error,
    }
    return render_page(request, "filings/opinion.html", context, 409 if error else 200)


@signed_in
@require_safe
def opinion_letter(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The opinion as a letter to the office, as PDF."""
    filing = filing_or_404(request, ref)
    kept = latest_opinion(filing)
    if kept is None:
        raise Http404
    code = revision_code(kept.revision)
    context = {"filing": filing, "opinion": kept, "revision": kept.revision, "code": code}
    letter = render_letter(render_to_string("letters/opinion.html", context))
    name = f"审核意见书 {filing.subject_name}.pdf"
    return download_response(letter, CONTENT_TYPES["pdf"], name, plain=f"{filing.ref}-opinion.pdf")


def _keep(request: HttpRequest, filing: Filing) -> None:
    names = [criterion.name for criterion in cycle_profile(filing.cycle).opinion.criteria]
    criteria = {
        name: (request.POST.get(f"grade-{n}", ""), posted_text(request, f"words-{n}")) for n, name in enumerate(names)
    }
    save_opinion(
        current_person(request), filing.pk, criteria, request.POST.get("grade", ""), posted_text(request, "text")
    )
