"""Bar and step charts as inline SVG: pure functions of numbers; every text is escaped.

Because of the strict Content-Security-Policy there are no inline styles: colours are classes in static/css/board.css.
Horizontal positions are in percent and heights in em, so a chart fills its container at any width and its text keeps
its size. Each chart has a title and a description; the page shows the same numbers as a table next to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

SHADES = 6
"""Number of colours of bar parts, classes `seg-0` (the darkest) to `seg-5`; they repeat after that."""


@dataclass(frozen=True)
class Chart:
    """Title and description of a chart, and the prefix of its element ids (unique in the page)."""

    name: str
    title: str
    description: str


def _svg(chart: Chart, height: float, inner: str, kind: str) -> SafeString:
    """The svg element around a chart. `inner` must be escaped already."""
    title, text = f"{chart.name}-title", f"{chart.name}-text"
    return mark_safe(  # noqa: S308
        f'<svg class="chart {kind}" width="100%" height="{height:g}em" role="img" aria-labelledby="{escape(title)}"'
        f' aria-describedby="{escape(text)}"><title id="{escape(title)}">{escape(chart.title)}</title>'
        f'<desc id="{escape(text)}">{escape(chart.description)}</desc>{inner}</svg>'
    )


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole if whole else 0:.2f}%"


@dataclass(frozen=True)
class Bar:
    """A bar with its label, made of named parts; a plain bar has one part."""

    label: str
    parts: Sequence[tuple[str, int]]

    @property
    def total(self) -> int:
        """The sum of its parts."""
        return sum(number for _, number in self.parts)


ROW = 3.1
"""Height of a label, its bar and the gap below it, in em."""
LABEL = 14
"""Longest label in characters that fits on a phone with large type; the table next to the chart has the whole."""


def bar_chart(chart: Chart, rows: Sequence[Bar]) -> SafeString:
    """Horizontal bars on one scale, each with its label above and its total at the right. No bars: an empty chart."""
    longest = max((row.total for row in rows), default=0)
    inner = "".join(_bar(row, number * ROW, longest) for number, row in enumerate(rows))
    return _svg(chart, max(1, len(rows)) * ROW, inner, "bars")


def _bar(row: Bar, top: float, longest: int) -> str:
    short_label = row.label if len(row.label) <= LABEL else f"{row.label[: LABEL - 1]}…"
    label_text = f'<text x="0" y="{top + 1.1:g}em">{escape(short_label)}</text>'
    number = f'<text class="number" x="100%" y="{top + 1.1:g}em" text-anchor="end">{row.total}</text>'
    parts, start = [], 0
    for place, (name, count) in enumerate(row.parts):
        shade = f"seg-{place % SHADES}"
        rect = (
            f'<rect class="{shade}" x="{_share(start, longest)}" y="{top + 1.5:g}em" width="{_share(count, longest)}"'
        )
        parts.append(f'{rect} height="1.25em"><title>{escape(name)}：{count}</title></rect>')
        # A part shows its number only if it is wide enough on the narrowest screen.
        if len(row.parts) > 1 and count / longest >= 0.03 * (len(str(count)) + 1):
            middle = _share(start + count / 2, longest)
            at = f'x="{middle}" y="{top + 2.45:g}em" text-anchor="middle"'
            parts.append(f'<text class="on-{shade}" {at}>{count}</text>')
        start += count
    return f"<g>{label_text}{number}{''.join(parts)}</g>"


@dataclass(frozen=True)
class StepLine:
    """A step line from 0: `points` are (position from 0 to 1, new value); a value holds until the next point."""

    style: str
    points: Sequence[tuple[float, int]]


@dataclass(frozen=True)
class ChartMark:
    """A vertical line at a position from 0 to 1 of the axis, with a label below it, or above it if `above`."""

    at: float
    words: str
    above: bool = False


HEIGHT, FOOT, TOP = 17, 1.8, 1.6
"""Height of a step chart, and of the label lines below and above it, in em."""


def step_chart(
    chart: Chart, lines: Sequence[StepLine], marks: Sequence[ChartMark], until: float, goal: int
) -> SafeString:
    """Step lines from 0 to the position `until`, on a scale from 0 to `goal` (drawn as a line) or the highest value."""
    top = max([goal, *(height for line in lines for _, height in line.points)]) or 1
    frame = f'<g class="axis">{_level_line(0, top)}</g><g class="goal">{_level_line(goal, top)}</g>'
    paths = "".join(_steps(line, until, top) for line in lines)
    return _svg(chart, HEIGHT, frame + "".join(map(_axis_mark, marks)) + paths, "steps")


def _level(height: float, top: int) -> float:
    """The distance of a value from the top edge in em."""
    return TOP + (HEIGHT - FOOT - TOP) * (1 - height / top)


def _level_line(height: int, top: int, start: float = 0, end: float = 1) -> str:
    level = _level(height, top)
    return f'<line x1="{start:.2%}" x2="{end:.2%}" y1="{level:g}em" y2="{level:g}em"/>'


def _steps(line: StepLine, until: float, top: int) -> str:
    """The horizontal and vertical segments of a step line. One path cannot mix percent and em."""
    segments, start, height = [], 0.0, 0
    for place, new_height in [*line.points, (until, line.points[-1][1] if line.points else 0)]:
        segments.append(_level_line(height, top, start, place))
        if new_height != height:
            ends = f'y1="{_level(height, top):g}em" y2="{_level(new_height, top):g}em"'
            segments.append(f'<line x1="{place:.2%}" x2="{place:.2%}" {ends}/>')
        start, height = place, new_height
    return f'<g class="{escape(line.style)}">{"".join(segments)}</g>'


def _axis_mark(mark: ChartMark) -> str:
    anchor = "start" if mark.at < 0.15 else "end" if mark.at > 0.85 else "middle"
    level = TOP - 0.5 if mark.above else HEIGHT - 0.5
    return (
        f'<line class="mark" x1="{mark.at:.2%}" x2="{mark.at:.2%}" y1="{TOP - 0.3:g}em" y2="{HEIGHT - FOOT:g}em"/>'
        f'<text x="{mark.at:.2%}" y="{level:g}em" text-anchor="{anchor}">{escape(mark.words)}</text>'
    )


def bar_sample(place: int) -> SafeString:
    """A small square in the colour of the n-th part of a bar (from 0), for legends and tables."""
    return mark_safe(  # noqa: S308
        f'<svg class="swatch" width="1em" height="1em" aria-hidden="true">'
        f'<rect class="seg-{place % SHADES}" width="1em" height="1em"/></svg>'
    )


def line_sample(style: str) -> SafeString:
    """A short line in the given class, for legends."""
    return mark_safe(  # noqa: S308
        f'<svg class="chart swatch" width="2em" height="1em" aria-hidden="true">'
        f'<g class="{escape(style)}"><line x1="0" x2="100%" y1="0.5em" y2="0.5em"/></g></svg>'
    )
