"""What the server spends on a step and on a large sheet."""

from __future__ import annotations

import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from filings.renderers.workbook import render_workbook
from filings.services.documents import load_document, load_documents
from filings.services.importing import replace_document
from filings.services.layouts import compiled_layout
from filings.services.places import first_clerk
from filings.services.transactions import start_transaction
from filings.sheet.pages import paginate
from tests.bench.clock import line, median
from tests.bench.material import grid_of, seeded, with_rows
from tests.paper.kit import bound


def measure() -> None:
    """Print the figures of the pages."""
    filing = seeded()[0]
    with start_transaction():
        replace_document(first_clerk(filing.department), filing.pk, with_rows(load_document(filing), 60))
    client = Client(SERVER_NAME="localhost")
    client.force_login(first_clerk(filing.department), backend="filings.services.accounts.PersonBackend")
    print(f"\nPages ({connection.vendor}; a sheet of 60 indicator rows)")
    base = f"/filings/{filing.ref}/"
    for name, address in (
        ("a step of fields opened", base + "steps/unit/"),
        ("the grid of 60 rows opened (goal 60 ms)", base + "steps/indicators/"),
        ("the whole sheet opened", base),
        ("the task list opened", "/tasks/"),
    ):
        _open(client, name, address)
    _largest()


def _largest() -> None:
    """The sheet with most cells of all that were really filed: its sections, its PDF, its workbook."""
    documents = load_documents(seeded())
    filing = max(seeded(), key=lambda one: len(list(documents[one.pk].cells())))
    client = Client(SERVER_NAME="localhost")
    client.force_login(first_clerk(filing.department), backend="filings.services.accounts.PersonBackend")
    print(f"\nThe largest real sheet ({len(list(documents[filing.pk].cells()))} filled cells)")
    opened = {
        section.title: median(
            lambda key=section.key: client.get(f"/filings/{filing.ref}/steps/{key}/"),  # type: ignore[misc]
            5,
            time.process_time,
        )
        for section in compiled_layout(filing.layout).sections
    }
    slowest = max(opened, key=lambda title: opened[title])
    line("its slowest section opened (CPU)", opened[slowest], f"goal 200 ms; {slowest}")
    line("its check page opened (CPU)", _opening(client, f"/filings/{filing.ref}/submit/"), "goal 150 ms")
    grid = grid_of(filing)
    line("its PDF, warm", median(lambda: bound(paginate(grid)), 3), "goal 2 s")
    line("its workbook", median(lambda: render_workbook([(grid, "")]), 3), "goal 0.3 s")


def _opening(client: Client, address: str) -> float:
    assert client.get(address).status_code == 200, address
    return median(lambda: client.get(address), 15, time.process_time)


def _open(client: Client, name: str, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    count = len(queries)
    assert answer.status_code == 200, (address, answer.status_code)
    line(name + " (CPU)", _opening(client, address), f"{count} queries, {len(answer.content) / 1024:.0f} KB")
