"""What people say to findings: a clerk's reason for a warning, a request to be let off an error, a reviewer's waiver.

A reply holds for a finding with the very same message. Messages quote the value, so a changed value is not covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from filings.checks import Finding
from filings.models import OFFICE_ROLES, Filing, Person, Reply, Role
from filings.services import log
from filings.services.access import roles_for
from filings.services.checking import CheckedFiling, check_filing
from filings.services.errors import Refused
from filings.services.locking import lock_editable_filing, lock_filing, require_editable
from filings.services.transactions import require_transaction, start_transaction

Key = tuple[str, str, str]
LONGEST = 1000
"""Characters of a reason."""


@dataclass(frozen=True)
class FindingReplies:
    """A finding, and what was said to it by kind."""

    finding: Finding
    replies: Mapping[str, Reply]

    @property
    def is_waived(self) -> bool:
        """Whether a reviewer lets it pass."""
        return Reply.Kind.WAIVER in self.replies

    @property
    def reason(self) -> Reply | None:
        """The clerk's words to it, be they a reason or a request."""
        return self.replies.get(Reply.Kind.REASON) or self.replies.get(Reply.Kind.REQUEST)

    @property
    def waiver(self) -> Reply | None:
        """The reviewer's words that let it pass."""
        return self.replies.get(Reply.Kind.WAIVER)

    @property
    def blocks(self) -> bool:
        """An error that nobody let pass."""
        return self.finding.severity == "error" and not self.is_waived

    @property
    def is_unexplained(self) -> bool:
        """A warning without a reason."""
        return self.finding.severity == "warning" and not self.is_waived and Reply.Kind.REASON not in self.replies


def with_replies(
    filing: Filing, findings: Iterable[Finding], replies: Iterable[Reply] | None = None
) -> list[FindingReplies]:
    """The findings with what was said to them; one query, none where the `replies` are known."""
    said: dict[Key, dict[str, Reply]] = {}
    for reply in filing.replies.select_related("person") if replies is None else replies:
        said.setdefault((reply.code, reply.path, reply.message), {})[reply.kind] = reply
    return [FindingReplies(finding, said.get(_key(finding), {})) for finding in findings]


def unwaived_findings(filing: Filing, findings: Sequence[Finding]) -> list[Finding]:
    """The findings without the errors that a reviewer let pass; asks the database only where there is an error."""
    if not any(finding.severity == "error" for finding in findings):
        return list(findings)
    return [one.finding for one in with_replies(filing, findings) if not one.is_waived]


def current_findings(filing: Filing) -> list[FindingReplies]:
    """All findings of a filing, checked together with its department's other sheets, with what was said to them."""
    return with_replies(filing, check_filing(filing).findings)


def findings_to_data(findings: Sequence[FindingReplies]) -> list[dict[str, str]]:
    """The findings as a submission keeps them."""
    return [
        {
            **asdict(one.finding),
            "reason": one.reason.text if one.reason else "",
            "waiver": f"{one.waiver.person}：{one.waiver.text}" if one.waiver else "",
        }
        for one in findings
    ]


def reasons_text(findings: Sequence[FindingReplies]) -> str:
    """The reasons of a submission in a few lines, for the log: each text once, with what it is said to."""
    said: dict[str, list[str]] = {}
    for one in findings:
        if one.finding.severity != "note" and one.reason and not one.blocks:
            said.setdefault(one.reason.text, []).append(one.finding.label)
    return "\n".join(f"说明（{'、'.join(dict.fromkeys(labels))}）：{text}" for text, labels in said.items())


def _key(finding: Finding) -> Key:
    return finding.code, finding.path, finding.message


def save_reasons(person: Person, filing_pk: int, reasons: Mapping[str, str]) -> None:
    """Store the clerk's reasons for the warnings of each check code, in a transaction of its own. Raises Refused."""
    with start_transaction():
        store_reasons(person, lock_filing(filing_pk), reasons)


def store_reasons(person: Person, filing: Filing, reasons: Mapping[str, str]) -> CheckedFiling:
    """Store reasons for the warnings of a locked filing, by check code; returns it as checked. Raises Refused."""
    require_transaction()
    texts = {code: _text(text) for code, text in reasons.items() if text.strip()}
    require_editable(person, filing)
    checked = check_filing(filing)
    for one in with_replies(filing, checked.findings):
        if one.finding.severity == "warning" and one.finding.code in texts and not one.is_waived:
            _put(filing, person, Reply.Kind.REASON, one.finding, texts[one.finding.code])
    return checked


def request_waiver(
    person: Person, filing_pk: int, code: str, path: str, text: str, now: datetime | None = None
) -> None:
    """The office asks to be let off an error; from now on the bureau sees the draft. Raises Refused."""
    text = _text(text)
    with start_transaction():
        filing = lock_editable_filing(person, filing_pk)
        finding = _current_finding(filing, code, path)
        _put(filing, person, Reply.Kind.REQUEST, finding, text)
        _note_requests(filing)
        log.append_event(
            filing, person, "request", filing.state, words=f"{finding.label}：{finding.message}\n理由：{text}", now=now
        )


def grant_waiver(person: Person, filing_pk: int, code: str, path: str, text: str, now: datetime | None = None) -> None:
    """A reviewer lets a finding pass, by name and with words. Raises Refused."""
    text = _text(text)
    with start_transaction():
        filing, finding = _for_bureau(person, filing_pk, code, path)
        _put(filing, person, Reply.Kind.WAIVER, finding, text)
        _note_requests(filing)
        log.append_event(
            filing, person, "waive", filing.state, words=f"{finding.label}：{finding.message}\n理由：{text}", now=now
        )


def decline_waiver(
    person: Person, filing_pk: int, code: str, path: str, text: str, now: datetime | None = None
) -> None:
    """A reviewer does not let a finding pass: the request is answered and gone. Raises Refused."""
    text = _text(text)
    with start_transaction():
        filing, finding = _for_bureau(person, filing_pk, code, path)
        asked = filing.replies.filter(kind=Reply.Kind.REQUEST, code=code, path=path, message=finding.message)
        if not asked.delete()[0]:
            raise Refused("这条豁免申请已经处理过，请刷新页面。")
        _note_requests(filing)
        log.append_event(
            filing, person, "decline", filing.state, words=f"{finding.label}：{finding.message}\n理由：{text}", now=now
        )


def open_requests(filing: Filing, findings: Iterable[FindingReplies]) -> list[FindingReplies]:
    """The findings that the office asks to be let off and nobody answered."""
    return [one for one in findings if Reply.Kind.REQUEST in one.replies and not one.is_waived]


def _for_bureau(person: Person, filing_pk: int, code: str, path: str) -> tuple[Filing, Finding]:
    filing = lock_filing(filing_pk)
    roles = roles_for(person, filing)
    if Role.REVIEWER not in roles:
        raise Refused("只有审核人可以豁免。")
    if roles & set(OFFICE_ROLES) or filing.submitted_by_id == person.pk:
        raise Refused("不能豁免自己单位的申报表，请由其他审核人处理。")
    return filing, _current_finding(filing, code, path)


def _current_finding(filing: Filing, code: str, path: str) -> Finding:
    """The finding as it stands now; Refused when it is gone."""
    found = check_filing(filing).findings
    finding = next((one for one in found if (one.code, one.path) == (code, path)), None)
    if finding is None:
        raise Refused("这条检查结果已经不在了，请刷新页面。")
    return finding


def _note_requests(filing: Filing) -> None:
    waived = set(filing.replies.filter(kind=Reply.Kind.WAIVER).values_list("code", "path", "message"))
    asked = set(filing.replies.filter(kind=Reply.Kind.REQUEST).values_list("code", "path", "message"))
    filing.waiver_requested = bool(asked - waived)
    filing.save(update_fields=["waiver_requested"])


def _put(filing: Filing, person: Person, kind: str, finding: Finding, text: str) -> None:
    code, path, message = _key(finding)
    Reply.objects.update_or_create(
        filing=filing,
        kind=kind,
        code=code,
        path=path,
        message=message,
        defaults={"text": text, "person": person, "jurisdiction_id": filing.jurisdiction_id},
    )


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("请写明理由。")
    if len(text) > LONGEST:
        raise Refused(f"理由不能超过 {LONGEST} 字。")
    return text
