"""Replies to findings: reasons for warnings, waiver requests for errors, and waivers.

A reply counts for a finding with the same check code, path and digest of the texts that the finding rests on. Moving
a row or rewording a message loses none; once a value was changed, the finding asks anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from filings.checks import Finding, FindingText, finding_to_data, group_key
from filings.models import DEPARTMENT_ROLES, Filing, Person, Reply, Role
from filings.services import log
from filings.services.access import roles_for
from filings.services.checking import CheckedFiling, check_filing
from filings.services.errors import Refused
from filings.services.locking import lock_editable_filing, lock_filing, require_editable
from filings.services.text_limits import REASON_LIMIT, require_within_limit
from filings.services.transactions import require_transaction, start_transaction

Key = tuple[str, str, str]
"""Check code, path and digest: what ties a reply to a finding."""
AnyFinding = TypeVar("AnyFinding", Finding, FindingText)


@dataclass(frozen=True)
class FindingReplies(Generic[AnyFinding]):
    """A finding, or its words, with its replies by kind."""

    finding: AnyFinding
    replies: Mapping[str, Reply]

    @property
    def is_waived(self) -> bool:
        """Whether a reviewer granted a waiver."""
        return Reply.Kind.WAIVER in self.replies

    @property
    def reason(self) -> Reply | None:
        """The clerk's reason or, without one, the waiver request."""
        return self.replies.get(Reply.Kind.REASON) or self.replies.get(Reply.Kind.REQUEST)

    @property
    def waiver(self) -> Reply | None:
        """The reviewer's waiver."""
        return self.replies.get(Reply.Kind.WAIVER)

    @property
    def blocks(self) -> bool:
        """Whether it blocks a submission: an error without a waiver."""
        return self.finding.severity == "error" and not self.is_waived

    @property
    def is_missing_reason(self) -> bool:
        """Whether it is a warning without a reason or waiver, which blocks a submission too."""
        return self.finding.severity == "warning" and not self.is_waived and Reply.Kind.REASON not in self.replies


def with_replies(
    filing: Filing, findings: Iterable[AnyFinding], replies: Iterable[Reply] | None = None
) -> list[FindingReplies[AnyFinding]]:
    """The findings with their replies. One query, none if the filing's `replies` are given."""
    by_finding: dict[Key, dict[str, Reply]] = {}
    for reply in filing.replies.select_related("person") if replies is None else replies:
        by_finding.setdefault((reply.code, reply.path, reply.digest), {})[reply.kind] = reply
    return [FindingReplies(finding, by_finding.get(_key(finding), {})) for finding in findings]


def unwaived_findings(filing: Filing, findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those that were waived. One query, none if no finding is an error."""
    if not any(finding.severity == "error" for finding in findings):
        return list(findings)
    return [one.finding for one in with_replies(filing, findings) if not one.is_waived]


def current_findings(filing: Filing) -> list[FindingReplies[FindingText]]:
    """All findings of a filing with their replies, checked now together with its department's other sheets."""
    checked = check_filing(filing)
    return with_replies(filing, checked.describe(checked.findings))


def earlier_replies(filing: Filing, findings: Iterable[FindingReplies[Any]]) -> list[Reply]:
    """Replies that belong to none of the findings any more: to an earlier content, or stored under a message."""
    current = {reply.pk for one in findings for reply in one.replies.values()}
    return [reply for reply in filing.replies.select_related("person") if reply.pk not in current]


def findings_to_data(findings: Sequence[FindingReplies[FindingText]]) -> list[dict[str, Any]]:
    """The findings with reason and waiver as JSON-ready data: what a revision stores."""
    return [
        {
            **finding_to_data(one.finding.finding),
            "reason": one.reason.text if one.reason else "",
            "waiver": f"{one.waiver.person}：{one.waiver.text}" if one.waiver else "",
        }
        for one in findings
    ]


def reasons_text(findings: Sequence[FindingReplies[FindingText]]) -> str:
    """The reasons of a submission for the log, a line for each text with the labels of its findings; '' without any."""
    labels_by_text: dict[str, list[str]] = {}
    for one in findings:
        if one.finding.severity != "note" and one.reason and not one.blocks:
            labels_by_text.setdefault(one.reason.text, []).append(one.finding.label)
    return "\n".join(f"说明（{'、'.join(dict.fromkeys(labels))}）：{text}" for text, labels in labels_by_text.items())


def _key(finding: Finding | FindingText) -> Key:
    return finding.code, finding.path, finding.digest


def save_reasons(person: Person, filing_pk: int, reasons: Mapping[str, str]) -> None:
    """Store the clerk's reasons as `store_reasons` does, in a transaction of its own. Raises Refused."""
    with start_transaction():
        store_reasons(person, lock_filing(filing_pk), reasons)


def store_reasons(person: Person, filing: Filing, reasons: Mapping[str, str]) -> CheckedFiling:
    """Store reasons for the warnings of a locked filing; returns the filing as checked for it.

    A reason answers all warnings of one check and column (by `group_key`), or of a whole check (by its code); the
    reason for the column goes first. Empty texts are left out. Needs a transaction; raises Refused where the person may
    not edit, or a text is too long.
    """
    require_transaction()
    texts = {key: _valid_text(text) for key, text in reasons.items() if text.strip()}
    require_editable(person, filing)
    checked = check_filing(filing)
    for one in with_replies(filing, checked.describe(checked.findings)):
        text = texts.get(group_key(one.finding)) or texts.get(one.finding.code)
        if text and one.finding.severity == "warning" and not one.is_waived:
            _store_reply(filing, person, Reply.Kind.REASON, one.finding, text)
    return checked


def request_waiver(
    person: Person, filing_pk: int, code: str, path: str, text: str, now: datetime | None = None
) -> None:
    """Request a waiver of a finding as the department, in a transaction of its own.

    From then on the bureau sees the draft. Raises Refused where the person may not edit, the finding is gone, and
    where the text is empty or too long.
    """
    text = _valid_text(text)
    with start_transaction():
        filing = lock_editable_filing(person, filing_pk)
        finding = _current_finding(filing, code, path)
        _store_reply(filing, person, Reply.Kind.REQUEST, finding, text)
        _log_reply(filing, person, "request", finding, text, now)


def grant_waiver(person: Person, filing_pk: int, code: str, path: str, text: str, now: datetime | None = None) -> None:
    """Grant a waiver of a finding as a reviewer, with or without a request, in a transaction of its own.

    Raises Refused where the person may not, the finding is gone, and where the text is empty or too long.
    """
    text = _valid_text(text)
    with start_transaction():
        filing, finding = _finding_for_reviewer(person, filing_pk, code, path)
        _store_reply(filing, person, Reply.Kind.WAIVER, finding, text)
        _log_reply(filing, person, "waive", finding, text, now)


def refuse_waiver(person: Person, filing_pk: int, code: str, path: str, text: str, now: datetime | None = None) -> None:
    """Decline a waiver request as a reviewer, in a transaction of its own: the request is deleted, the log keeps both.

    Raises Refused as `grant_waiver`, and where there is no such request.
    """
    text = _valid_text(text)
    with start_transaction():
        filing, finding = _finding_for_reviewer(person, filing_pk, code, path)
        requests = filing.replies.filter(kind=Reply.Kind.REQUEST, code=code, path=path, digest=finding.digest)
        if not requests.delete()[0]:
            raise Refused("waiver_request_settled")
        _log_reply(filing, person, "decline", finding, text, now)


def open_requests(filing: Filing, findings: Iterable[FindingReplies[AnyFinding]]) -> list[FindingReplies[AnyFinding]]:
    """The findings with a waiver request that nobody has answered."""
    return [one for one in findings if Reply.Kind.REQUEST in one.replies and not one.is_waived]


def _finding_for_reviewer(person: Person, filing_pk: int, code: str, path: str) -> tuple[Filing, FindingText]:
    """The locked filing and its finding for a reviewer who may waive it. Needs a transaction; raises Refused."""
    filing = lock_filing(filing_pk)
    roles = roles_for(person, filing)
    if Role.REVIEWER not in roles:
        raise Refused("waiver_by_reviewer_only")
    if roles & set(DEPARTMENT_ROLES) or filing.submitted_by_id == person.pk:
        raise Refused("waiver_of_own_department")
    return filing, _current_finding(filing, code, path)


def _current_finding(filing: Filing, code: str, path: str) -> FindingText:
    """The first finding of a check at a path, checked now. Raises Refused where there is none any more."""
    checked = check_filing(filing)
    findings = checked.describe(one for one in checked.findings if (one.code, one.path) == (code, path))
    finding = next(iter(findings), None)
    if finding is None:
        raise Refused("finding_gone")
    return finding


def _log_reply(
    filing: Filing, person: Person, action: str, finding: FindingText, text: str, now: datetime | None
) -> None:
    """Set whether the filing has open waiver requests, and log what was asked or decided."""
    _set_waiver_requested(filing)
    words = f"{finding.label}：{finding.message}\n理由：{text}"
    log.append_event(filing, person, action, filing.state, words=words, now=now)


def _set_waiver_requested(filing: Filing) -> None:
    """Store whether any request was not answered with a waiver yet: lists and access ask for it."""
    waived = set(filing.replies.filter(kind=Reply.Kind.WAIVER).values_list("code", "path", "digest"))
    requested = set(filing.replies.filter(kind=Reply.Kind.REQUEST).values_list("code", "path", "digest"))
    filing.waiver_requested = bool(requested - waived)
    filing.save(update_fields=["waiver_requested"])


def _store_reply(filing: Filing, person: Person, kind: str, finding: FindingText, text: str) -> None:
    """Store a reply to a finding; it replaces an earlier one of the same kind."""
    code, path, digest = _key(finding)
    Reply.objects.update_or_create(
        filing=filing,
        kind=kind,
        code=code,
        path=path,
        digest=digest,
        defaults={
            "message": finding.message,
            "text": text,
            "person": person,
            "jurisdiction_id": filing.jurisdiction_id,
        },
    )


def _valid_text(text: str) -> str:
    """The text without blanks around it. Raises Refused where it is empty or too long."""
    text = text.strip()
    if not text:
        raise Refused("reason_missing")
    require_within_limit(text, REASON_LIMIT, "理由")
    return text
