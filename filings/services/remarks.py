"""Remarks on cells: added by reviewers, answered by clerks, closed by reviewers; and what blocks a resubmission."""

from __future__ import annotations

from collections.abc import Collection

from filings.checks import Finding, address_finding
from filings.models import DEPARTMENT_ROLES, WITH_BUREAU, Event, Filing, Person, Remark, Role, State
from filings.services.access import roles_for
from filings.services.attachments import attachments_data
from filings.services.errors import Refused
from filings.services.layouts import compiled_layout
from filings.services.locking import lock_filing
from filings.services.text_limits import ANSWER_LIMIT, REMARK_LIMIT, require_within_limit
from filings.services.transactions import start_transaction
from filings.sheet.diff import diff_documents
from filings.sheet.document import Document, Path, PathError, document_from_data
from filings.sheet.layout import Layout

WHOLE_FORM = {"label": "整张表"}
"""The label of a finding at no cell."""


def cell_label(layout: Layout, document: Document, address: str) -> str:
    """The label of the cell, table or whole sheet that a remark is on, in a table with the row's number.

    A path that the layout does not have is shown as it is.
    """
    if not address:
        return "整张表"
    if address in layout.tables:
        return layout.tables[address].label
    try:
        path = Path.parse(address)
    except PathError:
        return address
    fixed = layout.tables[path.name].fixed if path.name in layout.tables else {}
    if not path.row or path.row in fixed:
        return layout.label(path)
    rows = [row for row in document.rows(path.name) if row.id not in fixed]
    number = next((i for i, row in enumerate(rows, 1) if row.id == path.row), None)
    if number is None:
        return f"{layout.label(path)}（该行已删除）"
    return f"第 {number} 行 {layout.label(path)}"


def add_remark(person: Person, filing_pk: int, path: str, text: str) -> Remark:
    """Add a reviewer's remark on a cell, in a transaction of its own.

    Raises Refused for anybody but a reviewer, outside a review, without text, and where the text is too long.
    """
    with start_transaction():
        filing = lock_filing(filing_pk)
        if Role.REVIEWER not in roles_for(person, filing):
            raise Refused("remark_by_reviewer_only")
        if filing.state not in WITH_BUREAU:
            raise Refused("remark_outside_review")
        if not text.strip():
            raise Refused("remark_missing")
        require_within_limit(text.strip(), REMARK_LIMIT, "意见")
        return Remark.objects.create(
            jurisdiction_id=filing.jurisdiction_id, filing=filing, path=path[:120], text=text.strip(), person=person
        )


def delete_remark(person: Person, filing_pk: int, remark_pk: int) -> None:
    """Delete one's own open remark while the filing is with the bureau, in a transaction of its own. Raises Refused."""
    with start_transaction():
        filing = lock_filing(filing_pk)
        remark = filing.remarks.filter(pk=remark_pk, person=person, status=Remark.Status.OPEN).first()
        if remark is None or filing.state not in WITH_BUREAU:
            raise Refused("remark_not_deletable")
        remark.delete()


def close_remark(person: Person, filing_pk: int, remark_pk: int, *, reopen: bool = False) -> None:
    """Close a remark as a reviewer, or open it again, in a transaction of its own. Raises Refused."""
    with start_transaction():
        filing = lock_filing(filing_pk)
        remark = filing.remarks.filter(pk=remark_pk).first()
        if remark is None or Role.REVIEWER not in roles_for(person, filing):
            raise Refused("remark_closed_by_reviewer_only")
        if filing.state not in WITH_BUREAU:
            raise Refused("remark_not_closable")
        remark.status = Remark.Status.OPEN if reopen else Remark.Status.CLOSED
        remark.save(update_fields=["status"])


def answer_remark(person: Person, filing_pk: int, remark_pk: int, answer: str) -> None:
    """Answer a remark as the department of an editable filing, in a transaction of its own.

    Raises Refused, also where the answer is empty or too long.
    """
    with start_transaction():
        filing = lock_filing(filing_pk)
        remark = filing.remarks.filter(pk=remark_pk).exclude(status=Remark.Status.CLOSED).first()
        if remark is None or not filing.editable or not roles_for(person, filing) & set(DEPARTMENT_ROLES):
            raise Refused("remark_not_answerable")
        if not answer.strip():
            raise Refused("answer_missing")
        require_within_limit(answer.strip(), ANSWER_LIMIT, "答复")
        remark.answer, remark.status = answer.strip(), Remark.Status.ANSWERED
        remark.save(update_fields=["answer", "status"])


def open_remarks(filing: Filing) -> list[Remark]:
    """The remarks of a filing that are not closed, with who wrote them. One query."""
    return list(filing.remarks.exclude(status=Remark.Status.CLOSED).select_related("person"))


def last_submitted_document(filing: Filing) -> Document | None:
    """The content that was last submitted; None of a filing that never was. One query."""
    data = filing.revisions.order_by("-number").values_list("document", flat=True).first()
    return document_from_data(data) if data else None


def changed_paths(layout: Layout, before: Document, after: Document) -> set[str]:
    """The paths of the cells that differ, of their rows and tables, and '' for the whole sheet if anything differs."""
    paths: set[str] = set()
    for change in diff_documents(layout, before, after):
        row = change.path.partition(".")[0]
        paths |= {change.path, row, row.partition("[")[0], ""}
    return paths


def unanswered_remarks(remarks: Collection[Remark], changed: Collection[str]) -> list[Remark]:
    """The remarks that are open, not answered, and on a path where nothing changed."""
    return [remark for remark in remarks if remark.status == Remark.Status.OPEN and remark.path not in changed]


def resubmission_findings(filing: Filing, document: Document) -> list[Finding]:
    """C73 退回后未修改即再报: findings that block a resubmission, for unanswered remarks or for no change at all.

    None for a filing that was not returned. Four queries at most.
    """
    before = last_submitted_document(filing) if filing.state == State.RETURNED else None
    if before is None:
        return []
    layout = compiled_layout(filing.layout)
    changed, remarks = changed_paths(layout, before, document), open_remarks(filing)
    findings = [
        address_finding("C73", remark.path, "unanswered", facts=_remark_facts(remark))
        for remark in unanswered_remarks(remarks, changed)
    ]
    answered = any(remark.status == Remark.Status.ANSWERED for remark in remarks)
    if not (changed or findings or answered or _attachments_changed(filing)):
        findings = [address_finding("C73", "", "unchanged", facts=WHOLE_FORM)]
    return findings


def _remark_facts(remark: Remark) -> dict[str, str]:
    """What a finding says of a remark; one on no cell is about the whole form."""
    return {"remark": remark.text[:60], **({} if remark.path else WHOLE_FORM)}


def _attachments_changed(filing: Filing) -> bool:
    """Whether the attachments are others than at the last submission, whose event in the log lists them."""
    last = filing.events.filter(action="submit").order_by("-pk").first()
    attachments = list(filing.attachments.all())
    if last is None:
        return bool(attachments)
    if last.attachments is None:  # before release 0.3 events listed them in words only: new files can still be told
        return any(file.at > last.at for file in attachments)
    return attachments_data(attachments) != last.attachments


def last_return(filing: Filing) -> Event | None:
    """The event with which a returned filing last came back to its department; None in any other state. One query."""
    if filing.state != State.RETURNED:
        return None
    return filing.events.filter(to_state=State.RETURNED).select_related("person").order_by("-pk").first()
