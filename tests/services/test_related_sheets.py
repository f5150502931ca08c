"""Related sheets: values derived at a save, from other sheets and last year's, and the button that fetches them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from filings.models import DueForm, Filing
from filings.services.documents import load_document
from filings.services.drafts import save_edits
from filings.services.new_filings import start_filing
from filings.services.related_sheets import has_related_input, last_year_filing, related_data, related_edits
from filings.sheet.document import Path, Row
from filings.sheet.edits import AddRow, DeleteRow, SetCell
from tests.factories import LAYOUT, House, due_form, filled, layout, opened_cycle, put
from tests.services.kit import GRANT, REST, TOTAL, press, save, save_newest, stored_text
from tests.views.kit import browser

SHARED = LAYOUT.replace('"testshire/plan"', '"testshire/shared"').replace(
    "| 其余 | {rest} | < | < |", "| 其余 | {rest} | {share} | {before} |"
).replace(
    '[tables.funding.columns]', 'share = { label = "占比" }\nbefore = { label = "上年" }\n[tables.funding.columns]'
).replace('"grant", "rest"]\n[[section]]', '"grant", "rest", "share", "before"]\n[[section]]') + """
[[share]]
cell = "share"
part = "grant"
whole = "total"
[[last_year]]
cell = "before"
source = "total"
"""  # fmt: skip
GATHERING = """\
key = "testshire/whole"
version = 1
name = "汇总表"
subject = "department"
[cells]
sum = { label = "合计", kind = "money" }
head = { label = "负责人" }
[tables.projects]
of = "works"
label = "项目"
from = { layout = "testshire/plan", columns = { name = "title", amount = "total" } }
[tables.projects.columns]
name = { label = "项目名" }
amount = { label = "金额", kind = "money" }
[tables.phones]
from = { layout = "testshire/plan", columns = { name = "title", phone = "phone" } }
label = "电话"
[tables.phones.columns]
name = { label = "项目名" }
phone = { label = "电话" }
[[block]]
widths_mm = [60, 60]
draw = '''
| {sum} | {head} |
projects | {name} | {amount} |
phones | {name} | {phone} |
'''
[[section]]
key = "rows"
title = "项目"
cells = ["sum"]
tables = ["projects", "phones"]
[[section]]
key = "head"
title = "其他"
cells = ["head"]
[[sum]]
total = "sum"
parts = ["projects.amount"]
"""


def shared(house: House, **more: Any) -> Filing:
    return start_filing(house.clerk, house.cycle, due_form(house, SHARED), house.department, house.project(), **more)


def whole(house: House) -> Filing:
    return start_filing(house.clerk, house.cycle, due_form(house, GATHERING), house.department)


def stored_rows(filing: Filing, table: str) -> tuple[Row, ...]:
    return load_document(Filing.objects.with_parts().get(pk=filing.pk)).rows(table)


def rows(filing: Filing, table: str) -> list[dict[str, str]]:
    return [{name: text for name, text in row.cells.items() if text} for row in stored_rows(filing, table)]


# -- saving --------------------------------------------------------------------------------------------------------


def test_what_followed_comes_back_is_journalled_and_stands_in_lists(house: House) -> None:
    filing = shared(house)
    saved = save_newest(house, filing, put(GRANT, "30"), put(REST, "20"))
    assert saved.meanwhile == {TOTAL: "50", "share": "60%"}
    assert (stored_text(filing, TOTAL), stored_text(filing, "share")) == ("50", "60%")
    (journal,) = Filing.objects.get(pk=filing.pk).edits.all()
    assert {change["path"]: change["to"] for change in journal.changes} == {
        GRANT: "30", REST: "20", TOTAL: "50", "share": "60%",
    }  # fmt: skip
    assert Filing.objects.get(pk=filing.pk).total == 50


def test_the_same_save_again_answers_the_same(house: House) -> None:
    filing = shared(house)
    edits = [put(GRANT, "30"), put(REST, "20")]
    first = save(house.clerk, filing, 0, *edits, operation="op")
    again = save(house.clerk, filing, 0, *edits, operation="op")
    assert (again.version, again.meanwhile, again.conflicts) == (first.version, first.meanwhile, [])
    assert Filing.objects.get(pk=filing.pk).edits.count() == 1


def test_a_cell_that_followed_for_somebody_else_is_told_and_not_written_over(house: House) -> None:
    filing = shared(house)
    save_edits(house.colleague, filing.pk, 0, "colleague-1", [put(GRANT, "30")])
    mine = save(house.clerk, filing, 0, put(TOTAL, "99"))
    assert [(one.path, one.mine, one.theirs) for one in mine.conflicts] == [(TOTAL, "99", "30")]
    assert mine.meanwhile[TOTAL] == "30"


def test_what_a_person_wrote_is_not_followed_over(house: House) -> None:
    filing = shared(house)
    save_newest(house, filing, put(GRANT, "30"), put(TOTAL, "31"))
    saved = save_newest(house, filing, put(REST, "5"))
    assert TOTAL not in saved.meanwhile
    assert stored_text(filing, TOTAL) == "31"


def test_a_part_that_cannot_be_stored_changes_no_sum(house: House) -> None:
    filing = shared(house)
    saved = save_newest(house, filing, put(GRANT, "3\0"), put(REST, "20"))
    assert [edit.path for edit in saved.refused] == [GRANT]
    assert stored_text(filing, TOTAL) == "20"


@pytest.mark.parametrize("filled_rows", [1, 40])
def test_following_costs_no_query_more_for_more_rows(house: House, filled_rows: int) -> None:
    filing = whole(house)
    edits = [AddRow("projects", f"p{n}", None, (("name", f"第{n}"), ("amount", "1"))) for n in range(filled_rows)]
    save_newest(house, filing, *edits)
    with CaptureQueriesContext(connection) as asked:
        save_newest(house, filing, put("projects[p0].amount", "2"))
    assert stored_text(filing, "sum") == str(filled_rows + 1)
    assert len(asked) <= 22, [query["sql"][:100] for query in asked.captured_queries]


# -- last year and other sheets ------------------------------------------------------------------------------------


def next_year(house: House, old: Filing, **more: Any) -> Filing:
    cycle = opened_cycle(house.place, 2027)
    form = due_form(house, SHARED, cycle=cycle)
    return start_filing(house.clerk, cycle, form, house.department, old.project, **more)


def test_a_new_sheet_knows_what_last_years_said(house: House) -> None:
    old = shared(house)
    save_newest(house, old, put(TOTAL, "88万元"))
    new = next_year(house, old)
    assert last_year_filing(new) == old
    assert stored_text(new, "before") == "88万元"
    assert stored_text(new, TOTAL) == ""
    assert Filing.objects.get(pk=new.pk).copied_unreviewed == []


def test_last_year_is_of_the_same_project_form_and_department(house: House) -> None:
    old = shared(house)
    save_newest(house, old, put(TOTAL, "88"))
    other = start_filing(house.clerk, house.cycle, house.due, house.department, old.project, document=filled())
    new = next_year(house, old)
    assert last_year_filing(new) == old != other
    assert last_year_filing(old) is None
    form = DueForm.objects.get(cycle=new.cycle)
    stranger = start_filing(house.clerk, new.cycle, form, house.department, house.project())
    assert last_year_filing(stranger) is None
    assert stored_text(stranger, "before") == ""


def test_rows_come_from_the_departments_sheets_of_this_cycle(house: House) -> None:
    house.filing(filled(title="修路", total="10"))
    house.filing(filled(title="修桥", total="20", phone=""))
    house.filing(filled(title=""))
    project = house.project(department=house.elsewhere)
    start_filing(house.neighbour, house.cycle, house.due, house.elsewhere, project, document=filled(title="别家的"))
    filing = whole(house)
    assert rows(filing, "projects") == [{"name": "修路", "amount": "10"}, {"name": "修桥", "amount": "20"}]
    assert rows(filing, "phones") == [{"name": "修路", "phone": "0951-1234567"}, {"name": "修桥"}]


def test_sheets_of_one_name_do_not_stop_a_new_one(house: House) -> None:
    for _ in range(2):
        house.filing(filled(title="修路"))
    assert [row["name"] for row in rows(whole(house), "projects")] == ["修路"]


@pytest.mark.parametrize("count", [1, 15])
def test_looking_around_costs_the_same_for_many_sheets(house: House, count: int) -> None:
    for number in range(count):
        house.filing(filled(title=f"第{number}"))
    filing = Filing.objects.select_related("layout", "cycle").get(pk=whole(house).pk)
    with CaptureQueriesContext(connection) as asked:
        near = related_data(filing)
    assert len(near.sheets["testshire/plan"]) == count
    assert len(asked) <= 4, [query["sql"][:100] for query in asked.captured_queries]


def test_where_no_rule_looks_around_nothing_is_asked(house: House) -> None:
    filing = Filing.objects.select_related("layout", "cycle").get(pk=house.filing().pk)
    with CaptureQueriesContext(connection) as asked:
        assert related_data(filing).sheets == {}
    assert len(asked) == 0


def test_which_steps_can_be_filled_from_around() -> None:
    one = layout(GATHERING)
    assert [has_related_input(one, section.cells, section.tables) for section in one.sections] == [True, False]
    two = layout(SHARED)
    assert [has_related_input(two, section.cells, section.tables) for section in two.sections] == [True, False, False]


# -- the button ----------------------------------------------------------------------------------------------------


def test_the_button_brings_rows_into_all_tables_of_the_step(house: House) -> None:
    filing = whole(house)
    assert rows(filing, "projects") == []
    house.filing(filled(title="修路", total="10"))
    house.filing(filled(title="修桥", total="20"))
    page = browser(house.clerk).get(f"/filings/{filing.ref}/steps/rows/").content.decode()
    assert 'value="gather"' in page
    assert 'value="gather"' not in browser(house.clerk).get(f"/filings/{filing.ref}/steps/head/").content.decode()
    press(house, filing, "rows", "gather")
    assert [row["name"] for row in rows(filing, "projects")] == ["修路", "修桥"]
    assert [row["name"] for row in rows(filing, "phones")] == ["修路", "修桥"]
    assert stored_text(filing, "sum") == "30"
    press(house, filing, "rows", "gather")
    assert len(rows(filing, "projects")) == len(rows(filing, "phones")) == 2


def test_the_button_leaves_other_steps_alone(house: House) -> None:
    filing = whole(house)
    house.filing(filled(title="修路"))
    press(house, filing, "head", "gather", head="张三")
    assert (rows(filing, "projects"), stored_text(filing, "head")) == ([], "张三")


def test_the_button_writes_over_nothing_that_is_typed_with_it(house: House) -> None:
    """A page without script posts the step whole: what was typed just now is not in the database yet."""
    house.filing(filled(title="修路", total="10"))
    filing = whole(house)
    (row,) = stored_rows(filing, "projects")
    save_newest(house, filing, put("sum", ""))
    press(house, filing, "rows", "gather", sum="11", **{f"projects[{row.id}].amount": "12"})
    assert (stored_text(filing, "sum"), stored_text(filing, f"projects[{row.id}].amount")) == ("11", "12")


def test_the_button_reckons_with_what_is_typed_with_it(house: House) -> None:
    house.filing(filled(title="修路", total="10"))
    filing = whole(house)
    (row,) = stored_rows(filing, "projects")
    save_newest(house, filing, put("sum", ""))
    press(house, filing, "rows", "gather", **{f"projects[{row.id}].amount": "12"})
    assert stored_text(filing, "sum") == "12"


def test_a_row_taken_out_comes_back_with_the_button_only(house: House) -> None:
    house.filing(filled(title="修路"))
    filing = whole(house)
    (row,) = stored_rows(filing, "projects")
    save_newest(house, filing, DeleteRow("projects", row.id))
    assert rows(filing, "projects") == []
    fresh = Filing.objects.select_related("layout", "cycle").get(pk=filing.pk)
    assert any(isinstance(edit, AddRow) for edit in related_edits(fresh))
    assert related_edits(fresh, [AddRow("projects", row.id, None, (("name", "修路"), ("amount", "1")))]) == [
        SetCell(Path("sum"), "1")
    ]


def test_a_text_too_long_for_this_form_is_told_by_the_button_and_shown_to_be_shortened(house: House) -> None:
    """A title of another sheet may be longer than a name: beginning the sheet leaves it out, its row is there."""
    house.filing(filled(title="长" * 300, total="10"))
    filing = whole(house)
    assert [row.get("name", "") for row in rows(filing, "projects")] == [""]
    assert rows(filing, "projects")[0]["amount"] == "10"
    (row,) = stored_rows(filing, "projects")
    page = browser(house.clerk).post(f"/filings/{filing.ref}/steps/rows/", {"do": "gather", "version": "0"})
    assert page.status_code == 409
    words = page.content.decode()
    assert "“项目名”最多 200 字，现在有 300 字，请删去 100 字后再保存" in words
    assert f"projects[{row.id}].name" in words
    assert "长" * 300 in words
    press(house, filing, "rows", "save", **{f"projects[{row.id}].name": "短"})
    assert rows(filing, "projects")[0]["name"] == "短"
