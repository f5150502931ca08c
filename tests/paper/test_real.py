"""The real filings that come along: every value stands in every output, on as many pages as the official print."""

from __future__ import annotations

import pypdfium2
import pytest

from filings.renderers.pdf.sheet import WATERMARK_GREY
from tests.paper import kit
from tests.paper.kit import Outputs
from tests.paper.readers import area_of_grey

NAMES = tuple(kit.demo_filings())


@pytest.fixture(params=NAMES)
def real(request: pytest.FixtureRequest) -> Outputs:
    return kit.demo_outputs(request.param)


def values(real: Outputs) -> list[str]:
    """All that the layout knows as an input and that is filled, by paragraphs."""
    layout = kit.layout_of(real.document.layout)
    texts = [text for path, text in real.document.cells() if layout.spec(path)]
    return [line for text in texts for line in text.split("\n") if line]


def test_there_are_filings_of_both_places() -> None:
    places = [name.partition(":")[0] for name in NAMES]
    assert places.count("kunming-chenggong") == 1
    assert places.count("yinchuan-yongning") == 21


def test_every_value_is_drawn(real: Outputs) -> None:
    drawn = " ".join(cell.text for cell in real.grid.cells())
    assert values(real)
    assert [text for text in values(real) if text not in drawn] == []


def test_every_value_stands_in_the_workbook(real: Outputs) -> None:
    written = list(kit.shown_cells(real.workbook).values())
    assert [text for text in values(real) if not any(text in words for words in written)] == []


def test_every_value_stands_in_the_markup(real: Outputs) -> None:
    shown = ["".join(words.splitlines()) for words, *_ in kit.html_cells(real.html)]
    missing = [text for text in values(real) if not any("".join(text.splitlines()) in words for words in shown)]
    assert missing == []


def test_every_value_stands_in_the_pdf(real: Outputs) -> None:
    read = " ".join(page.text for page in real.pdf_pages)
    assert [text for text in values(real) if kit.squeezed(text) not in read] == []
    assert real.missing == set()


def test_the_cells_of_an_indicator_stand_in_one_row_of_the_workbook(real: Outputs) -> None:
    cells = [cell for cell in kit.sheet_cells(real.sheet) if cell[0]]
    printed = ("level2", "operator", "value", "unit", "nature", "description")
    outline = real.document.layout.startswith("kunming")
    for row in real.document.rows("indicators"):
        lines = [top for words, _, _, top, _ in cells if words.endswith(row.get("name"))]
        wanted = [row.get(name) for name in printed if row.get(name) and not (outline and name == "level2")]
        assert any(
            all(any(words == text and top <= line <= bottom for words, _, _, top, bottom in cells) for text in wanted)
            for line in lines
        ), row


PAGES = {
    "kunming-chenggong/project-text": (3,),
    "tangshan-lunan/department-text": (4,),
    "wuhan-jianghan/department": (7, 8),
    "wuhan-jianghan/project": (2, 3, 4, 5, 6),
}
"""How many pages the official print has; all other forms are one page each."""


@pytest.mark.parametrize("name", NAMES)
def test_page_counts_are_those_of_the_print(name: str) -> None:
    real = kit.demo_outputs(name)
    assert len(real.pdf_pages) in PAGES.get(real.document.layout, (1,))
    assert len(real.sheet.row_breaks.brk) + 1 == len(real.pdf_pages)


def test_the_sheet_of_kunming_repeats_its_header_lines() -> None:
    real = kit.demo_outputs(NAMES[0])
    for page in real.pdf_pages[1:]:
        assert page.text.startswith("绩效指标指标内容一级指标二级指标三级指标")
    first, last = (int(part.strip("$")) for part in real.sheet.print_title_rows.split(":"))
    assert [real.sheet.cell(first, 1).value, real.sheet.cell(last, 1).value] == ["绩效指标", "一级指标"]


def test_a_draft_is_marked_on_every_page_of_the_pdf() -> None:
    """In grey, under the words, and not among them."""
    real, grey = kit.demo_outputs(NAMES[0]), round(WATERMARK_GREY * 255)
    for data, is_marked in ((kit.bound(real.paper, "草稿"), True), (real.pdf, False)):
        with pypdfium2.PdfDocument(data) as document:
            pictures = [page.render(scale=1.5, grayscale=True).to_pil() for page in document]
        assert [area_of_grey(picture, grey) > 100 for picture in pictures] == [is_marked] * len(pictures)
        assert not any("草稿" in page.text for page in kit.read_pdf(data))
