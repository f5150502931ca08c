"""规范完整: what a form must hold before it can be sent in (C01–C07, C10, C11, C13, C14)."""

from __future__ import annotations

from collections.abc import Iterator

from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import NONE_WORDS, without_prefix, without_spaces
from filings.sheet.document import Path, Row
from filings.sheet.layout import InputSpec, TableSpec
from indicators.number import fold

SIGNS = frozenset("-—_*/\\.。·…～~ \n\t")
NOTHING_LAST_YEAR = ("上年无此项目", "上年度无此项目", "去年无此项目", "无此项目", "新增项目")


def is_only_symbols(text: str) -> bool:
    """Whether somebody filled a cell with signs and nothing else."""
    return bool(text.strip()) and set(fold(text)) <= SIGNS


def required_fields(subject: CheckSubject) -> Iterator[Finding]:
    """C01 必填项: every required field is filled; C03: with words, not with signs; C02 a goal, C14 last year."""
    for spec, text in subject.fields():
        if text and not text.strip(" 　\n\t") and _is_goal(subject, spec):
            yield subject.cell_finding("C02", spec.path, f"“{spec.label}”只有空格或换行，没有内容")
        elif spec.required and not without_prefix(text, spec.before):
            if _is_last_year(subject, spec):
                yield subject.cell_finding("C14", spec.path, f"“{spec.label}”是必填项，现在是空的")
            else:
                yield subject.cell_finding("C01", spec.path, f"“{spec.label}”是必填项，现在是空的")
        elif is_only_symbols(text):
            yield subject.cell_finding("C03", spec.path, f"“{spec.label}”只填了符号“{text.strip()}”")


def paired_goals(subject: CheckSubject) -> Iterator[Finding]:
    """C04 目标成对: a form with two goals has both, or submission is blocked."""
    for names in subject.layout.together:
        specs = [subject.layout.cells[name] for name in names]
        empty = [spec for spec in specs if not without_prefix(subject.document.value(spec.path), spec.before)]
        if empty and len(empty) < len(specs):
            filled = "、".join(f"“{spec.label}”" for spec in specs if spec not in empty)
            for spec in empty:
                yield subject.cell_finding("C04", spec.path, f"已填{filled}，但“{spec.label}”是空的")


def required_categories(subject: CheckSubject) -> Iterator[Finding]:
    """C05 产出、C06 效益: at least one level-3 row under each category that the place requires; C07: 数量和质量."""
    tables = [t.name for t in _indicator_tables(subject)]
    if not tables:
        return
    tree = subject.profile.tree
    present = {one.category for one in subject.indicators if not one.is_blank}
    for code in subject.profile.required_categories:
        if not any(category.partition(".")[0] == code for category in present):
            name = next((c.name for c in tree.level1() if c.canonical == code), code)
            code = {"output": "C05", "benefit": "C06"}.get(code, "C05")
            yield subject.table_finding(code, tables[0], name, f"没有“{name}”：每个项目至少要有一条{name}")
    for code in ("output.quantity", "output.quality"):
        name = next((c.name for c in tree.categories if c.canonical == code), "")
        if name and code not in present and any(category.startswith("output") for category in present):
            yield subject.table_finding("C07", tables[0], name, f"有产出指标，但没有“{name}”")


def missing_cells(subject: CheckSubject) -> Iterator[Finding]:
    """C11 指标无值: a row that was begun has its name, its value and its category; C03: not a sign for them."""
    for table, number, row in subject.grid_rows():
        columns = subject.layout.tables[table].columns
        if not any(row.get(spec.name).strip() not in ("", spec.default) for spec in columns.values() if not spec.merge):
            continue
        for spec in columns.values():
            path = Path(table, row.id, spec.name)
            if not spec.required:
                continue
            if spec.name == "weight" and not row.get(spec.name).strip():
                continue  # said by C51
            if not without_prefix(row.get(spec.name), spec.before):
                yield subject.cell_finding("C11", path, f"第 {number} 行缺“{spec.label}”", row_name=row.get("name"))
            elif is_only_symbols(row.get(spec.name)):
                text = row.get(spec.name).strip()
                fact = f"第 {number} 行“{spec.label}”只填了符号“{text}”"
                yield subject.cell_finding("C03", path, fact, row_name=row.get("name"))


def blank_categories(subject: CheckSubject) -> Iterator[Finding]:
    """C10 二级指标空白: a category that holds 无 or nothing at all is taken out or marked."""
    for one in subject.indicators:
        if one.normalized_name in NONE_WORDS and not is_only_symbols(one.name):
            yield subject.indicator_finding("C10", one, "name", f"“{one.row.get('level2')}”下只写了“{one.name}”")
    begun = {(one.table.name, one.row.id) for one in subject.indicators}
    started = {table for table, _ in begun}
    for table, number, row in subject.grid_rows():
        spec = subject.layout.tables[table]
        if spec.of == "indicators" and table in started and (table, row.id) not in begun and not _cells(spec, row):
            fact = f"第 {number} 行“{row.get('level2')}”是空的"
            yield subject.cell_finding("C10", Path(table, row.id, "name"), fact, severity="note")


def money_without_goal(subject: CheckSubject) -> Iterator[Finding]:
    """C13 汇总表有金额无目标: a row with money and columns for goals has a goal."""
    for table, number, row in subject.grid_rows():
        columns = subject.layout.tables[table].columns.values()
        goals = [spec for spec in columns if "goal" in spec.name and spec.kind.multiline]
        money = [
            amount for spec in columns if spec.kind.key == "money" and (amount := spec.kind.amount(row.get(spec.name)))
        ]
        empty = [spec for spec in goals if not without_prefix(row.get(spec.name), spec.before)]
        if not money or not empty:
            continue
        labels = "、".join(f"“{spec.label}”" for spec in empty)
        fact = f"第 {number} 行“{row.get('name')}”有金额，但{labels}是空的"
        severity = "error" if len(empty) == len(goals) else "warning"
        path = Path(table, row.id, empty[0].name)
        yield subject.cell_finding("C13", path, fact, row_name=row.get("name"), severity=severity)


def last_year_values(subject: CheckSubject) -> Iterator[Finding]:
    """C14 上年无此项目: then no indicator has a value of last year."""
    said = next(
        (spec for spec, text in subject.fields() if _is_last_year(subject, spec) and _nothing_last_year(text)), None
    )
    if not said:
        return
    for one in subject.indicators:
        text = one.get("last_year")
        if text and not is_only_symbols(text) and text not in NONE_WORDS:
            fact = f"“{said.label}”写的是“{subject.document.value(said.path).strip()}”，而指标有上年值“{text}”"
            yield subject.indicator_finding("C14", one, "last_year", fact, severity="warning")
            return


def _nothing_last_year(text: str) -> bool:
    return without_spaces(text).rstrip("。.") in NOTHING_LAST_YEAR


def _cells(spec: TableSpec, row: Row) -> bool:
    return any(row.get(one.name).strip() not in ("", one.default) for one in spec.columns.values() if not one.merge)


def _indicator_tables(subject: CheckSubject) -> list[TableSpec]:
    names = (table for section in subject.layout.sections for table in section.tables)
    return [subject.layout.tables[name] for name in names if subject.layout.tables[name].of == "indicators"]


def _is_goal(subject: CheckSubject, spec: InputSpec) -> bool:
    table = subject.layout.tables.get(spec.path.name) if spec.path.row else None
    return bool(table and table.of == "objectives" and spec.kind.multiline)


def _is_last_year(subject: CheckSubject, spec: InputSpec) -> bool:
    return not spec.path.row and spec.required and "上年" in spec.label and spec.kind.key in ("text", "line")
