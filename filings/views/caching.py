"""Cache headers: content of a filing must not stay on a shared office computer."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpResponseBase

ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)


def no_store(response: ResponseT) -> ResponseT:
    """The response, marked so that neither the browser nor a proxy stores it."""
    response["Cache-Control"] = "no-store"
    return response
