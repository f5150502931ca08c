"""Downloads of packets and of single filings."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import unquote

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from filings.models import Packet, Project
from tests.factories import House
from tests.views.kit import browser, move_filing, text_of


def build_packet(client: Client, house: House) -> Packet:
    """Request a packet; in tests it is built at once."""
    answer = client.post("/packets/", {"cycle": house.cycle.pk}, follow=True)
    assert "已开始生成" in text_of(answer)
    return Packet.objects.latest("id")


@pytest.mark.django_db(transaction=True)
def test_packet_holds_the_approved_filings_and_nothing_else() -> None:
    """PDF and workbook of each with its values; a second build is identical byte for byte."""
    from tests.factories import build_house

    house = build_house()
    approved = move_filing(house, house.filing(), ("reviewer", "approve"))
    for steps in ([], [("reviewer", "start_review")], [("reviewer", "return")]):
        move_filing(house, house.filing(), *steps)
    house.filing()
    client = browser(house.admin)
    first, second = build_packet(client, house), build_packet(client, house)
    answer = client.get(f"/packets/{first.ref}/files/0/")
    data = b"".join(answer)
    assert answer.headers["Content-Type"] == "application/zip"
    assert "2026%E5%B9%B4" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = sorted(archive.namelist())
        assert names == ["101 本单位/101 本单位.pdf", "101 本单位/101 本单位.xlsx", "manifest.json", "汇总.xlsx"]
        assert archive.read(names[0]).startswith(b"%PDF")
        book = CalamineWorkbook.from_filelike(io.BytesIO(archive.read(names[1])))
        assert book.sheet_names == ["目录", f"01 {approved.subject_name}"]
        assert any("巷道改造" in row for row in book.get_sheet_by_index(1).to_python())
    assert data == b"".join(client.get(f"/packets/{second.ref}/files/0/"))
    assert first.sha256 == second.sha256 != ""
    page = text_of(client.get("/packets/"))
    assert "已生成 1 / 1" in page
    assert first.sha256 in text_of(client.get(f"/packets/{first.ref}/"))


@pytest.mark.parametrize(("cycle", "status"), [("0", 404), ("x", 404), ("", 404), ("9" * 5000, 404), ("-1", 404)])
def test_packet_of_no_cycle(house: House, cycle: str, status: int) -> None:
    """404 for any unknown or malformed cycle."""
    assert browser(house.admin).post("/packets/", {"cycle": cycle}).status_code == status
    assert not Packet.objects.exists()


def test_packet_of_nothing_approved(house: House) -> None:
    """A message instead of an empty archive."""
    answer = browser(house.admin).post("/packets/", {"cycle": house.cycle.pk}, follow=True)
    assert "没有符合条件的申报表" in text_of(answer)
    assert not Packet.objects.exists()


def test_packet_that_is_unfinished_or_has_lost_its_file(house: House) -> None:
    """404 instead of a server error."""
    client, kind = browser(house.admin), {"jurisdiction": house.place, "cycle": house.cycle, "person": house.admin}
    for more in ({"status": "waiting"}, {"status": "failed"}, {"status": "ready", "sha256": "0" * 64}):
        packet = Packet.objects.create(**kind, **more)
        assert client.get(f"/packets/{packet.ref}/").status_code == 200
        assert client.get(f"/packets/{packet.ref}/files/0/").status_code == 404


@pytest.mark.parametrize(
    ("format_", "kind", "start"),
    [
        ("pdf", "application/pdf", b"%PDF"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("html", "text/html; charset=utf-8", b"<!doctype html>"),
        ("json", "application/json", b"{"),
    ],
)
def test_download_headers(house: House, format_: str, kind: str, start: bytes) -> None:
    """Content type, readable file name in Chinese, nothing stored by the browser."""
    filing = house.filing()
    Project.objects.update(name='巷道/"改造"\r\nX: 1')
    answer = browser(house.clerk).get(f"/filings/{filing.ref}/file.{format_}")
    assert answer.content.startswith(start)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith(f"attachment; filename=\"{filing.ref}.{format_}\"; filename*=UTF-8''")
    assert "\n" not in disposition
    name = unquote(disposition.rpartition("''")[2])
    assert name.startswith("2026年 巷道")
    assert name.endswith(f".{format_}")
    assert not set(name) & set('/"\r\n:')


def test_pdf_opens_in_the_browser_when_asked_and_other_formats_never(house: House) -> None:
    """HTML shown under our address could run scripts as this site."""
    filing, client = house.filing(), browser(house.clerk)
    assert client.get(f"/filings/{filing.ref}/file.pdf?open").headers["Content-Disposition"].startswith("inline")
    assert client.get(f"/filings/{filing.ref}/file.html?open").headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/filings/{filing.ref}/file.exe").status_code == 404
