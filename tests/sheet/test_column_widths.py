"""Warnings of columns that are too narrow for usual values of their kind, each with its line."""

from __future__ import annotations

import pytest

from filings.sheet.loading import find_warnings, load_layout

FORM = """\
key = "a/b"
version = 1
name = "表"
subject = "project"
money_unit = "元"
[[block]]
widths_mm = [30, 40, 40]
draw = '''
| 甲 | {value} | 乙 |
rows | 丙 | {count} | < |
'''
[tables.rows.columns]
count = { label = "数", kind = "number" }
[cells]
value = { label = "值" }
[[section]]
key = "s"
title = "t"
cells = ["value"]
tables = ["rows"]
"""


def warnings(text: str) -> list[tuple[int, str]]:
    load_layout("a.toml", text, {}.__getitem__)
    return [(one.line, one.reason) for one in find_warnings("a.toml", text, {}.__getitem__)]


@pytest.mark.parametrize(
    ("spec", "value", "enough_mm"),
    [
        ('kind = "money"', "10,308,000.00", 27),
        ('kind = "target"', "≥100%", 16),
        ('kind = "phone"', "0951-1234567", 28),
        ('kind = "credit_code"', "11530121678749701D", 40),
        ('kind = "number"', "1,000", 13),
        ('default = "{year}.01-{year}.12"', "2026.01-2026.12", 31),
    ],
)
def test_a_usual_value_that_does_not_fit_is_told_with_its_line(spec: str, value: str, enough_mm: int) -> None:
    form = FORM.replace('value = { label = "值" }', f'value = {{ label = "值", {spec} }}')
    assert warnings(form.replace("[30, 40, 40]", f"[30, {enough_mm}, 40]")) == []
    ((line, reason),) = warnings(form.replace("[30, 40, 40]", f"[30, {enough_mm - 2}, 40]"))
    assert line == 9
    assert f"常见的内容“{value}”" in reason
    assert reason.startswith(f"{{value}} 这一格只有 {enough_mm - 4.8:.1f} mm 可写字")
    assert "只能用" in reason
    ((_, reason),) = warnings(form.replace("[30, 40, 40]", "[30, 6, 40]"))
    assert "会在中间断开" in reason


def test_amounts_in_wan_are_shorter() -> None:
    form = FORM.replace('value = { label = "值" }', 'value = { label = "值", kind = "money" }')
    form = form.replace("[30, 40, 40]", "[30, 22, 40]")
    assert len(warnings(form)) == 1
    assert warnings(form.replace('money_unit = "元"\n', "")) == []


def test_a_cell_over_several_columns_has_them_all() -> None:
    assert warnings(FORM.replace("[30, 40, 40]", "[30, 5, 20]")) == []
    ((line, reason),) = warnings(FORM.replace("[30, 40, 40]", "[30, 5, 5]"))
    assert (line, reason.partition(" ")[0]) == (10, "{count}")


def test_cells_without_usual_numbers_may_be_narrow() -> None:
    assert warnings(FORM.replace("[30, 40, 40]", "[30, 5, 40]")) == []
