"""Reads the sheets of tests/checks/unseen: short notation, trees of two generations, one or three cells for a value."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from filings.checks import CheckSubject
from filings.sheet.document import Document, Row
from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from filings.sheet.profile import Profile, load_profile
from indicators.number import normalize_width

FOLDER = Path(__file__).with_name("unseen")

FORM = """\
key = "elsewhere/{key}"
version = 1
name = "项目支出绩效目标表"
subject = "project"
amount = "total"

[[block]]
kind = "table"
widths_mm = [40, 40, 40, 40]
draw = '''
| 项目名称 | {{title}} | 实施单位 | {{unit_name}} |
| 项目编码 | {{code}} | 联系电话 | {{phone}} |
| 中期资金总额 | {{span}} | 年度资金总额 | {{total}} |
| 财政拨款 | {{grant}} | 其他资金 | {{other}} |
| 中期目标 | {{long_goal}} | 年度目标 | {{year_goal}} |
| 测算依据 | {{basis}} | < | < |
indicators | {{level1}} | {{level2}} | {{name}} | {value} |
expenditures | {{content}} | {{detail}} | {{amount}} | |
'''

[cells]
title = {{ label = "项目名称", default = "{{project}}" }}
unit_name = {{ label = "实施单位" }}
code = {{ label = "项目编码", kind = "code" }}
phone = {{ label = "联系电话", kind = "phone" }}
span = {{ at = "funding[span].amount", kind = "money", label = "中期资金总额" }}
total = {{ at = "funding[total].amount", kind = "money", label = "年度资金总额" }}
grant = {{ at = "funding[grant].amount", kind = "money", label = "财政拨款" }}
other = {{ at = "funding[other].amount", kind = "money", label = "其他资金" }}
long_goal = {{ at = "objectives[period].text", kind = "text", label = "中期目标" }}
year_goal = {{ at = "objectives[annual].text", kind = "text", label = "年度目标" }}
basis = {{ kind = "text", label = "测算依据" }}

[tables.funding.columns]
amount = {{ kind = "money", label = "金额" }}
[tables.funding.rows]
span = {{ source = "total", scope = "all" }}
total = {{ source = "total", scope = "own" }}
grant = {{ source = "appropriation", scope = "own" }}
other = {{ source = "other", scope = "own" }}
[tables.objectives.columns]
text = {{ kind = "text", label = "目标" }}
[tables.objectives.rows]
period = {{ term = "period" }}
annual = {{ term = "annual" }}

[tables.expenditures.columns]
content = {{ kind = "text", label = "支出内容" }}
detail = {{ kind = "text", label = "测算说明" }}
amount = {{ kind = "money", label = "金额" }}

[tables.indicators.columns]
level1 = {{ kind = "level1", label = "一级指标", merge = true }}
level2 = {{ kind = "level2", label = "二级指标", merge = true }}
name = {{ kind = "text", label = "三级指标", required = true }}
{columns}

[[sum]]
total = "total"
parts = ["grant", "other"]
{together}
[[section]]
key = "all"
title = "全部"
cells = [
  "title", "unit_name", "code", "phone", "span", "total", "grant", "other", "long_goal", "year_goal", "basis",
]
tables = ["expenditures", "indicators"]
"""
VALUE = '{name} = {{ kind = "{kind}", label = "{label}"{more} }}'

CLASSES = {
    "Q": "产出指标/数量指标", "L": "产出指标/质量指标", "T": "产出指标/时效指标", "E": "效益指标/经济效益指标",
    "S": "效益指标/社会效益指标", "G": "效益指标/生态效益指标", "K": "效益指标/可持续影响指标",
    "M": "满意度指标/服务对象满意度指标",
}  # fmt: skip
COST = {
    "2015": {"C": "产出指标/成本指标"},
    "2021": {"C": "成本指标/经济成本指标", "X": "成本指标/社会成本指标", "Y": "成本指标/生态环境成本指标"},
}
CODES = {
    "Q": "output.quantity", "L": "output.quality", "T": "output.timeliness", "E": "benefit.economic",
    "S": "benefit.social", "G": "benefit.ecological", "K": "benefit.sustainability", "M": "satisfaction.beneficiary",
    "C": "cost.economic", "X": "cost.social", "Y": "cost.ecological",
}  # fmt: skip

Spoken = tuple[str, int, str]
"""Key of the sheet, row from 1 (0: the sheet itself), code."""


@dataclass(frozen=True)
class Labelled:
    """A sheet with what a reviewer said of it: certain or arguable."""

    subject: CheckSubject
    says: Mapping[Spoken, bool]
    rows: int


@cache
def sheets() -> dict[str, Labelled]:
    """Every sheet by its key."""
    entries = [one for path in sorted(FOLDER.glob("*.toml")) for one in tomllib.loads(path.read_text("utf-8"))["sheet"]]
    return {entry["key"]: read(entry) for entry in entries}


def read(entry: Mapping[str, Any]) -> Labelled:
    """One sheet of the notation."""
    split, classes = entry.get("columns") == "split", CLASSES | COST[entry["tree"]]
    lines = [[cell.strip() for cell in line.split("|")] for line in entry["rows"].strip().splitlines()]
    lines = [[*line, *[""] * (6 - len(line))] for line in lines]
    rows, says = [], {(entry["key"], 0, word[1:]): word[0] == "!" for word in entry.get("labels", [])}
    for number, (category, name, value, words, weight, description) in enumerate(lines, 1):
        level1, level2 = classes.get(category, category).split("/")
        cells = {"level1": level1, "level2": level2, "name": name, "weight": weight, "description": description}
        rows.append(Row(f"r{number}", cells | values(value, split)))
        says |= {(entry["key"], number, word[1:]): word[0] == "!" for word in words.split()}
        if not split and normalize_width(value)[:1].isdigit():
            says.setdefault((entry["key"], number, "C33"), False)
    profile = rules(entry["tree"], entry["year"], entry.get("weight_total", 0))
    form = layout(split, any(line[4] for line in lines), any(line[5] for line in lines), "long_goal" in entry)
    return Labelled(CheckSubject(form, document(entry, rows), profile, entry["key"]), says, len(rows))


def values(value: str, split: bool) -> dict[str, str]:
    """The cells of a value: one, or operator, value and unit (`_`: empty)."""
    if not split:
        return {"value": value}
    parts = [part.replace("_", "") for part in value.split(" ")]
    return dict(zip(("operator", "value", "unit"), [*parts, "", ""], strict=False))


def document(entry: Mapping[str, Any], rows: list[Row]) -> Document:
    """What somebody typed into the form."""
    money = entry.get("money", {})
    lines = [line.split("|") for line in entry.get("spending", "").strip().splitlines()]
    tables = {
        "indicators": tuple(rows),
        "funding": tuple(Row(name, {"amount": text}) for name, text in money.items()),
        "objectives": (
            Row("period", {"text": entry.get("long_goal", "")}),
            Row("annual", {"text": entry.get("year_goal", "")}),
        ),
        "expenditures": tuple(
            Row(f"e{n}", dict(zip(("content", "detail", "amount"), line, strict=True))) for n, line in enumerate(lines)
        ),
    }
    names = {"title": "title", "unit": "unit_name", "code": "code", "phone": "phone", "basis": "basis"}
    fields = {cell: entry[name] for name, cell in names.items() if name in entry}
    return Document("elsewhere/form", 1, fields, tables)


@cache
def layout(split: bool, weighted: bool, described: bool, period: bool) -> Layout:
    """The form with the columns that a sheet has."""
    columns = [("operator", "operator", "计算符号", "")] * split
    columns += [("value", "target", "指标值", ", required = true")]
    columns += [("unit", "line", "计量单位", "")] * split
    columns += [("description", "text", "指标解释", "")] * described
    columns += [("weight", "number", "权重", "")] * weighted
    lines = "\n".join(VALUE.format(name=n, kind=kind, label=label, more=more) for n, kind, label, more in columns)
    together = '\n[[together]]\ncells = ["long_goal", "year_goal"]\n' * period
    drawn = "".join(f"{{{name}}}" for name, *_ in columns)
    key = f"form-{split:d}{weighted:d}{described:d}{period:d}"
    text = FORM.format(key=key, value=drawn, columns=lines, together=together)
    return load_layout("form.toml", text, {}.__getitem__)


@cache
def rules(tree: str, year: int, weight_total: int) -> Profile:
    """The rules of a place with the indicator tree of 2015 (cost under output) or of 2021 (cost at level 1)."""
    classes, seen = COST[tree] | CLASSES, set[str]()
    text = f'place = "elsewhere"\nyear = {year}\nweight_total = {weight_total}\n'
    text += 'required_categories = ["output", "benefit"]\n'
    for letter, names in classes.items():
        level1, level2 = names.split("/")
        code = "output.cost" if letter == "C" and tree == "2015" else CODES[letter]
        parent = code.partition(".")[0]
        if parent not in seen:
            text += f'[[category]]\ncode = "{parent}"\nname = "{level1}"\n'
        seen.add(parent)
        text += f'[[category]]\ncode = "{code}"\nname = "{level2}"\nparent = "{parent}"\n'
    return load_profile("profile.toml", text)
