"""Cycles and annual packets, for admins: choose the contents, follow the build, download the files."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filings.models import Cycle, Packet, Role, State
from filings.services.access import has_role
from filings.services.errors import Refused
from filings.services.layouts import broken_rules
from filings.services.packets import (
    PacketScope,
    cancel_packet,
    packet_download,
    request_packet,
    resume_packet,
    scope_choices,
)
from filings.services.packets.progress import packet_progress, scope_text
from filings.views.caching import no_store
from filings.views.common import (
    admin_memberships,
    current_person,
    is_json_request,
    posted_number,
    refused_as_message,
    render_page,
    request_time,
    signed_in,
)
from filings.views.downloads import download_response

TYPES = {
    "zip": "application/zip",
    "pdf": "application/pdf",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN = 50
"""How many packets the page lists, the latest first."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def packets(request: HttpRequest) -> HttpResponse:
    """The cycles of the admin's jurisdictions and their packets; POST requests a new packet. 404 for others.

    With `?cycle=` the form to choose departments, forms and states of that cycle is shown.
    """
    if not has_role(current_person(request), [Role.ADMIN]):
        raise Http404
    if request.method == "POST":
        return _request_packet(request)
    counts = {state: Count("filings", filter=Q(filings__state=state)) for state in State.values}
    cycles = list(_cycles(request).select_related("jurisdiction").annotate(**counts))
    listed = _packets(request).select_related("cycle", "person")[:SHOWN]
    rows = [(packet_progress(packet, request_time(request)), scope_text(packet)) for packet in listed]
    running = any(progress.running for progress, _ in rows)
    context = {"cycles": cycles, "rows": rows, "running": running, "broken_rules": broken_rules(cycles)}
    chosen = next((cycle for cycle in cycles if str(cycle.pk) == request.GET.get("cycle")), None)
    if chosen:
        context |= {"chosen_cycle": chosen, "scope_choices": scope_choices(chosen)}
    return render_page(request, "filings/packets.html", context)


def _request_packet(request: HttpRequest) -> HttpResponse:
    cycle = _cycles(request).filter(pk=posted_number(request, "cycle")).first()
    if cycle is None:
        raise Http404
    try:
        packet = request_packet(current_person(request), cycle, _scope(request, cycle))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("packets")
    messages.success(request, "已开始生成，完成后可在本页下载。")
    return redirect("packet", packet.ref)


def _scope(request: HttpRequest, cycle: Cycle) -> PacketScope:
    """The posted selection without unknown names; the one-button form has none and means all approved filings."""
    if "chosen" not in request.POST:
        return PacketScope()
    choices = scope_choices(cycle)
    departments = [department.code for department in choices.departments]
    forms, states = ([key for key, _ in pairs] for pairs in (choices.forms, choices.states))
    ticked = {name: set(request.POST.getlist(name)) for name in ("department", "form", "state")}
    return PacketScope(
        departments=_selection(departments, ticked["department"]),
        forms=_selection(forms, ticked["form"]),
        states=tuple(state for state in states if state in ticked["state"]),
        public=request.POST.get("variant") == "public",
        drafts="drafts" in request.POST,
    )


def _selection(offered: list[str], ticked: set[str]) -> tuple[str, ...]:
    """The ticked values in the order offered; () means all, also those added later: if all or none are ticked."""
    chosen = tuple(value for value in offered if value in ticked)
    return () if len(chosen) == len(offered) else chosen


@signed_in
@require_safe
def packet(request: HttpRequest, ref: str) -> HttpResponse:
    """GET: progress and files of one packet of the admin's jurisdictions, for a script as JSON. 404 for others."""
    found = _packet_or_404(request, ref)
    progress = packet_progress(found, request_time(request))
    if is_json_request(request):
        return no_store(JsonResponse(progress.data()))
    context = {
        "progress": progress,
        "packet": found,
        "scope_label": scope_text(found),
        "files": list(found.files.all()),
        "running": progress.running,
    }
    return render_page(request, "filings/packet.html", context)


@signed_in
@require_POST
def change_packet(request: HttpRequest, ref: str, action: str) -> HttpResponse:
    """POST: cancel a packet or resume its build. 404 for another action and for people who are not its admin."""
    services = {"cancel": (cancel_packet, "已要求取消。"), "resume": (resume_packet, "已继续生成。")}
    found = _packet_or_404(request, ref)
    if action not in services:
        raise Http404
    service, success_message = services[action]
    with refused_as_message(request):
        service(current_person(request), found)
        messages.success(request, success_message)
    return redirect("packet", found.ref)


@signed_in
@require_safe
def packet_file(request: HttpRequest, ref: str, position: int) -> HttpResponseBase:
    """GET: a file of a finished packet, 0 being the archive. 404 while it is unfinished or if the file is gone."""
    found = _packet_or_404(request, ref)
    file = found.files.filter(position=position).first() if found.status == Packet.Status.READY else None
    if file is None:
        raise Http404
    download = packet_download(found, file)
    if not download.path.is_file():
        raise Http404
    suffix = download.path.suffix[1:]
    plain = f"{found.ref}-{position}.{suffix}"
    return download_response(download.path, TYPES[suffix], download.name, plain=plain)


def _jurisdictions(request: HttpRequest) -> list[int]:
    return [membership.jurisdiction_id for membership in admin_memberships(current_person(request))]


def _cycles(request: HttpRequest) -> QuerySet[Cycle]:
    return Cycle.objects.filter(jurisdiction__in=_jurisdictions(request))


def _packets(request: HttpRequest) -> QuerySet[Packet]:
    """The packets of the admin's jurisdictions, without their plans, which have thousands of lines."""
    return Packet.objects.filter(jurisdiction__in=_jurisdictions(request)).defer("plan")


def _packet_or_404(request: HttpRequest, ref: str) -> Packet:
    found = _packets(request).filter(ref=ref).select_related("cycle", "person").first()
    if found is None:
        raise Http404
    return found
