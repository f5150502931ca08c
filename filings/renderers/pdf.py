"""The one door to WeasyPrint: a sheet on paper becomes PDF bytes; the same sheet always the same bytes."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings

from filings.renderers.fonts import HEI, SONG, use_fonts
from filings.renderers.html import layout_style, pages_html
from filings.sheet.layout import Page
from filings.sheet.pages import Paper

STYLE = Path(settings.BASE_DIR) / "static" / "sheet.css"
"""How a sheet looks, on screen and on paper."""


def render_pdf(paper: Paper, watermark: str = "", foot: Sequence[str] = ()) -> bytes:
    """The PDF of one sheet; for drafts with a watermark, and small lines at the foot of each page."""
    weasyprint = _weasyprint()
    body = f'<body class="print">{pages_html(paper, None, watermark, foot)}</body>'
    html = f'<html lang="zh-Hans"><head><title>{_escape(paper.name)}</title></head>{body}</html>'
    with _collector_held():
        document = weasyprint.HTML(string=html, url_fetcher=_refuse).render(
            stylesheets=[_sheet_style(), weasyprint.CSS(string=_page_style(paper.page))],
            presentational_hints=True,
        )
        return bytes(document.write_pdf())


def _refuse(url: str, *args: Any, **kwargs: Any) -> NoReturn:
    raise ValueError("a sheet refers to nothing outside itself")


@cache
def _weasyprint() -> Any:
    # Imported late: it takes a second, and fontconfig must be told of our fonts before it.
    use_fonts()
    import weasyprint

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return weasyprint


@cache
def _sheet_style() -> Any:
    css = STYLE.read_text(encoding="utf-8")
    families = f"body.print {{ --song: {SONG}; --hei: {HEI}; }}"
    return _weasyprint().CSS(string=css + families)


def _page_style(page: Page) -> str:
    return f"@page {{ size: {page.width_mm}mm {page.height_mm}mm; margin: 0; }}" + layout_style(page)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


@contextmanager
def _collector_held() -> Iterator[None]:
    """The cyclic collector walks WeasyPrint's millions of live boxes for nothing: without it a third is saved."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
