"""The rules of a layout: how cells follow from others, add up, or lie to each other in time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SumRule:
    """`total` (a cell) is the sum of `parts`: cells, or `TABLE.column` for that column of all rows of a table.

    Where the total is a column too, the rule holds for each row by itself.
    """

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class ShareRule:
    """`cell` is `part` as a percentage of `whole`; all are names of cells."""

    cell: str
    part: str
    whole: str


@dataclass(frozen=True)
class LastYearRule:
    """`cell` takes the text of `source` in last year's filing of the same project or department."""

    cell: str
    source: str


@dataclass(frozen=True)
class CopyRule:
    """`cell` takes the text of `source`, another cell of the same sheet."""

    cell: str
    source: str


DATE_YEARS = ("inside", "overlap", "any")
"""How the dates of a `DateRule` lie to the budget year: both inside it, the time between touches it, or anyhow."""


@dataclass(frozen=True)
class DateRule:
    """`begin` and `end` are the first and last day of something: names of cells, or `TABLE.column` of one table.

    Either may be '' where the form asks for the other only. `year` is one of DATE_YEARS.
    """

    begin: str
    end: str
    year: str = "inside"
