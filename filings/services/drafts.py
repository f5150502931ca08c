"""Saving a draft: tolerant of anything typed, and never over a newer value.

A save carries the version it started from. The journal of edits tells which cells moved since then; a cell that moved
meanwhile to another value is not overwritten but reported with both values, and everything else is saved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from filings.models import Edit as Journal
from filings.models import Filing, Person
from filings.services.documents import load_document, store_document
from filings.services.layouts import compiled_layout, cycle_profile
from filings.services.locking import lock_editable_filing
from filings.services.transactions import require_transaction, start_transaction
from filings.sheet.derived import update_derived
from filings.sheet.document import Document, Path, Row
from filings.sheet.edits import DeleteRow, Edit, EditError, SetCell, apply_edits
from filings.sheet.layout import Layout, Section


@dataclass(frozen=True)
class Conflict:
    """A cell that somebody else (or another window) changed meanwhile: both values are kept for a person to choose."""

    path: str
    label: str
    mine: str
    theirs: str
    by: str


@dataclass(frozen=True)
class SaveResult:
    """The outcome of a save: the filing and its content after it, when, what could not be saved and why.

    `meanwhile` are the cells that followed from what was saved, and those that others changed since the version the
    save came from, with their present texts, and as `table[]` the ids of the rows where rows came, went or moved.
    Who goes on from the new version has to show them first, or would write over what he never saw.
    """

    filing: Filing
    document: Document
    at: datetime
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    meanwhile: dict[str, str] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """The version that the next save starts from."""
        return self.filing.version


def save_edits(
    person: Person, filing_pk: int, version: int, operation: str, edits: Sequence[Edit], now: datetime | None = None
) -> SaveResult:
    """Apply edits that started from `version`; the same `operation` twice counts once. Raises Refused."""
    with start_transaction():
        filing = lock_editable_filing(person, filing_pk, "您填写的内容还在本页，可先复制保存。")
        made = Journal.objects.filter(filing=filing, operation=operation).first()
        result = _save(person, filing, version, operation, edits, made)
        return replace(result, at=made.at if made else now or timezone.now())


def confirm_copied(person: Person, filing_pk: int, section: Section) -> None:
    """A person has looked at what a step holds from an earlier year: it is no longer marked. Raises Refused."""
    with start_transaction():
        filing = lock_editable_filing(person, filing_pk)
        layout = compiled_layout(filing.layout)
        kept = [path for path in filing.copied_unreviewed if layout.section_of(Path.parse(path)) != section]
        filing.copied_unreviewed = kept
        filing.save(update_fields=["copied_unreviewed"])


def _save(
    person: Person,
    filing: Filing,
    version: int,
    operation: str,
    edits: Sequence[Edit],
    made: Journal | None,
) -> SaveResult:
    """Save once; when `made` tells that it was done already, only answer again what it could not do."""
    layout = compiled_layout(filing.layout)
    before = load_document(filing)
    moved = _moved_since(filing, version, operation)
    done = _done_by(made) if made else set()
    after, conflicts, refused = before, [], []
    for edit in edits:
        if _address(edit) in done:
            continue
        conflict = _conflict(edit_label(layout, edit), before, edit, moved)
        if conflict:
            conflicts.append(conflict)
            continue
        try:
            after = apply_edits(layout, after, [edit])
        except EditError as error:
            refused.append((error.path or _address(edit), str(error)))
    journal = None
    if made is None:
        after = update_derived(layout, before, after)
        journal = store_changes(person, filing, before, after, operation)
    followed = _followed(layout, made or journal, edits)
    meanwhile = {path: _present(after, path) for path in (*moved, *followed)}
    return SaveResult(filing, after, filing.changed_at, conflicts, refused, meanwhile)


def _present(document: Document, path: str) -> str:
    """What stands at a path of the journal now: a cell's text, or the ids of a table's rows in order."""
    if path.endswith("[]"):
        return " ".join(row.id for row in document.rows(path.removesuffix("[]")))
    return document.value(Path.parse(path))


def _done_by(journal: Journal) -> set[str]:
    """What a save did: the cells it set, the rows it added, took out or moved."""
    done: set[str] = set()
    for change in journal.changes:
        done.add(change["path"])
        if change["path"].endswith("[]"):
            rows = {*change["from"].split(), *change["to"].split()}
            done |= {change["path"].replace("[]", f"[{row}]") for row in rows}
    return done


def _followed(layout: Layout, made: Journal | None, edits: Sequence[Edit]) -> list[str]:
    """The cells that a save changed although nobody typed there: they followed from what was typed."""
    typed = {_address(edit) for edit in edits}
    changes = made.changes if made else []
    return [c["path"] for c in changes if layout.is_derived(c["path"]) and c["path"] not in typed]


def store_changes(person: Person, filing: Filing, before: Document, after: Document, operation: str) -> Journal | None:
    """Store and journal the difference between two contents of a locked filing; nothing when there is none."""
    require_transaction()
    changes = list(journal_changes(before, after))
    if not changes:
        return None
    filing.version += 1
    touched = {change["path"] for change in changes}
    filing.copied_unreviewed = [path for path in filing.copied_unreviewed if path not in touched]
    store_document(filing, before, after, cycle_profile(filing.cycle).tree)
    filing.save(update_fields=["fields", "version", "total", "copied_unreviewed", "changed_at"])
    return Journal.objects.create(
        jurisdiction_id=filing.jurisdiction_id,
        filing=filing,
        version=filing.version,
        person=person,
        operation=operation,
        changes=changes,
    )


def edit_label(layout: Layout, edit: Edit) -> str:
    """The words for what an edit touches."""
    if isinstance(edit, SetCell):
        return layout.label(edit.path)
    return layout.tables[edit.table].label if edit.table in layout.tables else edit.table


def _address(edit: Edit) -> str:
    return str(edit.path) if isinstance(edit, SetCell) else f"{edit.table}[{edit.id}]"


def _moved_since(filing: Filing, version: int, operation: str) -> dict[str, str]:
    """Cells changed by other saves after `version`, with the name of who changed them last."""
    moved: dict[str, str] = {}
    if version < filing.version:
        later = Journal.objects.filter(filing=filing, version__gt=version).select_related("person")
        for journal in later.exclude(operation=operation).order_by("version"):
            for change in journal.changes:
                moved[change["path"]] = str(journal.person)
    return moved


def _conflict(label: str, before: Document, edit: Edit, moved: dict[str, str]) -> Conflict | None:
    if isinstance(edit, SetCell):
        path = str(edit.path)
        theirs = before.value(edit.path)
        gone = edit.path.row and before.row(edit.path.name, edit.path.row) is None
        if path in moved and theirs != edit.value and not gone:
            return Conflict(path, label, edit.value, theirs, moved[path])
    elif isinstance(edit, DeleteRow):
        touched = [path for path in moved if path.startswith(f"{edit.table}[{edit.id}].")]
        row = before.row(edit.table, edit.id)
        if touched and row:
            theirs = "；".join(text for text in row.cells.values() if text)
            return Conflict(f"{edit.table}[{edit.id}]", label, "（删除此行）", theirs, moved[touched[0]])
    return None


def journal_changes(before: Document, after: Document) -> Iterator[dict[str, str]]:
    """Cells that differ, rows that came or went, and orders that changed, as the journal keeps them."""
    old, new = dict(before.cells()), dict(after.cells())
    for path in sorted({**old, **new}, key=str):
        if old.get(path, "") != new.get(path, ""):
            yield {"path": str(path), "from": old.get(path, ""), "to": new.get(path, "")}
    for table in {**before.tables, **after.tables}:
        was, now = [row.id for row in before.rows(table)], [row.id for row in after.rows(table)]
        if was != now:
            yield {"path": f"{table}[]", "from": " ".join(was), "to": " ".join(now)}


def document_at(filing: Filing, document: Document, version: int) -> Document:
    """The document as it stood at an earlier version, by folding the journal back. For steps posted whole."""
    fields, rows = (
        dict(document.fields),
        {t: {r.id: dict(r.cells) for r in rs} for t, rs in document.tables.items()},
    )
    later = Journal.objects.filter(filing=filing, version__gt=version).order_by("-version")
    for journal in later if version < filing.version else []:
        for change in journal.changes:
            if change["path"].endswith("[]"):
                continue
            path = Path.parse(change["path"])
            cells = rows.setdefault(path.name, {}).setdefault(path.row, {}) if path.row else fields
            cells[path.column or path.name] = change["from"]
    tables = {t: tuple(Row(i, cells) for i, cells in rs.items()) for t, rs in rows.items()}
    return Document(document.layout, document.version, fields, tables)


def step_edits(filing: Filing, version: int, posted: dict[str, str]) -> list[Edit]:
    """The edits in a step that was posted whole: the cells that differ from what the page showed at `version`."""
    shown = document_at(filing, load_document(filing), version)
    edits: list[Edit] = []
    for address, value in posted.items():
        path = Path.parse(address)
        typed = value.replace("\r\n", "\n")
        if shown.value(path) != typed:
            edits.append(SetCell(path, typed))
    return edits
