"""What stands around a filing: its department's other sheets of the cycle, and its own sheet of last year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from django.db.models import Q

from filings.models import Filing
from filings.services.documents import load_documents
from filings.services.layouts import compiled_layout
from filings.sheet.derived import RelatedData, prefill_edits
from filings.sheet.document import Document
from filings.sheet.edits import Edit, EditError, apply_edits
from filings.sheet.layout import Layout


def related_data(filing: Filing) -> RelatedData:
    """What the rules of a filing's layout may look at; two or three queries, none where no rule looks around."""
    layout = compiled_layout(filing.layout)
    keys = {table.source.layout for table in layout.tables.values() if table.source}
    others = _sheets(filing, keys)
    last = last_year_filing(filing) if layout.last_year else None
    documents = load_documents([*others, *([last] if last else [])])
    sheets: dict[str, list[tuple[Layout, Document]]] = {}
    for other in others:
        sheets.setdefault(other.layout.key, []).append((compiled_layout(other.layout), documents[other.pk]))
    return RelatedData(documents[last.pk] if last else None, sheets)


def _sheets(filing: Filing, keys: set[str]) -> list[Filing]:
    if not keys:
        return []
    same = Filing.objects.filter(cycle=filing.cycle_id, department=filing.department_id, layout__key__in=keys)
    return list(same.exclude(pk=filing.pk).with_parts().order_by("pk"))


def last_year_filing(filing: Filing) -> Filing | None:
    """The filing of the same form for the same project or department a year ago."""
    same = Filing.objects.filter(
        department=filing.department_id, project=filing.project_id, layout__key=filing.layout.key
    )
    return same.filter(cycle__year=filing.cycle.year - 1).with_parts().order_by("-cycle__round").first()


def related_edits(filing: Filing, typed: Sequence[Edit] = ()) -> list[Edit]:
    """The edits that bring in what other sheets and last year say, into empty cells and as new rows only.

    `typed` are the edits that are saved with them: what a person has just typed is not written over.
    """
    layout = compiled_layout(filing.layout)
    (document,) = load_documents([filing]).values()
    for edit in typed:
        with suppress(EditError):  # the save refuses it and says so
            document = apply_edits(layout, document, [edit])
    return prefill_edits(layout, document, related_data(filing))


def has_related_input(layout: Layout, section_cells: tuple[str, ...], section_tables: tuple[str, ...]) -> bool:
    """Whether a step has anything that can be brought in."""
    aims = {rule.cell for rule in layout.last_year} | {rule.cell for rule in layout.shares}
    aims |= {rule.total for rule in layout.sums} | {rule.cell for rule in layout.copies}
    return bool(aims & set(section_cells)) or any(layout.tables[name].source for name in section_tables)


SheetIdentity = tuple[int, int | None, str]
"""What makes filings of different cycles the same sheet: department, project, form."""


def last_year_documents(filings: Sequence[Filing]) -> dict[int, Document]:
    """Last year's documents of the same forms, by the primary key of this year's filing."""
    return _earlier(filings, lambda filing: Q(cycle__year=filing.cycle.year - 1))


def previous_round_documents(filings: Sequence[Filing]) -> dict[int, Document]:
    """For filings of a later round of a year, the documents of the round before, by primary key."""
    later = [filing for filing in filings if filing.cycle.round > 1]
    return _earlier(later, lambda filing: Q(cycle__year=filing.cycle.year, cycle__round=filing.cycle.round - 1))


def _earlier(filings: Sequence[Filing], when: Callable[[Filing], Q]) -> dict[int, Document]:
    """The documents of the same sheets in an earlier cycle; a fixed number of queries a cycle of `filings`."""
    found: dict[int, Filing] = {}
    for cycle in {filing.cycle_id for filing in filings}:
        own = [filing for filing in filings if filing.cycle_id == cycle]
        departments = {filing.department_id for filing in own}
        query = Filing.objects.filter(when(own[0]), department__in=departments).with_parts()
        before = {_sheet_identity(filing): filing for filing in query.order_by("cycle__round")}
        found |= {filing.pk: before[_sheet_identity(filing)] for filing in own if _sheet_identity(filing) in before}
    documents = load_documents(list(found.values())) if found else {}
    return {pk: documents[filing.pk] for pk, filing in found.items()}


def _sheet_identity(filing: Filing) -> SheetIdentity:
    return filing.department_id, filing.project_id, filing.layout.key
