"""The annual packet: what goes in, that the same gives the same, that a killed worker's work goes on, and races."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from filings.models import Filing, Packet, PacketFile, Person
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.exports import rendered_folder, rendered_path
from filings.services.new_filings import start_filing
from filings.services.packets import (
    PacketScope,
    cancel_packet,
    request_packet,
    resume_packet,
    run_build,
    start_packet,
    sweep_packets,
)
from filings.services.packets.cache import cache_folder, cache_path, remove_old_files
from filings.services.packets.lease import LEASE, claim_packet, is_stale
from filings.services.packets.plan import build_plan
from filings.services.packets.progress import packet_progress, time_left
from filings.services.workflow import apply_transition
from tests.commands.kit import ROOT
from tests.factories import House, build_house, filled, put, send
from tests.services.test_races import at_once

PHONE = "0951-1234567"


def approved(house: House, **fields: str) -> Filing:
    filing = house.filing(filled(**fields))
    send(house.clerk, filing.pk)
    apply_transition(house.reviewer, filing.pk, "approve")
    return filing


def built(house: House, **scope: Any) -> dict[str, bytes]:
    """The files of a packet built here and now."""
    packet = start_packet(house.cycle, PacketScope(**scope))
    run_build(packet.pk)
    packet.refresh_from_db()
    assert packet.status == "ready", packet.fault
    return files_of(packet)


def files_of(packet: Packet) -> dict[str, bytes]:
    return {file.name: cache_path(file.path).read_bytes() for file in packet.files.all()}


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def cells(book: bytes) -> list[list[list[Any]]]:
    read = CalamineWorkbook.from_filelike(io.BytesIO(book))
    return [read.get_sheet_by_name(name).to_python() for name in read.sheet_names]


# -- what goes in -------------------------------------------------------------------------------------------------


def test_only_what_was_asked_for_goes_in(house: House) -> None:
    approved(house, title="通过的")
    waiting = house.filing(filled(title="待审的"))
    send(house.clerk, waiting.pk)
    house.filing(filled(title="草稿的"))
    titles = {
        "approved": words(built(house)["101 本单位/101 本单位.pdf"]),
        "both": words(built(house, states=("approved", "submitted"))["101 本单位/101 本单位.pdf"]),
        "drafts": words(built(house, drafts=True)["101 本单位/101 本单位.pdf"]),
    }
    found = {name: [one for one in ("通过的", "待审的", "草稿的") if one in text] for name, text in titles.items()}
    assert found == {"approved": ["通过的"], "both": ["通过的", "待审的"], "drafts": ["通过的", "草稿的"]}
    assert "草稿，未送审" in titles["drafts"]
    assert "草稿" not in titles["both"]


def test_departments_and_forms_are_chosen(house: House) -> None:
    approved(house)
    assert [office.code for office in build_plan(house.cycle, PacketScope(departments=("101",))).offices] == ["101"]
    assert build_plan(house.cycle, PacketScope(departments=("201",))).items == []
    assert build_plan(house.cycle, PacketScope(forms=("testshire/other",))).items == []
    assert len(build_plan(house.cycle, PacketScope(forms=("testshire/plan",))).items) == 1


def test_the_last_revision_is_bound(house: House) -> None:
    filing = house.filing(filled(title="第一稿"))
    send(house.clerk, filing.pk)
    apply_transition(house.clerk, filing.pk, "withdraw")
    send(house.clerk, filing.pk)
    apply_transition(house.reviewer, filing.pk, "approve")
    assert build_plan(house.cycle, PacketScope()).items[0].number == 2


def test_nothing_to_bind_is_said(house: House) -> None:
    packet = start_packet(house.cycle, PacketScope())
    assert run_build(packet.pk) == ""
    packet.refresh_from_db()
    assert (packet.status, packet.fault) == ("failed", "没有符合条件的申报表。")
    with pytest.raises(Refused, match="没有符合条件"):
        request_packet(house.admin, house.cycle)


@pytest.mark.parametrize("who", ["clerk", "lead", "reviewer", "auditor", "nobody"])
def test_only_admins_ask_cancel_and_resume(house: House, who: str) -> None:
    approved(house)
    packet = start_packet(house.cycle, PacketScope())
    person: Person = getattr(house, who)
    for deed in (request_packet, lambda p, _: cancel_packet(p, packet), lambda p, _: resume_packet(p, packet)):
        with pytest.raises(Refused):
            deed(person, house.cycle)


# -- what comes out -----------------------------------------------------------------------------------------------


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
    index, *sheets = cells(built(house)["101 本单位/101 本单位.xlsx"])
    assert [row[0] for row in index[3:]] == [f"0{n} {f.subject_name}" for n, f in enumerate(Filing.objects.all(), 1)]
    assert len(sheets) == 2
    for sheet, title in zip(sheets, ("甲", "乙"), strict=True):
        texts = {str(value) for row in sheet for value in row}
        assert {title, "指标1：改造条数", "≥10条", "返回目录"} <= texts


def test_summary_has_a_line_a_filing_and_a_line_an_indicator(house: House) -> None:
    filing = approved(house)
    filings, indicators = cells(built(house)["汇总.xlsx"])
    assert filings[1][:6] == ["101", "本单位", "表", filing.subject_name, "已审核", 50.0]
    assert [row[4:] for row in indicators] == [
        ["试用一级", "试用二级", "试用三级", "试用值"],
        ["产出指标", "数量指标", "改造条数", "≥10条"],
        ["效益指标", "社会效益指标", "受益人数", "≥900人"],
    ]


def test_the_public_variant_shows_no_personal_cell(house: House) -> None:
    approved(house, title="=100%")
    secret, public = built(house), built(house, public=True)
    for files, shown in ((secret, True), (public, False)):
        assert (PHONE in words(files["101 本单位/101 本单位.pdf"])) is shown
        for name in ("101 本单位/101 本单位.xlsx", "汇总.xlsx"):
            texts = str(cells(files[name]))
            assert (PHONE in texts) is (shown and "汇总" not in name)
    assert "=100%" in str(cells(public["101 本单位/101 本单位.xlsx"]))
    assert "公开版" in words(public["101 本单位/101 本单位.pdf"])


def test_only_the_changed_department_is_made_anew(house: House) -> None:
    approved(house)
    first = start_packet(house.cycle, PacketScope(drafts=True))
    run_build(first.pk)
    other = house.project(department=house.elsewhere)

    start_filing(house.neighbour, house.cycle, house.due, house.elsewhere, other, document=filled())
    second = start_packet(house.cycle, PacketScope(drafts=True))
    run_build(second.pk)
    kept = [dict(PacketFile.objects.filter(packet=one).values_list("name", "path")) for one in (first, second)]
    name = "101 本单位/101 本单位.pdf"
    assert kept[0][name] == kept[1][name]
    assert {"201 别单位/201 别单位.xlsx", "全部单位.pdf"} <= set(kept[1]) - set(kept[0])


def test_after_one_change_only_that_sheet_is_drawn(house: House) -> None:
    filings = [approved(house, title=title) for title in ("一", "二", "三")]
    built(house)
    sheets = cache_folder().parent / "sheets"
    before = {path: path.stat().st_ino for path in sheets.rglob("*.*")}
    apply_transition(house.admin, filings[0].pk, "reopen", words="改")
    save_edits(house.clerk, filings[0].pk, filings[0].version, "op-1", [put("title", "改过的")])
    send(house.clerk, filings[0].pk)
    apply_transition(house.reviewer, filings[0].pk, "approve")
    text = words(built(house)["101 本单位/101 本单位.pdf"])
    assert "改过的" in text
    after = {path: path.stat().st_ino for path in sheets.rglob("*.*")}
    assert {path: after[path] for path in before} == before
    assert len(after) == len(before) + 1


# -- leases -------------------------------------------------------------------------------------------------------


def test_a_packet_has_one_worker(house: House) -> None:
    approved(house)
    packet = start_packet(house.cycle, PacketScope())
    lease = claim_packet(packet.pk)
    assert lease
    assert claim_packet(packet.pk) is None
    assert run_build(packet.pk) == ""
    Packet.objects.filter(pk=packet.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert run_build(packet.pk)
    lease.release("failed")
    packet.refresh_from_db()
    assert packet.status == "ready", "a worker that lost its lease changes nothing"


def test_a_lease_lasts_longer_than_any_step_without_a_sign_of_life() -> None:
    assert timedelta(seconds=60) <= LEASE <= timedelta(minutes=5)


def test_cancel_stops_the_worker_and_resume_goes_on(house: House) -> None:
    approved(house)
    packet = start_packet(house.cycle, PacketScope())
    lease = claim_packet(packet.pk)
    assert lease
    packet.refresh_from_db()
    cancel_packet(house.admin, packet)
    packet.refresh_from_db()
    assert packet_progress(packet).status_text == "正在取消"
    Packet.objects.filter(pk=packet.pk).update(lease="", leased_until=None, status="waiting")
    assert run_build(packet.pk) == "", "a cancelled packet is not taken up"
    Packet.objects.filter(pk=packet.pk).update(status="cancelled")
    packet.refresh_from_db()
    resume_packet(house.admin, packet)
    packet.refresh_from_db()
    assert packet.status == "waiting"
    assert run_build(packet.pk)


def test_cancelled_between_two_sheets(house: House) -> None:
    for title in ("一", "二"):
        approved(house, title=title)
    packet = start_packet(house.cycle, PacketScope())

    def stop(done: int, total: int, stage: str) -> None:
        Packet.objects.filter(pk=packet.pk).update(cancel=True)

    assert run_build(packet.pk, stop) == ""
    packet.refresh_from_db()
    assert (packet.status, packet.lease, packet.files.count()) == ("cancelled", "", 0)


def test_old_packets_are_removed_with_their_files(house: House) -> None:
    approved(house)
    old, new = start_packet(house.cycle, PacketScope()), start_packet(house.cycle, PacketScope(public=True))
    for packet in (old, new):
        run_build(packet.pk)
    Packet.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=91))
    paths = {packet: [cache_path(file.path) for file in packet.files.all()] for packet in (old, new)}
    past = (timezone.now() - timedelta(days=2)).timestamp()
    for path in (*paths[old], *paths[new]):
        os.utime(path, (past, past))
    assert sweep_packets(90)[:2] == (0, 1)
    assert not any(path.exists() for path in paths[old])
    assert all(path.exists() for path in paths[new])
    old.refresh_from_db()
    assert old.status == "removed"


def test_drawn_sheets_that_nobody_asked_for_are_removed_and_made_again(house: House) -> None:
    approved(house)
    name = "101 本单位/101 本单位.pdf"
    built(house)
    published = built(house, public=True)[name]
    scopes = (PacketScope(), PacketScope(public=True))
    asked, forgotten = (rendered_path(build_plan(house.cycle, scope).items[0].digest) for scope in scopes)
    long_ago = (timezone.now() - timedelta(days=91)).timestamp()
    for path in (asked, forgotten):
        os.utime(path, (long_ago, long_ago))
    built(house)
    sweep_packets(90)
    assert (asked.is_file(), forgotten.is_file()) == (True, False)
    for path in cache_folder().glob("??/*"):
        path.unlink()
    assert built(house, public=True)[name] == published


def test_drawn_sheets_of_an_earlier_release_are_removed_after_a_day(house: House) -> None:
    folder = rendered_folder() / "0"
    folder.mkdir(parents=True, exist_ok=True)
    outdated, just_written, current = (folder / name for name in ("a.leaves", "b.leaves", "a.pages"))
    two_days_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for path in (outdated, just_written, current):
        path.write_bytes(b"any")
    for path in (outdated, current):
        os.utime(path, (two_days_ago, two_days_ago))
    assert remove_old_files(90) == (0, 1)
    assert [path.exists() for path in (outdated, just_written, current)] == [False, True, True]


def test_the_time_left_is_told_once_it_can_be() -> None:
    def left(done: int, seconds: float) -> str:
        begun = timezone.now() - timedelta(seconds=seconds)
        return time_left(Packet(status="building", begun_at=begun, total=1000, done=done))

    assert left(0, 2) == left(19, 2) == ""
    assert left(20, 2.4) == "约 2 分钟"
    assert left(500, 20) == "不到 1 分钟"
    assert left(1000, 60) == "不到 1 分钟"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_builds() -> None:

    house = build_house()
    approved(house)
    packet = start_packet(house.cycle, PacketScope())
    results = at_once(*[lambda: run_build(packet.pk)] * 4)
    assert sorted(bool(result) for result in results) == [False, False, False, True]
    packet.refresh_from_db()
    assert (packet.status, packet.files.count()) == ("ready", 5)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_packets_at_once_share_what_they_make() -> None:
    house = build_house()
    for title in ("一", "二", "三"):
        approved(house, title=title)
    for path in [*cache_folder().glob("??/*"), *(cache_folder().parent / "sheets").glob("?/*")]:
        path.unlink()
    packets = [start_packet(house.cycle, PacketScope()) for _ in range(2)]
    results = at_once(*[lambda pk=packet.pk: run_build(pk) for packet in packets])  # type: ignore[misc]
    assert results[0] == results[1] != ""
    assert files_of(packets[0]) == files_of(packets[1])


# -- a worker that is killed --------------------------------------------------------------------------------------

SEED = """
import django
from django.conf import settings
settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}  # nothing is drawn yet
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories import build_house, filled, send
from filings.services.new_filings import start_filing
from filings.services.workflow import apply_transition
from filings.services import workflow
house = build_house()
for number in range(30):
    filing = house.filing(filled(title=f"第{number}个"))
    send(house.clerk, filing.pk)
    apply_transition(house.reviewer, filing.pk, "approve")
"""


def run(folder: Path, *words: str, **more: Any) -> subprocess.Popen[str]:
    env = {
        **os.environ, "PERFBUDGET_VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "PERFBUDGET_MODE": "test", "DJANGO_SETTINGS_MODULE": "perfbudget.settings", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=env, text=True, **more)


def test_a_killed_build_goes_on_where_it_stopped(tmp_path: Path, settings: Any) -> None:
    """SIGKILL in the middle of drawing; the next run draws only the rest, and the files are those of a whole run."""
    (tmp_path / "fonts").symlink_to(settings.FONT_DIR)
    assert run(tmp_path, "-c", SEED).wait(120) == 0
    command = ("manage.py", "build_packet", "--place", "testshire", "--year", "2026", "-o")
    first = run(tmp_path, *command, str(tmp_path / "a"), stderr=subprocess.PIPE)
    while first.poll() is None and not any((tmp_path / "sheets").glob("?/*.pages")):
        pass  # a sheet takes some milliseconds
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=30)
    drawn = {path: path.stat().st_ino for path in (tmp_path / "sheets").rglob("*.pages")}
    assert 0 < len(drawn) < 30
    assert not (tmp_path / "a").exists()
    second = run(tmp_path, *command, str(tmp_path / "a"), stderr=subprocess.PIPE)
    assert "going on with packet" in second.communicate(timeout=120)[1]
    assert second.returncode == 0
    assert all(path.stat().st_ino == before for path, before in drawn.items()), "drawn twice"
    for path in (tmp_path / "packets").glob("??/*"):
        path.unlink()
    assert run(tmp_path, *command, str(tmp_path / "b")).wait(120) == 0
    made = [{path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")} for name in "ab"]
    assert made[0] == made[1]
    text = words(made[0]["101 本单位.pdf"])
    assert [text.count(f"第{number}个") for number in range(30)] == [1] * 30
    assert not list((tmp_path / "packets").rglob(".part-*"))


def test_a_lease_of_a_dead_process_is_stale_at_once(house: House) -> None:

    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait(30)
    packet = Packet(
        cycle=house.cycle, status="building", lease=f"{socket.gethostname()[:16]} {done.pid} x",
        leased_until=timezone.now() + LEASE,
    )  # fmt: skip
    assert is_stale(packet)
    packet.lease = f"elsewhere {done.pid} x"
    assert not is_stale(packet)
