"""Root URLs of the site."""

from django.contrib import admin
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def health(request: HttpRequest) -> HttpResponse:
    """GET /health for a monitor: 200 only if the database answers. Open to everybody."""
    connection.ensure_connection()
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("admin/", admin.site.urls),
    path("health", health, name="health"),
    path("", include("filings.urls")),
]

handler400 = "filings.views.server_error.invalid_request"
handler500 = "filings.views.server_error.server_error"
