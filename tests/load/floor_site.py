"""The floor: the least that a view can do which saves a cell as durably as ours, to hold ours against.

One session read, one row lock, one UPDATE, one INSERT, COMMIT; no permissions, no checks, no page. It is served by the
same gunicorn with the same settings, on the same database, in the same run.
"""

from __future__ import annotations

import json

from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path


def is_healthy(request: HttpRequest) -> HttpResponse:
    """GET /health: whether it has started."""
    return HttpResponse("ok")


def begin_session(request: HttpRequest) -> HttpResponse:
    """GET /session: a session with one value."""
    request.session["person"] = 1
    return HttpResponse("ok")


def save(request: HttpRequest) -> HttpResponse:
    """POST /save: the floor itself. 401 without a session."""
    if "person" not in request.session:
        return HttpResponse(status=401)
    data = json.loads(request.body)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT version FROM floor_sheet WHERE id = %s FOR NO KEY UPDATE", [data["sheet"]])
        version = cursor.fetchone()[0] + 1
        cursor.execute(
            "UPDATE floor_sheet SET version = %s, content = %s WHERE id = %s", [version, data["text"], data["sheet"]]
        )
        cursor.execute(
            "INSERT INTO floor_save (sheet, version, operation, changes) VALUES (%s, %s, %s, %s)",
            [data["sheet"], version, data["operation"], data["text"]],
        )
    return JsonResponse({"version": version, "at": ""})


urlpatterns = [path("session", begin_session), path("save", save), path("health", is_healthy)]
application = get_wsgi_application()
