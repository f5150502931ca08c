"""Reads the TOML text of a layout or profile and records the line of each key, for messages about mistakes.

`tomllib` gives values without positions. Layout files have one key to a line (TOML allows no line breaks in inline
tables), so a scan of the text finds the line of every dotted key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from filings.sheet.problems import LayoutError, Problem, add_problem

MAX_CHARACTERS = 400_000
"""Most characters of a file: twenty times the largest real one."""
MAX_LINE = 4_000
"""Most characters of a line: tomllib needs a time that grows with the square of a dotted key's length."""
MAX_DEPTH = 12
"""How many tables and lists may lie in each other; the deepest key that means anything has five parts."""

# Possessive, so that no line makes them try again: lists with long runs of blanks look like headers.
HEADER = re.compile(r"\A\s*+(\[\[?)([^\[\]]++)\]\]?\s*+(?:#.*)?")
KEY = re.compile(r"""\A\s*+((?:[A-Za-z0-9_-]++|"[^"]*+")(?:\s*+\.\s*+(?:[A-Za-z0-9_-]++|"[^"]*+"))*+)\s*+=(.*)""")
DEEP = re.compile(rf"""\A[\s{{\[]*+(?:(?:[\w-]++|"[^"]*+")\s*+\.\s*+){{{MAX_DEPTH},}}+""", re.ASCII)
"""A dotted key of too many parts; a paragraph in a text begins with no such row of words and points."""
DELIMITERS = ("'''", '"""')
TEXT_BEGINS_BELOW = re.compile(r"""=[ \t]*(?:'''|\"\"\")\r?$""")


@dataclass
class TomlSource:
    """One parsed file: its name, data and text, and the line of each key path such as `block.0.draw`, from 1."""

    file: str
    data: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    text: str = ""

    def line(self, path: str) -> int:
        """Line of a key path, else of the first key below it, else of its nearest parent; 1 if none is known."""
        while path:
            if line := self.lines.get(path) or self._first_below.get(path):
                return line
            path = path.rpartition(".")[0]
        return 1

    @cached_property
    def _first_below(self) -> dict[str, int]:
        """The first line of a key below each path."""
        first: dict[str, int] = {}
        for path, line in self.lines.items():
            above = path.rpartition(".")[0]
            while above:
                first[above] = min(line, first.get(above, line))
                above = above.rpartition(".")[0]
        return first

    @cached_property
    def _rows(self) -> list[str]:
        """The lines of the file."""
        return self.text.split("\n")

    def text_line(self, path: str) -> int:
        """Line on which the text of a string begins: the one below its key if that line ends with `'''`.

        TOML drops a newline that follows the opening delimiter directly.
        """
        line = self.line(path)
        return line + 1 if TEXT_BEGINS_BELOW.search(self._rows[line - 1]) else line


def read_source(file: str, text: str, excesses: list[Problem] | None = None) -> TomlSource:
    """Parse TOML text; raises LayoutError, with the line at fault, if it is too large or not valid TOML.

    With a list `excesses` it is never too large: by what it exceeds a bound is noted there.
    """
    for problem in _size_problems(file, text):
        if excesses is None:
            raise LayoutError([problem])
        add_problem(excesses, problem)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, numbers and nesting beyond what Python reads
        match = re.search(r"line (\d+)", str(error))  # none is named at the end of the file
        line = int(match.group(1)) if match else text.rstrip("\n").count("\n") + 1
        reason = f"不符合 TOML 语法，请检查这一行的引号、括号和等号（{_reason(str(error))}）"
        raise LayoutError([Problem(file, line, reason)]) from error
    source = TomlSource(file, data, dict(_key_lines(text)), text)
    for key, value in data.items():
        if _is_deeper(value, MAX_DEPTH):
            raise LayoutError([Problem(file, source.line(key), f"{key} 的层数超过 {MAX_DEPTH} 层，请简化")])
    return source


def _size_problems(file: str, text: str) -> Iterator[Problem]:
    """By what a text is too large to be read."""
    if len(text) > MAX_CHARACTERS:
        yield Problem(file, 1, f"文件超过 {MAX_CHARACTERS} 字")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            yield Problem(file, number, f"这一行有 {len(line)} 字，最多 {MAX_LINE} 字，请分行写")
        elif DEEP.match(line):
            yield Problem(file, number, f"键的层数超过 {MAX_DEPTH} 层，请简化")


SYNTAX = {
    "Invalid value": "等号后面不是有效的值，文字要加引号",
    "Expected '=' after a key": "键的后面缺少等号",
    "Cannot overwrite a value": "这个键写了两次",
    "Cannot declare": "这一组写了两次",
    "Cannot mutate": "这个键写了两次",
    "Unterminated string": "引号没有成对",
    'Expected "': "三引号没有成对",
    "Illegal character": "含有不能用的字符，或引号没有成对",
    "Unclosed array": "方括号没有成对",
    "Unclosed inline table": "花括号没有成对",
    "Expected newline": "值的后面有多余的内容；文字要加引号，一行只写一个键",
    "Expected ']": "方括号没有成对",
    "Invalid statement": "这一行不是“键 = 值”，也不是 [组名]",
    "Invalid initial character": "等号前面缺少键名",
    "Unescaped '\\'": "反斜线要写成 \\\\，或改用单引号",
    "Duplicate inline table key": "这个键写了两次",
}
"""What tomllib says of a mistake, by its first words, and what that means."""


def _reason(message: str) -> str:
    """What tomllib said, in Chinese where it is a usual mistake."""
    return next((chinese for english, chinese in SYNTAX.items() if message.startswith(english)), message[:120])


def _is_deeper(value: Any, depth: int) -> bool:
    """Whether tables and lists lie in each other more than `depth` deep."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return depth == 0 or any(_is_deeper(item, depth - 1) for item in value)


def _key_lines(text: str) -> Iterator[tuple[str, int]]:
    """Key path and line number of each header and key; lines inside multi-line strings are skipped."""
    prefix = ""
    counts: dict[str, int] = {}
    closing = ""
    for number, line in enumerate(text.split("\n"), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        if header := HEADER.fullmatch(line):
            prefix = _dotted(header.group(2).strip())
            if header.group(1) == "[[":
                counts[prefix] = counts.get(prefix, -1) + 1
                prefix = f"{prefix}.{counts[prefix]}"
            yield prefix, number
        elif key := KEY.fullmatch(line):
            path = f"{prefix}.{_dotted(key.group(1))}".strip(".")
            yield path, number
            closing = _open_delimiter(key.group(2))


def _dotted(text: str) -> str:
    """A key path without its blanks and quotes: `a . "b"` is `a.b`."""
    return ".".join(part.strip().strip('"') for part in text.split("."))


def _open_delimiter(value: str) -> str:
    """The delimiter of a multi-line string that begins on this line and does not end on it, '' if none does."""
    for delimiter in DELIMITERS:
        if value.count(delimiter) == 1:
            return delimiter
    return ""
