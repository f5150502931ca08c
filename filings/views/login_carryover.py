"""Unsaved form data of an expired session, passed through the log-in page in hidden fields."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from filings.views.caching import no_store

PREFIX = "kept-"
"""Prefix of the hidden fields."""


def login_with_carryover(request: HttpRequest) -> HttpResponse:
    """The log-in page with everything that was just posted in hidden fields, to be saved after logging in."""
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    context = {
        "form": AuthenticationForm(request),
        "carryover": fields,
        "resume_address": request.get_full_path(),
        "next": "/",
    }
    return no_store(render(request, "registration/login.html", context))


def carryover_context(request: HttpRequest) -> dict[str, Any]:
    """Template context of a posted log-in page: the fields to save later and the address that they belong to."""
    return {"carryover": carryover_fields(request), "resume_address": resume_address(request)}


def carryover_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values of the hidden fields, without their prefix."""
    return [
        (name.removeprefix(PREFIX), value)
        for name, values in request.POST.lists()
        if name.startswith(PREFIX)
        for value in values
    ]


def resume_address(request: HttpRequest) -> str:
    """The address to post the fields to after logging in; '' if there is none. Unchecked user input."""
    return request.POST.get("kept_to", "")
