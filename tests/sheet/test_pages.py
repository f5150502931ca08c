"""Pages: none too full, no row lost or twice, header lines and labels shown again where a table runs on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filings.sheet.document import Path
from filings.sheet.grid import Grid, GridCell, GridRow, Panel, TextRun
from filings.sheet.layout import Page
from filings.sheet.pages import GAP_MM, PageLayout, PageRow, PaginatedSheet, paginate, type_sizes
from tests.thoroughness import times

ROOM = Page().content_height_mm


def cell(text: str, column: int = 0, columns: int = 1, rows: int = 1, role: str = "value") -> GridCell:
    return GridCell(column, columns, rows, (TextRun(text, Path("x")),), role, "left", role in ("title", "heading1"))


def row(
    *cells: GridCell, head: bool = False, keep: bool = False, height: float = 0, under: Sequence[int] = ()
) -> GridRow:
    return GridRow(cells, head, keep, height, tuple(under))


def grid(*panels: Panel, page: Page | None = None) -> Grid:
    return Grid("表", page or Page(), panels)


def table(rows: Sequence[GridRow], widths: Sequence[float] = (30.0, 100.0)) -> Panel:
    return Panel("table", tuple(widths), tuple(rows), True)


def plain(count: int, *, start: int = 0, height: float = 10, under: Sequence[int] = ()) -> list[GridRow]:
    return [row(cell(f"甲{start + i}"), cell(f"乙{start + i}", 1), height=height, under=under) for i in range(count)]


def page_height(page: PageLayout) -> float:
    rows = sum(one.height_mm for part in page.slices for one in part.rows)
    return rows + sum(GAP_MM[part.kind] for part in page.slices[:-1])


def page_rows(paper: PaginatedSheet) -> list[list[PageRow]]:
    return [[one for part in page.slices for one in part.rows] for page in paper.pages]


def words(rows: Sequence[PageRow]) -> list[list[str]]:
    return [["".join(placed.lines) for placed in one.cells] for one in rows]


# -- one page -----------------------------------------------------------------------------------------------------


def test_what_fits_stands_on_one_page() -> None:
    paper = paginate(grid(table(plain(5))))
    assert len(paper.pages) == 1
    assert words(page_rows(paper)[0]) == [[f"甲{i}", f"乙{i}"] for i in range(5)]
    assert [one.height_mm for one in page_rows(paper)[0]] == [10] * 5


def test_a_row_is_as_high_as_its_longest_cell() -> None:
    paper = paginate(grid(table([row(cell("短"), cell("长" * 300, 1))])))
    (only,) = page_rows(paper)[0]
    lines = len(only.cells[1].lines)
    assert lines > 10
    assert only.height_mm == pytest.approx(lines * 10.5 * 1.4 * 25.4 / 72 + 1.8)


def test_rows_under_a_high_label_grow_together() -> None:
    label = cell("很" * 60, 0, 1, 3)
    paper = paginate(grid(table([row(label, cell("一", 1)), row(cell("二", 1)), row(cell("三", 1))])))
    heights = [one.height_mm for one in page_rows(paper)[0]]
    need = len(page_rows(paper)[0][0].cells[0].lines) * 10.5 * 1.4 * 25.4 / 72 + 1.8
    assert sum(heights) == pytest.approx(need)
    assert max(heights) - min(heights) < 0.01


def test_header_and_footer_count_pages() -> None:
    page = Page()
    sheet = Grid("表", page, (table(plain(60)),), "第 {page} 页", "共 {pages} 页")
    paper = paginate(sheet)
    assert [page.header for page in paper.pages] == [f"第 {i + 1} 页" for i in range(len(paper.pages))]
    assert {page.footer for page in paper.pages} == {f"共 {len(paper.pages)} 页"}


def test_type_shrinks_in_half_points_to_save_a_page() -> None:
    rows = [row(cell(f"甲{i}"), cell("字" * 54, 1)) for i in range(22)]
    assert len(paginate(grid(table(rows))).pages) == 2
    paper = paginate(grid(table(rows), page=Page(smallest_pt=8)))
    assert len(paper.pages) == 1
    assert 8 <= paper.font_pt < 10.5
    assert paper.font_pt * 2 == int(paper.font_pt * 2)


def test_type_stays_large_where_shrinking_saves_no_page() -> None:
    paper = paginate(grid(table(plain(100)), page=Page(smallest_pt=8)))
    assert paper.font_pt == 10.5
    assert len(type_sizes(Page(smallest_pt=8))) == 6


# -- page turns ---------------------------------------------------------------------------------------------------


def test_a_table_turns_the_page_between_rows() -> None:
    paper = paginate(grid(table(plain(60))))
    pages = page_rows(paper)
    assert [len(one) for one in pages] == [25, 25, 10]
    assert [part.continued for page in paper.pages for part in page.slices] == [False, True, True]


def test_header_lines_are_repeated() -> None:
    heads = [row(cell("头一"), cell("头二", 1), head=True, height=10)]
    paper = paginate(grid(table([*heads, *plain(50, under=(0,))])))
    for rows in page_rows(paper):
        assert words(rows)[0] == ["头一", "头二"]
        assert rows[0].head
        assert not any(one.head for one in rows[1:])
    assert [len(rows) for rows in page_rows(paper)] == [25, 25, 3]


def test_header_lines_are_never_left_behind_at_the_end_of_a_page() -> None:
    rows = [*plain(24), row(cell("头"), cell("头", 1), head=True, height=10), *plain(5, start=24, under=(24,))]
    pages = page_rows(paginate(grid(table(rows))))
    assert [len(one) for one in pages] == [24, 6]
    assert words(pages[1])[0] == ["头", "头"]
    assert words(pages[1])[1] == ["甲24", "乙24"]


def test_a_row_that_is_tied_to_the_next_goes_with_it() -> None:
    rows = [*plain(24), row(cell("类"), cell("", 1), keep=True, height=10), *plain(3, start=24)]
    pages = page_rows(paginate(grid(table(rows))))
    assert [len(one) for one in pages] == [24, 4]


def test_a_label_is_shown_again_over_its_rows_of_the_next_page() -> None:
    label = cell("标签", 0, 1, 30)
    rows = [row(label, cell("乙0", 1), height=10), *(row(cell(f"乙{i}", 1), height=10) for i in range(1, 40))]
    for i in range(30, 40):
        rows[i] = row(cell(f"甲{i}"), cell(f"乙{i}", 1), height=10)
    first, second = page_rows(paginate(grid(table(rows))))
    assert next((p.lines, p.rows, p.repeated) for p in first[0].cells) == (("标签",), 25, False)
    assert next((p.lines, p.rows, p.repeated) for p in second[0].cells) == (("标签",), 5, True)
    assert words(second)[5] == ["甲30", "乙30"]


def test_a_label_that_begins_in_the_header_lines_covers_them_on_each_page() -> None:
    label = cell("绩效指标", 0, 1, 41)
    head = row(label, cell("头", 1), head=True, height=10)
    rows = [head, *(row(cell(f"乙{i}", 1), height=10, under=(0,)) for i in range(40))]
    first, second = page_rows(paginate(grid(table(rows))))
    assert (first[0].cells[0].lines, first[0].cells[0].rows) == (("绩效指标",), 25)
    assert (second[0].cells[0].lines, second[0].cells[0].rows) == (("绩效指标",), 17)
    assert len(second) == 17


def test_a_label_cut_by_the_page_end_still_has_room_for_its_words() -> None:
    label = cell("很长的标签" * 8, 0, 1, 2)
    rows = [*plain(24), row(label, cell("乙", 1), height=10), row(cell("乙", 1), height=10)]
    for rows_of_page in page_rows(paginate(grid(table(rows)))):
        for number, one in enumerate(rows_of_page):
            for placed in one.cells:
                room = sum(each.height_mm for each in rows_of_page[number : number + placed.rows])
                assert room + 0.01 >= len(placed.lines) * 10.5 * 1.4 * 25.4 / 72 + 1.8


def test_a_heading_does_not_stay_behind_when_the_table_after_it_turns_the_page() -> None:
    text = Panel("text", (130.0,), (*[row(cell("文"), height=10)] * 24, row(cell("题", role="heading1"), keep=True)))
    first, second = page_rows(paginate(grid(text, table(plain(3, height=20)))))
    assert words(first) == [["文"]] * 24
    assert words(second)[0] == ["题"]


def test_a_heading_stands_above_the_text_that_is_cut() -> None:
    text = Panel("text", (130.0,), (row(cell("题", role="heading1"), keep=True), row(cell("长话短说，" * 1500))))
    paper = paginate(grid(text))
    assert [len(rows) for rows in page_rows(paper)][:2] == [2, 1]
    assert all(page_height(page) <= ROOM + 0.1 for page in paper.pages)


def test_a_row_that_leaves_no_room_for_the_header_lines_is_cut() -> None:
    heads = [row(cell("头"), cell("头", 1), head=True, height=40)]
    paper = paginate(grid(table([*heads, row(cell("甲"), cell("长" * 1100, 1), under=(0,)), *plain(2, under=(0,))])))
    assert all(page_height(page) <= ROOM + 0.1 for page in paper.pages)
    assert all(words(rows)[0] == ["头", "头"] for rows in page_rows(paper))


# -- rows taller than a page --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["value", "title", "heading1"])
@pytest.mark.parametrize("kind", ["table", "text", "title"])
def test_a_row_taller_than_a_page_is_cut(role: str, kind: str) -> None:
    text = "长话短说，" * 1500
    paper = paginate(grid(Panel(kind, (170.0,), (row(cell(text, role=role)), row(cell("尾"))))))
    assert len(paper.pages) > 2
    assert "".join(word for rows in page_rows(paper) for line in words(rows) for word in line) == text + "尾"
    assert all(page_height(page) <= ROOM + 0.1 for page in paper.pages)


def test_a_workbook_keeps_a_tall_row_whole() -> None:
    text = "长话短说，" * 1500
    paper = paginate(grid(table([row(cell("甲"), cell(text, 1)), row(cell("乙"), cell("尾", 1))])), whole_rows=True)
    assert words(page_rows(paper)[0]) == [["甲", text]]
    assert page_rows(paper)[0][0].height_mm > ROOM


def test_a_label_beside_a_cut_row_covers_its_parts() -> None:
    label = cell("标签", 0, 1, 2)
    paper = paginate(grid(table([row(label, cell("长" * 3000, 1)), row(cell("尾", 1))])))
    assert len(paper.pages) > 1
    for page in paper.pages:
        (part,) = page.slices
        assert part.rows[0].cells[0].lines == ("标签",)
        assert part.rows[0].cells[0].rows == len(part.rows)


# -- what runs on overleaf ----------------------------------------------------------------------------------------


def test_a_paragraph_runs_on_overleaf_with_two_lines_on_each_side() -> None:
    for before in range(30, 50):
        lines = [row(cell("文")) for _ in range(before)]
        paper = paginate(grid(Panel("text", (170.0,), (*lines, row(cell("长话短说，" * 60, role="indented"))))))
        parts = [line.cells[0] for rows in page_rows(paper) for line in rows if "长" in line.cells[0].cell.text]
        assert all(len(part.lines) >= 2 for part in parts)
        assert "".join("".join(part.lines) for part in parts) == "　　" + "长话短说，" * 60
        assert all(page_height(page) <= ROOM + 0.1 for page in paper.pages)
        if len(parts) == 2:
            assert ROOM - page_height(paper.pages[0]) < 3 * 5.2
            assert parts[1].cell.role == "plain"


def test_a_high_row_of_a_table_fills_the_page_and_its_label_is_shown_again() -> None:
    label = GridCell(0, 1, 1, (TextRun("标签"),), "label", "center")
    paper = paginate(grid(table([*plain(10), row(label, cell("长话短说，" * 230, 1)), row(cell("尾"), cell("尾", 1))])))
    first, second = page_rows(paper)
    assert ROOM - sum(one.height_mm for one in first) < 10
    assert next((placed.lines, placed.repeated) for placed in second[0].cells) == (("标签",), True)
    assert first[-1].cells[0].lines == ("标签",)
    assert "".join(first[-1].cells[1].lines) + "".join(second[0].cells[1].lines) == "长话短说，" * 230


def test_a_row_of_a_few_lines_is_never_cut() -> None:
    paper = paginate(grid(table([*plain(23), row(cell("甲"), cell("长" * 200, 1))])))
    assert [len(rows) for rows in page_rows(paper)] == [23, 1]


def test_a_blank_row_higher_than_a_page_is_two() -> None:
    paper = paginate(grid(table([row(cell("甲"), cell("", 1), height=ROOM * 1.5)])))
    assert next(round(sum(one.height_mm for one in rows)) for rows in page_rows(paper)) == round(ROOM)
    assert len(paper.pages) == 2


def test_a_row_that_begins_a_page() -> None:
    rows = [row(cell("甲")), GridRow((cell("乙"),), keep=True, new_page=True), row(cell("丙"))]
    assert [words(page) for page in page_rows(paginate(grid(Panel("text", (170.0,), tuple(rows)))))] == [
        [["甲"]], [["乙"], ["丙"]],
    ]  # fmt: skip


# -- any table ----------------------------------------------------------------------------------------------------


@st.composite
def tables(draw: st.DrawFn) -> Panel:
    """A table of groups: a label over one or more rows, after a header line or none."""
    headed = draw(st.booleans())
    rows = [row(cell("头甲"), cell("头乙", 1), head=True)] if headed else []
    under = (0,) if headed else ()
    for group, sizes in enumerate(draw(st.lists(st.lists(st.integers(0, 400), min_size=1, max_size=9), max_size=12))):
        name = f"组{group}" * draw(st.integers(1, 12))
        for number, length in enumerate(sizes):
            value = cell(f"{group}.{number} " + "文" * length, 1)
            label = [cell(name, 0, 1, len(sizes))] if number == 0 else []
            rows.append(row(*label, value, under=under, keep=draw(st.booleans()) and number + 1 < len(sizes)))
    return table(rows)


@settings(max_examples=times(100, 1000))
@given(tables(), st.booleans())
def test_no_page_is_too_full_and_every_row_stands_once_in_order(panel: Panel, whole: bool) -> None:
    paper = paginate(grid(panel), whole_rows=whole)
    typed = [one.cells[-1].text for one in panel.rows if not one.head]
    found = []
    for rows in page_rows(paper):
        body = [one for one in rows if not one.head]
        found += [word for line in words(body) for word in line[-1:]]
        heads = [one for one in rows if one.head]
        assert len(heads) == sum(one.head for one in panel.rows)
        assert body or not typed
        assert sum(one.height_mm for one in rows) <= ROOM + 0.1
    assert found == typed


@settings(max_examples=times(100, 1000))
@given(tables())
def test_every_page_is_a_full_rectangle_of_cells(panel: Panel) -> None:
    for rows in page_rows(paginate(grid(panel))):
        covered = sorted(
            (number + down, placed.cell.column + right)
            for number, one in enumerate(rows)
            for placed in one.cells
            for down in range(placed.rows)
            for right in range(placed.columns)
        )
        assert covered == [(number, column) for number in range(len(rows)) for column in (0, 1)]


@settings(max_examples=times(60, 300))
@given(st.lists(tables().filter(lambda panel: panel.rows), max_size=4))
def test_panels_follow_each_other_without_filling_a_page_twice(panels: list[Panel]) -> None:
    paper = paginate(grid(*panels))
    order = [part.panel for page in paper.pages for part in page.slices]
    assert order == sorted(order)
    assert set(order) == set(range(len(panels)))
    assert all(page_height(page) <= ROOM + 0.1 for page in paper.pages)
    for before, after in pairwise(order):
        assert after - before in (0, 1)


def test_header_lines_higher_than_a_page_end_all_the_same() -> None:
    heads = [row(cell("头"), cell("头", 1), head=True, height=ROOM + 20)]
    label = cell("很长的标签" * 300, 0, 1, 2)
    rows = [*heads, row(label, cell("甲", 1), under=(0,)), row(cell("乙", 1), under=(0,))]
    assert len(paginate(grid(table(rows))).pages) < 500


# -- what closes a sheet ------------------------------------------------------------------------------------------


def signature(text: str = "签字", kind: str = "line") -> Panel:
    return Panel(kind, (150.0,), (row(cell(text, role="plain"), keep=kind == "line"),))


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("last", [1, 20, 60])
@pytest.mark.parametrize("kind", ["table", "text"])
@pytest.mark.parametrize(
    "closing",
    [(signature(),), (signature("注：说明", "text"), signature()), (signature(), signature("注：说明", "text")),
     (table([]), signature())],
    ids=["line", "note and line", "line and note", "empty table and line"],
)  # fmt: skip
def test_a_signature_never_stands_alone_on_the_last_page(
    closing: tuple[Panel, ...], kind: str, last: int, whole: bool
) -> None:
    """However full the page before it is; of a row too high for what is left its last lines go along."""
    if whole and last == 60:
        return  # a row higher than a page fills one of its own in a workbook
    alone = []
    for count in range(20, 50):
        rows = [row(cell(f"甲{i}")) for i in range(count)] + [row(cell("字" * 38 * last))]
        paper = paginate(grid(Panel(kind, (150.0,), tuple(rows), kind == "table"), *closing), whole_rows=whole)
        alone += [count] if all(part.panel for part in paper.pages[-1].slices) else []
        assert max(map(page_height, paper.pages)) <= ROOM + 0.1
        assert sum(len(page) for page in page_rows(paper)) >= count + 2
    assert alone == []


def test_a_long_text_below_a_table_is_no_signature() -> None:
    text = Panel("text", (150.0,), (row(cell("字" * 38 * 30, role="plain")),))
    paper = paginate(grid(table(plain(20)), text))
    assert [part.panel for part in paper.pages[0].slices] == [0, 1], "it begins on the page of the table"


def test_what_begins_a_page_stays_there() -> None:
    closing = Panel("line", (150.0,), (row(cell("签字", role="plain"), keep=True),), new_page=True)
    paper = paginate(grid(table(plain(3)), closing))
    assert [[part.panel for part in page.slices] for page in paper.pages] == [[0], [1]]
