"""The progress board: by keyboard, without script, wide and narrow; reminders reach the department."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from filings.models import CheckResult, Department, Filing, Membership, Person, Project, Reminder
from tests.browser.conftest import Login, Site
from tests.factories import send


@pytest.fixture
def departments(site: Site) -> list[Department]:
    """Two more departments, each with a clerk and a project without filing."""
    place = site.filing().cycle.jurisdiction
    created = []
    for code in ("801", "802"):
        department = Department.objects.create(jurisdiction=place, code=code, name=f"第{code}单位")
        clerk = Person.objects.create_user(f"office{code}.clerk", password="long enough 7531", full_name="某人")
        Membership.objects.create(jurisdiction=place, person=clerk, role="clerk", department=department)
        Project.objects.create(jurisdiction=place, department=department, name=f"{code}的项目")
        created.append(department)
    return created


def tab_to(page: Page, target: Any) -> None:
    """Press Tab, a limited number of times, until the target has the focus."""
    for _ in range(80):
        if target.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {target}")


def test_two_departments_are_reminded_by_keyboard(site: Site, login: Login, departments: list[Department]) -> None:
    page = login("tuanjie.reviewer")
    page.goto(f"{site.url}/review/waiting/")
    link = page.get_by_role("navigation", name="主要页面").get_by_role("link", name="进度")
    tab_to(page, link)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^进度："))).to_be_visible()
    for department in departments:
        tab_to(page, page.get_by_role("checkbox", name=f"选择{department.name}"))
        page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="催办所选单位"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="将催办 2 个单位")).to_be_visible()
    assert not Reminder.objects.exists()
    tab_to(page, page.get_by_label("催办内容"))
    page.keyboard.press("Control+a")
    page.keyboard.type("请在周五前送审。")
    tab_to(page, page.get_by_role("button", name="催办", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_text("已催办 2 个单位。")).to_be_visible()
    assert sorted(Reminder.objects.values_list("department__code", flat=True)) == ["801", "802"]


@pytest.mark.parametrize("script", [True, False])
def test_the_clerk_sees_the_notice(site: Site, login: Login, departments: list[Department], script: bool) -> None:
    """From the ticked departments to the clerk's notices; to be done until the sheet is submitted."""
    reviewer = login("tuanjie.reviewer", java_script_enabled=script)
    reviewer.goto(f"{site.url}/board/")
    reviewer.get_by_role("checkbox", name=f"选择{departments[0].name}").check()
    reviewer.get_by_role("button", name="催办所选单位").click()
    reviewer.get_by_role("button", name="催办", exact=True).click()
    expect(reviewer.get_by_text("已催办 1 个单位。")).to_be_visible()
    page = login("office801.clerk", java_script_enabled=script)
    page.goto(f"{site.url}/tasks/")
    page.get_by_role("link", name=re.compile("^消息.*1")).click()
    expect(page.get_by_role("listitem").filter(has_text="催办：")).to_contain_text("未读")
    page.get_by_role("button", name="全部已读").click()
    expect(page.get_by_role("link", name="消息", exact=True)).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="催办：")).not_to_contain_text("未读")
    expect(page.get_by_role("listitem").filter(has_text="催办：")).to_contain_text("待办")
    page.get_by_role("link", name=re.compile("^催办：")).click()
    expect(page).to_have_url(f"{site.url}/tasks/")


def test_charts_contain_their_texts(site: Site, login: Login) -> None:
    """At every width, and with large text: no text extends beyond its chart."""
    filings = list(Filing.objects.filter(cycle=site.filing().cycle).order_by("pk")[1:6])
    for filing in filings:
        send(Person.objects.get(username="tuanjie.clerk"), filing.pk)
        result = {"jurisdiction_id": filing.jurisdiction_id, "version": 0, "codes": {"C20": 12, "C59": 1, "C35": 3}}
        CheckResult.objects.update_or_create(filing=filing, defaults=result)
    page = login("tuanjie.reviewer")
    page.goto(f"{site.url}/board/")
    for large in (False, True):
        if large:
            page.get_by_role("button", name="大字").click()
            expect(page.locator("html.large")).to_be_attached()
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            boxes = page.locator("svg[role=img]").evaluate_all(
                """(pictures) => pictures.map((one) => {
                  const box = one.getBoundingClientRect();
                  const out = Array.from(one.querySelectorAll("text, rect, line")).filter((part) => {
                    const own = part.getBoundingClientRect();
                    return own.left < box.left - 2 || own.right > box.right + 2
                      || own.top < box.top - 2 || own.bottom > box.bottom + 2;
                  });
                  return {width: box.width, height: box.height, out: out.map((part) => part.outerHTML)};
                })"""
            )
            assert len(boxes) == 3
            for box in boxes:
                assert box["width"] > 250
                assert box["height"] > 80
                assert box["out"] == [], f"{width} px, large {large}"
