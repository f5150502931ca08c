"""The life of a filing: one table of steps, one function that takes them.

A step locks the row, guards, changes the state, freezes what is sent in, logs: all in one transaction. The same step
asked twice is taken once and answered alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from filings.checks import Finding
from filings.models import OFFICE_ROLES, Event, Filing, Person, Remark, Revision, Role, State
from filings.services import log
from filings.services.access import Refused, roles_for
from filings.services.attachments import attachments_text
from filings.services.checking import enqueue_recount
from filings.services.documents import layout_variables, load_document
from filings.services.drafts import lock_filing
from filings.services.exports import enqueue_render
from filings.services.remarks import resubmission_findings
from filings.services.replies import FindingReplies, current_findings, findings_to_data, reasons_text, with_replies
from filings.sheet.document import digest, document_to_data


@dataclass(frozen=True)
class Transition:
    """One step: its name on the button, from which states, to which, and who may take it."""

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
            (State.SUBMITTED, State.IN_REVIEW),
            State.RETURNED,
            (Role.REVIEWER,),
            needs_words=True,
        ),
        Transition("approve", "审核通过", (State.SUBMITTED, State.IN_REVIEW), State.APPROVED, (Role.REVIEWER,)),
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
"""What the log calls each deed, those included that are no steps."""


class SubmissionBlocked(Refused):
    """A submission with errors, or with warnings that nobody explained; `findings` says which."""

    def __init__(self, errors: Sequence[Finding], unexplained: Sequence[Finding] = ()) -> None:
        wrong = f"还有 {len(errors)} 处错误，改正后才能送审。" if errors else ""
        silent = f"还有 {len(unexplained)} 处提示没有说明，改正或写明理由后才能送审。" if unexplained else ""
        super().__init__(wrong + silent)
        self.findings = [*errors, *unexplained]


def available_transitions(person: Person, filing: Filing) -> list[Transition]:
    """The steps that this person can take now."""
    roles = roles_for(person, filing)
    return [
        step
        for step in TRANSITIONS.values()
        if filing.state in step.sources and roles & set(step.roles) and not _own_work(person, filing, step)
    ]


def apply_transition(
    person: Person,
    filing_pk: int,
    action: str,
    *,
    version: int | None = None,
    words: str = "",
    remarks: Sequence[tuple[str, str]] = (),
) -> Event:
    """Take one step; `version` is the one the person saw. Raises Refused with the reason in Chinese."""
    step = TRANSITIONS[action]
    remarks = [(path, text.strip()) for path, text in remarks if text.strip()]
    with transaction.atomic():
        filing = lock_filing(filing_pk)
        if not roles_for(person, filing) & set(step.roles):
            raise Refused(f"您没有“{step.label}”的权限。")
        if repeated := _already(person, filing, step):
            return repeated
        _guard(person, filing, step, version, words, remarks)
        return _carry_out(person, filing, step, words, remarks)


def _already(person: Person, filing: Filing, step: Transition) -> Event | None:
    """The event of the same step by the same person, when it was the last thing that happened: a double click."""
    if filing.state != step.target or filing.state in step.sources:
        return None
    last = Event.objects.filter(filing=filing).order_by("-id").first()
    return last if last and last.action == step.action and last.person_id == person.pk else None


def _guard(
    person: Person,
    filing: Filing,
    step: Transition,
    version: int | None,
    words: str,
    remarks: Sequence[tuple[str, str]],
) -> None:
    if filing.state not in step.sources:
        raise Refused(f"这张表现在是“{filing.get_state_display()}”，不能{step.label}；可能刚被别人处理过，请刷新页面。")
    if _own_work(person, filing, step):
        raise Refused("不能审核自己送审的申报表，请由其他审核人处理。")
    if version is not None and version != filing.version:
        raise Refused("内容在您打开之后有改动，请刷新页面核对后再操作。")
    if step.needs_words and not words.strip() and not remarks:
        raise Refused(f"{step.label}必须写明意见。")
    if step.action == "submit":
        _guard_time(filing)


def _own_work(person: Person, filing: Filing, step: Transition) -> bool:
    return Role.REVIEWER in step.roles and filing.submitted_by_id == person.pk


def _guard_time(filing: Filing) -> None:
    now = timezone.now()
    if now > filing.cycle.deadline:
        deadline = timezone.localtime(filing.cycle.deadline)
        raise Refused(f"本批次已于 {deadline:%Y年%m月%d日 %H:%M} 截止，如需补报请联系财政局管理员延长期限。")
    if now < filing.cycle.opens_at:
        raise Refused("本批次尚未开始。")


def submission_findings(filing: Filing) -> list[FindingReplies]:
    """All that is said of a filing before it is sent in: what blocks it, what wants a reason, what only informs."""
    owing = (
        with_replies(filing, resubmission_findings(filing, load_document(filing)))
        if filing.state == State.RETURNED
        else []
    )
    return owing + current_findings(filing)


def _guard_submission(filing: Filing) -> list[FindingReplies]:
    findings = submission_findings(filing)
    errors = [one.finding for one in findings if one.blocks]
    unexplained = [one.finding for one in findings if one.is_unexplained]
    if errors or unexplained:
        raise SubmissionBlocked(errors, unexplained)
    return findings


def _carry_out(
    person: Person, filing: Filing, step: Transition, words: str, remarks: Sequence[tuple[str, str]]
) -> Event:
    revision = None
    if step.action == "submit":
        findings = _guard_submission(filing)
        filing.submitted_by, filing.submitted_at = person, timezone.now()
        revision = _freeze(person, filing, findings)
        said = words.strip(), reasons_text(findings), attachments_text(filing.attachments.all())
        words = "\n".join(filter(None, said))
    before, filing.state = filing.state, step.target
    filing.approved_at = timezone.now() if step.action == "approve" else None
    filing.save(update_fields=["state", "submitted_by", "submitted_at", "approved_at", "changed_at"])
    for path, text in remarks:
        Remark.objects.create(
            jurisdiction_id=filing.jurisdiction_id, filing=filing, path=path, text=text, person=person
        )
    if step.action == "approve":
        filing.remarks.update(status=Remark.Status.CLOSED)
    elif step.action == "return":
        # What was answered and not opened again is settled: it is no answer to this return.
        filing.remarks.filter(status=Remark.Status.ANSWERED).update(status=Remark.Status.CLOSED)
    if remarks and not words.strip():
        words = f"见单元格意见 {len(remarks)} 条。"
    event = log.append_event(filing, person, step.action, before, words=words.strip(), revision=revision)
    if revision:
        transaction.on_commit(lambda: enqueue_render(revision.pk))
    transaction.on_commit(lambda: enqueue_recount(filing))
    return event


def _freeze(person: Person, filing: Filing, findings: Sequence[FindingReplies]) -> Revision:
    """The frozen document of a submission, with its digest and what was said of it."""
    document, setting = document_to_data(load_document(filing)), asdict(layout_variables(filing))
    number = filing.revisions.count() + 1
    return Revision.objects.create(
        jurisdiction_id=filing.jurisdiction_id,
        filing=filing,
        number=number,
        layout=filing.layout,
        document=document,
        variables=setting,
        findings=findings_to_data(findings),
        sha256=digest({"document": document, "setting": setting, "layout": filing.layout.sha256}),
        person=person,
    )
