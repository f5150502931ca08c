"""The review queue: tabs, filters and pages of filings, batch actions, and the presence of reviewers."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from filings.models import BUREAU_ROLES, Role
from filings.services.access import has_role, roles_for
from filings.services.batch import ACTIONS, batch_departments, preview_batch, run_batch
from filings.services.errors import Refused
from filings.services.review_queue import (
    FINDING_FILTERS,
    ORDERS,
    PAGE,
    QUEUES,
    QueueFilters,
    filter_choices,
    filter_queue,
    queue_counts,
    record_presence,
    remark_counts,
    reviewer_presence,
)
from filings.services.workflow import TRANSITIONS
from filings.views.common import current_person, filing_or_404, posted_text, render_page, request_time, signed_in

REMIND = "remind"
BATCHES = {
    "waiting": (("approve", "批量审核通过…"), ("return", "批量退回…")),
    "returned": ((REMIND, "催办填报单位…"),),
}
"""Actions on the ticked filings of a tab."""


@signed_in
@require_safe
def review_queue(request: HttpRequest, name: str) -> HttpResponse:
    """GET: one tab of the queue, filtered, sorted and paged, for the bureau; 404 for others and for unknown tabs."""
    person = current_person(request)
    if name not in QUEUES or not has_role(person, BUREAU_ROLES):
        raise Http404
    filters = QueueFilters.from_query(name, request.GET.dict())
    counts = queue_counts(person)
    page = Paginator(filter_queue(person, filters), PAGE).get_page(filters.page)
    filings = list(page)
    others, remarks = reviewer_presence(person, filings, request_time(request)), remark_counts(filings)
    context = {
        "tabs": [(key, label, counts[key]) for key, (label, _) in QUEUES.items()],
        "filters": filters,
        "page": page,
        "rows": [(filing, remarks.get(filing.pk, 0), others.get(filing.pk, [])) for filing in filings],
        "choices": filter_choices(person),
        "orders": [(key, label) for key, (label, _) in ORDERS.items()],
        "finding_filters": [(key, label) for key, (label, _) in FINDING_FILTERS.items()],
        "batch_actions": BATCHES.get(name, ()) if has_role(person, [Role.REVIEWER]) else (),
    }
    return render_page(request, "filings/queue.html", context)


@signed_in
@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """POST one action for the ticked filings: first a preview of each, then with `confirm` the action. Reviewers only.

    404 for other people and unknown actions. A refused post shows the preview again with the words typed (409).
    """
    person = current_person(request)
    if not has_role(person, [Role.REVIEWER]):
        raise Http404
    action, refs = request.POST.get("action", ""), request.POST.getlist("ref")
    if action not in (*ACTIONS, REMIND):
        raise Http404
    if not refs:
        messages.warning(request, "请先勾选要办理的申报表。")
        return redirect("queue", "returned" if action == REMIND else "waiting")
    if action == REMIND:
        return _redirect_to_reminders(request, refs)
    error, words = "", request.POST.get("words", "")
    if "confirm" in request.POST:
        try:
            done, skipped = run_batch(person, action, refs, posted_text(request, "words"), request_time(request))
        except Refused as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"已{TRANSITIONS[action].label} {done} 份。")
            for item in skipped:
                messages.warning(request, f"{item.filing.subject_name}未办理：{item.skipped}")
            return redirect("queue", "waiting")
    items = preview_batch(person, action, refs, request_time(request))
    context = {
        "transition": TRANSITIONS[action],
        "items": [item for item in items if not item.skipped],
        "skipped": [item for item in items if item.skipped],
        "words": words,
        "error": error,
    }
    return render_page(request, "filings/batch.html", context, 409 if error else 200)


def _redirect_to_reminders(request: HttpRequest, refs: list[str]) -> HttpResponse:
    """To the reminder page with the departments of the ticked filings, of one cycle only."""
    by_cycle = batch_departments(current_person(request), refs)
    if not by_cycle:
        messages.warning(request, "勾选的申报表已有变化，请重新勾选。")
        return redirect("queue", "returned")
    cycle, departments = next(iter(by_cycle.items()))
    if len(by_cycle) > 1:
        messages.warning(request, "勾选的表属于不同批次，这里先催办最近的批次，其余的请另行催办。")
    address = reverse("remind", args=[cycle])
    return redirect(f"{address}?{urlencode({'department': departments}, doseq=True)}")


@signed_in
@require_POST
def presence(request: HttpRequest, ref: str) -> HttpResponse:
    """POST by the script of an open sheet: record that this reviewer has it open; answers with the other reviewers.

    404 for people who do not review the filing.
    """
    filing, person = filing_or_404(request, ref), current_person(request)
    if Role.REVIEWER not in roles_for(person, filing):
        raise Http404
    record_presence(person, filing, request_time(request))
    return JsonResponse({"others": reviewer_presence(person, [filing], request_time(request)).get(filing.pk, [])})


def requested_filters(request: HttpRequest) -> QueueFilters | None:
    """Filters of the queue that the sheet was opened from: in its address, or in the field `queue` of its forms.

    None if it was not opened from a queue.
    """
    query = QueryDict(request.POST["queue"]).dict() if request.POST.get("queue") else request.GET.dict()
    tab = str(query.get("tab", ""))
    return QueueFilters.from_query(tab, {name: str(text) for name, text in query.items()}) if tab in QUEUES else None


def queue_address(filters: QueueFilters | None) -> str:
    """The address of the queue with these filters; without any, of its first tab."""
    if filters is None:
        return reverse("queue", args=["waiting"])
    return reverse("queue", args=[filters.tab]) + (f"?{filters.query_string}" if filters.query_string else "")


def sheet_address(ref: str, filters: QueueFilters | None) -> str:
    """The address of a sheet that keeps the queue it was opened from."""
    return reverse("sheet", args=[ref]) + (f"?{filters.link_query}" if filters else "")
