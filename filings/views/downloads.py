"""Responses that are files, named so that every browser saves them under a readable name."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from django.http import FileResponse, HttpResponse, HttpResponseBase

from filings.views.caching import no_store


def download_response(
    content: bytes | Path, content_type: str, name: str, *, plain: str = "", inline: bool = False
) -> HttpResponseBase:
    """A file to save as `name`, or with `inline` to open in the browser.

    `plain` is an ASCII fallback for clients that ignore `filename*`; without one, `name` has to be ASCII itself.
    """
    response: HttpResponseBase
    if isinstance(content, Path):
        response = FileResponse(content.open("rb"), content_type=content_type)
    else:
        response = HttpResponse(content, content_type=content_type)
    extended = f"; filename*=UTF-8''{quote(name)}" if plain else ""
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{plain or name}"{extended}'
    return no_store(response)
