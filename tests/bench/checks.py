"""What checking costs: a sheet, a department, a district, and the review queue over it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from filings.checks import check_sheet
from filings.models import Department, Filing, Membership, Person
from filings.services.checking import check_department, check_subject
from filings.services.documents import load_document
from filings.services.importing import store_filing
from filings.services.places import first_clerk
from filings.sheet.document import Document
from tests.bench.clock import line, median, once
from tests.bench.material import seeded, with_rows

SHEETS_OF_A_DEPARTMENT = 25


def measure(sheets: int) -> None:
    """Print the figures; a district of so many sheets, each with words of its own."""
    filing = seeded()[0]
    print(f"\nChecks ({connection.vendor})")
    document = with_rows(load_document(filing), 80)
    fresh = (check_subject(filing, marked(document, f"第{number}版")) for number in range(10**6))
    line("a sheet of 80 indicators, every word new", median(lambda: check_sheet(next(fresh)), 15), "goal 30 ms")
    filing = seeded()[-1]
    departments = list(district(sheets))
    line(
        f"a department of {SHEETS_OF_A_DEPARTMENT} sheets",
        median(lambda: check_department(filing.cycle_id, departments[-1].pk)),
        "goal 500 ms, kept in the database",
    )
    seconds, _ = once(lambda: [check_department(filing.cycle_id, one.pk) for one in departments])
    line(f"a district of {sheets} sheets, one process", seconds, "goal 60 s on two cores for 2,100")
    _queue(filing)


def marked(document: Document, mark: str) -> Document:
    """The document with a mark in each name and goal, so that nothing is known from before."""
    tables = {
        name: tuple(
            replace(row, cells={c: t + mark if c in ("name", "text") and t else t for c, t in row.cells.items()})
            for row in rows
        )
        for name, rows in document.tables.items()
    }
    return replace(document, tables=tables)


def district(sheets: int) -> Iterator[Department]:
    """Departments of 25 real project sheets each, with marked words, sent in."""
    model = seeded()[-1]
    real = [one for one in seeded() if one.jurisdiction_id == model.jurisdiction_id and one.project_id]
    documents = cycle([(one.layout_id, load_document(one)) for one in real])
    dues = {due.layout_id: due for due in model.cycle.due_forms.select_related("layout")}
    clerk = first_clerk(model.department)
    for number in range(sheets // SHEETS_OF_A_DEPARTMENT):
        name = f"第{number}街道"
        department = Department.objects.create(jurisdiction=model.jurisdiction, code=f"b{number:04}", name=name)
        Membership.objects.create(person=clerk, role="clerk", jurisdiction=model.jurisdiction, department=department)
        clerk.__dict__.pop("posts", None)
        for at, (layout, document) in enumerate(islice(documents, SHEETS_OF_A_DEPARTMENT)):
            mark = f"（{number}之{at}）"
            store_filing(clerk, model.cycle, dues[layout], department, f"项目{mark}", marked(document, mark))
        when = timezone.now() + timedelta(seconds=number)
        Filing.objects.filter(department=department).update(state="submitted", submitted_by=clerk, submitted_at=when)
        yield department


def _queue(filing: Filing) -> None:
    """The review desk over all of it."""
    reviewers = Person.objects.filter(memberships__role="reviewer", memberships__jurisdiction=filing.jurisdiction)
    client = Client(SERVER_NAME="localhost")
    client.force_login(reviewers[0], backend="filings.services.accounts.PersonBackend")
    count = Filing.objects.filter(jurisdiction=filing.jurisdiction).count()
    one = Filing.objects.filter(jurisdiction=filing.jurisdiction, state="submitted")[0]
    for name, address in (
        (f"the queue with {count} filings opened", "/review/waiting/"),
        ("the same filtered and by findings", "/review/waiting/?q=项目&found=warning&order=findings"),
        ("a sheet opened from it", f"/filings/{one.ref}/?tab=waiting"),
        ("the board", "/board/"),
    ):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        number = len(queries)
        if answer.status_code == 200:
            seconds = median(lambda address=address: client.get(address), 7, time.process_time)  # type: ignore[misc]
            line(name + " (CPU)", seconds, f"{number} queries, {len(answer.content) / 1024:.0f} KB")
