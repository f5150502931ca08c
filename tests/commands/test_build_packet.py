"""manage.py build_packet: the same files as on the site, written to a folder."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from filings.models import Packet
from filings.services.packets import PacketScope, create_packet
from filings.services.packets.lease import claim_packet
from filings.services.workflow import apply_transition
from tests.commands.kit import manage
from tests.factories import House, send

PLACE = ("--place", "testshire", "--year", "2026")


def approved(house: House) -> None:
    filing = house.filing()
    send(house.clerk, filing.pk)
    apply_transition(house.reviewer, filing.pk, "approve")


def test_writes_every_file_of_the_manifest(house: House, tmp_path: Path) -> None:
    approved(house)
    result = manage("build_packet", *PLACE, "-o", str(tmp_path))
    assert (result.code, result.out.split(" in ")[0]) == (0, "1 sheets, 5 files")
    assert "1/1" in result.err
    for one in json.loads((tmp_path / "manifest.json").read_text("utf-8"))["files"]:
        data = (tmp_path / one["file"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (one["sha256"], one["bytes"])


def test_resumes_an_unfinished_packet(house: House, tmp_path: Path) -> None:
    approved(house)
    packet = create_packet(house.cycle, PacketScope())
    lease = claim_packet(packet.pk)
    assert lease
    lease.release("failed")
    result = manage("build_packet", *PLACE, "-o", str(tmp_path))
    assert f"going on with packet {packet.ref}" in result.err
    assert Packet.objects.get().status == "ready"


def test_leaves_a_packet_alone_that_another_worker_builds(house: House, tmp_path: Path) -> None:
    approved(house)
    assert claim_packet(create_packet(house.cycle, PacketScope()).pk)
    result = manage("build_packet", *PLACE, "-o", str(tmp_path))
    assert result.code == 1
    assert "another worker has it" in result.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--place", "nowhere", "--year", "2026", "-o", "x"), "there are: --place testshire --year 2026"),
        ((*PLACE, "-o", "x", "--departments", "9"), "--departments: unknown 9; there are 101"),
        ((*PLACE, "-o", "x", "--forms", "a/b"), "--forms: unknown a/b; there are testshire/plan"),
        ((*PLACE, "-o", "x", "--states", "draft"), "--states: unknown draft"),
        ((*PLACE,), "--place, --year and -o are needed"),
        ((*PLACE, "-o", "/proc/x"), "cannot write /proc/x"),
    ],
)
def test_wrong_arguments_are_explained(house: House, words: tuple[str, ...], message: str) -> None:
    approved(house)
    result = manage("build_packet", *words)
    assert result.code == 1
    assert message in result.err


def test_sweeps(house: House) -> None:
    assert manage("build_packet", "--sweep").out.startswith("0 packets requeued, 0 removed by age")
