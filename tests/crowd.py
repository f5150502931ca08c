"""A whole district at once, put into the tables past all services: for counting queries and taking times."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle as around

from django.utils import timezone

from filings.models import (
    Chain,
    CheckResult,
    Department,
    Event,
    Filing,
    IndicatorRow,
    Membership,
    Person,
    Project,
    State,
)
from tests.factories import House

CATEGORIES = ("output.quantity", "output", "benefit.social", "")


def crowd(house: House, departments: int, projects: int, indicators: int = 4) -> list[Filing]:
    """So many more departments of the house's place, each with a clerk and so many projects, filed in every state."""
    offices = _offices(house, departments)
    made = Project.objects.bulk_create(
        Project(jurisdiction=house.place, department=office, name=f"项目{number}")
        for office in offices
        for number in range(projects)
    )
    filings = Filing.objects.bulk_create(
        _filing(house, project, state) for project, state in zip(made, around(State.values), strict=False)
    )
    _log(house, offices, filings)
    CheckResult.objects.bulk_create(
        CheckResult(jurisdiction=house.place, filing=one, version=0, codes={"C01": 1, "C20": 2, "C35": 3})
        for one in filings
    )
    IndicatorRow.objects.bulk_create(
        (
            IndicatorRow(
                jurisdiction=house.place, filing=one, table="indicators", row_id=f"i{n}", position=n, category=category
            )
            for one in filings
            for n, category in zip(range(indicators), around(CATEGORIES), strict=False)
        ),
        batch_size=2000,
    )
    return filings


def _offices(house: House, number: int) -> list[Department]:
    first = Department.objects.count()
    offices = Department.objects.bulk_create(
        Department(jurisdiction=house.place, code=f"9{first + n:05}", name=f"第{first + n}单位") for n in range(number)
    )
    people = Person.objects.bulk_create(Person(username=f"crowd{office.code}", password="!") for office in offices)
    Membership.objects.bulk_create(
        Membership(person=one, role="clerk", jurisdiction=house.place, department=office)
        for one, office in zip(people, offices, strict=True)
    )
    return offices


def _filing(house: House, project: Project, state: str) -> Filing:
    now = timezone.now()
    sent = {"submitted_by": house.clerk, "submitted_at": now} if state != State.DRAFT else {}
    return Filing(
        jurisdiction=house.place,
        cycle=house.cycle,
        layout=house.due.layout,
        department_id=project.department_id,
        project=project,
        state=state,
        total=10,
        created_by=house.clerk,
        approved_at=now if state == State.APPROVED else None,
        **sent,
    )


def _log(house: House, offices: list[Department], filings: list[Filing]) -> None:
    """Each filing that was sent in has the event of it, and one more that brought it to its state."""
    chains = Chain.objects.bulk_create(
        Chain(jurisdiction=house.place, cycle=house.cycle, department=office) for office in offices
    )
    by_office = {chain.department_id: chain for chain in chains}
    events = []
    for number, filing in enumerate(filings):
        if filing.state == State.DRAFT:
            continue
        common = {"jurisdiction": house.place, "filing": filing, "chain": by_office[filing.department_id]}
        at = timezone.now() - timedelta(hours=number % 20 + 1)
        events.append(Event(**common, action="submit", from_state="draft", to_state="submitted", person=house.clerk))
        action = {State.RETURNED: "return", State.APPROVED: "approve", State.IN_REVIEW: "start_review"}.get(
            State(filing.state)
        )
        if action:
            reviewed = {"from_state": "submitted", "to_state": filing.state, "person": house.reviewer}
            events.append(Event(**common, action=action, **reviewed, words="请修改"))
        for event in events[-2 if action else -1 :]:
            event.sequence, event.at = 2 * number + (event.action != "submit"), at
    Event.objects.bulk_create(events, batch_size=2000)
