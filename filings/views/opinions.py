"""The reviewer's opinion on a submission, by criteria, and its letter."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from filings.models import WITH_BUREAU, Filing, Opinion, Revision, Role
from filings.renderers.letter import render_letter
from filings.renderers.opinion_form import opinion_form
from filings.services.access import roles_for
from filings.services.errors import Refused
from filings.services.exports import CONTENT_TYPES
from filings.services.finding_replies import current_findings
from filings.services.layouts import cycle_profile
from filings.services.opinions import criterion_assessments, last_opinion, opinion_revision, save_opinion
from filings.services.text_limits import DECISION_LIMIT
from filings.services.verification import revision_code
from filings.views.common import current_person, filing_or_404, posted_text, render_page, signed_in
from filings.views.downloads import download_response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, ref: str) -> HttpResponse:
    """The latest opinion: read by all who see the filing, written (POST) by a reviewer while it is in review.

    404 before the first submission. A refused post shows the form again with what was typed (409).
    """
    filing = filing_or_404(request, ref)
    revision = opinion_revision(filing)
    if revision is None:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            _save(request, filing)
        except Refused as refusal:
            error = str(refusal)
        else:
            messages.success(request, "审核意见已保存。")
            return redirect("sheet", filing.ref)
    latest = last_opinion(filing)
    is_writer = Role.REVIEWER in roles_for(current_person(request), filing) and filing.state in WITH_BUREAU
    context = {
        "filing": filing,
        "revision": revision,
        "latest": latest,
        "form": _form(request, filing, revision, latest) if is_writer else None,
        "error": error,
    }
    return render_page(request, "filings/opinion.html", context, 409 if error else 200)


def _form(request: HttpRequest, filing: Filing, revision: Revision, latest: Opinion | None) -> forms.Form:
    """The form, filled with the opinion on this revision, else with texts made from the findings."""
    current = latest if latest and latest.revision_id == revision.pk else None
    template = cycle_profile(filing.cycle).opinion
    text = current.text if current else template.text.replace("{name}", filing.subject_name)
    assessments = criterion_assessments(filing, current_findings(filing), current)
    posted = request.POST if request.method == "POST" else None
    overall = (current.grade if current else "", text)
    return opinion_form(template.grades, assessments, overall, posted, limit=DECISION_LIMIT)


def _save(request: HttpRequest, filing: Filing) -> None:
    names = [criterion.name for criterion in cycle_profile(filing.cycle).opinion.criteria]
    criteria = {
        name: (request.POST.get(f"grade-{n}", ""), posted_text(request, f"words-{n}")) for n, name in enumerate(names)
    }
    save_opinion(
        current_person(request), filing.pk, criteria, request.POST.get("grade", ""), posted_text(request, "text")
    )


@signed_in
@require_safe
def opinion_letter(request: HttpRequest, ref: str) -> HttpResponseBase:
    """GET, for all who see the filing: the latest opinion as a PDF letter to the department. 404 without one."""
    filing = filing_or_404(request, ref)
    latest = last_opinion(filing)
    if latest is None:
        raise Http404
    code = revision_code(latest.revision)
    context = {"filing": filing, "opinion": latest, "revision": latest.revision, "code": code}
    letter = render_letter(render_to_string("letters/opinion.html", context))
    name = f"审核意见书 {filing.subject_name}.pdf"
    return download_response(letter, CONTENT_TYPES["pdf"], name, plain=f"{filing.ref}-opinion.pdf")
