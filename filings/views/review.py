"""Sending in and deciding: the check page before submission, the steps of the workflow, remarks, the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filings.checks import RULES, Rule
from filings.models import Filing
from filings.services.checking import check_filing
from filings.services.errors import Refused
from filings.services.exports import printable_filing
from filings.services.layouts import compiled_layout
from filings.services.remarks import add_remark, answer_remark, close_remark, delete_remark, open_remarks
from filings.services.replies import FindingReplies
from filings.services.review_queue import queue_position
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
    render_page,
    request_time,
    signed_in,
)
from filings.views.review_queue import queue_address, requested_filters
from filings.views.sheets import sheet_context
from indicators.number import parse_digits

DONE = {
    "submit": "已送审。",
    "withdraw": "已撤回，可以继续修改。",
    "start_review": "已开始审核，填报人不能再撤回。",
    "return": "已退回填报单位。",
    "approve": "已审核通过。",
    "reopen": "已重新开放，填报单位可以修改。",
}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, ref: str) -> HttpResponse:
    """The whole sheet and all that blocks it; then the button that sends it in, once."""
    filing = filing_or_404(request, ref)
    if request.method == "POST":
        try:
            submit_filing(
                current_person(request),
                filing.pk,
                version=_version(request),
                reasons=posted_reasons(request),
                now=request_time(request),
            )
        except Refused as refusal:
            return _answer(request, filing, refusal)
        return redirect("receipt", filing.ref)
    if not filing.editable:
        return redirect("sheet", filing.ref)
    checked = check_filing(filing)
    findings = submission_findings(filing, checked)
    context = sheet_context(request, filing, printable_filing(filing, checked.subject.document), findings)
    links = {id(one): link for _, group in context["groups"] for one, link in group}  # type: ignore[attr-defined]
    more = {
        "errors": [(one, links[id(one)]) for one in findings if one.blocks],
        "asked": _by_code(findings, links),
        "unexplained": sum(one.is_unexplained for one in findings),
    }
    return render_page(request, "filings/submit.html", {**context, **more})


def _by_code(
    findings: Sequence[FindingReplies], links: Mapping[int, str]
) -> list[tuple[Rule, str, bool, list[tuple[FindingReplies, str]]]]:
    """The warnings by check: its rule, the reason given so far, whether one is still missing, the findings."""
    groups: dict[str, list[FindingReplies]] = {}
    for one in findings:
        if one.finding.severity == "warning" and not one.is_waived:
            groups.setdefault(one.finding.code, []).append(one)
    result = []
    for code, group in groups.items():
        text = next((one.reason.text for one in group if one.reason), "")
        missing = any(one.is_unexplained for one in group)
        result.append((RULES[code], text, missing, [(one, links[id(one)]) for one in group]))
    return result


def _version(request: HttpRequest) -> int | None:
    return parse_digits(request.POST.get("version", ""))


def _answer(request: HttpRequest, filing: Filing, refusal: Refused) -> HttpResponse:
    if isinstance(refusal, SubmissionBlocked):
        messages.error(request, str(refusal))
        return redirect("submit", filing.ref)
    messages.error(request, str(refusal))
    return redirect("sheet", filing.ref)


@signed_in
@require_safe
def receipt(request: HttpRequest, ref: str) -> HttpResponse:
    """The receipt of a submission: number, time, digest, what happens next."""
    filing = filing_or_404(request, ref)
    revision = filing.revisions.select_related("person").order_by("-number").first()
    if revision is None:
        raise Http404
    return render_page(request, "filings/receipt.html", {"filing": filing, "revision": revision})


@signed_in
@require_POST
def transition(request: HttpRequest, ref: str, action: str) -> HttpResponse:
    """One step of the workflow other than sending in."""
    filing = filing_or_404(request, ref)
    if action not in TRANSITIONS or action == "submit":
        raise Http404
    wanted = requested_filters(request)
    around = queue_position(current_person(request), wanted, filing) if wanted else None
    try:
        words = posted_text(request, "words")
        if action == "return" and (open_ := open_remarks(filing)) and not words:
            words = f"见单元格意见 {len(open_)} 条。"
        apply_transition(
            current_person(request),
            filing.pk,
            action,
            version=_version(request),
            words=words,
            now=request_time(request),
        )
    except Refused as refusal:
        return _answer(request, filing, refusal)
    messages.success(request, DONE[action])
    if action not in ("return", "approve"):
        return redirect(f"/filings/{filing.ref}/" + (f"?{wanted.link_query}" if wanted else ""))
    # On to the next sheet of the queue that is being worked through.
    following = (around.after or around.before) if around else ""
    return redirect(f"/filings/{following}/?{wanted.link_query}" if wanted and following else queue_address(wanted))


@signed_in
@require_POST
def remark(request: HttpRequest, ref: str) -> HttpResponse:
    """A remark on a cell: put it, take one's own back, close one, or open it again."""
    filing, person = filing_or_404(request, ref), current_person(request)
    wanted = requested_filters(request)
    try:
        if "drop" in request.POST:
            delete_remark(person, filing.pk, posted_number(request, "drop"))
            messages.success(request, "意见已删除。")
        elif "close" in request.POST:
            close_remark(person, filing.pk, posted_number(request, "close"))
            messages.success(request, "意见已关闭。")
        elif "reopen" in request.POST:
            close_remark(person, filing.pk, posted_number(request, "reopen"), reopen=True)
            messages.success(request, "意见已重新打开。")
        else:
            path = _remark_path(filing, posted_text(request, "path"))
            add_remark(person, filing.pk, path, posted_text(request, "text"))
            messages.success(request, "意见已记下，退回时一并发给填报单位。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"/filings/{filing.ref}/{f'?{wanted.link_query}' if wanted else ''}#remarks")


def _remark_path(filing: Filing, address: str) -> str:
    """The address if the form has such a cell or table; '' is the whole sheet."""
    layout = compiled_layout(filing.layout)
    if address and address not in layout.tables and not (PATH.fullmatch(address) and layout.spec(Path.parse(address))):
        raise Refused("本表没有这个单元格，请在表中点选后再写意见。")
    return address


@signed_in
@require_POST
def answer(request: HttpRequest, ref: str, remark_pk: int) -> HttpResponse:
    """The clerk's answer to a remark."""
    filing = filing_or_404(request, ref)
    try:
        answer_remark(current_person(request), filing.pk, remark_pk, posted_text(request, "answer"))
        messages.success(request, "答复已记下。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"/filings/{filing.ref}/#remarks")


@signed_in
@require_safe
def log(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything that happened to the filing."""
    filing = filing_or_404(request, ref)
    events = list(filing.events.select_related("person", "revision").order_by("id"))
    rows = [(event, ACTION_LABELS.get(event.action, event.action)) for event in events]
    return render_page(request, "filings/log.html", {"filing": filing, "events": rows})
