"""An unknown form is uploaded, made due, filled, submitted and exported without a restart."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from filings.models import Department, LayoutVersion
from tests.browser.conftest import Login, Site, cell, expect_saved, explain, shown_rows
from tests.browser.test_story import file, press, values, words

ODD = (Path(__file__).resolve().parents[1] / "odd-form.toml").read_text(encoding="utf-8")
ADMIN, CLERK = "tuanjie.admin", "tuanjie.clerk"
PROJECT = "古怪项目甲"
GOAL = "三年内把古怪的事办完，人人满意。"
FIELDS = {
    "title": "古怪项目甲（名称）",
    "phone": "0951-7654321",
    "owner": "负责的王某",
    "in_hand": "在办三件",
    "first_opinion": "初审先写的话",
    "first_reader": "初审的李某",
}
MONEY = {"funding[grant].amount": "300000", "funding[other].amount": "100000", "funding[sub_grant].amount": "70000"}
GOALS = {
    "objectives[mid].text": GOAL,
    "objectives[year].text": "今年先办一半。",
    "objectives[last].text": "上年没有办。",
    "part_1": "分项之一的话",
    "part_3": "分项之三的话",
    "measure_2": "措施之二的话",
}
ROW = {
    "name": "中期巡查次数",
    "weight": "40",
    "value": "≥365次",
    "region_1": "东片",
    "region_3": "西片",
    "last_year": "300次",
    "year_before_last": "200次",
    "unit": "次数单位",
    "description": "每日一巡备注",
}


def upload(admin: Page, site: Site, place: str) -> None:
    """The admin pastes a file with an error, corrects it on the page, and makes the form due."""
    text = ODD.replace("testshire/", f"{place}/")
    admin.goto(f"{site.url}/layouts/")
    box = admin.get_by_label("或直接粘贴、修改文件内容")
    box.fill(text.replace("{first_reader} |", "{firstreader} |"))
    press(admin, "检查并存入")
    expect(admin.locator("#errors")).to_contain_text("画了 {firstreader}，但")
    box.fill(box.input_value().replace("{firstreader}", "{first_reader}"))
    press(admin, "检查并存入")
    expect(admin.get_by_text("已存入“古怪绩效表”第 1 版")).to_be_visible()
    admin.get_by_role("link", name="试填", exact=True).click()
    expect(admin.get_by_role("region", name="表样")).to_contain_text("运转类 ☑")
    press(admin, "列入批次")
    expect(admin.get_by_text("已列入")).to_be_visible()


def start(clerk: Page, site: Site) -> None:
    version = LayoutVersion.objects.get(key__endswith="/odd")
    due = version.due_in.get()
    department = Department.objects.get(memberships__person__username=CLERK)
    clerk.goto(f"{site.url}/start/{due.pk}/{department.pk}/")
    clerk.get_by_label("项目名称").or_(clerk.get_by_label("或者新增项目")).fill(PROJECT)
    press(clerk, "建立并开始填报")
    expect(clerk.locator("#step[data-ready]")).to_be_attached()


def fill(page: Page, texts: dict[str, str]) -> None:
    for path, text in texts.items():
        cell(page, path).fill(text)


def go(page: Page, heading: str) -> None:
    press(page, "保存，下一步")
    expect(page.locator("#step h2")).to_contain_text(heading)
    expect(page.locator("#step[data-ready]")).to_be_attached()


def ids(page: Page, table: str) -> list[str]:
    found = page.locator(f'tr[id^="row-{table}-"]').evaluate_all("(rows) => rows.map((row) => row.dataset.row)")
    return [str(one) for one in found]


def fill_grids(page: Page) -> None:
    """Fill both grids of the first step, with an added row in the second; the sum of the weights is updated."""
    first, benefit = (ids(page, "mid_indicators")[at] for at in (0, 5))
    fill(page, {f"mid_indicators[{first}].{column}": text for column, text in ROW.items()})
    cell(page, f"mid_indicators[{benefit}].name").fill("受益的人数")
    cell(page, f"mid_indicators[{benefit}].weight").fill("60")
    (year,) = ids(page, "year_indicators")
    for column, label in (("level1", "产出指标"), ("level2", "数量指标")):
        cell(page, f"year_indicators[{year}].{column}").select_option(label=label)
    fill(page, {f"year_indicators[{year}].name": "年度巡查", f"year_indicators[{year}].value": "≥99次"})
    # The year needs a benefit of its own: what stands in the other set does not count for it.
    page.locator('button[data-do="add"][data-table="year_indicators"]').click()
    second = next(one for one in ids(page, "year_indicators") if one != year)
    for column, label in (("level1", "效益指标"), ("level2", "社会效益指标")):
        cell(page, f"year_indicators[{second}].{column}").select_option(label=label)
    fill(page, {f"year_indicators[{second}].name": "年度受益人数", f"year_indicators[{second}].value": "≥80人"})
    cell(page, f"mid_indicators[{first}].weight").blur()
    expect_saved(page)
    expect(cell(page, "weight_total")).to_have_value("100")
    assert len(shown_rows(page)) == len(ids(page, "mid_indicators")) + 2


def fill_money(page: Page) -> None:
    """Sums, shares and totals appear when their parts are saved."""
    fill(page, MONEY)
    (row,) = ids(page, "spending")
    fill(page, {f"spending[{row}].{name}": text for name, text in
                (("name", "买古怪的东西"), ("quantity", "3"), ("amount", "2000.50"), ("term", "二六年"))})  # fmt: skip
    cell(page, f"spending[{row}].basis").fill("依据某文")
    cell(page, "fund_before").fill("390000")
    expect_saved(page)
    for path, text in (("funding[all].amount", "400000"), ("funding[sub_all].amount", "70000"),
                       ("grant_share", "75%"), ("spent", "2000.5")):  # fmt: skip
        expect(cell(page, path)).to_have_value(text)


def fill_rest(page: Page) -> None:
    fill(page, GOALS)
    (row,) = ids(page, "tasks")
    fill(page, {f"tasks[{row}].name": "重点一件", f"tasks[{row}].lead": "牵头的科"})
    cell(page, f"tasks[{row}].content").fill("头一段话\n第二段话")
    (post,) = ids(page, "staff")
    expect(cell(page, f"staff[{post}].kind")).to_have_value("在编")
    fill(page, {f"staff[{post}].post": "岗位一", f"staff[{post}].men": "3", f"staff[{post}].women": "4"})
    cell(page, f"staff[{post}].women").blur()
    expect(cell(page, f"staff[{post}].both")).to_have_value("7")
    page.locator('button[data-do="add"][data-table="staff"]').click()
    other = next(one for one in ids(page, "staff") if one != post)
    expect(cell(page, f"staff[{other}].kind")).to_have_value("在编")
    expect(cell(page, f"staff[{other}].post")).to_have_value("")
    go(page, "基本情况")
    cell(page, "category").select_option("特定目标类")
    cell(page, "is_new").select_option("否")
    boxes = page.get_by_role("group", name="涉及领域")
    boxes.get_by_label("环保").check()
    boxes.get_by_label("民生").check()
    expect(cell(page, "fields")).to_have_value("民生、环保")
    boxes.get_by_label("环保").uncheck()
    expect_saved(page)
    fill(page, FIELDS)


def test_an_unknown_form_is_uploaded_filled_submitted_and_exported(site: Site, login: Login) -> None:
    admin, clerk = login(ADMIN, accept_downloads=True), login(CLERK, accept_downloads=True)
    upload(admin, site, site.filing("yinchuan").jurisdiction.code)
    start(clerk, site)
    fill_grids(clerk)
    go(clerk, "资金")
    fill_money(clerk)
    go(clerk, "目标")
    fill_rest(clerk)
    press(clerk, "保存，检查并送审")
    explain(clerk)
    press(clerk, "确认无误并提交财政局审核")
    expect(clerk.get_by_role("heading", name="已送审")).to_be_visible()
    clerk.get_by_role("link", name="看送审的表").click()
    text, sheet = words(file(clerk, "PDF")), "".join(values(file(clerk, "Excel")))
    typed = [*FIELDS.values(), *MONEY.values(), *GOALS.values(), *ROW.values(), "受益的人数", "年度巡查", "≥99次",
             "买古怪的东西", "2000.50", "依据某文", "二六年", "390000", "重点一件", "牵头的科", "头一段话", "第二段话",
             "400000", "75%", "2000.5", "特定目标类☑", "否☑", "在编", "岗位一"]  # fmt: skip
    for one in typed:
        assert one in text, one
        assert one.replace("☑", "") in sheet, one
    assert "特定目标类 ☑" in sheet
    assert "1.民生☑2.环保□" in text
    assert "1. 民生 ☑ 2. 环保 □" in sheet
