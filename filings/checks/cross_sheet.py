"""表与表之间: what the sheets of one department say of each other (C18, C28, C30, C59, C64, C70).

Each check gives (number of the sheet, finding); sheets are told apart by the subject's name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from filings.checks.consistency import conflicting_count
from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import Indicator, quote_list, without_spaces
from filings.checks.texts import MARKS
from filings.sheet.document import Path, Row
from filings.sheet.kinds import format_number
from filings.sheet.layout import InputSpec, RowSource, TableSpec
from indicators.number import fold

IndexedFindings = Iterator[tuple[int, Finding]]
NAME_LIKE = 0.6


def _projects(subjects: Sequence[CheckSubject]) -> list[tuple[int, CheckSubject]]:
    return [(index, one) for index, one in enumerate(subjects) if one.layout.subject == "project"]


def _annual(subject: CheckSubject) -> list[Indicator]:
    """The rows that count for the year: where a form has period tables too, those are left out."""
    names = {one.table.name for one in subject.indicators}
    wanted = {name for name in names if "period" not in name} or names
    return [one for one in subject.indicators if one.table.name in wanted and not one.is_blank]


def repeated_rows(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C18 千篇一律: rows with the same name and value in many projects, or two projects with the same rows."""
    projects = _projects(subjects)
    where: dict[tuple[str, str], set[int]] = defaultdict(set)
    for index, subject in projects:
        for one in _annual(subject):
            if not one.within("satisfaction", "benefit.satisfaction", "output.timeliness"):
                where[_row_key(one)].add(index)
    for index, subject in projects:
        least = int(subject.profile.limits["same_in_projects"])
        rows = _annual(subject)
        many = [one for one in rows if len(where.get(_row_key(one), ())) >= least]
        if len(many) == 1 and len(where[_row_key(many[0])]) < max(least + 2, len(projects) / 3):
            many = []
        twin = _twin(index, rows, projects) if len(many) < len(rows) / 2 else None
        if not many and twin is None:
            continue
        label = rows[0].table.label
        if twin is not None:
            fact = f"{len(rows)} 个指标与“{_name(subjects[twin])}”的全部或几乎全部相同"
        else:
            others = {other for one in many for other in where[_row_key(one)]} - {index}
            names = quote_list((_name(subjects[other]) for other in sorted(others)), 2)
            said = quote_list((one.name for one in many), 2)
            fact = f"{len(rows)} 个指标中有 {len(many)} 个（{said}）的名称和值在{names} {len(others)} 个项目里一模一样"
        yield index, subject.table_finding("C18", rows[0].table.name, label, fact)


def _row_key(one: Indicator) -> tuple[str, str]:
    return one.normalized_name, without_spaces(one.display_value).lstrip("=")


def _twin(index: int, rows: list[Indicator], projects: list[tuple[int, CheckSubject]]) -> int | None:
    own = {_row_key(one) for one in rows}
    for other, subject in projects:
        if (
            other != index
            and len(own) >= 4
            and len(own & {_row_key(one) for one in _annual(subject)}) >= 0.8 * len(own)
        ):
            return other
    return None


def text_of_other_project(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C28 内容与项目无关: words shared with another project, of that one's subject and not of this one's."""
    projects = _projects(subjects)
    topics = {index: _pairs(_topic(subject)) for index, subject in projects}
    common = Counter(pair for pairs in topics.values() for pair in pairs)
    usual = {pair for pair, times in common.items() if times > max(2, len(projects) / 4)}
    holders: dict[str, list[tuple[int, Path, str, str]]] = defaultdict(list)
    for index, subject in projects:
        for path, label, text in _sentences(subject):
            holders[MARKS.sub("", text)].append((index, path, label, text))
    for same in holders.values():
        indexes = {index for index, _, _, _ in same}
        if not 1 < len(indexes) <= 3:
            continue
        for index, path, label, text in same:
            words = _pairs(text) - usual - set(subjects[index].profile.words["generic"])
            own = words & topics[index]
            theirs = {other: words & topics[other] for other in indexes - {index}}
            best = max(theirs, key=lambda other: len(theirs[other]))
            if not own and theirs[best]:
                fact = f"“{label}”写的是“{text}”，与“{_name(subjects[best])}”里的相同，而与本项目无关"
                yield index, subjects[index].cell_finding("C28", path, fact)


def _topic(subject: CheckSubject) -> str:
    return _name(subject)


def _sentences(subject: CheckSubject) -> Iterator[tuple[Path, str, str]]:
    """Names of indicators and short texts of fields that are long enough to have been copied."""
    for one in _annual(subject):
        if len(one.normalized_name) >= 10:
            yield one.path("name"), one.table.columns["name"].label, one.name
    for spec, text in subject.fields():
        if spec.kind.multiline and 10 <= len(without_spaces(text)) <= 60 and "名称" not in spec.label:
            yield spec.path, spec.label, text.strip()


def _pairs(text: str) -> set[str]:
    bare = MARKS.sub("", text)
    return {bare[i : i + 2] for i in range(len(bare) - 1)}


@dataclass(frozen=True)
class _Link:
    """A row of a summary with the sheet that it sums up."""

    row: Row
    sheet: int | None
    exact: bool


def summary_matches_sheets(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C59 汇总与分表: rows gathered from sheets have their amounts, none is missing; C30: and their names."""
    for index, subject in enumerate(subjects):
        for table in subject.layout.tables.values():
            if table.source:
                sheets = [(i, one) for i, one in enumerate(subjects) if one.layout.key == table.source.layout]
                if sheets and subject.document.rows(table.name):
                    yield from _compared(index, subject, table, table.source, sheets)


def _compared(
    index: int, subject: CheckSubject, table: TableSpec, source: RowSource, sheets: list[tuple[int, CheckSubject]]
) -> IndexedFindings:
    key = next(iter(source.columns))
    by_index = dict(sheets)
    names = {i: _cell(one, source.columns[key]) for i, one in sheets}
    links = _linked([row for row in subject.document.rows(table.name) if row.id not in table.fixed], key, names)
    for link in links:
        path = Path(table.name, link.row.id, key)
        name = link.row.get(key).strip()
        if link.sheet is None:
            if name:
                fact = f"“{name}”在项目表里没有找到"
                yield index, subject.cell_finding("C59", path, fact, row_name=name, severity="warning")
            continue
        if not link.exact:
            fact = f"汇总表里叫“{name}”，项目表里叫“{names[link.sheet].strip()}”"
            yield index, subject.cell_finding("C30", path, fact, row_name=name, fix=names[link.sheet].strip())
        yield from _amounts(index, subject, table, source, link, by_index[link.sheet])
        for column, spec in table.columns.items():
            for one in _annual(by_index[link.sheet]) if spec.kind.multiline and column != key else ():
                if told := conflicting_count(one, fold(link.row.get(column))):
                    fact = f"指标值是“{one.display_value}”，而汇总表的“{spec.label}”里写“{told}”"
                    yield link.sheet, by_index[link.sheet].indicator_finding("C66", one, "value", fact)
    missing = set(names) - {link.sheet for link in links}
    if missing:
        fact = f"“{table.label}”里没有{quote_list((names[i] for i in sorted(missing)), 5)}"
        yield index, subject.table_finding("C59", table.name, table.label, fact)


def _amounts(
    index: int, subject: CheckSubject, table: TableSpec, source: RowSource, link: _Link, sheet: CheckSubject
) -> IndexedFindings:
    for column, cell in source.columns.items():
        spec = table.columns.get(column)
        if not spec or spec.kind.key != "money" or cell not in sheet.layout.cells:
            continue
        here, there = spec.kind.amount(link.row.get(column)), spec.kind.amount(_cell(sheet, cell))
        if here is not None and there is not None and abs(here - there) > subject.profile.limits["money_tolerance"]:
            fact = (
                f"“{spec.label}”是 {format_number(here)} 万元，项目表“{_name(sheet)}”里是 {format_number(there)} 万元"
            )
            yield (
                index,
                subject.cell_finding("C59", Path(table.name, link.row.id, column), fact, row_name=link.row.get("name")),
            )


def _linked(rows: list[Row], key: str, names: dict[int, str]) -> list[_Link]:
    """Pair rows with sheets: equal names first, then the most alike of what is left."""
    free = dict(names)
    links: dict[str, _Link] = {}
    for row in rows:
        found = next((i for i, name in free.items() if _plain(name) == _plain(row.get(key))), None)
        if found is not None:
            links[row.id] = _Link(row, found, without_spaces(free.pop(found)) == without_spaces(row.get(key)))
    for row in rows:
        if row.id in links:
            continue
        scores = {i: _likeness(_plain(name), _plain(row.get(key))) for i, name in free.items()}
        best = max(scores, key=lambda i: scores[i], default=None)
        if best is not None and scores[best] >= NAME_LIKE and row.get(key).strip():
            free.pop(best)
            links[row.id] = _Link(row, best, False)
        else:
            links[row.id] = _Link(row, None, False)
    return [links[row.id] for row in rows]


def _likeness(first: str, second: str) -> float:
    if first and second and (first.startswith(second) or second.startswith(first)) and min(len(first), len(second)) > 3:
        return 0.9
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def project_expenditure(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C59: the project spending of a department sheet is the sum of its project sheets."""
    amounts = []
    for _, subject in _projects(subjects):
        cell = subject.layout.cells.get(subject.layout.amount)
        amounts.append(cell.kind.amount(subject.document.value(cell.path)) if cell else None)
    if len(amounts) < 2 or any(amount is None for amount in amounts):
        return
    summed = sum((amount for amount in amounts if amount is not None), Decimal(0))
    for index, subject in enumerate(subjects):
        cells = [spec for spec, _ in subject.fields() if subject.layout.subject == "department" and _of_projects(spec)]
        stated = cells[0].kind.amount(subject.document.value(cells[0].path)) if len(cells) == 1 else None
        if stated is not None and abs(stated - summed) > subject.profile.limits["conversion_tolerance"]:
            total = f"{len(amounts)} 张项目表合计 {format_number(summed)} 万元"
            fact = f"“{cells[0].label}”是 {format_number(stated)} 万元，而 {total}"
            yield index, subject.cell_finding("C59", cells[0].path, fact, severity="warning")


def _of_projects(spec: InputSpec) -> bool:
    """Whether a cell holds this year's spending on projects, all of it."""
    if spec.kind.key != "money" or spec.path.column not in ("", "amount"):
        return False
    parts = ("人员", "运转", "公用", "前年", "上年", "占比")
    return "项目" in spec.label and "支出" in spec.label and not any(word in spec.label for word in parts)


def repeated_payment_plans(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C64 支出计划: the same percentages in every project were not planned."""
    plans: dict[tuple[str, ...], list[tuple[int, CheckSubject, TableSpec]]] = defaultdict(list)
    for index, subject in _projects(subjects):
        for table in subject.layout.tables.values():
            if table.of == "payments" and table.fixed:
                texts = [row.get(column) for row in subject.document.rows(table.name) for column in table.columns]
                if any(texts):
                    plans[tuple(without_spaces(text) for text in texts)].append((index, subject, table))
    if len(plans) != 1:
        return
    for plan, same in plans.items():
        for index, subject, table in same:
            if len(same) >= subject.profile.limits["same_in_projects"]:
                fact = f"{len(same)} 个项目的支出计划都是 {'、'.join(plan)}"
                yield index, subject.table_finding("C64", table.name, table.label, fact)


def truncated_copies(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C70 文字残缺: a text that stands longer in another sheet and breaks off here without a mark."""
    cells = [
        (index, subject, path, spec, text.strip())
        for index, subject in enumerate(subjects)
        for path, spec, text in subject.texts
        if spec.kind.multiline and len(text.strip()) >= 16 and not (path.row and path.column == "name")
    ]
    heads: dict[str, list[str]] = defaultdict(list)
    for _, _, _, _, text in cells:
        heads[MARKS.sub("", text)[:8]].append(MARKS.sub("", text))
    for index, subject, path, spec, text in cells:
        bare = MARKS.sub("", text)
        whole = next((other for other in heads[bare[:8]] if len(other) > len(bare) and other.startswith(bare)), "")
        if whole and text[-1] not in "。；！）)”》…:：" and len(whole) - len(bare) < 40:
            fact = f"“{spec.label}”到“{text[-6:]}”就断了，另一张表里后面还有“{whole[len(bare) : len(bare) + 8]}”"
            yield index, subject.cell_finding("C70", path, fact)


def _cell(subject: CheckSubject, name: str) -> str:
    cell = subject.layout.cells.get(name)
    return subject.document.value(cell.path) if cell else ""


def _plain(name: str) -> str:
    return MARKS.sub("", without_spaces(name))


def _name(subject: CheckSubject) -> str:
    """What people call a sheet: its given name, or its first name field, or its form."""
    if subject.name:
        return subject.name
    named = (t.strip() for s, t in subject.fields() if ("名称" in s.label or "{project}" in s.default) and t.strip())
    return next(named, subject.layout.name)
