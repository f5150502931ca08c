"""Autosave: the small saves that the script of a step sends while somebody types."""

from __future__ import annotations

import json
import re
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from filings.checks import check_sheet, describe, group_key
from filings.services.checking import check_subject
from filings.services.drafts import SaveResult, save_edits
from filings.services.errors import Refused
from filings.services.finding_replies import unwaived_findings
from filings.services.progress import step_progress
from filings.sheet.edits import Edit, EditError, parse_edits
from filings.views.common import current_person, filing_or_404, refused_json, request_time, signed_in
from perfbudget.metrics import count_save

LONGEST_SAVE = 2_500_000
"""Bytes of one autosave."""


@signed_in
@require_POST
def autosave(request: HttpRequest, ref: str) -> HttpResponse:
    """POST an autosave of the page's script as JSON: `version`, `operation` and `edits`.

    Answers with the new version, cells changed by others, and what is missing. 400 for a malformed request; 409 if the
    filing cannot be edited, or if cells were refused or in conflict (the others are saved).
    """
    filing = filing_or_404(request, ref)
    try:
        version, operation, edits = _read_save(request)
        saved = save_edits(current_person(request), filing.pk, version, operation, edits, request_time(request))
    except EditError as error:
        return refused_json(Refused(error.code, **error.facts), 400)
    except Refused as refusal:
        return refused_json(refusal, 409)
    count_save("conflict" if saved.conflicts else "refused" if saved.refused else "saved")
    return JsonResponse(
        {**_saved_data(saved), "missing": _missing(saved)}, status=409 if saved.conflicts or saved.refused else 200
    )


def _read_save(request: HttpRequest) -> tuple[int, str, list[Edit]]:
    """Version, operation and edits of an autosave. Raises EditError for anything that our script would not send."""
    body = _body(request)
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise EditError("bad_request") from error
    if not isinstance(data, dict) or set(data) != {"version", "operation", "edits"}:
        raise EditError("bad_request")
    version, operation = data["version"], data["operation"]
    if (
        type(version) is not int
        or not isinstance(operation, str)
        or not re.fullmatch(r"[\w-]{8,40}", operation, re.ASCII)
    ):
        raise EditError("bad_request")
    return version, operation, parse_edits(data["edits"])


def _body(request: HttpRequest) -> bytes:
    if request.content_type != "application/json":
        raise EditError("bad_request")
    try:
        if len(request.body) <= LONGEST_SAVE:
            return request.body
    except RequestDataTooBig:
        pass
    raise EditError("save_too_large")


def _saved_data(saved: SaveResult) -> dict[str, Any]:
    return {
        "version": saved.version,
        "at": f"{timezone.localtime(saved.at):%H:%M:%S}",
        "conflicts": [
            {
                "path": conflict.path,
                "label": conflict.label,
                "mine": conflict.mine,
                "theirs": conflict.theirs,
                "by": conflict.by,
            }
            for conflict in saved.conflicts
        ],
        "refused": [{"path": edit.path, "code": edit.code, "message": edit.text} for edit in saved.refused],
        "meanwhile": [{"path": path, "value": value} for path, value in saved.meanwhile.items()],
    }


def _missing(saved: SaveResult) -> dict[str, Any]:
    """Errors by step for the outline, and all findings for the fields."""
    subject = check_subject(saved.filing, saved.document)
    found = unwaived_findings(saved.filing, check_sheet(subject))
    findings = describe(subject.layout, subject.document, found)
    return {
        "steps": {entry.section.key: entry.errors for entry in step_progress(subject.layout, findings)},
        "said": [
            {
                "path": finding.path,
                "code": finding.code,
                "severity": finding.severity,
                "label": finding.label,
                "message": finding.message,
                "beside": finding.short_message,
                "mend": finding.fix_text,
                "offer": finding.fix_label if finding.fix else "",
                "title": finding.rule.title,
                "remedy": finding.rule.remedy,
                "row": finding.row_number,
                "group": group_key(finding),
                "empty": finding.code == "C01",
            }
            for finding in findings
        ],
    }
