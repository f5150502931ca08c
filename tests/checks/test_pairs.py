"""For each code a case that is reported and a similar one that is not: those that test_cases.py does not have."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from filings.checks import RULES, CheckSubject, Finding, check_adjustment, check_department_sheets, check_sheet
from filings.checks.rules import CRASHED
from filings.sheet.document import Row
from tests.checks.kit import real, row, sheet
from tests.checks.test_cases import SILENT, SPEAK
from tests.checks.test_registry import NOT_OF_CONTENT
from tests.checks.unseen_kit import read
from tests.factories import filled, layout, profile, with_text

FULL = {"Q": "Q|清扫次数|≥3次", "L": "L|考核合格率|≥95%", "S": "S|受益户数|≥9户", "M": "M|居民满意度|≥90%"}


def form(rows: str = "\n".join(FULL.values()), **entry: Any) -> CheckSubject:
    """A sheet in the notation of tests/checks/unseen."""
    money = {"total": "50", "grant": "50"}
    return read({"key": "试", "tree": "2015", "year": 2026, "money": money, "rows": rows, **entry}).subject


def plan(address: str, text: str) -> CheckSubject:
    """The made-up plan of tests/factories.py with one cell changed."""
    return CheckSubject(layout(), with_text(filled(), address, text), profile())


def without(letter: str) -> CheckSubject:
    """A sheet that lacks a class of indicators."""
    return form("\n".join(line for key, line in FULL.items() if key != letter))


def weighted(*weights: str, **entry: Any) -> CheckSubject:
    """A sheet with these weights."""
    return form("\n".join(f"{line}||{w}" for line, w in zip(FULL.values(), weights, strict=True)), **entry)


def shared(points: int, *rows: Row) -> CheckSubject:
    """A sheet where the bureau set the points of output."""
    one = sheet(*rows)
    return replace(one, profile=replace(one.profile, weights={"output": Decimal(points)}))


def money(**amounts: str) -> CheckSubject:
    return form(money=amounts)


def cost(*rows: str) -> CheckSubject:
    return form("\n".join([*FULL.values(), *rows]))


NUMBERED = "1、清扫街道；2、清运垃圾；{}、清理河道。"
# code, must speak, must not
PAIRS: list[tuple[str, CheckSubject, CheckSubject]] = [
    ("C01", plan("title", ""), plan("title", "修路")),
    ("C02", plan("objectives[period].text", "  "), plan("objectives[period].text", "修路十里")),
    ("C03", form(basis="——"), form(basis="无")),
    ("C04", form(long_goal="", year_goal="修路"), form(long_goal="修路十里", year_goal="修路三里")),
    ("C05", form("S|受益户数|≥9户"), form()),
    ("C06", without("S"), form()),
    ("C11", form("Q|清扫次数|"), form("Q|清扫次数|≥3次")),
    ("C13", real("zhuzhou-shifeng")[1], real("wuhan-jianghan")[1]),
    ("C29", form("Q|指标1：清扫次数|≥3次"), form("Q|1号线巡查次数|≥3次")),
    ("C48", sheet(row(1, "output.quantity", "清扫等级", "一级", operator="定量（其他）")),
     sheet(row(1, "output.quantity", "清扫等级", "一级", operator="定量（其他）", description="按办法评定"))),
    ("C49", weighted("30", "30", "20", "20", weight_total=90), weighted("30", "30", "20", "10", weight_total=90)),
    ("C51", weighted("30", "", "20", "20"), weighted("30", "30", "20", "20")),
    ("C52", sheet(row(1, "output.quantity", "次数", "≥3次", objective="甲", objective_weight="60")),
     sheet(row(1, "output.quantity", "次数", "≥3次", objective="甲", objective_weight="60"),
           row(2, "output.quantity", "户数", "≥3户", objective="乙", objective_weight="40"))),
    ("C54", money(total="50", grant="45", other="6"), money(total="51", grant="45", other="6")),
    ("C55", money(total="", grant="45", other="6"), money(total="", grant="", other="")),
    ("C57", form(basis="6次*0.6万元/次=3.8万元"), form(basis="6次*0.6万元/次=3.6万元")),
    ("C57", form(basis="甲3人×2万元=6万元；乙2人×4万元=8万元；合计15万元。"),
     form(basis="甲3人×2万元=6万元；乙2人×4万元=8万元；合计14万元。")),
    ("C57", form(basis="甲3人×2万元=6万元；乙2人×4万元=8万元；合计15万元。"),
     form(basis="总计15万元，其中：甲3人×2万元=6万元；乙2人×4万元=8万元；合计14万元。")),
    ("C62", money(total="500000元", grant="500000元"), money(total="50万元", grant="50万元")),
    ("C63", money(span="170", total="340", grant="340"), money(span="340", total="170", grant="170")),
    ("C63", cost("C|项目总成本|≤358万元"), cost("C|项目总成本|≤38万元")),
    ("C64", sheet(fixed={"payments.march": "60%", "payments.december": "50%"}),
     sheet(fixed={"payments.march": "60%", "payments.december": "100%"})),
    ("C68", form(basis="负责地方性法规清理"), form(basis="清理辖区河道")),
    ("C71", form(basis=NUMBERED.format(4)), form(basis=NUMBERED.format(3))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "speaks", "is_silent"), PAIRS, ids=[f"{n}-{pair[0]}" for n, pair in enumerate(PAIRS)])
def test_a_mistake_is_told_and_its_neighbour_let_be(code: str, speaks: CheckSubject, is_silent: CheckSubject) -> None:
    assert code in said(check_sheet(speaks))
    assert code not in said(check_sheet(is_silent))


def said(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def test_a_set_share_of_a_class() -> None:
    rows = [row(n, "output.quantity", f"次数{n}", "≥3次", weight="20") for n in range(4)]
    for share, found in ((80, False), (40, True)):
        assert ("C50" in said(check_sheet(shared(share, *rows)))) == found


def test_an_adjustment_wants_a_reason_only_where_something_changed() -> None:
    now = form()
    before = with_text(now.document, "indicators[r1].value", "≥5次")
    assert "C74" in said(check_adjustment(now, before))
    assert "C74" not in said(check_adjustment(now, now.document))


def test_one_project_has_nobody_to_be_like() -> None:
    """C18, C28, C45 and C59 speak in test_cross_sheet.py."""
    (alone,) = check_department_sheets([form()])
    assert not {"C18", "C28", "C59"} & said(alone)


def test_every_code_has_both() -> None:
    """Speaking cases and silent ones, here, in the two lists of test_cases.py or written out beside them."""
    written = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    speaking = {"C18", "C28", "C45", "C59", "C50"} | {case[0] for case in (*SPEAK, *PAIRS)}
    speaking |= set(re.findall(r'"(C[0-9]{2})" in ', written))
    speaking |= set(re.findall(r'one\(.*, "(C[0-9]{2})"\)', written))  # fails where there is none
    silent = {case[0] for case in (*SILENT, *PAIRS)} | set(re.findall(r'"(C[0-9]{2})" not in ', written))
    silent |= {"C18", "C28", "C45", "C59", "C50"}
    wanted = set(RULES) - NOT_OF_CONTENT - {CRASHED}
    assert (wanted - speaking, wanted - silent) == (set(), set())
