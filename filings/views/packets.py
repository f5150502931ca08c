"""The admin's page: cycles, how far they are, and the annual material to take out."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from filings.models import Cycle, Packet, Role, State
from filings.services.access import Refused, has_role, memberships
from filings.services.packets import packet_path, request_packet
from filings.views.common import page, person_of, posted_number, signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def packets(request: HttpRequest) -> HttpResponse:
    """The cycles of the admin's places, and the archives built from them."""
    person = person_of(request)
    if not has_role(person, [Role.ADMIN]):
        raise Http404
    places = [m.jurisdiction_id for m in memberships(person) if m.role == Role.ADMIN]
    if request.method == "POST":
        cycle = Cycle.objects.filter(jurisdiction__in=places, pk=posted_number(request, "cycle")).first()
        if cycle is None:
            raise Http404
        try:
            request_packet(person, cycle)
            messages.success(request, "已开始生成，完成后可在本页下载。")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("packets")
    counts = {state: Count("filings", filter=Q(filings__state=state)) for state in State.values}
    cycles = Cycle.objects.filter(jurisdiction__in=places).select_related("jurisdiction").annotate(**counts)
    built = Packet.objects.filter(jurisdiction__in=places).select_related("cycle", "person")[:50]
    return page(request, "filings/packets.html", {"cycles": list(cycles), "packets": list(built)})


@signed_in
@require_safe
def packet_file(request: HttpRequest, ref: str) -> HttpResponseBase:
    """A built archive."""
    places = [m.jurisdiction_id for m in memberships(person_of(request)) if m.role == Role.ADMIN]
    packet = (
        Packet.objects.filter(ref=ref, jurisdiction__in=places, status=Packet.Status.READY)
        .select_related("cycle")
        .first()
    )
    if packet is None or not packet_path(packet).is_file():
        raise Http404
    response = FileResponse(packet_path(packet).open("rb"), content_type="application/zip")
    name = quote(f"{packet.cycle.title}.zip")
    response["Content-Disposition"] = f"attachment; filename=\"{packet.ref}.zip\"; filename*=UTF-8''{name}"
    response["Cache-Control"] = "no-store"
    return response
