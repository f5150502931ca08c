"""The workflow of a filing: one table of transitions between states, and the functions that apply them.

A transition locks the filing, guards, stores the submitted content, changes the state and logs, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils import timezone

from filings.checks import Finding
from filings.models import OFFICE_ROLES, WITH_BUREAU, Cycle, Event, Filing, Person, Remark, Revision, Role, State
from filings.services import log
from filings.services.access import roles_for
from filings.services.attachments import attachments_text
from filings.services.checking import CheckedFiling, check_filing, enqueue_recount
from filings.services.documents import layout_variables
from filings.services.errors import Refused
from filings.services.exports import enqueue_render
from filings.services.locking import lock_filing
from filings.services.remarks import resubmission_findings
from filings.services.replies import (
    FindingReplies,
    findings_to_data,
    reasons_text,
    store_reasons,
    with_replies,
)
from filings.services.transactions import start_transaction
from filings.sheet.document import Document, digest, document_to_data


@dataclass(frozen=True)
class Transition:
    """A transition: the label of its button, its source and target states, and the roles that may apply it."""

    action: str
    label: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    needs_words: bool = False


TRANSITIONS: Mapping[str, Transition] = {
    step.action: step
    for step in (
        Transition("submit", "送审", (State.DRAFT, State.RETURNED), State.SUBMITTED, OFFICE_ROLES),
        Transition("withdraw", "撤回", (State.SUBMITTED,), State.DRAFT, OFFICE_ROLES),
        Transition("start_review", "开始审核", (State.SUBMITTED,), State.IN_REVIEW, (Role.REVIEWER,)),
        Transition(
            "return",
            "退回",
            WITH_BUREAU,
            State.RETURNED,
            (Role.REVIEWER,),
            needs_words=True,
        ),
        Transition("approve", "审核通过", WITH_BUREAU, State.APPROVED, (Role.REVIEWER,)),
        Transition("reopen", "重新开放", (State.APPROVED,), State.RETURNED, (Role.ADMIN,), needs_words=True),
    )
}


ACTION_LABELS: Mapping[str, str] = {
    "start": "建立",
    "copy": "复制建立",
    "request": "申请豁免",
    "waive": "同意豁免",
    "decline": "不予豁免",
    **{step.action: step.label for step in TRANSITIONS.values()},
}
"""Chinese label of each action in the log, transitions and others."""


class SubmissionBlocked(Refused):
    """Refused because of errors, or of warnings without a reason; `findings` are these."""

    def __init__(self, errors: Sequence[Finding], unexplained: Sequence[Finding] = ()) -> None:
        wrong = f"还有 {len(errors)} 处错误，改正后才能送审。" if errors else ""
        silent = f"还有 {len(unexplained)} 处提示没有说明，改正或写明理由后才能送审。" if unexplained else ""
        super().__init__(wrong + silent)
        self.findings = [*errors, *unexplained]


def available_transitions(person: Person, filing: Filing) -> list[Transition]:
    """The transitions that this person can apply to the filing now."""
    roles = roles_for(person, filing)
    return [
        step
        for step in TRANSITIONS.values()
        if filing.state in step.sources and roles & set(step.roles) and not _own_work(person, filing, step)
    ]


def apply_transition(  # noqa: PLR0913 - what, by whom, with which words, when
    person: Person,
    filing_pk: int,
    action: str,
    *,
    version: int | None = None,
    words: str = "",
    remarks: Sequence[tuple[str, str]] = (),
    now: datetime | None = None,
) -> Event:
    """Take one transition in a transaction of its own; asked twice, it is taken once and answered alike.

    `version` is the one that the person saw; `remarks` are (path of the cell, text) to add with it; `now` is the time
    of the request. Raises Refused with the reason, SubmissionBlocked with the findings.
    """
    remarks = [(path, text.strip()) for path, text in remarks if text.strip()]
    request = _Request(person, TRANSITIONS[action], version, words.strip(), remarks, now or timezone.now())
    with start_transaction():
        return _take(lock_filing(filing_pk), request)


def submit_filing(
    person: Person,
    filing_pk: int,
    *,
    version: int | None = None,
    reasons: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Event:
    """Store the clerk's reasons by check code, and submit: one transaction, and the department is checked once.

    The reasons stay stored even if something else still stops the submission: nobody types them twice. Raises as
    `apply_transition` does.
    """
    request = _Request(person, TRANSITIONS["submit"], version, "", (), now or timezone.now())
    with start_transaction():
        filing = lock_filing(filing_pk)
        checked = store_reasons(person, filing, reasons) if reasons else None
        try:
            return _take(filing, request, checked)
        except Refused as refusal:
            # Nothing but the reasons was written yet: the transaction ends well, and then the person is told.
            refused = refusal
    raise refused


@dataclass(frozen=True)
class _Request:
    """A transition that somebody asked for."""

    person: Person
    step: Transition
    version: int | None
    words: str
    remarks: Sequence[tuple[str, str]]
    now: datetime


def _take(filing: Filing, request: _Request, checked: CheckedFiling | None = None) -> Event:
    """Guard the transition and carry it out; all guards come before the first write."""
    if not roles_for(request.person, filing) & set(request.step.roles):
        raise Refused(f"您没有“{request.step.label}”的权限。")
    if repeated := _already(request.person, filing, request.step):
        return repeated
    _guard(filing, request)
    if request.step.action == "submit":
        return _submit(filing, request, checked or check_filing(filing))
    return _decide(filing, request)


def _already(person: Person, filing: Filing, step: Transition) -> Event | None:
    """The event of the same transition by the same person, when it was the last thing that happened: a double click."""
    if filing.state != step.target or filing.state in step.sources:
        return None
    last = Event.objects.filter(filing=filing).order_by("-id").first()
    return last if last and last.action == step.action and last.person_id == person.pk else None


def _guard(filing: Filing, request: _Request) -> None:
    step = request.step
    if filing.state not in step.sources:
        raise Refused(f"这张表现在是“{filing.get_state_display()}”，不能{step.label}；可能刚被别人处理过，请刷新页面。")
    if _own_work(request.person, filing, step):
        raise Refused("不能审核自己送审的申报表，请由其他审核人处理。")
    if request.version is not None and request.version != filing.version:
        raise Refused("内容在您打开之后有改动，请刷新页面核对后再操作。")
    if step.needs_words and not request.words and not request.remarks:
        raise Refused(f"{step.label}必须写明意见。")
    if step.action == "submit":
        _guard_time(filing.cycle, request.now)


def _own_work(person: Person, filing: Filing, step: Transition) -> bool:
    return Role.REVIEWER in step.roles and filing.submitted_by_id == person.pk


def _guard_time(cycle: Cycle, now: datetime) -> None:
    if now > cycle.deadline:
        deadline = timezone.localtime(cycle.deadline)
        raise Refused(f"本批次已于 {deadline:%Y年%m月%d日 %H:%M} 截止，如需补报请联系财政局管理员延长期限。")
    if now < cycle.opens_at:
        raise Refused("本批次尚未开始。")


def submission_findings(filing: Filing, checked: CheckedFiling | None = None) -> list[FindingReplies]:
    """All findings that a submission has to deal with, with their replies: blocking ones, warnings and notes.

    Of a returned filing also what it owes the reviewer (C73). `checked` saves checking the department again.
    """
    checked = checked or check_filing(filing)
    return with_replies(filing, [*resubmission_findings(filing, checked.subject.document), *checked.findings])


def _submit(filing: Filing, request: _Request, checked: CheckedFiling) -> Event:
    findings = submission_findings(filing, checked)
    errors = [one.finding for one in findings if one.blocks]
    unexplained = [one.finding for one in findings if one.is_unexplained]
    if errors or unexplained:
        raise SubmissionBlocked(errors, unexplained)
    filing.submitted_by, filing.submitted_at = request.person, request.now
    revision = _freeze(request.person, filing, checked.subject.document, findings)
    said = request.words, reasons_text(findings), attachments_text(filing.attachments.all())
    event = _log(filing, request, "\n".join(filter(None, said)), revision)
    enqueue_render(revision.pk)
    return event


def _decide(filing: Filing, request: _Request) -> Event:
    """Any transition but a submission: remarks are added or settled with it."""
    Remark.objects.bulk_create(
        Remark(jurisdiction_id=filing.jurisdiction_id, filing=filing, path=path, text=text, person=request.person)
        for path, text in request.remarks
    )
    if request.step.action == "approve":
        filing.remarks.update(status=Remark.Status.CLOSED)
    elif request.step.action == "return":
        # An answer that was not opened again is settled: it must not count as an answer to this return.
        filing.remarks.filter(status=Remark.Status.ANSWERED).update(status=Remark.Status.CLOSED)
    counted = f"见单元格意见 {len(request.remarks)} 条。" if request.remarks else ""
    return _log(filing, request, request.words or counted)


def _log(filing: Filing, request: _Request, words: str, revision: Revision | None = None) -> Event:
    """Change the state, append the event, and have the department's findings counted again."""
    before, filing.state = filing.state, request.step.target
    filing.approved_at = request.now if request.step.action == "approve" else None
    filing.save(update_fields=["state", "submitted_by", "submitted_at", "approved_at", "changed_at"])
    event = log.append_event(
        filing, request.person, request.step.action, before, words=words, revision=revision, now=request.now
    )
    enqueue_recount(filing)
    return event


def _freeze(person: Person, filing: Filing, document: Document, findings: Sequence[FindingReplies]) -> Revision:
    """Store the submitted document with its digest and findings; it never changes again."""
    content = {
        "document": document_to_data(document),
        "setting": asdict(layout_variables(filing)),
        "layout": filing.layout.sha256,
    }
    return Revision.objects.create(
        jurisdiction_id=filing.jurisdiction_id,
        filing=filing,
        number=filing.revisions.count() + 1,
        layout=filing.layout,
        document=content["document"],
        variables=content["setting"],
        findings=findings_to_data(findings),
        sha256=digest(content),
        person=person,
    )
