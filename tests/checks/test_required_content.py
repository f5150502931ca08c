"""What a form must contain: required tables, weights, categories by objective and term, totals with their parts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from filings.checks import CheckSubject, Finding, blocking_findings, check_sheet
from filings.checks.messages import describe
from filings.sheet.document import Document, Row
from filings.sheet.loading import load_layout
from filings.sheet.new_documents import blank_document
from tests.checks.kit import PLACES, real

Errors = set[tuple[str, str]]


def sheet_of(place: str, form: str) -> CheckSubject:
    """The first real sheet of a form."""
    return next(one for one in real(place) if one.layout.key == f"{place}/{form}")


def with_rows(subject: CheckSubject, **tables: tuple[Row, ...]) -> CheckSubject:
    """The sheet with other rows in some tables."""
    document = replace(subject.document, tables={**subject.document.tables, **tables})
    return replace(subject, document=document)


def without_texts(rows: tuple[Row, ...], keep: tuple[str, ...] = ("level1", "level2")) -> tuple[Row, ...]:
    """The rows with nothing but their categories, as a new form has them."""
    return tuple(Row(row.id, {name: text for name, text in row.cells.items() if name in keep}) for row in rows)


def errors(subject: CheckSubject) -> Errors:
    return {(finding.code, finding.path) for finding in blocking_findings(check_sheet(subject))}


def found(subject: CheckSubject, code: str) -> list[Finding]:
    return [finding for finding in check_sheet(subject) if finding.code == code]


FORMS = [
    ("kunming-chenggong", "project-text", "indicators"),
    ("tangshan-lunan", "department-text", "duties"),
    ("tangshan-lunan", "project", "indicators"),
    ("wuhan-jianghan", "department", "annual_indicators_1"),
    ("wuhan-jianghan", "project", "annual_indicators"),
    ("wuhan-jianghan", "project", "expenditures"),
    ("yinchuan-yongning", "project-target", "indicators"),
    ("zhuzhou-shifeng", "department", "indicators"),
    ("zhuzhou-shifeng", "direction", "indicators"),
    ("zhuzhou-shifeng", "direction", "expenditures"),
    ("zhuzhou-shifeng", "special-funds", "funds"),
]


@pytest.mark.parametrize(("place", "form", "table"), FORMS)
def test_the_core_tables_of_the_nine_forms_must_have_rows(place: str, form: str, table: str) -> None:
    """Also where the rows that the form began with are still there, untouched."""
    subject = sheet_of(place, form)
    assert ("C01", table) not in errors(subject)
    for rows in ((), without_texts(subject.document.rows(table))):
        empty = with_rows(subject, **{table: rows})
        assert ("C01", table) in errors(empty)
        (finding,) = [one for one in found(empty, "C01") if one.path == table]
        (text,) = describe(empty.layout, empty.document, [finding])
        assert text.message == f"“{subject.layout.tables[table].label}”里一行也没有填，请填写。"
        assert {("C05", table), ("C06", table)}.isdisjoint(errors(empty))


def test_a_new_sheet_of_each_form_has_errors_in_its_core_tables() -> None:
    for place in PLACES:
        for subject in {one.layout.key: one for one in real(place)}.values():
            document = blank_document(subject.layout, subject.profile.categories(), {})
            blank = replace(subject, document=document)
            required = {table.name for table in subject.layout.tables.values() if table.rows_required}
            told = {path for code, path in errors(blank) if code in ("C01", "C05", "C06")}
            # Four of the goals of a department may be left out; of the details of spending nothing is asked yet.
            assert {name for name in required if not subject.layout.tables[name].goal} - told <= {"expenditures"}
            assert told & set(subject.layout.tables)


def test_details_are_asked_for_only_where_money_is() -> None:
    subject = sheet_of("zhuzhou-shifeng", "direction")
    empty = with_rows(subject, expenditures=())
    funding = tuple(Row(row.id, {**row.cells, "amount": "0"}) for row in empty.document.rows("funding"))
    assert ("C01", "expenditures") in errors(empty)
    assert ("C01", "expenditures") not in errors(with_rows(empty, funding=funding))


def test_a_place_says_how_much_it_matters() -> None:
    subject = with_rows(sheet_of("yinchuan-yongning", "project-target"), indicators=())
    lenient = replace(subject, profile=replace(subject.profile, severities={"C01": "warning"}))
    assert {one.severity for one in found(lenient, "C01") if one.path == "indicators"} == {"warning"}


def test_goals_that_are_not_used_ask_for_no_rows() -> None:
    subject = sheet_of("wuhan-jianghan", "department")
    tables = ("period_indicators_4", "annual_indicators_4")
    written = with_rows(subject, **dict.fromkeys(tables, ()))
    assert {path for _, path in errors(written)} >= set(tables)
    goals = tuple(row for row in subject.document.rows("objectives") if not row.id.endswith("_4"))
    unused = with_rows(written, objectives=goals)
    assert not {path for _, path in errors(unused)} & set(tables)


# -- by term and objective ------------------------------------------------------------------------------------------


def test_rows_of_one_term_do_not_stand_for_those_of_another() -> None:
    """A long-term table is no annual one, even where the annual one has rows of output."""
    subject = sheet_of("wuhan-jianghan", "project")
    annual = subject.document.rows("annual_indicators")
    outputs = tuple(row for row in annual if row.get("level1").startswith("产出"))
    one = with_rows(subject, annual_indicators=outputs)
    (finding,) = [each for each in found(one, "C06") if each.path == "annual_indicators"]
    assert dict(finding.facts) == {"label": "效益指标", "of": "年度绩效目标表"}
    assert finding.severity == "error"


def test_each_objective_needs_its_own_categories() -> None:
    subject = sheet_of("wuhan-jianghan", "department")
    first = subject.document.rows("annual_indicators_1")
    benefits = tuple(row for row in first if not row.get("level1").startswith("产出"))
    one = with_rows(subject, annual_indicators_1=benefits)
    assert ("C05", "annual_indicators_1") in errors(one)
    assert ("C05", "annual_indicators_1") not in errors(subject)


def test_a_long_term_goal_without_any_row_is_told_at_its_table() -> None:
    subject = sheet_of("wuhan-jianghan", "project")
    assert {("C05", "period_indicators"), ("C06", "period_indicators")} <= errors(
        with_rows(subject, period_indicators=without_texts(subject.document.rows("period_indicators")))
    )


# -- weights --------------------------------------------------------------------------------------------------------


def test_an_empty_weight_that_the_form_requires_blocks() -> None:
    subject = sheet_of("wuhan-jianghan", "project")
    first, *rest = subject.document.rows("annual_indicators")
    one = with_rows(subject, annual_indicators=(Row(first.id, {**first.cells, "weight": ""}), *rest))
    assert ("C51", f"annual_indicators[{first.id}].weight") in errors(one)
    free = replace(one, profile=replace(one.profile, weight_total=None))
    assert {finding.severity for finding in found(free, "C51")} == {"warning"}


# -- totals and parts -----------------------------------------------------------------------------------------------


def money(subject: CheckSubject, **amounts: str) -> CheckSubject:
    rows = [row for row in subject.document.rows("funding") if row.id not in amounts]
    return with_rows(subject, funding=(*rows, *(Row(name, {"amount": text}) for name, text in amounts.items())))


@pytest.mark.parametrize(
    ("amounts", "path"),
    [
        ({"total": "50", "appropriation": "", "other": ""}, "funding[total].amount"),
        ({"total": "", "appropriation": "50", "other": ""}, "funding[total].amount"),
        ({"total": "0", "appropriation": "", "other": ""}, ""),
        ({"total": "五十", "appropriation": "", "other": ""}, ""),
        ({"total": "50", "appropriation": "50", "other": ""}, ""),
    ],
)
def test_a_total_without_parts_and_parts_without_a_total_are_told(amounts: dict[str, str], path: str) -> None:
    one = money(sheet_of("tangshan-lunan", "project"), **amounts)
    assert [finding.path for finding in found(one, "C55")] == ([path] if path else [])


def test_the_message_names_the_parts() -> None:
    one = money(sheet_of("tangshan-lunan", "project"), total="50", appropriation="", other="")
    (finding,) = found(one, "C55")
    (text,) = describe(one.layout, one.document, [finding])
    assert text.short_message.startswith("“预算数”是 50，而构成它的“其中：财政资金”、“其他资金”都是空的")


def test_details_without_any_amount_of_a_source_are_told_at_its_total() -> None:
    subject = sheet_of("wuhan-jianghan", "project")
    bare = tuple(
        Row(row.id, {**row.cells, "amount": "", "transfer": ""}) for row in subject.document.rows("expenditures")
    )
    one = money(with_rows(subject, expenditures=bare), appropriation="10", transfer="5")
    assert {"funding[appropriation].amount", "funding[transfer].amount"} <= {f.path for f in found(one, "C55")}


def test_each_row_has_its_own_sum() -> None:
    file = Path(__file__).resolve().parents[1] / "odd-form.toml"
    layout = load_layout(file.name, file.read_text(encoding="utf-8"), {}.__getitem__)
    rows = (
        Row("a", {"men": "3", "women": "4"}),
        Row("b", {"men": "3", "women": "4", "both": "7"}),
        Row("c", {"both": "7"}),
        Row("d", {"kind": "在编"}),
    )
    one = CheckSubject(layout, Document(layout.key, 1, {}, {"staff": rows}), real(PLACES[0])[0].profile)
    assert [finding.path for finding in found(one, "C55")] == ["staff[a].both", "staff[c].both"]
