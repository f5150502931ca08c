"""Turns drawn rows, in which `<` and `^` continue a neighbouring cell, into cells with column and row spans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """Position of a cell: its top left corner, counted from 0, and how many columns and rows it covers."""

    row: int
    column: int
    columns: int
    rows: int


class SpanError(ValueError):
    """Cells that do not form rectangles; `row` is the index of the row at fault."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(reason)
        self.row, self.reason = row, reason


def find_spans(joins: Sequence[Sequence[str]]) -> list[Span]:
    """The spans of a table; `joins` has for each cell `<` (continues the left), `^` (the one above) or '' (a new cell).

    Raises SpanError if a cell has no neighbour to continue, or is no rectangle.
    """
    owners: list[list[tuple[int, int]]] = []
    cells: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for r, row in enumerate(joins):
        owners.append([])
        for c, join in enumerate(row):
            owner = _owner(owners, r, c, join)
            owners[r].append(owner)
            cells.setdefault(owner, []).append((r, c))
    return [_rectangle(owner, members) for owner, members in cells.items()]


def _owner(owners: list[list[tuple[int, int]]], r: int, c: int, join: str) -> tuple[int, int]:
    if join == "<":
        if c == 0:
            raise SpanError(r, "一行的第一格左边没有单元格，不能写 <")
        return owners[r][c - 1]
    if join == "^":
        if r == 0:
            raise SpanError(r, "第一行上面没有单元格，不能写 ^")
        return owners[r - 1][c]
    return (r, c)


def _rectangle(owner: tuple[int, int], members: list[tuple[int, int]]) -> Span:
    if len(members) == 1:  # most cells; a shortcut, as this runs for every cell of every sheet
        return Span(*owner, 1, 1)
    bottom = max(r for r, _ in members)
    right = max(c for _, c in members)
    columns, rows = right - owner[1] + 1, bottom - owner[0] + 1
    if columns * rows != len(members) or min(c for _, c in members) < owner[1]:
        raise SpanError(bottom, f"第 {owner[1] + 1} 列开始的单元格合并后不是矩形，请检查 < 和 ^")
    return Span(owner[0], owner[1], columns, rows)
