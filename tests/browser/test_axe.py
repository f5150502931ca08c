"""Accessibility: no serious axe findings on any page, wide or narrow, and no horizontal scrolling."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from filings.models import Filing, Person
from filings.services.drafts import save_edits
from filings.services.layouts import compiled_layout
from filings.services.packets import request_packet
from filings.services.remarks import add_remark
from filings.services.workflow import apply_transition
from filings.sheet.document import Path
from filings.sheet.edits import SetCell
from tests.browser.conftest import Login, Site, cell, expect_saved, put_on_clipboard
from tests.factories import send

WIDTHS = (1280, 390)
# The word across a draft is faint on purpose, hidden from readers aloud, and said beside the heading as the state.
SEEN = {"exclude": [[".watermark"]]}


def faults(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """The faults of the current page at each width."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        results = Axe().run(page, SEEN, {"resultTypes": ["violations"]}).response["violations"]
        found += [
            f"{page.url} {width}px {one['id']} ({one['impact']}): {[node['html'][:150] for node in one['nodes'][:3]]}"
            for one in results
            if one["impact"] in ("serious", "critical")
        ]
        if (over := page.evaluate("document.documentElement.scrollWidth - window.innerWidth")) > 0:
            found.append(f"{page.url} {width}px: the page is {over} px wider than its window")
    return found


Check = Callable[..., None]


@pytest.fixture
def check(site: Site, login: Login) -> Check:
    """A function that checks pages of a person; the test fails after all of them were checked."""

    def look(name: str, *paths: str) -> None:
        page, found = login(name), []
        for path in paths:
            response = page.goto(f"{site.url}{path}")
            assert response
            assert response.ok, f"{path}: {response.status}"
            found += faults(page)
        assert not found, "\n".join(found)

    return look


def act(filing: Filing, name: str, *actions: str) -> str:
    """Apply transitions as a person; the address of the filing."""
    for action in actions:
        person = Person.objects.get(username=f"{name}.{'clerk' if action == 'submit' else 'reviewer'}")
        if action == "return":
            add_remark(person, filing.pk, "project_nature", "请写明属性。")
        if action == "submit":
            send(person, filing.pk)
            continue
        apply_transition(person, filing.pk, action, words="请修改" if action == "return" else "")
    return f"/filings/{filing.ref}/"


def spoil(filing: Filing) -> str:
    """Make texts wrong, so that every kind of check has findings; the address of the filing."""
    clerk = Person.objects.get(username="tuanjie.clerk")
    texts = {
        "project_nature": "",
        "funding[total_own].amount": "一百多",
        "indicators[i1].value": "",
        "indicators[i2].name": "<b>",
    }
    save_edits(
        clerk, filing.pk, filing.version, "spoiled-by-test", [SetCell(Path.parse(p), t) for p, t in texts.items()]
    )
    return f"/filings/{filing.ref}/"


def test_before_the_log_in_and_the_clerks_lists(site: Site, check: Check) -> None:
    filing = site.filing()
    back = act(site.filing(at=1), "tuanjie", "submit", "return")
    waiting = act(site.filing(at=2), "tuanjie", "submit")
    check("", "/login/")
    start = f"/start/{filing.cycle.due_forms.get().pk}/{filing.department_id}/"
    check("tuanjie.clerk", "/tasks/", start, f"{waiting}receipt/", waiting, f"{waiting}log/", back)


def test_the_clerks_sheet_and_what_is_wrong_with_it(site: Site, check: Check) -> None:
    root = spoil(site.filing())
    check(
        "tuanjie.clerk",
        root,
        f"{root}submit/",
        f"{root}steps/project/",
        f"{root}steps/funding/",
        f"{root}steps/indicators/",
    )


def test_each_step_of_both_forms(site: Site, check: Check) -> None:
    for name, place in (("tuanjie.clerk", "yinchuan"), ("luolong.clerk", "kunming")):
        filing = site.filing(place)
        keys = [section.key for section in compiled_layout(filing.layout).sections]
        check(name, *(f"/filings/{filing.ref}/steps/{key}/" for key in keys), f"/filings/{filing.ref}/")


def test_the_pages_of_reviewer_and_admin(site: Site, check: Check) -> None:
    approved = act(site.filing(at=1), "tuanjie", "submit", "start_review", "approve")
    reviewed = act(site.filing(at=2), "tuanjie", "submit", "start_review")
    request_packet(Person.objects.get(username="tuanjie.admin"), site.filing().cycle)
    cell_of_it = f"{reviewed}?cell=project_nature"
    check("tuanjie.reviewer", "/board/", f"/board/{site.filing().cycle_id}/remind/", "/notices/", "/notices/?show=todo")
    check("tuanjie.admin", f"/board/{site.filing().cycle_id}/{site.filing().department_id}/")
    check("tuanjie.reviewer", "/review/waiting/", "/review/returned/", "/review/all/", cell_of_it, approved)
    check("tuanjie.admin", "/packets/", approved, f"{approved}log/")


def test_dialogs_and_boxes_over_the_step(site: Site, login: Login) -> None:
    """Parts that the script adds: the preview of a paste, both texts of a conflict."""
    filing = site.filing()
    url = site.step(filing, "indicators")
    page, other = login(url=url), login("tuanjie.lead", url)
    for one, text in ((other, "别人写的"), (page, "我写的")):
        cell(one, "indicators[i1].name").fill(text)
        cell(one, "indicators[i1].name").blur()
        if one is other:
            expect_saved(one)
    expect(page.locator("#save-conflicts")).to_be_visible()
    found = faults(page)
    page.get_by_role("button", name="用我填写的").click()
    expect_saved(page)
    put_on_clipboard(page, "很长的名称" * 40 + "\t1个\n乙\t2个")
    cell(page, "indicators[i1].name").focus()
    page.keyboard.press("Control+v")
    expect(page.get_by_role("dialog")).to_be_visible()
    found += faults(page)
    assert not found, "\n".join(found)


def test_large_type(site: Site, login: Login) -> None:
    page = login(url=site.step(site.filing(), "indicators"))
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html.large")).to_be_attached()
    found = faults(page)
    page.goto(f"{site.url}/filings/{site.filing().ref}/submit/")
    found += faults(page)
    page.goto(f"{site.url}/tasks/")
    found += faults(page, WIDTHS[:1])
    assert not found, "\n".join(found)
