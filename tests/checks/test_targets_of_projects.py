"""Target values of several projects in one sheet, and of categories that share a name."""

from __future__ import annotations

from dataclasses import replace

from filings.checks import CheckSubject, check_sheet
from filings.checks.messages import describe
from filings.sheet.document import Document, Row
from filings.sheet.loading import load_layout
from filings.sheet.profile import load_profile
from tests.checks.kit import rules
from tests.checks.wide_kit import HEAD, LEVEL_COLUMNS, REGIONS, found, levels, paths, subject, wide

GROUPED = (
    "[tables.indicators.columns]\n"
    + LEVEL_COLUMNS
    + """\
project_name = { label = "项目", merge = true }
budget = { kind = "money", label = "项目预算", merge = true }
name = { kind = "text", label = "三级指标", required = true }
value = { kind = "target", label = "指标值", required = true }
weight = { kind = "number", label = "权重" }
"""
)
BOTH = 'required_categories = ["output", "benefit"]'


def grouped(*rows: tuple[str, str, str, str], budgets: tuple[str, ...] = (), profile: str = BOTH) -> CheckSubject:
    """A department's sheet: project, category, name and value of each row; weights of 50."""
    cells = [
        levels(category, project_name=project, name=name, value=value, weight="50")
        for project, category, name, value in rows
    ]
    for row, budget in zip(cells, budgets, strict=False):
        row["budget"] = budget
    form = wide(GROUPED, subject="department")
    return subject(form, *(Row(f"r{number}", row) for number, row in enumerate(cells, 1)), profile=profile)


def test_categories_are_required_of_each_project_and_an_empty_project_is_that_above() -> None:
    one = grouped(
        ("修路", "output.quantity", "道路长度", "≥5公里"),
        ("", "benefit.social", "出行便利度", "≥90%"),
        ("种树", "output.quantity", "植树株数", "≥300株"),
    )
    assert one.projects == ("修路", "种树")
    (finding,) = found(one, "C06")
    assert dict(finding.facts) == {"label": "效益指标", "of": "种树"}
    (text,) = describe(one.layout, one.document, [finding])
    assert text.message.startswith("“种树”没有“效益指标”")


def test_weights_and_names_are_those_of_a_project() -> None:
    rows = (
        ("修路", "output.quantity", "完成数量", "≥5公里"),
        ("", "benefit.social", "出行便利度", "≥90%"),
        ("种树", "output.quantity", "完成数量", "≥300株"),
        ("", "benefit.social", "绿化率", "≥30%"),
    )
    one = grouped(*rows, profile=BOTH + "\nweight_total = 100")
    assert found(one, "C49") == found(one, "C17") == []
    short = grouped(*rows[:3], profile=BOTH + "\nweight_total = 100")
    assert [dict(finding.facts)["of"] for finding in found(short, "C49")] == ["种树"]
    twice = grouped(*rows, ("种树", "output.quality", "完成数量", "≥3株"))
    assert paths(twice, "C17") == ["indicators[r5].name"]


def test_satisfaction_and_cost_are_asked_of_each_project_by_its_name() -> None:
    one = grouped(
        ("居民服务", "output.quantity", "服务场次", "≥5场"),
        ("", "satisfaction.beneficiary", "居民满意度", "≥90%"),
        ("居民养老服务", "output.quantity", "服务人次", "≥300人次"),
        ("广场改造工程", "output.quantity", "改造面积", "≥300平方米"),
    )
    assert [dict(finding.facts)["of"] for finding in found(one, "C08")] == ["居民养老服务"]
    assert [dict(finding.facts)["of"] for finding in found(one, "C09")] == ["广场改造工程"]


def test_a_cost_is_compared_with_the_budget_of_its_own_project() -> None:
    rows = (
        ("修路", "output.cost", "总成本", "≤50万元"),
        ("种树", "output.cost", "总成本", "≤50万元"),
    )
    one = grouped(*rows, budgets=("50", "80"))
    assert paths(one, "C25") == ["indicators[r1].value"]
    assert paths(grouped(*rows, budgets=("60", "20")), "C63") == ["indicators[r2].value"]
    assert paths(grouped(*rows), "C25") == []


def test_the_budget_of_a_project_may_stand_in_a_list_of_projects() -> None:
    listed = """
[tables.projects]
label = "项目清单"
[tables.projects.columns]
name = { label = "项目" }
amount = { kind = "money", label = "金额" }
"""
    form = load_layout(
        "wide.toml",
        HEAD.format(
            subject="department",
            cells="",
            names="",
            filled='"projects", "indicators"',
            tables=listed + GROUPED,
            drawn="projects | {name} | {amount} |\n"
            "indicators | {project_name}{budget}{level1}{level2}{name} | {value}{weight} |",
        ),
        {}.__getitem__,
    )
    row = Row("r1", levels("output.cost", project_name="修路", name="总成本", value="≤50万元"))
    tables = {"indicators": (row,), "projects": (Row("p1", {"name": "修路", "amount": "50"}),)}
    assert paths(CheckSubject(form, Document(form.key, 1, {}, tables), rules()), "C25") == ["indicators[r1].value"]


TREE_START = """
[[category]]
code = "output"
name = "产出指标"
[[category]]
code = "benefit"
name = "效益指标"
"""


def test_one_level2_name_under_two_parents_counts_for_each() -> None:
    more = "".join(
        f'[[category]]\ncode = "{code}.more"\nname = "……"\nparent = "{code}"\ncanonical = "{code}"\n'
        for code in ("output", "benefit")
    )
    profile = rules(BOTH)
    tree = load_profile("profile.toml", f'place = "testshire"\nyear = 2026\n{TREE_START}{more}').tree
    rows = [
        Row(f"r{number}", {"level1": level1, "level2": "……", "name": f"第{number}项数量", "value": "≥5个"})
        for number, level1 in enumerate(("产出指标", "效益指标"), 1)
    ]
    one = replace(subject(wide(REGIONS), *rows), profile=replace(profile, tree=tree))
    assert [indicator.category for indicator in one.indicators] == ["output", "benefit"]
    assert {"C05", "C06", "C15"}.isdisjoint(finding.code for finding in check_sheet(one))
    alone = replace(subject(wide(REGIONS), rows[0]), profile=one.profile)
    assert [dict(finding.facts)["label"] for finding in found(alone, "C06")] == ["效益指标"]
