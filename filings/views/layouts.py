"""Layouts of forms, for admins: upload a file, see its errors or a preview, make the form due in a cycle."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from filings.models import Cycle, LayoutVersion, Person
from filings.renderers.html import pages_html
from filings.services.errors import Refused
from filings.services.exports import CONTENT_TYPES, export_grid
from filings.services.layouts import (
    add_due_form,
    compiled_layout,
    is_layout_used,
    layout_error,
    layout_warnings,
    rule_errors,
    sample_sheet,
    store_layout_text,
)
from filings.services.text_limits import DUE_FORM_LIMIT, require_within_limit
from filings.sheet.problems import LayoutError, Problem
from filings.sheet.suggested_meanings import meaning_lines, missing_meanings
from filings.sheet.toml_source import MAX_CHARACTERS
from filings.views.common import (
    admin_memberships,
    current_person,
    posted_number,
    posted_text,
    refused_as_message,
    render_page,
    signed_in,
)
from filings.views.downloads import download_response


@dataclass(frozen=True)
class RefusedUpload:
    """An uploaded file with errors, which was not stored."""

    name: str
    text: str
    problems: list[Problem]

    @property
    def lines(self) -> list[tuple[int, str, list[str]]]:
        """Number, text and error messages of each line of the file."""
        reasons: dict[int, list[str]] = {}
        for problem in self.problems:
            reasons.setdefault(problem.line, []).append(problem.reason)
        return [(number, line, reasons.get(number, [])) for number, line in enumerate(self.text.split("\n"), 1)]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def layouts(request: HttpRequest) -> HttpResponse:
    """The layouts of the admin's jurisdictions; a posted file becomes a new version. 404 for others.

    A file with errors is not stored: the page shows it with the errors of each line (422).
    """
    places = _place_codes(current_person(request))
    rejected = None
    if request.method == "POST":
        name, text = _posted_file(request)
        try:
            version = _store(name, text, places)
        except LayoutError as error:
            rejected = RefusedUpload(name, text, error.problems)
        else:
            messages.success(request, f"已存入“{version.name}”第 {version.version} 版，请查看空白表样并试填。")
            return redirect("layout", version.pk)
    versions = [
        version
        for version in LayoutVersion.objects.order_by("key", "-version").prefetch_related("due_in__cycle")
        if version.key.partition("/")[0] in places
    ]
    cycles = Cycle.objects.filter(jurisdiction__code__in=places).select_related("jurisdiction")
    context = {
        "versions": versions,
        "rejected": rejected,
        "places": sorted(places),
        "broken_rules": rule_errors(cycles, versions),
    }
    return render_page(request, "filings/layouts.html", context, 422 if rejected else 200)


def _store(name: str, text: str, places: set[str]) -> LayoutVersion:
    """Store the text as a new version of its layout. Raises LayoutError with all that is wrong."""
    # What is larger may have been cut within a character when it was read; it is refused as too large.
    if "\ufffd" in text and len(text) <= MAX_CHARACTERS:
        line = text.partition("\ufffd")[0].count("\n") + 1
        raise LayoutError([Problem(name, line, "文件不是 UTF-8 文本，请另存为 UTF-8 编码")])
    return store_layout_text(name, text, places)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """Preview of one version, blank or (`?fill=1`) with sample texts; POST makes the form due in a cycle.

    404 for people who are not an admin of the layout's jurisdiction, and for a cycle of another one.
    """
    version = _version_or_404(request, pk)
    cycles = _cycles(version)
    if request.method == "POST":
        cycle = cycles.filter(pk=posted_number(request, "cycle")).first()
        if cycle is None:
            raise Http404
        with refused_as_message(request):
            title = posted_text(request, "title")
            require_within_limit(title, DUE_FORM_LIMIT, "应报表名称")
            due_form = add_due_form(cycle, version, title)
            messages.success(request, f"“{due_form}”已列入{cycle}。")
        return redirect("layout", pk)
    if error := layout_error(version):
        source = RefusedUpload(f"{version.key}.toml", version.source, list(error.problems))
        return render_page(request, "filings/layout_source.html", {"rejected": source, "version": version})
    filled, compiled = request.GET.get("fill") == "1", compiled_layout(version)
    pages, page_count, refusal = _preview(version, cycles.first(), filled)
    context = {
        "version": version,
        "layout": compiled,
        "meanings": meaning_lines(compiled),
        "without_meaning": missing_meanings(compiled),
        "filled": filled,
        "pages": pages,
        "page_count": page_count,
        "refusal": refusal,
        "cycles": cycles,
        "due_in": version.due_in.select_related("cycle"),
        "is_used": is_layout_used(version),
        "warnings": layout_warnings(version),
        "style_sha256": version.sha256,
    }
    return render_page(request, "filings/layout.html", context)


def _preview(version: LayoutVersion, cycle: Cycle | None, filled: bool) -> tuple[SafeString, int, str]:
    """The sample sheet as HTML, the number of its pages, and why there is none, if the form is too large."""
    try:
        _, sheet = sample_sheet(version, cycle, filled)
    except Refused as refusal:
        return SafeString(), 0, str(refusal)
    return mark_safe(pages_html(sheet)), len(sheet.pages), ""  # noqa: S308 - pages_html escapes it


@signed_in
@require_safe
def layout_sample(request: HttpRequest, pk: int, format_: str) -> HttpResponseBase:
    """GET: the form with sample texts as PDF or Excel workbook. 404 for another format and for strangers."""
    version = _version_or_404(request, pk)
    if format_ not in ("pdf", "xlsx"):
        raise Http404
    try:
        grid, _ = sample_sheet(version, _cycles(version).first(), filled=True)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("layout", pk)
    content = export_grid(grid, format_, "样表")
    name = f"{version.key.replace('/', '-')}-{version.version}.{format_}"
    return download_response(content, CONTENT_TYPES[format_], name)


def _place_codes(person: Person) -> set[str]:
    """The codes of the jurisdictions that the person administers. Raises Http404 if there are none."""
    codes = {membership.jurisdiction.code for membership in admin_memberships(person)}
    if not codes:
        raise Http404
    return codes


def _version_or_404(request: HttpRequest, pk: int) -> LayoutVersion:
    places = _place_codes(current_person(request))
    version = LayoutVersion.objects.filter(pk=pk).first()
    if version is None or version.key.partition("/")[0] not in places:
        raise Http404
    return version


def _cycles(version: LayoutVersion) -> QuerySet[Cycle]:
    """The cycles of the jurisdiction that the layout belongs to, newest first."""
    place = version.key.partition("/")[0]
    return Cycle.objects.filter(jurisdiction__code=place).select_related("jurisdiction").order_by("-year", "-round")


def _posted_file(request: HttpRequest) -> tuple[str, str]:
    """Name and text of the uploaded file, or of the text that was typed in its place."""
    file = request.FILES.get("file")
    if file is None:
        return "layout.toml", request.POST.get("text", "").replace("\r\n", "\n")
    text = file.read(4 * MAX_CHARACTERS).decode("utf-8-sig", "replace")
    return str(file.name)[:80], text.replace("\r\n", "\n")
