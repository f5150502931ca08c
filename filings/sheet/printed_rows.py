"""Which rows of a table and which lines of a repeated text are printed, and how rows are counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from filings.sheet.document import Row
from filings.sheet.drawing import Placeholder, TextLine
from filings.sheet.layout import TextBlock
from indicators.number import fold


def printed_lines(block: TextBlock, row: Row | None) -> Sequence[TextLine]:
    """The lines printed for a row of a repeated text: those whose places are all empty only if nothing is filled."""
    places = [[piece.name for piece in line.pieces if isinstance(piece, Placeholder)] for line in block.lines]
    if row is None or not any(row.get(name) for names in places for name in names):
        return block.lines
    filled = (not names or any(row.get(name) for name in names) for names in places)
    return [line for line, shown in zip(block.lines, filled, strict=True) if shown]


def with_blank_categories(rows: Sequence[Row], categories: Sequence[tuple[str, str]]) -> list[Row]:
    """The rows with a blank one for each category that has none, in its place."""
    found = list(rows)
    place = 0
    for level1, level2 in categories:
        own = [i for i, row in enumerate(found) if fold(row.get("level2")) == fold(level2)]
        if own:
            place = own[-1] + 1
        else:
            found.insert(place, Row("", {"level1": level1, "level2": level2}))
            place += 1
    return found


def category_ordinals(rows: Sequence[Row]) -> dict[str, int]:
    """For each row its number within its run of one level-2 category."""
    numbers: dict[str, int] = {}
    keyed: Callable[[Row], tuple[str, str]] = lambda row: (fold(row.get("level1")), fold(row.get("level2")))  # noqa: E731
    for _, group in groupby(rows, key=keyed):
        for number, row in enumerate(group, 1):
            numbers[row.id] = number
    return numbers
