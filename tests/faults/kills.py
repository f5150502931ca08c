"""Processes that are killed: web workers, their arbiter, the task worker, the whole database (F1, F2, F3)."""

from __future__ import annotations

import asyncio
import time

from tests.faults.world import Result, World
from tests.load.processes import kill

STEADY = 11.0
"""`serve` restarts a child at once only when it ran for 10 s."""


async def kill_web_workers(world: World, rounds: int) -> Result:
    """SIGKILL to one web worker after another; gunicorn's arbiter starts new ones."""
    result, slowest = Result(), 0.0
    for _ in range(rounds):
        if workers := world.site.web_workers:
            result.kills += kill([world.random.choice(workers)])
        slowest = max(slowest, await world.acknowledged())
        await asyncio.sleep(world.random.uniform(0.2, 0.8))
    result.notes.append(f"the next save was acknowledged after at most {slowest:.1f} s")
    return result


async def kill_served(world: World, rounds: int) -> Result:
    """SIGKILL to the arbiter and to the task worker, which `serve` starts again."""
    result, slowest = Result(), 0.0
    for _ in range(rounds):
        await asyncio.sleep(STEADY)
        result.kills += kill(pid for pid in (world.site.arbiter, world.site.task_worker) if pid)
        slowest = max(slowest, await world.acknowledged(len(world.clerks)))
    result.notes.append(f"so many saves as there are clerks were acknowledged after at most {slowest:.1f} s")
    if not world.site.task_worker:
        await asyncio.sleep(STEADY)
    if not world.site.task_worker:
        result.broken.append("the task worker was not started again")
    return result


async def kill_database(world: World, rounds: int) -> Result:
    """SIGKILL to the postmaster and all its children, then a start with crash recovery."""
    result = Result()
    assert world.site.cluster
    for _ in range(rounds):
        await world.acknowledged(3)
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
        await world.acknowledged(3)
        start = time.perf_counter()
        await asyncio.to_thread(world.site.cluster.restart)
        result.notes.append(
            f"restart {time.perf_counter() - start:.1f} s, save {await world.acknowledged():.1f} s later"
        )
    return result
