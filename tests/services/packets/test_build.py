"""Builds: what goes into a packet, what comes out, that equal content is equal bytes, and what is made only once."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest

from filings.models import Filing, Packet, PacketFile
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.new_filings import start_filing
from filings.services.packets import PacketScope, create_packet, request_packet, run_build
from filings.services.packets.cache import cache_folder
from filings.services.workflow import apply_transition
from tests.factories import House, build_house, filled, put, send
from tests.services.packets.kit import PHONE, approved, built, files_of, pdf_text, workbook_cells
from tests.services.test_races import at_once


def test_only_what_was_asked_for_goes_in(house: House) -> None:
    approved(house, title="通过的")
    waiting = house.filing(filled(title="待审的"))
    send(house.clerk, waiting.pk)
    house.filing(filled(title="草稿的"))
    titles = {
        "approved": pdf_text(built(house)["101 本单位/101 本单位.pdf"]),
        "both": pdf_text(built(house, states=("approved", "submitted"))["101 本单位/101 本单位.pdf"]),
        "drafts": pdf_text(built(house, drafts=True)["101 本单位/101 本单位.pdf"]),
    }
    found = {name: [one for one in ("通过的", "待审的", "草稿的") if one in text] for name, text in titles.items()}
    assert found == {"approved": ["通过的"], "both": ["通过的", "待审的"], "drafts": ["通过的", "草稿的"]}
    assert "草稿，未送审" in titles["drafts"]
    assert "草稿" not in titles["both"]


def test_nothing_to_bind_is_said(house: House) -> None:
    packet = create_packet(house.cycle, PacketScope())
    assert run_build(packet.pk) == ""
    packet.refresh_from_db()
    assert (packet.status, packet.fault) == ("failed", "没有符合条件的申报表。")
    with pytest.raises(Refused, match="没有符合条件"):
        request_packet(house.admin, house.cycle)


def test_manifest_names_every_file_with_its_digest(house: House) -> None:
    approved(house)
    files = built(house)
    manifest = json.loads(files["manifest.json"])
    with zipfile.ZipFile(io.BytesIO(files["全部材料.zip"])) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
        assert archive.testzip() is None
    assert {name: data for name, data in files.items() if name != "全部材料.zip"} == members
    listed = {one["file"]: (one["sha256"], one["bytes"]) for one in manifest["files"]}
    del members["manifest.json"]
    assert listed == {name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in members.items()}
    assert (manifest["year"], manifest["variant"]) == (2026, "internal")


def test_two_builds_are_equal_to_the_byte(house: House) -> None:
    for title in ("一", "二"):
        approved(house, title=title)
    first = built(house)
    for path in cache_folder().glob("??/*"):
        path.unlink()
    assert built(house) == first


def test_workbook_has_an_index_that_leads_to_every_sheet(house: House) -> None:
    for title in ("甲", "乙"):
        approved(house, title=title)
    index, *sheets = workbook_cells(built(house)["101 本单位/101 本单位.xlsx"])
    assert [row[0] for row in index[3:]] == [f"0{n} {f.subject_name}" for n, f in enumerate(Filing.objects.all(), 1)]
    assert len(sheets) == 2
    for sheet, title in zip(sheets, ("甲", "乙"), strict=True):
        texts = {str(value) for row in sheet for value in row}
        assert {title, "指标1：改造条数", "≥10条", "返回目录"} <= texts


def test_the_public_variant_shows_no_personal_cell(house: House) -> None:
    approved(house, title="=100%")
    secret, public = built(house), built(house, public=True)
    for files, shown in ((secret, True), (public, False)):
        assert (PHONE in pdf_text(files["101 本单位/101 本单位.pdf"])) is shown
        for name in ("101 本单位/101 本单位.xlsx", "汇总.xlsx"):
            texts = str(workbook_cells(files[name]))
            assert (PHONE in texts) is (shown and "汇总" not in name)
    assert "=100%" in str(workbook_cells(public["101 本单位/101 本单位.xlsx"]))
    assert "公开版" in pdf_text(public["101 本单位/101 本单位.pdf"])


def test_only_the_changed_department_is_made_anew(house: House) -> None:
    approved(house)
    first = create_packet(house.cycle, PacketScope(drafts=True))
    run_build(first.pk)
    other = house.project(department=house.elsewhere)
    start_filing(house.neighbour, house.cycle, house.due, house.elsewhere, other, document=filled())
    second = create_packet(house.cycle, PacketScope(drafts=True))
    run_build(second.pk)
    paths = [dict(PacketFile.objects.filter(packet=one).values_list("name", "path")) for one in (first, second)]
    name = "101 本单位/101 本单位.pdf"
    assert paths[0][name] == paths[1][name]
    assert {"201 别单位/201 别单位.xlsx", "全部单位.pdf"} <= set(paths[1]) - set(paths[0])


def test_after_one_change_only_that_sheet_is_drawn(house: House) -> None:
    filings = [approved(house, title=title) for title in ("一", "二", "三")]
    built(house)
    sheets = cache_folder().parent / "sheets"
    before = {path: path.stat().st_ino for path in sheets.rglob("*.*")}
    apply_transition(house.admin, filings[0].pk, "reopen", words="改")
    save_edits(house.clerk, filings[0].pk, filings[0].version, "op-1", [put("title", "改过的")])
    send(house.clerk, filings[0].pk)
    apply_transition(house.reviewer, filings[0].pk, "approve")
    text = pdf_text(built(house)["101 本单位/101 本单位.pdf"])
    assert "改过的" in text
    after = {path: path.stat().st_ino for path in sheets.rglob("*.*")}
    assert {path: after[path] for path in before} == before
    assert len(after) == len(before) + 1


def test_cancelled_between_two_sheets(house: House) -> None:
    for title in ("一", "二"):
        approved(house, title=title)
    packet = create_packet(house.cycle, PacketScope())

    def stop(done: int, total: int, stage: str) -> None:
        Packet.objects.filter(pk=packet.pk).update(cancel=True)

    assert run_build(packet.pk, stop) == ""
    packet.refresh_from_db()
    assert (packet.status, packet.lease, packet.files.count()) == ("cancelled", "", 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_packets_at_once_share_what_they_make() -> None:
    house = build_house()
    for title in ("一", "二", "三"):
        approved(house, title=title)
    for path in [*cache_folder().glob("??/*"), *(cache_folder().parent / "sheets").glob("?/*")]:
        path.unlink()
    packets = [create_packet(house.cycle, PacketScope()) for _ in range(2)]
    results = at_once(*[lambda pk=packet.pk: run_build(pk) for packet in packets])  # type: ignore[misc]
    assert results[0] == results[1] != ""
    assert files_of(packets[0]) == files_of(packets[1])
