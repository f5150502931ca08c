"""What the server spends on a save of one cell: of each form that is in use, and beside the floor.

The floor is the least that a view can do which saves as durably (tests/load/floor_site.py), asked in the same way.
"""

from __future__ import annotations

import json
import secrets
import statistics
import time
from collections.abc import Callable
from itertools import cycle

from django.db import connection
from django.test import Client, override_settings

from filings.models import Filing
from filings.models.filing import EDITABLE
from filings.services.documents import load_documents
from filings.services.places import first_clerk
from tests.bench.clock import line, median
from tests.bench.material import seeded
from tests.load.material import typed_paths

SAVES = 60


def measure() -> None:
    """Print the figures of saves."""
    print(f"\nOne cell saved by the script of a step (CPU; {connection.vendor}; the largest real sheet of each form)")
    # As the web server does; tests close the connection after each request.
    connection.settings_dict["CONN_MAX_AGE"] = 300
    medians = []
    for filing, save in _savers():
        medians.append(median(save, SAVES, time.process_time))
        line(f"{filing.layout.key}", medians[-1])
    middle = statistics.median(medians)
    line("median of the forms", middle, "goal 16 ms, or 3 floors")
    if connection.vendor == "postgresql":
        floor = _floor()
        line("the floor: session, lock, UPDATE, INSERT, COMMIT", floor, f"the median is {middle / floor:.1f} floors")
    else:
        print("  the floor is measured on PostgreSQL only: set BENCH_DATABASE_URL")


def _savers() -> list[tuple[Filing, Callable[[], None]]]:
    """For each form its sheet with most cells, and a function that saves one of them each time it is called."""
    filings = [filing for filing in seeded() if filing.state in EDITABLE]
    documents = load_documents(filings)
    sizes = {filing.pk: sum(1 for _ in documents[filing.pk].cells()) for filing in filings}
    largest = {filing.layout_id: filing for filing in sorted(filings, key=lambda one: sizes[one.pk])}
    return [(filing, _saver(filing, typed_paths(filing, documents[filing.pk]))) for filing in largest.values()]


def _saver(filing: Filing, paths: list[str]) -> Callable[[], None]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(first_clerk(filing.department), backend="filings.services.accounts.PersonBackend")
    filing.refresh_from_db()
    known = {"version": filing.version}
    # Not one after the other: the cells of a row would be parsed together.
    cells = cycle(sorted(paths, key=lambda path: path[::-1]))
    texts = iter(range(10**6))

    def save() -> None:
        edit = {"do": "set", "path": next(cells), "value": f"≥{next(texts)}"}
        body = {**known, "operation": secrets.token_hex(8), "edits": [edit]}
        answer = client.post(
            f"/filings/{filing.ref}/save/", json.dumps(body), "application/json", headers={"accept": "application/json"}
        )
        assert answer.status_code in (200, 409), answer.content  # 409: the text does not fit the cell, and is told
        version = answer.json()["version"]
        known.update(version=version, findings=version)

    save()
    return save


def _floor() -> float:
    from tests.load.floor import SHEETS, make_tables

    make_tables()
    numbers = iter(range(10**6))
    only_sessions = override_settings(
        ROOT_URLCONF="tests.load.floor_site",
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
        SESSION_ENGINE="django.contrib.sessions.backends.db",
    )
    with only_sessions:
        client = Client(SERVER_NAME="localhost")
        client.get("/session")

        def save() -> None:
            number = next(numbers)
            body = {"sheet": number % SHEETS + 1, "operation": f"floor-{number}", "text": "完成背街小巷保洁"}
            answer = client.post("/save", json.dumps(body), "application/json")
            assert answer.status_code == 200, answer.content

        save()
        return median(save, 5 * SAVES, time.process_time)
