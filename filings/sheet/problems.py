"""Mistakes in layout and profile files, each with its file, line and reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One mistake in a data file, shown as `file:line: reason`; lines count from 1."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


MOST_PROBLEMS = 200
"""So many mistakes of a file are noted; who mends these sees the next ones."""


def add_problem(problems: list[Problem], problem: Problem) -> None:
    """Note a mistake, unless as many as anybody reads have been noted already."""
    if len(problems) < MOST_PROBLEMS:
        problems.append(problem)


class LayoutError(ValueError):
    """A layout or profile that cannot be used; `problems` are all mistakes found, ordered by file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: (problem.file, problem.line))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def display_value(value: Any) -> str:
    """A value as messages quote it, cut to 60 characters: as it would be written in the file."""
    if isinstance(value, int) and abs(value) >= 10**18:
        return "一个超过 18 位的数"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{display_name(value)}"'
    return display_name("[…]" if isinstance(value, list) else "{ … }" if isinstance(value, dict) else str(value))


def display_name(text: str) -> str:
    """A name or text as messages quote it: on one line, and cut to 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
