"""The review queue: keyboard, findings as remarks, waivers, presence, batch actions."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from filings.models import Filing, Person
from filings.services.drafts import save_edits
from filings.services.workflow import apply_transition
from filings.sheet.document import Path
from filings.sheet.edits import SetCell
from tests.browser.conftest import Login, Site, cell
from tests.factories import send


def submitted_filings(site: Site, number: int) -> list[Filing]:
    """This number of demo filings, submitted by their clerk."""
    clerk = Person.objects.get(username="tuanjie.clerk")
    filings = [site.filing(at=at) for at in range(number)]
    for filing in filings:
        send(clerk, filing.pk)
    return filings


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def key(page: Page, name: str) -> None:
    """Press a key when the page's script is ready."""
    page.wait_for_load_state("load")
    page.keyboard.press(name)


def test_sheets_are_reviewed_by_keyboard(site: Site, login: Login) -> None:
    filings = submitted_filings(site, 3)
    page = login("tuanjie.reviewer", f"{site.url}/review/waiting/?order=sent")
    page.get_by_role("link", name=filings[0].subject_name).click()
    expect(page.get_by_text("第 1 份，共 3 份")).to_be_visible()
    key(page, "j")
    expect(page.get_by_role("heading", level=1)).to_have_text(filings[1].subject_name)
    key(page, "j")
    expect(page.get_by_text("第 3 份，共 3 份")).to_be_visible()
    key(page, "k")
    expect(page.get_by_role("heading", level=1)).to_have_text(filings[1].subject_name)

    key(page, "n")
    first = page.evaluate("document.activeElement.closest('[data-finding]').innerText")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.closest('[data-finding]').innerText") != first
    page.keyboard.press("r")
    expect(page.locator("#remark-text")).to_be_focused()
    page.keyboard.type("jk请核对n")
    expect(page.locator("#remark-text")).to_have_value("jk请核对n")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#remarks")).to_contain_text("jk请核对n")
    expect(page.get_by_text("第 2 份，共 3 份")).to_be_visible()

    press(page, "退回")
    expect(page.get_by_role("heading", level=1)).to_have_text(filings[2].subject_name)
    expect(page.get_by_text("第 2 份，共 2 份")).to_be_visible()


def test_a_finding_becomes_a_remark_and_is_closed(site: Site, login: Login) -> None:
    (filing,) = submitted_filings(site, 1)
    page = login("tuanjie.reviewer", f"{site.url}/filings/{filing.ref}/?tab=waiting")
    finding = page.locator("[data-finding]").first
    words = finding.inner_text().split("：", 1)[1].splitlines()[0]
    finding.get_by_role("button").click()
    remark = page.locator("#remarks li").first
    expect(remark).to_contain_text(words[:20])
    assert filing.remarks.get().text.startswith(words[:20])
    remark.get_by_role("button", name="关闭").click()
    expect(page.locator("#remarks")).to_have_count(0)
    assert filing.remarks.get().status == "closed"


def test_two_reviewers_see_each_other(site: Site, login: Login) -> None:
    (filing,) = submitted_filings(site, 1)
    second = Person.objects.create_user("tuanjie.second", password="not used 8642", full_name="钱二")
    model = Person.objects.get(username="tuanjie.reviewer").memberships.get()
    second.memberships.create(role="reviewer", jurisdiction=model.jurisdiction)
    url = f"{site.url}/filings/{filing.ref}/"
    first = login("tuanjie.reviewer", url)
    with first.expect_response("**/look/"):
        first.reload()
    other = login("tuanjie.second", url)
    expect(other.locator("#others")).to_have_text(re.compile("也在查看这张表"))
    other.goto(f"{site.url}/review/waiting/")
    expect(other.get_by_role("row").filter(has_text=filing.subject_name)).to_contain_text("正在查看")


def test_approve_and_return_at_the_same_moment(site: Site, login: Login) -> None:
    """One succeeds, the other gets a message."""
    (filing,) = submitted_filings(site, 1)
    page = login("tuanjie.reviewer", f"{site.url}/filings/{filing.ref}/")
    second = Person.objects.create_user("tuanjie.second", password="not used 8642")
    second.memberships.create(role="reviewer", jurisdiction=filing.jurisdiction)
    apply_transition(second, filing.pk, "return", words="请改")
    press(page, "审核通过")
    expect(page.locator(".messages")).to_contain_text("现在是“已退回”，不能审核通过")
    filing.refresh_from_db()
    assert filing.state == "returned"


def test_batch_approval_with_a_preview(site: Site, login: Login) -> None:
    filings = submitted_filings(site, 3)
    page = login("tuanjie.reviewer", f"{site.url}/review/waiting/")
    for filing in filings:
        page.get_by_label(f"勾选 {filing.subject_name}").check()
    apply_transition(Person.objects.get(username="tuanjie.clerk"), filings[2].pk, "withdraw")
    press(page, "批量审核通过…")
    expect(page.get_by_role("heading", name="将审核通过 2 份")).to_be_visible()
    press(page, "确认审核通过 2 份")
    expect(page.get_by_role("status")).to_contain_text("已审核通过 2 份。")
    assert sorted(Filing.objects.filter(state="approved").values_list("pk", flat=True)) == [f.pk for f in filings[:2]]


def test_an_error_is_waived_on_request(site: Site, login: Login) -> None:
    """The clerk requests a waiver, the bureau sees the draft and grants it, and the filing can be submitted."""
    filing = site.filing()
    clerk = Person.objects.get(username="tuanjie.clerk")
    save_edits(clerk, filing.pk, filing.version, "spoiled-01", [SetCell(Path.parse("project_nature"), "")])
    clerk_page = login("tuanjie.clerk", f"{site.url}/filings/{filing.ref}/submit/")
    clerk_page.get_by_text("确实没有错？申请豁免").first.click()
    clerk_page.get_by_label("理由", exact=True).first.fill("新设项目，属性待定。")
    press(clerk_page, "申请豁免")
    expect(clerk_page.locator("#errors")).to_contain_text("已申请豁免，等待财政局答复。理由：新设项目，属性待定。")

    bureau = login("tuanjie.reviewer", f"{site.url}/review/asking/")
    bureau.get_by_role("link", name=filing.subject_name).click()
    bureau.get_by_label("答复理由").fill("情况属实，准予豁免。")
    press(bureau, "豁免")
    expect(bureau.get_by_role("status")).to_contain_text("已豁免")
    clerk_page.reload()
    expect(clerk_page.locator("#errors")).to_have_count(0)
    clerk_page.goto(f"{site.url}/filings/{filing.ref}/log/")
    actions = clerk_page.locator('tbody [data-label="做了什么"]').all_text_contents()
    assert actions == ["建立", "申请豁免", "同意豁免"]


def test_a_quick_fix_is_one_click(site: Site, login: Login) -> None:
    """In the grid it fills the cell and is saved like typed text; on the check page typed reasons are saved."""
    filing = site.filing()
    page = login("tuanjie.clerk", site.step(filing, "indicators"))
    button = page.locator("[data-fix]").first
    path, text = button.get_attribute("value").split(":", 2)[2], button.get_attribute("data-fix")
    button.click()
    expect(cell(page, path)).to_have_value(text)
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    assert site.value(filing, path) == text

    page.goto(f"{site.url}/filings/{filing.ref}/submit/")
    reason = page.locator("textarea[name^=reason-]").last
    reason.fill("按往年口径填报。")
    name = reason.get_attribute("name")
    fix = page.locator("#asked button.fix-button").first
    path = fix.get_attribute("value").split(":", 1)[1]
    fix.click()
    expect(page.get_by_role("status")).to_contain_text("已按建议修改")
    expect(page.locator(f"textarea[name='{name}']")).to_have_value("按往年口径填报。")
    assert site.value(filing, path) != ""


@pytest.mark.parametrize("script", [True, False])
def test_an_opinion_is_prefilled_from_the_findings(site: Site, login: Login, script: bool) -> None:
    (filing,) = submitted_filings(site, 1)
    page = login("tuanjie.reviewer", java_script_enabled=script)
    page.goto(f"{site.url}/filings/{filing.ref}/opinion/")
    begun = page.get_by_label("意见", exact=True).nth(1)
    assert "处" in begun.input_value()
    page.get_by_label("等级", exact=True).first.select_option("良")
    page.get_by_label("综合等级").select_option("中")
    page.get_by_label("综合意见").fill("指标值应补符号后再报。")
    press(page, "保存审核意见")
    expect(page.locator(".side")).to_contain_text("指标值应补符号后再报。")
    kept = filing.opinions.get()
    assert (kept.grade, kept.criteria[0]["grade"]) == ("中", "良")
