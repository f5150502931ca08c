"""A session that ends while somebody types: no text is lost, with and without script."""

from __future__ import annotations

import re

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Login, Site, cell, expect_saved, state

NATURE = "project_nature"


def end_session(page: Page, path: str = NATURE, text: str = "过期后写的") -> None:
    """End the session on the server, then type more text."""
    Session.objects.all().delete()
    cell(page, path).fill(text)
    cell(page, path).blur()


def log_in_again(page: Page, name: str = "", password: str = PASSWORD) -> None:
    """Fill in the dialog that an ended session opens, with another name if one is given, and press its button."""
    dialog = page.get_by_role("dialog")
    if name:
        dialog.get_by_label("用户名").fill(name)
    dialog.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录并保存").click()


def test_the_log_in_dialog_asks_for_the_password_and_the_text_is_saved(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    end_session(page)
    dialog = page.get_by_role("dialog", name="登录已过期，请重新登录")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("用户名")).to_have_value("tuanjie.clerk")
    expect(dialog.get_by_label("密码")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect_saved(page)
    assert site.value(filing, NATURE) == "过期后写的"
    # The tokens in the page are the new ones: the next step is posted without a complaint.
    page.get_by_role("button", name="保存，下一步").click()
    expect(page).to_have_url(re.compile("/steps/funding/"))


def test_deleted_cookies_are_no_obstacle(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    page.context.clear_cookies()
    cell(page, NATURE).fill("全清了")
    cell(page, NATURE).blur()
    log_in_again(page)
    expect_saved(page)
    assert site.value(filing, NATURE) == "全清了"


def test_a_wrong_password_and_later(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    end_session(page)
    dialog = page.get_by_role("dialog")
    log_in_again(page, password="不对的密码")
    expect(dialog.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(state(page)).to_contain_text("登录已过期")
    expect(cell(page, NATURE)).to_have_value("过期后写的")
    page.get_by_role("button", name="暂存").click()
    expect(dialog).to_be_visible()
    log_in_again(page)
    expect(page.get_by_text("已保存").first).to_be_visible()
    assert site.value(filing, NATURE) == "过期后写的"


def test_another_person_does_not_save_in_my_name(site: Site, login: Login) -> None:
    filing = site.filing()
    before = site.value(filing, NATURE)
    page = login(url=site.step(filing, "project"))
    end_session(page)
    dialog = page.get_by_role("dialog")
    log_in_again(page, "tuanjie.lead")
    expect(dialog.get_by_role("alert")).to_contain_text("登录的是另一个账号")
    assert site.value(filing, NATURE) == before
    log_in_again(page, "tuanjie.clerk")
    expect_saved(page)
    assert site.value(filing, NATURE) == "过期后写的"


def test_a_token_renewed_in_another_tab_is_used(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    other = page.context.new_page()
    other.goto(f"{site.url}/login/")
    other.fill("#id_username", "tuanjie.clerk")
    other.fill("#id_password", PASSWORD)
    other.click("main button[type=submit]")
    expect(other.locator(".person")).to_be_visible()
    cell(page, NATURE).fill("换了令牌")
    page.get_by_role("button", name="保存，下一步").click()
    expect(page).to_have_url(re.compile("/steps/funding/"))
    assert site.value(filing, NATURE) == "换了令牌"


def test_without_script_one_press_after_the_login_saves(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"), java_script_enabled=False)
    Session.objects.all().delete()
    cell(page, NATURE).fill("没有脚本也在")
    page.get_by_role("button", name="保存，下一步").click()
    page.fill("#id_username", "tuanjie.clerk")
    page.fill("#id_password", PASSWORD)
    page.click("main button[type=submit]")
    page.get_by_role("button", name="保存刚才填写的内容").click()
    expect(page).to_have_url(re.compile("/steps/funding/"))
    assert site.value(filing, NATURE) == "没有脚本也在"
