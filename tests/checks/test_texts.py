"""Numbering of texts and rows; copied and differing texts."""

from __future__ import annotations

from dataclasses import replace

from filings.checks import CheckSubject, Finding, check_sheet
from filings.checks.texts import MOST_GOALS, row_numbers
from filings.sheet.document import Document, Row
from filings.sheet.layout import Section
from tests.checks.kit import goals_sheet, rich, row, rules


def test_jumping_numbers_are_told_in_the_order_of_the_tables() -> None:
    names = [f"names_{number}" for number in range(1, 9)]
    tables = {name: replace(rich().tables["indicators"], name=name) for name in names}
    layout = replace(rich(), tables=tables, sections=(Section("all", "全部", tables=tuple(names)),))
    rows = tuple(Row(f"r{number}", {"name": f"{number}、清扫"}) for number in (1, 2, 5))
    one = CheckSubject(layout, Document("testshire/rich", 1, {}, dict.fromkeys(names, rows)), rules())
    assert [finding.path for finding in row_numbers(one)] == [f"{name}[r5].name" for name in names]


LONG = "到二〇三〇年建成全覆盖的社区养老服务网络，让每位老人在家门口用上餐、看上病、有人陪，并带动周边街道一起做"
NEARLY = LONG.replace("网络", "网路")
OTHER = "今年新建三处社区食堂并改造两处活动室"


def copies(subject: CheckSubject) -> list[tuple[str, str, object]]:
    found = [finding for finding in check_sheet(subject) if finding.code == "C67"]
    return [(finding.path, finding.case, dict(finding.facts)["other"]) for finding in found]


def test_an_annual_goal_is_compared_with_the_period_goal_of_its_row() -> None:
    one = goals_sheet({"g1": ("甲", LONG, NEARLY), "g2": ("乙", OTHER, OTHER), "g3": ("丙", "", "今年完成")})
    assert copies(one) == [
        ("goals[g1].now", "nearly", "goals[g1].long"), ("goals[g2].now", "same", "goals[g2].long"),
    ]  # fmt: skip


def test_of_two_rows_equal_goals_are_copies_and_others_are_not() -> None:
    assert copies(goals_sheet({"g1": ("甲", LONG, ""), "g2": ("乙", OTHER, LONG)})) == [
        ("goals[g2].now", "same", "goals[g1].long")
    ]
    assert copies(goals_sheet({"g1": ("甲", LONG, ""), "g2": ("乙", OTHER, NEARLY)})) == []


def test_goals_of_rows_and_printed_goals_are_compared() -> None:
    one = goals_sheet({"g1": ("甲", "", NEARLY)}, fixed={"objectives.period": LONG, "objectives.annual": OTHER})
    assert copies(one) == [("goals[g1].now", "nearly", "objectives[period].text")]
    one = goals_sheet({"g1": ("甲", NEARLY, "")}, fixed={"objectives.period": OTHER, "objectives.annual": LONG})
    assert copies(one) == [("objectives[annual].text", "nearly", "goals[g1].long")]


def test_the_goal_that_an_indicator_means_is_sought_among_a_bounded_number() -> None:
    names = {f"g{number}": (f"目标{number:03}", "", "") for number in range(MOST_GOALS + 1)}
    last = f"目标{MOST_GOALS:03}"
    named = goals_sheet(names, row(1, "output.quantity", "次数", "≥1次", objective=last))
    assert goal_findings(named) == [], "each is known, wherever it stands"
    (finding,) = goal_findings(goals_sheet(names, row(1, "output.quantity", "次数", "≥1次", objective="目标7")))
    assert finding.fix_text in {name for name, _, _ in names.values()}
    assert finding.fix_text != last


def goal_findings(subject: CheckSubject) -> list[Finding]:
    return [finding for finding in check_sheet(subject) if (finding.code, finding.case) == ("C30", "goal")]
