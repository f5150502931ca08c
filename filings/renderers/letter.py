"""The one door to WeasyPrint: a letter, text whose lines and pages nobody has settled, becomes PDF bytes.

Official sheets do not come here: `sheet/pages` settles them, and our pen draws them (`drawn/`).
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
    """The PDF of a whole HTML page; the same page gives the same bytes."""
    with without_gc():
        return bytes(weasyprint().HTML(string=html, url_fetcher=_refuse).write_pdf(stylesheets=[_style()]))


def _refuse(url: str, *args: Any, **kwargs: Any) -> NoReturn:
    raise ValueError("a letter refers to nothing outside itself")


@cache
def weasyprint() -> Any:
    """The library, told of our fonts. Imported late: it takes a second, and fontconfig must know before."""
    use_fonts()
    import weasyprint as library

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return library


@cache
def _style() -> Any:
    families = f":root {{ --song: {SONG}; --hei: {HEI}; }}"
    return weasyprint().CSS(string=families + STYLE.read_text(encoding="utf-8"))


@contextmanager
def without_gc() -> Iterator[None]:
    """The cyclic collector walks WeasyPrint's millions of live boxes for nothing: without it a third is saved."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
