"""Amounts with words and in accounting formats: told as a question, never an error, and summed as any other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.checks import CheckSubject, FindingText, check_sheet, describe
from filings.services.documents import document_total
from filings.sheet.derived import derived_values
from filings.sheet.document import Path
from filings.sheet.edits import apply_edits
from tests.factories import filled, layout, profile

TOTAL, GRANT = "funding[total].amount", "funding[grant].amount"


def subject(**fields: str) -> CheckSubject:
    return CheckSubject(layout(), filled(**fields), profile())


def told(one: CheckSubject) -> list[FindingText]:
    return describe(one.layout, one.document, check_sheet(one))


def brief(one: CheckSubject) -> list[tuple[str, str, str]]:
    return [(text.code, text.path, text.severity) for text in told(one)]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("30万（其中：中央10，省级20）", "warning"),
        ("约30万元", "warning"),
        ("30万元（含税）", "warning"),
        ("300000元整", "warning"),
        (" ¥30.00 ", "note"),
        ("￥30", "note"),
    ],
)
def test_an_amount_with_words_is_told_once_and_summed(text: str, severity: str) -> None:
    """The total of 50 is still 30 + 20: C54 has nothing to say, and neither C31 nor C03 or C62 speaks."""
    assert brief(subject(grant=text)) == [("C61", GRANT, severity)]
    assert brief(subject(grant=text, rest="21")) == [("C54", TOTAL, "error"), ("C61", GRANT, severity)]


def test_the_message_says_what_is_counted_and_what_to_do() -> None:
    (text,) = told(subject(grant="30万（其中：中央10，省级20）"))
    assert text.message == (
        "“试用拨款”填的是“30万（其中：中央10，省级20）”，金额之外写了文字，按 30 万元计算；说明请写到备注，"
        "单位已由表头印出，请只填数字。"
    )
    assert text.fix == (), "a fix would delete what the words say"


def test_an_amount_with_words_is_suggested_as_part_of_a_sum_and_is_the_total_of_the_filing() -> None:
    document = filled(total="", grant="30万（其中：中央10，省级20）")
    assert derived_values(layout(), document)[Path.parse(TOTAL)] == "50"
    assert str(document_total(layout(), filled(total="50万元（含税）"))) == "50"


def test_parts_in_the_words_that_do_not_add_up_are_a_question() -> None:
    one = subject(grant="30万（其中：中央10，省级15）")
    assert sorted(brief(one)) == [("C56", GRANT, "warning"), ("C61", GRANT, "warning")]
    (parts,) = [text for text in told(one) if text.code == "C56"]
    assert "所写各项合计 25 万元，与 30 万元相差 5 万元" in parts.message


@pytest.mark.parametrize("dash", ["-", " -   ", "¥ -", "——"])
def test_the_zero_of_an_accounting_format_is_an_amount(dash: str) -> None:
    one = subject(total="20", grant=dash)
    (text,) = told(one)
    assert (text.code, text.path, text.severity, text.finding.fix_text) == ("C61", GRANT, "note", "0")
    assert brief(subject(total="30", grant=dash)) == [("C54", TOTAL, "error"), ("C61", GRANT, "note")]


def test_a_negative_amount_in_brackets_is_a_question() -> None:
    (text,) = told(subject(total="8", grant="(12.00)"))
    assert (text.code, text.severity, text.finding.fix_text) == ("C61", "warning", "-12")
    assert "括号表示负数，按 -12 万元计算，请核对是不是负数" in text.message


@pytest.mark.parametrize("text", ["30万元、20万元", "30-50", "30元/人", "三十", "/", "30万元+20万元"])
def test_what_may_mean_something_else_stays_an_error(text: str) -> None:
    assert ("C31", GRANT, "error") in brief(subject(grant=text))


@pytest.mark.parametrize("text", ["¥30.00", "-", "(12.00)", "￥300,000元"])
def test_a_fix_removes_its_finding_and_changes_no_amount(text: str) -> None:
    one = subject(grant=text)
    (finding,) = [finding for finding in check_sheet(one) if finding.code == "C61"]
    kind, path = layout().cells["grant"].kind, layout().cells["grant"].path
    document = apply_edits(layout(), one.document, list(finding.fix))
    assert kind.amount(document.value(path)) == kind.amount(text)
    after = check_sheet(replace(one, document=document))
    assert [f.code for f in after] == [f.code for f in check_sheet(one) if f.code != "C61"]


@given(st.decimals(1, 10**6, places=2), st.sampled_from(["含税", "其中：甲1，乙2", "3个项目", "2026年"]))
def test_an_amount_with_words_counts_as_the_number_alone(amount: object, words: str) -> None:
    """Whatever the words, only they are told: every other finding is that of the plain number."""
    plain = subject(grant=f"{amount}", total="50")
    worded = subject(grant=f"{amount}万（{words}）", total="50")
    others = [(f.code, f.path, f.facts) for f in check_sheet(worded) if f.path != GRANT]
    assert others == [(f.code, f.path, f.facts) for f in check_sheet(plain) if f.path != GRANT]
    assert {f.severity for f in check_sheet(worded) if f.path == GRANT} == {"warning"}
