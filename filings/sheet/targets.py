"""Which columns of a table hold target values, and which other columns of a row belong to each of them.

A table may have several: one for each region, a long-term beside an annual one, two sets of indicators side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from filings.sheet.layout import TableSpec
from filings.sheet.toml_reader import TomlReader

SHARED_WORDS = ("level1", "level2", "objective", "objective_weight", "project_name", "budget")
"""What describes a whole row: every target value in it has them."""
NAME_WORDS = ("name", "operator", "unit", "nature", "description", "weight")
"""What describes one indicator: target values that share a name share these columns too."""
EARLIER_WORDS = ("last_year", "year_before_last")
"""Values of earlier years, which are no targets themselves."""
WORDS = (*SHARED_WORDS, *NAME_WORDS, *EARLIER_WORDS)


@dataclass(frozen=True)
class TargetSpec:
    """A column of target values: the columns of its row by what they mean to it ("value" is itself), and its term.

    `term` is "annual" or "period", '' where the column does not say.
    """

    columns: Mapping[str, str]
    term: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether every column is named as what it means."""
        return all(word == column for word, column in self.columns.items())

    @property
    def printed_words(self) -> tuple[str, ...]:
        """What a row that the form prints by name may say of this value without having a column for it."""
        own_name = self.columns.get("name", "name") != "name"
        return SHARED_WORDS if own_name else (*SHARED_WORDS, *NAME_WORDS)


def table_targets(table: TableSpec, printed: bool = False) -> tuple[TargetSpec, ...]:
    """The target values of each row of a table: the columns of kind target, and `value` in a table of indicators.

    In other tables only those whose name stands in the row, except in rows `printed` by name. An indicator table
    without any has rows of names only.
    """
    earlier = {spec.with_columns.get(word, word) for spec in table.columns.values() for word in EARLIER_WORDS}
    names = [
        name
        for name, spec in table.columns.items()
        if name not in earlier and (spec.kind.key == "target" or (name == "value" and table.row_kind == "indicators"))
    ]
    if not names and table.row_kind == "indicators":
        names = ["value"]
    targets = (_target(table, name, len(names) == 1) for name in names)
    named = table.row_kind == "indicators" or printed
    return tuple(target for target in targets if named or "name" in target.columns)


def _target(table: TableSpec, name: str, alone: bool) -> TargetSpec:
    """The columns that belong to one column of target values: those that it names, else those named as what they mean.

    One with a name of its own shares only what describes the whole row.
    """
    spec = table.columns.get(name)
    own = spec.with_columns if spec else {}
    words = SHARED_WORDS if own.get("name") else (*SHARED_WORDS, *NAME_WORDS)
    if alone or (name == "value" and not own.get("name")):
        words = (*words, *EARLIER_WORDS)
    known = {word: word for word in words if word in table.columns or word in table.shared_cells}
    columns = {word: column for word, column in {**known, **own}.items() if column}
    return TargetSpec({**columns, "value": name}, spec.term if spec else "")


def read_with_columns(reader: TomlReader, inherited: Mapping[str, str]) -> Mapping[str, str]:
    """Read `with = { name = "other_name", unit = "" }`: columns by what they mean to a target value, '' for none."""
    if "with" not in reader.data:
        return inherited
    child = reader.child("with")
    columns = {word: child.get(word, str, "") for word in WORDS if word in child.data}
    child.read_keys.update(WORDS)  # so that the message about an unknown key lists all that are known
    child.refuse_unknown_keys()
    return columns


def target_problem(table: TableSpec, column: str) -> str:
    """What is wrong with the `with` of a column, in Chinese; '' if nothing is."""
    spec = table.columns[column]
    if spec.with_columns and spec.kind.key != "target" and column != "value":
        return f'列 {column} 不是指标值：with 只用于 kind = "target" 的列'
    for word, other in spec.with_columns.items():
        if other and other not in table.columns:
            return f"列 {column} 的 with 中 {word} 所指的列 {other} 不在这张表里"
        if other == column:
            return f"列 {column} 的 with 中 {word} 指的是它自己"
    return ""
