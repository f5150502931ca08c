"""Reads every target value of a form, wherever it stands: rows that people add, rows printed by name, single fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from filings.checks.indicator_rows import Indicator, read_indicator
from filings.sheet.document import Document, Path, Row
from filings.sheet.layout import InputSpec, Layout, TableSpec
from filings.sheet.profile import Profile
from filings.sheet.targets import TargetSpec, table_targets

VALUE_PARTS = ("operator", "unit", "nature")
"""What a form may print of a target value: its address is then that of the value, the only cell that is left."""

GROUPING_WORDS = ("project_name", "objective")
"""Columns that say to which project and to which objective a row belongs."""


def read_indicators(layout: Layout, document: Document, profile: Profile) -> tuple[Indicator, ...]:
    """Every indicator with a name or a value: single fields, then table by table, printed rows before added ones."""
    found = list(_field_indicators(layout, document))
    for name in _table_names(layout):
        reader = _TableReader(layout, document, profile, layout.tables[name])
        found += reader.fixed_rows()
        found += reader.added_rows() if name in layout.placed_tables else ()
    return tuple(found)


def read_changed_indicators(
    layout: Layout, document: Document, profile: Profile, before: Document, known: Sequence[Indicator]
) -> tuple[Indicator, ...]:
    """As `read_indicators`, given those of an earlier content: what has not changed since is not read again.

    Such indicators are the very objects that they were before.
    """
    by_table: dict[str, list[Indicator]] = defaultdict(list)
    for indicator in known:
        by_table[indicator.table.name].append(indicator)
    found: list[Indicator] = []
    if any(before.fields.get(name) != document.fields.get(name) for name in layout.target_fields):
        found += _field_indicators(layout, document)
    else:
        found += [indicator for name in layout.target_fields for indicator in by_table[name]]
    for name in _table_names(layout):
        table = layout.tables[name]
        shared = [layout.cells[cell].path for cell in table.shared_cells.values()]
        same_cells = [document.value(path) for path in shared] == [before.value(path) for path in shared]
        if same_cells and document.rows(name) is before.rows(name):
            found += by_table[name]
            continue
        reader = _TableReader(layout, document, profile, table)
        is_placed = name in layout.placed_tables
        changed = reader.changed_rows(before.rows(name)) if same_cells else None
        if changed is not None:
            found += reader.with_changed(by_table[name], changed, is_placed=is_placed)
        else:
            found += [*reader.fixed_rows(), *(reader.added_rows() if is_placed else ())]
    return tuple(found)


def _table_names(layout: Layout) -> tuple[str, ...]:
    """All tables of a form, those that it places first, in their order."""
    return tuple(dict.fromkeys((*layout.placed_tables, *layout.tables)))


def table_term(layout: Layout, table: TableSpec) -> str:
    """The term of a table's indicators: its own, else that of the goal that it names, else the year."""
    goal = layout.cells.get(table.goal)
    preset = layout.tables[goal.path.name].fixed.get(goal.path.row, {}) if goal and goal.path.row else {}
    return table.term or preset.get("term") or "annual"


def _field_indicators(layout: Layout, document: Document) -> Iterator[Indicator]:
    """The single fields of target values: their label is their name."""
    for spec in layout.inputs():
        text = document.value(spec.path)
        if spec.kind.key == "target" and not spec.path.row and text.strip():
            table = TableSpec(spec.name, "", {"value": spec})
            row = Row("", {"name": spec.label, "value": text})
            read = read_indicator(None, table, 0, row, {})
            yield replace(read, own_paths=dict.fromkeys(("value", *VALUE_PARTS), spec.path), printed=_PRINTED)


_PRINTED = frozenset({"name"})


@dataclass
class _TableReader:
    """Reads the indicators of one table."""

    layout: Layout
    document: Document
    profile: Profile
    table: TableSpec
    shared_cells: Mapping[str, tuple[Path, str]] = field(init=False)
    targets: tuple[TargetSpec, ...] = field(init=False)
    views: dict[str, TableSpec] = field(init=False)
    """For each column of target values the table as it sees it: its columns by what they mean to it."""

    def __post_init__(self) -> None:
        cells = self.layout.cells
        paths = {column: cells[name].path for column, name in self.table.shared_cells.items()}
        self.shared_cells = {column: (path, self.document.value(path)) for column, path in paths.items()}
        self.targets = table_targets(self.table)
        self.views = {target.columns["value"]: self._view(target) for target in self.targets}

    def _view(self, target: TargetSpec) -> TableSpec:
        columns = {word: self.table.columns.get(column) for word, column in target.columns.items()}
        known = {word: spec for word, spec in columns.items() if spec}
        return self.table if target.is_plain else replace(self.table, columns=known)

    def changed_rows(self, before: tuple[Row, ...]) -> set[str] | None:
        """The ids of the rows that are to be read anew; None if all are.

        All are where rows were added, deleted or moved, or where a row says otherwise to what those below it belong.
        """
        after = self.document.rows(self.table.name)
        if [row.id for row in before] != [row.id for row in after]:
            return None
        changed = [(was, now) for was, now in zip(before, after, strict=True) if was is not now]
        columns = {column for target in self.targets for _, column in _grouping(target)}
        if any(was.get(column) != now.get(column) for was, now in changed for column in columns):
            return None
        return {now.id for _, now in changed}

    def with_changed(self, known: Sequence[Indicator], changed: Set[str], *, is_placed: bool) -> list[Indicator]:
        """All indicators, those of the `changed` rows read anew, the others from the `known` ones."""
        fresh = [*self.fixed_rows(changed), *(self.added_rows(changed) if is_placed else ())]
        by_row: dict[str, list[Indicator]] = defaultdict(list)
        for indicator in [*[one for one in known if one.row.id not in changed], *fresh]:
            by_row[indicator.row.id].append(indicator)
        added = [row.id for row in self.document.rows(self.table.name) if row.id not in self.table.fixed]
        return [one for row_id in (*self.table.fixed, *added) for one in by_row.get(row_id, ())]

    def added_rows(self, only: Set[str] | None = None) -> Iterator[Indicator]:
        """The indicators of the rows that people add, or of some of them.

        Of several target values in a row each filled one is an indicator; a row with a name alone is one too.
        """
        above: dict[str, str] = {}
        grouping = {column for target in self.targets for _, column in _grouping(target)}
        rows = [row for row in self.document.rows(self.table.name) if row.id not in self.table.fixed]
        for number, row in enumerate(rows, 1):
            if only is not None and row.id not in only and grouping.isdisjoint(row.cells):
                continue
            named: set[str] = set()
            for target in self._filled_first(row) if only is None or row.id in only else ():
                name, value = (row.get(target.columns.get(word, "")).strip() for word in ("name", "value"))
                column = target.columns.get("name", "")
                if value or (name and column not in named):
                    named.add(column)
                    yield self._indicator(target, row, number, above)
            for column in grouping:
                above[column] = row.get(column).strip() or above.get(column, "")

    def _filled_first(self, row: Row) -> list[TargetSpec]:
        """The targets in order, but those without a value after the others: they count only if nothing else does."""
        return sorted(self.targets, key=lambda target: not row.get(target.columns["value"]).strip())

    def _indicator(self, target: TargetSpec, row: Row, number: int, above: Mapping[str, str]) -> Indicator:
        """The indicator of one target value of an added row; an empty project or objective is that of the row above."""
        group = {word: row.get(column).strip() or above.get(column, "") for word, column in _grouping(target)}
        paths = {}
        if not target.is_plain:
            paths = {word: Path(self.table.name, row.id, column) for word, column in target.columns.items()}
            row = Row(row.id, {word: row.get(column) for word, column in target.columns.items()})
        view = self.views[target.columns["value"]]
        read = read_indicator(self.profile, view, number, row, self.shared_cells)
        return self._grouped(read, target, group, paths)

    def _grouped(
        self,
        indicator: Indicator,
        target: TargetSpec,
        texts: Mapping[str, str],
        paths: Mapping[str, Path],
        printed: frozenset[str] = frozenset(),
    ) -> Indicator:
        """The indicator with its term, project and objective (`texts` are the last two as its row says them), paths."""
        shared = {word: text.strip() for word, (_, text) in self.shared_cells.items()}
        project, objective = (texts.get(word) or shared.get(word, "") for word in GROUPING_WORDS)
        term = target.term or table_term(self.layout, self.table)
        return replace(indicator, term=term, project=project, objective=objective, own_paths=paths, printed=printed)

    def fixed_rows(self, only: Set[str] | None = None) -> Iterator[Indicator]:
        """The filled target values of rows that the form prints by name, or of some of them."""
        inputs = {spec.path: spec for spec in self.layout.cells.values() if spec.path.name == self.table.name}
        for row_id, preset in self.table.fixed.items():
            if only is not None and row_id not in only:
                continue
            row = self.document.row(self.table.name, row_id) or Row(row_id)
            texts = {**preset, **{column: text for column, text in row.cells.items() if text.strip()}}
            for target in table_targets(self.table, printed=True):
                path = Path(self.table.name, row_id, target.columns["value"])
                if path in inputs and self.document.value(path).strip():
                    yield self._fixed_indicator(target, row_id, texts, inputs)

    def _fixed_indicator(
        self, target: TargetSpec, row_id: str, texts: Mapping[str, str], inputs: Mapping[Path, InputSpec]
    ) -> Indicator:
        """The indicator of one target value of a printed row: what is no input there is printed by the form."""
        cells = {word: Path(self.table.name, row_id, column) for word, column in target.columns.items()}
        value, own = cells["value"], {word: path for word, path in cells.items() if path in inputs}
        words = {word: texts[word] for word in target.printed_words if word in texts}
        words |= {word: texts.get(column, "") for word, column in target.columns.items()}
        words |= {"name": words.get("name") or texts.get("name") or texts.get("label") or inputs[value].label}
        table = replace(self.table, columns={word: inputs[path] for word, path in own.items()})
        read = read_indicator(self.profile, table, 0, Row(row_id, words), self.shared_cells)
        printed = frozenset({"name", *words}) - frozenset(own)
        return self._grouped(read, target, words, dict.fromkeys(VALUE_PARTS, value) | own, printed)


def _grouping(target: TargetSpec) -> list[tuple[str, str]]:
    """The columns that say to which project and objective a row belongs."""
    return [(word, target.columns[word]) for word in GROUPING_WORDS if word in target.columns]
