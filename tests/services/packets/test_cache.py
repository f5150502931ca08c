"""The cache: names follow from content, and only what nobody uses is removed."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import timedelta

from django.utils import timezone

from filings.models import Packet
from filings.services.exports import rendered_folder, rendered_path
from filings.services.packets import PacketScope, create_packet, packet_download, run_build, sweep_packets
from filings.services.packets.cache import (
    RESTING,
    cache_folder,
    cache_key,
    cache_path,
    delete_old_files,
    in_cache,
    packet_output,
    store,
)
from filings.services.packets.plan import build_plan
from tests.factories import House
from tests.services.kit import moved
from tests.services.packets.kit import approved, built


def test_old_packets_are_removed_with_their_files(house: House) -> None:
    approved(house)
    old, new = create_packet(house.cycle, PacketScope()), create_packet(house.cycle, PacketScope(public=True))
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
    moved(house, "submit")
    approved(house)
    name = "101 本单位/101 本单位.pdf"
    built(house, states=("submitted",))  # the pages of an approved one are in its final paper
    published = built(house, public=True)[name]
    scopes = (PacketScope(states=("submitted",)), PacketScope(public=True))
    asked, forgotten = (rendered_path(build_plan(house.cycle, scope).items[0].digest) for scope in scopes)
    long_ago = (timezone.now() - timedelta(days=91)).timestamp()
    for path in (asked, forgotten):
        os.utime(path, (long_ago, long_ago))
    built(house, states=("submitted",))
    sweep_packets(90)
    assert (asked.is_file(), forgotten.is_file()) == (True, False)
    for path in cache_folder().glob("??/*"):
        path.unlink()
    assert built(house, public=True)[name] == published


def test_rendered_sheets_of_an_earlier_release_are_removed_after_a_day(house: House) -> None:
    delete_old_files(90)  # what earlier tests of this process left behind
    folder = rendered_folder() / "0"
    folder.mkdir(parents=True, exist_ok=True)
    outdated, just_written, current = (folder / name for name in ("a.leaves", "b.leaves", "a.pages"))
    two_days_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for path in (outdated, just_written, current):
        path.write_bytes(b"any")
    for path in (outdated, current):
        os.utime(path, (two_days_ago, two_days_ago))
    assert delete_old_files(90) == (0, 1)
    assert [path.exists() for path in (outdated, just_written, current)] == [False, True, True]


def test_a_name_follows_from_inputs_and_kind() -> None:
    name = cache_key("pdf", {"a": 1})
    assert name == cache_key("pdf", {"a": 1})
    folder, _, file = name.partition("/")
    assert file.startswith(folder)
    assert file.endswith(".pdf")
    assert len({name, cache_key("pdf", {"a": 2}), cache_key("xlsx", {"a": 1})}) == 3


def test_asking_for_a_file_refreshes_its_time() -> None:
    name = cache_key("pdf", "a file of this test")
    assert not in_cache(name)
    store(name, b"content")
    os.utime(cache_path(name), (1000, 1000))
    assert in_cache(name)
    assert cache_path(name).stat().st_mtime > 1000
    output = packet_output("名.pdf", name, 3)
    assert (output.name, output.cached, output.sheets, output.bytes) == ("名.pdf", name, 3, 7)
    assert output.sha256 == hashlib.sha256(b"content").hexdigest()


def test_a_file_that_no_packet_lists_rests_for_a_day(house: House) -> None:
    """A build may be about to list it: only after a day it is removed."""
    fresh, old = cache_key("pdf", "fresh"), cache_key("pdf", "old")
    for name in (fresh, old):
        store(name, b"content")
    yesterday = time.time() - RESTING - 60
    os.utime(cache_path(old), (yesterday, yesterday))
    packets, files = delete_old_files(90)
    assert packets == 0
    assert files >= 1
    assert cache_path(fresh).is_file()
    assert not cache_path(old).exists()


def test_a_packet_is_removed_after_its_days_and_keeps_its_digests(house: House) -> None:
    approved(house)
    packet = create_packet(house.cycle, PacketScope())
    run_build(packet.pk)
    assert delete_old_files(1)[0] == 0
    Packet.objects.filter(pk=packet.pk).update(finished_at=timezone.now() - timedelta(days=1, minutes=1))
    assert delete_old_files(1)[0] == 1
    packet.refresh_from_db()
    assert (packet.status, packet.plan) == ("removed", None)
    assert packet.files.count() == 5, "a copy that somebody has can still be verified"


def test_downloads_are_named_for_people(house: House) -> None:
    approved(house)
    packet = create_packet(house.cycle, PacketScope(public=True))
    run_build(packet.pk)
    files = {file.name: packet_download(packet, file) for file in packet.files.all()}
    assert {name: download.path.is_file() for name, download in files.items()} == dict.fromkeys(files, True)
    assert files["101 本单位/101 本单位.pdf"].name == "101 本单位.pdf", "without the folder of the archive"
    assert files["全部材料.zip"].name == "2026年申报（公开）.zip"
