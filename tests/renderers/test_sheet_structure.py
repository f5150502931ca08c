"""What each part of a sheet is for a screen reader: headings, lists, headers of rows and columns."""

from __future__ import annotations

from typing import Any

import pytest

from filings.renderers.pdf.sheet import render_sheet
from filings.renderers.pdf.structure import Element
from filings.sheet.grid import Grid, GridCell, GridRow, Panel, TextRun
from filings.sheet.layout import Page
from filings.sheet.pages import paginate
from tests.paper.kit import bound
from tests.paper.structure_reader import read_structure


def cell(text: str, column: int = 0, role: str = "value", **more: Any) -> GridCell:
    return GridCell(column, more.pop("columns", 1), more.pop("rows", 1), (TextRun(text),), role, "left", **more)


def panel(kind: str, *rows: GridRow, widths: tuple[float, ...] = (170.0,)) -> Panel:
    return Panel(kind, widths, rows, ruled=kind == "table")


def text(*lines: tuple[str, str]) -> Panel:
    """Running text: role and words of each paragraph."""
    return panel("text", *(GridRow((cell(words, role=role),)) for role, words in lines))


def grid(*panels: Panel) -> Grid:
    return Grid("表", Page(), panels)


def structure(*panels: Panel) -> Element:
    return render_sheet(paginate(grid(*panels))).structure


def tags(element: Element) -> list[Any]:
    """The types of the elements below one: a name, or for those with further ones a pair of name and these."""
    kids = [kid for kid in element.kids if isinstance(kid, Element)]
    return [(kid.tag, tags(kid)) if tags(kid) else kid.tag for kid in kids]


def test_the_lines_of_a_title_are_one_heading() -> None:
    root = structure(
        panel("title", GridRow((cell("甲区", role="title"),)), GridRow((cell("绩效目标表", role="title"),)))
    )
    assert tags(root) == ["H1"]
    (heading,) = [one for _, one in root.headings()]
    assert (heading.title, len(heading.kids)) == ("甲区 绩效目标表", 2)


@pytest.mark.parametrize(
    ("roles", "levels"),
    [
        ("123", "123"),
        ("1333", "1222"),
        ("3", "1"),
        ("31", "11"),
        ("13212", "12212"),
    ],
)
def test_no_level_of_headings_is_left_out_and_equal_ones_stay_equal(roles: str, levels: str) -> None:
    root = structure(text(*((f"heading{level}", f"第{number}") for number, level in enumerate(roles))))
    assert "".join(str(level) for level, _ in root.headings()) == levels


def test_paragraphs_with_labels_are_a_list() -> None:
    root = structure(
        text(
            ("plain", "总体："),
            ("indented", "　　1．修路"),
            ("indented", "　　2．修桥"),
            ("plain", "（1）一条"),
            ("plain", "完"),
        )
    )
    item = ("LI", ["Lbl", "LBody"])
    assert tags(root) == ["P", ("L", [item, item]), "P", "P"]
    read = read_structure(bound(paginate(grid(text(("plain", "（一）修路"), ("plain", "（二）修桥"))))))
    assert [node.own for node in read.root.find("Lbl", "LBody")] == ["（一）", "修路", "（二）", "修桥"]


@pytest.mark.parametrize("words", ["2026年", "1.5万元", "一、", "（见附件）", "12345. 甲"])
def test_not_every_number_is_a_label(words: str) -> None:
    assert tags(structure(text(("plain", words), ("plain", words)))) == ["P", "P"]


def test_an_item_goes_on_on_the_next_page_as_one() -> None:
    words = "1．" + "修路" * 4000
    read = read_structure(bound(paginate(grid(text(("plain", words), ("plain", "2．修桥"))))))
    assert len(read.pdf.pages) > 1
    assert [node.own for node in read.root.find("Lbl")] == ["1．", "2．"]
    assert read.root.find("LBody")[0].own == "修路" * 4000


def test_labels_are_headers_of_rows_or_columns() -> None:
    rows = (
        GridRow((cell("名称", role="label"), cell("修路", 1), cell("单位", 2, "label"), cell("某局", 3))),
        GridRow(
            (cell("指标", role="label", rows=3), cell("类", 1, "label"), cell("名", 2, "label"), cell("值", 3, "label"))
        ),
        GridRow((cell("产出", 1, names_row=True), cell("长度", 2, names_row=True), cell("≥3", 3))),
        GridRow((cell("", 1, names_row=True), cell("质量", 2, names_row=True), cell("好", 3))),
    )
    table = read_structure(bound(paginate(grid(panel("table", *rows, widths=(40.0,) * 4))))).root.find("Table")[0]
    assert [[(one.tag, one.attributes.get("Scope", ""), one.own) for one in row.kids] for row in table.kids] == [
        [("TH", "Row", "名称"), ("TD", "", "修路"), ("TH", "Row", "单位"), ("TD", "", "某局")],
        [("TH", "Row", "指标"), ("TH", "Column", "类"), ("TH", "Column", "名"), ("TH", "Column", "值")],
        [("TH", "Row", "产出"), ("TH", "Row", "长度"), ("TD", "", "≥3")],
        [("TD", "", ""), ("TH", "Row", "质量"), ("TD", "", "好")],
    ]


def test_what_stands_again_on_the_next_page_is_no_second_header() -> None:
    head = GridRow((cell("类", role="label"), cell("名", 1, "label")), head=True)
    first = GridRow((cell("产出", rows=80), cell("行0", 1)), header_rows=(0,))
    rows = [GridRow((cell(f"行{number}", 1),), header_rows=(0,)) for number in range(1, 80)]
    read = read_structure(bound(paginate(grid(panel("table", head, first, *rows, widths=(60.0, 100.0))))))
    assert len(read.pdf.pages) > 1
    (table,) = read.root.find("Table")
    assert [node.own for node in table.find("TH")] == ["类", "名"]
    assert len(table.kids) == 81
    assert table.kids[1].kids[0].attributes["RowSpan"] == "80"
    assert "类名产出" in read.artifacts
