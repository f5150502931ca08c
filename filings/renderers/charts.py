"""Pictures of numbers as inline SVG: pure functions of data, every text escaped.

No style stands in the markup (strict Content-Security-Policy): looks are classes in static/css/board.css. Places along
the width are percent and heights are em, so that a picture fills its card at any width and its words keep their size.
Each picture has a title and a description; the page shows the table of the same numbers beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

SHADES = 6
"""So many looks of segments there are; `seg-0` is the darkest."""


@dataclass(frozen=True)
class Chart:
    """What every picture says of itself: `name` is the beginning of its ids in the page."""

    name: str
    title: str
    description: str


def _svg(picture: Chart, height: float, inner: str, kind: str) -> SafeString:
    """The element around a picture. All that goes in was escaped or is a number of ours."""
    title, text = f"{picture.name}-title", f"{picture.name}-text"
    return mark_safe(  # noqa: S308
        f'<svg class="chart {kind}" width="100%" height="{height:g}em" role="img" aria-labelledby="{escape(title)}"'
        f' aria-describedby="{escape(text)}"><title id="{escape(title)}">{escape(picture.title)}</title>'
        f'<desc id="{escape(text)}">{escape(picture.description)}</desc>{inner}</svg>'
    )


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole if whole else 0:.2f}%"


@dataclass(frozen=True)
class Bar:
    """A bar under its label, made of parts with a name each; one part for a plain bar."""

    label: str
    parts: Sequence[tuple[str, int]]

    @property
    def total(self) -> int:
        """The length of the bar."""
        return sum(number for _, number in self.parts)


ROW = 3.1
"""A label, its bar and the room below it, in em."""
LABEL = 14
"""So many characters of a label fit beside its number on a phone with large type; the table has it whole."""


def bar_chart(picture: Chart, rows: Sequence[Bar]) -> SafeString:
    """Bars one under the other on one scale, each with its label above and its number at the right."""
    longest = max((row.total for row in rows), default=0)
    inner = "".join(_bar(row, number * ROW, longest) for number, row in enumerate(rows))
    return _svg(picture, max(1, len(rows)) * ROW, inner, "bars")


def _bar(row: Bar, top: float, longest: int) -> str:
    label = row.label if len(row.label) <= LABEL else f"{row.label[: LABEL - 1]}…"
    words = f'<text x="0" y="{top + 1.1:g}em">{escape(label)}</text>'
    number = f'<text class="number" x="100%" y="{top + 1.1:g}em" text-anchor="end">{row.total}</text>'
    drawn, start = [], 0
    for place, (name, count) in enumerate(row.parts):
        shade = f"seg-{place % SHADES}"
        box = f'<rect class="{shade}" x="{_share(start, longest)}" y="{top + 1.5:g}em" width="{_share(count, longest)}"'
        drawn.append(f'{box} height="1.25em"><title>{escape(name)}：{count}</title></rect>')
        # The whole bar's number stands at the right already; a part's needs room on the narrowest screen.
        if len(row.parts) > 1 and count / longest >= 0.03 * (len(str(count)) + 1):
            middle = _share(start + count / 2, longest)
            at = f'x="{middle}" y="{top + 2.45:g}em" text-anchor="middle"'
            drawn.append(f'<text class="on-{shade}" {at}>{count}</text>')
        start += count
    return f"<g>{words}{number}{''.join(drawn)}</g>"


@dataclass(frozen=True)
class StepLine:
    """A line of steps: at each place (0 to 1 along the width) it goes to a height, and stays there until the next."""

    style: str
    points: Sequence[tuple[float, int]]


@dataclass(frozen=True)
class AxisMark:
    """A moment on the axis: an upright line with a word below it, or above where `above` says so."""

    at: float
    words: str
    above: bool = False


HEIGHT, FOOT, TOP = 17, 1.8, 1.6
"""Of the picture of steps with its words above and below, in em."""


def step_chart(
    picture: Chart, lines: Sequence[StepLine], marks: Sequence[AxisMark], until: float, goal: int
) -> SafeString:
    """Lines of steps from the left to `until`, on a scale from nought to `goal`, which is drawn, or higher."""
    top = max([goal, *(height for line in lines for _, height in line.points)]) or 1
    frame = f'<g class="axis">{_level_line(0, top)}</g><g class="goal">{_level_line(goal, top)}</g>'
    drawn = "".join(_steps(line, until, top) for line in lines)
    return _svg(picture, HEIGHT, frame + "".join(map(_mark, marks)) + drawn, "steps")


def _level(height: float, top: int) -> float:
    """Where a height lies, in em from above."""
    return TOP + (HEIGHT - FOOT - TOP) * (1 - height / top)


def _level_line(height: int, top: int, start: float = 0, end: float = 1) -> str:
    level = _level(height, top)
    return f'<line x1="{start:.2%}" x2="{end:.2%}" y1="{level:g}em" y2="{level:g}em"/>'


def _steps(line: StepLine, until: float, top: int) -> str:
    """The line's level and upright pieces, each by itself: percent and em cannot stand in one path."""
    pieces, at, height = [], 0.0, 0
    for place, to in [*line.points, (until, line.points[-1][1] if line.points else 0)]:
        pieces.append(_level_line(height, top, at, place))
        if to != height:
            ends = f'y1="{_level(height, top):g}em" y2="{_level(to, top):g}em"'
            pieces.append(f'<line x1="{place:.2%}" x2="{place:.2%}" {ends}/>')
        at, height = place, to
    return f'<g class="{escape(line.style)}">{"".join(pieces)}</g>'


def _mark(mark: AxisMark) -> str:
    anchor = "start" if mark.at < 0.15 else "end" if mark.at > 0.85 else "middle"
    level = TOP - 0.5 if mark.above else HEIGHT - 0.5
    return (
        f'<line class="mark" x1="{mark.at:.2%}" x2="{mark.at:.2%}" y1="{TOP - 0.3:g}em" y2="{HEIGHT - FOOT:g}em"/>'
        f'<text x="{mark.at:.2%}" y="{level:g}em" text-anchor="{anchor}">{escape(mark.words)}</text>'
    )


def bar_sample(place: int) -> SafeString:
    """A small square in the look of a segment, for the table beside the picture."""
    return mark_safe(  # noqa: S308
        f'<svg class="swatch" width="1em" height="1em" aria-hidden="true">'
        f'<rect class="seg-{place % SHADES}" width="1em" height="1em"/></svg>'
    )


def line_sample(look: str) -> SafeString:
    """A short piece of a line, for the words that explain it."""
    return mark_safe(  # noqa: S308
        f'<svg class="chart swatch" width="2em" height="1em" aria-hidden="true">'
        f'<g class="{escape(look)}"><line x1="0" x2="100%" y1="0.5em" y2="0.5em"/></g></svg>'
    )
