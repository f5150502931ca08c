"""Every layout, every kind of document, every output: all that was typed stands there, unchanged and in its place."""

from __future__ import annotations

import io
import re
from collections import Counter

import pikepdf
import pytest

from filings.sheet.document import Path
from filings.sheet.grid import Grid, GridCell, GridRow, Panel, TextRun
from filings.sheet.layout import Page
from filings.sheet.type_sizes import paragraph_indent
from tests.paper import kit
from tests.paper.kit import KEYS, MM, Outputs

PAPER_FONTS = re.compile(r"/([A-Z]{6}\+)?PB-(Song|Hei)(-\w+)?")


def test_there_are_layouts() -> None:
    assert len(KEYS) >= 2


def test_all_that_can_be_filled_is_drawn(key: str) -> None:
    made = kit.outputs(key, "full")
    drawn = Counter(kit.drawn_texts(made.grid))
    layout = kit.layout_of(key)
    for spec in layout.inputs():
        assert drawn[spec.printed_text(made.document.value(spec.path))] == 1, spec.label
    for section in layout.sections:
        for table in section.tables:
            columns = layout.tables[table].columns.values()
            for row in made.document.rows(table):
                for spec in columns:
                    if not spec.merge and row.id not in layout.tables[table].fixed:
                        assert drawn[row.get(spec.name)] == 1, spec.label


# -- page markup --------------------------------------------------------------------------------------------------


def test_markup_holds_the_cells_in_order(made: Outputs) -> None:
    placed = [
        ("\n".join(cell.lines), cell.columns, cell.rows)
        for leaf in made.paper.pages
        for one in leaf.slices
        for row in one.rows
        for cell in row.cells
    ]
    assert kit.html_cells(made.html) == placed


def test_pages_hold_every_word_once(made: Outputs) -> None:
    words, heads = "", set()
    for leaf in made.paper.pages:
        for one in leaf.slices:
            for row in one.rows:
                line = (one.panel, tuple(cell.lines for cell in row.cells))
                if row.head and line in heads:
                    continue
                heads.add(line)
                words += "".join("".join(cell.lines) for cell in row.cells if not cell.repeated)
    typed = "".join(paragraph_indent(cell.role) + cell.text for cell in made.grid.cells())
    assert Counter(words) == Counter(typed.replace("\n", ""))


def test_one_page_has_the_cells_of_the_grid(made: Outputs) -> None:
    if len(made.paper.pages) > 1:
        return
    grid = [(kit.squeezed(cell.text), cell.columns, cell.rows) for cell in made.grid.cells()]
    assert [(kit.squeezed(words), columns, rows) for words, columns, rows in kit.html_cells(made.html)] == grid


# -- PDF ----------------------------------------------------------------------------------------------------------


def test_pdf_pages_hold_the_words_of_their_cells(made: Outputs) -> None:
    assert len(made.pdf_pages) == len(made.paper.pages)
    for page, leaf in zip(made.pdf_pages, made.paper.pages, strict=True):
        cells = [cell.lines for one in leaf.slices for row in one.rows for cell in row.cells]
        # The reader goes along the lines of a page: those of a narrow cell may come back apart.
        lines = [kit.squeezed(line) for lines in (*cells, (leaf.header,), (leaf.footer,)) for line in lines]
        assert [line for line in lines if line not in page.text] == []
        assert Counter(page.text) == Counter("".join(lines))


def test_pdf_paper_is_as_the_layout_says(made: Outputs) -> None:
    page = made.grid.page
    for one in made.pdf_pages:
        assert one.size == pytest.approx((page.width_mm * MM, page.height_mm * MM), abs=0.5)


def test_no_word_of_the_pdf_leaves_the_room_between_the_margins(made: Outputs) -> None:
    page = made.grid.page
    right, left = (page.width_mm - page.margins_mm[1]) * MM, page.margins_mm[3] * MM
    for one in made.pdf_pages:
        for box_left, bottom, box_right, top in one.boxes:
            assert left - 1 <= box_left
            assert box_right <= right + 1
            assert bottom >= 0
            assert top <= page.height_mm * MM


def test_pdf_embeds_the_fonts_of_the_paper_and_no_others(made: Outputs) -> None:
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        objects = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        fonts = [str(one.BaseFont) for one in objects if one.get("/Subtype") == "/Type0"]
        embedded = [one for one in objects if "/FontFile3" in one or "/FontFile2" in one]
    assert fonts
    assert [font for font in fonts if not PAPER_FONTS.fullmatch(font)] == []
    assert len(embedded) == len(fonts)


def test_every_character_of_the_pdf_has_a_glyph(made: Outputs) -> None:
    assert made.missing == set()


def test_same_content_gives_the_same_pdf(key: str) -> None:
    made = kit.outputs(key, "full")
    assert kit.bound(made.paper) == made.pdf


def test_rare_characters_fall_back_to_whole_fonts(key: str) -> None:
    cell = GridCell(0, 1, 1, (TextRun("𠮷野家 ☑", Path("x")),), "value", "left")
    grid = Grid("x", Page(), (Panel("table", (60.0,), (GridRow((cell,)),), True),))
    made = Outputs(grid, kit.document_of(key, "blank"))
    assert made.pdf_pages[0].text == "𠮷野家☑"
    assert made.missing == set()


@pytest.mark.parametrize(("case", "least", "most"), [("blank", 1, 3), ("full", 1, 4), ("rows", 4, 100)])
def test_page_counts_are_sane(key: str, case: str, least: int, most: int) -> None:
    assert least <= len(kit.outputs(key, case).pdf_pages) <= most


# -- texts that look like formulas and markup ---------------------------------------------------------------------


@pytest.mark.parametrize("text", kit.HOSTILE)
def test_a_text_that_looks_like_code_stays_as_typed(key: str, text: str) -> None:
    made = kit.outputs(key, "hostile")
    count = sum(typed == text for typed in kit.drawn_texts(made.grid))
    assert count
    cells = [cell.text for cell in made.grid.cells() if text in cell.text]
    assert {cell for cell in cells if cell == text}, "nowhere alone in a cell"
    written = Counter(words.strip("　") for words in kit.shown_cells(made.workbook).values())
    shown = Counter(words.replace("\n", "").strip("　") for words, *_ in kit.html_cells(made.html))
    read = "".join(page.text for page in made.pdf_pages)
    assert written[text] >= cells.count(text)
    assert shown[text] >= cells.count(text)
    assert kit.squeezed(text) in read
