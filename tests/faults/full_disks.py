"""Disks that are full: that of the database (F4, F5) and that of the site's files."""

from __future__ import annotations

import asyncio
import time

import psycopg

from tests.faults.world import Result, World
from tests.load.connection import NoAnswer

NO_DISK = "no small disk can be mounted here: it needs root and mount"
FULL_SECONDS = 12


async def fill_database_disk(world: World, rounds: int) -> Result:
    """The disk of the database is full, also for its journal, until the server stops; then room is made."""
    if not world.has_disks:
        return Result(skipped=NO_DISK)
    assert world.site.cluster
    result = Result()
    await asyncio.to_thread(world.data_disk.fill)
    acknowledged = len(world.record.acknowledged)
    await asyncio.sleep(FULL_SECONDS)
    result.notes.append(f"{len(world.record.acknowledged) - acknowledged} saves acknowledged on a full disk")
    await _note_reading(world, result)
    result.notes.append(await _end_segments(world))  # F5: now it stops, and nothing can be read
    world.data_disk.free()
    start = time.perf_counter()
    # A server that stopped is started by whoever looks after it; one that runs says so.
    if not await _is_answering(world):
        await asyncio.to_thread(world.site.cluster.start)
    result.notes.append(f"saved again {await world.acknowledged():.1f} s after there was room")
    result.notes.append(f"room to service {time.perf_counter() - start:.1f} s")
    return result


async def _end_segments(world: World) -> str:
    """Make the database begin new segments of its write-ahead log until it cannot."""
    assert world.site.cluster
    for number in range(1, 20):
        try:
            async with await psycopg.AsyncConnection.connect(world.site.cluster.url, autocommit=True) as one:
                await one.execute("SELECT pg_switch_wal(), pg_logical_emit_message(false, 'load', repeat('x', 100000))")
        except psycopg.Error as error:
            return f"the database stopped at segment {number}: {str(error).splitlines()[0][:60]}"
    return "the database went on writing its log"


async def _is_answering(world: World) -> bool:
    assert world.site.cluster
    try:
        async with await psycopg.AsyncConnection.connect(world.site.cluster.url, autocommit=True) as one:
            await one.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


async def fill_var_disk(world: World, rounds: int) -> Result:
    """The disk of the site's files is full: saves go on, and an attachment is refused with words."""
    if not world.has_disks:
        return Result(skipped=NO_DISK)
    result = Result()
    await asyncio.to_thread(world.var_disk.fill)
    try:
        clerk, sheet = world.take_spare()
        form = (
            b'--limit\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
            b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\n" + b"x" * 3_000_000 + b"\r\n--limit--\r\n"
        )
        headers = {
            "X-CSRFToken": clerk.connection.cookies["csrftoken"],
            "Content-Type": "multipart/form-data; boundary=limit",
        }
        address = f"/filings/{sheet.ref}/attachments/"
        try:
            answer = await clerk.connection.sibling().request("POST", address, form, headers)
            seen, words = str(answer.status), answer.text
        except NoAnswer as error:
            seen, words = str(error), ""
        result.notes.append(f"an attachment was answered {seen}")
        if "磁盘已满" not in words:
            result.shortfalls.append(f"an attachment on a full disk is answered {seen}, not with words")
        result.notes.append(f"10 saves took {await world.acknowledged(10):.1f} s")
    finally:
        world.var_disk.free()
    return result


async def _note_reading(world: World, result: Result) -> None:
    """Goal R14: reads go on."""
    clerk = world.clerks[0]
    sheet = clerk.sheets[0]
    try:
        answer = await clerk.connection.sibling().request("GET", f"/filings/{sheet.ref}/", limit=10)
        seen = str(answer.status)
    except NoAnswer as error:
        seen = str(error)
    if seen != "200":
        result.shortfalls.append(f"a sheet cannot be read while the disk is full: {seen}")
