"""Sheets related to a filing: its department's others of the cycle, and the same one of last year or last round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from django.db.models import Q

from filings.models import Filing
from filings.services.documents import load_documents
from filings.services.layouts import compiled_layout, layout_error
from filings.sheet.derived import RelatedData, prefill_edits
from filings.sheet.document import Document
from filings.sheet.edits import Edit, EditError, apply_edits
from filings.sheet.layout import Layout


def related_data(filing: Filing) -> RelatedData:
    """The other documents that rules of the filing's layout read: last year's, and the department's other sheets.

    One query for each of the two, and one for each kind of rows in them; none if no rule of the layout reads them.
    """
    layout = compiled_layout(filing.layout)
    keys = {table.source.layout for table in layout.tables.values() if table.source}
    others = _department_sheets(filing, keys)
    last = last_year_filing(filing) if layout.last_year else None
    documents = load_documents([*others, *([last] if last else [])])
    sheets: dict[str, list[tuple[Layout, Document]]] = {}
    for other in others:
        sheets.setdefault(other.layout.key, []).append((compiled_layout(other.layout), documents[other.pk]))
    return RelatedData(documents[last.pk] if last else None, sheets)


def _department_sheets(filing: Filing, keys: set[str]) -> list[Filing]:
    """The other filings of the department in the cycle whose forms have these keys. One query, none without keys."""
    if not keys:
        return []
    same = Filing.objects.filter(cycle=filing.cycle_id, department=filing.department_id, layout__key__in=keys)
    others = same.exclude(pk=filing.pk).with_parts().order_by("pk")
    return [other for other in others if layout_error(other.layout) is None]


def last_year_filing(filing: Filing) -> Filing | None:
    """The filing of the same form for the same project or department a year ago, of the last round; None without one.

    One whose layout cannot be read counts as none. One query.
    """
    same = Filing.objects.filter(
        department=filing.department_id, project=filing.project_id, layout__key=filing.layout.key
    )
    last = same.filter(cycle__year=filing.cycle.year - 1).with_parts().order_by("-cycle__round").first()
    return last if last and layout_error(last.layout) is None else None


def related_edits(filing: Filing, typed: Sequence[Edit] = ()) -> list[Edit]:
    """The edits that fill in values of other sheets and of last year, into empty cells and as new rows only.

    `typed` are edits that will be saved together with these: what a person has just typed is not overwritten.
    """
    layout = compiled_layout(filing.layout)
    (document,) = load_documents([filing]).values()
    for edit in typed:
        with suppress(EditError):  # the save refuses it and reports it
            document = apply_edits(layout, document, [edit])
    return prefill_edits(layout, document, related_data(filing))


def has_related_input(layout: Layout, section_cells: tuple[str, ...], section_tables: tuple[str, ...]) -> bool:
    """Whether a section has cells or tables that can be filled in from related sheets."""
    targets = {rule.cell for rule in layout.last_year} | {rule.cell for rule in layout.shares}
    targets |= {rule.total for rule in layout.sums} | {rule.cell for rule in layout.copies}
    return bool(targets & set(section_cells)) or any(layout.tables[name].source for name in section_tables)


SheetIdentity = tuple[int, int | None, str]
"""Department, project and form: filings of different cycles in which these are equal are the same sheet."""


def last_year_documents(filings: Sequence[Filing]) -> dict[int, Document]:
    """Last year's document of the same sheet, by primary key of this year's filing; only where there is one."""
    return _earlier(filings, lambda filing: Q(cycle__year=filing.cycle.year - 1))


def last_round_documents(filings: Sequence[Filing]) -> dict[int, Document]:
    """For filings of a later round of a year, the document of the same sheet in the round before, by primary key."""
    later = [filing for filing in filings if filing.cycle.round > 1]
    return _earlier(later, lambda filing: Q(cycle__year=filing.cycle.year, cycle__round=filing.cycle.round - 1))


def _earlier(filings: Sequence[Filing], when: Callable[[Filing], Q]) -> dict[int, Document]:
    """The documents of the same sheets in the cycle that `when` names; a fixed number of queries for each cycle."""
    earlier: dict[int, Filing] = {}
    for cycle in {filing.cycle_id for filing in filings}:
        own = [filing for filing in filings if filing.cycle_id == cycle]
        departments = {filing.department_id for filing in own}
        query = Filing.objects.filter(when(own[0]), department__in=departments).with_parts()
        # Of several rounds the last one counts: later rounds replace earlier ones here.
        readable = (filing for filing in query.order_by("cycle__round") if layout_error(filing.layout) is None)
        before = {_sheet_identity(filing): filing for filing in readable}
        earlier |= {filing.pk: before[_sheet_identity(filing)] for filing in own if _sheet_identity(filing) in before}
    documents = load_documents(list(earlier.values())) if earlier else {}
    return {pk: documents[filing.pk] for pk, filing in earlier.items()}


def _sheet_identity(filing: Filing) -> SheetIdentity:
    return filing.department_id, filing.project_id, filing.layout.key
