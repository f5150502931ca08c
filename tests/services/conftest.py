"""Fixtures that several tests of services share."""

from __future__ import annotations

import pytest

from filings.models import Filing, Project
from filings.services.new_filings import start_filing
from tests.factories import ABOUT_DEPARTMENT, House, due_form, filled, send
from tests.services.kit import moved


@pytest.fixture
def sent(house: House) -> list[Filing]:
    """Three filings sent in, in this order, with 10, 20 and 30 (万元)."""
    filings = []
    for number, name in enumerate(("甲工程", "乙工程", "丙活动"), 1):
        document = filled(total=f"{number}0", grant=f"{number}0", rest="0")
        project = house.project(name)
        filing = start_filing(house.clerk, house.cycle, house.due, house.department, project, document=document)
        send(house.clerk, filing.pk)
        filings.append(filing)
    return [Filing.objects.get(pk=filing.pk) for filing in filings]


@pytest.fixture
def busy(house: House) -> House:
    """A sheet in every state, a project without one, retired projects, and a form for departments."""
    for actions in ([], ["submit"], ["submit", "start_review"], ["submit", "return"], ["submit", "approve"]):
        moved(house, *actions)
    house.project("没有开始的项目")
    for actions in ([], ["submit", "return"], ["submit"]):
        retire(moved(house, *actions))
    whole = due_form(house, ABOUT_DEPARTMENT, title="整体表", position=1)
    start_filing(house.clerk, house.cycle, whole, house.department)
    return house


def retire(filing: Filing) -> None:
    Project.objects.filter(pk=filing.project_id).update(retired=True)
