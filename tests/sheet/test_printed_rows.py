"""Which rows and lines are printed, and their numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.document import Row
from filings.sheet.drawing import TextLine, read_drawing, read_text
from filings.sheet.layout import TextBlock
from filings.sheet.printed_rows import category_numbers, header_indexes, printed_lines, with_blank_categories

BLOCK = TextBlock(tuple(read_text("# 概况\n名称：{name}\n{start}至{end}\n\n固定文字")))
CATEGORIES = (("产出", "数量"), ("产出", "质量"), ("效益", "社会"))


def offsets(lines: object) -> list[int]:
    assert isinstance(lines, list | tuple)
    return [line.offset for line in lines if isinstance(line, TextLine)]


def row(row_id: str, level1: str = "", level2: str = "") -> Row:
    return Row(row_id, {"level1": level1, "level2": level2})


def levels(rows: list[Row]) -> list[tuple[str, str, str]]:
    return [(each.id, each.get("level1"), each.get("level2")) for each in rows]


# -- lines of a running text ---------------------------------------------------------------------------------------


def test_a_text_that_is_not_repeated_prints_all_its_lines() -> None:
    assert printed_lines(BLOCK, None) == BLOCK.lines


def test_a_row_with_nothing_filled_in_prints_all_lines() -> None:
    assert printed_lines(BLOCK, Row("r1")) == BLOCK.lines
    assert printed_lines(BLOCK, Row("r1", {"name": "", "elsewhere": "字"})) == BLOCK.lines


def test_a_line_without_any_of_its_values_is_left_out() -> None:
    assert offsets(printed_lines(BLOCK, Row("r1", {"name": "甲"}))) == [0, 1, 3, 4]


def test_one_value_is_enough_for_a_line_of_two() -> None:
    assert offsets(printed_lines(BLOCK, Row("r1", {"end": "六月"}))) == [0, 2, 3, 4]


# -- blank rows for categories -------------------------------------------------------------------------------------


def test_an_empty_table_gets_a_row_for_each_category() -> None:
    assert levels(with_blank_categories([], CATEGORIES)) == [("", *pair) for pair in CATEGORIES]


def test_a_missing_category_comes_after_the_rows_of_the_one_before() -> None:
    rows = [row("a", "产出", "数量"), row("b", "产出", "数量"), row("c", "效益", "社会")]
    assert [each.id for each in with_blank_categories(rows, CATEGORIES)] == ["a", "b", "", "c"]


def test_level_2_alone_says_that_a_category_is_there() -> None:
    rows = [row("a", "写错了", "数量"), row("b", "", "质量"), row("c", "效益", "社会")]
    assert with_blank_categories(rows, CATEGORIES) == rows


def test_one_name_under_two_parents_is_printed_under_both() -> None:
    categories = (("产出", "数量"), ("产出", "……"), ("效益", "社会"), ("效益", "……"))
    assert levels(with_blank_categories([], categories)) == [("", *pair) for pair in categories]
    rows = [row("a", "产出", "数量"), row("b", "效益", "……")]
    assert levels(with_blank_categories(rows, categories)) == [
        ("a", "产出", "数量"), ("", "产出", "……"), ("", "效益", "社会"), ("b", "效益", "……"),
    ]  # fmt: skip
    lost = [row("x", "", "……")]
    assert [each.id for each in with_blank_categories(lost, categories)].count("x") == 1


def test_rows_of_no_known_category_stay_where_they_are() -> None:
    rows = [row("x", "其他", "别的"), row("a", "产出", "数量"), row("y")]
    assert [each.id for each in with_blank_categories(rows, CATEGORIES)] == ["x", "a", "", "", "y"]


def test_the_given_rows_are_not_changed() -> None:
    rows = [row("a", "产出", "数量")]
    with_blank_categories(rows, CATEGORIES)
    assert levels(rows) == [("a", "产出", "数量")]


@given(st.lists(st.sampled_from([*CATEGORIES, ("其他", "别的")]), max_size=8))
def test_every_category_is_printed_and_no_row_lost(pairs: list[tuple[str, str]]) -> None:
    rows = [row(f"r{i}", *pair) for i, pair in enumerate(pairs)]
    printed = with_blank_categories(rows, CATEGORIES)
    assert [each for each in printed if each.id] == rows
    assert {each.get("level2") for each in printed} >= {level2 for _, level2 in CATEGORIES}
    assert len(printed) == len(rows) + len({pair for pair in CATEGORIES if pair not in pairs})


# -- numbers -------------------------------------------------------------------------------------------------------


def test_numbers_begin_again_with_each_category() -> None:
    rows = [row("a", "产出", "数量"), row("b", "产出", "数量"), row("c", "产出", "质量"), row("d", "效益", "质量")]
    assert category_numbers(rows) == {"a": 1, "b": 2, "c": 1, "d": 1}


def test_a_category_that_comes_back_is_counted_anew() -> None:
    rows = [row("a", "产出", "数量"), row("b", "产出", "质量"), row("c", "产出", "数量")]
    assert category_numbers(rows) == {"a": 1, "b": 1, "c": 1}


def test_full_and_half_width_names_are_one_category() -> None:
    assert category_numbers([row("a", "产出(1)", "数量"), row("b", "产出（1）", "数量 ")]) == {"a": 1, "b": 2}


def test_no_rows_no_numbers() -> None:
    assert category_numbers([]) == {}


# -- header lines --------------------------------------------------------------------------------------------------


def test_rows_are_under_the_last_run_of_header_lines_until_a_plain_line_ends_the_table() -> None:
    lines = [
        ("| 名称 | 甲 |", ()),
        ("head | 一 | 二 |", ()),
        ("head | 三 | 四 |", ()),
        ("works | {name} | {sum} |", (1, 2)),
        ("works by sort | {sort} | < |", (1, 2)),
        ("| 合计 | 乙 |", ()),
        ("head | 五 | 六 |", ()),
        ("| 说明 | 丙 |", (6,)),
        ("works | {name} | {sum} |", (6,)),
        ("head | 七 | 八 |", ()),
        ("works | {name} | {sum} |", (9,)),
    ]
    drawn = list(read_drawing("\n".join(line for line, _ in lines)))
    assert header_indexes(drawn) == [heads for _, heads in lines]


def test_without_header_lines_nothing_is_repeated() -> None:
    assert header_indexes(list(read_drawing("| 甲 | 乙 |\nworks | {name} | {sum} |"))) == [(), ()]
