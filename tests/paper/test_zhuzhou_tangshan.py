"""The filings of Zhuzhou and Tangshan: all sheets, those of the department too, with their numbers and categories."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise

import pytest

from filings.sheet.document import Document, Row, document_from_data
from filings.sheet.grid import LayoutVariables, build_grid
from filings.sheet.new_documents import blank_document
from filings.sheet.profile import Profile, load_profile
from tests.paper import kit
from tests.paper.kit import Outputs

PLACES = ("zhuzhou-shifeng", "tangshan-lunan")
FORMS = {key for key in kit.KEYS if key.startswith(PLACES)}


@cache
def profile(place: str) -> Profile:
    path = kit.FILINGS / "layouts" / place / "profile.toml"
    return load_profile(str(path), path.read_text(encoding="utf-8"))


@cache
def sheets() -> dict[str, Outputs]:
    """Every sheet by its form and number: `zhuzhou-shifeng/direction 3`."""
    found: dict[str, Outputs] = {}
    for place in PLACES:
        data = json.loads((kit.FILINGS / "demo" / f"{place}.json").read_text(encoding="utf-8"))
        for filing in data["filings"]:
            document = document_from_data(filing["document"])
            layout = kit.layout_of(document.layout)
            number = sum(name.startswith(f"{layout.key} ") for name in found) + 1
            setting = LayoutVariables(
                data["year"],
                data["name"],
                data["department"]["name"],
                filing["project"],
                layout.name,
                number,
                tuple(profile(place).categories()),
            )
            found[f"{layout.key} {number}"] = Outputs(build_grid(layout, document, setting), document)
    return found


@pytest.fixture(params=tuple(sheets()))
def real(request: pytest.FixtureRequest) -> Outputs:
    return sheets()[request.param]


def pieces(real: Outputs) -> list[str]:
    """All that is filled, running text by paragraphs."""
    layout = kit.layout_of(real.document.layout)
    texts = [text for path, text in real.document.cells() if layout.spec(path)]
    return [piece for text in texts for piece in text.split("\n") if piece]


def test_all_sheets_of_the_two_filings_are_there() -> None:
    forms = [name.rpartition(" ")[0] for name in sheets()]
    assert {form: forms.count(form) for form in forms} == {
        "zhuzhou-shifeng/department": 1,
        "zhuzhou-shifeng/special-funds": 1,
        "zhuzhou-shifeng/direction": 4,
        "tangshan-lunan/department-text": 1,
        "tangshan-lunan/project": 12,
    }
    assert set(forms) == FORMS
    assert sum(row.get("name") != "" for one in sheets().values() for row in one.document.rows("indicators")) == 144


def test_every_value_stands_in_the_pdf(real: Outputs) -> None:
    read = "".join(page.text for page in real.pdf_pages)
    assert pieces(real)
    assert [text for text in pieces(real) if kit.squeezed(text) not in read] == []
    assert real.missing == set()


def test_every_value_stands_in_a_cell_of_the_workbook(real: Outputs) -> None:
    written = list(kit.shown_cells(real.workbook).values())
    assert [text for text in pieces(real) if not any(text in words for words in written)] == []


def test_the_cells_of_each_row_stand_in_one_line(real: Outputs) -> None:
    layout = kit.layout_of(real.document.layout)
    cells = kit.sheet_cells(real.sheet)
    if layout.key.endswith("department-text"):
        return
    for table in layout.tables.values():
        for row in real.document.rows(table.name):
            if row.id in table.fixed:
                continue
            wanted = [row.get(name) for name in table.columns if row.get(name)]
            tops = [top for words, _, _, top, _ in cells if words == wanted[-1]]
            found = [{words for words, _, _, first, last in cells if first <= top <= last} for top in tops]
            assert any(set(wanted) <= line for line in found), row


def test_the_nine_categories_are_printed_however_few_are_filled(real: Outputs) -> None:
    layout = kit.layout_of(real.document.layout)
    if "indicators" not in layout.tables:
        return
    categories = [level2 for _, level2 in profile(layout.key.partition("/")[0]).categories()]
    assert len(categories) == 9
    printed = [cell.text for cell in real.grid.cells() if cell.text in categories]
    assert sorted(printed) == sorted(categories)
    if layout.tables["indicators"].complete:
        empty = blank_document(layout, [], {})
        drawn = build_grid(
            layout, empty, LayoutVariables(2023, categories=tuple(profile("zhuzhou-shifeng").categories()))
        )
        assert [cell.text for cell in drawn.cells() if cell.text in categories] == categories


@pytest.mark.parametrize("name", tuple(sheets()))
def test_each_sheet_stands_on_one_page_and_carries_its_number(name: str) -> None:
    real, number = sheets()[name], name.rpartition(" ")[2]
    if name.startswith("tangshan-lunan/department-text"):
        assert len(real.pdf_pages) == 4
        assert real.pdf_pages[-1].text == "第二部分预算项目绩效目标"
        return
    assert len(real.pdf_pages) == 1
    heads = {
        "zhuzhou-shifeng/department": "附表1",
        "zhuzhou-shifeng/special-funds": "附表2",
        "zhuzhou-shifeng/direction": f"附表3-{number}",
        "tangshan-lunan/project": f"{number}.{real.document.fields.get('project_name')}绩效目标表",
    }
    assert real.pdf_pages[0].text.startswith(heads[name.rpartition(" ")[0]])


def test_the_funds_are_numbered_in_chinese_below_their_total() -> None:
    real = sheets()["zhuzhou-shifeng/special-funds 1"]
    written = [words for words, left, *_ in kit.sheet_cells(real.sheet) if left == 1]
    assert [words for words in written if words in ("一", "二", "三", "四", "五")] == ["一", "二", "三", "四"]
    names = [words for words, left, *_ in kit.sheet_cells(real.sheet) if left == 2]
    assert names.index("合  计") < names.index("业务性专用经费")


def test_more_than_a_hundred_funds_are_numbered() -> None:
    layout = kit.layout_of("zhuzhou-shifeng/special-funds")
    rows = tuple(Row(f"f{number}", {"name": "甲"}) for number in range(1, 1002))
    document = Document(layout.key, layout.version, {}, {"funds": rows})
    lines = [cell.text for cell in build_grid(layout, document, LayoutVariables(2023)).cells()]
    numbers = [one for one, name in pairwise(lines) if name == "甲"]
    wanted = {10: "十", 20: "二十", 99: "九十九", 100: "一百", 101: "一百零一", 115: "一百一十五", 230: "二百三十"}
    assert {number: numbers[number - 1] for number in wanted} == wanted
    assert numbers[999:] == ["1000", "1001"]


def test_a_duty_prints_the_paragraphs_that_are_filled_and_no_others() -> None:
    real = sheets()["tangshan-lunan/department-text 1"]
    lines = [cell.text for cell in real.grid.cells()]
    at = lines.index("2、社会保障建设")
    assert lines[at + 1].startswith("主要职责是以推进")
    assert lines[at + 2] == "3、工委党建基层组织工作"
    assert "" not in lines


def test_a_new_duty_shows_every_paragraph_with_its_first_words() -> None:
    layout = kit.layout_of("tangshan-lunan/department-text")
    lines = [cell.text for cell in build_grid(layout, blank_document(layout, [], {}), LayoutVariables(2022)).cells()]
    at = lines.index("1、")
    assert lines[at + 1 : at + 6] == ["主要职责是", "职责目标是", "绩效目标是", "绩效指标是", "绩效标准："]
