"""Whether the columns of a drawn table are wide enough for usual values, told to those who draw a form.

The sheet itself never breaks a number: it would set the cell in smaller type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from filings.sheet.drawing import DrawnRow, Placeholder, Variable, read_parts
from filings.sheet.layout import InputSpec, Page
from filings.sheet.line_breaking import EM, number_width
from filings.sheet.type_sizes import MM_PER_PT, PAD_X_MM, SLACK, SMALLEST_PT

USUAL: Mapping[str, str] = {
    "money": "10,308,000.00",
    "number": "1,000",
    "target": "≥100%",
    "phone": "0951-1234567",
    "credit_code": "11530121678749701D",
    "date": "2026.01-2026.12",
}
"""A usual long value of each kind of cell; of any other kind only the default is known."""
USUAL_WAN = "10,308.00"
"""A usual amount on a form that counts in 万元."""


def column_warnings(
    rows: Sequence[DrawnRow], widths_mm: Sequence[float], spec_of: Callable[[str, str], InputSpec | None], page: Page
) -> Iterator[tuple[int, str]]:
    """Yields (offset of the drawn line, reason) for each input with a usual value wider than its cell.

    `spec_of` gives the input that a table ('' for none) and a name mean, None if it is not described.
    """
    for row in rows:
        for column, cell in enumerate(row.cells):
            text_mm = _width_mm(row, column, widths_mm) - 2 * PAD_X_MM
            for name in cell.placeholders:
                spec = spec_of(row.table, name)
                value = _usual_value(spec) if spec else ""
                needed_mm = _needed_mm(value, cell.bold, page.font_pt)
                if value and needed_mm > text_mm:
                    yield row.offset, _reason(name, value, text_mm, needed_mm, page.font_pt)


def _width_mm(row: DrawnRow, column: int, widths_mm: Sequence[float]) -> float:
    """Width of a drawn cell with the columns into which it is continued; lines of a wrong length are told elsewhere."""
    end = column + 1
    while end < len(row.cells) and row.cells[end].joins == "<":
        end += 1
    return sum(widths_mm[column:end])


def _usual_value(spec: InputSpec) -> str:
    """The default of an input where it has a number, else a usual value of its kind."""
    parts = read_parts(spec.default)
    default = "".join(
        "2026" if isinstance(part, Variable) else "" if isinstance(part, Placeholder) else part.text for part in parts
    )
    if number_width(default):
        return default
    return USUAL_WAN if spec.kind.key == "money" and spec.kind.unit == "万元" else USUAL.get(spec.kind.key, "")


def _needed_mm(value: str, bold: bool, points: float) -> float:
    """Width in mm that the widest number of a value takes."""
    return (number_width(value, bold) + SLACK) / EM * points * MM_PER_PT if value else 0.0


def _reason(name: str, value: str, text_mm: float, needed_mm: float, points: float) -> str:
    smaller = int(points * text_mm / needed_mm * 2) / 2
    result = f"只能用 {smaller:g} 磅字" if smaller >= SMALLEST_PT else "会在中间断开"
    room = f"{{{name}}} 这一格只有 {text_mm:.1f} mm 可写字"
    return f"{room}，常见的内容“{value}”用 {points:g} 磅字要 {needed_mm:.1f} mm，{result}：请加宽"
