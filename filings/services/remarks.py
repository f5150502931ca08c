"""Remarks on cells: put by reviewers, answered by clerks, closed by reviewers; and what a resubmission owes them."""

from __future__ import annotations

from collections.abc import Collection

from filings.checks import RULES, Finding
from filings.models import OFFICE_ROLES, WITH_BUREAU, Event, Filing, Person, Remark, Role, State
from filings.services.access import roles_for
from filings.services.attachments import ATTACHED, attachments_text
from filings.services.errors import Refused
from filings.services.layouts import compiled_layout
from filings.services.locking import lock_filing
from filings.services.transactions import start_transaction
from filings.sheet.diff import diff_documents
from filings.sheet.document import Document, Path, PathError, document_from_data
from filings.sheet.layout import Layout


def cell_label(layout: Layout, document: Document, address: str) -> str:
    """The words for a cell: its label, and in a table the row's number and name."""
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
    """A reviewer's remark on a cell while the filing is with the bureau. Raises Refused."""
    with start_transaction():
        filing = lock_filing(filing_pk)
        if Role.REVIEWER not in roles_for(person, filing):
            raise Refused("只有审核人可以写意见。")
        if filing.state not in WITH_BUREAU:
            raise Refused("这张表不在审核中，不能写意见。")
        if not text.strip():
            raise Refused("请填写意见。")
        return Remark.objects.create(
            jurisdiction_id=filing.jurisdiction_id, filing=filing, path=path[:120], text=text.strip(), person=person
        )


def delete_remark(person: Person, filing_pk: int, remark_pk: int) -> None:
    """Take back one's own remark before the filing is returned. Raises Refused."""
    with start_transaction():
        filing = lock_filing(filing_pk)
        remark = filing.remarks.filter(pk=remark_pk, person=person, status=Remark.Status.OPEN).first()
        if remark is None or filing.state not in WITH_BUREAU:
            raise Refused("这条意见不能删除。")
        remark.delete()


def close_remark(person: Person, filing_pk: int, remark_pk: int, *, reopen: bool = False) -> None:
    """A reviewer is content with what became of a remark, or is not and opens it again. Raises Refused."""
    with start_transaction():
        filing = lock_filing(filing_pk)
        remark = filing.remarks.filter(pk=remark_pk).first()
        if remark is None or Role.REVIEWER not in roles_for(person, filing):
            raise Refused("只有审核人可以关闭意见。")
        if filing.state not in WITH_BUREAU:
            raise Refused("这张表不在审核中，不能关闭意见。")
        remark.status = Remark.Status.OPEN if reopen else Remark.Status.CLOSED
        remark.save(update_fields=["status"])


def answer_remark(person: Person, filing_pk: int, remark_pk: int, answer: str) -> None:
    """A clerk's answer to a remark on a returned filing. Raises Refused."""
    with start_transaction():
        filing = lock_filing(filing_pk)
        remark = filing.remarks.filter(pk=remark_pk).exclude(status=Remark.Status.CLOSED).first()
        if remark is None or not filing.editable or not roles_for(person, filing) & set(OFFICE_ROLES):
            raise Refused("这条意见现在不能答复。")
        if not answer.strip():
            raise Refused("请填写答复。")
        remark.answer, remark.status = answer.strip(), Remark.Status.ANSWERED
        remark.save(update_fields=["answer", "status"])


def open_remarks(filing: Filing) -> list[Remark]:
    """The remarks that are still to be dealt with."""
    return list(filing.remarks.exclude(status=Remark.Status.CLOSED).select_related("person"))


def last_submitted_document(filing: Filing) -> Document | None:
    """The content that was last sent in."""
    data = filing.revisions.order_by("-number").values_list("document", flat=True).first()
    return document_from_data(data) if data else None


def changed_paths(layout: Layout, before: Document, after: Document) -> set[str]:
    """The cells that differ, and for each of them its row and its table too."""
    paths: set[str] = set()
    for change in diff_documents(layout, before, after):
        row = change.path.partition(".")[0]
        paths |= {change.path, row, row.partition("[")[0], ""}
    return paths


def unanswered_remarks(remarks: Collection[Remark], changed: Collection[str]) -> list[Remark]:
    """The open remarks that were neither answered nor is anything changed at their cells."""
    return [remark for remark in remarks if remark.status == Remark.Status.OPEN and remark.path not in changed]


def resubmission_findings(filing: Filing, document: Document) -> list[Finding]:
    """C73 退回后未修改即再报: what a returned filing still owes the reviewer before it can be sent in again."""
    before = last_submitted_document(filing) if filing.state == State.RETURNED else None
    if before is None:
        return []
    layout, rule = compiled_layout(filing.layout), RULES["C73"]
    changed, remarks = changed_paths(layout, before, document), open_remarks(filing)
    facts = [
        (remark.path, f"审核意见“{remark.text[:60]}”还没有答复，这一处也没有修改")
        for remark in unanswered_remarks(remarks, changed)
    ]
    answered = any(remark.status == Remark.Status.ANSWERED for remark in remarks)
    if not (changed or facts or answered or _other_files(filing)):
        facts = [("", "退回后没有任何修改")]
    return [
        Finding("C73", path, cell_label(layout, document, path), f"{fact}，{rule.remedy}。", rule.severity)
        for path, fact in facts
    ]


def _other_files(filing: Filing) -> bool:
    """Whether the attachments are not those that were last sent in, which the log names."""
    last = filing.events.filter(action="submit").order_by("-pk").first()
    now = attachments_text(filing.attachments.all())
    before = next((line for line in last.words.splitlines() if line.startswith(ATTACHED)), "") if last else ""
    return now != before


def last_return(filing: Filing) -> Event | None:
    """The step with which a returned filing last came back to its office, with the words that were said."""
    if filing.state != State.RETURNED:
        return None
    return filing.events.filter(to_state=State.RETURNED).select_related("person").order_by("-pk").first()
