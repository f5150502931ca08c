"""Texts that are too long: kept and told, never cut, and nothing else is held back by them."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from filings.models import Filing, IndicatorRow
from tests.browser.conftest import Login, Site, cell, expect_saved, open_step, put_on_clipboard, shown_rows, state

GOAL = "objectives[annual_all].text"


@pytest.fixture
def page(site: Site, login: Login, filing: Filing) -> Page:
    return login(url=site.step(filing, "goals"))


def paste(page: Page, field: Locator, text: str) -> None:
    """Put a text on the clipboard and into a field, in place of what stands there."""
    put_on_clipboard(page, text)
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")


def counter(field: Locator) -> Locator:
    """What is said of the length of a field's text."""
    return field.locator("xpath=ancestor::*[self::td or @class][1]").locator(".text-counter")


def test_a_long_paste_is_kept_and_told_and_the_rest_is_saved(page: Page, site: Site, filing: Filing) -> None:
    before = site.value(filing, GOAL)
    text, field, other = "目标很长。" * 1_004, cell(page, GOAL), cell(page, "objectives[annual_own].text")
    paste(page, field, text)
    expect(counter(field)).to_have_text("已超出 20 字，请精简后再保存")
    expect(page.locator("p[aria-live=polite].visually-hidden")).to_contain_text("已超出 20 字，请精简后再保存")
    other.fill("同时写的")
    other.blur()
    expect(state(page)).to_have_attribute("data-state", "failed")
    expect(state(page)).to_contain_text("最多 5000 字，现在有 5020 字，请删去 20 字后再保存")
    expect(field).to_have_value(text)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("form .cell-finding", has_text="最多 5000 字")).to_have_count(0)  # said once, by the counter
    assert site.value(filing, GOAL) == before
    assert site.value(filing, "objectives[annual_own].text") == "同时写的"
    field.fill(text[:5_000])
    expect(counter(field)).to_have_text("还可输入 0 字")
    field.blur()
    expect_saved(page)
    expect(counter(field)).to_have_text("")
    assert site.value(filing, GOAL) == text[:5_000]


def test_what_is_within_limit_outlives_a_reload_and_another_step(page: Page, site: Site, filing: Filing) -> None:
    text = "写了很久的字" * 900
    cell(page, GOAL).fill(text)
    cell(page, GOAL).blur()
    expect(state(page)).to_contain_text("最多 5000 字")
    for step in ("goals", "project", "goals"):
        open_step(page, site.step(filing, step))
        expect(state(page)).to_have_attribute("data-state", "failed")
        expect(state(page)).to_contain_text("1 处未保存")
    expect(cell(page, GOAL)).to_have_value(text)
    cell(page, GOAL).fill("短了")
    cell(page, GOAL).blur()
    expect_saved(page)
    assert site.value(filing, GOAL) == "短了"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('perfbudget:'))") == []


def test_what_another_saved_meanwhile_is_not_overwritten_by_the_shortened_text(
    page: Page, site: Site, login: Login, filing: Filing
) -> None:
    cell(page, GOAL).fill("长" * 5_001)
    cell(page, GOAL).blur()
    expect(state(page)).to_contain_text("最多 5000 字")
    other = login("tuanjie.lead", site.step(filing, "goals"))
    cell(other, GOAL).fill("对方写的")
    cell(other, GOAL).blur()
    expect_saved(other)
    cell(page, "objectives[annual_own].text").fill("再存一次")  # its answer brings the other's text
    cell(page, "objectives[annual_own].text").blur()
    expect(page.locator("#save-conflicts")).to_contain_text("对方写的")
    expect(cell(page, GOAL)).to_have_value("长" * 5_001)
    assert site.value(filing, GOAL) == "对方写的"


def test_posted_whole_the_text_stands_in_its_field_again(page: Page, site: Site, filing: Filing) -> None:
    """With script too: the button posts the step, and the new page knows that the text is not saved."""
    field, text = cell(page, GOAL), "长" * 5_001
    field.fill(text)
    field.blur()
    expect(state(page)).to_contain_text("最多 5000 字")
    page.get_by_role("button", name="暂存").click()
    expect(page.get_by_role("heading", name="1 处没有保存")).to_be_visible()
    expect(field).to_have_value(text)
    expect(state(page)).to_have_attribute("data-state", "failed")
    expect(counter(field)).to_have_text("已超出 1 字，请精简后再保存")
    field.fill(text[1:])
    field.blur()
    expect_saved(page)
    assert site.value(filing, GOAL) == text[1:]


def test_a_grid_tells_before_and_keeps_after_a_paste(page: Page, site: Site, filing: Filing) -> None:
    open_step(page, site.step(filing, "indicators"))
    row_id = shown_rows(page)[0][0]
    name, value = (cell(page, f"indicators[{row_id}].{column}") for column in ("name", "value"))
    long_name, before = "名" * 260, len(shown_rows(page))
    block = f"{long_name}\t1个\r\n" + "乙\t2个\r\n" * (before - 1) + f"{long_name}\t3个\r\n"
    put_on_clipboard(page, block)
    name.focus()
    page.keyboard.press("Control+v")
    preview = page.get_by_role("dialog", name="粘贴预览")
    expect(preview).to_contain_text("其中 2 格过长（红色），粘贴后留在页面上但不保存，请精简")
    expect(preview.locator("td.too-long")).to_have_count(2)
    expect(preview.locator("td.too-long").first).to_contain_text("已超出 60 字")
    preview.get_by_role("button", name="确定粘贴").click()
    expect(state(page)).to_contain_text("2 处未保存")
    added = shown_rows(page)[-1][0]
    expect(name).to_have_value(long_name)
    expect(cell(page, f"indicators[{added}].name")).to_have_value(long_name)
    assert site.value(filing, f"indicators[{row_id}].value") == "1个"
    assert IndicatorRow.objects.get(filing=filing, row_id=added).value == "3个", "the new row is there without its name"
    for address in (row_id, added):
        cell(page, f"indicators[{address}].name").fill("改短了")
    value.focus()
    expect_saved(page)
    assert site.value(filing, f"indicators[{added}].name") == "改短了"


def test_a_row_that_is_deleted_takes_its_unsaved_text_along(page: Page, site: Site, filing: Filing) -> None:
    open_step(page, site.step(filing, "indicators"))
    row_id, text = shown_rows(page)[0][0], "名" * 260
    field = cell(page, f"indicators[{row_id}].name")
    field.fill(text)
    field.blur()
    expect(state(page)).to_contain_text("1 处未保存")
    page.get_by_role("button", name="删除第 1 行", exact=True).click()
    expect_saved(page)
    page.keyboard.press("Control+z")
    expect(field).to_have_value(text)
    expect(state(page)).to_contain_text("1 处未保存")


def test_a_longer_text_that_is_stored_may_stay_and_shrink(page: Page, site: Site, filing: Filing) -> None:
    open_step(page, site.step(filing, "indicators"))
    row_id = shown_rows(page)[0][0]
    IndicatorRow.objects.filter(filing=filing, row_id=row_id).update(name="名" * 260)
    # As by an earlier release: no process has the sheet in memory.
    Filing.objects.filter(pk=filing.pk).update(changed_at=timezone.now())
    open_step(page, page.url)
    field = cell(page, f"indicators[{row_id}].name")
    expect(counter(field)).to_have_text("已保存的内容比上限 200 字多 60 字，可以保留和送审；修改时请改短")
    field.fill("名" * 250)
    expect(counter(field)).to_have_text("还比上限多 50 字，请继续精简")
    field.blur()
    expect_saved(page)
    assert site.value(filing, f"indicators[{row_id}].name") == "名" * 250
    field.fill("换" * 250)
    expect(counter(field)).to_have_text("已超出 50 字，请精简后再保存")
    field.blur()
    expect(state(page)).to_contain_text("已保存的 250 字可以保留或逐步改短")
    expect(field).to_have_value("换" * 250)
