"""The page that takes a code or a file and says what it is; open to everybody, and sparing with words to strangers."""

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
"""Bytes of a file that may be sent: a packet of thousands of sheets has half as many."""


@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """Form, and the answer when something was asked."""
    code = (request.POST.get("code") or request.GET.get("code") or "").strip()[:100]
    upload = request.FILES.get("file")
    if not code and not upload:
        return _answered(request, asked=request.method == "POST")
    person = current_person(request) if request.user.is_authenticated else None
    if _too_often(request, person):
        return _answered(request, 429, refused="查询过于频繁，请一分钟后再试。")
    if upload:
        if (upload.size or 0) > LARGEST:
            return _answered(request, 413, refused="文件超过 60 MB，请改用页脚的校验码查询。")
        found = verify_file(upload.read(), person)
        return _answered(request, asked=True, file=found, answers=found.answers, name=upload.name)
    answer = verify_code(code, person)
    return _answered(request, asked=True, code=code, answers=[answer] if answer else [])


def _answered(request: HttpRequest, status: int = 200, **said: Any) -> HttpResponse:
    nothing = {"asked": False, "code": "", "file": None, "name": "", "answers": [], "refused": ""}
    return render_page(request, "filings/verify.html", {**nothing, **said}, status)


def _too_often(request: HttpRequest, person: Person | None) -> bool:
    """Counts what one address asks in a minute; people who are signed in are known and not counted."""
    if person is not None:
        return False
    key = f"verify-{request.META.get('REMOTE_ADDR', '')}-{request_time(request):%H%M}"
    cache.add(key, 0, 120)
    try:
        return cache.incr(key) > settings.VERIFY_PER_MINUTE
    except ValueError:
        return False
