"""Sheets as markup: sizes of single cells, numbers that a browser must not break, names as text."""

from __future__ import annotations

import re

import pytest

from filings.renderers.html import ScreenMarks, layout_style, pages_html, sheet_style
from filings.sheet.document import Path
from filings.sheet.grid import Grid, GridCell, GridRow, Panel, TextRun
from filings.sheet.layout import Page
from filings.sheet.pages import paginate

SCREEN = ScreenMarks(lambda path: "")


def html(text: str, width_mm: float, *, screen: bool = True) -> str:
    cell = GridCell(0, 1, 1, (TextRun(text, Path("x")),), "value", "left")
    paper = paginate(Grid("表", Page(), (Panel("table", (width_mm,), (GridRow((cell,)),), ruled=True),)))
    return pages_html(paper, SCREEN if screen else None)


@pytest.mark.parametrize("text", ["10,308,000.00", "2023.07-2024.01", "≥100%", "0951-1234567"])
def test_a_number_stays_whole_on_the_screen(text: str) -> None:
    assert f'见<span class="number">{text}</span>，' in html(f"见{text}，", 60)
    assert 'class="number"' not in html(f"见{text}，", 60, screen=False), "on paper its line is known"


def test_what_the_form_itself_breaks_the_browser_may_break() -> None:
    assert 'class="number"' not in html("10,308,000.00", 8)


def test_a_cell_set_smaller_says_so_on_screen_and_paper() -> None:
    for screen in (True, False):
        assert '<td class="value left pt-75"' in html("10,308,000.00", 20, screen=screen)
        assert " pt-" not in html("12.50", 20, screen=screen)


def test_the_style_knows_every_size_that_a_cell_may_have() -> None:
    known = {
        int(number): float(points)
        for number, points in re.findall(r"td\.pt-(\d+) { font-size: ([\d.]+)pt", sheet_style())
    }
    assert known == {round(half * 5): half / 2 for half in range(12, 73)}
    rules = sheet_style() + layout_style(Page())
    own, role = re.search(r"(\.paper \.inner td\.pt-140) ", rules), re.search(r"(\.type-105 td\.title) ", rules)
    assert own
    assert role
    assert own[1].count(".") > role[1].count("."), "a size of its own goes before that of the role"


def test_names_are_text() -> None:
    assert "&lt;b&gt;1-2&lt;/b&gt;" in re.sub("</?span[^>]*>", "", html("<b>1-2</b>", 60))
