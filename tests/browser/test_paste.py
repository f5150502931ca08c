"""Copy and paste with Excel and WPS: a preview before anything is overwritten, undo in one step."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from filings.models import Filing
from tests.browser.conftest import (
    Login,
    Site,
    allow_clipboard,
    cell,
    expect_same,
    expect_saved,
    put_on_clipboard,
    shown_rows,
    stored_rows,
)


def paste(page: Page, text: str, html: str = "", row: int = 1, column: str = "name") -> Locator:
    """Paste into a cell what a spreadsheet puts on the clipboard; the preview."""
    put_on_clipboard(page, text, html)
    at(page, row, column).focus()
    page.keyboard.press("Control+v")
    return page.get_by_role("dialog", name="粘贴预览")


def at(page: Page, row: int, column: str) -> Locator:
    return cell(page, f"indicators[{shown_rows(page)[row - 1][0]}].{column}")


def confirm(preview: Locator) -> None:
    preview.get_by_role("button", name="确定粘贴").click()
    expect(preview).to_have_count(0)


def texts(page: Page, site: Site, filing: Filing) -> list[dict[str, str]]:
    """The texts of the rows, which must be equal on the page, in the database and after a reload."""
    return [cells for _, cells in expect_same(page, site, filing)]


def test_the_preview_shows_old_and_new_and_nothing_changes_before(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    preview = paste(page, "新名称一\t1个\r\n新名称二\t2个\r\n")
    expect(preview).to_contain_text("2 行 2 列，覆盖 4 个已有内容，新增 0 行")
    first = preview.locator("tbody tr").first
    assert first.locator("del").all_text_contents() == [before[0][1]["name"], before[0][1]["value"]]
    assert first.locator("ins").all_text_contents() == ["新名称一", "1个"]
    assert shown_rows(page) == stored_rows(site, filing) == before
    confirm(preview)
    expect(at(page, 1, "name")).to_be_focused()
    after = texts(page, site, filing)
    assert [(row["name"], row["value"]) for row in after[:2]] == [("新名称一", "1个"), ("新名称二", "2个")]
    assert after[2:] == [cells for _, cells in before[2:]]


FRAMES = """(count) => new Promise((done) => {
  const next = (left) => (left ? requestAnimationFrame(() => next(left - 1)) : done());
  next(count);
})"""


def test_the_page_behind_the_preview_does_not_scroll(page: Page) -> None:
    """Scrolling over the dialog must not scroll away the row behind it."""
    preview = paste(page, "甲\t乙\n丙\t丁\n")
    before, place = page.evaluate("scrollY"), at(page, 1, "name").bounding_box()
    page.mouse.move(640, 880)
    page.mouse.wheel(0, 500)
    page.evaluate(FRAMES, 30)
    assert page.evaluate("scrollY") == before
    page.keyboard.press("Escape")
    expect(preview).to_have_count(0)
    assert at(page, 1, "name").bounding_box() == place, "nothing jumps when the scroll bar comes back"
    page.mouse.wheel(0, 500)
    page.wait_for_function("(before) => scrollY > before", arg=before)


@pytest.mark.parametrize("way", ["取消", "Escape"])
def test_cancelling_changes_nothing(page: Page, site: Site, filing: Filing, way: str) -> None:
    before = shown_rows(page)
    preview = paste(page, "甲\t乙\n丙\t丁\n")
    if way == "Escape":
        page.keyboard.press(way)
    else:
        preview.get_by_role("button", name=way).click()
    expect(preview).to_have_count(0)
    expect(at(page, 1, "name")).to_be_focused()
    page.keyboard.press("Control+z")  # and leaves nothing to undo
    assert expect_same(page, site, filing) == before


def test_one_undo_reverts_the_whole_paste(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    block = "".join(f"名称{number}\t≥{number}个\n" for number in range(20))
    confirm(paste(page, block, row=2))
    expect(page.locator("tr[data-row]")).to_have_count(21)
    expect_saved(page)
    changed = shown_rows(page)
    assert stored_rows(site, filing) == changed
    page.keyboard.press("Control+z")
    assert shown_rows(page) == before
    page.keyboard.press("Control+Shift+z")
    assert shown_rows(page) == changed
    page.keyboard.press("Control+z")
    assert expect_same(page, site, filing) == before


def test_more_rows_than_there_are_become_new_rows(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    count = len(before)
    preview = paste(page, "末行\t1个\n多一行\t2个\n多两行\t3个\n", row=count)
    expect(preview).to_contain_text("新增 2 行")
    expect(preview.locator("tr.added")).to_have_count(2)
    confirm(preview)
    after = texts(page, site, filing)
    assert [row["name"] for row in after[count - 1 :]] == ["末行", "多一行", "多两行"]
    assert {row["level2"] for row in after[count - 1 :]} == {before[-1][1]["level2"]}  # under the same heading


def test_columns_without_target_are_reported_and_skipped(page: Page, site: Site, filing: Filing) -> None:
    preview = paste(page, "名称\t9个\t备注\t更多\n名称二\t8个\t备注\t更多\n")
    expect(preview).to_contain_text("有 2 列没有对应的栏目，不会粘贴")
    confirm(preview)
    first = texts(page, site, filing)[0]
    assert (first["name"], first["value"]) == ("名称", "9个")
    assert "备注" not in str(first)


def test_quoted_cells_keep_their_line_breaks_tabs_and_quotes(page: Page, site: Site, filing: Filing) -> None:
    confirm(paste(page, '"第一行\n第二行"\t"≥5个\n（每季）"\r\n"他说""好""\n再说"\t6"个\r\n'))
    after = texts(page, site, filing)
    assert [(row["name"], row["value"]) for row in after[:2]] == [
        ("第一行\n第二行", "≥5个\n（每季）"),
        ('他说"好"\n再说', '6"个'),
    ]


MERGED_TEXT = (
    "产出指标\t数量指标\t次数\t12次\r\n\t\t人数\t≥30人\r\n\t质量指标\t合格率\t≥95%\r\n效益指标\t\t带动就业\t5人\r\n"
)
MERGED_HTML = """<html><head><style>td {mso-number-format: General}</style></head><body><table>
<tr><td rowspan="3">产出指标</td><td rowspan="2">数量指标</td><td>次数</td><td>12次</td></tr>
<tr><td>人数</td><td>≥30人</td></tr><tr><td>质量指标</td><td>合格率</td><td>≥95%</td></tr>
<tr><td>效益指标</td><td></td><td>带动就业</td><td>5人</td></tr></table></body></html>"""


@pytest.mark.parametrize("html", [MERGED_HTML, ""], ids=["excel", "text only"])
def test_merged_level_cells_are_filled_down(page: Page, site: Site, filing: Filing, html: str) -> None:
    """Excel and WPS fill only the first cell of a merged area."""
    confirm(paste(page, MERGED_TEXT, html, column="level1"))
    levels = [(row["level1"], row.get("level2", "")) for row in texts(page, site, filing)[:4]]
    output = "产出指标"
    assert levels == [(output, "数量指标"), (output, "数量指标"), (output, "质量指标"), ("效益指标", "")]


def test_a_first_line_of_column_names_selects_the_columns(page: Page, site: Site, filing: Filing) -> None:
    preview = paste(page, "序号\t指标值\t三级指标\n1\t7个\t倒着来的\n2\t8个\t第二个\n", column="level1")
    expect(preview).to_contain_text("第一行是栏目名称，不粘贴")
    before = shown_rows(page)
    confirm(preview)
    after = texts(page, site, filing)
    assert [(row["name"], row["value"]) for row in after[:2]] == [("倒着来的", "7个"), ("第二个", "8个")]
    assert after[0]["level1"] == before[0][1]["level1"]


def test_full_width_characters_are_pasted_unchanged_and_understood(site: Site, login: Login) -> None:
    """Texts stay as written; a full-width operator selects the operator in a list."""
    filing = site.filing("kunming")
    page = login("luolong.clerk", site.step(filing, "indicators"))
    confirm(paste(page, "Ａ类（重点）\t≥\t９５\t％\n普通\t＜\t３　\t次\n"))
    rows = texts(page, site, filing)
    signs = [(row["name"], row["operator"], row["value"], row["unit"]) for row in rows[:2]]
    assert signs == [("Ａ类（重点）", ">=", "９５", "％"), ("普通", "<", "３　", "次")]


def test_one_cell_is_typed_without_a_question(page: Page, site: Site, filing: Filing) -> None:
    at(page, 1, "name").fill("前")
    assert paste(page, "后面\r\n").count() == 0
    assert texts(page, site, filing)[0]["name"] == "前后面"


def test_lines_may_go_into_one_cell(page: Page, site: Site, filing: Filing) -> None:
    at(page, 1, "name").fill("")
    preview = paste(page, "第一段\n第二段\n")
    preview.get_by_role("button", name="作为一段文字填入这一格").click()
    after = texts(page, site, filing)
    assert after[0]["name"] == "第一段\n第二段"


def test_markup_on_the_clipboard_stays_text(page: Page, site: Site, filing: Filing) -> None:
    evil = "<img src=x onerror=alert(1)>"
    preview = paste(page, f"{evil}\t1个\n=1+1\t2个\n", f"<table><tr><td>{evil}</td><td>1个</td></tr></table>")
    expect(preview.locator("img")).to_have_count(0)
    confirm(preview)
    assert [row["name"] for row in texts(page, site, filing)[:2]] == [evil, "=1+1"]


def drag(page: Page, first: int, last: int) -> None:
    """Select rows by dragging with the mouse over their numbers."""
    for number, step in ((first, page.mouse.down), (last, page.mouse.up)):
        box = page.locator("tr[data-row] th").nth(number - 1).bounding_box()
        assert box
        page.mouse.move(box["x"] + (2 if number == first else box["width"] - 2), box["y"] + 20)
        step()


def test_copied_rows_can_be_pasted_into_a_spreadsheet_and_back(page: Page, site: Site, filing: Filing) -> None:
    at(page, 2, "name").fill('两行\n"带引号"\t和制表符')
    before = expect_same(page, site, filing)
    drag(page, 1, 3)
    page.keyboard.press("Control+c")
    allow_clipboard(page)
    block = page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n")
    names = [cells["name"] for _, cells in before]
    lines = [list(cells.values()) for _, cells in before[:3]]
    assert block.count("\t") == 3 * 3 + 1
    assert block.startswith("\t".join(lines[0]) + "\n")
    assert '"两行\n""带引号""\t和制表符"' in block
    confirm(paste_again(page, 5))
    after = texts(page, site, filing)
    assert [row["name"] for row in after] == [*names[:4], *names[:3], *names[7:]]


def paste_again(page: Page, row: int) -> Locator:
    """Paste what the grid has copied to the clipboard."""
    at(page, row, "level1").focus()
    page.keyboard.press("Control+v")
    return page.get_by_role("dialog", name="粘贴预览")
