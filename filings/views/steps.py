"""The steps of the wizard in which a filing is filled in."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from filings.checks import CheckSubject, Finding, FindingText, SheetChecks, describe
from filings.models import Filing, Remark
from filings.renderers.step_form import UnsavedText, step_form, step_grids
from filings.services.access import may_edit
from filings.services.checking import current_checks
from filings.services.drafts import RefusedEdit, SaveResult, confirm_copied, save_edits, step_edits
from filings.services.errors import Refused
from filings.services.finding_replies import FindingReplies, unwaived_findings
from filings.services.fixes import plan_fix
from filings.services.layouts import compiled_layout
from filings.services.progress import findings_by_path, section_key, step_progress
from filings.services.related_sheets import has_related_input
from filings.services.remarks import cell_label, last_return
from filings.sheet.copy_forward import copy_warnings
from filings.sheet.document import PATH, Document, Path
from filings.sheet.layout import Layout, Section
from filings.views.common import (
    current_person,
    filing_or_404,
    posted_version,
    render_page,
    request_time,
    signed_in,
)
from filings.views.finding_lines import FindingLine, finding_lines
from filings.views.fixes import apply_planned, is_last_fix, page_address, preview
from filings.views.step_buttons import button_edits, row_anchor
from indicators.taxonomy import Tree


@signed_in
@require_safe
def first_step(request: HttpRequest, ref: str) -> HttpResponse:
    """GET: redirect to the first step with errors, for all who see the filing."""
    filing = filing_or_404(request, ref)
    checks = current_checks(filing)
    steps = step_progress(checks.subject.layout, _findings(filing, checks))
    step = next((entry for entry in steps if entry.errors), steps[0])
    return redirect("step", filing.ref, step.section.key)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """One step of the wizard; POST saves its cells and does what the pressed button (`do`) asks for.

    People who may not edit are redirected to the sheet; what they post is refused (409), with the posted texts shown.
    Cells that others changed meanwhile are shown with both values (409). 404 for an unknown step.
    """
    filing = filing_or_404(request, ref)
    section = _section_or_404(compiled_layout(filing.layout), key)
    if not may_edit(current_person(request), filing) and request.method != "POST":
        return redirect("sheet", filing.ref)
    if request.method == "POST":
        return _save_step(request, filing, section)
    return _show_step(request, filing, section)


def _section_or_404(layout: Layout, key: str) -> Section:
    section = next((section for section in layout.sections if section.key == key), None)
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
    """The page of a step; after a save with conflicts or refusals with `saved` and the texts posted (status 409)."""
    checks = current_checks(filing)
    subject = checks.subject
    steps = step_progress(subject.layout, _findings(filing, checks))
    current = next(entry for entry in steps if entry.section.key == section.key)
    copied = copy_warnings(subject.document, filing.copied_unreviewed, filing.copied_from_year or 0)
    shown_findings = _field_findings(current.findings, copied)
    unsaved = _unsaved_texts(saved, posted)
    form = step_form(subject.layout, section, subject.document, shown_findings, unsaved) if section.cells else None
    grids = step_grids(subject.layout, section, subject.document, subject.profile, shown_findings, unsaved)
    shown = {*(form.fields if form else ()), *(one.path for grid in grids for row in grid.lines for one in row.inputs)}
    refused = saved.refused if saved else ()
    context: dict[str, Any] = {
        "filing": filing,
        "steps": steps,
        "step": current,
        "finding_lines": _finding_lines(section, current.findings),
        "previous_step": steps[current.number - 2].section.key if current.number > 1 else "",
        "next_step": steps[current.number].section.key if current.number < len(steps) else "",
        "form": form,
        "grids": grids,
        "tree": _category_names(subject.profile.tree),
        "remarks": _remarks(filing, section, subject.layout, subject.document),
        "last_return": last_return(filing),
        "copied_count": sum(section_key(subject.layout, address) == section.key for address in copied),
        "has_prefill": has_related_input(subject.layout, section.cells, section.tables),
        "saved": saved,
        "is_last_fix": is_last_fix(request, filing),
        "undo_back": f"step:{section.key}",
        "refused_cells": [_refused_cell(subject, edit, shown, unsaved) for edit in refused],
    }
    return render_page(request, "filings/step.html", context, 409 if saved else 200)


def _refused_cell(
    subject: CheckSubject, edit: RefusedEdit, shown: Collection[str], unsaved: Mapping[str, UnsavedText]
) -> dict[str, str]:
    """What the page says of a refused edit, with a link to its field if that is `shown`."""
    # A text whose field is not on the page, because its row is gone, is shown so that it can be copied.
    return {
        "path": edit.path if edit.path in shown else "",
        "label": cell_label(subject.layout, subject.document, edit.path),
        "message": edit.text,
        "text": unsaved[edit.path].text if edit.path in unsaved else "",
    }


def _finding_lines(section: Section, findings: Sequence[FindingText]) -> list[FindingLine]:
    """The findings of a step as lines with links to their fields."""
    return finding_lines((FindingReplies(finding, {}), _anchor(section, finding.path)) for finding in findings)


def _category_names(tree: Tree) -> list[tuple[str, list[str]]]:
    """The level-1 names of a tree, each with the level-2 names below it, for the lists of the grid."""
    return [(category.name, [child.name for child in tree.children(category.code)]) for category in tree.level1()]


def _anchor(section: Section, address: str) -> str:
    """The place of a field or table on this page, '' for a finding at the whole form."""
    return f"#{'table' if address in section.tables else 'f'}-{quote(address)}" if address else ""


def _findings(filing: Filing, checks: SheetChecks) -> list[FindingText]:
    """The words of the findings of the sheet by itself that were not waived."""
    subject = checks.subject
    return describe(subject.layout, subject.document, unwaived_findings(filing, checks.findings))


def _field_findings(findings: Sequence[FindingText], copied: Mapping[str, str]) -> dict[str, list[FindingText]]:
    """What is shown next to the fields, by path: findings, and notes on cells copied from an earlier year."""
    # Empty required cells (C01) are listed at the side only: next to each field they would nag while it is filled in.
    by_path: dict[str, list[FindingText]] = findings_by_path([finding for finding in findings if finding.code != "C01"])
    for address, note in copied.items():
        carried = Finding("carried", address, severity="note")
        by_path.setdefault(address, []).append(FindingText(carried, "", note, note))
    return by_path


def _unsaved_texts(saved: SaveResult | None, posted: Mapping[str, str]) -> dict[str, UnsavedText]:
    """The texts that could not be stored, by path: they exist nowhere else, and their fields show them again."""
    if saved is None:
        return {}
    texts = {**posted, **{edit.path: edit.unsaved for edit in saved.refused if edit.unsaved is not None}}
    return {edit.path: UnsavedText(texts[edit.path], edit.text) for edit in saved.refused if edit.path in texts}


def _remarks(filing: Filing, section: Section, layout: Layout, document: Document) -> list[tuple[Remark, str]]:
    """The remarks on cells of the section, each with the label of its cell."""
    return [
        (remark, cell_label(layout, document, remark.path))
        for remark in filing.remarks.select_related("person")
        if section_key(layout, remark.path) == section.key
    ]


def _save_step(request: HttpRequest, filing: Filing, section: Section) -> HttpResponse:
    posted = {
        name: str(value) for name, value in request.POST.items() if PATH.fullmatch(name) and _is_cell(filing, name)
    }
    button = request.POST.get("do", "save")
    try:
        saved = _save_posted(request, filing, section, posted, button)
    except Refused as refusal:
        context = {"filing": filing, "message": str(refusal), "posted": posted}
        return render_page(request, "filings/refused.html", context, 409)
    filing.refresh_from_db()
    if saved.conflicts or saved.refused:
        return _show_step(request, filing, section, saved, posted)
    if button.startswith("mend:"):
        return _fix(request, filing, section, button)
    messages.success(request, f"已保存 {timezone.localtime(saved.at):%H:%M:%S}")
    target = button.removeprefix("go:") if button.startswith("go:") else section.key
    if target == "submit":
        return redirect("submit", filing.ref)
    key = _section_or_404(compiled_layout(filing.layout), target).key
    return redirect(f"/filings/{filing.ref}/steps/{key}/{row_anchor(button)}")


def _fix(request: HttpRequest, filing: Filing, section: Section, button: str) -> HttpResponse:
    """Apply the quick fix of a button `mend:CODE:PATH`, or show first what else it would change.

    A fix that is not offered, or no longer, is refused with a message; so is a button that names none.
    """
    code, _, path = button.removeprefix("mend:").partition(":")
    back = f"step:{section.key}"
    try:
        plan = plan_fix(current_person(request), filing.pk, code, path)
        if plan.changes_others:
            return preview(request, plan, back)
        apply_planned(request, plan)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(page_address(filing, back) + row_anchor(button))


def _save_posted(
    request: HttpRequest, filing: Filing, section: Section, posted: dict[str, str], button: str
) -> SaveResult:
    """Save the posted cells and what the button asks for. Raises Refused if nothing could be saved.

    Copied cells are confirmed only if all posted cells were saved.
    """
    version = posted_version(request)
    if version is None:
        version = filing.version
    person, now = current_person(request), request_time(request)
    typed = step_edits(filing, version, posted)
    edits = typed + button_edits(filing, section, button, typed)
    saved = save_edits(person, filing.pk, version, secrets.token_hex(16), edits, now)
    if saved.conflicts or saved.refused:
        return saved
    if button == "confirm":
        confirm_copied(person, filing.pk, section)
    return saved


def _is_cell(filing: Filing, address: str) -> bool:
    return compiled_layout(filing.layout).spec(Path.parse(address)) is not None
