"""The admin's page of forms: upload a layout file, see its mistakes or the blank form, try it on, make it due."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from filings.models import Cycle, LayoutVersion, Person, Role
from filings.renderers.html import pages_html
from filings.services.access import memberships
from filings.services.errors import Refused
from filings.services.exports import CONTENT_TYPES, export_grid
from filings.services.layouts import add_due_form, compiled_layout, is_layout_used, sample_grid, store_layout_text
from filings.sheet.pages import paginate
from filings.sheet.problems import LayoutError, Problem
from filings.views.common import current_person, posted_number, posted_text, render_page, signed_in
from filings.views.downloads import download_response

LARGEST = 400_000
"""Characters of a layout file: the largest real one has a twentieth."""


@dataclass(frozen=True)
class RejectedUpload:
    """A file that was refused: its name, text and mistakes."""

    name: str
    text: str
    problems: list[Problem]

    @property
    def lines(self) -> list[tuple[int, str, list[str]]]:
        """The lines of the file with what is wrong on each."""
        said: dict[int, list[str]] = {}
        for problem in self.problems:
            said.setdefault(problem.line, []).append(problem.reason)
        return [(number, line, said.get(number, [])) for number, line in enumerate(self.text.split("\n"), 1)]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def layouts(request: HttpRequest) -> HttpResponse:
    """The forms of the admin's places; an uploaded file becomes a new version, or its mistakes are shown by line."""
    places = _places(current_person(request))
    uploaded = None
    if request.method == "POST":
        name, text = _posted_file(request)
        try:
            if len(text) > LARGEST:
                raise LayoutError([Problem(name, 1, f"the file is longer than {LARGEST} characters")])
            if "\ufffd" in text:
                line = text.partition("\ufffd")[0].count("\n") + 1
                raise LayoutError([Problem(name, line, "the file is not UTF-8 text: save it as UTF-8")])
            version = store_layout_text(name, text, places)
        except LayoutError as error:
            uploaded = RejectedUpload(name, text, error.problems)
        else:
            messages.success(request, f"已存入“{version.name}”第 {version.version} 版，请查看空白表样并试填。")
            return redirect("layout", version.pk)
    found = [
        version
        for version in LayoutVersion.objects.order_by("key", "-version").prefetch_related("due_in__cycle")
        if version.key.partition("/")[0] in places
    ]
    context = {"versions": found, "uploaded": uploaded, "places": sorted(places)}
    return render_page(request, "filings/layouts.html", context, 422 if uploaded else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a form: drawn blank or filled with made-up texts, and the button that makes it due in a cycle."""
    version = _version_or_404(request, pk)
    cycles = _cycles(version)
    if request.method == "POST":
        cycle = cycles.filter(pk=posted_number(request, "cycle")).first()
        if cycle is None:
            raise Http404
        try:
            due = add_due_form(cycle, version, posted_text(request, "title")[:100])
            messages.success(request, f"“{due}”已列入{cycle}。")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("layout", pk)
    filled = request.GET.get("fill") == "1"
    paper = paginate(sample_grid(version, cycles.first(), filled))
    context = {
        "version": version,
        "layout": compiled_layout(version),
        "filled": filled,
        "pages": mark_safe(pages_html(paper)),  # noqa: S308 - escaped where it is made
        "count": len(paper.pages),
        "cycles": cycles,
        "due_in": version.due_in.select_related("cycle"),
        "used": is_layout_used(version),
        "style_sha256": version.sha256,
    }
    return render_page(request, "filings/layout.html", context)


@signed_in
@require_safe
def layout_sample(request: HttpRequest, pk: int, format_: str) -> HttpResponseBase:
    """The form with made-up texts as PDF or workbook."""
    version = _version_or_404(request, pk)
    if format_ not in ("pdf", "xlsx"):
        raise Http404
    content = export_grid(sample_grid(version, _cycles(version).first(), filled=True), format_, "样表")
    name = f"{version.key.replace('/', '-')}-{version.version}.{format_}"
    return download_response(content, CONTENT_TYPES[format_], name)


def _places(person: Person) -> set[str]:
    """The keys of the places that the person administers; 404 for everybody else."""
    places = {member.jurisdiction.code for member in memberships(person) if member.role == Role.ADMIN}
    if not places:
        raise Http404
    return places


def _version_or_404(request: HttpRequest, pk: int) -> LayoutVersion:
    places = _places(current_person(request))
    version = LayoutVersion.objects.filter(pk=pk).first()
    if version is None or version.key.partition("/")[0] not in places:
        raise Http404
    return version


def _cycles(version: LayoutVersion) -> QuerySet[Cycle]:
    """The cycles of the place a form belongs to, newest first."""
    place = version.key.partition("/")[0]
    return Cycle.objects.filter(jurisdiction__code=place).select_related("jurisdiction").order_by("-year", "-round")


def _posted_file(request: HttpRequest) -> tuple[str, str]:
    """Name and text of the uploaded file, or of what was typed into the box."""
    file = request.FILES.get("file")
    if file is None:
        return "layout.toml", request.POST.get("text", "").replace("\r\n", "\n")
    text = file.read(4 * LARGEST).decode("utf-8-sig", "replace")
    return str(file.name)[:80], text.replace("\r\n", "\n")
