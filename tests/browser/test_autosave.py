"""Autosave: a correct state line, and no text lost by network failures or a reload."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from filings.models import Edit
from tests.browser.conftest import Login, Site, cell, expect_saved, open_step, state


def saves(page: Page) -> list[dict[str, Any]]:
    """The list of saves that the page sends from now on."""
    sent: list[dict[str, Any]] = []
    page.on(
        "request",
        lambda request: sent.append(json.loads(request.post_data or "{}")) if request.url.endswith("/save/") else None,
    )
    return sent


def test_a_cell_is_saved_automatically_and_the_line_shows_it(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    expect(state(page)).to_contain_text("已保存")
    cell(page, "project_period").press_sequentially("一年")
    expect(state(page)).to_have_attribute("data-state", "unsaved")
    expect(state(page)).to_have_text("未保存（1 处）")
    expect_saved(page)
    expect(state(page)).to_have_text(re.compile(r"^已保存 \d\d:\d\d:\d\d$"))
    assert site.value(filing, "project_period").startswith("一年")


def test_leaving_a_field_saves_at_once(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    cell(page, "project_nature").fill("一次性的项目")
    with page.expect_request("**/save/", timeout=1000):  # sooner than the pause that typing waits for
        cell(page, "project_nature").blur()
    expect_saved(page)
    assert site.value(filing, "project_nature") == "一次性的项目"


def test_typing_without_pause_is_saved_within_eight_seconds(site: Site, login: Login) -> None:
    page = login(url=site.step(site.filing(), "goals"))
    page.clock.install()
    sent = saves(page)
    field = cell(page, "objectives[annual_all].text")
    field.focus()
    for _ in range(16):  # a letter each half second: never a pause of 1.2 s
        page.keyboard.type("字")
        page.clock.run_for(500)
    assert len(sent) == 1


def test_each_cell_is_sent_alone_with_the_version_last_answered(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "funding"))
    sent = saves(page)
    for path, text in (("total_own", "12.5"), ("other_own", "2.5")):
        address = f"funding[{path}].amount"
        cell(page, address).fill(text)
        cell(page, address).blur()
        expect_saved(page)
        assert site.value(filing, address) == text
    assert [len(one["edits"]) for one in sent] == [1, 1]
    assert sent[1]["version"] == sent[0]["version"] + 1
    expect(page.locator("input[name=version]").first).to_have_value(str(sent[1]["version"] + 1))


def test_offline_text_is_stored_counted_and_sent_when_online(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    page.context.set_offline(True)
    cell(page, "project_nature").fill("离线写的")
    cell(page, "project_period").fill("离线写的期限")
    cell(page, "project_period").blur()
    expect(state(page)).to_have_attribute("data-state", "failed")
    expect(state(page)).to_contain_text("2 处未保存")
    page.context.set_offline(False)
    expect_saved(page)
    assert site.value(filing, "project_nature") == "离线写的"
    assert site.value(filing, "project_period") == "离线写的期限"


def test_a_save_with_a_lost_answer_is_repeated_and_counts_once(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    sent = saves(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/save/", lose, times=1)
    cell(page, "project_nature").fill("一次性项目")
    cell(page, "project_nature").blur()
    expect(state(page)).to_have_attribute("data-state", "failed")
    expect_saved(page)
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert Edit.objects.filter(filing=filing, operation=sent[0]["operation"]).count() == 1
    assert site.value(filing, "project_nature") == "一次性项目"


def test_edits_made_during_a_request_are_sent_after_it(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    sent, held = saves(page), []
    page.route("**/save/", lambda route: held.append(route), times=1)
    cell(page, "project_nature").fill("甲")
    with page.expect_request("**/save/"):
        cell(page, "project_nature").blur()
    expect(state(page)).to_have_attribute("data-state", "saving")
    cell(page, "project_period").fill("乙")
    cell(page, "project_period").blur()
    expect(state(page)).to_contain_text("2 处")
    assert len(sent) == 1
    held[0].continue_()
    expect_saved(page)
    assert [one["edits"][0]["path"] for one in sent] == ["project_nature", "project_period"]
    assert site.value(filing, "project_period") == "乙"


def test_a_reload_restores_what_was_unsent(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    page.route("**/save/", lambda route: route.abort())
    cell(page, "project_nature").fill("断网时写的")
    cell(page, "project_nature").blur()
    expect(state(page)).to_have_attribute("data-state", "failed")
    page.unroute("**/save/")
    open_step(page, site.step(filing, "project"))
    expect(page.get_by_text("上次未保存的 1 处内容已恢复")).to_be_visible()
    expect(cell(page, "project_nature")).to_have_value("断网时写的")
    expect_saved(page)
    assert site.value(filing, "project_nature") == "断网时写的"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('perfbudget:'))") == []


def test_unsent_text_older_than_a_week_or_of_another_form_is_ignored(site: Site, login: Login) -> None:
    filing, other = site.filing(), site.filing(at=1)
    page = login(url=site.step(filing, "project"))
    page.evaluate(
        """([person, ref, other]) => {
          const put = (key, days, text) => localStorage.setItem(`perfbudget:${person}:${key}:x${days}`, JSON.stringify({
            at: Date.now() - days * 86400000,
            batches: [{version: 0, operation: "", edits: [{do: "set", path: "project_nature", value: text}]}]}));
          put(ref, 8, "旧"); put(other, 1, "别的表");
        }""",
        [page.get_attribute("#step", "data-person"), filing.ref, other.ref],
    )
    before = site.value(filing, "project_nature")
    open_step(page, site.step(filing, "project"))
    expect(cell(page, "project_nature")).to_have_value(before)
    kept = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('perfbudget:'))")
    assert len(kept) == 1
    assert other.ref in kept[0]


def test_another_open_tab_keeps_its_own_queue(site: Site, login: Login) -> None:
    from tests.browser.conftest import second_page

    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    page.route("**/save/", lambda route: route.abort())
    cell(page, "project_nature").fill("还没有发出")
    cell(page, "project_nature").blur()
    expect(state(page)).to_have_attribute("data-state", "failed")
    other = second_page(page, site.step(filing, "project"))
    expect(other.get_by_text("已恢复")).to_have_count(0)
    assert cell(other, "project_nature").input_value() != "还没有发出"
    page.unroute("**/save/")
    expect_saved(page)
    assert site.value(filing, "project_nature") == "还没有发出"


def test_next_step_waits_for_the_queue_and_does_not_conflict_with_it(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    cell(page, "project_nature").fill("第一步写的")
    page.get_by_role("button", name="保存，下一步").click()
    expect(page).to_have_url(re.compile("/steps/funding/"))
    assert site.value(filing, "project_nature") == "第一步写的"


def test_a_link_waits_for_the_queue_without_a_warning(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    cell(page, "project_period").fill("2024年")
    page.get_by_role("link", name="看整张表").click()
    expect(page).to_have_url(re.compile(f"/filings/{filing.ref}/$"))
    assert site.value(filing, "project_period") == "2024年"


def test_a_warning_only_when_something_is_unsent(site: Site, login: Login) -> None:
    page = login(url=site.step(site.filing(), "project"))
    warned: list[str] = []
    page.on("dialog", lambda dialog: warned.append(dialog.type))
    page.reload()
    assert warned == []
    page.route("**/save/", lambda route: route.abort())
    cell(page, "project_nature").fill("未发出")
    cell(page, "project_nature").blur()
    expect(state(page)).to_have_attribute("data-state", "failed")
    page.reload()
    assert warned == ["beforeunload"]


def test_refused_text_is_shown_with_its_reason(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "goals"))
    path = "objectives[annual_all].text"
    before = site.value(filing, path)
    cell(page, path).evaluate(
        "(field) => { field.value = 'a\\u0001b'; field.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    cell(page, path).focus()
    cell(page, path).blur()
    expect(state(page)).to_have_attribute("data-state", "failed")
    expect(cell(page, path)).to_have_value("a\u0001b")
    expect(page.locator("form .cell-finding.error").first).to_be_visible()
    assert site.value(filing, path) == before


def test_outline_and_list_follow_what_is_missing(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "project"))
    count = page.locator('nav.outline li[data-step="project"] .count')
    field = cell(page, "project_name")
    name = field.input_value()
    field.fill("")
    field.blur()
    expect(count).to_have_text(re.compile(r"\d 处待改"))
    expect(page.locator("#step-findings [data-list]")).to_contain_text("项目名称")
    expect(page.locator("#step .cell-finding")).to_have_count(0)
    field.fill(name)
    field.blur()
    expect(page.locator("#step-findings [data-list]")).not_to_contain_text("必填项")
    money = f"{site.url}/filings/{filing.ref}/steps/funding/"
    open_step(page, money)
    cell(page, "funding[total_own].amount").fill("一百多")
    cell(page, "funding[total_own].amount").blur()
    expect(page.locator("#step .cell-finding").first).to_be_visible()
    expect(cell(page, "funding[total_own].amount")).to_have_attribute("aria-invalid", "true")
