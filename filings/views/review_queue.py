"""The review desk: the queue with its filters, and one step for many filings."""

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
    FOUND,
    ORDERS,
    PAGE,
    QUEUES,
    QueueFilters,
    filter_choices,
    filter_queue,
    queue_counts,
    record_presence,
    remark_counts,
    reviewers_present,
)
from filings.services.workflow import TRANSITIONS
from filings.views.common import current_person, filing_or_404, posted_text, render_page, request_time, signed_in

REMIND = "remind"
BATCHES = {
    "waiting": (("approve", "批量审核通过…"), ("return", "批量退回…")),
    "returned": ((REMIND, "催办填报单位…"),),
}
"""What can be done to the ticked sheets of a tab."""


@signed_in
@require_safe
def review_queue(request: HttpRequest, name: str) -> HttpResponse:
    """The filings of one tab, filtered, ordered and paged."""
    person = current_person(request)
    if name not in QUEUES or not has_role(person, BUREAU_ROLES):
        raise Http404
    wanted = QueueFilters.from_query(name, request.GET.dict())
    counts = queue_counts(person)
    sheets = Paginator(filter_queue(person, wanted), PAGE).get_page(wanted.page)
    filings = list(sheets)
    others, remarks = reviewers_present(person, filings, request_time(request)), remark_counts(filings)
    context = {
        "tabs": [(key, label, counts[key]) for key, (label, _) in QUEUES.items()],
        "wanted": wanted,
        "sheets": sheets,
        "rows": [(filing, remarks.get(filing.pk, 0), others.get(filing.pk, [])) for filing in filings],
        "choices": filter_choices(person),
        "orders": [(key, label) for key, (label, _) in ORDERS.items()],
        "found": [(key, label) for key, (label, _) in FOUND.items()],
        "batch": BATCHES.get(name, ()) if has_role(person, [Role.REVIEWER]) else (),
    }
    return render_page(request, "filings/queue.html", context)


@signed_in
@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """One step for many filings: first what would happen to each, then, confirmed, that it happened."""
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
        return _to_reminders(request, refs)
    error, words = "", request.POST.get("words", "")
    if "confirm" in request.POST:
        try:
            done, skipped = run_batch(person, action, refs, posted_text(request, "words"), request_time(request))
        except Refused as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"已{TRANSITIONS[action].label} {done} 份。")
            for line in skipped:
                messages.warning(request, f"{line.filing.subject_name}未办理：{line.skipped}")
            return redirect("queue", "waiting")
    lines = preview_batch(person, action, refs, request_time(request))
    context = {
        "step": TRANSITIONS[action],
        "lines": [line for line in lines if not line.skipped],
        "skipped": [line for line in lines if line.skipped],
        "words": words,
        "error": error,
    }
    return render_page(request, "filings/batch.html", context, 409 if error else 200)


def _to_reminders(request: HttpRequest, refs: list[str]) -> HttpResponse:
    """On to the page that reminds, with the offices of the ticked sheets chosen; one cycle at a time."""
    offices = batch_departments(current_person(request), refs)
    if not offices:
        messages.warning(request, "勾选的申报表已有变化，请重新勾选。")
        return redirect("queue", "returned")
    cycle, departments = next(iter(offices.items()))
    if len(offices) > 1:
        messages.warning(request, "勾选的表属于不同批次，这里先催办最近的批次，其余的请另行催办。")
    address = reverse("remind", args=[cycle])
    return redirect(f"{address}?{urlencode({'department': departments}, doseq=True)}")


@signed_in
@require_POST
def presence(request: HttpRequest, ref: str) -> HttpResponse:
    """A page says that it still has the sheet open, and learns who else has."""
    filing, person = filing_or_404(request, ref), current_person(request)
    if Role.REVIEWER not in roles_for(person, filing):
        raise Http404
    record_presence(person, filing, request_time(request))
    return JsonResponse({"others": reviewers_present(person, [filing], request_time(request)).get(filing.pk, [])})


def requested_filters(request: HttpRequest) -> QueueFilters | None:
    """The queue that a sheet was opened from, from its address or from the forms on it (`queue`)."""
    given = QueryDict(request.POST["queue"]).dict() if request.POST.get("queue") else request.GET.dict()
    tab = str(given.get("tab", ""))
    return QueueFilters.from_query(tab, {name: str(text) for name, text in given.items()}) if tab in QUEUES else None


def queue_address(wanted: QueueFilters | None) -> str:
    """The address of the queue a sheet was opened from."""
    if wanted is None:
        return reverse("queue", args=["waiting"])
    return reverse("queue", args=[wanted.tab]) + (f"?{wanted.query_string}" if wanted.query_string else "")
