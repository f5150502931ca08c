"""The verification page: whether a printed code or a file is genuine. Codes are open to everybody, files to users."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from filings.models import Person
from filings.services.errors import Refused
from filings.services.file_verification import verify_file
from filings.services.rate_counts import count_request
from filings.services.verification import verify_code
from filings.views.common import current_person, render_page, request_time
from filings.views.request_address import request_address

LARGEST = 60 * 2**20
"""Bytes of an uploaded file: twice a packet of thousands of sheets."""


@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """The form, and the result for a `code` (GET or POST) or an uploaded `file` (POST).

    People who are not logged in learn about approved filings only, upload no files (403), and may ask a limited number
    of times a minute (429). 413 for a file that is too large, 422 for one that would cost much to open.
    """
    code = (request.POST.get("code") or request.GET.get("code") or "").strip()[:100]
    upload = request.FILES.get("file")
    if not code and not upload:
        return _page(request, has_query=request.method == "POST")
    person = current_person(request) if request.user.is_authenticated else None
    # People with an account are not counted: they are known by name.
    if person is None and not count_request(
        "verify", request_address(request), settings.VERIFY_PER_MINUTE, request_time(request)
    ):
        return _page(request, 429, error="查询过于频繁，请一分钟后再试。")
    if isinstance(upload, UploadedFile):
        return _verify_upload(request, upload, person)
    answer = verify_code(code, person)
    return _page(request, has_query=True, code=code, answers=[answer] if answer else [])


def _verify_upload(request: HttpRequest, upload: UploadedFile, person: Person | None) -> HttpResponse:
    """The answer for an uploaded file."""
    if person is None:
        return _page(request, 403, error="请登录后上传文件核验；校验码不用登录就能查询。")
    if (upload.size or 0) > LARGEST:
        return _page(request, 413, error="文件超过 60 MB，请改用页脚的校验码查询。")
    try:
        result = verify_file(cast(BinaryIO, upload.file), person)
    except Refused as refusal:
        return _page(request, 422, error=str(refusal))
    return _page(request, has_query=True, upload=result, answers=result.answers, file_name=upload.name)


def _page(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    defaults = {"has_query": False, "code": "", "upload": None, "file_name": "", "answers": [], "error": ""}
    return render_page(request, "filings/verify.html", {**defaults, **context}, status)
