"""The indicator grid: rows are added, moved and deleted by button and key; the database matches the page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from filings.models import Filing
from tests.browser.conftest import Site, cell, expect_same, expect_saved, shown_rows, state, stored_rows


def field(page: Page, number: int, column: str = "name") -> Locator:
    """The field of the row with this number, counted from 1, or from the end if negative."""
    rows = shown_rows(page)
    return cell(page, f"indicators[{rows[number - 1 if number > 0 else number][0]}].{column}")


def press(page: Page, number: int, do: str) -> None:
    page.locator("tr[data-row]").nth(number - 1).locator(f"[data-do={do}]").click()


def ids(page: Page) -> list[str]:
    return [row_id for row_id, _ in shown_rows(page)]


def test_rows_are_added_copied_moved_and_deleted_by_button(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    press(page, 1, "add")
    expect(field(page, 2)).to_be_focused()  # the categories came along: the name is the first thing to write
    page.keyboard.type("新增的指标")
    press(page, 4, "copy")
    press(page, 1, "delete")
    press(page, 1, "down")
    press(page, 3, "up")
    after = expect_same(page, site, filing)
    assert len(after) == len(before) + 1, after
    categories = {name: before[0][1][name] for name in ("level1", "level2")}
    assert after[2][1] == {**categories, "name": "新增的指标"}
    assert after[:2] == before[1:3]
    assert after[3][1] == before[2][1]
    assert after[3][0] != before[2][0]
    assert after[4:] == before[3:]


def test_the_button_under_the_grid_adds_at_the_end(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    page.get_by_role("button", name="增加一行", exact=True).click()
    page.keyboard.type("最后一行")
    after = expect_same(page, site, filing)
    assert after[:-1] == before
    assert after[-1][1]["name"] == "最后一行"


def test_rows_are_added_moved_and_deleted_by_key(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    field(page, -1, "value").focus()
    page.keyboard.press("Enter")
    expect(field(page, -1, "value")).to_be_focused()
    page.keyboard.type("≥3个")
    page.keyboard.press("Alt+Shift+ArrowUp")
    expect(field(page, -2, "value")).to_be_focused()
    expect(field(page, -2, "value")).to_have_value("≥3个")
    field(page, 1).focus()
    page.keyboard.press("Alt+Shift+ArrowDown")
    field(page, 1).focus()
    page.keyboard.press("Control+Delete")
    expect(field(page, 1)).to_be_focused()
    after = expect_same(page, site, filing)
    assert after[0] == before[0]
    assert [row for row in after if row[1].get("value") != "≥3个"] == [before[0], *before[2:]]
    assert after[-1] == before[-1]


def test_numbers_and_names_follow_the_rows(page: Page) -> None:
    press(page, 2, "copy")
    press(page, 1, "delete")
    rows = page.locator("tr[data-row]")
    count = rows.count()
    assert rows.locator("th").all_text_contents() == [str(number + 1) for number in range(count)]
    expect(rows.last.get_by_role("button", name=f"删除第 {count} 行")).to_be_visible()
    expect(field(page, -1)).to_have_attribute("aria-label", f"第 {count} 行 三级指标")


def test_enter_tab_and_arrows_move_between_cells(page: Page) -> None:
    field(page, 1).focus()
    page.keyboard.press("Enter")
    expect(field(page, 2)).to_be_focused()
    page.keyboard.press("ArrowRight")  # all of the text is selected: out of the cell at once
    expect(field(page, 2, "value")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field(page, 1, "value")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(field(page, 1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(field(page, 1, "value")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(field(page, 1)).to_be_focused()


def test_arrows_stay_in_a_cell_while_the_caret_is_inside_its_text(page: Page) -> None:
    at = field(page, 1)
    at.fill("前后")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("中")
    expect(at).to_be_focused()
    expect(at).to_have_value("前中后")
    at.fill("第一行\n第二行")
    page.keyboard.press("ArrowUp")
    expect(at).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(at).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(field(page, 2)).to_be_focused()


def test_arrows_pass_select_fields_without_changing_them(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    field(page, 1, "level1").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(field(page, 1, "level1")).to_be_focused()
    assert expect_same(page, site, filing) == before


def test_a_line_break_is_typed_and_saved(page: Page, site: Site, filing: Filing) -> None:
    field(page, 1).focus()
    page.keyboard.press("End")
    for keys in ("Shift+Enter", "二", "Alt+Enter", "三"):
        page.keyboard.press(keys) if "+" in keys else page.keyboard.type(keys)
    after = expect_same(page, site, filing)
    assert after[0][1]["name"].endswith("\n二\n三")


def test_escape_restores_the_text(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    field(page, 1).focus()
    page.keyboard.type("写错了")
    expect(state(page)).to_have_attribute("data-state", "unsaved")
    page.keyboard.press("Escape")
    expect(field(page, 1)).to_be_focused()
    assert expect_same(page, site, filing) == before


def test_the_cell_above_is_copied_down(page: Page, site: Site, filing: Filing) -> None:
    field(page, 2).focus()
    page.keyboard.press("Control+d")
    after = expect_same(page, site, filing)
    assert after[1][1]["name"] == after[0][1]["name"]


def test_a_level_2_name_fills_in_its_level_1(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    field(page, 1, "level2").focus()
    field(page, 1, "level2").select_option("经济效益指标")
    expect(field(page, 1, "level1")).to_have_value("效益指标")
    expect_saved(page)
    assert stored_rows(site, filing)[0][1]["level1"] == "效益指标"
    page.keyboard.press("Control+z")
    assert expect_same(page, site, filing) == before


def test_undo_restores_a_deleted_row_in_its_place(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    press(page, 3, "delete")
    expect_saved(page)
    assert stored_rows(site, filing) == before[:2] + before[3:]
    page.keyboard.press("Control+z")
    expect(page.locator("tr[data-row]")).to_have_count(len(before))
    assert expect_same(page, site, filing) == before


def test_undo_and_redo_of_every_kind_of_edit(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    field(page, 1).focus()
    page.keyboard.type("改过的名称")
    page.keyboard.press("Enter")
    for number, do in ((2, "copy"), (1, "down"), (4, "delete"), (2, "add"), (1, "delete")):
        press(page, number, do)
    changed = shown_rows(page)
    for _ in range(6):
        page.keyboard.press("Control+z")
    assert shown_rows(page) == before
    for _ in range(6):
        page.keyboard.press("Control+y")
    assert shown_rows(page) == changed
    for _ in range(6):
        page.keyboard.press("Control+z")
    assert expect_same(page, site, filing) == before


def test_the_last_row_is_deleted_and_a_first_one_added(page: Page, site: Site, filing: Filing) -> None:
    before = shown_rows(page)
    for _ in before:
        press(page, 1, "delete")
    expect(page.get_by_text("还没有内容")).to_be_visible()
    expect(page.get_by_role("button", name="增加一行", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("还没有内容")).to_be_hidden()
    field(page, 1).fill("从头写起")
    assert [cells for _, cells in expect_same(page, site, filing)] == [{"name": "从头写起"}]


def test_edits_of_all_kinds_survive_a_network_failure(page: Page, site: Site, filing: Filing) -> None:
    page.context.set_offline(True)
    press(page, 1, "copy")
    field(page, 2).fill("断网时改的")
    press(page, 4, "delete")
    press(page, 2, "up")
    expect(state(page)).to_have_attribute("data-state", "failed")
    page.context.set_offline(False)
    after = expect_same(page, site, filing)
    assert after[0][1]["name"] == "断网时改的"
    assert ids(page) == [row_id for row_id, _ in after]
