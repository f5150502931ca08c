"""The whole workflow: clerks fill and submit, reviewers return and approve, admins export."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pypdfium2
import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.conftest import Login, Site, cell, expect_saved, explain, log_in, shown_rows
from tests.paper.kit import shown_cells

OpenPage = Callable[[str], Page]


@pytest.fixture
def page_of(site: Site, login: Login) -> OpenPage:
    """A function that opens a browser and logs in through the log-in page."""

    def open_page(name: str) -> Page:
        page = login("", accept_downloads=True)
        log_in(page, site.url, name)
        return page

    return open_page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def write(page: Page, path: str, text: str) -> None:
    cell(page, path).fill(text)


def next_step(page: Page, heading: str) -> None:
    press(page, "保存，下一步")
    expect(page.locator("#step h2")).to_contain_text(heading)


def open_task(page: Page, name: str) -> None:
    page.get_by_role("link", name="我的任务", exact=True).click()
    page.get_by_role("row").filter(has_text=name).get_by_role("link", name="继续填报").click()


def send_in(page: Page) -> None:
    explain(page)
    press(page, "确认无误并提交财政局审核")
    expect(page.get_by_role("heading", name="已送审")).to_be_visible()


def open_waiting(page: Page, name: str) -> None:
    """The reviewer opens a filing from the queue."""
    page.get_by_role("link", name="审核", exact=True).click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def words(data: bytes) -> str:
    """The text of a PDF without line breaks."""
    with pypdfium2.PdfDocument(data) as pdf:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pdf))


def values(data: bytes) -> list[str]:
    """What the cells of a workbook show."""
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    return [text for number in range(len(sheets)) for text in shown_cells(data, number).values()]


def file(page: Page, name: str) -> bytes:
    """The file that a link downloads."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).click()
    return download.value.path().read_bytes()


def logged(page: Page) -> list[tuple[str, str]]:
    """Person and action of each event on the log page."""
    page.get_by_role("link", name="流转日志").click()
    rows = page.locator("tbody tr")
    people, deeds = (rows.locator(f'[data-label="{name}"]').all_text_contents() for name in ("谁", "做了什么"))
    return list(zip(people, deeds, strict=True))


NEW = "2023年网格化管理经费"
GOAL = "全年网格巡查全覆盖，群众诉求按时办结率不低于98%。"


def fill_copy(page: Page) -> None:
    """The clerk copies last year's sheet for a new project and goes through its four steps."""
    page.get_by_role("link", name="新增项目").click()
    page.get_by_label("项目名称").or_(page.get_by_label("或者新增项目")).fill(NEW)
    page.get_by_label("从哪里开始").select_option(label="复制：2023年 2023年街道工作经费项目")
    press(page, "建立并开始填报")
    expect(cell(page, "title_project")).to_have_value(NEW)
    write(page, "project_name", "网格化管理经费")
    write(page, "phone", "0871-67466568")
    next_step(page, "项目文本")
    write(page, "funding_plan", "2023年预算安排资金38.6万元。")
    next_step(page, "项目目标")
    write(page, "objectives[annual].text", GOAL)
    next_step(page, "绩效指标")
    fill_row(page)
    press(page, "保存，检查并送审")
    expect(page.get_by_role("region", name="表样")).to_contain_text(GOAL)
    send_in(page)


def fill_row(page: Page) -> None:
    """Add an indicator below the first, and delete another."""
    press(page, "在第 1 行下方增加一行")
    row = shown_rows(page)[1][0]
    for column, text in (("name", "网格巡查次数"), ("value", "365"), ("unit", "次"), ("description", "每日一巡")):
        write(page, f"indicators[{row}].{column}", text)
    cell(page, f"indicators[{row}].operator").select_option(">=")
    press(page, "删除第 3 行")
    expect_saved(page)


def remark_and_return(page: Page) -> None:
    open_waiting(page, NEW)
    press(page, "开始审核")
    expect(page.locator(".state")).to_have_text("审核中")
    page.get_by_role("region", name="表样").get_by_role("link", name="0871-67466568").click()
    expect(page.locator("#remark")).to_contain_text("关于：联系电话")
    page.locator("#remark-text").fill("请填写办公室电话。")
    press(page, "记下意见")
    expect(page.locator("#remarks")).to_contain_text("请填写办公室电话。")
    press(page, "退回")
    expect(page.get_by_text("已退回填报单位。")).to_be_visible()


def answer_and_send_again(page: Page) -> None:
    page.get_by_role("link", name="我的任务", exact=True).click()
    expect(page.get_by_role("row").filter(has_text=NEW)).to_contain_text("1 条退回意见")
    page.get_by_role("link", name=NEW).click()
    page.locator("#remarks").get_by_role("textbox", name="答复").fill("已改为办公室电话。")
    press(page, "答复")
    page.locator("#remarks").get_by_role("link", name="联系电话").click()
    page.locator("#at-phone").click()
    expect(page.locator(".side")).to_contain_text("请填写办公室电话。")
    write(page, "phone", "0871-67480000")
    page.get_by_role("link", name="看整张表").click()
    page.get_by_role("link", name="检查并送审").click()
    send_in(page)


def test_a_filing_is_copied_submitted_returned_answered_and_approved(page_of: OpenPage) -> None:
    clerk, reviewer, admin = page_of("luolong.clerk"), page_of("luolong.reviewer"), page_of("luolong.admin")
    fill_copy(clerk)
    remark_and_return(reviewer)
    answer_and_send_again(clerk)
    open_waiting(reviewer, NEW)
    expect(reviewer.locator("#remarks")).to_contain_text("答复：已改为办公室电话。")
    press(reviewer, "审核通过")
    admin.get_by_role("link", name="审核", exact=True).click()
    admin.get_by_role("link", name=re.compile("^已审核")).click()
    admin.get_by_role("link", name=NEW).click()
    typed = ("网格化管理经费", "0871-67480000", "2023年预算安排资金38.6万元。", "网格巡查次数", "365", "每日一巡")
    text, sheet = words(file(admin, "PDF")), values(file(admin, "Excel"))
    for one in (*typed, GOAL):
        assert one in text
        assert any(one in value for value in sheet)
    assert "0871-67466568" not in text
    assert "发布政务信息数量" not in text  # the row that the clerk deleted
    assert logged(admin) == [
        ("王芳", "复制建立"),
        ("王芳", "送审"),
        ("赵敏", "开始审核"),
        ("赵敏", "退回"),
        ("王芳", "送审"),
        ("赵敏", "审核通过"),
    ]
    expect(admin.get_by_role("row").filter(has_text="退回")).to_contain_text("见单元格意见 1 条。")


FIRST, SECOND = "居家养老服务体系经费", "党建经费"


def send_existing(page: Page, name: str, nature: str) -> None:
    """The clerk changes a cell of an existing filing and submits it."""
    open_task(page, name)
    write(page, "project_nature", nature)
    for heading in ("项目资金", "绩效目标", "绩效指标"):
        next_step(page, heading)
    press(page, "保存，检查并送审")
    send_in(page)


def withdraw_and_send_again(page: Page) -> None:
    page.get_by_role("link", name="看送审的表").click()
    press(page, "撤回")
    expect(page.get_by_text("已撤回，可以继续修改。")).to_be_visible()
    page.get_by_role("link", name="填报", exact=True).click()
    write(page, "project_nature", "一次性项目（改）")
    page.get_by_role("link", name="看整张表").click()
    page.get_by_role("link", name="检查并送审").click()
    send_in(page)


def test_filings_are_withdrawn_approved_and_exported_in_one_packet(page_of: OpenPage) -> None:
    clerk, reviewer, admin = page_of("tuanjie.clerk"), page_of("tuanjie.reviewer"), page_of("tuanjie.admin")
    send_existing(clerk, FIRST, "写错的属性")
    withdraw_and_send_again(clerk)
    send_existing(clerk, SECOND, "年年都有的项目")
    open_waiting(reviewer, FIRST)
    press(reviewer, "开始审核")
    clerk.get_by_role("link", name="看送审的表").click()
    expect(clerk.get_by_role("button", name="撤回")).to_be_visible()  # nobody reviews this one yet
    clerk.get_by_role("link", name="我的任务", exact=True).click()
    clerk.get_by_role("link", name=FIRST).click()
    expect(clerk.locator(".state")).to_have_text("审核中")
    expect(clerk.get_by_role("button", name="撤回")).to_have_count(0)
    press(reviewer, "审核通过")
    open_waiting(reviewer, SECOND)
    press(reviewer, "审核通过")
    clerk.reload()
    assert [deed for _, deed in logged(clerk)] == ["建立", "送审", "撤回", "送审", "开始审核", "审核通过"]
    check_packet(admin)


def check_packet(admin: Page) -> None:
    """The archive has both filings as PDF and workbook, with the texts submitted last."""
    press(admin, "生成 PDF 和 Excel")
    expect(admin.get_by_text("已生成 2 / 2 张")).to_be_visible()
    with zipfile.ZipFile(io.BytesIO(file(admin, "下载全部"))) as packet:
        names = [name for name in packet.namelist() if "/" in name]
        (text,) = [words(packet.read(name)) for name in names if name.endswith(".pdf")]
        (book,) = [packet.read(name) for name in names if name.endswith(".xlsx")]
    for typed in ("一次性项目（改）", "年年都有的项目"):
        assert typed in text
        assert typed in values(book)
    assert "写错的属性" not in text
