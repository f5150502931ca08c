"""Target values wherever a form has them: several columns, two sets, two terms, printed rows, fields, other tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filings.checks import CheckSubject, check_last_year, check_sheet
from filings.checks.messages import describe
from filings.checks.values import operator_includes_equal, rate_limit
from filings.sheet.document import Document, Row
from tests.checks.kit import rules
from tests.checks.wide_kit import LEVEL_COLUMNS, REGIONS, found, levels, paths, subject, wide

SIDE_BY_SIDE = (
    "[tables.indicators.columns]\n"
    + LEVEL_COLUMNS
    + """\
name = { kind = "text", label = "长期指标", required = true }
value = { kind = "target", label = "长期指标值", required = true, term = "period" }
name_2 = { kind = "text", label = "年度指标", required = true }
sign_2 = { kind = "operator", label = "年度符号" }
value_2 = { kind = "target", label = "年度指标值", required = true, term = "annual", with = WITH }
points = { kind = "number", label = "年度权重", required = true }
""".replace("WITH", '{ name = "name_2", operator = "sign_2", weight = "points" }')
)
NAMED = """\
[tables.indicators.columns]
value = { kind = "target", label = "值" }
[tables.indicators.rows]
lamps = { level1 = "产出指标", level2 = "质量指标", name = "完好率", unit = "%" }
roads = { level1 = "产出指标", level2 = "数量指标", label = "数量指标" }
"""
NAMED_CELLS = """\
lamps = { at = "indicators[lamps].value", label = "完好率的值" }
roads = { at = "indicators[roads].value", label = "道路的值", kind = "target" }
people = { label = "受益人数", kind = "target" }
"""

# -- several values of one row --------------------------------------------------------------------------------------


def test_each_value_of_a_row_is_checked_at_its_own_cell() -> None:
    row = Row("r1", levels("output.quantity", name="社区覆盖率", value="≥98%", east="≥50%", west="3次"))
    one = subject(wide(REGIONS), row)
    assert [indicator.display_value for indicator in one.indicators] == ["≥98%", "≥50%", "3次"]
    assert paths(one, "C38") == ["indicators[r1].value", "indicators[r1].east"]
    assert paths(one, "C26") == ["indicators[r1].west"]


def test_the_name_that_they_share_is_told_once_and_repeats_nothing() -> None:
    cells = {"value": "≥9个", "east": "≥4个", "west": "≥5个"}
    one = subject(wide(REGIONS), Row("r1", levels("output.quantity", name="切实提高防范水平", **cells)))
    assert paths(one, "C20") == ["indicators[r1].name"]
    assert paths(one, "C17") == []
    again = Row("r2", levels("output.quantity", name="切实提高防范水平", **cells))
    assert paths(subject(wide(REGIONS), *one.document.rows("indicators"), again), "C17") == ["indicators[r2].name"]


def test_last_years_value_is_that_of_the_whole_and_a_description_may_speak_of_any() -> None:
    cells = {"value": "≥90场", "east": "≥30场", "west": "≥60场", "last_year": "≥80场", "description": "东片达到30场"}
    one = subject(wide(REGIONS), Row("r1", levels("output.quantity", name="宣传场次", **cells)))
    assert paths(one, "C44") == paths(one, "C40") == []
    lower = Row("r1", {**one.document.rows("indicators")[0].cells, "value": "≥70场", "description": "东片达到31场"})
    one = subject(wide(REGIONS), lower)
    assert paths(one, "C44") == ["indicators[r1].value"]
    assert paths(one, "C40") == ["indicators[r1].description"]


def test_a_weight_that_they_share_counts_once() -> None:
    cells = {"value": "≥9个", "east": "≥4个", "west": "≥5个", "weight": "100"}
    row = Row("r1", levels("output.quantity", name="宣传场次", **cells))
    assert paths(subject(wide(REGIONS), row, profile="weight_total = 100"), "C49") == []
    assert paths(subject(wide(REGIONS), row, profile="weight_total = 90"), "C49") == ["indicators"]


def test_a_row_with_a_name_alone_is_one_indicator_and_a_required_value_is_missed() -> None:
    one = subject(wide(REGIONS), Row("r1", levels("output.quantity", name="宣传场次")))
    assert [(indicator.name, indicator.display_value) for indicator in one.indicators] == [("宣传场次", "")]
    assert paths(one, "C11") == ["indicators[r1].west"]


def test_last_year_is_compared_column_by_column() -> None:
    cells = {"value": "≥90场", "east": "≥30场", "west": "≥60场"}
    one = subject(wide(REGIONS), Row("r1", levels("output.quantity", name="宣传场次", **cells)))
    lower = {**one.document.rows("indicators")[0].cells, "west": "≥61场"}
    last = Document(one.layout.key, 1, {}, {"indicators": (Row("r1", lower),)})
    assert [(each.code, each.path) for each in check_last_year(one, last)] == [("C44", "indicators[r1].west")]


# -- two sets side by side, long-term beside annual -----------------------------------------------------------------


def test_two_sets_side_by_side_have_their_own_names_values_and_weights() -> None:
    row = Row(
        "r1",
        levels("output.quantity", name="宣传场次", value="≥9场", name_2="覆盖率", sign_2="≥", value_2="98%"),
    )
    row = replace(row, cells={**row.cells, "points": "0"})
    one = subject(wide(SIDE_BY_SIDE), row)
    read = [(indicator.name, indicator.value.operator, indicator.term) for indicator in one.indicators]
    assert read == [("宣传场次", "≥", "period"), ("覆盖率", "≥", "annual")]
    assert paths(one, "C38") == ["indicators[r1].value_2"]
    assert paths(one, "C51") == ["indicators[r1].points"]


def test_the_sign_of_one_set_is_mended_in_its_own_column() -> None:
    row = Row("r1", levels("output.quality", name_2="合格率", value_2="98%", points="5"))
    (finding,) = found(subject(wide(SIDE_BY_SIDE), row), "C33")
    assert (finding.path, finding.fix_text) == ("indicators[r1].sign_2", "≥")


def test_a_row_may_have_one_set_alone() -> None:
    one = subject(wide(SIDE_BY_SIDE), Row("r1", levels("output.quantity", name="宣传场次", value="≥9场")))
    assert paths(one, "C11") == []
    half = subject(wide(SIDE_BY_SIDE), Row("r1", levels("output.quantity", name_2="宣传场次")))
    assert paths(half, "C11") == ["indicators[r1].value_2"]
    assert paths(half, "C51") == ["indicators[r1].points"]


def test_a_begun_row_without_any_indicator_lacks_them_all() -> None:
    form = wide(SIDE_BY_SIDE + 'note = { label = "备注" }\n')
    one = subject(form, Row("r1", levels("output.quantity", note="见附件")))
    assert paths(one, "C11") == [f"indicators[r1].{name}" for name in ("name", "value", "name_2", "value_2")]


def test_one_name_in_both_terms_repeats_nothing_and_each_term_needs_its_categories() -> None:
    output = levels("output.quantity", name="场次", value="≥9场", name_2="场次", value_2="≥3场", points="5")
    benefit = levels("benefit.social", name="知晓率", value="≥90%")
    one = subject(
        wide(SIDE_BY_SIDE), Row("r1", output), Row("r2", benefit), profile='required_categories = ["output", "benefit"]'
    )
    assert paths(one, "C17") == []
    assert [dict(finding.facts)["label"] for finding in found(one, "C06")] == ["效益指标"]
    later = {**benefit, "name_2": "知晓率", "value_2": "≥80%", "points": "5"}
    both = subject(
        wide(SIDE_BY_SIDE), Row("r1", output), Row("r2", later), profile='required_categories = ["output", "benefit"]'
    )
    assert found(both, "C06") == []


# -- rows printed by name, fields, other tables ---------------------------------------------------------------------


def named(**texts: str) -> CheckSubject:
    form = wide(NAMED, cells=NAMED_CELLS, names=("lamps", "roads", "people"), filled="")
    values = {"lamps": texts.pop("lamps", ""), "roads": texts.pop("roads", "")}
    return subject(form, *(Row(row_id, {"value": text}) for row_id, text in values.items()), **texts)


def test_rows_printed_by_name_have_the_name_category_and_unit_that_the_form_prints() -> None:
    one = named(lamps="≥101", roads="≥5")
    lamps, roads = one.indicators
    assert (lamps.name, lamps.category, lamps.value.unit_text) == ("完好率", "output.quality", "%")
    assert (roads.name, roads.category) == ("数量指标", "output.quantity")
    assert paths(one, "C37") == ["indicators[lamps].value"]


def test_what_the_form_prints_is_nobodys_mistake_and_what_it_lacks_stands_at_the_value() -> None:
    one = named(lamps="≥90", roads="≥5")
    assert paths(one, "C16") == []
    (unit,) = found(one, "C32")
    assert unit.path == "indicators[roads].value"
    (sign,) = found(named(roads="5条"), "C33")
    assert (sign.path, sign.fix_text) == ("indicators[roads].value", "≥5条")


def test_a_printed_row_without_a_value_is_no_indicator() -> None:
    assert named().indicators == ()
    assert paths(named(lamps="≥90"), "C05") == []


SIGNED = """\
[tables.indicators.columns]
value = { kind = "target", label = "值" }
[tables.indicators.rows]
one = { level1 = "产出指标", level2 = "质量指标", PRINTED }
"""


def signed(printed: str, value: str) -> CheckSubject:
    """A sheet with one indicator whose row prints some words, an operator or a nature among them."""
    cells = 'one = { at = "indicators[one].value", label = "值" }\n'
    form = wide(SIGNED.replace("PRINTED", printed), cells=cells, names=("one",), filled="")
    return subject(form, Row("one", {"value": value}))


@pytest.mark.parametrize(
    ("printed", "value", "code"),
    [
        ('name = "合格率", operator = "≥"', "100%", "C37"),
        ('name = "合格率", operator = ">"', "90%", "C41"),
        ('name = "事故数量", operator = "≥"', "3起", "C39"),
        ('name = "合格率", operator = "定性", nature = "定量"', "较高", "C34"),
        ('name = "清扫次数", operator = "定性描述"', "9次", "C33"),
    ],
)
def test_an_operator_that_the_form_prints_is_nobodys_mistake(printed: str, value: str, code: str) -> None:
    one = signed(printed, value)
    assert one.indicators[0].printed >= {"name", "operator"}
    assert found(one, code) == []
    assert [
        finding.fix for check in (rate_limit, operator_includes_equal) for finding in check(one) if finding.fix
    ] == []


def test_an_operator_of_the_value_itself_is_still_mended() -> None:
    (finding,) = found(signed('name = "合格率"', "≥100%"), "C37")
    assert (finding.path, finding.fix_text) == ("indicators[one].value", "=100%")


@pytest.mark.parametrize(
    ("printed", "text", "right"),
    [('operator = "≥", ', "约50人", "50人"), ("", "约50人", "≥50人"), ('operator = "", ', "约50人", "≥50人")],
)
def test_an_exact_value_has_no_second_operator(printed: str, text: str, right: str) -> None:
    (finding,) = found(signed(f'{printed}name = "受益人数"', text), "C42")
    assert (finding.path, finding.fix_text) == ("indicators[one].value", right)


@pytest.mark.parametrize(
    ("printed", "value"), [('nature = "定性"', "90%"), ('operator = "定性"', "90%"), ('nature = "定量"', "较高")]
)
def test_a_value_that_is_none_of_the_printed_nature_is_told_at_the_value(printed: str, value: str) -> None:
    assert paths(signed(f'name = "知晓率", {printed}', value), "C34") == ["indicators[one].value"]


def test_a_single_field_of_a_target_value_has_its_label_as_name() -> None:
    one = named(people="约500人")
    assert [(indicator.name, indicator.category) for indicator in one.indicators] == [("受益人数", "")]
    (finding,) = found(one, "C42")
    assert (finding.path, finding.fix_text) == ("people", "≥500人")
    (text,) = describe(one.layout, one.document, [finding])
    assert text.label == "受益人数"


@pytest.mark.parametrize("kind", ["works", "items"])
def test_targets_in_other_tables_count_where_their_name_stands(kind: str) -> None:
    columns = """
title = { label = "任务" }
value = { label = "编号" }
aim = { kind = "target", label = "目标值", with = { name = "title" } }
alone = { kind = "target", label = "另一值" }
"""
    form = wide(f'[tables.jobs]\nof = "{kind}"\n[tables.jobs.columns]{columns}', filled="jobs")
    one = subject(form, Row("r1", {"title": "完好率", "aim": "≥101%", "alone": "≥102%", "value": "3"}), table="jobs")
    assert paths(one, "C37") == ["jobs[r1].aim"]
    assert paths(one, "C05") == []


def test_a_negative_amount_is_no_budget() -> None:
    row = Row("r1", levels("output.cost", name="总成本", value="≤50万元"))
    form = wide(REGIONS)
    one = CheckSubject(form, Document(form.key, 1, {"total": "-50"}, {"indicators": (row,)}), rules())
    assert {"CHECK", "C25", "C62", "C63"}.isdisjoint(finding.code for finding in check_sheet(one))
