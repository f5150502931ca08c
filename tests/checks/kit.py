"""What the tests of checks share: the demo's real filings as subjects, and one made-up sheet with every column."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

from filings.checks import CheckSubject, Finding, FindingText, check_sheet, describe
from filings.sheet.document import Document, Row, document_from_data
from filings.sheet.layout import Layout, TableSpec
from filings.sheet.loading import load_layout
from filings.sheet.profile import Profile, load_profile

FILINGS = Path(__file__).resolve().parents[2] / "filings"
PLACES = sorted(path.stem for path in (FILINGS / "demo").glob("*.json"))

RICH = """\
key = "testshire/rich"
version = 1
name = "试用全栏表"
subject = "project"
amount = "total"

[[block]]
kind = "table"
widths_mm = [40, 40, 40, 40]
draw = '''
| 名称 | {title} | 又名 | {other_name} |
| 编码 | {code} | 总额 | {total} |
| 长期 | {long_goal} | 当年 | {year_goal} |
| 依据 | {basis} | 上年 | {before} |
| 三月 | {march} | 年底 | {december} |
| 甲 | {grant} | 占 | {grant_share} |
indicators | {level1} | {level2} | {name} | {operator}{value}{unit}{nature} |
indicators | {description} | {last_year} | {objective} | {objective_weight}{weight} |
expenditures | {content} | {detail} | {amount} | |
'''

[cells]
title = { label = "试用名称", default = "{project}" }
other_name = { label = "所属名称" }
code = { label = "项目代号", kind = "code" }
total = { at = "funding[total].amount", kind = "money", label = "试用总额" }
grant = { at = "funding[grant].amount", kind = "money", label = "试用拨款" }
grant_share = { label = "试用占比" }
long_goal = { at = "objectives[period].text", kind = "text", label = "试用长期" }
year_goal = { at = "objectives[annual].text", kind = "text", label = "试用当年" }
basis = { kind = "text", label = "试用依据" }
before = { kind = "text", label = "上年结果", required = true }
march = { at = "payments[march].percent", label = "试用三月" }
december = { at = "payments[december].percent", label = "试用年末" }

[tables.funding.columns]
amount = { kind = "money", label = "试用金额" }
[tables.funding.rows]
total = { source = "total", scope = "own" }
grant = { source = "appropriation", scope = "own" }
[tables.objectives.columns]
text = { kind = "text", label = "试用目标" }
[tables.objectives.rows]
period = { term = "period" }
annual = { term = "annual" }
[tables.payments.columns]
percent = { label = "试用比例" }
[tables.payments.rows]
march = { label = "三月" }
december = { label = "年末" }

[tables.expenditures.columns]
content = { kind = "text", label = "试用内容" }
detail = { kind = "text", label = "试用测算" }
amount = { kind = "money", label = "试用支出" }

[tables.indicators.columns]
objective = { label = "试用目标名" }
objective_weight = { kind = "number", label = "试用比重" }
level1 = { kind = "level1", label = "试用一级", merge = true }
level2 = { kind = "level2", label = "试用二级", merge = true }
name = { kind = "text", label = "试用三级", required = true }
operator = { kind = "operator", label = "试用符号" }
value = { kind = "target", label = "试用值", required = true }
unit = { label = "试用单位" }
nature = { label = "试用属性" }
description = { kind = "text", label = "试用说明" }
last_year = { label = "试用上年" }
weight = { kind = "number", label = "试用权重" }

[[share]]
cell = "grant_share"
part = "grant"
whole = "total"

[[section]]
key = "all"
title = "全部"
cells = [
  "title", "other_name", "code", "total", "grant", "grant_share",
  "long_goal", "year_goal", "basis", "before", "march", "december",
]
tables = ["expenditures", "indicators"]
"""

CATEGORIES = {
    "output": "产出指标", "output.quantity": "数量指标", "output.quality": "质量指标", "output.timeliness": "时效指标",
    "output.cost": "成本指标", "benefit": "效益指标", "benefit.social": "社会效益指标", "satisfaction": "满意度指标",
    "satisfaction.beneficiary": "服务对象满意度指标",
}  # fmt: skip
QUANTITY, QUALITY, TIME, COST = "output.quantity", "output.quality", "output.timeliness", "output.cost"
SOCIAL, SATISFIED = "benefit.social", "satisfaction.beneficiary"
LEVELS = {code: (CATEGORIES[code.partition(".")[0]], name) for code, name in CATEGORIES.items() if "." in code}


def rules(more: str = "") -> Profile:
    """The rules of a made-up place with every category; `more` is put before its tree."""
    tree = "".join(
        f'[[category]]\ncode = "{code}"\nname = "{name}"\n'
        + (f'parent = "{code.partition(".")[0]}"\n' if "." in code else "")
        for code, name in CATEGORIES.items()
    )
    return load_profile("profile.toml", f'place = "testshire"\nyear = 2026\n{more}\n{tree}')


@cache
def rich() -> Layout:
    """The made-up sheet."""
    return load_layout("rich.toml", RICH, {}.__getitem__)


def row(number: int, category: str, name: str, value: str, **cells: str) -> Row:
    """An indicator row of a category; it carries a weight, so that weights are not the point."""
    level1, level2 = LEVELS[category]
    given = {"level1": level1, "level2": level2, "name": name, "value": value, "weight": "10", **cells}
    return Row(f"r{number}", given)


def sheet(
    *rows: Row, fixed: dict[str, str] | None = None, spending: tuple[Row, ...] = (), **fields: str
) -> CheckSubject:
    """A subject with these rows; `fixed` fills cells of rows printed by name (`funding.total`: text)."""
    tables: dict[str, tuple[Row, ...]] = {"indicators": rows, "expenditures": spending}
    columns = {"funding": "amount", "objectives": "text", "payments": "percent"}
    for key, text in (fixed or {}).items():
        table, _, row_id = key.partition(".")
        tables[table] = (*tables.get(table, ()), Row(row_id, {columns[table]: text}))
    return CheckSubject(rich(), Document("testshire/rich", 1, {"before": "无", **fields}, tables), rules())


def codes(subject: CheckSubject, path: str = "") -> set[str]:
    """The codes found, at one cell or anywhere."""
    return {finding.code for finding in check_sheet(subject) if not path or finding.path == path}


def one(subject: CheckSubject, code: str) -> Finding:
    """The only finding of a code."""
    (finding,) = [finding for finding in check_sheet(subject) if finding.code == code]
    return finding


def goals_sheet(goals: dict[str, tuple[str, str, str]], *rows: Row, **fields: str) -> CheckSubject:
    """A subject with rows that people add for goals: by row id the name, the period goal and the annual goal."""
    plain = sheet(*rows, **fields)
    text = rich().tables["expenditures"].columns["content"]
    terms = {"label": "", "long": "period", "now": "annual"}
    columns = {name: replace(text, name=name, label=name, term=term) for name, term in terms.items()}
    tables = {**rich().tables, "goals": TableSpec("goals", "目标", columns, row_kind="objectives")}
    section = replace(rich().sections[0], tables=("goals", *rich().sections[0].tables))
    cells = tuple(Row(row_id, dict(zip(terms, texts, strict=True))) for row_id, texts in goals.items())
    document = replace(plain.document, tables={**plain.document.tables, "goals": cells})
    return replace(plain, layout=replace(rich(), tables=tables, sections=(section,)), document=document)


def text_of(subject: CheckSubject, finding: Finding) -> FindingText:
    """The words of a finding about this subject."""
    (text,) = describe(subject.layout, subject.document, [finding])
    return text


def message(subject: CheckSubject, code: str) -> str:
    """The message of the only finding of a code."""
    return text_of(subject, one(subject, code)).message


@cache
def real(place: str) -> tuple[CheckSubject, ...]:
    """The filings of a demo place."""
    folder = FILINGS / "layouts"
    profile = load_profile("profile.toml", (folder / place / "profile.toml").read_text("utf-8"))
    data = json.loads((FILINGS / "demo" / f"{place}.json").read_text("utf-8"))
    documents = [(entry["project"], document_from_data(entry["document"])) for entry in data["filings"]]
    return tuple(CheckSubject(_layout(document.layout), document, profile, name) for name, document in documents)


@cache
def _layout(key: str) -> Layout:
    folder = FILINGS / "layouts"
    return load_layout(
        key, (folder / f"{key}.toml").read_text("utf-8"), lambda name: (folder / name).read_text("utf-8")
    )
