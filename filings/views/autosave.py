"""Autosave: the small saves that the script of a step sends while somebody types."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from filings.checks import FindingText, changed_paths, describe, group_key
from filings.models import Filing
from filings.services.checking import check_content
from filings.services.drafts import SaveResult, save_edits_of
from filings.services.errors import Refused
from filings.services.finding_replies import unwaived_findings
from filings.services.progress import error_counts
from filings.sheet.edits import Edit, EditError, parse_edits
from filings.views.common import current_person, refused_json, request_time, signed_in
from perfbudget.metrics import count_save

LONGEST_SAVE = 2_500_000
"""Bytes of one autosave."""


@signed_in
@require_POST
def autosave(request: HttpRequest, ref: str) -> HttpResponse:
    """POST an autosave of the page's script as JSON: `version`, `operation`, `edits`, and perhaps `findings`.

    Answers with the new version, cells changed by others, and what is missing: all findings, or only those at the paths
    where they differ from those of the version that `findings` names. 400 for a malformed request; 409 if the
    filing cannot be edited, or if cells were refused or in conflict (the others are saved).
    """
    try:
        posted = _read_save(request)
        saved = save_edits_of(
            current_person(request), ref, posted.version, posted.operation, posted.edits, request_time(request)
        )
    except Filing.DoesNotExist as error:
        raise Http404 from error
    except EditError as error:
        return refused_json(Refused(error.code, **error.facts), 400)
    except Refused as refusal:
        return refused_json(refusal, 409)
    count_save("conflict" if saved.conflicts else "refused" if saved.refused else "saved")
    return JsonResponse(
        {**_saved_data(saved), "missing": _missing(saved, posted.findings)},
        status=409 if saved.conflicts or saved.refused else 200,
    )


class _PostedSave(NamedTuple):
    """An autosave: `findings` is the version whose findings the page has all, None if it has not."""

    version: int
    operation: str
    edits: list[Edit]
    findings: int | None


def _read_save(request: HttpRequest) -> _PostedSave:
    """The posted autosave. Raises EditError for anything that our script would not send."""
    body = _body(request)
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise EditError("bad_request") from error
    if not isinstance(data, dict) or set(data) - {"findings"} != {"version", "operation", "edits"}:
        raise EditError("bad_request")
    version, operation, findings = data["version"], data["operation"], data.get("findings")
    if (
        type(version) is not int
        or (findings is not None and type(findings) is not int)
        or not isinstance(operation, str)
        or not re.fullmatch(r"[\w-]{8,40}", operation, re.ASCII)
    ):
        raise EditError("bad_request")
    return _PostedSave(version, operation, parse_edits(data["edits"]), findings)


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


def _missing(saved: SaveResult, told: int | None) -> dict[str, Any]:
    """Errors by step for the outline, and findings for the fields; `told` is the version whose findings the page has.

    With `paths` they are only those at these addresses: everywhere else nothing has changed.
    """
    checks = check_content(saved.filing, saved.document, saved.known, saved.operation)
    layout, findings = checks.subject.layout, checks.findings
    if saved.has_waivers:
        findings = unwaived_findings(saved.filing, findings)
    steps = error_counts(layout, findings)
    if saved.known is None or told is None or told != saved.known_version or saved.has_waivers:
        return {"steps": steps, "said": [_said(one) for one in describe(layout, saved.document, findings)]}
    paths = changed_paths(saved.known, checks)
    changed = (finding for finding in findings if finding.path in paths)
    return {
        "steps": steps,
        "said": [_said(one) for one in describe(layout, saved.document, changed)],
        "paths": sorted(paths),
    }


def _said(finding: FindingText) -> dict[str, Any]:
    """A finding as the page shows it beside its field."""
    return {
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
