"""Everything works without script: plain forms, plain links, whole pages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from filings.models import Filing
from tests.browser.conftest import Login, Site, cell, explain, log_in, shown_rows, stored_rows

NATURE, TOTAL = "project_nature", "funding[total_own].amount"


@pytest.fixture
def page(site: Site, login: Login) -> Page:
    page = login("", java_script_enabled=False)
    log_in(page, site.url, "tuanjie.clerk")
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def expect_stored(page: Page, site: Site, filing: Filing) -> None:
    """Expect the stored rows on the page."""
    assert shown_rows(page) == stored_rows(site, filing)


def fill_from(page: Page, row: int, **texts: str) -> None:
    """Fill cells of the row with this number, counted from 1."""
    row_id = shown_rows(page)[row - 1][0]
    for column, text in texts.items():
        field = cell(page, f"indicators[{row_id}].{column}")
        field.select_option(text) if column.startswith("level") else field.fill(text)


def test_a_filing_is_started_filled_and_submitted(page: Page, site: Site) -> None:
    """From the task list to the receipt with plain HTML controls."""
    page.get_by_role("link", name="新增项目").click()
    page.get_by_label("项目名称").fill("无脚本项目")
    press(page, "建立并开始填报")
    expect(page.get_by_text("已建立")).to_be_visible()
    cell(page, NATURE).fill("一次性项目")
    cell(page, "project_period").fill("1年")
    press(page, "保存，下一步")
    expect(page.get_by_role("heading", name="项目资金")).to_be_visible()
    cell(page, TOTAL).fill("12.5")
    cell(page, "funding[appropriation_own].amount").fill("12.5")
    press(page, "保存，下一步")
    for scope in ("all", "own"):
        cell(page, f"objectives[annual_{scope}].text").fill("全年办好一件实事。")
    press(page, "保存，下一步")
    fill_rows(page)
    press(page, "保存，检查并送审")
    explain(page)
    expect(page.get_by_role("region", name="表样")).to_contain_text("全年办好一件实事。")
    press(page, "确认无误并提交财政局审核")
    expect(page.get_by_role("heading", name="已送审")).to_be_visible()
    filing = Filing.objects.get(project__name="无脚本项目")
    assert filing.state == "submitted"
    assert filing.revisions.get().document["fields"][NATURE] == "一次性项目"
    assert [row.cells["name"] for row in site.rows(filing)] == ["办结件数", "群众受益面"]


def fill_rows(page: Page) -> None:
    """Fill the first two rows of a blank sheet and delete the others one by one."""
    while len(shown_rows(page)) > 2:
        press(page, f"删除第 {len(shown_rows(page))} 行")
    fill_from(page, 1, level1="产出指标", level2="数量指标", name="办结件数", value="≥12件")
    fill_from(page, 2, level1="效益指标", level2="社会效益指标", name="群众受益面", value="≥95%")


def test_each_row_button_saves_all_that_was_typed(page: Page, site: Site) -> None:
    filing = site.filing()
    page.goto(site.step(filing, "indicators"))
    before = shown_rows(page)
    fill_from(page, 2, name="先写再加行", value="≥7个")
    press(page, "在第 1 行下方增加一行")
    expect_stored(page, site, filing)
    rows = shown_rows(page)
    assert [rows[0], *rows[2:3]] == [before[0], (before[1][0], {**before[1][1], "name": "先写再加行", "value": "≥7个"})]
    assert rows[1][1] == {name: before[0][1][name] for name in ("level1", "level2")}
    for name in ("复制第 3 行", "上移第 3 行", "下移第 1 行", "删除第 3 行", "增加一行"):
        press(page, name)
        expect_stored(page, site, filing)
    wanted = [rows[2], rows[0], rows[2], *rows[3:]]
    assert [cells for _, cells in shown_rows(page)][:-1] == [cells for _, cells in wanted]
    assert shown_rows(page)[-1][1] == {}


def test_enter_in_a_field_saves_and_deletes_no_row(page: Page, site: Site) -> None:
    """Enter presses the first button of a form, which must be a harmless one."""
    filing = site.filing()
    page.goto(site.step(filing, "project"))
    cell(page, NATURE).fill("回车保存")
    cell(page, NATURE).press("Enter")
    expect(page.locator(".message.success")).to_contain_text("已保存")
    expect(page.get_by_role("heading", name="项目基本情况")).to_be_visible()
    assert site.value(filing, NATURE) == "回车保存"


def test_text_that_another_saved_meanwhile_is_not_lost(page: Page, site: Site, login: Login) -> None:
    filing = site.filing()
    page.goto(site.step(filing, "project"))
    other = login("tuanjie.lead", site.step(filing, "project"), java_script_enabled=False)
    for sheet, nature, period in ((other, "李建国写的", "别处的期限"), (page, "王芳写的", "")):
        cell(sheet, NATURE).fill(nature)
        if period:
            cell(sheet, "project_period").fill(period)
        press(sheet, "暂存")
    box = page.locator("#conflicts")
    for words in ("1 处在您填写时", "项目属性", "王芳写的", "李建国写的", "李建国 保存的"):
        expect(box).to_contain_text(words)
    assert site.value(filing, NATURE) == "李建国写的"
    assert site.value(filing, "project_period") == "别处的期限"  # what only one of them changed is kept
    box.get_by_label("我填写的").check()
    press(page, "按所选保存")
    expect(page.locator(".message.success")).to_contain_text("已保存")
    assert site.value(filing, NATURE) == "王芳写的"
    assert site.value(filing, "project_period") == "别处的期限"


def test_text_for_a_row_that_another_deleted_is_shown_to_be_copied(page: Page, site: Site, login: Login) -> None:
    filing = site.filing()
    page.goto(site.step(filing, "indicators"))
    row_id = shown_rows(page)[1][0]
    other = login("tuanjie.lead", site.step(filing, "indicators"), java_script_enabled=False)
    press(other, "删除第 2 行")
    fill_from(page, 1, name="照常保存的")
    fill_from(page, 2, name="写进已删的行")
    press(page, "暂存")
    expect(page.locator(".card.conflict")).to_contain_text("写进已删的行")
    rows = site.rows(filing)
    assert rows[0].cells["name"] == "照常保存的"
    assert row_id not in [row.id for row in rows]


def test_a_filing_submitted_meanwhile_shows_the_typed_text(page: Page, site: Site, login: Login) -> None:
    filing = site.filing()
    page.goto(site.step(filing, "project"))
    other = login("tuanjie.lead", f"{site.url}/filings/{filing.ref}/submit/", java_script_enabled=False)
    explain(other)
    press(other, "确认无误并提交财政局审核")
    cell(page, NATURE).fill("送审之后写的")
    press(page, "暂存")
    expect(page.get_by_role("heading", name="没有保存")).to_be_visible()
    expect(page.locator(".unsaved-texts")).to_contain_text("送审之后写的")


def test_errors_link_to_their_cells(page: Page, site: Site) -> None:
    filing = site.filing()
    page.goto(site.step(filing, "project"))
    cell(page, NATURE).fill("")
    press(page, "暂存")
    page.goto(site.step(filing, "indicators"))
    fill_from(page, 3, value="")
    press(page, "保存，检查并送审")
    expect(page.get_by_role("heading", name="还有 2 处要改，改好才能送审")).to_be_visible()
    expect(page.get_by_role("button", name="确认无误并提交财政局审核")).to_have_count(0)
    late = f"indicators[{site.rows(filing)[2].id}].value"
    for path, text in ((NATURE, "延续性项目"), (late, "及时")):
        page.locator("#errors li a").first.click()
        expect(cell(page, path)).to_be_in_viewport()
        assert page.evaluate("decodeURIComponent(location.hash)") == f"#f-{path}"
        cell(page, path).fill(text)
        press(page, "暂存")
        page.goto(f"{site.url}/filings/{filing.ref}/submit/")
    explain(page)
    press(page, "确认无误并提交财政局审核")
    expect(page.get_by_role("heading", name="已送审")).to_be_visible()


def test_each_value_of_the_sheet_links_to_its_field(page: Page, site: Site) -> None:
    filing = site.filing()
    page.get_by_role("link", name=filing.subject_name).click()
    sheet = page.get_by_role("region", name="表样")
    sheet.get_by_role("link", name="延续性项目").click()
    expect(page).to_have_url(re.compile(r"/steps/project/#f-project_nature$"))
    page.get_by_role("link", name="看整张表").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
