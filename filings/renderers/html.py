"""A sheet on paper as HTML, for the screen and as a page that stands alone.

Nothing is styled here: sizes stand in attributes (strict Content-Security-Policy forbids inline styles), looks in
`static/sheet.css`. On screen each value is a link to the field in which it is filled; printed, the line breaks are
ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.html import escape

from filings.sheet.document import Path
from filings.sheet.grid import GridCell, TextRun
from filings.sheet.layout import Page
from filings.sheet.pages import PageLayout, PaginatedSheet, PanelSlice, PlacedCell, paragraph_indent, type_sizes

PX_PER_MM = 96 / 25.4


@dataclass(frozen=True)
class ScreenMarks:
    """What the screen adds to a sheet: where a value links to, and what is said about it (severity and words)."""

    link: Callable[[Path], str]
    notes: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    shown: set[Path] = field(default_factory=set)
    """Paths met so far: a value that runs over pages or paragraphs has its place where it begins."""


def pages_html(paper: PaginatedSheet, marks: ScreenMarks | None = None, watermark: str = "") -> str:
    """The pages of a sheet; with `marks` for the screen, without for print."""
    if marks:
        marks.shown.clear()
    return "".join(_leaf(leaf, paper, marks, watermark) for leaf in paper.pages)


def _leaf(leaf: PageLayout, paper: PaginatedSheet, marks: ScreenMarks | None, watermark: str) -> str:
    side = "landscape" if paper.page.landscape else "portrait"
    inner = "".join(_slice(one, paper, marks) for one in leaf.slices)
    header = f'<div class="margin-line top">{escape(leaf.header)}</div>' if leaf.header else ""
    footer = f'<div class="margin-line bottom">{escape(leaf.footer)}</div>' if leaf.footer else ""
    mark = f'<div class="watermark" aria-hidden="true">{escape(watermark)}</div>' if watermark else ""
    size = f"type-{round(paper.font_pt * 10)}"
    classes = f"paper {paper.page.size} {side} {size}"
    return f'<section class="{classes}">{mark}{header}<div class="inner">{inner}</div>{footer}</section>'


def _slice(one: PanelSlice, paper: PaginatedSheet, marks: ScreenMarks | None) -> str:
    columns = "".join(f'<col width="{width * PX_PER_MM:.1f}">' for width in one.widths_mm)
    rows = "".join(_row(row.cells, row.height_mm, row.head, marks) for row in one.rows)
    kind = "ruled" if one.ruled and one.kind == "table" else f"plain {one.kind}"
    kind += "" if one.gap_mm else " joined"
    width = sum(one.widths_mm) * PX_PER_MM
    role = "" if one.ruled and one.kind == "table" else ' role="presentation"'
    return f'<table class="{kind}" width="{width:.1f}"{role}><colgroup>{columns}</colgroup>{rows}</table>'


def _row(cells: Sequence[PlacedCell], height_mm: float, head: bool, marks: ScreenMarks | None) -> str:
    """A line of cells. In print its cells are given its height: where the line itself has one, WeasyPrint makes the
    last line of a merged label as high as all the label's words."""
    height = f' height="{height_mm * PX_PER_MM:.2f}"'
    on_cells = marks is None and any(placed.rows == 1 for placed in cells)
    inner = "".join(_cell(placed, marks, height if on_cells and placed.rows == 1 else "") for placed in cells)
    return f"<tr{'' if on_cells else height}{' class=head' if head else ''}>{inner}</tr>"


def _cell(placed: PlacedCell, marks: ScreenMarks | None, height: str = "") -> str:
    cell = placed.cell
    spans = (f' colspan="{placed.columns}"' if placed.columns > 1 else "") + (
        f' rowspan="{placed.rows}"' if placed.rows > 1 else ""
    )
    classes = f"{cell.role} {cell.align}" + (" bold" if cell.bold else "") + (" again" if placed.again else "")
    classes += " cut" if cell.cut else ""
    words = _linked(cell, marks) if marks else escape("\n".join(placed.lines))
    return f'<td class="{classes}"{spans}{height}>{words}</td>'


def _linked(cell: GridCell, marks: ScreenMarks) -> str:
    return escape(paragraph_indent(cell.role)) + "".join(_part(part, marks) for part in cell.parts)


def _part(part: TextRun, marks: ScreenMarks) -> str:
    if part.path is None:
        return str(escape(part.text))
    said = marks.notes.get(str(part.path), ())
    classes = "cell" + ("" if part.text else " blank") + (f" has-{said[0][0]}" if said else "")
    title = f' title="{escape("；".join(words for _, words in said))}"' if said else ""
    link = marks.link(part.path)
    text = escape(part.text) or "&#8203;"
    place = "" if part.path in marks.shown else f' id="at-{part.path}"'
    marks.shown.add(part.path)
    if not link:
        return f'<span class="{classes}"{place}{title}>{text}</span>'
    return f'<a class="{classes}"{place} href="{escape(link)}"{title}>{text}</a>'


def sheet_style() -> str:
    """The style rules of every sheet, on screen and printed."""
    return (settings.BASE_DIR / "static" / "sheet.css").read_text(encoding="utf-8")


def layout_style(page: Page) -> str:
    """The style rules that only this layout's paper has: margins, and the type sizes it may be set in."""
    top, right, bottom, left = page.margins_mm
    rules = [
        f".paper .inner {{ padding: {top}mm {right}mm 0 {left}mm; }}",
        f".paper .margin-line.bottom {{ bottom: {max(bottom / 2 - 2, 4)}mm; }}",
        f".paper .margin-line.top {{ top: {max(top / 2 - 2, 4)}mm; }}",
    ]
    for type_ in type_sizes(page):
        name = f".type-{round(type_.body * 10)}"
        rules.append(f"{name} td {{ font-size: {type_.body:g}pt; }}")
        rules += [f"{name} td.{role} {{ font-size: {type_.points(role):.4g}pt; }}" for role in ("title", "heading1")]
    return "\n".join(rules)
