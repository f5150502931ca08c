"""What differs between two contents of a form."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.diff import Change, diff_documents, pair_rows
from filings.sheet.document import Document, Row
from tests.factories import filled, layout, with_text


def rows(*names: str, prefix: str = "i") -> tuple[Row, ...]:
    cells = {"level1": "产出指标", "level2": "数量指标", "value": "≥1条"}
    return tuple(Row(f"{prefix}{n}", {**cells, "name": name}) for n, name in enumerate(names))


def with_rows(*names: str, prefix: str = "i") -> Document:
    return replace(filled(), tables={**filled().tables, "indicators": rows(*names, prefix=prefix)})


def test_the_same_content_has_no_changes() -> None:
    assert diff_documents(layout(), filled(), filled()) == []


def test_a_cell_a_fixed_row_and_a_row_are_named_as_people_know_them() -> None:
    after = with_text(with_text(filled(), "title", "新名"), "funding[total].amount", "60")
    after = with_text(after, "indicators[i2].value", "≥1000人")
    assert diff_documents(layout(), filled(), after) == [
        Change("title", "试用名目", "巷道改造", "新名"),
        Change("funding[total].amount", "试用总额", "50", "60"),
        Change("indicators[i2].value", "试用指标 第 2 行 试用值", "≥900人", "≥1000人"),
    ]


def test_rows_that_came_and_went() -> None:
    changes = diff_documents(layout(), with_rows("甲", "乙"), with_rows("甲", "乙", "丙"))
    assert [(one.path, one.before) for one in changes] == [("indicators[i2]", "")]
    assert "丙" in changes[0].after
    (gone,) = diff_documents(layout(), with_rows("甲", "乙"), with_rows("甲"))
    assert (gone.path, gone.after) == ("indicators[i1]", "")
    assert "删去一行" in gone.label


def test_rows_of_different_years_meet_by_their_names() -> None:
    """Ids differ from year to year; what is the same row is told by levels and name."""
    last, this = with_rows("甲", "乙", "丙", prefix="old"), with_rows("丙", "甲", "丁", prefix="new")
    this = with_text(this, "indicators[new0].value", "≥2条")
    changes = diff_documents(layout(), pair_rows(layout(), last, this), this)
    assert {(one.path, one.before, one.after) for one in changes if one.path.endswith(".value")} == {
        ("indicators[new0].value", "≥1条", "≥2条")
    }
    assert sorted("新增" if not one.before else "删去" for one in changes if one.path.endswith("]")) == ["删去", "新增"]


def test_of_equal_rows_the_first_meets_the_first() -> None:
    last, this = with_rows("甲", "甲", prefix="old"), with_rows("甲", "甲", "甲", prefix="new")
    changes = diff_documents(layout(), pair_rows(layout(), last, this), this)
    assert [one.path for one in changes] == ["indicators[new2]"]


@given(st.lists(st.sampled_from("甲乙丙丁"), max_size=6), st.lists(st.sampled_from("甲乙丙丁"), max_size=6))
def test_aligning_keeps_every_row_and_gives_each_id_once(last: list[str], this: list[str]) -> None:
    old, new = with_rows(*last, prefix="old"), with_rows(*this, prefix="new")
    found = pair_rows(layout(), old, new).rows("indicators")
    assert [row.cells for row in found] == [row.cells for row in old.rows("indicators")]
    assert len({row.id for row in found}) == len(found)
    for row in found:
        twin = new.row("indicators", row.id)
        assert twin is None or twin.get("name") == row.get("name")
