"""Takes typed values out of a Source and collects every mistake, so that one look shows them all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from filings.sheet.problems import Problem
from filings.sheet.toml_source import TomlSource
from indicators.chinese_number import format_chinese_number

T = TypeVar("T", str, int, float, bool)

MOST_REPEATS = 30
RANGE = re.compile(r"\{(\d{1,2})\.\.(\d{1,2})\}")

WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


class TomlReader:
    """One table of a file: each key is taken once with its type; what is left over is a mistake."""

    def __init__(self, source: TomlSource, path: str, data: Mapping[str, Any], problems: list[Problem]) -> None:
        self.source, self.path, self.problems = source, path, problems
        self.data = dict(data)
        self.taken: set[str] = set()

    def key_path(self, key: str) -> str:
        """The full key path of one of this table's keys."""
        return f"{self.path}.{key}".strip(".")

    def line(self, key: str = "") -> int:
        """The line on which a key of this table (or the table itself) stands."""
        return self.source.line(self.key_path(key) if key else self.path)

    def add_problem(self, reason: str, key: str = "") -> None:
        """Note a mistake at a key of this table."""
        self.problems.append(Problem(self.source.file, self.line(key), reason))

    def get(self, key: str, kind: type[T], default: T) -> T:
        """The value of an optional key; the default stands in when it is missing or of the wrong type."""
        self.taken.add(key)
        if key not in self.data:
            return default
        value = self.data[key]
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            self.add_problem(f"{self.key_path(key)} must be {WORDS[kind]}, not {value!r}", key)
            return default
        return value

    def require(self, key: str, kind: type[T], default: T) -> T:
        """The value of a compulsory key; a missing one is a mistake."""
        if key not in self.data:
            self.add_problem(f"{self.path or 'the file'} has no key {key!r}")
        return self.get(key, kind, default)

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """The value of an optional key that must be one of some words."""
        value = self.get(key, str, default)
        if value not in choices:
            self.add_problem(f"{self.key_path(key)} must be one of {', '.join(choices)}, not {value!r}", key)
            return default
        return value

    def get_list(self, key: str, kind: type[T]) -> tuple[T, ...]:
        """An optional list of plain values of one type."""
        self.taken.add(key)
        values = self.data.get(key, [])
        if not isinstance(values, list):
            self.add_problem(f"{self.key_path(key)} must be a list, not {values!r}", key)
            return ()
        whole = [float(v) if kind is float and type(v) is int else v for value in values for v in _ranged(value)]
        wrong = [value for value in whole if type(value) is not kind]
        for value in wrong:
            self.add_problem(f"every entry of {self.key_path(key)} must be {WORDS[kind]}, not {value!r}", key)
        return tuple(value for value in whole if type(value) is kind)

    def child(self, key: str) -> TomlReader:
        """The reader of a sub-table; an absent one reads as empty."""
        self.taken.add(key)
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            self.add_problem(f"{self.key_path(key)} must be a table, not {value!r}", key)
            value = {}
        return TomlReader(self.source, self.key_path(key), value, self.problems)

    def children(self, key: str) -> Iterator[tuple[str, TomlReader]]:
        """The readers of a table of tables, such as `[cells.NAME]`; one with `repeat = 3` three times, numbered."""
        table = self.child(key)
        for name in table.data:
            for number, reader in table.child(name).repeated():
                if number == 2 and "{#" not in name:
                    reader.add_problem(f"{name!r} is repeated under one name: write {{#}} into it")
                yield _numbered(name, number), reader

    def repeated(self) -> Iterator[tuple[int, TomlReader]]:
        """This reader once (number 0), or with `repeat` so many times, `{#}` in every text being 1, 2, 3 …"""
        if "repeat" not in self.data:
            yield 0, self
            return
        times = self.get("repeat", int, 1)
        if not 1 <= times <= MOST_REPEATS:
            self.add_problem(f"repeat must be 1 to {MOST_REPEATS}", "repeat")
            times = 1
        for number in range(1, times + 1):
            data = {name: _numbered(value, number) for name, value in self.data.items() if name != "repeat"}
            yield number, TomlReader(self.source, self.path, data, self.problems)

    def array(self, key: str) -> Iterator[TomlReader]:
        """The readers of an array of tables, such as `[[block]]`; one with `repeat = 3` three times, numbered."""
        self.taken.add(key)
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.add_problem(f"{self.key_path(key)} must be written as [[{self.key_path(key)}]]", key)
            return
        for index, item in enumerate(value):
            reader = TomlReader(self.source, f"{self.key_path(key)}.{index}", item, self.problems)
            yield from (each for _, each in reader.repeated())

    def reject_unknown_keys(self) -> None:
        """Report every key that nobody asked for: most often a misspelling."""
        for key in self.data:
            if key not in self.taken:
                known = ", ".join(sorted(self.taken))
                self.add_problem(f"{self.path or 'the file'} has an unknown key {key!r} (known: {known})", key)


def _numbered(value: Any, number: int) -> Any:
    """A value of the file with `{#}` and `{#一}` filled in, in texts however deep."""
    if not number:
        return value
    if isinstance(value, str):
        return value.replace("{#}", str(number)).replace("{#一}", format_chinese_number(number))
    if isinstance(value, list):
        return [_numbered(item, number) for item in value]
    if isinstance(value, dict):
        return {_numbered(key, number): _numbered(item, number) for key, item in value.items()}
    return value


def _ranged(value: Any) -> list[Any]:
    """A name with a range, `goal_{1..4}`, as the names it stands for."""
    found = RANGE.search(value) if isinstance(value, str) else None
    if not found or int(found[1]) > int(found[2]):
        return [value]
    first, last = int(found[1]), int(found[2])
    return [value[: found.start()] + str(number) + value[found.end() :] for number in range(first, last + 1)]
