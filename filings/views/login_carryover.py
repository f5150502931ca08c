"""What an expired session was about to save, carried through the log-in page in hidden fields."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PREFIX = "kept-"
"""Prefix of the hidden fields."""


def login_with_carryover(request: HttpRequest) -> HttpResponse:
    """The log-in page with everything that was just posted in hidden fields: after it, one press saves it."""
    kept = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    context = {"form": AuthenticationForm(request), "kept": kept, "kept_to": request.get_full_path(), "next": "/"}
    response = render(request, "registration/login.html", context)
    response["Cache-Control"] = "no-store"
    return response


def carryover_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields that came through the log-in page."""
    return [
        (name.removeprefix(PREFIX), value)
        for name, values in request.POST.lists()
        if name.startswith(PREFIX)
        for value in values
    ]
