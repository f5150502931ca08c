"""The verification page: whether a printed code or a file is genuine. Open to everybody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from filings.models import Person
from filings.services.verification import verify_code, verify_file
from filings.views.common import current_person, render_page, request_time

LARGEST = 60 * 2**20
"""Bytes of an uploaded file: twice a packet of thousands of sheets."""


@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """The form, and the result for a `code` (GET or POST) or an uploaded `file` (POST).

    People who are not logged in learn about approved filings only, and may ask a limited number of times a minute
    (429). 413 for a file that is too large.
    """
    code = (request.POST.get("code") or request.GET.get("code") or "").strip()[:100]
    upload = request.FILES.get("file")
    if not code and not upload:
        return _page(request, has_query=request.method == "POST")
    person = current_person(request) if request.user.is_authenticated else None
    if _is_rate_exceeded(request, person):
        return _page(request, 429, error="查询过于频繁，请一分钟后再试。")
    if upload:
        if (upload.size or 0) > LARGEST:
            return _page(request, 413, error="文件超过 60 MB，请改用页脚的校验码查询。")
        result = verify_file(upload.read(), person)
        return _page(request, has_query=True, upload=result, answers=result.answers, file_name=upload.name)
    answer = verify_code(code, person)
    return _page(request, has_query=True, code=code, answers=[answer] if answer else [])


def _page(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    defaults = {"has_query": False, "code": "", "upload": None, "file_name": "", "answers": [], "error": ""}
    return render_page(request, "filings/verify.html", {**defaults, **context}, status)


def _is_rate_exceeded(request: HttpRequest, person: Person | None) -> bool:
    """Count this query of a network address; True above the limit of a minute. People with an account are exempt."""
    if person is not None:
        return False
    key = f"verify-{request.META.get('REMOTE_ADDR', '')}-{request_time(request):%H%M}"
    cache.add(key, 0, 120)
    try:
        return cache.incr(key) > settings.VERIFY_PER_MINUTE
    except ValueError:
        # The cache dropped the counter in between.
        return False
