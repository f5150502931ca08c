"""What the bureau's pages cost with a whole district: a hundred departments, 2,100 sheets of twenty indicators."""

from __future__ import annotations

import time
from functools import partial

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from filings.models import Filing, IndicatorRow
from tests.bench.clock import line, median
from tests.crowd import crowd
from tests.factories import build_house


def measure() -> None:
    """Print the figures of board, reminders and notices."""
    house = build_house("benchshire")
    crowd(house, 100, 21, 20)
    sheets, rows = Filing.objects.filter(cycle=house.cycle).count(), IndicatorRow.objects.count()
    print(f"\nBoard ({connection.vendor}; {sheets} sheets of 100 departments, {rows} indicators in all)")
    client = Client(SERVER_NAME="localhost")
    client.force_login(house.reviewer, backend="filings.services.accounts.PersonBackend")
    for name, address in (
        ("the queue of all sheets opened (goal 60 ms)", "/review/all/"),
        ("the board opened", "/board/"),
        ("a department of it opened", f"/board/{house.cycle.pk}/{Filing.objects.latest('pk').department_id}/"),
        ("the preview of reminding everybody opened", f"/board/{house.cycle.pk}/remind/"),
        ("the notices opened", "/notices/"),
        ("the notices to be done opened", "/notices/?show=todo"),
    ):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        count = len(queries)
        assert answer.status_code == 200, (address, answer.status_code)
        seconds = median(partial(client.get, address), 9, time.process_time)
        line(name + " (CPU)", seconds, f"{count} queries, {len(answer.content) / 1024:.0f} KB")
