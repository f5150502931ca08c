"""The task list of a department, and the start page of people without any role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from filings.models import Cycle, Department, Filing, Membership
from tests.factories import ABOUT_DEPARTMENT, House, filled, stored_layout
from tests.views.kit import browser, move_filing, text_of


def test_task_list_shows_due_forms_and_what_is_missing(house: House) -> None:
    """Cycle, deadline, every project with its state, the number of errors, and a link to continue."""
    begun, sent = house.filing(filled(title="", phone="12")), move_filing(house, house.filing())
    returned = move_filing(house, house.filing(), ("reviewer", "return"))
    idle = house.project("还没开始的项目")
    returned.remarks.create(jurisdiction=house.place, path="title", text="请改", person=house.reviewer)
    page = browser(house.clerk).get("/tasks/")
    words = text_of(page)
    assert house.cycle.title in words
    assert timezone.localtime(house.cycle.deadline).strftime("截止 %Y年") in words
    assert "还有 1 天" in words
    for name in (begun.subject_name, sent.subject_name, returned.subject_name, idle.name):
        assert name in words
    for state in ("填报中", "待审核", "已退回", "未开始"):
        assert state in words
    assert "2 处待改" in words
    assert "1 条退回意见" in words
    html = page.content.decode()
    assert f"/start/{house.due.pk}/{house.department.pk}/?project={idle.pk}" in html
    assert f"/filings/{begun.ref}/steps/" in html
    assert f"/filings/{sent.ref}/steps/" not in html


@pytest.mark.parametrize(("days", "expected"), [(0, "今天截止"), (-2, "已截止")])
def test_task_list_marks_the_last_day_and_a_past_deadline(house: House, days: int, expected: str) -> None:
    """Days are calendar days."""
    noon = timezone.localtime().replace(hour=23, minute=59, second=0)
    moment = noon + timedelta(days=days)
    Cycle.objects.update(opens_at=moment - timedelta(days=9), deadline=moment)
    assert expected in text_of(browser(house.clerk).get("/tasks/"))


def test_task_list_without_a_cycle(house: House) -> None:
    """One sentence instead of an empty table."""
    soon = timezone.now() + timedelta(days=9)
    Cycle.objects.update(opens_at=soon, deadline=soon + timedelta(days=9))
    assert "现在没有开放的申报批次" in text_of(browser(house.clerk).get("/tasks/"))


def test_a_form_about_the_department_is_due_once(house: House) -> None:
    """It is listed without a project, and there is no project to choose when it is started."""
    due = house.cycle.due_forms.create(
        jurisdiction=house.place, layout=stored_layout(ABOUT_DEPARTMENT), subject="department", title="整体表"
    )
    client = browser(house.clerk)
    assert "整体表" in text_of(client.get("/tasks/"))
    url = f"/start/{due.pk}/{house.department.pk}/"
    assert "哪个项目" not in text_of(client.get(url))
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 409
    assert Filing.objects.get().project is None


def test_start_page_of_people_without_a_role(house: House) -> None:
    """They read whom to ask; with a role in another jurisdiction they get its task list."""
    assert "还没有任职" in text_of(browser(house.nobody).get("/"))
    department = Department.objects.get(code="201")
    Membership.objects.create(person=house.nobody, role="lead", jurisdiction=house.place, department=department)
    assert browser(house.nobody).get("/").headers["Location"] == "/tasks/"
