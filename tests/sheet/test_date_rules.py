"""`[[period]]` of layout files: each mistake has its line and reason; what it means for copies and for steps."""

from __future__ import annotations

from itertools import count

import pytest

from filings.renderers.step_form import step_form, step_grids
from filings.sheet.copy_forward import CopySource, copy_forward
from filings.sheet.document import Document, Row
from filings.sheet.kinds import KINDS
from filings.sheet.layout_rules import DateRule
from filings.sheet.loading import load_layout
from filings.sheet.new_documents import blank_document
from filings.sheet.problems import LayoutError
from tests.checks.test_dates import DATED, dated
from tests.factories import profile

ENDS = '[tables.ends.columns]\nday = { label = "日期", kind = "date" }\n[tables.ends.rows]\ndone = {}\n'
LINE = DATED.count("\n") + 1


def test_rules_name_their_dates() -> None:
    assert dated().dates == (
        DateRule("begin", "end", "inside"),
        DateRule("works.begun", "works.finished", "overlap"),
        DateRule("", "done", "inside"),
    )


@pytest.mark.parametrize(
    ("rule", "line", "reason"),
    [
        ("", 0, "[[period]] 要写 begin（开始日期的单元格）或 end（结束日期的单元格）"),
        ('begin = "start"', 1, "begin 所指的 start 不是 [cells] 下的单元格，也不是已说明的 表.列"),
        ('end = "works.start"', 1, "end 所指的 works.start 不是 [cells] 下的单元格，也不是已说明的 表.列"),
        ('end = "works.name"', 1, 'end 所指的 works.name 不是日期：请写 kind = "date"'),
        ('begin = "begin"\nend = "begin"', 2, "begin 和 end 不能是同一格"),
        ('begin = "begin"\nend = "works.finished"', 2, "begin 和 end 应当都是单元格，或者是同一张表的两列"),
    ],
)
def test_a_mistake_has_its_line_and_reason(rule: str, line: int, reason: str) -> None:
    with pytest.raises(LayoutError) as caught:
        load_layout("dated.toml", f"{DATED}[[period]]\n{rule}\n", {}.__getitem__)
    (problem,) = caught.value.problems
    assert (problem.line, problem.reason) == (LINE + line, reason)


@pytest.mark.parametrize("rule", ['end = "end"\nyear = "next"', 'end = "end"\nfirst = "begin"', "end = 5"])
def test_unknown_words_and_types_are_mistakes(rule: str) -> None:
    with pytest.raises(LayoutError):
        load_layout("dated.toml", f"{DATED}[[period]]\n{rule}\n", {}.__getitem__)


def test_dates_inside_the_year_move_to_the_next_one_and_others_stay() -> None:
    fields = {"begin": "2026年3月", "end": "待定", "founded": "2026-01-05", "done": "2026.11.30"}
    works = (Row("w1", {"name": "修路", "begun": "2024-01-01", "finished": "2026-12-31"}),)
    origin = CopySource(dated(), Document("testshire/dated", 1, fields, {"works": works}), profile().tree, 2026)
    blank = blank_document(dated(), [], {"end": "2027-12-31"})
    ids = (f"n{number}" for number in count(1))
    new = copy_forward(origin, blank, dated(), profile().tree, 2027, ids)
    assert new.fields == {"begin": "2027年3月", "end": "2027-12-31", "founded": "2026-01-05", "done": "2027.11.30"}
    assert [row.cells for row in new.rows("works")] == [works[0].cells]


def test_dates_of_rows_move_too() -> None:
    """Columns of free rows, and cells that live in a row printed by name."""
    text = DATED.replace('year = "overlap"\n', "").replace(
        'done = { label = "验收日期", kind = "date" }',
        'done = { label = "验收日期", kind = "date", at = "ends[done].day" }',
    ).replace("[[period]]", f"{ENDS}[[period]]", 1)  # fmt: skip
    form = dated(text)
    works = (Row("w1", {"name": "修路", "begun": "202601", "finished": "2026-12-31"}),)
    document = Document(form.key, 1, {}, {"works": works, "ends": (Row("done", {"day": "2026-11-30"}),)})
    new = copy_forward(
        CopySource(form, document, profile().tree, 2026),
        blank_document(form, [], {}),
        form,
        profile().tree,
        2027,
        ["n"],
    )
    assert new.rows("works")[0].cells == {"name": "修路", "begun": "202701", "finished": "2027-12-31"}
    assert new.rows("ends")[0].cells == {"day": "2027-11-30"}


def test_a_date_is_typed_as_text_with_a_hint() -> None:
    form = dated()
    document = Document(form.key, 1, {"begin": "2026年3月"}, {"works": (Row("w1", {"begun": "待定"}),)})
    fields = step_form(form, form.sections[0], document, {})
    begin = str(fields["begin"])
    assert 'type="text"' in begin
    assert 'inputmode="decimal"' in begin
    assert 'value="2026年3月"' in begin
    assert fields.fields["begin"].help_text == KINDS["date"].help
    (grid,) = step_grids(form, form.sections[0], document, profile(), {})
    assert [column.help_text for column in grid.columns] == ["", KINDS["date"].help, KINDS["date"].help]
    own = dated(DATED.replace('label = "开始日期",', 'label = "开始日期", help = "合同的",'))
    assert step_form(own, own.sections[0], document, {}).fields["begin"].help_text == "合同的"
