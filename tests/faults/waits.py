"""What makes requests wait or vanish: cut connections, a lock that is held, no connection left (F9, F10, F17)."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

import psycopg

from tests.faults.proxy import CuttingProxy
from tests.faults.world import Result, World
from tests.load.clerk import Failed
from tests.load.processes import kill

LOCKED_SHEETS = 4
"""More than there are web workers: today each waiting save keeps one of them."""


async def cut_connections(world: World, rounds: int) -> Result:
    """A tenth of the answers is cut after the commit, until there were so many cuts."""
    async with CuttingProxy(world.site.port, 0.1, world.seed) as proxy:
        _go_through(world, proxy.port)
        start = time.perf_counter()
        while proxy.cuts < rounds and time.perf_counter() - start < 120:
            await asyncio.sleep(0.1)
        _go_through(world, world.site.port)
        await world.acknowledged(len(world.clerks))
    result = Result(notes=[f"{proxy.cuts} answers were cut"])
    if proxy.cuts < rounds:
        result.broken.append(f"only {proxy.cuts} of {rounds} answers could be cut")
    return result


def _go_through(world: World, port: int) -> None:
    for clerk in world.clerks:
        # Another connection: what is under way on the present one goes on.
        clerk.connection = clerk.connection.sibling()
        clerk.connection.port = port


async def hold_lock(world: World, rounds: int) -> Result:
    """Another session holds the rows of some sheets for `rounds` seconds while their clerks save; others save too."""
    result, clerks = Result(), world.clerks[:LOCKED_SHEETS]
    refs = [sheet.ref for clerk in clerks for sheet in clerk.sheets]
    async with await psycopg.AsyncConnection.connect(_url(world)) as holder:
        await holder.execute("SELECT id FROM filings_filing WHERE ref = ANY(%s) FOR UPDATE", [refs])
        start, before = time.perf_counter(), len(world.record.acknowledged)
        await asyncio.sleep(rounds)
        saved = len(world.record.acknowledged) - before
        await holder.rollback()
    await world.acknowledged(len(world.clerks))
    held = time.perf_counter() - start
    result.notes.append(f"{saved} saves of others in {rounds} s, all clerks saved again {held - rounds:.1f} s later")
    return result


async def use_up_connections(world: World, rounds: int) -> Result:
    """All connections of the database are taken for some seconds, and the web workers have to connect anew."""
    result = Result()
    async with AsyncExitStack() as stack:
        taken = await _take_all(world, stack)
        result.kills = kill(world.site.web_workers)
        await asyncio.sleep(0.5)
        taken += await _take_all(world, stack)
        await asyncio.sleep(rounds)
    result.notes.append(f"{taken} connections taken for {rounds} s")
    result.notes.append(f"saved again after {await world.acknowledged():.1f} s")
    return result


async def _take_all(world: World, stack: AsyncExitStack) -> int:
    """Open connections until the database refuses one; how many."""
    count = 0
    while count < 100:
        try:
            await stack.enter_async_context(await psycopg.AsyncConnection.connect(_url(world), autocommit=True))
        except psycopg.OperationalError:
            break
        count += 1
    return count


async def send_too_much(world: World, rounds: int) -> Result:
    """A save of 3 MB and an attachment of 30 MB: refused within 5 s, with words, and nothing stored."""
    result = Result()
    clerk, sheet = world.take_spare()
    headers = {"X-CSRFToken": clerk.connection.cookies["csrftoken"]}
    json_headers = {**headers, "Accept": "application/json", "Content-Type": "application/json"}
    body = b'{"version": 0, "operation": "too-large-1", "edits": "' + b"x" * 3_000_000 + b'"}'
    form = (
        b'--limit\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\n" + b"x" * 30_000_000 + b"\r\n--limit--\r\n"
    )
    form_headers = {**headers, "Content-Type": "multipart/form-data; boundary=limit"}
    for name, path, data, more, expected in (
        ("a save of 3 MB", "save", body, json_headers, (400, 413)),
        ("an attachment of 30 MB", "attachments", form, form_headers, (302, 400, 413)),
    ):
        start = time.perf_counter()
        # A connection of its own: the clerk may be saving on his.
        answer = await clerk.connection.sibling().request("POST", f"/filings/{sheet.ref}/{path}/", data, more)
        seconds = time.perf_counter() - start
        result.notes.append(f"{name}: {answer.status} after {seconds:.1f} s")
        if answer.status not in expected:
            raise Failed(f"{name} was answered {answer.status}")
        if seconds > 5:
            result.shortfalls.append(f"{name} was answered after {seconds:.1f} s, not within 5 s")
    return result


def _url(world: World) -> str:
    assert world.site.cluster
    return world.site.cluster.url
