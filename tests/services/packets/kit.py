"""What tests of packets share: approved filings, packets built here and now, and readers of their files."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
from python_calamine import CalamineWorkbook

from filings.models import Filing, Packet
from filings.services.packets import PacketScope, create_packet, run_build
from filings.services.packets.cache import cache_path
from filings.services.workflow import apply_transition
from tests.factories import House, filled, send

PHONE = "0951-1234567"


def approved(house: House, **fields: str) -> Filing:
    filing = house.filing(filled(**fields))
    send(house.clerk, filing.pk)
    apply_transition(house.reviewer, filing.pk, "approve")
    return filing


def built(house: House, **scope: Any) -> dict[str, bytes]:
    """The files of a packet built here and now."""
    packet = create_packet(house.cycle, PacketScope(**scope))
    run_build(packet.pk)
    packet.refresh_from_db()
    assert packet.status == "ready", packet.fault
    return files_of(packet)


def files_of(packet: Packet) -> dict[str, bytes]:
    return {file.name: cache_path(file.path).read_bytes() for file in packet.files.all()}


def pdf_text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def workbook_cells(book: bytes) -> list[list[list[Any]]]:
    read = CalamineWorkbook.from_filelike(io.BytesIO(book))
    return [read.get_sheet_by_name(name).to_python() for name in read.sheet_names]
