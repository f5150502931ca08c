"""Checks across forms and against last year: made from real filings by changing one thing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filings.checks import CheckSubject, check_department_sheets, check_last_year
from filings.checks import run as runner
from filings.sheet.document import Document, Row
from tests.checks.kit import real, row, sheet
from tests.factories import with_text


def found(subjects: list[CheckSubject]) -> list[list[tuple[str, str]]]:
    return [[(finding.code, finding.path) for finding in findings] for findings in check_department_sheets(subjects)]


def changed(subject: CheckSubject, address: str, text: str) -> CheckSubject:
    return replace(subject, document=with_text(subject.document, address, text))


def test_a_summary_agrees_with_its_sheets() -> None:
    department, summary, *directions = real("zhuzhou-shifeng")
    assert [code for found_here in found([department, summary, *directions])[:2] for code, _ in found_here] == []
    wrong = changed(summary, "funds[f1].amount", "37")
    assert ("C59", "funds[f1].amount") in found([department, wrong, *directions])[1]
    renamed = changed(summary, "funds[f2].name", "社区运转经费")
    assert ("C30", "funds[f2].name") in found([department, renamed, *directions])[1]
    assert ("C59", "funds[f4].name") in found([department, summary, *directions[:-1]])[1], "no sheet for this row"
    unlisted = replace(summary, document=replace(summary.document, tables={
        **summary.document.tables, "funds": summary.document.rows("funds")[:-1]}))  # fmt: skip
    assert ("C59", "funds") in found([department, unlisted, *directions])[1]


def test_project_spending_is_the_sum_of_the_projects() -> None:
    department, *rest = real("zhuzhou-shifeng")
    wrong = changed(department, "funding[project].amount", "460")
    assert ("C59", "funding[project].amount") in found([wrong, *rest])[0]


def test_a_sentence_of_another_project_is_told_where_it_does_not_belong() -> None:
    said = found(list(real("yinchuan-yongning")))
    assert ("C28", "indicators[i3].name") in said[1], "cleaning in a project of rents"
    assert [path for code, path in said[0] if code == "C28"] == [], "it belongs here"


def test_the_same_rows_in_many_projects() -> None:
    projects = list(real("tangshan-lunan")[1:])
    assert ("C18", "indicators") in found(projects)[0]
    assert [code for code, _ in found(projects[:2])[0] if code == "C18"] == []


def test_the_same_plan_in_all_projects_and_not_in_all_but_one() -> None:
    projects = list(real("tangshan-lunan")[1:])
    assert ("C64", "payments") in found(projects)[0]
    assert ("C64", "payments") not in found([changed(projects[0], "payments[march].percent", "40%"), *projects[1:]])[1]


def project(number: int, *rows: Row, **fixed: str) -> CheckSubject:
    return sheet(*rows, title=f"项目{number}", fixed={key.replace("_", "."): text for key, text in fixed.items()})


def digests(subjects: list[CheckSubject], code: str) -> list[str]:
    """What the replies to a finding of each sheet hold for; '' for a sheet without one."""
    of_sheets = check_department_sheets(subjects)
    return ["".join(finding.digest for finding in findings if finding.code == code) for findings in of_sheets]


ALIKE = [row(n, "output.quantity", f"清扫次数{n}", f"≥{n}0次") for n in range(1, 5)]
OWN = row(9, "output.quality", "合格率", "≥95%")


@pytest.mark.parametrize("count", [2, 4])
def test_a_reason_for_repeated_rows_outlives_other_rows_and_sheets(count: int) -> None:
    """Two sheets are twins; of four it is said how many have the same rows."""
    subjects = [project(number, *ALIKE) for number in range(count)]
    first = digests(subjects, "C18")[0]
    assert first
    assert digests([project(0, OWN, *ALIKE), *subjects[1:]], "C18")[0] == first, "a row of its own"
    assert digests([*subjects, project(8, OWN)], "C18")[0] == first, "one more sheet"
    named = [replace(one, name=f"改名{number}") for number, one in enumerate(subjects)]
    assert digests(named, "C18")[0] == first, "another name of a sheet"


def test_a_reason_for_repeated_rows_outlives_one_more_sheet_that_has_them() -> None:
    subjects = [project(number, *ALIKE) for number in range(5)]
    assert digests(subjects, "C18")[0] == digests(subjects[:4], "C18")[0] != ""


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("cells", [{"name": "洒水次数"}, {"value": "≥90次"}, {"operator": "≥", "value": "10次"}])
def test_a_reason_for_repeated_rows_holds_for_their_names_and_values(count: int, cells: dict[str, str]) -> None:
    changed_rows = [replace(ALIKE[0], cells={**ALIKE[0].cells, **cells}), *ALIKE[1:]]
    before, after = ([project(number, *rows) for number in range(count)] for rows in (ALIKE, changed_rows))
    assert digests(before, "C18")[0] != digests(after, "C18")[0] != ""


def test_a_reason_for_equal_plans_outlives_one_more_sheet_and_holds_for_the_plan() -> None:
    plan = {"payments_march": "30%", "payments_december": "100%"}
    first, *_ = digests([project(number, **plan) for number in range(3)], "C64")
    assert first
    assert digests([project(number, **plan) for number in range(4)], "C64") == [first] * 4
    plan["payments_march"] = "40%"
    assert digests([project(number, **plan) for number in range(3)], "C64")[0] not in ("", first)


def test_a_text_that_breaks_off() -> None:
    said = found(list(real("wuhan-jianghan")))
    assert ("C70", "expenditures[i1].detail") in said[6]
    assert [code for code, _ in said[8] if code == "C70"] == []


def test_no_sheets_and_one_sheet_say_nothing() -> None:
    assert check_department_sheets([]) == []
    assert found([real("kunming-chenggong")[0]]) == [[]]


def test_a_crash_between_sheets_hides_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(subjects: object) -> object:
        raise KeyError("秘密")

    monkeypatch.setattr(runner, "SET_CHECKS", (breaks, *runner.SET_CHECKS))
    said = found(list(real("tangshan-lunan")[1:]))
    assert ("CHECK", "") in said[0]
    assert ("C64", "payments") in said[0]
    assert "秘密" not in caplog.text


ROWS = [row(n, "output.quantity", f"清扫次数{n}", f"≥{n}0次") for n in range(1, 5)]


def last_year(*values: str, total: str = "100") -> Document:
    rows = [replace(one, cells={**one.cells, "value": value}) for one, value in zip(ROWS, values, strict=True)]
    return sheet(*rows, fixed={"funding.total": total}).document


def against(last: Document, total: str = "100") -> set[tuple[str, str]]:
    return {(f.code, f.path) for f in check_last_year(sheet(*ROWS, fixed={"funding.total": total}), last)}


SAME = ("≥10次", "≥20次", "≥30次", "≥40次")


def test_values_lower_than_last_year_and_copied_from_it() -> None:
    assert against(last_year("≥12次", "≥20次", "≥30次", "≥39次")) == {("C44", "indicators[r1].value")}
    assert against(last_year(*SAME)) == {("C44", "indicators")}
    assert against(last_year("≥9次", "≥19次", "≥29次", "≥39次")) == set()


def test_another_unit_than_last_year() -> None:
    assert ("C43", "indicators[r1].value") in against(last_year("≥12户", *SAME[1:]))


def test_money_that_changed_over_values_that_did_not() -> None:
    assert ("C45", "funding[total].amount") in against(last_year(*SAME), "130")
    assert ("C45", "funding[total].amount") not in against(last_year(*SAME), "115")
    assert ("C45", "funding[total].amount") not in against(last_year("≥9次", *SAME[1:]), "130")
