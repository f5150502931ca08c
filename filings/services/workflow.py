"""The workflow of a filing: one table of transitions between states, and the functions that apply them.

One transaction locks the filing, guards, stores what was submitted, changes the state, and appends to the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from filings.checks import FindingText
from filings.models import DEPARTMENT_ROLES, WITH_BUREAU, Cycle, Event, Filing, Person, Remark, Revision, Role, State
from filings.services import log
from filings.services.access import roles_for
from filings.services.attachments import attachments_data, attachments_text
from filings.services.checking import CheckedFiling, check_filing, enqueue_recount
from filings.services.documents import content_data, layout_variables
from filings.services.errors import Refused
from filings.services.exports import enqueue_render
from filings.services.final_papers import write_final_paper
from filings.services.finding_replies import (
    FindingReplies,
    findings_to_data,
    reasons_text,
    store_reasons,
    with_replies,
)
from filings.services.locking import lock_filing
from filings.services.remarks import resubmission_findings
from filings.services.text_limits import DECISION_LIMIT, REMARK_LIMIT, require_within_limit
from filings.services.transactions import start_transaction
from filings.sheet.document import Document, digest


@dataclass(frozen=True)
class Transition:
    """A transition between states: its label, source and target states, and the roles that may apply it."""

    action: str
    label: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    needs_words: bool = False


TRANSITIONS: Mapping[str, Transition] = {
    transition.action: transition
    for transition in (
        Transition("submit", "送审", (State.DRAFT, State.RETURNED), State.SUBMITTED, DEPARTMENT_ROLES),
        Transition("withdraw", "撤回", (State.SUBMITTED,), State.DRAFT, DEPARTMENT_ROLES),
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
    **{transition.action: transition.label for transition in TRANSITIONS.values()},
}
"""Chinese label of each action in the log, transitions and others."""


class SubmissionBlocked(Refused):
    """Refused because of errors without a waiver or warnings without a reason; `findings` are these."""

    def __init__(self, errors: Sequence[FindingText], unexplained: Sequence[FindingText] = ()) -> None:
        super().__init__("submission_blocked", errors=len(errors), unexplained=len(unexplained))
        self.findings = [*errors, *unexplained]


def available_transitions(person: Person, filing: Filing) -> list[Transition]:
    """The transitions that this person may apply to the filing in its present state, whatever the cycle's times."""
    roles = roles_for(person, filing)
    return [
        transition
        for transition in TRANSITIONS.values()
        if filing.state in transition.sources
        and roles & set(transition.roles)
        and not _reviews_own_work(person, filing, transition)
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
    """Apply one transition in a transaction of its own; asked for again at once, it returns the same event.

    `version` is the one that the person saw; `remarks` are (path of the cell, text) to add with it; `now` is the time
    of the request. Raises Refused with the reason, SubmissionBlocked with the findings; then nothing is stored.
    """
    remarks = [(path, text.strip()) for path, text in remarks if text.strip()]
    request = _Request(person, TRANSITIONS[action], version, words.strip(), remarks, now or timezone.now())
    with start_transaction():
        return _apply(lock_filing(filing_pk), request)


def submit_filing(
    person: Person,
    filing_pk: int,
    *,
    version: int | None = None,
    reasons: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Event:
    """Store the clerk's reasons by check code, and submit: one transaction, and the department is checked once.

    The reasons stay stored even if something else still blocks the submission: nobody types them twice. Raises as
    `apply_transition` does.
    """
    request = _Request(person, TRANSITIONS["submit"], version, "", (), now or timezone.now())
    with start_transaction():
        filing = lock_filing(filing_pk)
        # A second click comes when the first has submitted: it gets the same answer.
        checked = store_reasons(person, filing, reasons) if reasons and filing.editable else None
        try:
            return _apply(filing, request, checked)
        except Refused as refusal:
            # Nothing but the reasons was written yet: they are committed, and the error is raised after that.
            refused = refusal
    raise refused


@dataclass(frozen=True)
class _Request:
    """A transition that a person asked for."""

    person: Person
    transition: Transition
    version: int | None
    words: str
    remarks: Sequence[tuple[str, str]]
    now: datetime


def _apply(filing: Filing, request: _Request, checked: CheckedFiling | None = None) -> Event:
    """Guard the transition and apply it to the locked filing; all guards come before the first write."""
    if not roles_for(request.person, filing) & set(request.transition.roles):
        raise Refused("no_permission", action=request.transition.label)
    if repeated := _repeated_event(request.person, filing, request.transition):
        return repeated
    _guard(filing, request)
    if request.transition.action == "submit":
        return _submit(filing, request, checked or check_filing(filing))
    return _decide(filing, request)


def _repeated_event(person: Person, filing: Filing, transition: Transition) -> Event | None:
    """The last event of the filing, if it is the same transition by the same person: somebody clicked twice."""
    if filing.state != transition.target or filing.state in transition.sources:
        return None
    last = Event.objects.filter(filing=filing).order_by("-id").first()
    return last if last and last.action == transition.action and last.person_id == person.pk else None


def _guard(filing: Filing, request: _Request) -> None:
    """Raise Refused unless state, person, version, words and time allow the transition."""
    transition = request.transition
    require_within_limit(request.words, DECISION_LIMIT, "意见")
    for _, text in request.remarks:
        require_within_limit(text, REMARK_LIMIT, "意见")
    if filing.state not in transition.sources:
        raise Refused("wrong_state", state=filing.get_state_display(), action=transition.label)
    if _reviews_own_work(request.person, filing, transition):
        raise Refused("own_submission")
    if request.version is not None and request.version != filing.version:
        raise Refused("content_changed")
    if transition.needs_words and not request.words and not request.remarks:
        raise Refused("words_missing", action=transition.label)
    if transition.action == "submit":
        _guard_time(filing.cycle, request.now)


def _reviews_own_work(person: Person, filing: Filing, transition: Transition) -> bool:
    """Whether a transition of reviewers would be applied by the person who submitted the filing."""
    return Role.REVIEWER in transition.roles and filing.submitted_by_id == person.pk


def _guard_time(cycle: Cycle, now: datetime) -> None:
    """Raise Refused before the cycle opens and after its deadline."""
    if now > cycle.deadline:
        raise Refused("deadline_passed", deadline=timezone.localtime(cycle.deadline))
    if now < cycle.opens_at:
        raise Refused("cycle_not_open")


def submission_findings(filing: Filing, checked: CheckedFiling | None = None) -> list[FindingReplies[FindingText]]:
    """All findings of a filing with their replies, and of a returned one those that block a resubmission (C73).

    `checked` saves checking the department again.
    """
    checked = checked or check_filing(filing)
    findings = [*resubmission_findings(filing, checked.subject.document), *checked.findings]
    return with_replies(filing, checked.describe(findings))


def _submit(filing: Filing, request: _Request, checked: CheckedFiling) -> Event:
    """Store the revision and log the submission. Raises SubmissionBlocked before anything is written."""
    findings = submission_findings(filing, checked)
    errors = [one.finding for one in findings if one.blocks]
    unexplained = [one.finding for one in findings if one.is_missing_reason]
    if errors or unexplained:
        raise SubmissionBlocked(errors, unexplained)
    filing.submitted_by, filing.submitted_at = request.person, request.now
    revision = _freeze(request.person, filing, checked.subject.document, findings)
    attachments = list(filing.attachments.all())
    texts = request.words, reasons_text(findings), attachments_text(attachments)
    event = _change_state(filing, request, "\n".join(filter(None, texts)), revision, attachments_data(attachments))
    enqueue_render(revision.pk)
    return event


def _decide(filing: Filing, request: _Request) -> Event:
    """Apply any transition but a submission: new remarks are stored, and earlier ones closed where it settles them."""
    Remark.objects.bulk_create(
        Remark(jurisdiction_id=filing.jurisdiction_id, filing=filing, path=path, text=text, person=request.person)
        for path, text in request.remarks
    )
    if request.transition.action == "approve":
        filing.remarks.update(status=Remark.Status.CLOSED)
    elif request.transition.action == "return":
        # An answer that was not opened again is settled: it must not count as an answer to this return.
        filing.remarks.filter(status=Remark.Status.ANSWERED).update(status=Remark.Status.CLOSED)
    if request.transition.action == "approve" and (revision := filing.revisions.order_by("-number").first()):
        write_final_paper.enqueue(revision.pk)
    remark_count = f"见单元格意见 {len(request.remarks)} 条。" if request.remarks else ""
    return _change_state(filing, request, request.words or remark_count)


def _change_state(
    filing: Filing,
    request: _Request,
    words: str,
    revision: Revision | None = None,
    attachments: list[dict[str, str]] | None = None,
) -> Event:
    """Change the state, append the event, and have the department's findings counted again."""
    before, filing.state = filing.state, request.transition.target
    filing.approved_at = request.now if request.transition.action == "approve" else None
    filing.save(update_fields=["state", "submitted_by", "submitted_at", "approved_at", "changed_at"])
    event = log.append_event(
        filing,
        request.person,
        request.transition.action,
        before,
        words=words,
        revision=revision,
        attachments=attachments,
        now=request.now,
    )
    enqueue_recount(filing)
    return event


def _freeze(
    person: Person, filing: Filing, document: Document, findings: Sequence[FindingReplies[FindingText]]
) -> Revision:
    """Store the submitted document as a revision, with its digest and findings; a revision never changes."""
    content = content_data(document, layout_variables(filing), filing.layout.sha256)
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
