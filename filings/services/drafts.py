"""Saves drafts: accepts anything that was typed, and never overwrites a newer value.

A save carries the version it started from. The journal of edits tells which cells were changed since then: such a cell
is not overwritten with another value but reported as a conflict with both values, and everything else is saved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from filings.checks import SheetChecks
from filings.models import Edit as Journal
from filings.models import Filing, Person
from filings.services.access import may_edit
from filings.services.checking import known_checks
from filings.services.documents import load_document, store_document
from filings.services.errors import Refused
from filings.services.layouts import compiled_layout, cycle_profile
from filings.services.locking import lock_editable_filing, lock_filing, lock_visible_filing
from filings.services.refused_texts import refused_text
from filings.services.saves import document_at
from filings.services.transactions import require_transaction, start_transaction
from filings.sheet.derived import update_derived
from filings.sheet.document import Document, Path, changed_cells
from filings.sheet.edits import DeleteRow, Edit, EditError, SetCell, apply_edits, split_refused_cells
from filings.sheet.layout import Layout, Section
from perfbudget.compiled_writes import create_row, update_row


@dataclass(frozen=True)
class Conflict:
    """A cell that another save changed meanwhile: the person has to choose between the two values.

    `theirs` is what is stored, `by` the name of who stored it, perhaps the same person in another window.
    """

    path: str
    label: str
    mine: str
    theirs: str
    by: str


@dataclass(frozen=True)
class RefusedEdit:
    """An edit that could not be applied: the path of its cell or row, and why, as the code and facts of a refusal.

    `unsaved` is the text of a cell that was refused, None of a row.
    """

    path: str
    code: str
    facts: Mapping[str, object]
    unsaved: str | None = None

    @property
    def text(self) -> str:
        """Why, in Chinese for the person."""
        return refused_text(self.code, self.facts)


@dataclass(frozen=True)
class SaveResult:
    """The outcome of a save: the filing and its content after it, when it was made, and what could not be saved.

    `meanwhile` are cells changed by rules or, since the version that the save started from, by others, with their
    present texts; under `table[]` the ids of a table's rows where rows were added, deleted or moved. The client must
    display them before it saves again from the new version: otherwise it would overwrite values that its person never
    saw.
    """

    filing: Filing
    document: Document
    at: datetime
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[RefusedEdit] = field(default_factory=list)
    meanwhile: dict[str, str] = field(default_factory=dict)
    known: SheetChecks | None = None
    """What this process knew of the content before the save, which had the version `known_version`."""
    known_version: int = 0
    operation: str = ""
    """The save that led to the content after it; '' where it changed nothing."""

    @property
    def version(self) -> int:
        """The version that the next save starts from."""
        return self.filing.version

    @property
    def has_waivers(self) -> bool:
        """Whether a finding of the filing was waived, as far as the query that locked it told."""
        return bool(self.filing.__dict__.get("has_waivers", True))


def save_edits(  # noqa: PLR0913 - who, what, from which version, when
    person: Person,
    filing_pk: int,
    version: int,
    operation: str,
    edits: Sequence[Edit],
    now: datetime | None = None,
    *,
    together: bool = False,
) -> SaveResult:
    """Apply edits that started from `version`, in a transaction of its own; with `together` all of them or none.

    The same `operation` sent twice is applied once and answered alike. Raises Refused where the person may not edit
    the filing; single edits that cannot be applied are reported in the result.
    """
    with start_transaction():
        return _save_locked(person, lock_filing(filing_pk), version, operation, edits, now, together=together)


def save_edits_of(
    person: Person, ref: str, version: int, operation: str, edits: Sequence[Edit], now: datetime | None = None
) -> SaveResult:
    """As `save_edits`, by reference; raises Filing.DoesNotExist also where the person may not see the filing."""
    with start_transaction():
        return _save_locked(person, lock_visible_filing(person, ref), version, operation, edits, now)


def _save_locked(  # noqa: PLR0913 - as above
    person: Person,
    filing: Filing,
    version: int,
    operation: str,
    edits: Sequence[Edit],
    now: datetime | None,
    *,
    together: bool = False,
) -> SaveResult:
    """Save to a locked filing."""
    require_transaction()
    now = now or timezone.now()
    if not may_edit(person, filing):
        raise Refused("save_not_editable")
    later = _journal_since(filing, version)
    # Who sends a save again starts from the version before it.
    earlier = next((journal for journal in later if journal.operation == operation), None)
    result = _save(person, filing, operation, edits, later, earlier, now=now)
    if together and (result.conflicts or result.refused):
        transaction.set_rollback(True)
    return replace(result, at=earlier.at if earlier else now)


def confirm_copied(person: Person, filing_pk: int, section: Section) -> None:
    """Remove the marks of copied cells from a section that a person has reviewed, in a transaction of its own.

    Raises Refused where the person may not edit the filing.
    """
    with start_transaction():
        filing = lock_editable_filing(person, filing_pk)
        layout = compiled_layout(filing.layout)
        others = [path for path in filing.copied_unreviewed if layout.section_of(Path.parse(path)) != section]
        filing.copied_unreviewed = others
        filing.save(update_fields=["copied_unreviewed"])


def _save(  # noqa: PLR0913 - as above
    person: Person,
    filing: Filing,
    operation: str,
    edits: Sequence[Edit],
    later: Sequence[Journal],
    earlier: Journal | None,
    *,
    now: datetime,
) -> SaveResult:
    """Save once; given the journal of an `earlier` save of this operation, only report again what it could not do.

    `later` are all saves since the version that this one started from.
    """
    layout = compiled_layout(filing.layout)
    known, known_version = known_checks(filing), filing.version
    before = known.subject.document if known else load_document(filing)
    moved = _moved_by_others(later, operation)
    done = _done_by(earlier) if earlier else set()
    after, conflicts, refused = before, list[Conflict](), list[RefusedEdit]()
    for edit in split_refused_cells(layout, edits):
        if _address(edit) in done:
            continue
        conflict = _conflict(edit_label(layout, edit), before, edit, moved)
        if conflict:
            conflicts.append(conflict)
            continue
        try:
            after = apply_edits(layout, after, [edit])
        except EditError as error:
            unsaved = edit.value if isinstance(edit, SetCell) else None
            refused.append(RefusedEdit(error.path or _address(edit), error.code, error.facts, unsaved))
    journal = None
    if earlier is None:
        after = update_derived(layout, before, after)
        journal = store_changes(person, filing, before, after, operation, now)
    derived = _derived_paths(layout, earlier or journal, edits)
    done_by = operation if journal else ""
    meanwhile = {path: _present_text(after, path) for path in (*moved, *derived)}
    return SaveResult(filing, after, filing.changed_at, conflicts, refused, meanwhile, known, known_version, done_by)


def _present_text(document: Document, path: str) -> str:
    """What a document has at a path of the journal: a cell's text, or the ids of a table's rows in order."""
    if path.endswith("[]"):
        return " ".join(row.id for row in document.rows(path.removesuffix("[]")))
    return document.value(Path.parse(path))


def _done_by(journal: Journal) -> set[str]:
    """The addresses that a save changed: cells it set, rows it added, deleted or moved."""
    done: set[str] = set()
    for change in journal.changes:
        done.add(change["path"])
        if change["path"].endswith("[]"):
            rows = {*change["from"].split(), *change["to"].split()}
            done |= {change["path"].replace("[]", f"[{row}]") for row in rows}
    return done


def _derived_paths(layout: Layout, journal: Journal | None, edits: Sequence[Edit]) -> list[str]:
    """The cells that a save changed by rules of the layout, although nobody typed into them."""
    typed = {_address(edit) for edit in edits}
    paths = [change["path"] for change in journal.changes] if journal else []
    return [path for path in paths if layout.is_derived(path) and path not in typed]


def store_changes(
    person: Person, filing: Filing, before: Document, after: Document, operation: str, now: datetime
) -> Journal | None:
    """Store and journal the difference between two contents of a locked filing; None, and no new version, without one.

    Needs a transaction.
    """
    require_transaction()
    changes = list(_journal_changes(before, after))
    if not changes:
        return None
    stored = {name: getattr(filing, name) for name in CONTENT_COLUMNS}
    filing.version += 1
    touched = {change["path"] for change in changes}
    filing.copied_unreviewed = [path for path in filing.copied_unreviewed if path not in touched]
    store_document(filing, before, after, cycle_profile(filing.cycle).tree)
    filing.changed_at = now
    names = ("version", "changed_at", *_changed_columns(filing, stored))
    update_row(Filing, {"id": filing.pk}, {name: getattr(filing, name) for name in names})
    journal = Journal(
        jurisdiction_id=filing.jurisdiction_id,
        filing=filing,
        version=filing.version,
        person=person,
        operation=operation,
        changes=changes,
        at=filing.changed_at,
    )
    create_row(journal)
    return journal


CONTENT_COLUMNS = ("fields", "total", "copied_unreviewed")
"""The columns of a filing that a save may change, besides version and time."""


def _changed_columns(filing: Filing, stored: Mapping[str, object]) -> list[str]:
    """Those of them that have another value than what is stored."""
    return [name for name, value in stored.items() if getattr(filing, name) != value]


def edit_label(layout: Layout, edit: Edit) -> str:
    """The label of the cell or table that an edit touches."""
    if isinstance(edit, SetCell):
        return layout.label(edit.path)
    return layout.tables[edit.table].label if edit.table in layout.tables else edit.table


def _address(edit: Edit) -> str:
    """The path of the cell that an edit sets, or of the row that it adds, deletes or moves."""
    return str(edit.path) if isinstance(edit, SetCell) else f"{edit.table}[{edit.id}]"


def _journal_since(filing: Filing, version: int) -> list[Journal]:
    """The saves after a version, in order. One query, none for the present version."""
    if version == filing.version:
        return []
    later = Journal.objects.filter(filing=filing, version__gt=version).select_related("person")
    return list(later.order_by("version"))


def _moved_by_others(later: Sequence[Journal], operation: str) -> dict[str, str]:
    """The paths that other saves changed, with the name of who changed them last."""
    others = (journal for journal in later if journal.operation != operation)
    return {change["path"]: str(journal.person) for journal in others for change in journal.changes}


def _conflict(label: str, before: Document, edit: Edit, moved: dict[str, str]) -> Conflict | None:
    """The conflict that an edit would cause: it sets a moved cell to another text, or deletes a row with moved cells.

    None where it causes none. A cell of a row that is gone is no conflict: applying the edit refuses it.
    """
    if isinstance(edit, SetCell):
        path = str(edit.path)
        theirs = before.value(edit.path)
        row_deleted = edit.path.row and before.row(edit.path.name, edit.path.row) is None
        if path in moved and theirs != edit.value and not row_deleted:
            return Conflict(path, label, edit.value, theirs, moved[path])
    elif isinstance(edit, DeleteRow):
        touched = [path for path in moved if path.startswith(f"{edit.table}[{edit.id}].")]
        row = before.row(edit.table, edit.id)
        if touched and row:
            theirs = "；".join(text for text in row.cells.values() if text)
            return Conflict(f"{edit.table}[{edit.id}]", label, "（删除此行）", theirs, moved[touched[0]])
    return None


def _journal_changes(before: Document, after: Document) -> Iterator[dict[str, str]]:
    """The changes from one document to another as the journal stores them: cells, and orders of rows as `table[]`."""
    changed = {path: (old, new) for path, old, new in changed_cells(before, after)}
    for path in sorted(changed, key=str):
        old, new = changed[path]
        yield {"path": str(path), "from": old, "to": new}
    for table in {**before.tables, **after.tables}:
        was, now = [row.id for row in before.rows(table)], [row.id for row in after.rows(table)]
        if was != now:
            yield {"path": f"{table}[]", "from": " ".join(was), "to": " ".join(now)}


def step_edits(filing: Filing, version: int, posted: dict[str, str]) -> list[Edit]:
    """The edits in a section that a page without script posted as a whole.

    They are the cells whose text differs from what the page showed at `version`: a cell that nobody touched must not
    overwrite what others saved meanwhile.
    """
    shown = document_at(filing, load_document(filing), version)
    edits: list[Edit] = []
    for address, value in posted.items():
        path = Path.parse(address)
        typed = value.replace("\r\n", "\n")
        if shown.value(path) != typed:
            edits.append(SetCell(path, typed))
    return edits
