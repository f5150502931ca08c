"""The admin's pages of cycles and annual packets: choose what goes in, watch it being built, take it out."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filings.models import Cycle, Packet, Role, State
from filings.services.access import has_role, memberships
from filings.services.errors import Refused
from filings.services.packets import (
    PacketScope,
    cancel_packet,
    packet_download,
    request_packet,
    resume_packet,
    scope_choices,
)
from filings.services.packets.progress import packet_progress, scope_text
from filings.views.common import current_person, is_json_request, posted_number, render_page, request_time, signed_in
from filings.views.downloads import download_response

TYPES = {
    "zip": "application/zip",
    "pdf": "application/pdf",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN = 50
"""Packets on the page, the latest first."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def packets(request: HttpRequest) -> HttpResponse:
    """The cycles of the admin's places, what can be chosen for a packet, and the packets so far."""
    if not has_role(current_person(request), [Role.ADMIN]):
        raise Http404
    if request.method == "POST":
        return _requested(request)
    counts = {state: Count("filings", filter=Q(filings__state=state)) for state in State.values}
    cycles = list(_cycles(request).select_related("jurisdiction").annotate(**counts))
    built = _packets(request).select_related("cycle", "person")[:SHOWN]
    rows = [(packet_progress(packet, request_time(request)), scope_text(packet)) for packet in built]
    context = {"cycles": cycles, "rows": rows, "running": any(progress.running for progress, _ in rows)}
    chosen = next((cycle for cycle in cycles if str(cycle.pk) == request.GET.get("cycle")), None)
    if chosen:
        context |= {"chosen": chosen, "choices": scope_choices(chosen)}
    return render_page(request, "filings/packets.html", context)


def _requested(request: HttpRequest) -> HttpResponse:
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
    """What was ticked; the short form ticks nothing and means all that is approved. Unknown names are left out."""
    if "chosen" not in request.POST:
        return PacketScope()
    choices = scope_choices(cycle)
    departments = [one.code for one in choices.departments]
    forms, states = ([key for key, _ in offered] for offered in (choices.forms, choices.states))
    ticked = {name: set(request.POST.getlist(name)) for name in ("department", "form", "state")}
    return PacketScope(
        departments=_some(departments, ticked["department"]),
        forms=_some(forms, ticked["form"]),
        states=tuple(state for state in states if state in ticked["state"]),
        public=request.POST.get("variant") == "public",
        drafts="drafts" in request.POST,
    )


def _some(offered: list[str], ticked: set[str]) -> tuple[str, ...]:
    """What was ticked of what is offered; all or nothing ticked means all, whatever is added later."""
    chosen = tuple(one for one in offered if one in ticked)
    return () if len(chosen) == len(offered) else chosen


@signed_in
@require_safe
def packet(request: HttpRequest, ref: str) -> HttpResponse:
    """One packet: how far it is, and its files."""
    found = _packet_or_404(request, ref)
    progress = packet_progress(found, request_time(request))
    if is_json_request(request):
        response = JsonResponse(progress.data())
        response["Cache-Control"] = "no-store"
        return response
    context = {"progress": progress, "packet": found, "scope": scope_text(found), "files": list(found.files.all())}
    return render_page(request, "filings/packet.html", {**context, "running": progress.running})


@signed_in
@require_POST
def packet_action(request: HttpRequest, ref: str, action: str) -> HttpResponse:
    """Cancel a packet or go on with it."""
    steps = {"cancel": (cancel_packet, "已要求取消。"), "resume": (resume_packet, "已继续生成。")}
    found = _packet_or_404(request, ref)
    if action not in steps:
        raise Http404
    step, words = steps[action]
    try:
        step(current_person(request), found)
        messages.success(request, words)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("packet", found.ref)


@signed_in
@require_safe
def packet_file(request: HttpRequest, ref: str, position: int) -> HttpResponseBase:
    """A finished file."""
    found = _packet_or_404(request, ref)
    file = found.files.filter(position=position).first() if found.status == Packet.Status.READY else None
    if file is None:
        raise Http404
    download = packet_download(found, file)
    if not download.path.is_file():
        raise Http404
    ending = download.path.suffix[1:]
    plain = f"{found.ref}-{position}.{ending}"
    return download_response(download.path, TYPES[ending], download.name, plain=plain)


def _places(request: HttpRequest) -> list[int]:
    return [m.jurisdiction_id for m in memberships(current_person(request)) if m.role == Role.ADMIN]


def _cycles(request: HttpRequest) -> QuerySet[Cycle]:
    return Cycle.objects.filter(jurisdiction__in=_places(request))


def _packets(request: HttpRequest) -> QuerySet[Packet]:
    """The packets of the person's places; the plan of thousands of lines stays in the database."""
    return Packet.objects.filter(jurisdiction__in=_places(request)).defer("plan")


def _packet_or_404(request: HttpRequest, ref: str) -> Packet:
    found = _packets(request).filter(ref=ref).select_related("cycle", "person").first()
    if found is None:
        raise Http404
    return found
