"""The number of queries of a page does not grow with the data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from time import process_time

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from filings.models import Department, Filing, Membership, Packet, Person, Reminder
from filings.services.drafts import save_edits
from filings.services.workflow import apply_transition
from filings.sheet.document import Document, Row
from tests.crowd import crowd
from tests.factories import House, filled, opened_cycle, person, put, send, with_text
from tests.views.kit import browser

MANY = 12
HEAD = 1  # how many notices are unread, in the head of every page of those who get any
REPLIES = 1  # what was said to the findings of sheets that have errors
ROWS = 60
_numbers = count(1)


def cost(ask: Callable[[], HttpResponse], status: int = 200) -> tuple[int, str]:
    """The number of queries of a response, and the most frequent ones for the failure message."""
    with CaptureQueriesContext(connection) as asked:
        answer = ask()
    assert answer.status_code == status, answer.content.decode()[:500]
    often = Counter(query["sql"][:110] for query in asked.captured_queries)
    return len(asked), "\n".join(f"{times} × {sql}" for sql, times in often.most_common(6))


def with_rows(number: int) -> Document:
    """A valid document with this many rows, every second of which has no value."""
    rows = tuple(
        Row(f"r{n}", {"level1": "产出指标", "level2": "数量指标", "name": f"第{n}项", "value": "≥1条" if n % 2 else ""})
        for n in range(number)
    )
    return replace(filled(), tables={**filled().tables, "indicators": rows})


def another(house: House, role: str = "clerk") -> Person:
    return person(f"p{next(_numbers)}", role, house.place, house.department if role == "clerk" else None)


def remarked(house: House, filing: Filing, number: int) -> Filing:
    """Remarks on so many cells, each by another reviewer."""
    for n in range(number):
        path = f"indicators[r{n}].value" if n else "title"
        filing.remarks.create(jurisdiction=house.place, path=path, text="请改", person=another(house, "reviewer"))
    return filing


def sent(house: House, document: Document | None = None) -> Filing:
    """A filing that a new clerk submitted."""
    filing = house.filing(document)
    send(another(house), filing.pk)
    filing.refresh_from_db()
    return filing


def compare(page: str, few: tuple[int, str], many: tuple[int, str], most: int, batches: int = 0) -> None:
    """`batches` more are allowed where SQLite takes only so many values in one statement."""
    assert 0 <= many[0] - few[0] <= batches, f"{page}: {few[0]} queries for little, {many[0]} for much\n{many[1]}"
    assert many[0] <= most, f"{page}: {many[0]} queries, at most {most} are meant\n{many[1]}"


def test_task_list(house: House) -> None:
    """Twelve more filings with rows, mistakes, remarks of many people, projects, and two more departments."""
    ask = browser(house.clerk)
    second_department = Department.objects.create(jurisdiction=house.place, code="300", name="单位300")
    Membership.objects.create(person=house.clerk, role="clerk", jurisdiction=house.place, department=second_department)
    remarked(house, house.filing(with_rows(2)), 1)
    few = cost(lambda: ask.get("/tasks/"))
    for _ in range(MANY):
        remarked(house, house.filing(with_rows(20)), 3)
        house.project()
    for code in ("301", "302"):
        department = Department.objects.create(jurisdiction=house.place, code=code, name=f"单位{code}")
        Membership.objects.create(person=house.clerk, role="clerk", jurisdiction=house.place, department=department)
    many = cost(lambda: ask.get("/tasks/"))
    compare("task list", few, many, 16 + REPLIES)


@pytest.mark.parametrize("tab", ["waiting", "all"])
def test_review_queue(house: House, tab: str) -> None:
    ask = browser(house.reviewer)
    sent(house)
    few = cost(lambda: ask.get(f"/review/{tab}/"))
    for _ in range(MANY):
        sent(house)
    many = cost(lambda: ask.get(f"/review/{tab}/"))
    compare(f"queue {tab}", few, many, 14 + HEAD)


def test_sheet(house: House) -> None:
    """Sixty rows, thirty errors, twelve remarks of twelve people."""
    ask = browser(house.clerk)
    small, big = house.filing(with_rows(1)), remarked(house, house.filing(with_rows(ROWS)), MANY)
    remarked(house, small, 1)
    few, many = (cost(lambda filing=filing: ask.get(f"/filings/{filing.ref}/")) for filing in (small, big))
    compare("sheet", few, many, 19)


def test_sheet_under_review(house: House) -> None:
    ask = browser(house.reviewer)
    small = remarked(house, sent(house), 1)
    many_rows = tuple(replace(row, cells={**row.cells, "value": "≥1条"}) for row in with_rows(ROWS).rows("indicators"))
    document = replace(filled(), tables={**filled().tables, "indicators": (*filled().rows("indicators"), *many_rows)})
    big = remarked(house, sent(house, document), MANY)
    few, many = (cost(lambda filing=filing: ask.get(f"/filings/{filing.ref}/")) for filing in (small, big))
    compare("sheet under review", few, many, 23)


@pytest.mark.parametrize("key", ["head", "rows"])
def test_step(house: House, key: str) -> None:
    ask = browser(house.clerk)
    small, big = remarked(house, house.filing(with_rows(1)), 1), remarked(house, house.filing(with_rows(ROWS)), MANY)
    few, many = (cost(lambda filing=filing: ask.get(f"/filings/{filing.ref}/steps/{key}/")) for filing in (small, big))
    compare(f"step {key}", few, many, 13 + HEAD + REPLIES)


def save(ask: Client, filing: Filing, version: int, *edits: tuple[str, str]) -> HttpResponse:
    cells = [{"do": "set", "path": path, "value": value} for path, value in edits]
    body = {"version": version, "operation": f"operation-{next(_numbers)}", "edits": cells}
    headers = {"accept": "application/json"}
    return ask.post(
        f"/filings/{filing.ref}/save/", json.dumps(body), content_type="application/json", headers=headers
    )  # fmt: skip


@pytest.mark.parametrize("path", ["title", "indicators[r0].name", "funding[total].amount"])
def test_cell_save(house: House, path: str) -> None:
    """An autosave in a filing of sixty rows, after twelve saves of twelve other people."""
    ask = browser(house.clerk)
    small, big = house.filing(with_rows(1)), house.filing(with_rows(ROWS))
    for filing, others in ((small, 1), (big, MANY)):
        for version in range(others):
            save_edits(another(house), filing.pk, version, f"other-{version}", [put("phone", f"0951-{version:07}")])
    few, many = (cost(lambda filing=filing: save(ask, filing, 0, (path, "60"))) for filing in (small, big))
    compare(f"save of {path}", few, many, 14)


def test_a_save_of_many_cells(house: House) -> None:
    """A pasted block is one save: ten rows or sixty cost the same."""
    ask, filing = browser(house.clerk), house.filing(with_rows(ROWS))

    def block(rows: int, text: str) -> HttpResponse:
        filing.refresh_from_db()
        return save(ask, filing, filing.version, *((f"indicators[r{n}].name", f"{text}{n}") for n in range(rows)))

    block(1, "零")  # from then on the process knows the sheet
    compare("save of a block", cost(lambda: block(10, "甲")), cost(lambda: block(ROWS, "乙")), 12, batches=1)


@pytest.mark.parametrize("path", ["title", "indicators[r0].name", "funding[total].amount"])
def test_cell_save_of_a_sheet_that_the_process_knows(house: House, path: str) -> None:
    """As most saves are: session, person, lock, tree of categories, row, filing, journal, and the transaction."""
    ask, costs = browser(house.clerk), []
    for rows in (1, ROWS):
        filing = house.filing(with_rows(rows))
        version = save(ask, filing, 0, ("phone", "0951-1234567")).json()["version"]
        costs.append(cost(lambda filing=filing, version=version: save(ask, filing, version, (path, "60"))))
    compare(f"another save of {path}", *costs, 9)


def test_step_posted_whole(house: House) -> None:
    """What a browser without script sends."""
    ask, measured = browser(house.clerk), []
    for rows in (10, ROWS):
        filing = house.filing(with_rows(rows))
        posted = {f"indicators[r{n}].name": f"改{n}" for n in range(rows)} | {"version": "0", "do": "save"}
        url = f"/filings/{filing.ref}/steps/rows/"
        measured.append(cost(lambda url=url, posted=posted: ask.post(url, posted), 302))
    compare("posted step", *measured, 26, batches=1)


def test_log(house: House) -> None:
    ask, filing = browser(house.clerk), sent(house)
    few = cost(lambda: ask.get(f"/filings/{filing.ref}/log/"))
    for _ in range(MANY):
        apply_transition(another(house, "reviewer"), filing.pk, "return", words="请改")
        filing.refresh_from_db()
        save_edits(
            another(house),
            filing.pk,
            filing.version,
            f"changed-{filing.version}",
            [put("title", f"改{filing.version}")],
        )
        send(another(house), filing.pk)
    compare("log", few, cost(lambda: ask.get(f"/filings/{filing.ref}/log/")), 9 + HEAD)


def test_packets(house: House) -> None:
    ask = browser(house.admin)

    def grow(number: int) -> None:
        for _ in range(number):
            sent(house)
            Packet.objects.create(jurisdiction=house.place, cycle=house.cycle, person=another(house, "admin"))

    grow(1)
    few = cost(lambda: ask.get("/packets/"))
    grow(MANY)
    compare("packets", few, cost(lambda: ask.get("/packets/")), 9)


def test_start(house: House) -> None:
    ask, url = browser(house.clerk), f"/start/{house.due.pk}/{house.department.pk}/"
    house.filing()
    few = cost(lambda: ask.get(url))
    for _ in range(MANY):
        house.filing(with_text(filled(), "title", "另一条"))
        house.project()
    compare("start", few, cost(lambda: ask.get(url)), 11 + HEAD)


def test_board(house: House) -> None:
    """From twenty sheets to 2,100 of a hundred departments; and quick: the best of three, in time of the processor."""
    ask, urls = browser(house.reviewer), ("/board/", f"/board/{house.cycle.pk}/remind/")
    crowd(house, 1, 20)
    few = [cost(lambda url=url: ask.get(url)) for url in urls]
    crowd(house, 99, 21)
    assert Filing.objects.count() == 20 + 99 * 21
    for url, one, most in zip(urls, few, (19, 14), strict=True):
        compare(url, one, cost(lambda url=url: ask.get(url)), most)
    assert min(spent(lambda: ask.get("/board/")) for _ in range(3)) < 0.3


def spent(ask: Callable[[], HttpResponse]) -> float:
    """Seconds of the processor."""
    before = process_time()
    assert ask().status_code == 200
    return process_time() - before


def test_department_on_the_board(house: House) -> None:
    ask, url = browser(house.admin), f"/board/{house.cycle.pk}/{house.department.pk}/"
    sent(house)
    few = cost(lambda: ask.get(url))
    for _ in range(MANY):
        sent(house)
        house.project()
    compare("department on the board", few, cost(lambda: ask.get(url)), 12)


def test_reminding(house: House) -> None:
    """A hundred departments are written in one statement."""
    ask, measured = browser(house.reviewer), []
    for number in (2, 100):
        departments = [department.pk for department in {filing.department for filing in crowd(house, number, 1)}]
        drafts = Filing.objects.filter(department__in=departments)
        drafts.update(state="draft", approved_at=None)
        data = {"department": departments, "text": "请报", "do": "send"}
        measured.append(cost(lambda data=data: ask.post(f"/board/{house.cycle.pk}/remind/", data), 302))
        assert Reminder.objects.filter(department__in=departments).count() == number
    compare("reminding", *measured, 18)


@pytest.mark.parametrize("show", ["all", "todo"])
@pytest.mark.parametrize("who", ["reviewer", "clerk"])
def test_notices(house: House, who: str, show: str) -> None:
    """A page full of them, by many people, on many sheets of two departments, with reminders in three cycles."""
    ask, url = browser(house.people[who]), f"/notices/?show={show}"
    second_department = Department.objects.create(jurisdiction=house.place, code="300", name="单位300")
    Membership.objects.create(person=house.clerk, role="clerk", jurisdiction=house.place, department=second_department)

    def grow(number: int) -> None:
        for n in range(number):
            back = sent(house)
            apply_transition(another(house, "reviewer"), back.pk, "return", words="请改")
            sent(house)
            department = (house.department, second_department)[n % 2]
            Reminder.objects.create(
                jurisdiction=house.place, cycle=house.cycle, department=department, text="请报", person=house.admin
            )

    grow(1)
    few = cost(lambda: ask.get(url))
    grow(MANY)
    for year in (2024, 2025):
        old = opened_cycle(house.place, year)
        Reminder.objects.create(
            jurisdiction=house.place, cycle=old, department=second_department, text="请报", person=house.admin
        )
    compare(f"notices of {who}", few, cost(lambda: ask.get(url)), 19 + HEAD)
