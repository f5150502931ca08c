"""Takes typed values out of a Source and collects every mistake, so that one look shows them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from filings.sheet.problems import Problem
from filings.sheet.source import Source

T = TypeVar("T", str, int, float, bool)

WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


class Reader:
    """One table of a file: each key is taken once with its type; what is left over is a mistake."""

    def __init__(self, source: Source, path: str, data: Mapping[str, Any], problems: list[Problem]) -> None:
        self.source, self.path, self.problems = source, path, problems
        self.data = dict(data)
        self.taken: set[str] = set()

    def at(self, key: str) -> str:
        """The full key path of one of this table's keys."""
        return f"{self.path}.{key}".strip(".")

    def line(self, key: str = "") -> int:
        """The line on which a key of this table (or the table itself) stands."""
        return self.source.line(self.at(key) if key else self.path)

    def fault(self, reason: str, key: str = "") -> None:
        """Note a mistake at a key of this table."""
        self.problems.append(Problem(self.source.file, self.line(key), reason))

    def take(self, key: str, kind: type[T], default: T) -> T:
        """The value of an optional key; the default stands in when it is missing or of the wrong type."""
        self.taken.add(key)
        if key not in self.data:
            return default
        value = self.data[key]
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            self.fault(f"{self.at(key)} must be {WORDS[kind]}, not {value!r}", key)
            return default
        return value

    def need(self, key: str, kind: type[T], default: T) -> T:
        """The value of a compulsory key; a missing one is a mistake."""
        if key not in self.data:
            self.fault(f"{self.path or 'the file'} has no key {key!r}")
        return self.take(key, kind, default)

    def one_of(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """The value of an optional key that must be one of some words."""
        value = self.take(key, str, default)
        if value not in choices:
            self.fault(f"{self.at(key)} must be one of {', '.join(choices)}, not {value!r}", key)
            return default
        return value

    def listing(self, key: str, kind: type[T]) -> tuple[T, ...]:
        """An optional list of plain values of one type."""
        self.taken.add(key)
        values = self.data.get(key, [])
        if not isinstance(values, list):
            self.fault(f"{self.at(key)} must be a list, not {values!r}", key)
            return ()
        whole = [float(v) if kind is float and type(v) is int else v for v in values]
        wrong = [value for value in whole if type(value) is not kind]
        for value in wrong:
            self.fault(f"every entry of {self.at(key)} must be {WORDS[kind]}, not {value!r}", key)
        return tuple(value for value in whole if type(value) is kind)

    def child(self, key: str) -> Reader:
        """The reader of a sub-table; an absent one reads as empty."""
        self.taken.add(key)
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            self.fault(f"{self.at(key)} must be a table, not {value!r}", key)
            value = {}
        return Reader(self.source, self.at(key), value, self.problems)

    def children(self, key: str) -> Iterator[tuple[str, Reader]]:
        """The readers of a table of tables, such as `[cells.NAME]`."""
        table = self.child(key)
        for name in table.data:
            yield name, table.child(name)

    def array(self, key: str) -> Iterator[Reader]:
        """The readers of an array of tables, such as `[[block]]`."""
        self.taken.add(key)
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(f"{self.at(key)} must be written as [[{self.at(key)}]]", key)
            return
        for index, item in enumerate(value):
            yield Reader(self.source, f"{self.at(key)}.{index}", item, self.problems)

    def done(self) -> None:
        """Report every key that nobody asked for: most often a misspelling."""
        for key in self.data:
            if key not in self.taken:
                known = ", ".join(sorted(self.taken))
                self.fault(f"{self.path or 'the file'} has an unknown key {key!r} (known: {known})", key)
