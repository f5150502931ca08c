"""Begins new filings: blank from the layout, copied from another filing, or with a given document."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime
from itertools import count

from filings.models import Cycle, Department, DueForm, Filing, Person, Project
from filings.services import log
from filings.services.access import memberships
from filings.services.documents import layout_variables, load_document, store_document
from filings.services.errors import ConstraintError, Refused
from filings.services.layouts import compiled_layout, cycle_profile
from filings.services.related_sheets import related_data
from filings.services.transactions import savepoint, start_transaction
from filings.sheet.copy_forward import CopySource, copied_paths, copy_forward
from filings.sheet.derived import prefill_edits
from filings.sheet.document import Document
from filings.sheet.edits import EditError, apply_edits, split_refused_cells
from filings.sheet.grid import fill_variables
from filings.sheet.layout import blank_document


def may_file_for(person: Person, department: Department) -> bool:
    """Whether the person is clerk or lead of the department itself; a lead of the one above may not begin filings."""
    return any(member.department_id == department.pk for member in memberships(person))


def start_filing(  # noqa: PLR0913 - who, where, for what, from what
    person: Person,
    cycle: Cycle,
    due: DueForm,
    department: Department,
    project: Project | None = None,
    *,
    copy_of: Filing | None = None,
    document: Document | None = None,
    now: datetime | None = None,
) -> Filing:
    """Begin a draft in a transaction of its own: blank, a copy of another filing, or with a given document.

    Raises Refused where the person, form, department and project do not go together, and where the cycle has this
    filing already.
    """
    with start_transaction():
        return create_filing(person, cycle, due, department, project, copy_of=copy_of, document=document, now=now)


def create_filing(  # noqa: PLR0913 - as start_filing
    person: Person,
    cycle: Cycle,
    due: DueForm,
    department: Department,
    project: Project | None = None,
    *,
    copy_of: Filing | None = None,
    document: Document | None = None,
    now: datetime | None = None,
) -> Filing:
    """As `start_filing`, but needs a transaction, which a refusal leaves usable."""
    if not may_file_for(person, department):
        raise Refused("not_own_department")
    if due.cycle_id != cycle.pk or department.jurisdiction_id != cycle.jurisdiction_id:
        raise Refused("form_not_due")
    if copy_of and not Filing.objects.visible_to(person).filter(pk=copy_of.pk).exists():
        raise Refused("source_not_visible")
    if copy_of and (copy_of.project_id is None) != (project is None):
        raise Refused("source_of_other_subject")
    if (due.subject == "project") != (project is not None) or (project and project.department_id != department.pk):
        raise Refused("project_missing")
    try:
        with savepoint():
            filing = Filing.objects.create(
                jurisdiction_id=cycle.jurisdiction_id,
                cycle=cycle,
                layout=due.layout,
                department=department,
                project=project,
                created_by=person,
            )
            _store_content(filing, document or (_copied(filing, copy_of) if copy_of else _prefilled(filing)))
            log.append_event(filing, person, "copy" if copy_of else "start", "", now=now)
    except ConstraintError as error:
        raise Refused("filing_exists") from error
    return filing


def new_document(filing: Filing) -> Document:
    """The blank document of a filing: defaults with the filing's variables, and the rows with which its form begins."""
    layout, variables = compiled_layout(filing.layout), layout_variables(filing)
    defaults = {spec.name: fill_variables(spec.default, variables) for spec in layout.cells.values() if spec.default}
    return blank_document(layout, cycle_profile(filing.cycle).categories(), defaults)


def _store_content(filing: Filing, document: Document) -> None:
    """Store the first content of a filing; it is version 0 and not journalled."""
    empty = Document(document.layout, document.version)
    store_document(filing, empty, document, cycle_profile(filing.cycle).tree)
    filing.save(update_fields=["fields", "total", "copied_unreviewed", "copied_from_year", "changed_at"])


def _copied(filing: Filing, source: Filing) -> Document:
    """The content of another filing fitted to this one's form, with this one's own defaults; marks what was copied."""
    blank = new_document(filing)
    old_tree, tree = cycle_profile(source.cycle).tree, cycle_profile(filing.cycle).tree
    origin = CopySource(compiled_layout(source.layout), load_document(source), old_tree, source.cycle.year)
    ids = (new_row_id() for _ in count())
    document = copy_forward(origin, blank, compiled_layout(filing.layout), tree, filing.cycle.year, ids)
    filing.copied_unreviewed, filing.copied_from_year = copied_paths(document, blank), source.cycle.year
    return document


def _prefilled(filing: Filing) -> Document:
    """A blank document with the values that other sheets and last year's filing supply.

    A text that is too long for its cell is left out; the button that prefills tells which, as any save does.
    """
    document = new_document(filing)
    layout = compiled_layout(filing.layout)
    for edit in split_refused_cells(layout, prefill_edits(layout, document, related_data(filing))):
        with suppress(EditError):
            document = apply_edits(layout, document, [edit])
    return document


def new_row_id() -> str:
    """A random row id, of 40 bits: no other row of the filing has it."""
    return "r" + secrets.token_hex(5)
