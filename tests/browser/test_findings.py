"""What the script says of the findings of a step, and what its offers do to texts that change meanwhile."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from filings.models import Filing
from tests.browser.conftest import Login, Site, cell, expect_saved, open_step

GOAL = "objectives[annual_all].text"
SAID = """(lines) => lines.map((line) => [line.className, line.textContent.trim().replace(/\\s+/g, " "),
    Array.from(line.querySelectorAll("a"), (link) => link.getAttribute("href"))])"""


def said(page: Page) -> list[tuple[str, str, list[str]]]:
    """Severity, words and links of each line in the list of the step."""
    lines = page.locator("#step-findings [data-list] > li").evaluate_all(SAID)
    return [(severity, words, [unquote(link) for link in links]) for severity, words, links in lines]


def write(page: Page, path: str, text: str) -> None:
    """Write into a field and leave it; wait until it is saved, and what the server says of it is shown."""
    cell(page, path).fill(text)
    cell(page, path).blur()
    expect_saved(page)


def row_paths(site: Site, filing: Filing, column: str) -> list[str]:
    return [f"indicators[{row.id}].{column}" for row in site.rows(filing)]


def test_the_script_says_the_same_as_the_page_of_rows_that_the_form_prints_by_name(site: Site, login: Login) -> None:
    page = login(url=site.step(site.filing(), "goals"))
    for path in (GOAL, "objectives[annual_own].text"):
        write(page, path, "")
    shown = said(page)
    assert [(severity, links) for severity, _, links in shown] == [
        ("error", [f"#f-{GOAL}"]),
        ("error", ["#f-objectives[annual_own].text"]),
    ]
    open_step(page, page.url)
    assert said(page) == shown


def test_the_script_says_the_same_as_the_page_of_rows_of_different_severity(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "indicators"))
    first, second, *_ = row_paths(site, filing, "name")
    write(page, first, "\u2f2f单办理件数")
    write(page, second, "处理群众投拆件数")
    shown = said(page)
    (line,) = [line for line in shown if line[2] == [f"#f-{first}", f"#f-{second}"]]
    assert line[0] == "warning", "the first, a radical in place of a character, is a note"
    assert line[1] == "三级指标：文字残缺、占位符、重复标点（第 1 行、第 2 行），请补全或改正。"
    open_step(page, page.url)
    assert said(page) == shown


# -- a fix that was made for another text --------------------------------------------------------------------------

LONG = "全年办理群众来信来访和热线转来的各类诉求共八百件以上，其中有关投拆的都有答复"
ADDED = "，并逐件回访"


def offer(page: Page) -> Locator:
    """The button of the fix, whose label shows only the beginning of the text."""
    return page.locator(f'button[value="mend:C70:{GOAL}"]')


@pytest.fixture
def page(site: Site, login: Login) -> Page:
    """The step with a long text and the offer to mend it."""
    page = login(url=site.step(site.filing(), "goals"))
    write(page, GOAL, LONG)
    expect(offer(page)).to_have_attribute("data-fix", LONG.replace("投拆", "投诉"))
    return page


def test_a_fix_is_that_of_the_text_as_it_stands(site: Site, page: Page) -> None:
    label = offer(page).text_content()
    write(page, GOAL, LONG + ADDED)
    assert offer(page).text_content() == label
    offer(page).click()
    expect(cell(page, GOAL)).to_have_value(LONG.replace("投拆", "投诉") + ADDED)
    cell(page, GOAL).blur()
    expect_saved(page)
    assert site.value(site.filing(), GOAL) == LONG.replace("投拆", "投诉") + ADDED


def test_a_fix_pressed_right_after_typing_loses_nothing_typed(site: Site, page: Page) -> None:
    """The button is still that of the text before: the server mends what it has saved first."""
    cell(page, GOAL).press("Control+End")
    page.keyboard.type(ADDED)
    offer(page).click()
    expect(page.get_by_text("已按建议修改 1 格")).to_be_visible()
    expect(cell(page, GOAL)).to_have_value(LONG.replace("投拆", "投诉") + ADDED)
