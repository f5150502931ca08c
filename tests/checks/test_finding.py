"""CheckSubject: what checks see of a document, and the messages that findings get."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filings.checks import RULES, CheckSubject, Finding
from filings.sheet.document import Path, Row
from tests.checks.kit import row, sheet
from tests.factories import LAYOUT, filled, layout, profile


def subject_of(text: str = LAYOUT, **fields: str) -> CheckSubject:
    return CheckSubject(layout(text), filled(**fields), profile())


def test_fields_are_all_inputs_also_empty_ones_and_no_free_rows() -> None:
    texts = {str(spec.path): text for spec, text in subject_of(phone="").fields()}
    assert texts["title"] == "巷道改造"
    assert texts["phone"] == ""
    assert texts["funding[grant].amount"] == "30"
    assert not any(address.startswith("indicators") for address in texts)


def test_grid_rows_count_free_rows_of_each_table_from_1_and_leave_out_fixed_ones() -> None:
    subject = sheet(
        row(7, "output.quantity", "次数", "≥1次"),
        row(9, "output.quality", "合格率", "=100%"),
        fixed={"funding.total": "5"},
        spending=(Row("s1", {"content": "印刷"}),),
    )
    assert [(table, number, one.id) for table, number, one in subject.grid_rows()] == [
        ("expenditures", 1, "s1"), ("indicators", 1, "r7"), ("indicators", 2, "r9"),
    ]  # fmt: skip
    tables = subject.layout.tables
    fixed = replace(
        subject.layout, tables={**tables, "indicators": replace(tables["indicators"], fixed={"r7": {"name": "次数"}})}
    )
    assert [(number, one.id) for table, number, one in replace(subject, layout=fixed).grid_rows()] == [
        (1, "s1"), (1, "r9"),
    ]  # fmt: skip


def test_rows_without_name_and_value_are_no_indicators_but_count() -> None:
    blank = Row("r1", {"level1": "产出指标", "level2": "数量指标", "weight": "10", "name": " 　"})
    subject = sheet(blank, row(2, "output.quantity", "次数", ""), row(3, "output.quantity", "", "≥1次"))
    assert [(one.row.id, one.number_in_table) for one in subject.indicators] == [("r2", 2), ("r3", 3)]


def test_texts_are_filled_cells_with_fields_first() -> None:
    subject = sheet(row(1, "output.quantity", " 次数 ", "≥1次"), title="甲", basis="  ", before="")
    found = [(str(path), text) for path, _, text in subject.texts]
    assert found[0] == ("title", "甲")
    assert ("indicators[r1].name", "次数") in found
    assert not any(address in ("basis", "before") for address, _ in found)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (Path("indicators", "i1", "value"), "改造条数"),
        (Path("indicators", "gone", "value"), ""),
        (Path("title"), ""),
        (Path("funding", "grant", "amount"), ""),
    ],
)
def test_the_name_of_the_row_of_an_address(path: Path, name: str) -> None:
    assert subject_of().row_name(path) == name


def test_a_cell_finding_is_the_fact_and_the_remedy_of_its_rule() -> None:
    finding = subject_of().cell_finding("C01", Path("title"), "“名称”是空的", fix="甲")
    rule = RULES["C01"]
    assert finding == Finding(
        "C01", "title", layout().label(Path("title")), f"“名称”是空的，{rule.remedy}。", rule.severity, "", "甲"
    )
    assert subject_of().cell_finding("C01", Path("title"), "空", severity="note").severity == "note"


def test_an_indicator_finding_names_its_row_and_the_short_message_does_not() -> None:
    subject = subject_of()
    finding = subject.indicator_finding("C31", subject.indicators[1], "value", "不是数字")
    assert finding.path == "indicators[i2].value"
    assert finding.row_name == "受益人数"
    assert finding.message.startswith("第 2 行“受益人数”：不是数字，")
    assert finding.short_message == finding.message.removeprefix("第 2 行“受益人数”：")


def test_only_the_beginning_of_a_message_is_taken_for_the_row() -> None:
    finding = Finding("C30", "title", "名称", "写着第 2 行“甲”：乙")
    assert finding.short_message == finding.message


def test_a_cell_shared_by_all_rows_is_reported_without_a_row() -> None:
    subject = subject_of()
    shared = replace(subject.indicators[0], shared_cells={"objective": (Path("title"), "目标1")})
    finding = subject.indicator_finding("C30", shared, "objective", "没有这个目标")
    assert (finding.path, finding.row_name) == ("title", "")
    assert finding.message.startswith("没有这个目标")


@pytest.mark.parametrize("table", ["indicators", ""])
def test_a_table_finding_has_the_severity_of_its_rule_or_the_one_given(table: str) -> None:
    finding = subject_of().table_finding("C05", table, "产出指标", "没有产出")
    assert (finding.path, finding.label, finding.severity) == (table, "产出指标", RULES["C05"].severity)
    assert subject_of().table_finding("C05", table, "产出指标", "没有产出", severity="off").severity == "off"
