"""Answers that are files: one way to name them, whatever the browser."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from django.http import FileResponse, HttpResponse, HttpResponseBase


def download_response(
    content: bytes | Path, content_type: str, name: str, *, plain: str = "", inline: bool = False
) -> HttpResponseBase:
    """A file to save as `name`, or to open in the browser. Shared office computers must not keep it.

    `plain` is an ASCII name for programs that read no other; without one, `name` has to be ASCII itself.
    """
    response: HttpResponseBase
    if isinstance(content, Path):
        response = FileResponse(content.open("rb"), content_type=content_type)
    else:
        response = HttpResponse(content, content_type=content_type)
    extended = f"; filename*=UTF-8''{quote(name)}" if plain else ""
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{plain or name}"{extended}'
    response["Cache-Control"] = "no-store"
    return response
