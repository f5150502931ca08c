"""Reads typed values out of a TOML file and collects every mistake, so that authors see all of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from filings.sheet.problems import Problem
from filings.sheet.toml_source import TomlSource
from indicators.chinese_number import format_chinese_number

T = TypeVar("T", str, int, float, bool)

MAX_REPEATS = 30
"""Largest number that `repeat` may have."""
RANGE = re.compile(r"\{(\d{1,2})\.\.(\d{1,2})\}")

TYPE_NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


class TomlReader:
    """Reads one table of a file.

    The methods return the value of a key if it has the right type; otherwise they note a problem and return the
    default. No method raises on wrong data. Keys that were never read are reported by `reject_unknown_keys`. All
    readers of a file share one list of problems.
    """

    def __init__(self, source: TomlSource, path: str, data: Mapping[str, Any], problems: list[Problem]) -> None:
        self.source, self.path, self.problems = source, path, problems
        self.data = dict(data)
        self.read_keys: set[str] = set()

    def key_path(self, key: str) -> str:
        """Dotted path from the root of the file to a key of this table, such as `block.0.draw`."""
        return f"{self.path}.{key}".strip(".")

    def line(self, key: str = "") -> int:
        """Line number, from 1, of a key of this table, or of the table itself for ''."""
        return self.source.line(self.key_path(key) if key else self.path)

    def add_problem(self, reason: str, key: str = "") -> None:
        """Note a mistake, with the line of a key of this table or of the table itself."""
        self.problems.append(Problem(self.source.file, self.line(key), reason))

    def get(self, key: str, kind: type[T], default: T) -> T:
        """The value of an optional key, or `default` if it is missing or has the wrong type (a problem).

        A whole number is accepted where a float is asked for; true and false are no numbers.
        """
        self.read_keys.add(key)
        if key not in self.data:
            return default
        value = self.data[key]
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            self.add_problem(f"{self.key_path(key)} must be {TYPE_NAMES[kind]}, not {value!r}", key)
            return default
        return value

    def require(self, key: str, kind: type[T], default: T) -> T:
        """The value of a compulsory key; `default`, and a problem, if it is missing or has the wrong type."""
        if key not in self.data:
            self.add_problem(f"{self.path or 'the file'} has no key {key!r}")
        return self.get(key, kind, default)

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """The value of an optional key that must be one of `choices`; `default`, and a problem, for any other."""
        value = self.get(key, str, default)
        if value not in choices:
            self.add_problem(f"{self.key_path(key)} must be one of {', '.join(choices)}, not {value!r}", key)
            return default
        return value

    def get_list(self, key: str, kind: type[T]) -> tuple[T, ...]:
        """An optional list of values of one type; entries of another type are left out, each with a problem.

        In lists of names `goal_{1..4}` means `goal_1` to `goal_4`.
        """
        self.read_keys.add(key)
        values = self.data.get(key, [])
        if not isinstance(values, list):
            self.add_problem(f"{self.key_path(key)} must be a list, not {values!r}", key)
            return ()
        entries = [
            float(v) if kind is float and type(v) is int else v for value in values for v in _expand_range(value)
        ]
        for entry in entries:
            if type(entry) is not kind:
                self.add_problem(f"every entry of {self.key_path(key)} must be {TYPE_NAMES[kind]}, not {entry!r}", key)
        return tuple(entry for entry in entries if type(entry) is kind)

    def list_as_tables(self, key: str, name: str) -> Iterator[TomlReader]:
        """The readers of a list whose entries are tables, or bare values that stand for a table with the key `name`."""
        self.read_keys.add(key)
        values = self.data.get(key, [])
        if not isinstance(values, list):
            self.add_problem(f"{self.key_path(key)} must be a list, not {values!r}", key)
            return
        for value in values:
            data = value if isinstance(value, dict) else {name: value}
            yield TomlReader(self.source, self.key_path(key), data, self.problems)

    def child(self, key: str) -> TomlReader:
        """The reader of a sub-table; one that is missing, or no table (a problem), reads as empty."""
        self.read_keys.add(key)
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            self.add_problem(f"{self.key_path(key)} must be a table, not {value!r}", key)
            value = {}
        return TomlReader(self.source, self.key_path(key), value, self.problems)

    def children(self, key: str) -> Iterator[tuple[str, TomlReader]]:
        """Names and readers of a table of tables, such as `[cells.NAME]`.

        One with `repeat = 3` comes three times, with `{#}` in its name and texts replaced by 1, 2 and 3.
        """
        table = self.child(key)
        for name in table.data:
            for number, reader in table.child(name).repeated():
                if number == 2 and "{#" not in name:
                    reader.add_problem(f"{name!r} is repeated under one name: write {{#}} into it")
                yield _fill_number(name, number), reader

    def repeated(self) -> Iterator[tuple[int, TomlReader]]:
        """This reader once, as number 0; or as often as `repeat` says, with `{#}` in all texts replaced by 1, 2, 3 …

        A `repeat` out of range is a problem and counts as 1.
        """
        if "repeat" not in self.data:
            yield 0, self
            return
        times = self.get("repeat", int, 1)
        if not 1 <= times <= MAX_REPEATS:
            self.add_problem(f"repeat must be 1 to {MAX_REPEATS}", "repeat")
            times = 1
        for number in range(1, times + 1):
            data = {name: _fill_number(value, number) for name, value in self.data.items() if name != "repeat"}
            yield number, TomlReader(self.source, self.path, data, self.problems)

    def array(self, key: str) -> Iterator[TomlReader]:
        """The readers of an array of tables, such as `[[block]]`; one with `repeat = 3` comes three times (`repeated`).

        Nothing, and a problem, if the key is no array of tables.
        """
        self.read_keys.add(key)
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.add_problem(f"{self.key_path(key)} must be written as [[{self.key_path(key)}]]", key)
            return
        for index, item in enumerate(value):
            reader = TomlReader(self.source, f"{self.key_path(key)}.{index}", item, self.problems)
            yield from (copy for _, copy in reader.repeated())

    def refuse_unknown_keys(self) -> None:
        """Note a problem for every key of this table that was not read: most often a misspelling."""
        for key in self.data:
            if key not in self.read_keys:
                known = ", ".join(sorted(self.read_keys))
                self.add_problem(f"{self.path or 'the file'} has an unknown key {key!r} (known: {known})", key)


def _fill_number(value: Any, number: int) -> Any:
    """Replace `{#}` (1, 2 …) and `{#一}` (一, 二 …) in all texts of a value, however deep; number 0 changes nothing."""
    if not number:
        return value
    if isinstance(value, str):
        return value.replace("{#}", str(number)).replace("{#一}", format_chinese_number(number))
    if isinstance(value, list):
        return [_fill_number(item, number) for item in value]
    if isinstance(value, dict):
        return {_fill_number(key, number): _fill_number(item, number) for key, item in value.items()}
    return value


def _expand_range(value: Any) -> list[Any]:
    """The names that a text with a range means: `goal_{1..4}` is `goal_1` to `goal_4`; any other value is itself."""
    match = RANGE.search(value) if isinstance(value, str) else None
    if not match or int(match[1]) > int(match[2]):
        return [value]
    first, last = int(match[1]), int(match[2])
    return [value[: match.start()] + str(number) + value[match.end() :] for number in range(first, last + 1)]
