"""Reads typed values out of a TOML file and collects every mistake, so that authors see all of them at once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from filings.sheet.problems import Problem, add_problem, display_name, display_value
from filings.sheet.toml_source import TomlSource
from indicators.chinese_number import format_chinese_number

T = TypeVar("T", str, bool)
N = TypeVar("N", int, float)

MAX_REPEATS = 30
"""Largest number that `repeat` may have."""
MAX_TEXT = 2_000
"""Most characters of a text, where the key does not say otherwise."""
MAX_ENTRIES = 1_000
"""Most entries of a list, once its ranges are written out, and most tables of one kind, once they are repeated."""
RANGE = re.compile(r"\{(\d{1,2})\.\.(\d{1,2})\}")

TYPE_NAMES = {str: "文字（加引号）", int: "整数", float: "数字", bool: "true 或 false"}


class TomlReader:
    """Reads one table of a file.

    The methods return the value of a key if it has the right type; otherwise they note a problem and return the
    default. No method raises on wrong data. Keys that were never read are reported by `refuse_unknown_keys`. All
    readers of a file share one list of problems.

    With a list `excesses` what is beyond a bound is noted there and is no problem: it stays, or is cut to the bound.
    """

    def __init__(
        self,
        source: TomlSource,
        path: str,
        data: Mapping[str, Any],
        problems: list[Problem],
        excesses: list[Problem] | None = None,
    ) -> None:
        self.source, self.path, self.problems, self.excesses = source, path, problems, excesses
        self.data = dict(data)
        self.read_keys: set[str] = set()

    def key_path(self, key: str) -> str:
        """Dotted path from the root of the file to a key of this table, such as `block.0.draw`."""
        return f"{self.path}.{key}".strip(".")

    @property
    def _subject(self) -> str:
        """The table, or the file, as the subject of a sentence."""
        return f"{self.path} " if self.path else "文件"

    def line(self, key: str = "") -> int:
        """Line number, from 1, of a key of this table, or of the table itself for ''."""
        return self.source.line(self.key_path(key) if key else self.path)

    def add_problem(self, reason: str, key: str = "") -> None:
        """Note a mistake, with the line of a key of this table or of the table itself."""
        add_problem(self.problems, Problem(self.source.file, self.line(key), reason))

    def apply_limit(self, reason: str, key: str = "", line: int = 0) -> bool:
        """Note what is beyond a bound, at a key or on a line; True if that is a mistake, so that it is not used."""
        noted = self.problems if self.excesses is None else self.excesses
        add_problem(noted, Problem(self.source.file, line or self.line(key), reason))
        return self.excesses is None

    def reader_of(self, source: TomlSource, path: str, data: Mapping[str, Any]) -> TomlReader:
        """The reader of another table, of this file or an included one, that shares the lists of this reader."""
        return TomlReader(source, path, data, self.problems, self.excesses)

    def get(self, key: str, kind: type[T], default: T, most: int = MAX_TEXT) -> T:
        """The value of an optional key, or `default` if it is missing or has the wrong type (a problem).

        A text has at most `most` characters: a longer one is a problem too. Numbers are read by `get_number`.
        """
        self.read_keys.add(key)
        if key not in self.data:
            return default
        value = self.data[key]
        if type(value) is not kind:
            self.add_problem(f"{self.key_path(key)} 应为{TYPE_NAMES[kind]}，而不是 {display_value(value)}", key)
            return default
        if isinstance(value, str) and len(value) > most:
            reason = f"{self.key_path(key)} 有 {len(value)} 字，最多 {most} 字，请缩短"
            return default if self.apply_limit(reason, key) else value
        return value

    def require(self, key: str, kind: type[T], default: T, most: int = MAX_TEXT) -> T:
        """The value of a compulsory key; `default`, and a problem, if it is missing or has the wrong type."""
        self._require_key(key)
        return self.get(key, kind, default, most)

    def get_number(self, key: str, kind: type[N], default: N, low: N, high: N) -> N:
        """The number of an optional key; `default`, and a problem, unless it is one from `low` to `high`.

        There is no way to read a number without bounds. A whole number is accepted where a float is asked for; true
        and false are no numbers, and neither infinity nor nan lies between any bounds.
        """
        self.read_keys.add(key)
        if key not in self.data:
            return default
        return self._bounded(self.data[key], key, kind, default, (low, high))

    def require_number(self, key: str, kind: type[N], default: N, low: N, high: N) -> N:
        """The number of a compulsory key, as `get_number` reads it."""
        self._require_key(key)
        return self.get_number(key, kind, default, low, high)

    def get_numbers(self, key: str, low: float, high: float) -> tuple[float, ...]:
        """An optional list of numbers, each from `low` to `high`; others are left out, each with a problem."""
        self.read_keys.add(key)
        values = self._list(key)
        numbers = [self._bounded(value, key, float, math.nan, (low, high), entry=True) for value in values]
        return tuple(number for number in numbers if not math.isnan(number))

    def _require_key(self, key: str) -> None:
        if key not in self.data:
            self.add_problem(f"{self._subject}缺少必填的键 {key}")

    def _bounded(
        self, value: Any, key: str, kind: type[N], default: N, bounds: tuple[N, N], *, entry: bool = False
    ) -> N:
        """A value as a number within bounds; `default`, and a problem, for any other.

        Where an excess is no problem, the number is cut to its bounds; but an entry of a list may stay too small, since
        wider columns might no longer fit the paper.
        """
        name = f"{self.key_path(key)} {'的每一项' if entry else ''}"
        if type(value) is not kind and not (kind is float and type(value) is int):
            self.add_problem(f"{name}应为{TYPE_NAMES[kind]}，而不是 {display_value(value)}", key)
            return default
        low, high = bounds
        # Compared before it is converted: a whole number may be too large for a float.
        if not low <= value <= high:
            reason = f"{name}应在 {_bound(low)} 至 {_bound(high)} 之间，而不是 {display_value(value)}"
            if not 0 <= value < math.inf:  # nan neither: nothing can be drawn with such a number
                self.add_problem(reason, key)
                return default
            if self.apply_limit(reason, key):
                return default
            value = min(value, high) if entry else min(max(value, low), high)
        return kind(value)

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """The value of an optional key that must be one of `choices`; `default`, and a problem, for any other."""
        value = self.get(key, str, default)
        if value not in choices:
            known = "、".join(choice or '""' for choice in choices)
            self.add_problem(f"{self.key_path(key)} 只能是 {known} 之一，而不是 {display_value(value)}", key)
            return default
        return value

    def get_list(self, key: str, kind: type[T], most: int = MAX_ENTRIES) -> tuple[T, ...]:
        """An optional list of at most `most` texts (or flags); entries of another type, or too long, are problems.

        In lists of names `goal_{1..4}` means `goal_1` to `goal_4`. Lists of numbers are read by `get_numbers`.
        """
        self.read_keys.add(key)
        values = self._list(key, most)
        entries = [entry for value in values for entry in _expand_range(value)]
        reason = f"{self.key_path(key)} 展开后有 {len(entries)} 项，最多 {most} 项"
        if len(entries) > most >= len(values) and self.apply_limit(reason, key):
            return ()
        return tuple(entry for entry in entries if self._is_entry(entry, key, kind))

    def _list(self, key: str, most: int = MAX_ENTRIES) -> list[Any]:
        """The list of a key; empty, and a problem, if it is none or has more than `most` entries."""
        values = self.data.get(key, [])
        if not isinstance(values, list):
            self.add_problem(f"{self.key_path(key)} 应为列表，写成 […]，而不是 {display_value(values)}", key)
            return []
        if len(values) > most and self.apply_limit(f"{self.key_path(key)} 有 {len(values)} 项，最多 {most} 项", key):
            return []
        return values

    def _is_entry(self, entry: Any, key: str, kind: type[T]) -> bool:
        """Whether an entry of a list has the type that the list is of, and no more characters than a text may have."""
        if type(entry) is not kind:
            wanted = f"{self.key_path(key)} 的每一项应为{TYPE_NAMES[kind]}"
            self.add_problem(f"{wanted}，而不是 {display_value(entry)}", key)
            return False
        reason = f"{self.key_path(key)} 有一项长达 {len(str(entry))} 字，最多 {MAX_TEXT} 字，请缩短"
        return len(str(entry)) <= MAX_TEXT or not self.apply_limit(reason, key)

    def list_as_tables(self, key: str, name: str) -> Iterator[TomlReader]:
        """The readers of a list whose entries are tables, or bare values that stand for a table with the key `name`."""
        self.read_keys.add(key)
        for value in self._list(key):
            data = value if isinstance(value, dict) else {name: value}
            yield self.reader_of(self.source, self.key_path(key), data)

    def child(self, key: str) -> TomlReader:
        """The reader of a sub-table; one that is missing, or no table (a problem), reads as empty."""
        self.read_keys.add(key)
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            path = self.key_path(key)
            self.add_problem(f"{path} 应为一组键值，写成 [{path}] 或 {{ … }}，而不是 {display_value(value)}", key)
            value = {}
        return self.reader_of(self.source, self.key_path(key), value)

    def children(self, key: str) -> Iterator[tuple[str, TomlReader]]:
        """Names and readers of a table of tables, such as `[cells.NAME]`.

        One with `repeat = 3` comes three times, with `{#}` in its name and texts replaced by 1, 2 and 3.
        """
        table = self.child(key)
        count = 0
        for name in table.data:
            for number, reader in table.child(name).repeated():
                if number == 2 and "{#" not in name:
                    reader.add_problem(f"{name} 重复多次却只有一个名字：请在名字里写上 {{#}}")
                count += 1
                reason = f"{table.path} 超过 {MAX_ENTRIES} 项，请减少"
                if count == MAX_ENTRIES + 1 and table.apply_limit(reason, name):
                    return
                yield _fill_number(name, number), reader

    def repeated(self) -> Iterator[tuple[int, TomlReader]]:
        """This reader once, as number 0; or as often as `repeat` says, with `{#}` in all texts replaced by 1, 2, 3 …

        A `repeat` out of range is a problem and counts as 1.
        """
        if "repeat" not in self.data:
            yield 0, self
            return
        times = self.get_number("repeat", int, 1, 1, MAX_REPEATS)
        for number in range(1, times + 1):
            data = {name: _fill_number(value, number) for name, value in self.data.items() if name != "repeat"}
            yield number, self.reader_of(self.source, self.path, data)

    def array(self, key: str, most: int = MAX_ENTRIES) -> Iterator[TomlReader]:
        """The readers of an array of tables, such as `[[block]]`; one with `repeat = 3` comes three times (`repeated`).

        Nothing, and a problem, if the key is no array of tables; those beyond `most` are left out, with a problem.
        """
        self.read_keys.add(key)
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.add_problem(f"{self.key_path(key)} 应写成 [[{self.key_path(key)}]]", key)
            return
        count = 0
        for index, item in enumerate(value):
            reader = self.reader_of(self.source, f"{self.key_path(key)}.{index}", item)
            for _, copy in reader.repeated():
                count += 1
                reason = f"[[{self.key_path(key)}]] 连同重复超过 {most} 个，请减少"
                if count == most + 1 and reader.apply_limit(reason):
                    return
                yield copy

    def refuse_unknown_keys(self) -> None:
        """Note a problem for every key of this table that was not read: most often a misspelling."""
        for key in self.data:
            if key not in self.read_keys:
                known = "、".join(sorted(self.read_keys))
                self.add_problem(f"{self._subject}有不认识的键 {display_name(key)}（可用的键：{known}）", key)


def _bound(number: float) -> str:
    """A bound as messages show it: 2,000,000,000 and 0.5."""
    return f"{int(number):,}" if number == int(number) else f"{number:g}"


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
