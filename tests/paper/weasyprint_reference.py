"""The reference for painted pages: the HTML and style of a form laid out by WeasyPrint.

It is the HTML of `export_filing --format html`, with the fonts of the PDF.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from filings.renderers.font_files import HEI, SONG
from filings.renderers.garbage import garbage_allowed
from filings.renderers.html import layout_style, pages_html, sheet_style
from filings.renderers.letter import weasyprint
from filings.sheet.pages import PaginatedSheet


@cache
def _style() -> Any:
    return weasyprint().CSS(string=f"{sheet_style()} body.print {{ --song: {SONG}; --hei: {HEI}; }}")


def laid_out(paper: PaginatedSheet, watermark: str = "") -> bytes:
    """The PDF of one form as WeasyPrint lays it out."""
    page = paper.page
    size = f"@page {{ size: {page.width_mm}mm {page.height_mm}mm; margin: 0; }}"
    html = f'<html lang="zh-Hans"><body class="print">{pages_html(paper, None, watermark)}</body></html>'
    styles = [_style(), weasyprint().CSS(string=size + layout_style(page))]
    with garbage_allowed():
        document = weasyprint().HTML(string=html).render(stylesheets=styles, presentational_hints=True)
        return bytes(document.write_pdf())
