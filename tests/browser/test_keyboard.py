"""Filling and submitting by keyboard: Tab reaches everything, focus is visible, dialogs trap the focus."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from filings.models import Filing
from tests.browser.conftest import PASSWORD, Login, Site, cell, expect_saved, explain, put_on_clipboard, shown_rows

MOST_STOPS = 200


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until the target has the focus; the focus must be visible at every stop."""
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        assert page.evaluate(SEEN), f"no visible focus on {page.evaluate('document.activeElement.outerHTML')[:200]}"
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached by {key}")


# The stop has a size, stands in the window, and has a ring around it.
SEEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  if (at === document.body) return true;  // the browser's own bar, between the last stop and the first
  const inside = box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return ring && inside && box.width > 0 && box.height > 0;
}"""


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def retype(page: Page, path: str, text: str) -> None:
    """Go to a field and replace its text."""
    tab_to(page, cell(page, path))
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_from_log_in_to_receipt_by_keyboard(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login("")
    page.goto(f"{site.url}/login/")
    expect(page.get_by_label("用户名")).to_be_focused()  # no need to look for the first field
    page.keyboard.type("tuanjie.clerk")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text=filing.subject_name)
    expect(row).to_be_visible()
    tab_to(page, row.get_by_role("link", name="继续填报"))
    page.keyboard.press("Enter")
    expect(page.locator("#step[data-ready]")).to_be_attached()
    retype(page, "project_nature", "一次性项目")
    for heading in ("项目资金", "绩效目标", "绩效指标"):
        tab_to(page, button(page, "保存，下一步"))
        page.keyboard.press("Enter")
        expect(page.locator("#step h2")).to_contain_text(heading)
    fill_grid(page)
    tab_to(page, button(page, "保存，检查并送审"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="检查并送审")).to_be_visible()
    for reason in page.locator("textarea[name^=reason-]").all():
        tab_to(page, reason)
        page.keyboard.type("按往年口径填报。")
    tab_to(page, button(page, "确认无误并提交财政局审核"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已送审")).to_be_visible()
    check_sent(filing)


def fill_grid(page: Page) -> None:
    """Add and fill a last row by keyboard."""
    expect(page.locator("#step[data-ready]")).to_be_attached()
    tab_to(page, button(page, "增加一行"))
    page.keyboard.press("Enter")
    name = f"indicators[{shown_rows(page)[-1][0]}].name"
    expect(cell(page, name)).to_be_focused()
    page.keyboard.type("键盘写的指标")
    page.keyboard.press("Tab")
    page.keyboard.type("≥90%")
    expect_saved(page)


def check_sent(filing: Filing) -> None:
    document = filing.revisions.get().document
    assert document["fields"]["project_nature"] == "一次性项目"
    assert document["tables"]["indicators"][-1]["cells"]["name"] == "键盘写的指标"
    assert document["tables"]["indicators"][-1]["cells"]["value"] == "≥90%"


def test_the_skip_link_is_first_and_skips_the_header(site: Site, login: Login) -> None:
    page = login()
    page.goto(f"{site.url}/tasks/")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main a").first).to_be_focused()


def test_the_grid_does_not_trap_the_focus(site: Site, login: Login) -> None:
    """Tab passes the cells and buttons of the rows in both directions, and leaves the grid."""
    filing = site.filing()
    page = login(url=site.step(filing, "indicators"))
    last = shown_rows(page)[-1][0]
    cell(page, f"indicators[{last}].value").focus()
    tab_to(page, button(page, "增加一行"))
    tab_to(page, page.locator(f"#row-indicators-{last} [data-do=up]"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"#row-indicators-{last} [data-do=up]")).to_be_focused()
    expect_saved(page)
    assert [row.id for row in site.rows(filing)][-2] == last


def stops(page: Page, key: str, times: int) -> set[str]:
    """The elements that get the focus."""
    found = set()
    for _ in range(times):
        page.keyboard.press(key)
        assert page.evaluate(SEEN)
        found.add(page.evaluate("document.activeElement.closest('[role=dialog]') ? 'inside' : 'outside'"))
    return found


def test_the_paste_preview_traps_and_returns_the_focus(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "indicators"))
    put_on_clipboard(page, "甲\t1个\n乙\t2个\n")
    first = cell(page, f"indicators[{shown_rows(page)[0][0]}].name")
    for leave in ("Escape", "Enter"):
        first.focus()
        page.keyboard.press("Control+v")
        expect(button(page, "确定粘贴")).to_be_focused()
        assert stops(page, "Tab", 6) == stops(page, "Shift+Tab", 6) == {"inside"}
        expect(button(page, "确定粘贴")).to_be_focused()
        page.keyboard.press(leave)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(first).to_be_focused()
    expect(first).to_have_value("甲")
    expect_saved(page)


def test_the_log_in_dialog_traps_and_returns_the_focus(site: Site, login: Login) -> None:
    page = login(url=site.step(site.filing(), "project"))
    page.context.clear_cookies()
    field = cell(page, "project_nature")
    field.focus()
    page.keyboard.type("过期")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("密码")).to_be_focused()
    assert stops(page, "Tab", 5) == stops(page, "Shift+Tab", 5) == {"inside"}
    tab_to(page, dialog.get_by_label("密码"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(field).to_be_focused()
    expect_saved(page)


def test_findings_link_to_their_fields(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    cell(page, "project_period").fill("")
    cell(page, "project_period").blur()
    expect_saved(page)
    page.goto(f"{site.url}/filings/{filing.ref}/submit/")
    tab_to(page, page.locator("#errors a").first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/steps/project/"))
    expect(cell(page, "project_period")).to_be_focused()
    page.keyboard.type("1年")
    expect_saved(page)
    assert site.value(filing, "project_period") == "1年"


def test_a_reviewer_reaches_a_cell_of_the_sheet(site: Site, login: Login) -> None:
    filing = site.filing()
    clerk = login(url=f"{site.url}/filings/{filing.ref}/submit/")
    explain(clerk)
    button(clerk, "确认无误并提交财政局审核").click()
    expect(clerk.get_by_role("heading", name="已送审")).to_be_visible()
    page = login("tuanjie.reviewer", f"{site.url}/filings/{filing.ref}/")
    tab_to(page, page.locator("#at-project_nature"))
    page.keyboard.press("Enter")
    expect(page.locator("#remark")).to_contain_text("项目属性")
    tab_to(page, page.locator("#remark-text"))
    page.keyboard.type("请写明。")
    tab_to(page, button(page, "记下意见"))
    page.keyboard.press("Enter")
    expect(page.locator("#remarks")).to_contain_text("请写明。")
    assert filing.remarks.get().path == "project_nature"


def test_focus_ring_for_keyboard_only(site: Site, login: Login) -> None:
    """No focus ring on a clicked button, but on one that was reached by Tab."""
    page = login(url=site.step(site.filing(), "indicators"))
    up = page.locator("tr[data-row] button[data-do=up]").first  # the first row cannot go up: the focus stays
    up.click()
    expect(up).to_be_focused()
    expect(up).to_have_css("outline-style", "none")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(up).to_be_focused()
    expect(up).to_have_css("outline-style", "solid")
