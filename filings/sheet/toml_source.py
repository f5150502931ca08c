"""Reads the TOML text of a layout or profile and records the line of each key, for messages about mistakes.

`tomllib` gives values without positions. Layout files have one key to a line (TOML allows no line breaks in inline
tables), so a scan of the text finds the line of every dotted key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from filings.sheet.problems import LayoutError, Problem

HEADER = re.compile(r"^\s*+(\[\[?+)([^\[\]]++)\]\]?+\s*+(?:#.*)?$")
KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*")(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"))*)\s*=(.*)$""")
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
            if path in self.lines:
                return self.lines[path]
            if below := [line for key, line in self.lines.items() if key.startswith(f"{path}.")]:
                return min(below)
            path = path.rpartition(".")[0]
        return 1

    def text_line(self, path: str) -> int:
        """Line on which the text of a string begins: the one below its key if that line ends with `'''`.

        TOML drops a newline that follows the opening delimiter directly.
        """
        line = self.line(path)
        rows = self.text.split("\n")
        return line + 1 if TEXT_BEGINS_BELOW.search(rows[line - 1]) else line


def read_source(file: str, text: str) -> TomlSource:
    """Parse TOML text; raises LayoutError, with the line at fault, if it is not valid TOML."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, numbers and nesting beyond what Python reads
        match = re.search(r"line (\d+)", str(error))  # none is named at the end of the file
        line = int(match.group(1)) if match else text.rstrip("\n").count("\n") + 1
        raise LayoutError([Problem(file, line, f"not valid TOML: {error}")]) from error
    return TomlSource(file, data, dict(_key_lines(text)), text)


def _key_lines(text: str) -> Iterator[tuple[str, int]]:
    """Key path and line number of each header and key; lines inside multi-line strings are skipped."""
    prefix = ""
    counts: dict[str, int] = {}
    closing = ""
    for number, line in enumerate(text.split("\n"), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        if header := HEADER.match(line):
            prefix = _dotted(header.group(2))
            if header.group(1) == "[[":
                counts[prefix] = counts.get(prefix, -1) + 1
                prefix = f"{prefix}.{counts[prefix]}"
            yield prefix, number
        elif key := KEY.match(line):
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
