"""Filling a sheet: one address a step, and the small saves that the page's script sends."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filings.checks import Finding, blocking_findings, check_sheet
from filings.models import Filing
from filings.renderers.step_form import step_form, step_grids
from filings.services.access import may_edit
from filings.services.checking import check_subject
from filings.services.drafts import SaveResult, confirm_copied, save_edits, step_edits
from filings.services.errors import Refused
from filings.services.fixes import apply_fix
from filings.services.layouts import compiled_layout
from filings.services.progress import findings_by_path, section_key, step_progress
from filings.services.related_sheets import has_related_input
from filings.services.remarks import cell_label, last_return
from filings.services.replies import unwaived_findings
from filings.sheet.copy_forward import copy_warnings
from filings.sheet.document import PATH, Document, Path
from filings.sheet.edits import Edit, EditError, parse_edits
from filings.sheet.layout import Layout, Section
from filings.views.common import current_person, filing_or_404, render_page, request_time, signed_in
from filings.views.step_buttons import button_edits, row_anchor
from indicators.number import parse_digits

LONGEST_SAVE = 2_500_000
"""Bytes that one save may send."""


@signed_in
@require_safe
def first_step(request: HttpRequest, ref: str) -> HttpResponse:
    """To the first step that still lacks something."""
    filing = filing_or_404(request, ref)
    subject = check_subject(filing)
    steps = step_progress(subject.layout, unwaived_findings(filing, check_sheet(subject)))
    step = next((one for one in steps if one.errors), steps[0])
    return redirect("step", filing.ref, step.section.key)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """One step of the wizard. Posting saves it whole; a cell changed meanwhile by others is shown with both values."""
    filing = filing_or_404(request, ref)
    section = _section(compiled_layout(filing.layout), key)
    if not may_edit(current_person(request), filing) and request.method != "POST":
        return redirect("sheet", filing.ref)
    if request.method == "POST":
        return _save_step(request, filing, section)
    return _show_step(request, filing, section)


def _section(layout: Layout, key: str) -> Section:
    section = next((one for one in layout.sections if one.key == key), None)
    if section is None:
        raise Http404
    return section


def _show_step(
    request: HttpRequest,
    filing: Filing,
    section: Section,
    saved: SaveResult | None = None,
    posted: Mapping[str, str] = MappingProxyType({}),
) -> HttpResponse:
    subject = check_subject(filing)
    findings = unwaived_findings(filing, check_sheet(subject))
    steps = step_progress(subject.layout, findings)
    here = next(one for one in steps if one.section.key == section.key)
    # An empty cell is said in the list at the side; beside the field it would only nag while it is being filled.
    said: dict[str, list[Finding]] = findings_by_path([finding for finding in here.findings if finding.code != "C01"])
    carried = copy_warnings(subject.document, filing.copied_unreviewed, filing.copied_from_year or 0)
    for address, words in carried.items():
        said.setdefault(address, []).append(Finding("carried", address, "", words, "note"))
    context: dict[str, Any] = {
        "filing": filing,
        "steps": steps,
        "step": here,
        "previous": steps[here.number - 2].section.key if here.number > 1 else "",
        "following": steps[here.number].section.key if here.number < len(steps) else "",
        "form": step_form(subject.layout, section, subject.document, said) if section.cells else None,
        "grids": step_grids(subject.layout, section, subject.document, subject.profile, said),
        "tree": [
            (one.name, [two.name for two in subject.profile.tree.children(one.code)])
            for one in subject.profile.tree.level1()
        ],
        "remarks": _remarks(filing, section, subject.layout, subject.document),
        "sent_back": last_return(filing),
        "carried": sum(section_key(subject.layout, address) == section.key for address in carried),
        "gathers": has_related_input(subject.layout, section.cells, section.tables),
        "saved": saved,
        # What could not be stored is shown again to be copied: it stands nowhere else.
        "refused": [
            (cell_label(subject.layout, subject.document, path), message, posted.get(path, ""))
            for path, message in (saved.refused if saved else ())
        ],
        "errors": len(blocking_findings(findings)),
    }
    return render_page(request, "filings/step.html", context, 409 if saved else 200)


def _remarks(filing: Filing, section: Section, layout: Layout, document: Document) -> list[Any]:
    return [
        (remark, cell_label(layout, document, remark.path))
        for remark in filing.remarks.select_related("person")
        if section_key(layout, remark.path) == section.key
    ]


def _save_step(request: HttpRequest, filing: Filing, section: Section) -> HttpResponse:
    posted = {
        name: str(value) for name, value in request.POST.items() if PATH.fullmatch(name) and _is_cell(filing, name)
    }
    posted_version = parse_digits(request.POST.get("version", ""))
    version = filing.version if posted_version is None else posted_version
    do = request.POST.get("do", "save")
    try:
        typed = step_edits(filing, version, posted)
        edits = typed + button_edits(filing, section, do, typed)
        saved = save_edits(
            current_person(request), filing.pk, version, secrets.token_hex(16), edits, request_time(request)
        )
        if do == "confirm" and not (saved.conflicts or saved.refused):
            confirm_copied(current_person(request), filing.pk, section)
        if do.startswith("mend:") and not (saved.conflicts or saved.refused):
            _, code, path = do.split(":", 2)
            apply_fix(current_person(request), filing.pk, code, path)
    except Refused as refusal:
        return render_page(
            request, "filings/refused.html", {"filing": filing, "message": str(refusal), "posted": posted}, 409
        )
    filing.refresh_from_db()
    if saved.conflicts or saved.refused:
        return _show_step(request, filing, section, saved, posted)
    messages.success(request, f"已保存 {timezone.localtime(saved.at):%H:%M:%S}")
    target = do.removeprefix("go:") if do.startswith("go:") else section.key
    if target == "submit":
        return redirect("submit", filing.ref)
    key = _section(compiled_layout(filing.layout), target).key
    return redirect(f"/filings/{filing.ref}/steps/{key}/{row_anchor(do)}")


def _is_cell(filing: Filing, address: str) -> bool:
    return compiled_layout(filing.layout).spec(Path.parse(address)) is not None


@signed_in
@require_POST
def save(request: HttpRequest, ref: str) -> HttpResponse:
    """A small save by the page's script: edits as JSON, answered with the new version and what could not be saved."""
    filing = filing_or_404(request, ref)
    try:
        version, operation, edits = _read_save(request)
        saved = save_edits(current_person(request), filing.pk, version, operation, edits, request_time(request))
    except EditError as error:
        return JsonResponse({"error": str(error)}, status=400)
    except Refused as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    return JsonResponse(
        {**_saved_data(saved), "missing": _missing(saved)}, status=409 if saved.conflicts or saved.refused else 200
    )


def _read_save(request: HttpRequest) -> tuple[int, str, list[Edit]]:
    body = _body(request)
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise EditError("请求格式不正确，请刷新页面后重试") from error
    if not isinstance(data, dict) or set(data) != {"version", "operation", "edits"}:
        raise EditError("请求格式不正确，请刷新页面后重试")
    version, operation = data["version"], data["operation"]
    if (
        type(version) is not int
        or not isinstance(operation, str)
        or not re.fullmatch(r"[\w-]{8,40}", operation, re.ASCII)
    ):
        raise EditError("请求格式不正确，请刷新页面后重试")
    return version, operation, parse_edits(data["edits"])


def _body(request: HttpRequest) -> bytes:
    if request.content_type != "application/json":
        raise EditError("请求格式不正确，请刷新页面后重试")
    try:
        if len(request.body) <= LONGEST_SAVE:
            return request.body
    except RequestDataTooBig:
        pass
    raise EditError("一次保存的内容过大，请分几次保存")


def _saved_data(saved: SaveResult) -> dict[str, Any]:
    return {
        "version": saved.version,
        "at": f"{timezone.localtime(saved.at):%H:%M:%S}",
        "conflicts": [
            {"path": c.path, "label": c.label, "mine": c.mine, "theirs": c.theirs, "by": c.by} for c in saved.conflicts
        ],
        "refused": [{"path": path, "message": message} for path, message in saved.refused],
        "meanwhile": [{"path": path, "value": value} for path, value in saved.meanwhile.items()],
    }


def _missing(saved: SaveResult) -> dict[str, Any]:
    """For the outline: errors by step; for the fields: what is wrong beside each cell."""
    subject = check_subject(saved.filing, saved.document)
    findings = unwaived_findings(saved.filing, check_sheet(subject))
    return {
        "steps": {one.section.key: one.errors for one in step_progress(subject.layout, findings)},
        "said": [
            {
                "path": one.path,
                "code": one.code,
                "severity": one.severity,
                "message": one.message,
                "beside": one.short_message,
                "mend": one.fix,
                "empty": one.code == "C01",
            }
            for one in findings
        ],
    }
