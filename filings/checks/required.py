"""规范完整: what a form must contain before it can be submitted (C01–C07, C10, C11, C13, C14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from filings.checks.finding import CheckSubject, Facts, Finding
from filings.checks.indicator_groups import IndicatorGroup
from filings.checks.indicator_reader import table_term
from filings.checks.indicator_rows import NONE_WORDS, without_prefix, without_spaces
from filings.sheet.document import Path, Row
from filings.sheet.layout import InputSpec, TableSpec
from filings.sheet.targets import TargetSpec, table_targets
from indicators.number import normalize_width

NOTHING: Mapping[str, str] = MappingProxyType({})
SIGNS = frozenset("-—_*/\\.。·…～~ \n\t")
NOTHING_LAST_YEAR = ("上年无此项目", "上年度无此项目", "去年无此项目", "无此项目", "新增项目")


def is_only_symbols(text: str) -> bool:
    """Whether a text is not empty but consists of symbols and white space only."""
    return bool(text.strip()) and set(normalize_width(text)) <= SIGNS


def required_fields(subject: CheckSubject) -> Iterator[Finding]:
    """C01 要素缺项: a required field is empty (C02 a goal of blanks, C14 last year's result); C03: only symbols."""
    for spec, text in subject.fields():
        if text and not text.strip(" 　\n\t") and _is_goal(subject, spec):
            yield subject.cell_finding("C02", spec.path)
        elif spec.required and not without_prefix(text, spec.before):
            if "last_year_result" in spec.means:
                yield subject.cell_finding("C14", spec.path, "empty")
            else:
                yield subject.cell_finding("C01", spec.path)
        elif is_only_symbols(text) and spec.kind.amount(text) is None:  # a dash may be an amount of zero
            yield subject.cell_finding("C03", spec.path, facts={"text": text.strip()})


def paired_goals(subject: CheckSubject) -> Iterator[Finding]:
    """C04 目标不成对: of goals that belong together (annual and period) only some are filled."""
    for names in subject.layout.all_or_none:
        specs = [subject.layout.cells[name] for name in names]
        empty = [spec for spec in specs if not without_prefix(subject.document.value(spec.path), spec.before)]
        if empty and len(empty) < len(specs):
            filled = [spec.path for spec in specs if spec not in empty]
            for spec in empty:
                yield subject.cell_finding("C04", spec.path, facts={"filled": filled})


def required_rows(subject: CheckSubject) -> Iterator[Finding]:
    """C01 要素缺项: a table that the layout requires has no row with content.

    A table of indicators with a goal is required where that goal is required or written; details of spending where
    money is asked for.
    """
    for table in subject.layout.tables.values():
        if table.rows_required and _is_table_due(subject, table) and not _has_content(subject, table):
            yield subject.table_finding("C01", table.name, "rows", facts={"label": table.label})


def _is_table_due(subject: CheckSubject, table: TableSpec) -> bool:
    """Whether the condition holds under which a required table must have rows."""
    cells = subject.layout.cells
    if goal := cells.get(table.goal):
        return goal.required or bool(subject.document.value(goal.path).strip())
    amount = cells.get(subject.layout.amount) if table.row_kind == "expenditures" else None
    return amount is None or bool(amount.kind.amount(subject.document.value(amount.path)))


def _has_content(subject: CheckSubject, table: TableSpec) -> bool:
    """Whether any row of a table holds more than what the form or the tree put there."""
    rows = subject.document.rows(table.name)
    return any(_is_started(table, row, table.fixed.get(row.id, {})) for row in rows)


def required_categories(subject: CheckSubject) -> Iterator[Finding]:
    """C05 产出指标缺失, C06 效益指标缺失: a required level-1 category has no row.

    Which categories are required is set in the profile (财预〔2021〕101号: output and benefit indicators for every
    project). Also C07: output rows, but none for quantity or none for quality. Each holds for every objective, term
    and project that has rows, or a goal without any.
    """
    groups = subject.indicator_groups
    several = len(groups) > 1
    if not groups and (tables := _indicator_tables(subject)):
        annual = next((table for table in tables if table_term(subject.layout, table) == "annual"), tables[0])
        groups = [IndicatorGroup(annual.name, "", "annual", ())]
    for group in groups:
        yield from _missing_categories(subject, group, several)
        yield from _output_categories(subject, group, several)


def _missing_categories(subject: CheckSubject, group: IndicatorGroup, several: bool) -> Iterator[Finding]:
    """C05, C06 of one group; it is named where the form has several."""
    tree = subject.profile.tree
    for code in subject.profile.required_categories:
        if not any(category.partition(".")[0] == code for category in group.categories):
            name = next((category.name for category in tree.level1() if category.canonical == code), code)
            code = {"output": "C05", "benefit": "C06"}.get(code, "C05")
            yield _category_finding(subject, code, group, name, several)


def _output_categories(subject: CheckSubject, group: IndicatorGroup, several: bool) -> Iterator[Finding]:
    """C07: where there are output rows, those for quantity and for quality that are missing."""
    if not any(category.startswith("output") for category in group.categories):
        return
    for code in ("output.quantity", "output.quality"):
        categories = subject.profile.tree.categories
        name = next((category.name for category in categories if category.canonical == code), "")
        if name and code not in group.categories:
            yield _category_finding(subject, "C07", group, name, several)


def _category_finding(subject: CheckSubject, code: str, group: IndicatorGroup, name: str, several: bool) -> Finding:
    facts = {"label": name, "of": group.title or subject.layout.tables[group.table].label}
    facts = facts if several else {"label": name}
    return subject.table_finding(code, group.table, "of" if several else "", facts=facts)


def missing_cells(subject: CheckSubject) -> Iterator[Finding]:
    """C11 指标缺值或缺名: a started row lacks a required cell; C03 以符号代替内容: it holds only symbols."""
    targets = {name: table_targets(table) for name, table in subject.layout.tables.items()}
    for table, row in subject.rows:
        columns = subject.layout.tables[table].columns
        if not _is_started(subject.layout.tables[table], row):
            continue
        unused = _unused_columns(targets[table], row)
        weights = {target.columns.get("weight", "weight") for target in targets[table]} | {"weight"}
        for spec in columns.values():
            path = Path(table, row.id, spec.name)
            if not spec.required or spec.name in unused:
                continue
            if spec.name in weights and not row.get(spec.name).strip():
                continue  # reported by C51
            if not without_prefix(row.get(spec.name), spec.before):
                yield subject.cell_finding("C11", path)
            elif is_only_symbols(row.get(spec.name)) and spec.kind.amount(row.get(spec.name)) is None:
                yield subject.cell_finding("C03", path, "row", facts={"text": row.get(spec.name).strip()})


def blank_categories(subject: CheckSubject) -> Iterator[Finding]:
    """C10 二级指标空白: a row of a category is empty, or holds only 无 or the like."""
    for indicator in subject.indicators:
        if indicator.normalized_name in NONE_WORDS and not is_only_symbols(indicator.name):
            level2 = indicator.row.get("level2")
            yield subject.indicator_finding(
                "C10", indicator, "name", "nothing", facts={"level2": level2, "text": indicator.name}
            )
    begun = {(indicator.table.name, indicator.row.id) for indicator in subject.indicators}
    started = {table for table, _ in begun}
    for table, row in subject.rows:
        spec = subject.layout.tables[table]
        if (
            spec.row_kind == "indicators"
            and table in started
            and (table, row.id) not in begun
            and not _is_started(spec, row)
        ):
            names = (target.columns.get("name", "name") for target in table_targets(spec))
            path = Path(table, row.id, next(names, "name"))
            yield subject.cell_finding("C10", path, "empty", facts={"level2": row.get("level2")}, severity="note")


def money_without_goal(subject: CheckSubject) -> Iterator[Finding]:
    """C13 有金额无目标: a row has an amount, but its goal columns are empty."""
    for table, row in subject.rows:
        columns = subject.layout.tables[table].columns.values()
        goals = [spec for spec in columns if "goal" in spec.means]
        money = [
            amount for spec in columns if spec.kind.key == "money" and (amount := spec.kind.amount(row.get(spec.name)))
        ]
        empty = [spec for spec in goals if not without_prefix(row.get(spec.name), spec.before)]
        if not money or not empty:
            continue
        severity = "error" if len(empty) == len(goals) else "warning"
        goals_empty = [Path(table, row.id, spec.name) for spec in empty]
        name, spent = row.get("name"), [Path(table, row.id, s.name) for s in columns if s.kind.key == "money"]
        yield subject.cell_finding(
            "C13", goals_empty[0], facts={"name": name, "empty": goals_empty}, reads=spent, severity=severity
        )


def last_year_values(subject: CheckSubject) -> Iterator[Finding]:
    """C14 上年结果未填或前后矛盾: the form says 上年无此项目, but an indicator has a value of last year."""
    stating = next(
        (spec for spec, text in subject.fields() if "last_year_result" in spec.means and _nothing_last_year(text)), None
    )
    if not stating:
        return
    for indicator in subject.indicators:
        text = indicator.get("last_year")
        if text and not is_only_symbols(text) and text not in NONE_WORDS:
            said = subject.document.value(stating.path).strip()
            facts: Facts = {"cell": stating.path, "said": said, "text": text}
            yield subject.indicator_finding(
                "C14", indicator, "last_year", "contradicted", facts=facts, severity="warning"
            )
            return


def _nothing_last_year(text: str) -> bool:
    return without_spaces(text).rstrip("。.") in NOTHING_LAST_YEAR


def _is_started(spec: TableSpec, row: Row, preset: Mapping[str, str] = NOTHING) -> bool:
    """Whether a row holds more than defaults, categories, merged cells and what the form itself put there."""
    return any(
        row.get(column.name).strip() not in ("", column.default, preset.get(column.name, ""))
        for column in spec.columns.values()
        if not column.merge and column.kind.key not in ("level1", "level2")
    )


def _unused_columns(targets: Sequence[TargetSpec], row: Row) -> set[str]:
    """Columns of the indicators that a row does not have, where a row may have several side by side and has one."""
    used: set[str] = set()
    unused: set[str] = set()
    sets = _indicator_columns(targets)
    for columns in sets:
        own = columns.difference(*(other for other in sets if other is not columns))
        (used if any(row.get(column).strip() for column in own) else unused).update(columns)
    return unused - used if used else set()


def _indicator_columns(targets: Sequence[TargetSpec]) -> list[set[str]]:
    """The columns of each indicator of a row, one set for each column of names."""
    by_name: dict[str, set[str]] = {}
    for target in targets:
        by_name.setdefault(target.columns.get("name", ""), set()).update(target.columns.values())
    return list(by_name.values()) if len(by_name) > 1 else []


def _indicator_tables(subject: CheckSubject) -> list[TableSpec]:
    names = (table for section in subject.layout.sections for table in section.tables)
    return [subject.layout.tables[name] for name in names if subject.layout.tables[name].row_kind == "indicators"]


def _is_goal(subject: CheckSubject, spec: InputSpec) -> bool:
    table = subject.layout.tables.get(spec.path.name) if spec.path.row else None
    return bool(table and table.row_kind == "objectives" and spec.kind.multiline)
