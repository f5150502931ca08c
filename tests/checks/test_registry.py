"""The registry: one entry for each code, from which manual and messages come."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

from filings.checks import RULES, CheckSubject, check_department_sheets, check_last_year, check_sheet, describe
from filings.checks.rules import CRASHED, PRINCIPLES, rules_table
from filings.sheet.word_lists import LIMITS, WORDS
from tests.checks.kit import PLACES, real, row, rules, sheet

ROOT = Path(__file__).resolve().parents[2]
NOT_OF_CONTENT = {"C12", "C72", "C73"}
"""Given by the services: what is attached, and how a filing went to and fro."""


def test_each_code_from_c01_to_c74_has_its_entry() -> None:
    assert set(RULES) == {f"C{number:02}" for number in range(1, 75)} | {CRASHED}
    for rule in RULES.values():
        assert rule.principle in PRINCIPLES
        assert rule.severity in ("error", "warning", "note")
        assert rule.title in rule.help
        assert rule.remedy in rule.help


def test_each_code_is_given_by_some_check() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "filings/checks").glob("*.py") if path.stem != "rules")
    given = set(re.findall(r'"(C[0-9]{2})"', text))
    assert set(RULES) - given - {CRASHED} == NOT_OF_CONTENT
    assert given <= set(RULES)


def test_the_manual_is_the_registry() -> None:
    assert (ROOT / "docs/checks.md").read_text("utf-8").endswith(rules_table())


def test_every_word_list_and_limit_is_used() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "filings/checks").glob("*.py"))
    assert [name for name in (*WORDS, *LIMITS) if f'["{name}"]' not in text] == []


def test_a_place_adds_words_replaces_words_and_moves_limits() -> None:
    plain = sheet(row(1, "output.quantity", "狠搞一次清扫", "≥3次"))
    assert "C20" not in {finding.code for finding in check_sheet(plain)}
    for more in ('[words]\nslogans = ["+", "狠搞"]', '[words]\nslogans = ["狠搞"]', "[limits]\nname_length = 5"):
        told = CheckSubject(plain.layout, plain.document, rules(more))
        assert "C20" in {finding.code for finding in check_sheet(told)}, more
    replaced = CheckSubject(plain.layout, plain.document, rules('[words]\nslogans = ["狠搞"]')).profile
    assert replaced.words["slogans"] == ("狠搞",)


def test_messages_name_the_cell_and_end_in_the_remedy() -> None:
    for place in PLACES:
        for subject in real(place):
            for finding in describe(subject.layout, subject.document, check_sheet(subject)):
                assert finding.label
                assert finding.message.endswith(RULES[finding.code].remedy + "。")
                assert "“" in finding.message


def test_a_finding_stands_once_at_a_cell_and_a_mend_changes_it() -> None:
    for place in PLACES:
        for subject in real(place):
            result = check_sheet(subject)
            cells = [(finding.path, finding.code) for finding in result if "[" in finding.path]
            assert len(cells) == len(set(cells))
            texts = {str(path): text for path, text in subject.document.cells()}
            assert [f for f in result if f.fix_text and f.fix_text == texts.get(f.path, "")] == []


HOSTILE = (
    "=1+1",
    "\u200b",
    "９" * 500,
    "1e400",
    "NaN",
    "٣",
    "½",
    "<b>",
    "{n}",
    "%s",
    "≥" * 300,
    "1+" * 1000,
    "字数" * 1000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:4].encode("unicode_escape").decode())
def test_no_text_breaks_or_stalls_a_check(text: str) -> None:
    for place in PLACES:
        first = real(place)[-1]
        tables = {
            name: tuple(
                replace(one, cells={**one.cells, **dict.fromkeys(first.layout.tables[name].columns, text)})
                for one in rows
            )
            for name, rows in first.document.tables.items()
        }
        fields = {spec.name: text for spec, _ in first.fields() if not spec.path.row}
        subject = replace(first, document=replace(first.document, fields=fields, tables=tables))
        began = process_time()
        result = [
            *check_sheet(subject),
            *check_last_year(subject, first.document),
            *check_department_sheets([subject, first, subject])[0],
        ]
        assert process_time() - began < 5
        assert CRASHED not in {finding.code for finding in result}
