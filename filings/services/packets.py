"""The annual material of a cycle: every approved filing as PDF and workbook in one archive, made in the background.

Built from frozen revisions alone; the same revisions give the same bytes.
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import transaction

from filings.models import Cycle, Filing, Packet, Person, Role, State
from filings.services.access import Refused, memberships
from filings.services.exports import Sheet, pdf_of, sheet_of_revision, workbook_of
from perfbudget.tasks import task

MOMENT = (2000, 1, 1, 0, 0, 0)
"""The time of every member of the archive, so that equal content is equal bytes."""


def may_build(person: Person, cycle: Cycle) -> bool:
    """Admins of the place."""
    return any(m.role == Role.ADMIN and m.jurisdiction_id == cycle.jurisdiction_id for m in memberships(person))


def request_packet(person: Person, cycle: Cycle) -> Packet:
    """Ask for the archive of a cycle's approved filings. Raises Refused."""
    if not may_build(person, cycle):
        raise Refused("只有本行政区的管理员可以导出。")
    count = Filing.objects.filter(cycle=cycle, state=State.APPROVED).count()
    if not count:
        raise Refused("本批次还没有审核通过的申报表。")
    with transaction.atomic():
        packet = Packet.objects.create(jurisdiction_id=cycle.jurisdiction_id, cycle=cycle, person=person, total=count)
        transaction.on_commit(lambda: build_packet.enqueue(packet.pk))
    return packet


@task()
def build_packet(packet_pk: int) -> str:
    """Background work: build the archive, keeping count of what is done."""
    packet = Packet.objects.select_related("cycle").get(pk=packet_pk)
    try:
        return _build(packet)
    except Exception:
        Packet.objects.filter(pk=packet.pk).update(status=Packet.Status.FAILED)
        raise


def _build(packet: Packet) -> str:
    filings = _approved(packet.cycle)
    path = packet_path(packet)
    path.parent.mkdir(parents=True, exist_ok=True)
    Packet.objects.filter(pk=packet.pk).update(status=Packet.Status.BUILDING, total=len(filings), done=0)
    partial = path.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
        for number, filing in enumerate(filings, 1):
            _add(archive, number, filing)
            Packet.objects.filter(pk=packet.pk).update(done=number)
    partial.replace(path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    Packet.objects.filter(pk=packet.pk).update(status=Packet.Status.READY, file=path.name, sha256=sha256)
    return sha256


def _approved(cycle: Cycle) -> list[Filing]:
    query = Filing.objects.filter(cycle=cycle, state=State.APPROVED)
    return list(query.select_related("cycle", "department", "project", "layout").order_by("department__code", "id"))


def _add(archive: zipfile.ZipFile, number: int, filing: Filing) -> None:
    revision = filing.revisions.select_related("layout").order_by("-number").first()
    if revision is None:
        raise ValueError(f"approved filing {filing.ref} has no revision")
    sheet: Sheet = sheet_of_revision(revision)
    name = f"{number:04d}-{filing.department.code}-{filing.ref}"
    archive.writestr(zipfile.ZipInfo(f"pdf/{name}.pdf", MOMENT), pdf_of(sheet))
    archive.writestr(zipfile.ZipInfo(f"xlsx/{name}.xlsx", MOMENT), workbook_of(sheet))


def packet_path(packet: Packet) -> Path:
    """Where the archive lies."""
    return Path(settings.VAR_DIR) / "packets" / f"{packet.ref}.zip"
