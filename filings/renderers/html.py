"""Laid-out forms as HTML, for the screen and as a standalone page.

No inline styles (strict Content-Security-Policy): sizes are attributes, everything else is in `static/sheet.css`.
On screen each value links to the input in which it is filled; printed pages keep the computed line breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.html import escape

from filings.sheet.document import Path
from filings.sheet.grid import GridCell, TextRun
from filings.sheet.layout import Page
from filings.sheet.line_breaking import split_numbers
from filings.sheet.pages import PageCell, PageLayout, PaginatedSheet, PanelPart
from filings.sheet.type_sizes import paragraph_indent, type_sizes

PX_PER_MM = 96 / 25.4


@dataclass(frozen=True)
class ScreenMarks:
    """What the screen adds to a form: links and notes on values.

    `link` gives the address of a value's input ('' for no link), `notes` are (severity, message) by cell address.
    """

    link: Callable[[Path], str]
    notes: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    shown: set[Path] = field(default_factory=set)
    """Addresses rendered so far: only the first part of a value that continues on another page gets the id."""


def pages_html(paper: PaginatedSheet, screen: ScreenMarks | None = None, watermark: str = "") -> str:
    """The pages of a form. With `screen`: links, notes, and line breaks left to the browser; without: for print."""
    if screen:
        screen.shown.clear()
    return "".join(_page(page, paper, screen, watermark) for page in paper.pages)


def _page(page: PageLayout, paper: PaginatedSheet, screen: ScreenMarks | None, watermark: str) -> str:
    side = "landscape" if paper.page.landscape else "portrait"
    inner = "".join(_slice(part, paper, screen) for part in page.slices)
    header = f'<div class="margin-line top">{escape(page.header)}</div>' if page.header else ""
    footer = f'<div class="margin-line bottom">{escape(page.footer)}</div>' if page.footer else ""
    watermark_html = f'<div class="watermark" aria-hidden="true">{escape(watermark)}</div>' if watermark else ""
    size = f"type-{round(paper.font_pt * 10)}"
    classes = f"paper {paper.page.size} {side} {size}"
    return f'<section class="{classes}">{watermark_html}{header}<div class="inner">{inner}</div>{footer}</section>'


def _slice(part: PanelPart, paper: PaginatedSheet, screen: ScreenMarks | None) -> str:
    columns = "".join(f'<col width="{width * PX_PER_MM:.1f}">' for width in part.widths_mm)
    rows = "".join(_row(row.cells, row.height_mm, row.head, screen) for row in part.rows)
    kind = "ruled" if part.ruled and part.kind == "table" else f"plain {part.kind}"
    kind += "" if part.gap_mm else " joined"
    width = sum(part.widths_mm) * PX_PER_MM
    role = "" if part.ruled and part.kind == "table" else ' role="presentation"'
    return f'<table class="{kind}" width="{width:.1f}"{role}><colgroup>{columns}</colgroup>{rows}</table>'


def _row(cells: Sequence[PageCell], height_mm: float, head: bool, screen: ScreenMarks | None) -> str:
    """A table row. In print the cells have the height.

    If the row had it, WeasyPrint would make the last row of a merged label as high as the whole label.
    """
    height = f' height="{height_mm * PX_PER_MM:.2f}"'
    on_cells = screen is None and any(placed.rows == 1 for placed in cells)
    inner = "".join(_cell(placed, screen, height if on_cells and placed.rows == 1 else "") for placed in cells)
    return f"<tr{'' if on_cells else height}{' class=head' if head else ''}>{inner}</tr>"


def _cell(placed: PageCell, screen: ScreenMarks | None, height: str = "") -> str:
    cell = placed.cell
    spans = (f' colspan="{placed.columns}"' if placed.columns > 1 else "") + (
        f' rowspan="{placed.rows}"' if placed.rows > 1 else ""
    )
    classes = f"{cell.role} {cell.align}" + (" bold" if cell.bold else "") + (" again" if placed.repeated else "")
    classes += " cut" if cell.is_split else ""
    classes += f" pt-{round(cell.points * 10)}" if cell.points else ""
    lines = "\n".join(placed.lines)
    text = _linked_text(cell, lines, screen) if screen else escape(lines)
    return f'<td class="{classes}"{spans}{height}>{text}</td>'


def _linked_text(cell: GridCell, lines: str, screen: ScreenMarks) -> str:
    return escape(paragraph_indent(cell.role)) + "".join(_run(run, lines, screen) for run in cell.parts)


def _run(run: TextRun, lines: str, screen: ScreenMarks) -> str:
    if run.path is None:
        return _words(run.text, lines)
    notes = screen.notes.get(str(run.path), ())
    classes = "cell" + ("" if run.text else " blank") + (f" has-{notes[0][0]}" if notes else "")
    title = f' title="{escape("；".join(message for _, message in notes))}"' if notes else ""
    link = screen.link(run.path)
    text = _words(run.text, lines) or "&#8203;"
    place = "" if run.path in screen.shown else f' id="at-{run.path}"'
    screen.shown.add(run.path)
    if not link:
        return f'<span class="{classes}"{place}{title}>{text}</span>'
    return f'<a class="{classes}"{place} href="{escape(link)}"{title}>{text}</a>'


def _words(text: str, lines: str) -> str:
    """The text for the screen; numbers that a browser would break at their signs stay whole if they do in `lines`."""
    return "".join(
        f'<span class="number">{escape(piece)}</span>' if is_number and piece in lines else escape(piece)
        for piece, is_number in split_numbers(text)
    )


def sheet_style() -> str:
    """The style sheet of all forms, for screen and print."""
    return (settings.BASE_DIR / "static" / "sheet.css").read_text(encoding="utf-8")


def layout_style(page: Page) -> str:
    """The style rules for the page of one layout: margins in mm and the font sizes that may be chosen."""
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
