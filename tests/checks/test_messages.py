"""The words of findings: each case has some, and they name rows and cells as they stand now."""

from __future__ import annotations

import ast
import re
import string
from dataclasses import replace
from pathlib import Path as File

import pytest

from filings.checks import RULES, CheckSubject, Finding, describe, group_key
from filings.checks.message_texts import MESSAGES
from filings.checks.messages import LONGEST_QUOTE
from filings.sheet.document import Path, Row
from tests.checks.kit import row, sheet, text_of

ROOT = File(__file__).resolve().parents[2]
MAKERS = ("cell_finding", "indicator_finding", "table_finding", "address_finding")


def subject() -> CheckSubject:
    rows = (row(1, "output.quantity", "次数", "≥1次"), row(2, "output.quality", "受益率", "≥90%"))
    return sheet(*rows, fixed={"funding.total": "50"}, title="甲", basis="乙")


def test_every_message_is_of_a_check_and_has_a_finding() -> None:
    """The codes that the makers of findings are called with are those that have words, and the other way round."""
    called: set[str] = set()
    for file in [*(ROOT / "filings" / "checks").glob("*.py"), *(ROOT / "filings" / "services").glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in MAKERS:
                called |= {c.value for a in node.args for c in ast.walk(a) if isinstance(c, ast.Constant)} & set(RULES)
    with_words = {key.partition(".")[0] for key in MESSAGES}
    assert with_words >= called
    by_variable = {"C05", "C06", "C07", "C08", "C09", "C54", "C56", "C57", "CHECK"}
    assert with_words - called <= by_variable, "codes that are chosen by a variable"
    assert with_words == set(RULES) - {"C72"}, "C72 is a refusal"


def test_facts_of_messages_are_names() -> None:
    for words in MESSAGES.values():
        for _, name, spec, _ in string.Formatter().parse(words):
            assert name is None or re.fullmatch(r"[a-z_0-9]+(\[[01]\])?", name)
            assert spec in (None, "", "label", "labels", "added", "row") or re.fullmatch(r"quoted\d", spec)


def test_a_message_names_its_row_as_it_stands_now() -> None:
    one = subject()
    finding = one.indicator_finding("C35", one.indicators[1], "value", facts={"value": "提高"})
    text = text_of(one, finding)
    assert (text.label, text.row_number, text.row_name) == ("试用值", 2, "受益率")
    assert text.message == f"第 2 行“受益率”：指标值“提高”没有说到什么程度，无法判断是否达到，{RULES['C35'].remedy}。"
    assert text.short_message == text.message.removeprefix("第 2 行“受益率”：")
    assert text.short_message == f"{text.fact}，{RULES['C35'].remedy}。"
    tables = {**one.document.tables, "indicators": (Row("new"), *one.document.rows("indicators"))}
    assert text_of(replace(one, document=replace(one.document, tables=tables)), finding).row_number == 3


def test_cells_and_rows_in_facts_are_named_as_they_stand_now() -> None:
    one = subject()
    facts = {"name": "次数", "first": Path("indicators", "r2", "name")}
    assert (
        "在第 2 行已经有了"
        in text_of(one, one.indicator_finding("C17", one.indicators[0], "name", facts=facts)).message
    )
    cells = [Path("title"), Path("basis"), Path("title")]
    filled = text_of(one, one.cell_finding("C04", Path("before"), facts={"filled": cells}))
    assert filled.fact == "已填“试用名称”、“试用依据”，但“上年结果”是空的"
    total = {"text": "50", "parts": cells, "summed": "40", "differ": "10"}
    assert "“试用名称”＋“试用依据”合计" in text_of(one, one.cell_finding("C54", Path("title"), facts=total)).fact


def test_a_cell_of_a_printed_row_has_its_own_label_and_no_number() -> None:
    one = subject()
    text = text_of(one, one.cell_finding("C01", Path("funding", "total", "amount")))
    assert (text.label, text.row_number, text.fact) == ("试用总额", 0, "“试用总额”是必填项，现在是空的")


def test_a_long_text_is_quoted_in_part() -> None:
    one = subject()
    text = text_of(one, one.cell_finding("C70", Path("title"), "only", facts={"word": "长" * 3000}))
    assert len(text.message) < LONGEST_QUOTE + 60
    assert "长……”" in text.message


def test_a_finding_at_a_row_that_is_gone_has_words() -> None:
    """Stored findings between sheets may be older than the sheet."""
    (text,) = describe(subject().layout, subject().document, [Finding("C11", "indicators[gone].value")])
    assert (text.label, text.row_number) == ("试用值", 0)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("indicators[r1].value", "C11:indicators.value"),
        ("indicators[r2].value", "C11:indicators.value"),
        ("funding[total].amount", "C11:funding[total].amount"),
        ("title", "C11:title"),
        ("indicators", "C11:indicators"),
        ("", "C11:"),
    ],
)
def test_findings_of_one_check_in_added_rows_of_a_column_are_one_group(path: str, key: str) -> None:
    one = subject()
    assert group_key(text_of(one, Finding("C11", path))) == key
