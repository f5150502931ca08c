"""The exported page: names in it are text, whatever they hold."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from filings.models import Project
from filings.services.exports import Printable, render_html
from filings.services.filing_files import export_filing
from filings.sheet.grid import LayoutVariables
from tests.factories import LAYOUT, House, filled, layout

NAMES = ("</title><script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", "&lt;b&gt;", "甲<乙>&\"'")


class Tags(HTMLParser):
    """The elements of a page, and the text of its title and of all else."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.open = ""
        self.title, self.text = "", ""
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open = tag

    def handle_endtag(self, tag: str) -> None:
        self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open == "title":
            self.title += data
        else:
            self.text += data


ELEMENTS = {"html", "head", "meta", "title", "style", "body", "section", "div", "table", "colgroup", "col", "tr", "td"}


@pytest.mark.parametrize("name", NAMES)
def test_names_of_form_place_department_and_project_are_text(name: str) -> None:
    text = LAYOUT.replace('name = "试用绩效目标表"', f"name = '''{name}'''")
    text = text.replace(
        'lines = ["{year}年{department}试用表"]', 'lines = ["{jurisdiction}", "{department}", "{project}"]'
    )
    text = text.replace("margins_mm", 'footer = "{department}"\nheader = "{project}"\nmargins_mm')
    assert text.count("{project}") == 3
    page = render_html(Printable(layout(text), "", filled(title=name), LayoutVariables(2026, name, name, name, name)))
    tags = Tags(page)
    assert tags.tags <= ELEMENTS
    assert tags.title == name
    assert tags.text.replace("\n", "").count(name) == 6, "title lines, header, footer, and the cell"


def test_a_project_name_runs_no_script_in_an_export(house: House) -> None:
    filing = house.filing()
    Project.objects.update(name=NAMES[0])
    tags = Tags(export_filing(filing, "html"))
    assert tags.tags <= ELEMENTS
    assert tags.title == filing.layout.name
