"""Remarks on cells: put by reviewers, answered by clerks, closed with the review."""

from __future__ import annotations

from django.db import transaction

from filings.models import OFFICE_ROLES, Event, Filing, Person, Remark, Role, State
from filings.services.access import Refused, roles_for
from filings.services.drafts import lock_filing
from filings.sheet.document import Document, Path, PathError
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
    with transaction.atomic():
        filing = lock_filing(filing_pk)
        if Role.REVIEWER not in roles_for(person, filing):
            raise Refused("只有审核人可以写意见。")
        if filing.state not in (State.SUBMITTED, State.IN_REVIEW):
            raise Refused("这张表不在审核中，不能写意见。")
        if not text.strip():
            raise Refused("请填写意见。")
        return Remark.objects.create(
            jurisdiction_id=filing.jurisdiction_id, filing=filing, path=path[:120], text=text.strip(), person=person
        )


def drop_remark(person: Person, filing_pk: int, remark_pk: int) -> None:
    """Take back one's own remark before the filing is returned. Raises Refused."""
    with transaction.atomic():
        filing = lock_filing(filing_pk)
        remark = filing.remarks.filter(pk=remark_pk, person=person, status=Remark.Status.OPEN).first()
        if remark is None or filing.state not in (State.SUBMITTED, State.IN_REVIEW):
            raise Refused("这条意见不能删除。")
        remark.delete()


def answer_remark(person: Person, filing_pk: int, remark_pk: int, answer: str) -> None:
    """A clerk's answer to a remark on a returned filing. Raises Refused."""
    with transaction.atomic():
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


def sent_back(filing: Filing) -> Event | None:
    """The step with which a returned filing last came back to its office, with the words that were said."""
    if filing.state != State.RETURNED:
        return None
    return filing.events.filter(to_state=State.RETURNED).select_related("person").order_by("-pk").first()
