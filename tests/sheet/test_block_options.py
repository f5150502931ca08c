"""How blocks stand to each other: joined, on a new page, repeated for each row; and cells that print more than a text.

Told three times: in the grid, on the pages, and read back from PDF and workbook.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import openpyxl
import pypdfium2
import pytest

from filings.renderers.html import pages_html
from filings.renderers.workbook import render_workbook
from filings.sheet.document import Document, Row
from filings.sheet.grid import Grid, LayoutVariables, build_grid
from filings.sheet.loading import load_layout
from filings.sheet.pages import GAP_MM, PaginatedSheet, paginate
from filings.sheet.problems import LayoutError
from tests.paper.kit import bound
from tests.sheet.trim import described

TREE = (("产出指标", "数量指标"), ("产出指标", "质量指标"), ("效益指标", "社会效益指标"))
VARIABLES = LayoutVariables(2026, "某区", "某局", "某项目", "某表", 2, TREE)
HEAD = """\
key = "a/b"
version = 1
name = "表"
subject = "project"
[cells]
nature = { label = "类别", kind = "boxes", choices = ["运转类", "特定目标类"] }
plan = { label = "打算", kind = "text", before = "打算：" }
[tables.tasks.columns]
name = { label = "名称" }
lead = { label = "牵头" }
content = { label = "内容", kind = "text" }
[tables.indicators]
complete = true
[tables.indicators.columns]
level1 = { label = "一级", kind = "level1", merge = true }
level2 = { label = "二级", kind = "level2", merge = true }
name = { label = "三级" }
[[section]]
key = "s"
title = "t"
cells = ["nature", "plan"]
tables = ["tasks", "indicators"]
"""
TEXT = """\
[[block]]
kind = "text"
each = "tasks"
draw = '''
# （{cn}）{name}
第{n}项由{lead}牵头。
{content}
'''
"""
LEVELS = """\
[[block]]
widths_mm = [40, 40, 40, 10]
draw = '''
head | 一级 | 二级 | 三级 | 号 |
indicators | {level1} | {level2} | {name} | {n} |
'''
"""
USED = '[[block]]\nkind = "line"\nleft = "{nature}{plan}"\n'


def sheet(blocks: str, *, nature: str = "", plan: str = "", **tables: Sequence[Row]) -> Grid:
    blocks = (USED if "{nature}" not in blocks else "") + blocks
    layout = load_layout("a.toml", described(HEAD, blocks) + blocks, {}.__getitem__)
    fields = {"nature": nature, "plan": plan}
    return build_grid(
        layout, Document("a/b", 1, fields, {name: tuple(rows) for name, rows in tables.items()}), VARIABLES
    )


def task(number: int, name: str = "", lead: str = "", content: str = "") -> Row:
    return Row(f"r{number}", {"name": name, "lead": lead, "content": content})


def indicator(number: int, level2: str, name: str) -> Row:
    level1 = next(one for one, two in TREE if two == level2)
    return Row(f"i{number}", {"level1": level1, "level2": level2, "name": name})


def texts(grid: Grid, kind: str) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for panel in grid.panels if panel.kind == kind for row in panel.rows]


def box(label: str, *more: str) -> str:
    return "\n".join(("[[block]]", *more, "widths_mm = [60, 60]", f"draw = '''\n| {label} | x |\n'''\n"))


# -- text for each row ---------------------------------------------------------------------------------------------


def test_a_text_is_printed_for_each_row_with_its_number() -> None:
    grid = sheet(TEXT, tasks=[task(1, "巡查", "一科", "天天巡"), task(2, "整治", "二科", "周周治")])
    assert texts(grid, "text") == [
        ["（一）巡查"], ["第1项由一科牵头。"], ["天天巡"],
        ["（二）整治"], ["第2项由二科牵头。"], ["周周治"],
    ]  # fmt: skip
    assert [str(cell.path) for cell in grid.cells() if cell.text == "第2项由二科牵头。"] == ["tasks[r2].lead"]
    assert texts(sheet(TEXT), "text") == []


def test_a_value_of_several_lines_is_several_paragraphs() -> None:
    grid = sheet(TEXT, tasks=[task(1, "巡查", "一科", "第一段\n第二段")])
    cells = [cell for cell in grid.cells() if cell.text in ("第一段", "第二段")]
    assert [(cell.role, str(cell.path)) for cell in cells] == [("indented", "tasks[r1].content")] * 2
    html = pages_html(paginate(grid))
    assert "　　第一段</td>" in html
    assert "　　第二段</td>" in html


def test_words_after_a_value_of_several_lines_end_its_last_paragraph() -> None:
    block = "[[block]]\nkind = 'text'\ndraw = '''\n{nature}如下：{plan}（完）\n'''\n"
    grid = sheet(block, plan="甲\n乙")
    assert texts(grid, "text") == [["运转类 □ 特定目标类 □如下：打算：甲"], ["乙（完）"]]


def test_lines_whose_places_are_all_empty_are_left_out_of_a_begun_row() -> None:
    grid = sheet(TEXT, tasks=[task(1, "巡查"), task(2), task(3, content="只有内容")])
    assert texts(grid, "text") == [
        ["（一）巡查"],
        ["（二）"], ["第2项由牵头。"], [""],
        ["只有内容"],
    ]  # fmt: skip


# -- numbers, boxes, complete tables -------------------------------------------------------------------------------


def test_this_is_which_sheet_of_the_department() -> None:
    grid = sheet('[[block]]\nkind = "line"\nleft = "附表3-{number}"\n')
    assert [cell.text for cell in grid.cells()][-1] == "附表3-2"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", "运转类 □ 特定目标类 □"),
        ("特定目标类", "运转类 □ 特定目标类 ☑"),
        ("别的一类", "运转类 □ 特定目标类 □ 别的一类"),
    ],
)
def test_boxes_are_printed_with_the_chosen_one_ticked(typed: str, shown: str) -> None:
    grid = sheet("[[block]]\nwidths_mm = [120]\ndraw = '''\n| 类别：{nature}{plan} |\n'''\n", nature=typed)
    assert texts(grid, "table") == [[f"类别：{shown}打算："]]
    assert shown.replace(" ", "") in words_of_pdf(grid)
    assert f"类别：{shown}打算：" in values_of_workbook(grid)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", "1. 运转类 □ 2. 特定目标类 □"),
        ("特定目标类", "1. 运转类 □ 2. 特定目标类 ☑"),
        ("特定目标类、运转类", "1. 运转类 ☑ 2. 特定目标类 ☑"),
        ("别的一类、 运转类", "1. 运转类 ☑ 2. 特定目标类 □ 别的一类"),
    ],
)
def test_several_boxes_are_ticked_and_numbers_are_printed_only(typed: str, shown: str) -> None:
    head = HEAD.replace('kind = "boxes",', 'kind = "boxes", multiple = true, numbered = true,')
    block = "[[block]]\nwidths_mm = [120]\ndraw = '''\n| 类别：{nature}{plan} |\n'''\n"
    layout = load_layout("a.toml", described(head, block) + block, {}.__getitem__)
    grid = build_grid(layout, Document("a/b", 1, {"nature": typed}), VARIABLES)
    assert texts(grid, "table") == [[f"类别：{shown}打算："]]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ('kind = "choice", multiple = true,', "multiple 只用于 kind"),
        ('kind = "choice", numbered = true,', "numbered 只用于 kind"),
        ('kind = "boxes", multiple = true, choices = ["甲、乙"] } #', "选项里不能有“、”"),
    ],
)
def test_ticks_that_cannot_be_are_refused(more: str, reason: str) -> None:
    text = described(HEAD.replace('kind = "boxes",', more), USED) + USED
    with pytest.raises(LayoutError) as caught:
        load_layout("a.toml", text, {}.__getitem__)
    assert reason in caught.value.problems[0].reason


def test_a_complete_table_prints_every_category_in_its_place_and_counts_lines_as_printed() -> None:
    rows = [indicator(1, "质量指标", "合格"), indicator(2, "质量指标", "返工")]
    assert texts(sheet(LEVELS, indicators=rows), "table") == [
        ["一级", "二级", "三级", "号"],
        ["产出指标", "数量指标", "", "1"], ["质量指标", "合格", "2"], ["返工", "3"],
        ["效益指标", "社会效益指标", "", "4"],
    ]  # fmt: skip


def test_blank_lines_of_a_complete_table_have_no_address() -> None:
    grid = sheet(LEVELS, indicators=[indicator(1, "质量指标", "合格")])
    paths = {str(cell.path) for cell in grid.cells() if cell.path}
    assert {path for path in paths if path.startswith("indicators")} == {
        "indicators[i1].name",
        "indicators[i1].level2",
    } | ({"indicators[i1].level1"} & paths)


def test_rows_of_categories_that_the_place_lacks_stay() -> None:
    rows = [Row("x", {"level1": "别的", "level2": "古怪指标", "name": "怪"}), indicator(1, "数量指标", "条数")]
    found = texts(sheet(LEVELS, indicators=rows), "table")
    assert sorted(row[-2] for row in found[1:]) == ["", "", "怪", "条数"]


# -- joined and new pages ------------------------------------------------------------------------------------------


def gaps(paper: PaginatedSheet) -> list[list[float]]:
    return [[part.gap_mm for part in page.slices] for page in paper.pages]


def test_joined_tables_touch_on_paper() -> None:
    apart, joined = sheet(box("甲") + box("乙")), sheet(box("甲") + box("乙", "joined = true"))
    assert gaps(paginate(apart))[0][1:] == [GAP_MM["table"], GAP_MM["table"]]
    assert gaps(paginate(joined))[0][1:] == [0.0, GAP_MM["table"]]
    assert pages_html(paginate(joined)).count('class="ruled joined"') == 1
    assert 'joined"' not in pages_html(paginate(apart))


@pytest.mark.parametrize(("more", "rows_between"), [((), 1), (("joined = true",), 0)])
def test_joined_tables_touch_in_the_workbook(more: Sequence[str], rows_between: int) -> None:
    ws = openpyxl.load_workbook(io.BytesIO(render_workbook([(sheet(box("甲") + box("乙", *more)), "")]))).active
    at = {cell.value: cell.row for row in ws.iter_rows() for cell in row if cell.value in ("甲", "乙")}
    assert at["乙"] - at["甲"] - 1 == rows_between
    assert ws.cell(at["甲"], 1).border.bottom.style == ws.cell(at["乙"], 1).border.top.style == "thin"


def test_joined_tables_of_other_columns_touch_too() -> None:
    other = "[[block]]\njoined = true\nwidths_mm = [30, 90]\ndraw = '''\n| 乙 | y |\n'''\n"
    ws = openpyxl.load_workbook(io.BytesIO(render_workbook([(sheet(box("甲") + other), "")]))).active
    at = {
        cell.value: (cell.row, cell.column) for row in ws.iter_rows() for cell in row if cell.value in tuple("甲乙xy")
    }
    assert at["乙"][0] == at["甲"][0] + 1
    assert at["乙"][1] < at["y"][1] < at["x"][1]


@pytest.mark.parametrize(("more", "count"), [((), 1), (("new_page = true",), 2)])
def test_a_block_begins_a_page(more: Sequence[str], count: int) -> None:
    grid = sheet(box("甲") + box("乙", *more) + box("丙"))
    assert len(paginate(grid).pages) == count
    with pypdfium2.PdfDocument(bound(paginate(grid))) as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]
    assert len(pages) == count
    assert "甲" in pages[0]
    assert "乙" in pages[-1]
    assert "丙" in pages[-1]
    ws = openpyxl.load_workbook(io.BytesIO(render_workbook([(grid, "")]))).active
    row = next(cell.row for cells in ws.iter_rows() for cell in cells if cell.value == "乙")
    assert [one.id for one in ws.row_breaks.brk] == ([row - 1] if more else [])


def test_each_row_of_a_repeated_text_begins_a_page() -> None:
    block = TEXT.replace("each =", "new_page_each = true\neach =")
    grid = sheet(block, tasks=[task(n, f"工作{n}", "科", "段一\n段二") for n in range(1, 5)])
    firsts = [page.slices[-1].rows[0].cells[0].cell.text for page in paginate(grid).pages]
    assert firsts == ["（一）工作1", "（二）工作2", "（三）工作3", "（四）工作4"]
    ws = openpyxl.load_workbook(io.BytesIO(render_workbook([(grid, "")]))).active
    assert len(ws.row_breaks.brk) == 3
    with pytest.raises(LayoutError, match="另起一页"):
        sheet("[[block]]\nkind = 'text'\nnew_page_each = true\ndraw = '''\n甲\n'''\n")


@pytest.mark.parametrize("keep", ["line", "block"])
def test_what_is_kept_goes_with_what_follows(keep: str) -> None:
    fill = "\n".join("| 甲 | 乙 |" for _ in range(36))
    tail = "[[block]]\njoined = true\nwidths_mm = [60, 60]\ndraw = '''\nhead | 头 | 头 |\n| 末 | 末 |\n'''\n"
    lines = f"{fill}\n{'keep ' if keep == 'line' else ''}| 目标 | 乙 |"
    block = f"[[block]]\nwidths_mm = [60, 60]\ndraw = '''\n{lines}\n'''\n"
    if keep == "block":
        parts = lines.rsplit("\n", 1)
        block = block.replace(f"\n{parts[1]}", "") + tail.replace("head | 头 | 头 |\n| 末 | 末 |", parts[1]).replace(
            "joined = true", "joined = true\nkeep = true"
        )
    for height in range(1, 60):
        spacer = f"[[block]]\nwidths_mm = [60, 60]\ndraw = '''\n{height}mm | 上 | 上 |\n'''\n"
        for page in paginate(sheet(spacer + block + tail)).pages[:-1]:
            assert [cell.cell.text for cell in page.slices[-1].rows[-1].cells] != ["目标", "乙"]


def test_a_new_page_is_never_left_empty() -> None:
    first = sheet(box("甲", "new_page = true").replace("[[block]]", "[[block]]", 1), plan="短")
    assert [len(page.slices) for page in paginate(first).pages] == [1, 1]
    nothing = sheet(box("甲") + TEXT.replace("each", "new_page = true\neach"))
    assert len(paginate(nothing).pages) == 1
    twice = sheet(TEXT.replace("each", "new_page = true\neach") + box("甲", "new_page = true"))
    assert len(paginate(twice).pages) == 2


def test_a_title_stays_with_what_follows_but_not_across_a_new_page() -> None:
    title = '[[block]]\nkind = "title"\nlines = ["大标题"]\n'
    grid = sheet(title + box("乙", "new_page = true"))
    assert [[part.kind for part in page.slices] for page in paginate(grid).pages] == [["line", "title"], ["table"]]


# -- read back -----------------------------------------------------------------------------------------------------


def words_of_pdf(grid: Grid) -> str:
    with pypdfium2.PdfDocument(bound(paginate(grid))) as pdf:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pdf))


def values_of_workbook(grid: Grid) -> list[str]:
    ws = openpyxl.load_workbook(io.BytesIO(render_workbook([(grid, "")]))).active
    return [str(cell.value) for row in ws.iter_rows() for cell in row if cell.value]


def test_everything_is_found_in_pdf_and_workbook() -> None:
    blocks = LEVELS + TEXT.replace("each", "new_page = true\neach") + box("乙", "joined = true")
    rows = [task(n, f"工作{n}", f"{n}科", f"第一段{n}\n第二段{n}") for n in range(1, 121)]
    grid = sheet(blocks, nature="运转类", plan="打算很多", tasks=rows, indicators=[indicator(1, "质量指标", "合格")])
    paper_words, cells = words_of_pdf(grid), "".join(values_of_workbook(grid))
    for row in rows:
        for text in row.cells.values():
            for line in text.split("\n"):
                assert line in paper_words
                assert line in cells
    for word in ("（一百二十）工作120", "第120项由120科牵头。", "运转类☑", "合格", "社会效益指标"):
        assert word in paper_words
        assert word in cells.replace(" ", "")
