"""Every pattern that reads what people type takes time in proportion to the length of the text."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import pytest

from tests.pattern_attacks import attacks

PACKAGES = ("filings.checks", "filings.sheet", "indicators")
MADE_AT_RUN_TIME = {
    "consistency: subject": "the year of the budget; all its repetitions are bounded",
    "indicator_rows: words": "words of a list, without repetitions",
    "values: word": "a word of a list, with one character more",
    "wording: value": "the number and unit of a value",
    "printed_rows: pattern": "the words that a form prints before a cell",
}
"""Patterns that are put together from data, by module and the data: their texts are those of test_stall.py."""
LENGTH = 2_500
GROWTH = 2.6
"""What twice the length may cost; a pattern whose time grows with the square takes 4 times as long."""
QUICK = 0.004
"""Seconds that are too short to measure growth."""


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Each pattern of the packages with its module: those kept in names, and those written where they are used."""
    for package in PACKAGES:
        for found in pkgutil.iter_modules(importlib.import_module(package).__path__):
            if found.ispkg:
                continue
            module = importlib.import_module(f"{package}.{found.name}")
            for value in vars(module).values():
                if isinstance(value, re.Pattern):
                    yield found.name, value
            for expression in expressions(Path(str(module.__file__)).read_text("utf-8")):
                try:
                    yield found.name, re.compile(eval(expression, vars(module)))
                except NameError as error:
                    if f"{found.name}: {error.name}" not in MADE_AT_RUN_TIME:
                        raise


def expressions(source: str) -> Iterator[str]:
    """The first argument of each call of a function of `re`."""
    for node in ast.walk(ast.parse(source)):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if (
            is_call
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr != "escape"
        ):  # type: ignore[attr-defined]
            yield ast.unparse(node.args[0])  # type: ignore[attr-defined]


PATTERNS = {f"{module} {pattern.pattern[:40]}": pattern for module, pattern in patterns()}


def seconds(run: Callable[[], object], tries: int = 1) -> float:
    """Processor time of the best of some tries."""
    times = []
    for _ in range(tries):
        began = process_time()
        run()
        times.append(process_time() - began)
    return min(times)


def growth(pattern: re.Pattern[str], piece: str, end: str) -> float:
    """How much longer twice the text takes; 0 where both are too quick to tell. The best of three tries."""

    def time(length: int, tries: int = 1) -> float:
        text = piece * (length // len(piece)) + end
        return seconds(lambda: pattern.search(text), tries)

    if time(LENGTH) < QUICK:
        return 0
    if (short := time(LENGTH, 3)) < QUICK:
        return 0
    return min(time(2 * LENGTH) / short for _ in range(3))


@pytest.mark.parametrize("name", sorted(PATTERNS), ids=lambda name: name.partition(" ")[0])
def test_twice_the_text_takes_twice_the_time(name: str) -> None:
    pattern = PATTERNS[name]
    for piece in sorted(attacks(pattern.pattern)):
        for end in ("", "!"):
            assert growth(pattern, piece, end) < GROWTH, (pattern.pattern, piece)


@pytest.mark.parametrize(
    "pattern", [r"[0-9]+\s*%", r"《[^》]*》", r"\s*=", r"^\s*x?\s*$", r"(20[0-9]{2})[0-9年]*\s*至"]
)
def test_the_texts_find_patterns_that_are_slow(pattern: str) -> None:
    slow = re.compile(pattern)
    pieces = sorted(attacks(pattern))
    assert any(seconds(lambda text=piece * 6_000 + "!": slow.search(text[:15_000])) > 0.02 for piece in pieces[:200])  # type: ignore[misc]
