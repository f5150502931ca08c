"""Imports documents from files: each is checked against its layout before anything is written."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from django.utils import timezone

from filings.models import Cycle, Department, DueForm, Filing, Jurisdiction, Person
from filings.services.documents import load_document
from filings.services.drafts import store_changes
from filings.services.filing_files import FILE_FORMAT
from filings.services.layouts import compiled_layout
from filings.services.locking import lock_filing, require_editable
from filings.services.new_filings import create_filing, may_file_for, new_document
from filings.services.places import first_clerk, get_due_form, get_or_create_project
from filings.services.transactions import start_transaction
from filings.sheet.document import Document, Path, Row, document_from_data, document_to_data, text_error
from filings.sheet.edits import MAX_ROWS
from filings.sheet.form_texts import fill_form_texts
from filings.sheet.layout import Layout
from filings.sheet.text_limits import is_within_limit

Outcome = Literal["new", "changed", "unchanged"]
"""What became of a filing that was loaded."""


class InvalidFileError(ValueError):
    """A file that cannot be imported. The text is English and says where and why, for whoever runs the command."""


def document_errors(layout: Layout, document: Document) -> Iterator[str]:
    """What does not fit the layout, in English: unknown cells, rows and tables, and changed texts of fixed rows."""
    if (document.layout, document.version) != (layout.key, layout.version):
        expected = f"{layout.key} version {layout.version}"
        yield f"the document is for {document.layout} version {document.version}, not {expected}"
    for name in document.fields:
        if layout.spec(Path(name)) is None:
            yield f"fields.{name}: the form has no such cell"
    for table, rows in document.tables.items():
        if table not in layout.tables:
            yield f"tables.{table}: the form has no such table"
        else:
            yield from _table_errors(layout, table, rows)


def _table_errors(layout: Layout, table: str, rows: Sequence[Row]) -> Iterator[str]:
    """The same for the rows of one table."""
    spec = layout.tables[table]
    known = {*spec.columns, *(name for preset in spec.fixed.values() for name in preset)}
    takes_rows = any(table in section.tables for section in layout.sections)
    if len(rows) > MAX_ROWS:
        yield f"tables.{table}: {len(rows)} rows, a table has at most {MAX_ROWS}"
    for row in rows:
        where = f"tables.{table}[{row.id}]"
        if row.id not in spec.fixed and not takes_rows:
            yield f"{where}: the form has no such row"
        for column, preset in spec.fixed.get(row.id, {}).items():
            if row.get(column) != preset:
                yield f"{where}.{column}: must be {preset!r}, as the form prints it"
        for column in row.cells:
            if column not in known:
                yield f"{where}.{column}: the table has no such column"


def limit_errors(layout: Layout, before: Document, document: Document) -> Iterator[str]:
    """Which texts are too long for their cells, in English; `before` is what is stored, and may stay as it is."""
    for path, text in document.cells():
        if not is_within_limit(layout, path, text, before.value(path)):
            where = f"tables.{path}" if path.row else f"fields.{path}"
            yield f"{where}: has {len(text)} characters, the cell takes at most {layout.text_limit(path)}: shorten it"


def import_filing(data: object, person: Person | None = None) -> tuple[Filing, Outcome]:
    """Store a filing as docs/filing-files.md describes it: a new one, or new content of one that may still be edited.

    What the form supplies by itself is filled in where the file lacks it (`fill_form_texts`). Stored in the name of
    `person`, or of the department's first clerk, in one transaction, after all checks. Raises InvalidFileError and
    Refused; Person.DoesNotExist where a department has no clerk.
    """
    if not isinstance(data, dict) or not isinstance(data.get("document"), dict):
        raise InvalidFileError("not a filing: expected an object with place, year, department and document")
    if data.get("format", FILE_FORMAT) != FILE_FORMAT:
        raise InvalidFileError(f"format must be {FILE_FORMAT!r}")
    for key in ("place", "department"):
        if not isinstance(data.get(key), str) or text_error(data[key]):
            raise InvalidFileError(f"{key} must be the code of a {key}")
    for key in ("year", "round"):
        if type(data.get(key, 1)) is not int:
            raise InvalidFileError(f"{key} must be a whole number")
    try:
        document = document_from_data(data["document"])
        cycle, department, due = _destination(data, document)
    except ValueError as error:
        raise InvalidFileError(str(error)) from error
    name = data.get("project", "")
    if due.subject == "project" and not (
        isinstance(name, str) and 0 < len(name.strip()) <= 200 and not text_error(name)
    ):
        raise InvalidFileError("project must be the name of a project, of up to 200 characters")
    person, given = person or first_clerk(department), _given_paths(data["document"])
    return store_filing(person, cycle, due, department, name, document, given=given)


def _given_paths(data: Mapping[str, Any]) -> set[Path]:
    """The cells that a file names, also those that it leaves empty: the form supplies nothing for them."""
    paths = {Path(name) for name in data.get("fields", {})}
    for table, rows in data.get("tables", {}).items():
        paths |= {Path(table, row["id"], column) for row in rows for column in row.get("cells", {})}
    return paths


def _destination(data: Mapping[str, Any], document: Document) -> tuple[Cycle, Department, DueForm]:
    """The cycle, department and due form that a file names. Raises InvalidFileError."""
    try:
        jurisdiction = Jurisdiction.objects.get(code=data.get("place"))
        cycle = Cycle.objects.get(
            jurisdiction=jurisdiction, year=int(data.get("year") or 0), round=data.get("round", 1)
        )
        department = Department.objects.get(jurisdiction=jurisdiction, code=data.get("department"))
        return cycle, department, get_due_form(cycle, document.layout)
    except Jurisdiction.DoesNotExist as error:
        raise InvalidFileError(f"there is no place {data.get('place')!r}") from error
    except Cycle.DoesNotExist as error:
        raise InvalidFileError(f"the place has no cycle of year {data.get('year')!r}") from error
    except Department.DoesNotExist as error:
        raise InvalidFileError(f"the place has no department {data.get('department')!r}") from error
    except DueForm.DoesNotExist as error:
        raise InvalidFileError(f"the form {document.layout!r} is not due in this cycle") from error


def store_filing(  # noqa: PLR0913 - who, where, for what, with what
    person: Person,
    cycle: Cycle,
    due: DueForm,
    department: Department,
    project_name: str,
    document: Document,
    *,
    given: Collection[Path] | None = None,
) -> tuple[Filing, Outcome]:
    """Store a document as a filing's content, in a transaction of its own; returns the filing and what became of it.

    A project of that name is created where the department has none. Raises Refused. With the cells that are `given` the
    document is checked, InvalidFileError, and the form supplies the others; without, it is stored as it is.
    """
    with start_transaction():
        project = get_or_create_project(department, project_name) if due.subject == "project" else None
        names = {"cycle": cycle, "layout": due.layout, "department": department, "project": project}
        stored = Filing.objects.filter(**names).first()
        if given is not None:
            document = _complete(stored or Filing(jurisdiction=cycle.jurisdiction, **names), document, given)
        if stored is None:
            return create_filing(person, cycle, due, department, project, document=document), "new"
        is_changed = replace_document(person, stored.pk, document)
        stored.refresh_from_db()
        return stored, "changed" if is_changed else "unchanged"


def _complete(filing: Filing, document: Document, given: Collection[Path]) -> Document:
    """The document with what the form of a filing supplies. Raises InvalidFileError where it does not fit the form."""
    layout = compiled_layout(filing.layout)
    before = load_document(filing) if filing.pk else Document(document.layout, document.version)
    document = fill_form_texts(layout, document, new_document(filing), given)
    if errors := [*document_errors(layout, document), *limit_errors(layout, before, document)]:
        raise InvalidFileError("\n".join(errors))
    return document


def replace_document(person: Person, filing_pk: int, document: Document, now: datetime | None = None) -> bool:
    """Replace the content of a draft with a document, journalled as any save; False, and nothing written, if it is it.

    Needs a transaction. Raises Refused where the person may not file for the department, and where the content is
    another and may not be edited.
    """
    filing = lock_filing(filing_pk)
    before = load_document(filing)
    if document_to_data(before) == document_to_data(document) and may_file_for(person, filing.department):
        return False
    require_editable(person, filing)
    operation = "file-" + secrets.token_hex(12)
    return store_changes(person, filing, before, document, operation, now or timezone.now()) is not None
