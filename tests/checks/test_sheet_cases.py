"""Checks of a whole sheet: a case that is reported, and a similar one that is not. Those of one row: test_cases.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filings.checks import CheckSubject, check_sheet
from filings.sheet.document import Row
from tests.checks.kit import COST, QUALITY, QUANTITY, SATISFIED, SOCIAL, codes, message, one, row, rules, sheet


def test_levels_of_the_tree() -> None:
    wrong = row(1, SOCIAL, "受益人数", "≥9人", level1="社会效益指标")
    second = row(2, SOCIAL, "受益户数", "≥9户", level1="社会效益指标")
    found = [(f.path, f.fix_text) for f in check_sheet(sheet(wrong, second)) if f.code == "C15"]
    assert found == [("indicators[r1].level1", "效益指标"), ("indicators[r2].level1", "效益指标")]
    unknown = sheet(row(1, SOCIAL, "受益人数", "≥9人", level2="综合效益指标"))
    assert one(unknown, "C15").path == "indicators[r1].level2"
    assert "社会效益指标" in message(unknown, "C15")
    assert "C15" not in codes(sheet(row(1, SOCIAL, "受益人数", "≥9人", level1="效益", level2="社会效益")))


def test_a_name_stands_once_for_each_goal() -> None:
    rows = row(1, SOCIAL, "受益人数", "≥9人"), row(2, QUANTITY, "受益人数 ", "≥8人")
    assert one(sheet(*rows), "C17").path == "indicators[r2].name"
    apart = [replace(r, cells={**r.cells, "objective": f"目标{n}"}) for n, r in enumerate(rows)]
    assert "C17" not in codes(sheet(*apart))


def test_classes_that_are_missing() -> None:
    assert "C07" in codes(sheet(row(1, QUANTITY, "清扫次数", "≥3次")))
    assert "C07" not in codes(sheet(row(1, QUANTITY, "清扫次数", "≥3次"), row(2, QUALITY, "合格率", "≥9%")))
    served = {"title": "居民服务"}
    assert "C08" in codes(sheet(row(1, QUANTITY, "清扫次数", "≥3次"), **served))
    assert "C08" not in codes(sheet(row(1, SATISFIED, "居民满意度", "≥90%"), **served))
    assert "C08" not in codes(sheet(row(1, QUANTITY, "清扫次数", "≥3次"), title="职业年金"))
    assert "C09" in codes(sheet(row(1, QUANTITY, "清扫次数", "≥3次"), title="公厕改造工程"))
    assert "C09" not in codes(sheet(row(1, COST, "单位造价", "≤3万元/座"), title="公厕改造工程"))


def test_last_year_is_told_and_agrees() -> None:
    assert "C14" in codes(sheet(before=""), "before")
    rows = row(1, QUANTITY, "清扫次数", "≥3次", last_year="≥3次")
    assert "C14" in codes(sheet(rows, before="上年无此项目。"))
    assert "C14" not in codes(sheet(rows, before="上年评价为优。"))


def test_cost_beside_the_budget_and_the_details() -> None:
    budget = {"funding.total": "50"}
    assert "C25" in codes(sheet(row(1, COST, "清扫整治费用", "≤50万元"), fixed=budget))
    assert "C25" not in codes(sheet(row(1, COST, "清扫整治费用", "≤30万元"), fixed=budget))
    assert "C62" in codes(sheet(row(1, COST, "清扫整治费用", "≤50元"), fixed=budget))
    detail = (Row("e1", {"content": "辖区垃圾清运", "detail": "垃圾拖运", "amount": "36"}),)
    assert "C58" in codes(sheet(row(1, COST, "垃圾清运费", "30万元"), spending=detail))
    assert "C58" not in codes(sheet(row(1, COST, "垃圾清运费", "36万元"), spending=detail))


def test_money_of_the_sheet() -> None:
    spending = (Row("e1", {"content": "甲", "amount": "30"}), Row("e2", {"content": "乙", "amount": "10"}))
    assert "C56" in codes(sheet(fixed={"funding.total": "50"}, spending=spending))
    assert "C56" not in codes(sheet(fixed={"funding.total": "40"}, spending=spending))
    parts = {"funding.total": "3675.84", "funding.grant": "800"}
    assert one(sheet(fixed=parts, grant_share="413%"), "C60").fix_text == "21.76%"
    assert "C60" not in codes(sheet(fixed=parts, grant_share="22%"))
    assert "C61" in codes(sheet(fixed={"funding.total": "50万元", "funding.grant": "30"}))
    assert "C61" not in codes(sheet(fixed={"funding.total": "50万元", "funding.grant": "30万元"}))
    assert one(sheet(fixed={"funding.total": "500000元"}), "C62").fix_text == "50"
    assert "C54" in codes(sheet(fixed={"funding.total": "45"}, basis="2026年安排我街道工作经费450万元。"))
    assert "C54" not in codes(sheet(fixed={"funding.total": "450"}, basis="2026年安排我街道工作经费450万元。"))


@pytest.mark.parametrize(
    ("march", "december", "severity"),
    [
        ("25%", "100%", ""),
        ("60%", "50%", "error"),
        ("25%", "90%", "warning"),
        ("25%", "110%", "error"),
        ("0.25", "1", ""),
    ],
)
def test_a_plan_rises_to_the_whole(march: str, december: str, severity: str) -> None:
    found = check_sheet(sheet(fixed={"payments.march": march, "payments.december": december}, march=march))
    grades = [finding.severity for finding in found if finding.code == "C64"]
    assert grades[:1] == ([severity] if severity else [])


def test_weights() -> None:
    rows = [row(n, QUANTITY, f"次数{n}", "≥3次", weight="20", objective="甲", objective_weight="60") for n in range(4)]
    plain = sheet(*rows)
    assert "C52" in codes(plain)
    for more, found in (
        ("weight_total = 80", False), ("weight_total = 90", True),
        ("[weights]\noutput = 80", False), ("[weights]\noutput = 40", True),
    ):  # fmt: skip
        told = check_sheet(CheckSubject(plain.layout, plain.document, rules(more)))
        assert bool({"C49", "C50"} & {finding.code for finding in told}) == found, more
    heavy = [replace(r, cells={**r.cells, "weight": "50" if r.id == "r0" else "10"}) for r in rows]
    assert "C53" in codes(sheet(*heavy), "indicators[r0].weight")
    assert "C53" not in codes(plain)


def test_years_of_names_and_goals() -> None:
    assert "C65" in codes(sheet(title="2025年生活补贴（第二批）"), "title")
    assert "C65" not in codes(sheet(title="2026年生活补贴"), "title")
    assert "C65" not in codes(sheet(title="落实〔2022〕41号文件补贴"), "title")
    assert "C65" in codes(sheet(fixed={"objectives.annual": "2025年完成十条巷道"}))
    assert "C65" not in codes(sheet(fixed={"objectives.annual": "2025年已建成三条，今年再建十条"}))


def test_codes_of_projects_and_units() -> None:
    assert "C69" not in codes(sheet(code="13030322P003970100093"))
    assert one(sheet(code="13030322P0039701"), "C69").severity == "warning"
    assert one(sheet(code="项目一"), "C69").severity == "error"


@pytest.mark.parametrize(
    ("basis", "code"),
    [
        ("在计生、卫生等方面全面升级。。", "C70"),
        ("营业收入增长率信息采集增长率信息采集。", "C70"),
        ("动员社会组织 and 社区居民参与", "C70"),
        ("解决民众述求", "C70"),
        ("贯彻《关于加强社区建设的意见", "C70"),
        ("待填写", "C70"),
        ("项目由锟斤拷实施", "C70"),
        ("由张\ue123负责", "C70"),
        ("由张䶮、李𪚥负责", ""),
        ("组织起草地方性法规；开展立法后评估工作", "C68"),
        ("1、促进法治。2、开展调研。4、开展评估。", "C71"),
        ("各单位要加强领导，落实责任。", ""),
        ("1、促进法治。2、开展调研。3、开展评估，2.5万元。", ""),
        ("A、B两区；附件3（略）。", ""),
    ],
)
def test_texts(basis: str, code: str) -> None:
    assert codes(sheet(basis=basis), "basis") == ({code} if code else set())


def test_a_character_that_no_font_has_is_named_wherever_it_stands() -> None:
    subject = sheet(other_name="王\ue0ab")
    assert one(subject, "C70").path == "other_name"
    assert "U+E0AB" in message(subject, "C70")


def test_copies_within_a_sheet() -> None:
    goal = "为完成下达的目标任务提供资金保障，确保各项政策落实"
    assert "C67" in codes(sheet(fixed={"objectives.period": goal, "objectives.annual": goal + "。"}))
    assert "C67" not in codes(sheet(fixed={"objectives.period": goal, "objectives.annual": "今年改造十条巷道"}))
    assert "C30" in codes(sheet(title="业务性专用经费", other_name="业务性专项经费"))
    assert "C30" not in codes(sheet(title="社区工作经费", other_name="社区党建经费"))


def test_goals_are_named_as_above_and_counted_as_in_the_basis() -> None:
    people = row(1, QUANTITY, "社区书记人数", "=3人")
    assert "C66" in codes(sheet(people, basis="现有社区书记人数共2人，按月发放。"))
    assert "C66" not in codes(sheet(people, basis="现有社区书记人数共3人，按月发放。"))
