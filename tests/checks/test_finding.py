"""CheckSubject: what checks see of a document, and the data that findings are."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from filings.checks import RULES, CheckSubject, check_sheet, finding_from_data, finding_to_data
from filings.sheet.document import Path, Row
from filings.sheet.edits import SetCell, apply_edits
from tests.checks.kit import PLACES, real, row, sheet
from tests.factories import LAYOUT, filled, layout, profile


def subject_of(text: str = LAYOUT, **fields: str) -> CheckSubject:
    return CheckSubject(layout(text), filled(**fields), profile())


def test_fields_are_all_inputs_also_empty_ones_and_no_free_rows() -> None:
    texts = {str(spec.path): text for spec, text in subject_of(phone="").fields()}
    assert texts["title"] == "巷道改造"
    assert texts["phone"] == ""
    assert texts["funding[grant].amount"] == "30"
    assert not any(address.startswith("indicators") for address in texts)


def test_rows_are_those_that_people_add_in_form_order() -> None:
    subject = sheet(
        row(7, "output.quantity", "次数", "≥1次"),
        row(9, "output.quality", "合格率", "=100%"),
        fixed={"funding.total": "5"},
        spending=(Row("s1", {"content": "印刷"}),),
    )
    assert [(table, one.id) for table, one in subject.rows] == [
        ("expenditures", "s1"), ("indicators", "r7"), ("indicators", "r9"),
    ]  # fmt: skip
    tables = subject.layout.tables
    fixed = replace(
        subject.layout, tables={**tables, "indicators": replace(tables["indicators"], fixed={"r7": {"name": "次数"}})}
    )
    assert [one.id for _, one in replace(subject, layout=fixed).rows] == ["s1", "r9"]


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


def test_a_cell_finding_has_the_severity_of_its_rule_or_the_one_given_and_a_fix_of_its_cell() -> None:
    subject = subject_of()
    finding = subject.cell_finding("C61", Path("title"), facts={"text": "3万"}, fix="3")
    assert finding.facts == (("text", "3万"),)
    assert (finding.severity, finding.fix, finding.fix_text) == (
        RULES["C61"].severity, (SetCell(Path("title"), "3"),), "3",
    )  # fmt: skip
    assert subject.cell_finding("C61", Path("title"), severity="note").severity == "note"
    other = subject.cell_finding("C61", Path("title"), fix=(SetCell(Path("phone"), "3"),))
    assert (len(other.fix), other.fix_text) == (1, "")


def test_cells_that_facts_name_are_stored_as_addresses() -> None:
    cells = [Path("title"), Path("indicators", "i1", "name")]
    finding = subject_of().cell_finding("C54", Path("title"), facts={"parts": cells, "cell": cells[1], "rows": 3})
    assert finding.facts == (
        ("parts", ("title", "indicators[i1].name")), ("cell", "indicators[i1].name"), ("rows", 3),
    )  # fmt: skip


def test_a_finding_is_the_same_after_a_way_through_json() -> None:
    for subject in real("tangshan-lunan"):
        for finding in check_sheet(subject):
            assert finding_from_data(json.loads(json.dumps(finding_to_data(finding)))) == finding


@pytest.mark.parametrize("table", ["indicators", ""])
def test_a_table_finding_has_the_severity_of_its_rule_or_the_one_given(table: str) -> None:
    finding = subject_of().table_finding("C05", table, facts={"label": "产出指标"})
    assert (finding.path, finding.severity) == (table, RULES["C05"].severity)
    assert subject_of().table_finding("C05", table, severity="off").severity == "off"


def test_findings_of_one_table_are_told_apart_by_their_facts() -> None:
    subject = subject_of()
    digests = {subject.table_finding("C07", "indicators", facts={"label": one}).digest for one in ("数量", "质量")}
    assert len(digests) == 2


def test_a_cell_shared_by_all_rows_is_reported_at_the_cell() -> None:
    subject = subject_of()
    shared = replace(subject.indicators[0], shared_cells={"objective": (Path("title"), "目标1")})
    assert subject.indicator_finding("C30", shared, "objective", "goal").path == "title"


def keys(subject: CheckSubject) -> set[tuple[str, str, str]]:
    return {(finding.code, finding.path, finding.digest) for finding in check_sheet(subject)}


def moved(subject: CheckSubject, table: str) -> CheckSubject:
    """The free rows of a table in the opposite order, behind a new one."""
    fixed = subject.layout.tables[table].fixed
    free = [row for row in subject.document.rows(table) if row.id not in fixed]
    rows = (*(row for row in subject.document.rows(table) if row.id in fixed), Row("new0"), *reversed(free))
    tables = {**subject.document.tables, table: rows}
    return replace(subject, document=replace(subject.document, tables=tables))


@pytest.mark.parametrize("place", PLACES)
def test_no_digest_depends_on_where_a_row_stands(place: str) -> None:
    """What is said of a row counts on, wherever the row is moved and whatever is added above it."""
    count = 0
    for subject in real(place):
        other = subject
        for table in subject.document.tables:
            other = moved(other, table)
        shared = {one[:2] for one in keys(subject)} & {one[:2] for one in keys(other)}
        before, after = (
            {one for one in keys(each) if one[:2] in shared and "[" in one[1]} for each in (subject, other)
        )
        # Which of two equal rows is told is a matter of their order; what the row holds is not.
        assert {one for one in before if one[0] not in ("C17", "C71")} == {
            one for one in after if one[0] not in ("C17", "C71")
        }
        count += len(before)
    assert count > 5


@pytest.mark.parametrize("place", PLACES)
def test_a_changed_cell_asks_anew(place: str) -> None:
    changed = 0
    for subject in real(place):
        for finding in check_sheet(subject):
            if not finding.path or finding.path in subject.layout.tables:
                continue
            path = Path.parse(finding.path)
            edit = SetCell(path, subject.document.value(path) + " ")
            again = replace(subject, document=apply_edits(subject.layout, subject.document, [edit]))
            assert (finding.code, finding.path, finding.digest) not in keys(again)
            changed += 1
            break
    assert changed
