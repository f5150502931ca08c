"""Renders forms once for all tests of output, and reads every output back with libraries that did not write it."""

from __future__ import annotations

import io
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
from django.conf import settings
from python_calamine import CalamineWorkbook

from filings.renderers.html import pages_html
from filings.renderers.pdf.assemble import assemble_sheet
from filings.renderers.pdf.sheet import render_sheet
from filings.renderers.workbook import render_workbook
from filings.sheet.document import MAX_CELL_LENGTH, Document, Row, document_from_data, text_error
from filings.sheet.grid import Grid, LayoutVariables, build_grid
from filings.sheet.layout import InputSpec, Layout, TableSpec
from filings.sheet.loading import load_layout
from filings.sheet.pages import PaginatedSheet, paginate

FILINGS = Path(settings.BASE_DIR) / "filings"
LAYOUT_FILES = tuple(
    path
    for path in sorted((FILINGS / "layouts").glob("*/*.toml"))
    if path.name != "profile.toml" and "key" in tomllib.loads(path.read_text(encoding="utf-8"))
)
KEYS = tuple(f"{path.parent.name}/{path.stem}" for path in LAYOUT_FILES)
CASES = ("blank", "full", "longest", "rows", "hostile")
HOSTILE = (
    "=100%",
    '=HYPERLINK("http://a.b")',
    "@SUM(1)",
    "+1",
    "-5",
    "<img src=x>",
    "{{7*7}}",
    "&amp;",
    "</td></tr>",
    "_x000D_",
    "00123",
    "1E5",
    "2024-01-02",
    "TRUE",
    "#REF!",
)
MM = 72 / 25.4
"""Points in a millimetre."""

SETTING = LayoutVariables(2024, "某省某市某县", "某县某街道办事处", "某项目", "某表")


@cache
def layout_of(key: str) -> Layout:
    """The layout in the file of this name."""
    folder = FILINGS / "layouts"
    path = folder / f"{key}.toml"
    return load_layout(str(path), path.read_text(encoding="utf-8"), lambda name: (folder / name).read_text("utf-8"))


# -- documents ------------------------------------------------------------------------------------------------------


@cache
def document_of(key: str, case: str) -> Document:
    """A document made up for a layout."""
    layout = layout_of(key)
    if case == "blank":
        return _filled(layout, 1, iter(lambda: "", None))
    if case == "hostile":
        return _filled(layout, len(HOSTILE), (HOSTILE[i % len(HOSTILE)] for i in range(100_000)), groups=False)
    if case == "longest":
        return _longest(layout)
    return _filled(layout, 200 if case == "rows" else 6, (f"甲{i}乙" for i in range(100_000)))


def _longest(layout: Layout) -> Document:
    """Long texts everywhere, and one as long as a cell may hold in a narrow column of a table."""
    document = _filled(layout, 3, (_long(f"第{number}段，", 900) for number in range(1000)))
    name, columns = next(
        (table.name, [spec.name for spec in table.columns.values() if spec.kind.multiline])
        for table in layout.tables.values()
        if _drawn_by_row(layout, table.name)
    )
    rows = [
        replace(row, cells={**row.cells, columns[0]: _long("最长，", MAX_CELL_LENGTH)}) if row.id == "r1" else row
        for row in document.rows(name)
    ]
    return replace(document, tables={**document.tables, name: tuple(rows)})


def _long(head: str, length: int) -> str:
    return (head + "长话短说，见（2024）第17号文件。" * length)[:length]


def _filled(layout: Layout, rows: int, texts: Iterator[str], *, groups: bool = True) -> Document:
    fields = {spec.name: next(texts) for spec in layout.cells.values() if not spec.path.row}
    tables = {}
    for table in layout.tables.values():
        fixed = [Row(row, {**preset, **_named(layout, table, row, texts)}) for row, preset in table.fixed.items()]
        free = range(rows if _drawn_by_row(layout, table.name) else 0)
        tables[table.name] = (
            *fixed,
            *(Row(f"r{n}", {c: _cell(spec, n, texts, groups) for c, spec in table.columns.items()}) for n in free),
        )
    return Document(layout.key, layout.version, fields, tables)


def _named(layout: Layout, table: TableSpec, row: str, texts: Iterator[str]) -> dict[str, str]:
    paths = [spec.path for spec in layout.cells.values()]
    return {path.column: next(texts) for path in paths if path.name == table.name and path.row == row}


def _drawn_by_row(layout: Layout, table: str) -> bool:
    return any(
        table == getattr(block, "each", "") or any(row.table == table for row in getattr(block, "rows", ()))
        for block in layout.blocks
    )


def _cell(spec: InputSpec, number: int, texts: Iterator[str], groups: bool) -> str:
    """Categories repeat, three rows each and nine, so that cells are merged; all else is different in each row."""
    text = next(texts)
    if not groups or not text or spec.kind.key not in ("level1", "level2"):
        return text
    every = {"level1": 9, "level2": 3}[spec.kind.key]
    return f"类{spec.kind.key[-1]}之{number // every}"


# -- demo filings ---------------------------------------------------------------------------------------------------


@cache
def demo_filings() -> dict[str, tuple[Document, LayoutVariables]]:
    """The real filings that come along, by place and project, or form where it is the department's."""
    found = {}
    for path in sorted((FILINGS / "demo").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        for filing in data["filings"]:
            document = document_from_data(filing["document"])
            form = layout_of(document.layout).name
            setting = LayoutVariables(data["year"], data["name"], data["department"]["name"], filing["project"], form)
            found[f"{path.stem}: {filing['project'] or form}"] = (document, setting)
    return found


# -- outputs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outputs:
    """A grid in all its outputs, each made when first asked for."""

    grid: Grid
    document: Document

    @cached_property
    def paper(self) -> PaginatedSheet:
        """The pages of the PDF and of the screen."""
        return paginate(self.grid)

    @cached_property
    def html(self) -> str:
        """The pages as markup."""
        return pages_html(self.paper)

    @cached_property
    def pdf(self) -> bytes:
        """The PDF."""
        return bound(self.paper)

    @property
    def missing(self) -> set[str]:
        """The characters that no face of the paper has: they are drawn as empty boxes."""
        return {text for pairs in render_sheet(self.paper).glyphs.values() for number, text in pairs if not number}

    @cached_property
    def pdf_pages(self) -> list[PdfPage]:
        """The PDF read back."""
        return read_pdf(self.pdf)

    @cached_property
    def workbook(self) -> bytes:
        """The workbook."""
        return render_workbook([(self.grid, "")])

    @cached_property
    def sheet(self) -> Any:
        """The worksheet read back by openpyxl."""
        return openpyxl.load_workbook(io.BytesIO(self.workbook)).worksheets[0]


@cache
def outputs(key: str, case: str) -> Outputs:
    """The outputs of a made-up document."""
    document = document_of(key, case)
    return Outputs(build_grid(layout_of(key), document, SETTING), document)


@cache
def demo_outputs(name: str) -> Outputs:
    """The outputs of a real filing."""
    document, setting = demo_filings()[name]
    return Outputs(build_grid(layout_of(document.layout), document, setting), document)


def bound(paper: PaginatedSheet, mark: str = "") -> bytes:
    """A sheet drawn and bound by itself."""
    return assemble_sheet(render_sheet(paper, mark).pack(), paper.name)


def squeezed(text: str) -> str:
    """A text without white space, its signs composed: what is left of it in a PDF."""
    return "".join(unicodedata.normalize("NFC", text).split())


@dataclass(frozen=True)
class PdfPage:
    """A page of a PDF: its size in points, its words without white space, and where they stand."""

    size: tuple[float, float]
    text: str
    boxes: tuple[tuple[float, float, float, float], ...]


def read_pdf(data: bytes) -> list[PdfPage]:
    """The pages of a PDF."""
    document = pypdfium2.PdfDocument(data)
    pages = []
    for page in document:
        words = page.get_textpage()
        # A hyphen that ends a line comes back as U+FFFE, as if the word had been divided there.
        text = squeezed(words.get_text_range().replace("\ufffe", "-"))
        boxes = tuple(words.get_rect(index) for index in range(words.count_rects()))
        pages.append(PdfPage(page.get_size(), text, boxes))
        words.close()
        page.close()
    document.close()
    return pages


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.cells: list[tuple[str, int, int]] = []
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            given = dict(attrs)
            self.cells.append(("", int(given.get("colspan") or 1), int(given.get("rowspan") or 1)))
            self.open = True
        else:
            assert tag in {"section", "div", "table", "colgroup", "col", "tr", "a", "span"}, f"a <{tag}> from a cell"

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.open:
            text, columns, rows = self.cells[-1]
            self.cells[-1] = (text + data, columns, rows)


def html_cells(html: str) -> list[tuple[str, int, int]]:
    """The cells of a sheet's markup: words and spans."""
    parser = _Cells()
    parser.feed(html)
    parser.close()
    return parser.cells


def sheet_cells(sheet: Any) -> list[tuple[str, int, int, int, int]]:
    """The cells of a worksheet by rows: words, and first and last column and row of what they cover."""
    areas = {(one.min_row, one.min_col): one for one in sheet.merged_cells.ranges}
    hidden = {spot for one in areas.values() for spot in one.cells} - set(areas)
    cells = []
    for row in sheet.iter_rows():
        for cell in row:
            if (cell.row, cell.column) in hidden:
                continue
            area = areas.get((cell.row, cell.column))
            right, bottom = (area.max_col, area.max_row) if area else (cell.column, cell.row)
            cells.append((shown(cell), cell.column, right, cell.row, bottom))
    return cells


def shown(cell: Any) -> str:
    """What a cell of a workbook shows: its text, or its number in its format."""
    if cell.value is None or isinstance(cell.value, str):
        return cell.value or ""
    thousands, _, decimals = cell.number_format.partition(".")
    assert {thousands, *decimals} <= {"0", "#,##0", "#"}, cell.number_format
    text, least = f"{cell.value:{',' if ',' in thousands else ''}.{len(decimals)}f}", decimals.count("0")
    # A place that is # is shown where it is not zero.
    optional = len(decimals) - least
    return text[: len(text) - optional] + text[len(text) - optional :].rstrip("0") if optional else text


def shown_cells(data: bytes, sheet: int = 0) -> dict[tuple[int, int], str]:
    """The filled cells of a workbook as calamine reads them, numbers as their formats show them."""
    ws = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets[sheet]
    numbers = {(cell.row, cell.column): cell for row in ws for cell in row if isinstance(cell.value, int | float)}
    cells = calamine_cells(data, sheet)
    return {spot: value if isinstance(value, str) else shown(numbers[spot]) for spot, value in cells.items()}


def calamine_cells(data: bytes, sheet: int = 0) -> dict[tuple[int, int], Any]:
    """The filled cells of a workbook read by calamine, by row and column from 1."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python(skip_empty_area=False)
    return {
        (number, column): value
        for number, row in enumerate(rows, 1)
        for column, value in enumerate(row, 1)
        if value != ""
    }


def xml_escaped(text: str) -> str:
    """A text as openpyxl, which leaves `_x005F_` as it is, reads it back."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


def drawn_texts(grid: Grid) -> Sequence[str]:
    """All that was typed and is drawn."""
    return [part.text for cell in grid.cells() for part in cell.parts if part.path and part.text]


assert not any(text_error(text) for text in HOSTILE)
