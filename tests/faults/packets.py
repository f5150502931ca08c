"""Builds of a packet that end too early: without memory (F12), and killed at two thirds (F20); then they go on."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.faults.world import Result, World, database
from tests.load.processes import family, kill
from tests.load.site import ROOT

SHEETS = 45
MEMORY_MB = (140, 120, 110, 100)
"""Limits of address space that are tried, one after another, until one is too small."""


async def run_out_of_memory(world: World, rounds: int) -> Result:
    """A build under a limit of memory: it fails visibly, leaves no half packet, and the clerks do not notice."""
    result = Result()
    await database(_make_sheets)
    for megabytes in MEMORY_MB:
        await database(_forget_papers)
        code, words = await asyncio.to_thread(_wait, _start(world, "small", megabytes))
        if code:
            break
    else:
        result.broken.append(f"a build fits into {MEMORY_MB[-1]} MB: nothing was shown")
        return result
    result.notes.append(f"{megabytes} MB were too little: exit {code}, {words[-1][:70] if words else 'no words'}")
    result.notes.append(f"the page of the packet says: {await database(_packet_state)}")
    if _target(world, "small").exists():
        result.broken.append("a build that failed has left a packet")
    if not words:
        result.shortfalls.append("a build without memory ends without a word")
    code, words = await asyncio.to_thread(_wait, _start(world, "small", 0))
    if code:
        result.broken.append(f"with enough memory the build does not go on: {words[-1:]}")
    return result


async def kill_build(world: World, rounds: int) -> Result:
    """SIGKILL to a build and its helpers at two thirds; the next one draws only the rest, and nothing twice."""
    result = Result()
    total = await database(_make_sheets)
    await database(_forget_papers)
    build = _start(world, "killed", 0)
    while build.poll() is None and await database(_papers) < total * 2 // 3:
        await asyncio.sleep(0.05)
    result.kills = kill(family(build.pid))
    await asyncio.to_thread(_wait, build)
    drawn = await database(_paper_keys)
    if _target(world, "killed").exists():
        result.broken.append("a killed build has left a packet")
    code, words = await asyncio.to_thread(_wait, _start(world, "killed", 0))
    after = await database(_paper_keys)
    result.notes.append(f"killed at {len(drawn)} of {total} sheets; {len(after) - len(drawn)} drawn by the next build")
    if code:
        result.broken.append(f"the build does not go on: {words[-1:]}")
    elif not drawn <= after or len(after) != total:
        result.broken.append(f"{total} sheets, but {len(after)} papers, {len(drawn - after)} drawn twice")
    return result


def _target(world: World, name: str) -> Path:
    return world.site.folder / f"packet-{name}"


def _start(world: World, name: str, megabytes: int) -> subprocess.Popen[str]:
    """Begin to build the packet of the place into a folder, with so much address space (0: all there is)."""
    target = _target(world, name)
    shutil.rmtree(target, ignore_errors=True)
    place, year = PLACE
    command = [sys.executable, "manage.py", "build_packet", "--place", place, "--year", year, "-o", str(target)]
    limit = ["prlimit", f"--as={megabytes * 2**20}"] if megabytes else []
    return subprocess.Popen(
        [*limit, *command], cwd=ROOT, env={**os.environ, **world.site.environment}, text=True, stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


PLACE = ("zhuzhou-shifeng", "2023")


def _wait(build: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """The exit code of a build and the lines that it wrote; one that hangs is killed after four minutes."""
    try:
        _, text = build.communicate(timeout=240)
    except subprocess.TimeoutExpired:
        kill(family(build.pid))
        _, text = build.communicate()
    return build.returncode, text.strip().splitlines()


def _make_sheets() -> int:
    """Approved sheets of the place, made once; how many there are."""
    from filings.models import Filing
    from tests.bench.packet import fill_cycle
    from tests.load.material import load_sources

    approved = Filing.objects.filter(cycle__jurisdiction__code=PLACE[0], state="approved")
    if not approved.exists():
        sources = [one for one in load_sources() if one.layout.key == "zhuzhou-shifeng/direction"]
        fill_cycle(sources[0].cycle, sources, SHEETS)
    return approved.count()


def _packet_state() -> str:
    from filings.models import Packet

    packet = Packet.objects.order_by("-pk").first()
    return f"{packet.status} {packet.fault}" if packet else "there is no packet: the command did not come so far"


def _paper_keys() -> set[int]:
    from filings.models import FinalPaper

    return set(FinalPaper.objects.filter(jurisdiction__code=PLACE[0]).values_list("pk", flat=True))


def _papers() -> int:
    return len(_paper_keys())


def _forget_papers() -> None:
    """Let the next build draw all sheets of the place again, past the guards of a record that is never deleted."""
    from filings.models import FinalPaper, Packet

    Packet.objects.filter(jurisdiction__code=PLACE[0]).delete()
    FinalPaper.objects.filter(jurisdiction__code=PLACE[0]).delete()
