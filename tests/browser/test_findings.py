"""What the script says of a step's findings, and what its buttons of fixes do to texts that change meanwhile."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from playwright.sync_api import Page

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
