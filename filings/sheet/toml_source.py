"""Reads the TOML of a layout or profile and remembers on which line each key stands.

`tomllib` gives values without positions; people who write layouts need the line of their mistake. Our files keep
one key to a line (inline tables never span lines), so a scan of the text finds the line of every dotted key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from filings.sheet.problems import LayoutError, Problem

HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*")(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"))*)\s*=(.*)$""")
DELIMITERS = ("'''", '"""')
OPENS_BELOW = re.compile(r"""=[ \t]*(?:'''|\"\"\")\r?$""")


@dataclass
class TomlSource:
    """One file: its name, its data, and the line of each key path such as `block.0.draw`."""

    file: str
    data: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    text: str = ""

    def line(self, path: str) -> int:
        """The line of a key path, or of the first key below it, or of its nearest parent that has one."""
        while path:
            if path in self.lines:
                return self.lines[path]
            if below := [line for key, line in self.lines.items() if key.startswith(f"{path}.")]:
                return min(below)
            path = path.rpartition(".")[0]
        return 1

    def text_line(self, path: str) -> int:
        """The line on which the text of a string begins: the one below its key when `'''` ends that line."""
        line = self.line(path)
        rows = self.text.split("\n")
        return line + 1 if OPENS_BELOW.search(rows[line - 1]) else line


def read_source(file: str, text: str) -> TomlSource:
    """Parse TOML text; raises LayoutError with the line that TOML itself refuses."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, numbers and nesting beyond what Python reads
        found = re.search(r"line (\d+)", str(error))
        line = int(found.group(1)) if found else text.rstrip("\n").count("\n") + 1
        raise LayoutError([Problem(file, line, f"not valid TOML: {error}")]) from error
    return TomlSource(file, data, dict(_key_lines(text)), text)


def _key_lines(text: str) -> Iterator[tuple[str, int]]:
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
            closing = _opened(key.group(2))


def _dotted(text: str) -> str:
    return ".".join(part.strip().strip('"') for part in text.split("."))


def _opened(value: str) -> str:
    """The delimiter of a multi-line string that opens on this line and does not close on it."""
    for delimiter in DELIMITERS:
        if value.count(delimiter) == 1:
            return delimiter
    return ""
