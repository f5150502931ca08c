"""The sheet on screen, as it will print, and its downloads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from filings.checks import FindingText, check_sheet, describe
from filings.models import BUREAU_ROLES, DEPARTMENT_ROLES, EDITABLE, WITH_BUREAU, Filing, LayoutVersion, Remark, Role
from filings.renderers.html import ScreenMarks, layout_style, pages_html
from filings.services.access import may_edit, roles_for
from filings.services.changes import changes_since_submission
from filings.services.checking import check_subject, related_findings
from filings.services.exports import CONTENT_TYPES, DRAFT_MARK, Printable, printable_filing
from filings.services.filing_files import export_filing, file_name
from filings.services.finding_replies import FindingReplies, earlier_replies, with_replies
from filings.services.layouts import compiled_layout, layout_error
from filings.services.opinions import last_opinion
from filings.services.progress import section_key, step_progress
from filings.services.remarks import cell_label, last_return, open_remarks
from filings.services.review_queue import QueueFilters, queue_position, reviewer_presence
from filings.services.workflow import available_transitions
from filings.sheet.diff import Change
from filings.sheet.document import Path
from filings.sheet.pages import paginate
from filings.views.common import current_person, filing_or_404, render_page, request_time, signed_in
from filings.views.downloads import download_response
from filings.views.finding_lines import FindingLine, LinkedFinding, finding_lines
from filings.views.fixes import is_last_fix
from filings.views.review_queue import requested_filters


@signed_in
@require_safe
def sheet(request: HttpRequest, ref: str) -> HttpResponse:
    """GET: the sheet as it will print, with its findings and remarks, for all who see the filing.

    Cells link to their fields; for a reviewer at work (`?cell=PATH`) to the form that puts a remark on them.
    """
    filing = filing_or_404(request, ref)
    printable = printable_filing(filing)
    own_findings = check_sheet(check_subject(filing, printable.document))
    found = describe(printable.layout, printable.document, [*own_findings, *related_findings(filing)])
    findings = with_replies(filing, found)
    return render_page(request, "filings/sheet.html", sheet_context(request, filing, printable, findings))


def sheet_context(
    request: HttpRequest, filing: Filing, printable: Printable, findings: list[FindingReplies[FindingText]]
) -> dict[str, Any]:
    """Template context of a page that shows the sheet and its findings: sheet.html and submit.html."""
    person = current_person(request)
    roles, editable = roles_for(person, filing), may_edit(person, filing)
    is_reviewing = Role.REVIEWER in roles and filing.state in WITH_BUREAU
    filters = requested_filters(request) if roles & set(BUREAU_ROLES) else None
    remarks = open_remarks(filing)
    changes = changes_since_submission(filing, printable) or []
    transitions = available_transitions(person, filing)
    marks = ScreenMarks(
        _cell_link(filing, printable, editable, is_reviewing, filters), _cell_notes(remarks, findings, changes)
    )
    return {
        "filing": filing,
        "pages": _pages_html(filing, printable, marks),
        "style_sha256": printable.layout_sha256,
        "findings": findings,
        "is_last_fix": editable and is_last_fix(request, filing),
        "earlier_replies": earlier_replies(filing, findings),
        "groups": _lines_by_section(filing, printable, findings, editable),
        "changes": changes,
        "opinion": last_opinion(filing),
        "remarks": [(remark, cell_label(printable.layout, printable.document, remark.path)) for remark in remarks],
        "last_return": last_return(filing),
        "tables": printable.layout.tables,
        "steps": step_progress(printable.layout, [item.finding for item in findings if item.blocks]),
        "transitions": [transition for transition in transitions if transition.action != "submit"],
        "may_submit": any(transition.action == "submit" for transition in transitions),
        "may_edit": editable,
        "reviewing": is_reviewing,
        "revision": None if filing.state in EDITABLE else filing.revisions.order_by("-number").first(),
        **_bureau_context(request, filing, printable, roles, filters),
    }


def _bureau_context(
    request: HttpRequest, filing: Filing, printable: Printable, roles: Collection[str], filters: QueueFilters | None
) -> dict[str, Any]:
    """What the page shows to the bureau alone: waivers, the queue, and the cell that a remark is to be put on."""
    person, cell = current_person(request), request.GET.get("cell", "")
    is_reviewer, is_department = Role.REVIEWER in roles, not set(DEPARTMENT_ROLES).isdisjoint(roles)
    return {
        "may_waive": is_reviewer and not is_department and filing.submitted_by_id != person.pk,
        "position": queue_position(person, filters, filing) if filters else None,
        "filters": filters,
        "other_reviewers": _other_reviewers(request, filing) if is_reviewer else None,
        "remark_path": cell,
        "remark_label": cell_label(printable.layout, printable.document, cell),
    }


def _other_reviewers(request: HttpRequest, filing: Filing) -> list[str]:
    present = reviewer_presence(current_person(request), [filing], request_time(request))
    return present.get(filing.pk, [])


def _cell_notes(
    remarks: Sequence[Remark], findings: Sequence[FindingReplies[FindingText]], changes: Sequence[Change]
) -> dict[str, list[tuple[str, str]]]:
    """Kind and text of the notes shown at each cell: remarks first, then findings, then changes."""
    notes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for remark in remarks:
        notes[remark.path].append(("remark", remark.text))
    for item in findings:
        kind = "waived" if item.is_waived else item.finding.severity
        notes[item.finding.path].append((kind, item.finding.message))
    for change in changes:
        notes[change.path].append(("changed", f"上一稿：{change.before or '（空）'}"))
    return notes


def _lines_by_section(
    filing: Filing, printable: Printable, findings: Sequence[FindingReplies[FindingText]], editable: bool
) -> list[tuple[str, int, list[FindingLine]]]:
    """Title, number of findings and their lines of each section, in the order of the form; the whole sheet is first."""
    groups: dict[str, list[LinkedFinding]] = {}
    titles = {section.key: section.title for section in printable.layout.sections}
    for item, link in linked_findings(filing, printable, findings, editable):
        path = item.finding.path
        title = titles[section_key(printable.layout, path)] if path else "整张表"
        groups.setdefault(title, []).append((item, link))
    order = ["整张表", *titles.values()]
    in_order = sorted(groups.items(), key=lambda group: order.index(group[0]))
    return [(title, len(items), finding_lines(items)) for title, items in in_order]


def linked_findings(
    filing: Filing, printable: Printable, findings: Sequence[FindingReplies[FindingText]], editable: bool
) -> list[LinkedFinding]:
    """The findings with the links to their cells."""
    return [(item, _finding_link(filing, printable, item.finding.path, editable)) for item in findings]


def _pages_html(filing: Filing, printable: Printable, marks: ScreenMarks) -> SafeString:
    """The laid-out pages as HTML, under a watermark while the filing is a draft."""
    watermark = DRAFT_MARK if filing.state in EDITABLE else ""
    return mark_safe(pages_html(paginate(printable.grid), marks, watermark))  # noqa: S308 - pages_html escapes it


def _cell_link(
    filing: Filing, printable: Printable, editable: bool, is_reviewing: bool, filters: QueueFilters | None
) -> Callable[[Path], str]:
    """A function that gives the link of a cell on the sheet."""
    queue = f"&{filters.link_query}" if filters else ""

    def link(path: Path) -> str:
        if is_reviewing:
            return f"?cell={quote(str(path))}{queue}#remark"
        return _finding_link(filing, printable, str(path), editable)

    return link


def _finding_link(filing: Filing, printable: Printable, address: str, editable: bool) -> str:
    """The link to the field of a cell for those who may edit, else to the cell on the sheet; '' for the whole sheet."""
    if not address:
        return ""
    if not editable:
        return "" if address in printable.layout.tables else f"/filings/{filing.ref}/#at-{quote(address)}"
    key = section_key(printable.layout, address)
    anchor = f"table-{address}" if address in printable.layout.tables else f"f-{quote(address)}"
    return f"/filings/{filing.ref}/steps/{key}/#{anchor}"


@signed_in
@require_safe
def download(request: HttpRequest, ref: str, format_: str) -> HttpResponseBase:
    """GET: the filing as PDF, Excel, HTML or JSON file, for all who see it. 404 for another format.

    With `?open` a PDF opens in the browser. HTML never does: it holds texts that users typed.
    """
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
    """GET: the CSS of a layout version (paper, margins, type sizes). Open to all and cached: it holds no content.

    404 for an unknown digest, and for a layout that cannot be read.
    """
    version = LayoutVersion.objects.filter(sha256=sha256).first()
    if version is None or layout_error(version):
        raise Http404
    response = HttpResponse(layout_style(compiled_layout(version).page), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
