"""Processes that are killed: web workers, their arbiter, the task worker, the whole database (F1, F2, F3)."""

from __future__ import annotations

import asyncio
import time

from tests.faults.world import Result, World
from tests.load.processes import count_sockets, kill

LONGEST_RESTART = 120.0
STEADY = 11.0
"""`serve` restarts a child at once only when it ran for 10 s."""


async def kill_web_workers(world: World, rounds: int) -> Result:
    """SIGKILL to one web worker after another, each when the one before it has been replaced."""
    result, slowest = Result(), 0.0
    for _ in range(rounds):
        await _all_serving(world)
        result.kills += kill([world.random.choice(world.site.web_workers)])
        slowest = max(slowest, await world.acknowledged())
    result.notes.append(f"the next save was acknowledged after at most {slowest:.1f} s")
    return result


async def storm_web_workers(world: World, rounds: int) -> Result:
    """SIGKILL to web workers faster than new ones start: now and then there is none."""
    result, slowest = Result(), 0.0
    for _ in range(rounds):
        if workers := world.site.web_workers:
            result.kills += kill([world.random.choice(workers)])
        slowest = max(slowest, await world.acknowledged())
        await asyncio.sleep(world.random.uniform(0.2, 0.8))
    result.notes.append(f"the next save was acknowledged after at most {slowest:.1f} s")
    return result


async def _all_serving(world: World) -> None:
    """Wait until both web workers have served: beside the socket they listen on they have one to the database then.

    After 15 s it goes on: a site may close that one after each request.
    """
    start = time.perf_counter()
    while time.perf_counter() - start < 15:
        workers = world.site.web_workers
        if len(workers) > 1 and all(count_sockets(pid) > 1 for pid in workers):
            return
        await asyncio.sleep(0.1)


async def kill_served(world: World, rounds: int) -> Result:
    """SIGKILL to the arbiter and to the task worker, which `serve` starts again.

    The workers of a killed arbiter may go on for a while, and keep the port: service is whole when a new one has some.
    """
    result, slowest = Result(), 0.0
    for _ in range(rounds):
        await asyncio.sleep(STEADY)
        await _all_serving(world)
        result.kills += kill(pid for pid in (world.site.arbiter, world.site.task_worker) if pid)
        start = time.perf_counter()
        while not (world.site.web_workers and world.site.task_worker):
            if time.perf_counter() - start > LONGEST_RESTART:
                result.broken.append(f"web server and task worker were not there again after {LONGEST_RESTART:g} s")
                return result
            await asyncio.sleep(0.1)
        slowest = max(slowest, time.perf_counter() - start)
    result.notes.append(f"web server and task worker were there again after at most {slowest:.1f} s")
    if slowest > 10:
        result.shortfalls.append(f"a killed arbiter has a successor with workers after {slowest:.1f} s, aim 10 s")
    return result


async def kill_database(world: World, rounds: int) -> Result:
    """SIGKILL to the postmaster and all its children, then a start with crash recovery."""
    result = Result()
    assert world.site.cluster
    for _ in range(rounds):
        # Everybody is back from the round before.
        await world.acknowledged(2 * len(world.clerks))
        await asyncio.to_thread(world.site.cluster.kill)
        result.kills += 1
        start = time.perf_counter()
        await asyncio.to_thread(world.site.cluster.start)
        result.notes.append(
            f"recovery {time.perf_counter() - start:.1f} s, save {await world.acknowledged():.1f} s later"
        )
    return result


async def restart_database(world: World, rounds: int) -> Result:
    """An orderly restart of the database under load."""
    result = Result()
    assert world.site.cluster
    for _ in range(rounds):
        # Everybody is back from the round before.
        await world.acknowledged(2 * len(world.clerks))
        start = time.perf_counter()
        await asyncio.to_thread(world.site.cluster.restart)
        result.notes.append(
            f"restart {time.perf_counter() - start:.1f} s, save {await world.acknowledged():.1f} s later"
        )
    return result
