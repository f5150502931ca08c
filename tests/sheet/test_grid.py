"""The grid: what stands in which cell, over how many columns and rows, and which value it shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.document import Document, Path, Row
from filings.sheet.drawing import fill_variables
from filings.sheet.grid import Grid, GridCell, LayoutVariables, TextRun, build_grid
from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from filings.sheet.printed_rows import repeats_prefix
from tests.factories import filled, layout
from tests.sheet.trim import described

VARIABLES = LayoutVariables(2026, "某区", "某局", "某项目", "某表")
HEAD = """\
key = "a/b"
version = 1
name = "表"
subject = "project"
[cells]
one = { label = "一" }
two = { label = "二", kind = "text", before = "目标：", after = "万元" }
[tables.indicators.columns]
level1 = { label = "一级", kind = "level1", merge = true }
level2 = { label = "二级", kind = "level2", merge = true }
name = { label = "三级", before = "指标{n}：" }
value = { label = "值", kind = "money" }
[[section]]
key = "s"
title = "t"
cells = ["one", "two"]
tables = ["indicators"]
"""


def drawn(draw_text: str, columns: int = 4, used: str = "{one}{two}") -> Layout:
    """A layout with one table; cells that it does not draw stand in a line below."""
    widths = ", ".join(["20"] * columns)
    line = f'[[block]]\nkind = "line"\nleft = "{used}"\n' if used else ""
    block = f"[[block]]\nwidths_mm = [{widths}]\ndraw = '''\n{draw_text}\n'''\n{line}"
    return load_layout("a.toml", described(HEAD, block) + block, {}.__getitem__)


def rows(*triples: str) -> Document:
    """A document with a row for each `level1/level2/name`."""
    made = []
    for number, triple in enumerate(triples, 1):
        names = dict(zip(("level1", "level2", "name"), triple.split("/"), strict=True))
        made.append(Row(f"r{number}", {column: text for column, text in names.items() if text}))
    return Document("a/b", 1, {}, {"indicators": tuple(made)})


def table(grid: Grid) -> list[list[GridCell]]:
    return [list(row.cells) for panel in grid.panels if panel.kind == "table" for row in panel.rows]


def words(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table(grid)]


def cell_at(layout_: Layout, document: Document, path: str) -> GridCell:
    return next(cell for cell in build_grid(layout_, document, VARIABLES).cells() if str(cell.path) == path)


# -- variables ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{year}年", "2026年"),
        ("{year-1}年-{year+2}年", "2025年-2028年"),
        ("{jurisdiction}{department}{project}{form}", "某区某局某项目某表"),
        ("{year+10}", "2036"),
        ("nothing to fill", "nothing to fill"),
    ],
)
def test_variables(text: str, shown: str) -> None:
    assert fill_variables(text, VARIABLES) == shown
    assert words(build_grid(drawn(f"| {text} | a | b | c |"), rows(), VARIABLES)) == [[shown, "a", "b", "c"]]


def test_page_numbers_are_left_for_the_paper() -> None:
    parts = [
        described(HEAD, "indicators {name}").replace(
            "[cells]", '[page]\nfooter = "第 {page} / {pages} 页 {year}"\n[cells]'
        ),
        '[[block]]\nkind = "line"\nleft = "{one}{two}"',
        "[[block]]\nwidths_mm = [9]\ndraw = '''\nindicators | {name} |\n'''",
    ]
    made = load_layout("a.toml", "\n".join(parts), {}.__getitem__)
    assert build_grid(made, rows(), VARIABLES).footer == "第 {page} / {pages} 页 2026"


def test_what_a_person_types_is_never_filled_in() -> None:
    document = Document("a/b", 1, {"one": "{year}{two}{{7*7}}"})
    assert cell_at(drawn("| {one} | | | |", used="{two}"), document, "one").text == "{year}{two}{{7*7}}"


# -- words in front and behind -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", "目标："),
        ("修路", "目标：修路万元"),
        ("目标：修路", "目标：修路万元"),
        ("目标:修路", "目标:修路万元"),
        ("　目标：修路", "　目标：修路万元"),
        ("年度目标：修路", "目标：年度目标：修路万元"),
        ("目标修路", "目标：目标修路万元"),
    ],
)
def test_words_in_front_are_printed_unless_typed(typed: str, shown: str) -> None:
    document = Document("a/b", 1, {"two": typed})
    cell = cell_at(drawn("| {two} | | | |", used="{one}"), document, "two")
    assert cell.text == shown
    assert [part.text for part in cell.parts if part.path] == [typed]


@pytest.mark.parametrize(
    ("before", "text", "typed"),
    [
        ("指标{n}：", "指标1：条数", True),
        ("指标{n}：", "指标12:条数", True),
        ("指标{n}：", "指标１：条数", True),
        ("指标{n}：", "指标 3 ：条数", True),
        ("指标{n}：", " 指标3：", True),
        ("指标{n}：", "指标：条数", False),
        ("指标{n}：", "条数", False),
        ("指标{n}：", "指标一：条数", False),
        ("（{n}）", "(2)条数", True),
        ("a.b：", "axb：", False),
    ],
)
def test_words_in_front_are_known_in_any_width(before: str, text: str, typed: bool) -> None:
    assert repeats_prefix(before, text) is typed


def test_numbers_in_front_count_rows_of_one_category() -> None:
    document = rows("产出/数量/甲", "产出/数量/乙", "产出/质量/丙", "效益/质量/丁", "产出/数量/戊", "产出/ 数量/己")
    shown = [row[0] for row in words(build_grid(drawn("indicators | {name} | | | |"), document, VARIABLES))]
    assert shown == ["指标1：甲", "指标2：乙", "指标1：丙", "指标1：丁", "指标1：戊", "指标2：己"]


# -- merged rows ---------------------------------------------------------------------------------------------------

MERGED = "indicators | {level1} | {level2} | {name} | {value} |"


def spans(document: Document, drawing: str = MERGED) -> list[tuple[int, int, int, str]]:
    """Row, column, height and words of the cells of level 1 and 2."""
    lines = table(build_grid(drawn(drawing), document, VARIABLES))
    return [(r, c.column, c.rows, c.text) for r, line in enumerate(lines) for c in line if c.column < 2]


def test_equal_categories_below_each_other_are_one_cell() -> None:
    document = rows("产出/数量/甲", "产出/数量/乙", "产出/质量/丙", "效益/质量/丁")
    assert spans(document) == [
        (0, 0, 3, "产出"), (0, 1, 2, "数量"), (2, 1, 1, "质量"), (3, 0, 1, "效益"), (3, 1, 1, "质量"),
    ]  # fmt: skip


def test_level2_is_merged_only_within_one_level1() -> None:
    assert spans(rows("产出/数量/甲", "效益/数量/乙")) == [
        (0, 0, 1, "产出"), (0, 1, 1, "数量"), (1, 0, 1, "效益"), (1, 1, 1, "数量"),
    ]  # fmt: skip


def test_level2_is_told_apart_by_a_parent_that_is_not_drawn() -> None:
    document = rows("产出/……/甲", "产出/……/乙", "效益/……/丙")
    lines = table(build_grid(drawn("indicators | {level2} | | {name} | {value} |"), document, VARIABLES))
    assert [(cell.text, cell.rows) for line in lines for cell in line if not cell.column] == [("……", 2), ("……", 1)]
    outline = "indicators by level2 | {level2} | | | |\nindicators | | | {name} | {value} |"
    shown = [line[0] for line in words(build_grid(drawn(outline), document, VARIABLES))]
    assert shown == ["……", "", "", "……", ""]


def test_categories_that_differ_only_in_width_and_blanks_are_merged() -> None:
    assert spans(rows("A（产出）/数量/甲", "Ａ(产出) /数量/乙"))[0] == (0, 0, 2, "A（产出）")


def test_a_category_that_comes_again_later_is_a_cell_of_its_own() -> None:
    found = spans(rows("产出/数/a", "效益/数/b", "产出/数/c"))
    assert [(r, height) for r, column, height, _ in found if column == 0] == [(0, 1), (1, 1), (2, 1)]


def test_a_mixed_cell_is_never_merged() -> None:
    lines = table(build_grid(drawn("indicators | {level1}{level2} | | | {name} |"), rows("a/b/c", "a/b/d"), VARIABLES))
    assert [line[0].rows for line in lines] == [1, 1]


def test_merged_cells_may_be_wide() -> None:
    lines = table(
        build_grid(drawn("indicators | {level1} | < | {name} | {value} |"), rows("a/b/c", "a/b/d"), VARIABLES)
    )
    assert [(c.column, c.columns, c.rows) for c in lines[0]] == [(0, 2, 2), (2, 1, 1), (3, 1, 1)]
    assert [c.column for c in lines[1]] == [2, 3]


def test_a_label_beside_runs_along_all_rows() -> None:
    drawing = "head | 指标 | 一级 | 三级 |\nindicators | ^ | {level1} | {name} |"
    for count in range(5):
        lines = table(build_grid(drawn(drawing, 3), rows(*(f"a/b/{n}" for n in range(count))), VARIABLES))
        assert (lines[0][0].text, lines[0][0].rows) == ("指标", count + 1)
        assert all(cell.column for line in lines[1:] for cell in line)


# -- outline rows --------------------------------------------------------------------------------------------------

OUTLINE = """\
indicators by level1 | {level1} | | | |
indicators by level2 | | {level2} | | |
indicators | | | {name} | {value} |"""


def test_outline_rows_come_whenever_their_column_changes() -> None:
    document = rows("产出/数量/甲", "产出/数量/乙", "产出/质量/丙", "效益/质量/丁")
    shown = [[cell for cell in line if cell] for line in words(build_grid(drawn(OUTLINE), document, VARIABLES))]
    assert shown == [
        ["产出"],
        ["数量"],
        ["指标1：甲"],
        ["指标2：乙"],
        ["质量"],
        ["指标1：丙"],
        ["效益"],
        ["质量"],
        ["指标1：丁"],
    ]


def test_outline_rows_stay_with_the_row_below() -> None:
    grid = build_grid(drawn(OUTLINE), rows("产出/数量/甲"), VARIABLES)
    assert [row.keep for panel in grid.panels if panel.kind == "table" for row in panel.rows] == [True, True, False]


def test_outline_cells_lead_to_the_first_row_of_their_group() -> None:
    grid = build_grid(drawn(OUTLINE), rows("产出/数量/甲", "产出/数量/乙", "产出/质量/丙"), VARIABLES)
    outline = [str(cell.path) for line in table(grid) for cell in line if cell.path and cell.path.column == "level2"]
    assert outline == ["indicators[r1].level2", "indicators[r3].level2"]


def test_a_row_without_categories_has_its_outline_all_the_same() -> None:
    assert len(words(build_grid(drawn(OUTLINE), rows("//甲"), VARIABLES))) == 3


# -- rows and headers ----------------------------------------------------------------------------------------------


def test_a_table_without_rows_draws_nothing_of_it() -> None:
    drawing = "head | a | b | c | d |\n" + MERGED + "\n| e | f | g | h |"
    assert words(build_grid(drawn(drawing), rows(), VARIABLES)) == [["a", "b", "c", "d"], ["e", "f", "g", "h"]]


def test_rows_printed_by_name_are_not_repeated() -> None:
    cells = list(build_grid(layout(), filled(), VARIABLES).cells())
    shown = "".join(cell.text for cell in cells)
    assert [shown.count(one) for one in ("改造条数", "受益人数", "三年改完")] == [1, 1, 1]
    assert [str(cell.path) for cell in cells if cell.path and cell.path.name == "funding"] == [
        "funding[total].amount", "funding[grant].amount", "funding[rest].amount",
    ]  # fmt: skip


def under(drawing: str, document: Document) -> list[tuple[int, ...]]:
    return [
        row.header_rows
        for panel in build_grid(drawn(drawing, 1), document, VARIABLES).panels
        if panel.kind == "table"
        for row in panel.rows
    ]


def test_rows_stand_under_their_own_header_lines() -> None:
    drawing = "| top |\nhead | h1 |\nhead | h2 |\nindicators | {name} |\n| after |\nhead | h3 |\n| plain |"
    assert under(drawing, rows("a/b/c", "a/b/d")) == [(), (), (), (1, 2), (1, 2), (), (), (6,)]


def test_with_no_rows_the_line_after_still_stands_under_the_header() -> None:
    assert under("head | h |\nindicators | {name} |\n| after |", rows()) == [(), (0,)]


def test_an_unfilled_slot_is_a_value_cell_that_can_be_found() -> None:
    cell = cell_at(drawn("| {one} | | | |", used="{two}"), Document("a/b", 1), "one")
    assert (cell.role, cell.parts) == ("value", (TextRun("", Path("one")),))


@pytest.mark.parametrize(
    ("cell", "align", "role"),
    [
        ("words", "center", "label"),
        (":< words", "left", "label"),
        ("{one}", "left", "value"),
        (":> {one}", "right", "value"),
        ("其中{one}", "left", "value"),
    ],
)
def test_alignment(cell: str, align: str, role: str) -> None:
    used = "{two}" if "{one}" in cell else "{one}{two}"
    first = table(build_grid(drawn(f"| {cell} | | | |", used=used), rows(), VARIABLES))[0][0]
    assert (first.align, first.role) == (align, role)


def test_money_stands_right_unless_words_stand_with_it() -> None:
    made = layout()
    grid = build_grid(made, filled(), VARIABLES)
    assert {cell.align for cell in grid.cells() if cell.path and cell.path.name == "funding"} == {"right"}


@given(
    st.lists(st.tuples(*[st.sampled_from(["", "甲", "乙", "乙 "])] * 3), max_size=8), st.sampled_from([MERGED, OUTLINE])
)
def test_every_row_is_drawn_once_and_cells_cover_the_table(texts: list[tuple[str, str, str]], drawing: str) -> None:
    document = rows(*("/".join(one) for one in texts))
    panel = next(panel for panel in build_grid(drawn(drawing), document, VARIABLES).panels if panel.kind == "table")
    covered = [
        (r + down, cell.column + right)
        for r, row in enumerate(panel.rows)
        for cell in row.cells
        for down in range(cell.rows)
        for right in range(cell.columns)
    ]
    assert sorted(covered) == [(r, c) for r in range(len(panel.rows)) for c in range(4)]
    named = [str(cell.path) for row in panel.rows for cell in row.cells if cell.path and cell.path.column == "name"]
    assert named == [f"indicators[r{number}].name" for number in range(1, len(texts) + 1)]
