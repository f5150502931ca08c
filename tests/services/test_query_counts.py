"""Services cost the same number of queries for one sheet and for twenty: submitting, checking, planning a packet."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from filings.checks import RULES
from filings.models import Cycle, Filing
from filings.services import sheet_cache
from filings.services.checking import check_department
from filings.services.finding_replies import save_reasons
from filings.services.packets.plan import build_plan
from filings.services.packets.scope import PacketScope
from filings.services.workflow import apply_transition, submit_filing
from tests.factories import LAYOUT, House, due_form, filled, with_text

MANY = 20
WITH_NUMBER = LAYOUT.replace("{department}试用表", "{department}试用表之{number}").replace(
    "testshire/plan", "testshire/nth"
)


def queries(ask: Callable[[], object]) -> Counter[str]:
    """What an action asks the database, by the beginning of each statement."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    plain = [re.sub(r"IN \([^)]*\)|VALUES .*|'[^']*'|\d+", "…", query["sql"]) for query in asked.captured_queries]
    return Counter(sql[:120] for sql in plain if not sql.startswith(("SAVEPOINT", "RELEASE")))


@pytest.fixture
def asking(house: House) -> House:
    """A place that asks for attachments and prints the number of each sheet: both once cost a query a sheet."""
    due = '[[due]]\nlayout = "testshire/plan"\nsubject = "project"\ntitle = "表"\nattachments = ["立项依据"]\n'
    Cycle.objects.filter(pk=house.cycle.pk).update(profile=house.cycle.profile + due)
    house.cycle.refresh_from_db()
    house.due = due_form(house, WITH_NUMBER, title="表二")
    return house


def different(house: House, number: int) -> Filing:
    """A filing unlike the others, so that they do not warn of each other."""
    document = with_text(filled(title=f"第{number}件"), "indicators[i1].name", f"第{number}件修的路")
    return house.filing(with_text(document, "indicators[i2].name", f"第{number}件的效果"))


def test_checking_a_department(asking: House) -> None:
    asking.filing()
    one = queries(lambda: check_department(asking.cycle.pk, asking.department.pk))
    for _ in range(MANY - 1):
        asking.filing()
    assert queries(lambda: check_department(asking.cycle.pk, asking.department.pk)) == one


def test_submitting(house: House) -> None:
    first, last = different(house, 0), different(house, 1)
    house.cycle.filings.exclude(pk=first.pk).update(department=house.elsewhere)
    reasons = dict.fromkeys(RULES, "实际情况如此")
    save_reasons(house.clerk, first.pk, reasons)
    one = queries(lambda: submit_filing(house.fresh("clerk"), first.pk))
    house.cycle.filings.update(department=house.department)
    for number in range(2, MANY):
        different(house, number)
    save_reasons(house.clerk, last.pk, reasons)
    assert queries(lambda: submit_filing(house.fresh("clerk"), last.pk)) == one


@pytest.mark.parametrize("drafts", [False, True])
def test_planning_a_packet(asking: House, *, drafts: bool) -> None:
    scope = PacketScope(drafts=drafts)
    asking.filing()
    one = queries(lambda: build_plan(Cycle.objects.get(pk=asking.cycle.pk), scope))
    for _ in range(MANY - 1):
        asking.filing()
    plan = build_plan(Cycle.objects.get(pk=asking.cycle.pk), scope)
    assert [item.draft["setting"]["number"] for item in plan.items] == (list(range(1, MANY + 1)) if drafts else [])
    assert queries(lambda: build_plan(Cycle.objects.get(pk=asking.cycle.pk), scope)) == one


def rows_read(ask: Callable[[], object]) -> int:
    """How often an action reads the rows of indicators: each time a document is loaded, and a check loads it first."""
    return sum(number for sql, number in queries(ask).items() if re.match(r"SELECT .*indicatorrow", sql))


def test_a_submission_checks_and_loads_once(house: House) -> None:
    """Reasons, guard and stored content rest on one look at the department."""
    filing, reasons = different(house, 0), dict.fromkeys(RULES, "实际情况如此")
    assert rows_read(lambda: submit_filing(house.fresh("clerk"), filing.pk, reasons=reasons)) == 1
    assert Filing.objects.get(pk=filing.pk).state == "submitted"


@pytest.mark.parametrize("page", ["", "submit/", "changes/"])
def test_a_page_loads_the_document_once(house: House, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    """The check page not even that while the process keeps it."""
    filing = different(house, 0)
    submit_filing(house.fresh("clerk"), filing.pk, reasons=dict.fromkeys(RULES, "实际情况如此"))
    apply_transition(house.fresh("reviewer"), filing.pk, "return", words="请改")
    client = Client()
    client.force_login(house.clerk, "filings.services.accounts.PersonBackend")
    address = f"/filings/{filing.ref}/{page}"
    assert client.get(address).status_code == 200
    assert rows_read(lambda: client.get(address)) == (page != "submit/")
    monkeypatch.setattr(sheet_cache, "_cached", OrderedDict())
    assert rows_read(lambda: client.get(address)) == 1
