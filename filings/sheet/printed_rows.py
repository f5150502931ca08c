"""Which rows and lines are printed, under which header lines, and how rows are numbered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from filings.sheet.document import Row
from filings.sheet.drawing import DrawnRow, Placeholder, TextLine
from filings.sheet.layout import InputSpec, TextBlock
from indicators.number import normalize_width


def printed_lines(block: TextBlock, row: Row | None) -> Sequence[TextLine]:
    """Lines of a running text that are printed for a row; `row` is None for a text that is not repeated.

    Lines whose placeholders are all empty are left out, except in a row with nothing filled in: a blank form shows all.
    """
    columns = [[piece.name for piece in line.pieces if isinstance(piece, Placeholder)] for line in block.lines]
    if row is None or not any(row.get(name) for names in columns for name in names):
        return block.lines
    is_printed = (not names or any(row.get(name) for name in names) for names in columns)
    return [line for line, printed in zip(block.lines, is_printed, strict=True) if printed]


def with_blank_categories(rows: Sequence[Row], categories: Sequence[tuple[str, str]]) -> list[Row]:
    """Add a blank row for each category that has none, after the rows of the category before it.

    `categories` are (level-1, level-2) names in printed order. Blank rows have the id '': the document does not hold
    them. Rows of other categories stay where they are.
    """
    printed = list(rows)
    position = 0
    times = Counter(normalize_width(level2) for _, level2 in categories)
    for level1, level2 in categories:
        # By the level-2 name alone where it is the only one, as in `Tree.find`: real sheets name the wrong level 1.
        depth = 2 if times[normalize_width(level2)] > 1 else 1
        node = (normalize_width(level1), normalize_width(level2))[-depth:]
        own = [i for i, row in enumerate(printed) if _category(row)[-depth:] == node]
        if own:
            position = own[-1] + 1
        else:
            printed.insert(position, Row("", {"level1": level1, "level2": level2}))
            position += 1
    return printed


def category_numbers(rows: Sequence[Row]) -> dict[str, int]:
    """Number of each row (by id, from 1) among the consecutive rows of the same category."""
    ordinals: dict[str, int] = {}
    for _, group in groupby(rows, key=_category):
        for ordinal, row in enumerate(group, 1):
            ordinals[row.id] = ordinal
    return ordinals


def _category(row: Row) -> tuple[str, str]:
    return normalize_width(row.get("level1")), normalize_width(row.get("level2"))


def cell_key(column: InputSpec | None, row: Row) -> tuple[str, ...]:
    """By what the cells of a column are equal: a level-2 name also by its level 1, for two may have that name."""
    if column is None:
        return ()
    return _category(row) if column.kind.key == "level2" else (normalize_width(row.get(column.name)),)


def header_indexes(lines: Sequence[DrawnRow]) -> list[tuple[int, ...]]:
    """For each drawn line the indexes of its header lines, which are repeated above it on a new page.

    They are the last run of `head` lines above it. A plain line after rows of a table ends the range of these headers;
    header lines themselves have none.
    """
    under: list[tuple[int, ...]] = []
    heads: tuple[int, ...] = ()
    in_table = False
    for index, line in enumerate(lines):
        if line.head:
            heads = (*heads, index) if index and lines[index - 1].head else (index,)
            in_table = False
        elif line.table:
            in_table = True
        elif in_table:
            heads, in_table = (), False
        under.append(() if line.head else heads)
    return under


def repeats_prefix(before: str, text: str) -> bool:
    """Whether a text already begins with the prefix that the form prints (`目标：`, `指标{n}：` with any number).

    Full and half width count as equal.
    """
    return _prefix(before, text) is not None


def text_after_prefix(before: str, text: str) -> str:
    """What follows the prefix in a text that repeats it, in half width; any other text as it is."""
    prefix = _prefix(before, text)
    return prefix.string[prefix.end() :].strip() if prefix else text


def _prefix(before: str, text: str) -> re.Match[str] | None:
    pattern = r"\s*\d+\s*".join(re.escape(normalize_width(part)) for part in before.split("{n}"))
    return re.match(pattern, normalize_width(text))
