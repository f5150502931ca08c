"""What tests of target values share: wide forms with any columns, and what is found in their sheets."""

from __future__ import annotations

from functools import cache

from filings.checks import CheckSubject, Finding, check_sheet
from filings.sheet.document import Document, Row
from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from tests.checks.kit import LEVELS, rules

HEAD = """\
key = "testshire/wide"
version = 1
name = "宽表"
subject = "{subject}"
amount = "total"

[[block]]
kind = "table"
widths_mm = [60, 60]
draw = '''
| 名称 {{title}} | 总额 {{total}} |
{drawn}
'''

[cells]
title = {{ label = "项目名称", default = "{{project}}" }}
total = {{ kind = "money", label = "总额" }}
{cells}

{tables}

[[section]]
key = "all"
title = "全部"
cells = ["title", "total", {names}]
tables = [{filled}]
"""
LEVEL_COLUMNS = """\
level1 = { kind = "level1", label = "一级指标", merge = true }
level2 = { kind = "level2", label = "二级指标", merge = true }
"""
REGIONS = (
    "[tables.indicators.columns]\n"
    + LEVEL_COLUMNS
    + """\
name = { kind = "text", label = "三级指标", required = true }
unit = { label = "单位" }
description = { kind = "text", label = "说明" }
weight = { kind = "number", label = "权重" }
last_year = { label = "上年值" }
value = { kind = "target", label = "全区" }
east = { kind = "target", label = "东片区" }
west = { kind = "target", label = "西片区", required = true }
"""
)


@cache
def wide(
    tables: str, *, cells: str = "", names: tuple[str, ...] = (), filled: str = "indicators", subject: str = "project"
) -> Layout:
    """A form with these tables of which `filled` is drawn with all its columns."""
    described = tables.partition(".columns]")[2].partition("[tables")[0].splitlines()
    columns = [line.partition(" =")[0] for line in described if " = " in line]
    drawn = f"{filled} | {''.join(f'{{{name}}}' for name in columns)} | |" if filled else ""
    drawn += "".join(f"\n| {{{name}}} | |" for name in names)
    text = HEAD.format(
        subject=subject,
        drawn=drawn,
        cells=cells,
        tables=tables,
        names=", ".join(f'"{name}"' for name in names),
        filled=f'"{filled}"' if filled else "",
    )
    return load_layout("wide.toml", text, {}.__getitem__)


def subject(form: Layout, *rows: Row, profile: str = "", table: str = "indicators", **fields: str) -> CheckSubject:
    """A sheet of a form with these rows; `profile` is added to the rules of the place."""
    return CheckSubject(form, Document(form.key, 1, fields, {table: rows}), rules(profile))


def levels(category: str, **cells: str) -> dict[str, str]:
    """The cells of a row of a category."""
    level1, level2 = LEVELS[category]
    return {"level1": level1, "level2": level2, **cells}


def found(one: CheckSubject, code: str) -> list[Finding]:
    """The findings of a code."""
    return [finding for finding in check_sheet(one) if finding.code == code]


def paths(one: CheckSubject, code: str) -> list[str]:
    """The cells at which a code is found."""
    return [finding.path for finding in found(one, code)]
