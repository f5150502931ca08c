"""The workbook of every layout and kind of document: its cells, their places and borders, any text as it was typed."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from filings.renderers.workbook import render_workbook
from filings.sheet.document import MAX_CELL_LENGTH, Path, text_error
from filings.sheet.grid import Grid, GridCell, GridRow, Panel, TextRun
from filings.sheet.layout import Page
from filings.sheet.type_sizes import FIXED_ROLES, paragraph_indent
from tests.paper import kit
from tests.paper.kit import MM, Outputs
from tests.thoroughness import times


def _in_workbook(cell: GridCell) -> str:
    """What a workbook has of a cell, read by openpyxl; fixed words without the breaks that even out their lines."""
    if not cell.text or cell.role in FIXED_ROLES:
        return cell.text.replace("\n", "")
    return kit.xml_escaped(paragraph_indent(cell.role) + cell.text)


def _workbook_cells(made: Outputs) -> list[tuple[str, int, int, int, int]]:
    """The cells of a workbook, without line breaks where they hold fixed words of the form."""
    fixed = {_in_workbook(cell) for cell in made.grid.cells() if cell.role in FIXED_ROLES}
    cells = [(words.replace("\n", ""), words, *area) for words, *area in kit.sheet_cells(made.sheet)]
    return [(line if line in fixed else words, *area) for line, words, *area in cells]  # type: ignore[misc]


def test_workbook_holds_the_cells_in_order(made: Outputs) -> None:
    """Between the cells of the grid stand only header lines shown again; a label over several pages is one cell."""
    typed = [_in_workbook(cell) for cell in made.grid.cells() if cell.text]
    headings = {
        _in_workbook(cell) for panel in made.grid.panels for row in panel.rows for cell in row.cells if row.head
    }
    written = [words for words, *_ in _workbook_cells(made) if words]
    rest = iter(written)
    extra = []
    for words in typed:
        for found in rest:
            if found == words:
                break
            extra.append(found)
        else:
            pytest.fail(f"not in the workbook, or out of order: {words[:80]!r}")
    assert set(extra) | set(rest) <= headings
    if len(made.paper.pages) == 1 or made.sheet.print_title_rows:
        assert extra == []


def test_workbook_reads_the_same_in_calamine(made: Outputs) -> None:
    ours = {(top, left): words for words, left, _, top, _ in kit.sheet_cells(made.sheet) if words}
    theirs = kit.shown_cells(made.workbook)
    assert {spot: kit.xml_escaped(words) for spot, words in theirs.items()} == ours


def test_workbook_cells_are_as_wide_and_high_as_they_are_drawn(made: Outputs) -> None:
    sizes = [made.sheet.column_dimensions[get_column_letter(i + 1)].width * 8 for i in range(made.sheet.max_column)]
    found: dict[str, set[tuple[int, int]]] = {}
    for words, left, right, top, bottom in _workbook_cells(made):
        width = sum(sizes[left - 1 : right]) * 25.4 / 96
        found.setdefault(words, set()).add((round(width / 4), bottom - top + 1))
    for panel in made.grid.panels:
        for row in panel.rows:
            for cell in row.cells:
                width = sum(panel.widths_mm[cell.column : cell.column + cell.columns])
                sorts = found[_in_workbook(cell)]
                rows = {rows for size, rows in sorts if abs(size - width / 4) <= 0.75}
                assert rows, cell.text
                assert len(made.paper.pages) > 1 or cell.rows in rows


def test_workbook_areas_never_overlap(made: Outputs) -> None:
    taken: set[tuple[int, int]] = set()
    for _, left, right, top, bottom in kit.sheet_cells(made.sheet):
        area = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        assert not area & taken
        taken |= area


def test_workbook_rules_every_cell_of_the_tables(made: Outputs) -> None:
    """Seen in the file itself: openpyxl adds rules of its own when it reads merged cells."""
    with zipfile.ZipFile(io.BytesIO(made.workbook)) as parts:
        styles, sheet = parts.read("xl/styles.xml").decode(), parts.read("xl/worksheets/sheet1.xml").decode()
    looks = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
    assert looks
    borders = re.findall(r'<xf [^>]*borderId="(\d+)"', looks[0])
    rows = [re.findall(r'<c r="[A-Z]+\d+" s="(\d+)"', row) for row in re.findall(r"<row .*?</row>", sheet, re.DOTALL)]
    ruled = [row for row in rows if any(borders[int(style)] != "0" for style in row)]
    width = max(len(row) for row in rows)
    assert bool(ruled) == any(panel.ruled for panel in made.grid.panels)
    assert all(len(row) == width and all(borders[int(style)] != "0" for style in row) for row in ruled)


def test_workbook_has_text_and_plain_numbers_and_nothing_else(made: Outputs) -> None:
    numbers = [value for value in kit.calamine_cells(made.workbook).values() if not isinstance(value, str)]
    plain = {cell.text for cell in made.grid.cells() if cell.may_be_number}
    with zipfile.ZipFile(io.BytesIO(made.workbook)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        styles = parts.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert "<f " not in sheet
    assert sheet.count("<v>") == len(numbers)
    assert set(re.findall("<v>(.*?)</v>", sheet)) <= {text.replace(",", "") for text in plain}
    looks = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
    assert looks
    quoted = re.findall(r'quotePrefix="(\d)"', looks[0])
    assert quoted[0] == "0"
    formats = re.findall(r'numFmtId="(\d+)"', looks[0])
    by_quote = {quote: {number for number, one in zip(formats, quoted, strict=True) if one == quote} for quote in "01"}
    assert by_quote["1"] <= {"0", "49"}, "a text is marked as one"
    assert not by_quote["0"] & {"49"}, "a number is not"


def test_workbook_rows_fit_excel_and_pages_fit_the_paper(made: Outputs) -> None:
    sheet, page = made.sheet, made.grid.page
    heights = [sheet.row_dimensions[number].height for number in range(1, sheet.max_row + 1)]
    assert all(0 < height <= 409 for height in heights)
    turns = [0, *(turn.id for turn in sheet.row_breaks.brk), sheet.max_row]
    assert turns == sorted(set(turns))
    for before, after in pairwise(turns):
        if not _holds_giant(sheet, before, after, page):
            repeated = _title_height(sheet.print_title_rows, heights, before)
            assert sum(heights[before:after]) + repeated <= page.content_height_mm * MM


def _title_height(rows: str | None, heights: list[float], before: int) -> float:
    """Height of the lines that Excel repeats on a page whose rows follow row `before`."""
    first, last = (int(part.strip("$")) for part in (rows or "$0:$0").split(":"))
    return sum(heights[first - 1 : last]) if rows and last <= before else 0.0


def _holds_giant(sheet: Any, before: int, after: int, page: Page) -> bool:
    """Whether a row taller than a page stands there: Excel cuts it where pages end."""
    heights = sheet.row_dimensions
    return any(
        sum(heights[row].height for row in range(area.min_row, area.max_row + 1)) > 0.9 * page.content_height_mm * MM
        for area in sheet.merged_cells.ranges
        if before < area.min_row <= after
    )


def test_workbook_is_set_up_for_the_paper(made: Outputs) -> None:
    sheet, page = made.sheet, made.grid.page
    assert sheet.page_setup.paperSize == {"A4": 9, "A3": 8}[page.size]
    assert sheet.page_setup.orientation == ("landscape" if page.landscape else "portrait")
    assert sheet.page_setup.scale == 100
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_options.horizontalCentered
    widths = sum(one.width for one in sheet.column_dimensions.values()) * 8 * 25.4 / 96
    assert widths <= page.content_width_mm + 0.01
    margins = sheet.page_margins
    assert widths * 1.03 <= page.width_mm - (margins.left + margins.right) * 25.4
    assert sheet.print_area.endswith(f"${sheet.max_row}")


def test_same_content_gives_the_same_workbook(made: Outputs) -> None:
    assert render_workbook([(made.grid, "")]) == made.workbook


def test_header_lines_stand_once_and_excel_repeats_them(key: str) -> None:
    made = kit.outputs(key, "rows")
    heads = [row for panel in made.grid.panels for row in panel.rows if row.head]
    if len({row.header_rows for panel in made.grid.panels for row in panel.rows if row.header_rows}) != 1:
        # Excel repeats one run of header lines by itself; of several each page has copies.
        assert made.sheet.print_title_rows is None
        return
    words = [cell.text for row in heads for cell in row.cells if cell.rows <= len(heads)]
    written = Counter(words for words, *_ in kit.sheet_cells(made.sheet))
    assert heads
    assert {written[word] for word in words} == {1}
    first, last = (int(part.strip("$")) for part in made.sheet.print_title_rows.split(":"))
    assert last - first + 1 == len(heads)
    assert made.sheet.cell(first, made.sheet.max_column).value or made.sheet.cell(last, made.sheet.max_column).value


# -- any text -----------------------------------------------------------------------------------------------------

PIECES = st.one_of(
    st.characters(exclude_categories=("Cs",)),
    st.sampled_from(
        ("_x000D_", "_x005F_", "_x", "=", "'", "\t", "\n", " ", "]]>", "&#10;", "\u2028", "\x85", "\ufeff")
    ),
)
TEXTS = st.lists(PIECES, max_size=30).map("".join).filter(lambda text: not text_error(text))


@settings(max_examples=times(100, 1000))
@given(st.lists(TEXTS, min_size=1, max_size=12))
def test_any_text_is_read_back_as_written(texts: list[str]) -> None:
    rows = tuple(GridRow((GridCell(0, 1, 1, (TextRun(text, Path("x")),), "value", "left"),)) for text in texts)
    data = render_workbook([(Grid("甲", Page(), (Panel("table", (100.0,), rows, True),)), "")])
    read = kit.calamine_cells(data)
    assert [read.get((number, 1), "") for number in range(1, len(texts) + 1)] == texts


def test_the_longest_text_is_read_back_as_written() -> None:
    text = "长=" * (MAX_CELL_LENGTH // 2)
    cell = GridCell(0, 1, 1, (TextRun(text, Path("x")),), "value", "left")
    data = render_workbook([(Grid("甲", Page(), (Panel("table", (100.0,), (GridRow((cell,)),), True),)), "")])
    assert list(kit.calamine_cells(data).values()) == [text]


# -- what is particular to workbooks ------------------------------------------------------------------------------


def _grid(name: str, **given: object) -> Grid:
    cell = GridCell(0, 1, 1, (TextRun("甲"),), "label", "center")
    return Grid(name, Page(), (Panel("table", (100.0,), (GridRow((cell,)),), True),), **given)  # type: ignore[arg-type]


def test_sheet_names_are_those_excel_allows_and_all_different() -> None:
    names = ["甲/乙:丙*?[丁]\\", "表" * 40, "表" * 40, "Plan", "PLAN", "", "'", "甲"]
    book = openpyxl.load_workbook(io.BytesIO(render_workbook([(_grid(name), "") for name in names])))
    titles = book.sheetnames
    assert len({title.casefold() for title in titles}) == len(names)
    for title in titles:
        assert 0 < len(title) <= 31
        assert not set(title) & set("[]:*?/\\")
        assert not title.startswith("'")


def test_a_draft_says_so_in_the_page_header() -> None:
    grid = _grid("甲", header="某县 R&D", footer="第 {page} 页 共 {pages} 页")
    sheets = openpyxl.load_workbook(io.BytesIO(render_workbook([(grid, "草稿"), (grid, "")]))).worksheets
    assert sheets[0].oddHeader.right.text == "草稿"
    assert not sheets[1].oddHeader.right.text
    assert sheets[0].oddHeader.center.text == "某县 R&&D"
    assert sheets[0].oddFooter.center.text == "第 &P 页 共 &N 页"


def test_margin_words_never_exceed_what_excel_takes() -> None:
    grid = _grid("甲", header="&" * 300, footer="&" * 300)
    with zipfile.ZipFile(io.BytesIO(render_workbook([(grid, "草稿")]))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    for words in re.findall(r"<odd(?:Header|Footer)>(.*?)</", sheet):
        assert len(words.replace("&amp;", "&")) <= 255
