"""Quick fixes: what one would change is shown where it is more than its own cell; the last one can be undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from filings.models import Filing
from filings.services.errors import Refused
from filings.services.fixes import FixPlan, apply_fix, plan_fix, undo_fix
from filings.services.layouts import compiled_layout
from filings.views.common import current_person, refused_as_message, render_page, request_time

SESSION_KEY = "last_fix"
"""Where the session keeps the last fix: reference of the filing, name of the save, and its version."""


def fix(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Apply the fix of the posted `finding` (CODE:PATH), or show first what it would change.

    `digest` is that of the finding whose preview was shown: if its cells have changed since, it is shown again. A
    refusal of the service is a message on the page that the fix was asked for on.
    """
    code, _, path = request.POST.get("finding", "").partition(":")
    try:
        plan = plan_fix(current_person(request), filing.pk, code, path)
        if plan.changes_others and request.POST.get("digest") != plan.finding.digest:
            return preview(request, plan, request.POST.get("back", ""))
        apply_planned(request, plan)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(page_address(filing, request.POST.get("back", "")))


def apply_planned(request: HttpRequest, plan: FixPlan) -> None:
    """Apply a fix, tell it, and remember it so that it can be undone. Raises Refused."""
    operation = apply_fix(current_person(request), plan, request_time(request))
    request.session[SESSION_KEY] = {"ref": plan.filing.ref, "operation": operation, "version": plan.filing.version + 1}
    messages.success(request, f"已按建议修改 {len(plan.changes)} 格，可在本格继续改。")


def preview(request: HttpRequest, plan: FixPlan, back: str) -> HttpResponse:
    """The page that shows every cell that a fix would change, and asks whether to go on; then to the page `back`."""
    context = {"filing": plan.filing, "plan": plan, "back": back, "page_address": page_address(plan.filing, back)}
    return render_page(request, "filings/fix_preview.html", context)


def undo(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Undo the last fix of this session; a refusal of the service is shown as a message."""
    last = request.session.pop(SESSION_KEY, {})
    with refused_as_message(request):
        undo_fix(current_person(request), filing.pk, str(last.get("operation", "")), request_time(request))
        messages.success(request, "已撤销刚才的修改。")
    return redirect(page_address(filing, request.POST.get("back", "")))


def is_last_fix(request: HttpRequest, filing: Filing) -> bool:
    """Whether the last fix of this session is the last save of the filing, and so can be undone."""
    last: dict[str, Any] = request.session.get(SESSION_KEY, {})
    return (last.get("ref"), last.get("version")) == (filing.ref, filing.version)


def page_address(filing: Filing, back: str) -> str:
    """The page to return to: `submit`, a step (`step:KEY`), else the sheet."""
    key = back.removeprefix("step:")
    if back.startswith("step:") and any(section.key == key for section in compiled_layout(filing.layout).sections):
        return reverse("step", args=[filing.ref, key])
    return reverse("submit" if back == "submit" else "sheet", args=[filing.ref])
