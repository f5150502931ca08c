"""Letters as PDF by WeasyPrint: for running text whose line and page breaks are not computed by us.

Forms are not rendered here: `sheet/pages` lays them out and `renderers/pdf` paints them.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings

from filings.renderers.font_files import HEI, SONG, use_fonts

STYLE = Path(settings.BASE_DIR) / "static" / "letter.css"


def render_letter(html: str) -> bytes:
    """The PDF of an HTML page; the same page gives the same bytes. Raises ValueError if it refers to another file."""
    with _without_gc():
        return bytes(weasyprint().HTML(string=html, url_fetcher=_refuse).write_pdf(stylesheets=[_style()]))


def _refuse(url: str, *args: Any, **kwargs: Any) -> NoReturn:
    raise ValueError("a letter refers to nothing outside itself")


@cache
def weasyprint() -> Any:
    """The WeasyPrint module, set up to use our fonts. Imported late: importing takes a second and fixes the fonts."""
    use_fonts()
    import weasyprint as library

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return library


@cache
def _style() -> Any:
    families = f":root {{ --song: {SONG}; --hei: {HEI}; }}"
    return weasyprint().CSS(string=families + STYLE.read_text(encoding="utf-8"))


@contextmanager
def _without_gc() -> Iterator[None]:
    """Switch the garbage collector off: it would scan WeasyPrint's millions of objects; saves a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
