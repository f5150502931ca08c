"""The input of a check (CheckSubject) and its output (Finding): codes and facts, no sentences.

`messages.py` makes the words where a finding is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from filings.checks.indicator_groups import IndicatorGroup, group_indicators
from filings.checks.indicator_reader import read_changed_indicators, read_indicators
from filings.checks.indicator_rows import Indicator
from filings.checks.rules import RULES
from filings.checks.sum_edits import DocumentSums
from filings.sheet.document import Document, Path, Row, digest
from filings.sheet.edits import Edit, SetCell, edit_to_data, parse_edits
from filings.sheet.layout import InputSpec, Layout
from filings.sheet.profile import Profile
from indicators.amount_text import AmountText, read_amount

Fact = str | int | tuple[str, ...]
"""A fact of a finding, JSON-ready: a text, a number, the address of a cell as text, or several of these."""
DIGEST_LENGTH = 32
"""Hexadecimal digits of a finding's digest."""
FactInput = str | int | Path | Sequence[str | Path]
"""What a check gives for a fact: a Path stands for a cell that the finding read."""
Facts = Mapping[str, FactInput]
NO_FACTS: Facts = MappingProxyType({})


FilledCell = tuple[Path, InputSpec, str]
"""Address, input and text of a filled cell."""
RowTexts = Mapping[tuple[str, str], tuple[Row, tuple[FilledCell, ...]]]
"""The filled cells of rows by table and row id, with the rows that they were read of."""


class AddedRow(NamedTuple):
    """A row that people added, with the name of its table."""

    table: str
    row: Row


@dataclass(frozen=True)
class Finding:
    """One mistake in a form, as data: code of the check, address, the case of the check, and its facts.

    `path` is the address of a cell ("title", "indicators[i1].value"), the name of a table, or '' for the whole form.
    `case` with the code is the key of the words in `messages.py`. `severity` is "error" (blocks submission), "warning",
    "note" or "off". `digest` is of the texts of all cells that the finding rests on, wherever their rows stand: a reply
    counts as long as it stays the same. `fix` are the edits that would remove the mistake, () if none is offered.
    """

    code: str
    path: str
    case: str = ""
    facts: tuple[tuple[str, Fact], ...] = ()
    severity: str = "error"
    digest: str = ""
    fix: tuple[Edit, ...] = ()

    @property
    def fix_text(self) -> str:
        """The new text of its own cell, where the fix is no more than that; else ''."""
        match self.fix:
            case (SetCell(path, value),) if str(path) == self.path:
                return value
        return ""


def finding_to_data(finding: Finding) -> dict[str, Any]:
    """A finding as JSON-ready data, as `finding_from_data` reads it."""
    return {
        "code": finding.code,
        "path": finding.path,
        "case": finding.case,
        "facts": {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in finding.facts},
        "severity": finding.severity,
        "digest": finding.digest,
        "fix": [edit_to_data(edit) for edit in finding.fix],
    }


def finding_from_data(data: Mapping[str, Any]) -> Finding:
    """Read what `finding_to_data` wrote. Raises KeyError for the sentences that releases before 0.3 stored."""
    return Finding(
        data["code"],
        data["path"],
        data["case"],
        tuple((name, tuple(fact) if isinstance(fact, list) else fact) for name, fact in data["facts"].items()),
        data["severity"],
        data["digest"],
        tuple(parse_edits(data["fix"])),
    )


@dataclass(frozen=True)
class CheckSubject:
    """What a check works on: a document, its layout, the profile of its place; `name` is its title in messages."""

    layout: Layout
    document: Document
    profile: Profile
    name: str = ""

    def named(self, name: str) -> CheckSubject:
        """The same subject with a title; what was read of it is shared."""
        other = replace(self, name=name)
        other.__dict__.update(self.__dict__, name=name)
        return other

    def with_earlier(self, before: CheckSubject) -> CheckSubject:
        """The same subject, whose indicators and rows are read anew only where an earlier content has others."""
        known = read_changed_indicators(self.layout, self.document, self.profile, before.document, before.indicators)
        self.__dict__.update(indicators=known, _earlier_row_texts=before.row_texts)
        return self

    def only(
        self,
        rows: Set[tuple[str, str]] = frozenset(),
        indicators: tuple[Indicator, ...] = (),
        texts: tuple[FilledCell, ...] = (),
    ) -> CheckSubject:
        """The subject with no other rows, indicators and filled cells than these, for checks that judge each alone."""
        part = replace(self)
        own = tuple([one for one in self.rows if (one.table, one.row.id) in rows])
        part.__dict__.update(rows=own, indicators=indicators, texts=texts)
        return part

    def fields(self) -> Iterator[tuple[InputSpec, str]]:
        """Every input of the layout that is no cell of a free table row, with its text ('' if it is not filled)."""
        for spec in self.layout.inputs():
            yield spec, self.document.value(spec.path)

    @cached_property
    def rows(self) -> tuple[AddedRow, ...]:
        """The rows that people add, of all tables in form order."""
        found: list[AddedRow] = []
        for section in self.layout.sections:
            for table in section.tables:
                fixed = self.layout.tables[table].fixed
                found += [AddedRow(table, row) for row in self.document.rows(table) if row.id not in fixed]
        return tuple(found)

    @cached_property
    def row_texts(self) -> RowTexts:
        """The filled cells of each row that people add, by table and row id, with the row that they were read of."""
        known: RowTexts = self.__dict__.get("_earlier_row_texts", {})
        found = {}
        for table, row in self.rows:
            earlier = known.get((table, row.id))
            found[table, row.id] = earlier if earlier and earlier[0] is row else (row, self._filled_cells(table, row))
        return found

    def _filled_cells(self, table: str, row: Row) -> tuple[FilledCell, ...]:
        columns = self.layout.tables[table].columns.items()
        texts = [(column, spec, row.get(column).strip()) for column, spec in columns]
        return tuple((Path(table, row.id, column), spec, text) for column, spec, text in texts if text)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every target value, and every indicator row with a name; parsed once and shared by all checks."""
        return read_indicators(self.layout, self.document, self.profile)

    @cached_property
    def annual_indicators(self) -> tuple[Indicator, ...]:
        """The filled indicators that count for the year: long-term ones are left out if there are others."""
        terms = {indicator.term for indicator in self.indicators}
        wanted = terms - {"period"} or terms
        return tuple([one for one in self.indicators if one.term in wanted and not one.is_blank])

    @cached_property
    def indicator_groups(self) -> list[IndicatorGroup]:
        """The indicators of the indicator tables, grouped by project, term and objective."""
        return group_indicators(self.layout, self.document, self.indicators)

    @cached_property
    def projects(self) -> tuple[str, ...]:
        """The projects that the rows of the form name, in its order; ('',) for a form of one project or none."""
        named = dict.fromkeys(indicator.project for indicator in self.indicators if indicator.project)
        return tuple(named) or ("",)

    @cached_property
    def texts(self) -> tuple[FilledCell, ...]:
        """Every filled cell, fields first, then free rows, as (address, input, text). Texts of rows are stripped."""
        cells = [(spec.path, spec, text) for spec, text in self.fields() if text.strip()]
        for _, of_row in self.row_texts.values():
            cells += of_row
        return tuple(cells)

    @cached_property
    def amounts(self) -> tuple[tuple[Path, InputSpec, str, AmountText | None], ...]:
        """Every filled money cell as in `texts`, with the amount that its text says, None if it says none."""
        cells = (cell for cell in self.texts if cell[1].kind.key == "money")
        return tuple((path, spec, text, read_amount(text, spec.kind.unit)) for path, spec, text in cells)

    @cached_property
    def has_plain_amounts(self) -> bool:
        """Whether a money cell of the form holds a number without a unit: then all should."""
        return any(money and not money.unit_typed and not money.form for *_, money in self.amounts)

    @cached_property
    def sums(self) -> DocumentSums:
        """The sums of the form, to tell which edits leave them right."""
        return DocumentSums(self.layout, self.document, self.profile.limits["money_tolerance"])

    def cell_finding(  # noqa: PLR0913 - a finding has as many parts, each named at the call
        self,
        code: str,
        path: Path,
        case: str = "",
        *,
        facts: Facts = NO_FACTS,
        fix: str | tuple[Edit, ...] = "",
        severity: str = "",
        reads: Sequence[Path | str] = (),
    ) -> Finding:
        """A finding at a cell; default severity is the rule's. A `fix` given as text replaces the text of the cell.

        It rests on its own cell, on the cells that its facts name, and on `reads`: further cells, or texts of others.
        """
        edits = fix if isinstance(fix, tuple) else (SetCell(path, fix),) if fix else ()
        texts = self._texts_read((path, *_paths_of(facts.values()), *reads))
        return address_finding(code, str(path), case, facts=facts, texts=texts, severity=severity, fix=edits)

    def indicator_finding(  # noqa: PLR0913 - as above
        self,
        code: str,
        indicator: Indicator,
        column: str,
        case: str = "",
        *,
        facts: Facts = NO_FACTS,
        fix: str | tuple[Edit, ...] = "",
        severity: str = "",
        reads: Sequence[Path | str] = (),
    ) -> Finding:
        """A finding at a cell of an indicator: it rests on the name, categories and value of its row as well.

        One at words that the form itself prints is off: nobody who fills the form can change them.
        """
        severity = "off" if column in indicator.printed else severity
        row = (indicator.path(name) for name in indicator.table.columns if name in _READ_COLUMNS)
        return self.cell_finding(
            code, indicator.path(column), case, facts=facts, fix=fix, severity=severity, reads=(*row, *reads)
        )

    def table_finding(  # noqa: PLR0913 - as above
        self,
        code: str,
        table: str,
        case: str = "",
        *,
        facts: Facts = NO_FACTS,
        shown: Facts = NO_FACTS,
        severity: str = "",
        reads: Sequence[Path | str] = (),
    ) -> Finding:
        """A finding about a whole table, or about the whole form if `table` is ''.

        It rests on its facts and on `reads`, not on the facts that are only `shown`, such as how many other sheets
        there are. The fact `label`, if given, is shown instead of the label of the table.
        """
        texts = [*self._texts_read((*_paths_of(facts.values()), *reads)), case, repr(_facts_data(facts))]
        return address_finding(code, table, case, facts={**facts, **shown}, texts=texts, severity=severity)

    def _texts_read(self, reads: Iterable[Path | str]) -> list[str]:
        """The filled cells with their addresses, then texts given as such.

        Neither moving a row nor adding an empty one changes them.
        """
        cells = {f"{read}={text}" for read in reads if isinstance(read, Path) and (text := self.document.value(read))}
        return [*sorted(cells), *(read for read in reads if isinstance(read, str))]


def address_finding(  # noqa: PLR0913 - as above
    code: str,
    address: str,
    case: str = "",
    *,
    facts: Facts = NO_FACTS,
    texts: Iterable[str] = (),
    severity: str = "",
    fix: tuple[Edit, ...] = (),
) -> Finding:
    """A finding at an address; `texts` are those that it rests on. Where there is a CheckSubject, use its methods."""
    key = digest(list(texts))[:DIGEST_LENGTH]
    return Finding(code, address, case, _facts_data(facts), severity or RULES[code].severity, key, fix)


_READ_COLUMNS = frozenset({"level1", "level2", "name", "operator", "value", "unit", "nature"})
"""Columns that every finding about an indicator rests on."""


def _paths_of(facts: Iterable[FactInput]) -> Iterator[Path]:
    """The cells that facts name."""
    for fact in facts:
        if isinstance(fact, Path):
            yield fact
        elif not isinstance(fact, str | int):
            yield from (part for part in fact if isinstance(part, Path))


def _facts_data(facts: Mapping[str, FactInput]) -> tuple[tuple[str, Fact], ...]:
    """Facts as they are stored: addresses as text, sequences as tuples."""
    return tuple(
        (name, fact if isinstance(fact, int) else str(fact) if isinstance(fact, str | Path) else tuple(map(str, fact)))
        for name, fact in facts.items()
    )
