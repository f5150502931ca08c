"""The sheet itself: on screen as it will print, and its files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from filings.checks import check_sheet
from filings.models import BUREAU_ROLES, EDITABLE, OFFICE_ROLES, WITH_BUREAU, Filing, LayoutVersion, Remark, Role
from filings.renderers.html import ScreenMarks, layout_style, pages_html
from filings.services.access import may_edit, roles_for
from filings.services.changes import changes_since_submission
from filings.services.checking import check_subject, related_findings
from filings.services.exports import CONTENT_TYPES, DRAFT_MARK, Printable, export_filing, file_name, printable_filing
from filings.services.layouts import compiled_layout
from filings.services.opinions import latest_opinion
from filings.services.progress import section_key, step_progress
from filings.services.remarks import cell_label, last_return, open_remarks
from filings.services.replies import FindingReplies, with_replies
from filings.services.review_queue import queue_position, reviewers_present
from filings.services.workflow import available_transitions
from filings.sheet.diff import Change
from filings.sheet.document import Path
from filings.sheet.pages import paginate
from filings.views.common import current_person, filing_or_404, render_page, request_time, signed_in
from filings.views.downloads import download_response
from filings.views.review_queue import requested_filters

Context = dict[str, object]


@signed_in
@require_safe
def sheet(request: HttpRequest, ref: str) -> HttpResponse:
    """The whole sheet as it will print; each cell leads to its field, findings and remarks stand on their cells."""
    filing = filing_or_404(request, ref)
    shown = printable_filing(filing)
    own = check_sheet(check_subject(filing, shown.document))
    findings = with_replies(filing, [*own, *related_findings(filing)])
    return render_page(request, "filings/sheet.html", sheet_context(request, filing, shown, findings))


def sheet_context(request: HttpRequest, filing: Filing, shown: Printable, findings: list[FindingReplies]) -> Context:
    """What a page that shows the sheet and its findings needs."""
    person = current_person(request)
    remarks = open_remarks(filing)
    roles, editing = roles_for(person, filing), may_edit(person, filing)
    reviewing = Role.REVIEWER in roles and filing.state in WITH_BUREAU
    wanted = requested_filters(request) if roles & set(BUREAU_ROLES) else None
    changed = changes_since_submission(filing, shown) or []
    said = _screen_notes(remarks, findings, changed)
    return {
        "filing": filing,
        "pages": sheet_html(filing, shown, editing, f"&{wanted.link_query}" if wanted else "", reviewing, said),
        "style_sha256": shown.layout_sha256,
        "findings": findings,
        "groups": _groups(filing, shown, findings, editing),
        "may_waive": Role.REVIEWER in roles and not roles & set(OFFICE_ROLES) and filing.submitted_by_id != person.pk,
        "changed": changed,
        "opinion": latest_opinion(filing),
        "desk": queue_position(person, wanted, filing) if wanted else None,
        "wanted": wanted,
        "others": reviewers_present(person, [filing], request_time(request)).get(filing.pk, [])
        if Role.REVIEWER in roles
        else None,
        "remarks": [(remark, cell_label(shown.layout, shown.document, remark.path)) for remark in remarks],
        "sent_back": last_return(filing),
        "tables": shown.layout.tables,
        "steps": step_progress(shown.layout, [one.finding for one in findings if one.blocks]),
        "actions": [step for step in available_transitions(person, filing) if step.action != "submit"],
        "may_send": any(step.action == "submit" for step in available_transitions(person, filing)),
        "may_edit": editing,
        "reviewing": reviewing,
        "revision": None if filing.state in EDITABLE else filing.revisions.order_by("-number").first(),
        "remark_path": request.GET.get("cell", ""),
        "remark_label": cell_label(shown.layout, shown.document, request.GET.get("cell", "")),
    }


def _screen_notes(
    remarks: Sequence[Remark], findings: Sequence[FindingReplies], changed: Sequence[Change]
) -> dict[str, list[tuple[str, str]]]:
    """What stands beside each cell, the gravest first."""
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for remark in remarks:
        said[remark.path].append(("remark", remark.text))
    for one in findings:
        kind = "waived" if one.is_waived else one.finding.severity
        said[one.finding.path].append((kind, one.finding.message))
    for change in changed:
        said[change.path].append(("changed", f"上一稿：{change.before or '（空）'}"))
    return said


def _groups(
    filing: Filing, shown: Printable, findings: Sequence[FindingReplies], editable: bool
) -> list[tuple[str, list[tuple[FindingReplies, str]]]]:
    """The findings by section of the form, each with a link to its cell."""
    groups: dict[str, list[tuple[FindingReplies, str]]] = {}
    titles = {section.key: section.title for section in shown.layout.sections}
    for one in findings:
        title = titles[section_key(shown.layout, one.finding.path)] if one.finding.path else "整张表"
        groups.setdefault(title, []).append((one, _link(filing, shown, one.finding.path, editable)))
    order = ["整张表", *titles.values()]
    return sorted(groups.items(), key=lambda group: order.index(group[0]))


def sheet_html(
    filing: Filing,
    shown: Printable,
    editable: bool,
    queue: str,
    reviewing: bool,
    said: dict[str, list[tuple[str, str]]],
) -> str:
    """The pages of the sheet as HTML for the screen."""
    mark = DRAFT_MARK if filing.state in EDITABLE else ""

    def link(path: Path) -> str:
        if reviewing:
            return f"?cell={quote(str(path))}{queue}#remark"
        return _link(filing, shown, str(path), editable)

    return mark_safe(pages_html(paginate(shown.grid), ScreenMarks(link, said), mark))  # noqa: S308 - escaped where it is made


def _link(filing: Filing, shown: Printable, address: str, editable: bool) -> str:
    """To the field of a cell where it may be filled, else to its place on the sheet."""
    if not address:
        return ""
    if not editable:
        return "" if address in shown.layout.tables else f"/filings/{filing.ref}/#at-{quote(address)}"
    key = section_key(shown.layout, address)
    anchor = f"table-{address}" if address in shown.layout.tables else f"f-{quote(address)}"
    return f"/filings/{filing.ref}/steps/{key}/#{anchor}"


@signed_in
@require_safe
def download(request: HttpRequest, ref: str, format_: str) -> HttpResponseBase:
    """The filing as a file."""
    filing = filing_or_404(request, ref)
    if format_ not in CONTENT_TYPES:
        raise Http404
    return download_response(
        export_filing(filing, format_),
        CONTENT_TYPES[format_],
        file_name(filing, format_),
        plain=f"{filing.ref}.{format_}",
        inline=format_ == "pdf" and "open" in request.GET,
    )


@require_safe
def layout_css(request: HttpRequest, sha256: str) -> HttpResponse:
    """The style rules of one layout's paper (margins and type sizes): no content, so open to all and kept for long."""
    version = LayoutVersion.objects.filter(sha256=sha256).first()
    if version is None:
        raise Http404
    response = HttpResponse(layout_style(compiled_layout(version).page), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
