"""表与表之间: checks across the forms of one department (C18, C28, C30, C59, C64, C66, C70).

Each check gets all forms and yields (index of the form in the sequence, finding).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from filings.checks.consistency import conflicting_count
from filings.checks.finding import CheckSubject, Facts, Finding
from filings.checks.indicator_rows import Indicator, without_spaces
from filings.checks.similar import find_similar
from filings.checks.texts import MARKS, NAMES
from filings.sheet.document import Path, Row
from filings.sheet.kinds import format_number
from filings.sheet.layout import RowSource, TableSpec
from indicators.number import normalize_width

IndexedFindings = Iterator[tuple[int, Finding]]
NAME_LIKE = 0.6


def _project_sheets(subjects: Sequence[CheckSubject]) -> list[tuple[int, CheckSubject]]:
    return [(index, subject) for index, subject in enumerate(subjects) if subject.layout.subject == "project"]


def repeated_rows(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C18 千篇一律: rows with the same name and value in many projects, or two projects with the same rows."""
    projects = _project_sheets(subjects)
    projects_by_row = _projects_by_row(projects)
    twins = _Twins(projects)
    for index, subject in projects:
        rows = subject.annual_indicators
        repeated = _repeated(subject, rows, projects_by_row, len(projects))
        twin = twins.of(index) if len(repeated) < len(rows) / 2 else None
        if twin is not None:
            shown: Facts = {"rows": len(rows), "sheet": _name(subjects[twin])}
            same = _row_cells([row for row in rows if row.row_key in twins.rows[twin]])
            yield index, subject.table_finding("C18", rows[0].table.name, "twin", shown=shown, reads=same)
        elif repeated:
            others = {other for indicator in repeated for other in projects_by_row[indicator.row_key]} - {index}
            shown = {
                "rows": len(rows),
                "repeated": len(repeated),
                "names": [indicator.name for indicator in repeated],
                "sheets": [_name(subjects[other]) for other in sorted(others)],
                "others": len(others),
            }
            yield index, subject.table_finding("C18", rows[0].table.name, shown=shown, reads=_row_cells(repeated))


def _row_cells(rows: Sequence[Indicator]) -> list[Path]:
    """Names and values of rows."""
    return [indicator.path(column) for indicator in rows for column in ("name", "operator", "value", "unit")]


def _projects_by_row(projects: Sequence[tuple[int, CheckSubject]]) -> dict[tuple[str, str], set[int]]:
    """For each name and value of a row the numbers of the projects that have it.

    Satisfaction and timeliness are left out: in them the same words are usual.
    """
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for index, subject in projects:
        for indicator in subject.annual_indicators:
            if not indicator.within("satisfaction", "benefit.satisfaction", "output.timeliness"):
                found[indicator.row_key].add(index)
    return found


def _repeated(
    subject: CheckSubject, rows: Sequence[Indicator], projects_by_row: Mapping[tuple[str, str], set[int]], count: int
) -> list[Indicator]:
    """The rows that are in at least `same_in_projects` of `count` projects; a single one must be in more of them."""
    least = int(subject.profile.limits["same_in_projects"])
    repeated = [indicator for indicator in rows if len(projects_by_row.get(indicator.row_key, ())) >= least]
    if len(repeated) == 1 and len(projects_by_row[repeated[0].row_key]) < max(least + 2, count / 3):
        return []
    return repeated


class _Twins:
    """The rows of all projects, to find for each project another one with nearly the same rows."""

    def __init__(self, projects: Sequence[tuple[int, CheckSubject]]) -> None:
        self.rows = {index: {row.row_key for row in subject.annual_indicators} for index, subject in projects}
        self._holders: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index, rows in self.rows.items():
            for key in rows:
                self._holders[key].append(index)

    def of(self, index: int) -> int | None:
        """The first other project with at least 80 % of the same rows (of four or more); None if there is none."""
        own = self.rows[index]
        if len(own) < 4:
            return None
        # Who has 80 % of the rows has one of any 20 % and one more: only those who have one of the rarest are compared.
        rarest = sorted(own, key=lambda key: len(self._holders[key]))[: len(own) // 5 + 1]
        candidates = sorted({other for key in rarest for other in self._holders[key]} - {index})
        return next((other for other in candidates if len(own & self.rows[other]) >= 0.8 * len(own)), None)


def text_of_other_project(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C28 内容与项目无关: a text that another project has too fits that project's name, not this one's."""
    projects = _project_sheets(subjects)
    topics = {index: _character_pairs(_name(subject)) for index, subject in projects}
    common = Counter(pair for pairs in topics.values() for pair in pairs)
    usual = {pair for pair, times in common.items() if times > max(2, len(projects) / 4)}
    holders: dict[str, list[tuple[int, Path, str]]] = defaultdict(list)
    for index, subject in projects:
        for path, text in _sentences(subject):
            holders[MARKS.sub("", text)].append((index, path, text))
    for copies in holders.values():
        indexes = {index for index, _, _ in copies}
        if not 1 < len(indexes) <= 3:
            continue
        for index, path, text in copies:
            pairs = _character_pairs(text) - usual - set(subjects[index].profile.words["generic"])
            own = pairs & topics[index]
            shared = {other: pairs & topics[other] for other in indexes - {index}}
            source = max(shared, key=lambda other: len(shared[other]))
            if not own and shared[source]:
                facts = {"text": text, "sheet": _name(subjects[source])}
                yield index, subjects[index].cell_finding("C28", path, facts=facts)


def _sentences(subject: CheckSubject) -> Iterator[tuple[Path, str]]:
    """Names of indicators and short texts of fields that are long enough to have been copied: address, text."""
    for indicator in subject.annual_indicators:
        if len(indicator.normalized_name) >= 10:
            yield indicator.path("name"), indicator.name
    for spec, text in subject.fields():
        if spec.kind.multiline and 10 <= len(without_spaces(text)) <= 60 and NAMES.isdisjoint(spec.means):
            yield spec.path, text.strip()


def _character_pairs(text: str) -> set[str]:
    """All pairs of adjacent characters of a text without punctuation."""
    plain = MARKS.sub("", text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


@dataclass(frozen=True)
class _Link:
    """A row of a summary and the index of the form that it sums up (None: not found); `exact`: the names are equal."""

    row: Row
    sheet: int | None
    exact: bool


def summary_matches_sheets(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C59 汇总与分表不符: a summary row differs from its form, or one of them is missing; C30 names, C66 counts."""
    for index, subject in enumerate(subjects):
        for table in subject.layout.tables.values():
            if table.source:
                sheets = [(i, sheet) for i, sheet in enumerate(subjects) if sheet.layout.key == table.source.layout]
                if sheets and subject.document.rows(table.name):
                    yield from _compare_summary(index, subject, table, table.source, sheets)


def _compare_summary(
    index: int, subject: CheckSubject, table: TableSpec, source: RowSource, sheets: list[tuple[int, CheckSubject]]
) -> IndexedFindings:
    """Compare the rows of a summary table with the sheets that they sum up."""
    key = next(iter(source.columns))
    by_index = dict(sheets)
    names = {i: _cell(sheet, source.columns[key]) for i, sheet in sheets}
    links = _link_rows([row for row in subject.document.rows(table.name) if row.id not in table.fixed], key, names)
    for link in links:
        if link.sheet is None:
            if name := link.row.get(key).strip():
                path = Path(table.name, link.row.id, key)
                yield index, subject.cell_finding("C59", path, "no_sheet", facts={"name": name}, severity="warning")
            continue
        if not link.exact:
            yield index, _name_finding(subject, Path(table.name, link.row.id, key), link, names[link.sheet].strip())
        yield from _amounts(index, subject, table, source, link, by_index[link.sheet])
        yield from _counts(table, key, link.row, link.sheet, by_index[link.sheet])
    missing = set(names) - {link.sheet for link in links}
    if missing:
        yield (
            index,
            subject.table_finding("C59", table.name, "no_row", facts={"names": [names[i] for i in sorted(missing)]}),
        )


def _name_finding(subject: CheckSubject, path: Path, link: _Link, sheet_name: str) -> Finding:
    """C30: a row of the summary is named otherwise than its sheet."""
    name = link.row.get(path.column).strip()
    return subject.cell_finding("C30", path, "sheet", facts={"name": name, "sheet": sheet_name}, fix=sheet_name)


def _counts(table: TableSpec, key: str, row: Row, sheet: int, subject: CheckSubject) -> IndexedFindings:
    """C66: the texts of a summary row count something otherwise than an indicator of the sheet."""
    for column, spec in table.columns.items():
        if not spec.kind.multiline or column == key:
            continue
        for indicator in subject.annual_indicators:
            if words := conflicting_count(indicator, normalize_width(row.get(column))):
                facts = {"value": indicator.display_value, "column": spec.label, "words": words}
                yield sheet, subject.indicator_finding("C66", indicator, "value", "summary", facts=facts, reads=[words])


def _amounts(
    index: int, subject: CheckSubject, table: TableSpec, source: RowSource, link: _Link, sheet: CheckSubject
) -> IndexedFindings:
    """C59: an amount of a summary row differs from the cell of the form that it is taken from."""
    for column, cell in source.columns.items():
        spec = table.columns.get(column)
        if not spec or spec.kind.key != "money" or cell not in sheet.layout.cells:
            continue
        own, of_sheet = spec.kind.amount(link.row.get(column)), spec.kind.amount(_cell(sheet, cell))
        if own is not None and of_sheet is not None and abs(own - of_sheet) > subject.profile.limits["money_tolerance"]:
            facts = {"amount": format_number(own), "sheet": _name(sheet), "of_sheet": format_number(of_sheet)}
            path = Path(table.name, link.row.id, column)
            yield index, subject.cell_finding("C59", path, "amount", facts=facts, reads=[_cell(sheet, cell)])


def _link_rows(rows: list[Row], key: str, names: dict[int, str]) -> list[_Link]:
    """Pair rows with forms: equal names first, then the most similar of the rest; one link for each row, in order."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for i in reversed(names):
        by_name[_normalized(names[i])].append(i)
    links: dict[str, _Link] = {}
    for row in rows:
        if same := by_name[_normalized(row.get(key))]:
            match = same.pop()
            links[row.id] = _Link(row, match, without_spaces(names[match]) == without_spaces(row.get(key)))
    left = {i for indexes in by_name.values() for i in indexes}
    free = {i: _normalized(name) for i, name in names.items() if i in left}
    for row in rows:
        if row.id in links:
            continue
        own = _normalized(row.get(key))
        best = _most_similar(own, free) if own else None
        if best is not None:
            free.pop(best)
            links[row.id] = _Link(row, best, False)
        else:
            links[row.id] = _Link(row, None, False)
    return [links[row.id] for row in rows]


def _most_similar(own: str, names: Mapping[int, str]) -> int | None:
    """The key of the name that is most like `own`; one that begins like it or that it begins with is 0.9 like it."""
    beginnings = [i for i, name in names.items() if min(len(name), len(own)) > 3 and _begins_like(name, own)]
    others = {i: name for i, name in names.items() if i not in beginnings}
    best, score = find_similar(own, others, NAME_LIKE)
    return beginnings[0] if beginnings and score <= 0.9 else best


def _begins_like(first: str, second: str) -> bool:
    return first.startswith(second) or second.startswith(first)


def project_expenditure(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C59 汇总与分表不符: the project expenditure of the department form is not the sum of its project forms."""
    amounts = []
    for _, subject in _project_sheets(subjects):
        cell = subject.layout.cells.get(subject.layout.amount)
        amounts.append(cell.kind.amount(subject.document.value(cell.path)) if cell else None)
    if len(amounts) < 2 or any(amount is None for amount in amounts):
        return
    summed = sum((amount for amount in amounts if amount is not None), Decimal(0))
    for index, subject in enumerate(subjects):
        cells = [
            spec
            for spec, _ in subject.fields()
            if subject.layout.subject == "department" and "project_expenditure" in spec.means
        ]
        stated = cells[0].kind.amount(subject.document.value(cells[0].path)) if len(cells) == 1 else None
        if stated is not None and abs(stated - summed) > subject.profile.limits["conversion_tolerance"]:
            facts: Facts = {"amount": format_number(stated), "sheets": len(amounts), "summed": format_number(summed)}
            reads = [format_number(summed)]
            yield index, subject.cell_finding("C59", cells[0].path, "sum", facts=facts, severity="warning", reads=reads)


def repeated_payment_plans(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C64 支出计划不合理: all projects have the same cumulative percentages."""
    plans: dict[tuple[str, ...], list[tuple[int, CheckSubject, TableSpec]]] = defaultdict(list)
    for index, subject in _project_sheets(subjects):
        for table in subject.layout.tables.values():
            if table.row_kind == "payments" and table.fixed:
                texts = [row.get(column) for row in subject.document.rows(table.name) for column in table.columns]
                if any(texts):
                    plans[tuple(without_spaces(text) for text in texts)].append((index, subject, table))
    if len(plans) != 1:
        return
    for plan, copies in plans.items():
        for index, subject, table in copies:
            if len(copies) >= subject.profile.limits["same_in_projects"]:
                facts, shown = {"plan": plan}, {"sheets": len(copies)}
                yield index, subject.table_finding("C64", table.name, "same", facts=facts, shown=shown)


def truncated_copies(subjects: Sequence[CheckSubject]) -> IndexedFindings:
    """C70 文字残缺: a text ends without punctuation where another form continues it."""
    cells = [
        (index, subject, path, text.strip(), MARKS.sub("", text))
        for index, subject in enumerate(subjects)
        for path, spec, text in subject.texts
        if spec.kind.multiline and len(text.strip()) >= 16 and not (path.row and path.column == "name")
    ]
    # In alphabetical order the texts that continue another one stand behind it.
    texts = sorted({plain for *_, plain in cells})
    for index, subject, path, text, plain in cells:
        after = bisect_right(texts, plain)
        whole = texts[after] if len(plain) >= 8 and after < len(texts) and texts[after].startswith(plain) else ""
        if whole and text[-1] not in "。；！）)”》…:：" and len(whole) - len(plain) < 40:
            facts = {"end": text[-6:], "more": whole[len(plain) : len(plain) + 8]}
            yield index, subject.cell_finding("C70", path, "cut", facts=facts)


def _cell(subject: CheckSubject, name: str) -> str:
    cell = subject.layout.cells.get(name)
    return subject.document.value(cell.path) if cell else ""


def _normalized(name: str) -> str:
    return MARKS.sub("", without_spaces(name))


def _name(subject: CheckSubject) -> str:
    """The title of a form in messages: its given name, else its first filled name field, else its layout's name."""
    if subject.name:
        return subject.name
    names = (t.strip() for s, t in subject.fields() if not {*NAMES, "project"}.isdisjoint(s.means) and t.strip())
    return next(names, subject.layout.name)
