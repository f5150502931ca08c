"""Submission and review: the check page, transitions of the workflow, remarks and their answers, the log."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filings.models import Filing
from filings.services.checking import check_filing
from filings.services.errors import Refused, TextRefused
from filings.services.exports import printable_filing
from filings.services.layouts import compiled_layout
from filings.services.remarks import add_remark, answer_remark, close_remark, delete_remark, open_remarks
from filings.services.review_queue import QueueFilters, QueuePosition, queue_position
from filings.services.workflow import (
    ACTION_LABELS,
    TRANSITIONS,
    SubmissionBlocked,
    apply_transition,
    submission_findings,
    submit_filing,
)
from filings.sheet.document import PATH, Path
from filings.views.common import (
    current_person,
    filing_or_404,
    posted_number,
    posted_reasons,
    posted_text,
    posted_version,
    refused_as_message,
    render_page,
    request_time,
    signed_in,
)
from filings.views.finding_lines import finding_lines
from filings.views.review_queue import queue_address, requested_filters, sheet_address
from filings.views.sheets import linked_findings, sheet_context

DONE = {
    "submit": "已送审。",
    "withdraw": "已撤回，可以继续修改。",
    "start_review": "已开始审核，填报人不能再撤回。",
    "return": "已退回填报单位。",
    "approve": "已审核通过。",
    "reopen": "已重新开放，填报单位可以修改。",
}
"""Message after a transition, by action."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, ref: str) -> HttpResponse:
    """The check page: the whole sheet with all that blocks its submission; POST submits it with the reasons typed.

    For all who see the filing; the service decides who may submit, and its refusal is shown as a message. GET of a
    filing that cannot be edited, such as a submitted one, redirects to the sheet.
    """
    filing = filing_or_404(request, ref)
    if request.method == "POST":
        return _submit(request, filing)
    if not filing.editable:
        return redirect("sheet", filing.ref)
    check = check_filing(filing)
    findings = submission_findings(filing, check)
    printable = printable_filing(filing, check.subject.document)
    context = sheet_context(request, filing, printable, findings)
    linked = linked_findings(filing, printable, findings, context["may_edit"])
    errors = [(item, link) for item, link in linked if item.blocks]
    warnings = [(item, link) for item, link in linked if item.finding.severity == "warning" and not item.is_waived]
    more = {
        "errors": finding_lines(errors),
        "error_count": len(errors),
        "warnings": finding_lines(warnings),
        "unexplained_count": sum(item.is_missing_reason for item in findings),
    }
    return render_page(request, "filings/submit.html", {**context, **more})


def _submit(request: HttpRequest, filing: Filing) -> HttpResponse:
    try:
        submit_filing(
            current_person(request),
            filing.pk,
            version=posted_version(request),
            reasons=posted_reasons(request),
            now=request_time(request),
        )
    except SubmissionBlocked as refusal:
        messages.error(request, str(refusal))
        return redirect("submit", filing.ref)
    except TextRefused:  # nothing is stored yet
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("sheet", filing.ref)
    return redirect("receipt", filing.ref)


@signed_in
@require_safe
def receipt(request: HttpRequest, ref: str) -> HttpResponse:
    """GET: the receipt of the latest submission, for all who see the filing. 404 if it was never submitted."""
    filing = filing_or_404(request, ref)
    revision = filing.revisions.select_related("person").order_by("-number").first()
    if revision is None:
        raise Http404
    return render_page(request, "filings/receipt.html", {"filing": filing, "revision": revision})


@signed_in
@require_POST
def transition(request: HttpRequest, ref: str, action: str) -> HttpResponse:
    """POST a transition of the workflow other than submission; 404 for an unknown one.

    Who may do it is up to the service, whose refusal is shown as a message on the sheet. After a decision the reviewer
    goes on to the next sheet of the queue that the sheet was opened from.
    """
    filing = filing_or_404(request, ref)
    if action not in TRANSITIONS or action == "submit":
        raise Http404
    filters = requested_filters(request)
    # Before the transition: afterwards the filing may not be in the queue any more.
    position = queue_position(current_person(request), filters, filing) if filters else None
    try:
        _apply_transition(request, filing, action)
    except TextRefused:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("submit" if isinstance(refusal, SubmissionBlocked) else "sheet", filing.ref)
    messages.success(request, DONE[action])
    if action in ("return", "approve"):
        return redirect(_next_address(filters, position))
    return redirect(sheet_address(filing.ref, filters))


def _apply_transition(request: HttpRequest, filing: Filing, action: str) -> None:
    words = posted_text(request, "words")
    # A return needs words; remarks on cells are enough.
    if action == "return" and not words and (remarks := open_remarks(filing)):
        words = f"见单元格意见 {len(remarks)} 条。"
    apply_transition(
        current_person(request),
        filing.pk,
        action,
        version=posted_version(request),
        words=words,
        now=request_time(request),
    )


def _next_address(filters: QueueFilters | None, position: QueuePosition | None) -> str:
    """The address of the next sheet of the queue, else of the previous one, else of the queue itself."""
    following = (position.after or position.before) if position else ""
    return sheet_address(following, filters) if filters and following else queue_address(filters)


@signed_in
@require_POST
def remark(request: HttpRequest, ref: str) -> HttpResponse:
    """POST a remark on a cell, or `drop`, `close` or `reopen` one; then back to the remarks of the sheet.

    Who may do it is up to the services, whose refusals are shown as messages.
    """
    filing = filing_or_404(request, ref)
    with refused_as_message(request):
        messages.success(request, _change_remarks(request, filing))
    return redirect(sheet_address(filing.ref, requested_filters(request)) + "#remarks")


def _change_remarks(request: HttpRequest, filing: Filing) -> str:
    """Do what was posted; the message about it. Raises Refused."""
    person = current_person(request)
    if "drop" in request.POST:
        delete_remark(person, filing.pk, posted_number(request, "drop"))
        return "意见已删除。"
    if "close" in request.POST:
        close_remark(person, filing.pk, posted_number(request, "close"))
        return "意见已关闭。"
    if "reopen" in request.POST:
        close_remark(person, filing.pk, posted_number(request, "reopen"), reopen=True)
        return "意见已重新打开。"
    path = _remark_path(filing, posted_text(request, "path"))
    add_remark(person, filing.pk, path, posted_text(request, "text"))
    return "意见已记下，退回时一并发给填报单位。"


def _remark_path(filing: Filing, address: str) -> str:
    """The address of a cell or table, or '' for the whole sheet. Raises Refused if the form has no such cell."""
    layout = compiled_layout(filing.layout)
    if address and address not in layout.tables and not (PATH.fullmatch(address) and layout.spec(Path.parse(address))):
        raise Refused("remark_on_unknown_cell")
    return address


@signed_in
@require_POST
def answer(request: HttpRequest, ref: str, remark_pk: int) -> HttpResponse:
    """POST the department's `answer` to a remark; a refusal of the service is shown as a message."""
    filing = filing_or_404(request, ref)
    with refused_as_message(request):
        answer_remark(current_person(request), filing.pk, remark_pk, posted_text(request, "answer"))
        messages.success(request, "答复已记下。")
    return redirect(sheet_address(filing.ref, None) + "#remarks")


@signed_in
@require_safe
def log(request: HttpRequest, ref: str) -> HttpResponse:
    """GET: all events of the filing in order, for all who see it."""
    filing = filing_or_404(request, ref)
    events = list(filing.events.select_related("person", "revision").order_by("id"))
    rows = [(event, ACTION_LABELS.get(event.action, event.action)) for event in events]
    return render_page(request, "filings/log.html", {"filing": filing, "events": rows})
