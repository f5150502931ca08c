"""Letters as PDF by WeasyPrint: for running text whose line and page breaks are not computed by us.

Forms are not rendered here: `sheet/pages` lays them out and `renderers/pdf` paints them.
"""

from __future__ import annotations

import io
import logging
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pikepdf
from django.conf import settings

from filings.renderers.font_files import HEI, SONG, use_fonts
from filings.renderers.garbage import garbage_allowed
from filings.renderers.pdf.conformance import claim_conformance, save_document

STYLE = Path(settings.BASE_DIR) / "static" / "letter.css"


def render_letter(html: str) -> bytes:
    """The PDF of an HTML page, PDF/A-2a and PDF/UA-1; the same page gives the same bytes.

    Headers of its tables need a scope. Raises ValueError if it refers to another file.
    """
    with garbage_allowed():
        page = weasyprint().HTML(string=html, url_fetcher=_refuse)
        # WeasyPrint makes one claim at a time: of this one it writes the structure, and both are written here.
        data = page.write_pdf(stylesheets=[_style()], pdf_variant="pdf/ua-1")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        claim_conformance(pdf, str(pdf.docinfo.get("/Title", "")))
        return save_document(pdf)


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
