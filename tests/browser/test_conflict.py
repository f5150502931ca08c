"""Two windows with one filing: both texts are shown, a person chooses, nothing is overwritten unseen."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Login, Site, cell, expect_saved, second_page, state

NATURE, PERIOD = "project_nature", "project_period"


def put(page: Page, path: str, text: str) -> None:
    cell(page, path).fill(text)
    cell(page, path).blur()


def two_texts(site: Site, login: Login) -> tuple[Page, Page]:
    """Pages of two people with a conflict in one cell, which the second page shows."""
    url = site.step(site.filing(), "project")
    first, second = login(url=url), login("tuanjie.lead", url)
    put(first, NATURE, "王芳写的")
    expect_saved(first)
    put(second, NATURE, "李建国写的")
    expect(second.locator("#save-conflicts")).to_be_visible()
    return first, second


def test_both_texts_are_shown_and_mine_is_chosen(site: Site, login: Login) -> None:
    _, page = two_texts(site, login)
    box = page.locator("#save-conflicts")
    for words in ("王芳写的", "李建国写的", "我填写的", "王芳 保存的", "项目属性"):
        expect(box).to_contain_text(words)
    expect(state(page)).to_have_attribute("data-state", "failed")
    assert site.value(site.filing(), NATURE) == "王芳写的"
    box.get_by_role("button", name="用我填写的").click()
    expect(box).to_have_count(0)
    expect_saved(page)
    assert site.value(site.filing(), NATURE) == "李建国写的"


def test_theirs_is_chosen_by_keyboard_alone(site: Site, login: Login) -> None:
    _, page = two_texts(site, login)
    expect(page.locator("#save-conflicts h2")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="用对方保存的")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell(page, NATURE)).to_have_value("王芳写的")
    expect(cell(page, NATURE)).to_be_focused()
    expect_saved(page)
    assert site.value(site.filing(), NATURE) == "王芳写的"


def test_typing_is_possible_while_a_conflict_is_open(site: Site, login: Login) -> None:
    url = site.step(site.filing(), "project")
    first, second = login(url=url), login("tuanjie.lead", url)
    put(first, NATURE, "甲")
    expect_saved(first)
    cell(second, NATURE).fill("乙")
    expect(second.locator("#save-conflicts")).to_be_visible()
    expect(cell(second, NATURE)).to_be_focused()  # the box takes no focus from somebody who types
    cell(second, NATURE).press("End")
    second.keyboard.type("丙")
    expect(second.locator("#save-conflicts")).to_contain_text("乙丙")
    put(second, PERIOD, "别处照常保存")
    expect(state(second)).to_contain_text("1 处与别人的修改冲突")
    expect(state(second)).to_have_attribute("data-unsent", "0")
    assert site.value(site.filing(), PERIOD) == "别处照常保存"
    second.get_by_role("button", name="用我填写的").click()
    expect_saved(second)
    assert site.value(site.filing(), NATURE) == "乙丙"


def test_an_open_conflict_blocks_the_step_and_survives_a_reload(site: Site, login: Login) -> None:
    _, page = two_texts(site, login)
    page.get_by_role("button", name="暂存").click()
    expect(page.locator("#save-conflicts h2")).to_be_focused()
    page.reload()
    expect(page.locator("#save-conflicts")).to_contain_text("李建国写的")
    assert site.value(site.filing(), NATURE) == "王芳写的"
    page.get_by_role("button", name="用我填写的").click()
    expect_saved(page)
    assert site.value(site.filing(), NATURE) == "李建国写的"


def test_changes_of_different_cells_are_both_saved_and_shown(site: Site, login: Login) -> None:
    url = site.step(site.filing(), "project")
    first = login(url=url)
    second = second_page(first, url)
    put(first, NATURE, "第一个窗口")
    expect_saved(first)
    put(second, PERIOD, "第二个窗口")
    expect_saved(second)
    expect(cell(second, NATURE)).to_have_value("第一个窗口")
    assert site.value(site.filing(), NATURE) == "第一个窗口"
    assert site.value(site.filing(), PERIOD) == "第二个窗口"


def test_an_unseen_text_is_not_overwritten_by_the_next_save(site: Site, login: Login) -> None:
    """The other text arrives while the cursor is in that field."""
    url = site.step(site.filing(), "project")
    first, second = login(url=url), login("tuanjie.lead", url)
    before = cell(second, NATURE).input_value()
    put(first, NATURE, "王芳写的")
    expect_saved(first)
    held: list[object] = []
    second.route("**/save/", lambda route: held.append(route), times=1)
    with second.expect_request("**/save/"):
        put(second, PERIOD, "期限")
    cell(second, NATURE).focus()
    held[0].continue_()  # type: ignore[attr-defined]
    expect_saved(second)
    expect(cell(second, NATURE)).to_have_value(before)  # never written into while he is there
    second.keyboard.press("End")
    second.keyboard.type("，补充")
    expect(second.locator("#save-conflicts")).to_contain_text("王芳写的")
    assert site.value(site.filing(), NATURE) == "王芳写的"


def test_a_row_deleted_by_another_can_be_restored_with_my_text(site: Site, login: Login) -> None:
    filing = site.filing()
    url = site.step(filing, "indicators")
    first, second = login(url=url), login("tuanjie.lead", url)
    row = site.rows(filing)[1]
    first.locator(f"#row-indicators-{row.id} [data-do=delete]").click()
    expect_saved(first)
    put(second, f"indicators[{row.id}].value", "≥99%")
    box = second.locator("#save-conflicts")
    expect(box).to_contain_text("已删除此行")
    expect(box).to_contain_text("≥99%")
    box.get_by_role("button", name="用我填写的").click()
    expect_saved(second)
    rows = site.rows(filing)
    assert [one.id for one in rows][1] == row.id
    assert rows[1].cells == {**row.cells, "value": "≥99%"}


def test_a_row_deleted_by_another_can_stay_deleted(site: Site, login: Login) -> None:
    filing = site.filing()
    url = site.step(filing, "indicators")
    first, second = login(url=url), login("tuanjie.lead", url)
    row = site.rows(filing)[0]
    first.locator(f"#row-indicators-{row.id} [data-do=delete]").click()
    expect_saved(first)
    put(second, f"indicators[{row.id}].value", "白写了")
    second.locator("#save-conflicts").get_by_role("button", name="用对方保存的").click()
    expect(second.locator(f"#row-indicators-{row.id}")).to_have_count(0)
    expect_saved(second)
    assert row.id not in [one.id for one in site.rows(filing)]


def test_deleting_a_row_that_another_just_filled_asks_first(site: Site, login: Login) -> None:
    filing = site.filing()
    url = site.step(filing, "indicators")
    first, second = login(url=url), login("tuanjie.lead", url)
    row = site.rows(filing)[0]
    put(first, f"indicators[{row.id}].value", "刚填的")
    expect_saved(first)
    second.locator(f"#row-indicators-{row.id} [data-do=delete]").click()
    box = second.locator("#save-conflicts")
    expect(box).to_contain_text("刚填的")
    box.get_by_role("button", name="用对方保存的").click()
    expect(cell(second, f"indicators[{row.id}].value")).to_have_value("刚填的")
    expect_saved(second)
    assert site.value(filing, f"indicators[{row.id}].value") == "刚填的"
    assert second.locator("tr[data-row]").first.get_attribute("data-row") == row.id


def test_row_changes_of_another_appear_in_an_idle_window(site: Site, login: Login) -> None:
    filing = site.filing()
    url = site.step(filing, "indicators")
    first, second = login(url=url), login("tuanjie.lead", url)
    ids = [row.id for row in site.rows(filing)]
    first.locator(f"#row-indicators-{ids[0]} [data-do=copy]").click()
    first.locator(f"#row-indicators-{ids[2]} [data-do=delete]").click()
    first.locator(f"#row-indicators-{ids[-1]} [data-do=up]").click()
    expect_saved(first)
    put(second, f"indicators[{ids[1]}].value", "我的")
    expect_saved(second)
    now = [row.id for row in site.rows(filing)]
    shown = second.locator("tr[data-row]").evaluate_all("(rows) => rows.map((row) => row.dataset.row)")
    assert shown == now
    assert cell(second, f"indicators[{now[1]}].name").input_value() == site.value(filing, f"indicators[{now[0]}].name")
