"""Numbering of texts and rows; copied and differing texts."""

from __future__ import annotations

from dataclasses import replace

from filings.checks import CheckSubject
from filings.checks.texts import row_numbers
from filings.sheet.document import Document, Row
from filings.sheet.layout import Section
from tests.checks.kit import rich, rules


def test_jumping_numbers_are_told_in_the_order_of_the_tables() -> None:
    names = [f"names_{number}" for number in range(1, 9)]
    tables = {name: replace(rich().tables["indicators"], name=name) for name in names}
    layout = replace(rich(), tables=tables, sections=(Section("all", "全部", tables=tuple(names)),))
    rows = tuple(Row(f"r{number}", {"name": f"{number}、清扫"}) for number in (1, 2, 5))
    one = CheckSubject(layout, Document("testshire/rich", 1, {}, dict.fromkeys(names, rows)), rules())
    assert [finding.path for finding in row_numbers(one)] == [f"{name}[r5].name" for name in names]
