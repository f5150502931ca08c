"""规范完整: what a form must hold before it can be sent in (C01–C06, C11)."""

from __future__ import annotations

from collections.abc import Iterator

from filings.checks.finding import Finding, Subject
from filings.sheet.document import Path, Row
from filings.sheet.grid import typed_before
from indicators.number import fold

SIGNS = frozenset("-—_*/\\.。·…～~ \n\t")


def required_fields(subject: Subject) -> Iterator[Finding]:
    """C01 必填项: every required field of the sheet is filled; C03: with words, not with signs."""
    for spec, text in subject.fields():
        if spec.required and not _words(text, spec.before):
            yield subject.at("C01", spec.path, f"“{spec.label}”是必填项，现在是空的，请填写。")
        elif text.strip() and set(fold(text)) <= SIGNS:
            yield subject.at("C03", spec.path, f"“{spec.label}”只填了符号“{text.strip()}”，请写具体内容，没有就留空。")


def goals_together(subject: Subject) -> Iterator[Finding]:
    """C04 目标成对: a form with two goals has both, or submission is blocked."""
    for names in subject.layout.together:
        specs = [subject.layout.cells[name] for name in names]
        empty = [spec for spec in specs if not _words(subject.document.value(spec.path), spec.before)]
        if empty and len(empty) < len(specs):
            filled = "、".join(f"“{spec.label}”" for spec in specs if spec not in empty)
            for spec in empty:
                yield subject.at("C04", spec.path, f"已填{filled}，但“{spec.label}”是空的，两者都要填写。")


def required_categories(subject: Subject) -> Iterator[Finding]:
    """C05 产出、C06 效益: at least one level-3 row under each category that the place requires."""
    layout = subject.layout
    tables = [t for section in layout.sections for t in section.tables if layout.tables[t].of == "indicators"]
    if not tables:
        return
    rows = [row for table, _, row in subject.grid_rows() if table in tables]
    present = {_level1(subject, row) for row in rows if row.get("name").strip()}
    for code in subject.profile.required_categories:
        if code not in present:
            name = next((c.name for c in subject.profile.tree.level1() if c.canonical == code), code)
            message = f"没有“{name}”：每个项目至少要有一条{name}，请在绩效指标中增加一行。"
            yield Finding({"output": "C05", "benefit": "C06"}.get(code, "C05"), tables[0], name, message)


def complete_rows(subject: Subject) -> Iterator[Finding]:
    """C11 指标无值: a row that was begun has its name, its value and its category."""
    for table, number, row in subject.grid_rows():
        columns = subject.layout.tables[table].columns.values()
        if not any(row.get(spec.name).strip() for spec in columns if not spec.merge):
            continue
        for spec in columns:
            if spec.required and not _words(row.get(spec.name), spec.before):
                message = f"第 {number} 行缺“{spec.label}”：请补填，不需要这一行就整行删除。"
                yield subject.at("C11", Path(table, row.id, spec.name), message, row.get("name"))


def _level1(subject: Subject, row: Row) -> str:
    return subject.profile.tree.code_of(row.get("level1"), row.get("level2")).partition(".")[0]


def _words(text: str, before: str) -> str:
    """The text a person gave beyond the words that the form prints in front."""
    text = text.strip(" 　\n\t")
    if before and text and typed_before(before, text):
        return fold(text).partition(fold(before.replace("{n}", ""))[-1:])[2].strip()
    return text
