"""Imports documents from files: each is checked against its layout before anything is written."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from filings.models import Cycle, Department, DueForm, Filing, Jurisdiction, Person
from filings.services.documents import load_document
from filings.services.drafts import store_changes
from filings.services.layouts import compiled_layout
from filings.services.locking import lock_editable_filing
from filings.services.new_filings import create_filing
from filings.services.places import first_clerk, get_due_form, get_or_create_project
from filings.services.transactions import start_transaction
from filings.sheet.document import Document, Path, Row, document_from_data, text_error
from filings.sheet.edits import MAX_ROWS
from filings.sheet.layout import Layout
from filings.sheet.text_limits import limit_error


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
        if limit_error(layout, path, text, before.value(path)):
            where = f"tables.{path}" if path.row else f"fields.{path}"
            yield f"{where}: has {len(text)} characters, the cell takes at most {layout.text_limit(path)}: shorten it"


def import_filing(data: object, person: Person | None = None) -> tuple[Filing, bool]:
    """Store what `export --format json` wrote: a new filing, or new content of one that may still be edited.

    Returns the filing and whether it is new. Stored in the name of `person`, or of the department's first clerk. All is
    written in one transaction, after all checks. Raises InvalidFileError and Refused; Person.DoesNotExist where a
    department has no clerk.
    """
    if not isinstance(data, dict) or not isinstance(data.get("document"), dict):
        raise InvalidFileError("not a filing: expected an object with place, year, department and document")
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
    errors = list(document_errors(compiled_layout(due.layout), document))
    if errors:
        raise InvalidFileError("\n".join(errors))
    name = data.get("project", "")
    if due.subject == "project" and not (
        isinstance(name, str) and 0 < len(name.strip()) <= 200 and not text_error(name)
    ):
        raise InvalidFileError("project must be the name of a project, of up to 200 characters")
    return store_filing(person or first_clerk(department), cycle, due, department, name, document)


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


def store_filing(
    person: Person, cycle: Cycle, due: DueForm, department: Department, project_name: str, document: Document
) -> tuple[Filing, bool]:
    """Store a document as a filing's content, in a transaction of its own; returns the filing and whether it is new.

    A project of that name is created where the department has none. Raises Refused.
    """
    with start_transaction():
        return _store_filing(person, cycle, due, department, project_name, document)


def _store_filing(
    person: Person, cycle: Cycle, due: DueForm, department: Department, project_name: str, document: Document
) -> tuple[Filing, bool]:
    """As `store_filing`, within its transaction."""
    project = get_or_create_project(department, project_name) if due.subject == "project" else None
    filing = Filing.objects.filter(cycle=cycle, layout=due.layout, department=department, project=project).first()
    before = load_document(filing) if filing else Document(document.layout, document.version)
    if errors := list(limit_errors(compiled_layout(due.layout), before, document)):
        raise InvalidFileError("\n".join(errors))
    if filing is None:
        return create_filing(person, cycle, due, department, project, document=document), True
    replace_document(person, filing.pk, document)
    filing.refresh_from_db()
    return filing, False


def replace_document(person: Person, filing_pk: int, document: Document) -> None:
    """Replace the content of a draft with a document, journalled as any save. Needs a transaction; raises Refused."""
    filing = lock_editable_filing(person, filing_pk)
    store_changes(person, filing, load_document(filing), document, "file-" + secrets.token_hex(12))
