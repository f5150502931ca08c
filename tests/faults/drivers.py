"""Clerks who save whatever happens, and repeat what was not acknowledged as the page's script does (saver.js)."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.load.clerk import Clerk, Failed, Save, Sheet
from tests.load.connection import Connection, NoAnswer

MOST_RETRY_SECONDS = 30
"""As in saver.js: the pauses between attempts double up to this."""
LASTING = ("400", "404", "413", "conflict", "cell refused")
"""Answers that sending again would not change."""
PROBE_SECONDS = 0.2


@dataclass
class Sightings:
    """What clerks and the probe saw during a fault: failed attempts by kind, slowest attempt, longest outage (seconds).

    An outage is the time between two answers of the probe that were as they should be.
    """

    failures: Counter[str] = field(default_factory=Counter)
    lasting: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    outage: float = 0.0

    def note_attempt(self, seconds: float, failure: str = "") -> None:
        """An attempt of a clerk ended."""
        self.slowest = max(self.slowest, seconds)
        if failure:
            self.failures[failure] += 1

    def bare_errors(self) -> int:
        """Answers that tell a clerk nothing: 500, 502, a page of status 400, a 503 without a time."""
        return sum(count for kind, count in self.failures.items() if kind[:3] in ("500", "502") or "without" in kind)


class Driver:
    """One clerk at work until he is stopped; then he finishes the save that is under way.

    The first pause before he tries again is twice `retry_seconds`.
    """

    def __init__(self, clerk: Clerk, password: str, pause: float, retry_seconds: float = 1.0) -> None:
        self.clerk, self.password, self.pause, self.retry_seconds = clerk, password, pause, retry_seconds

    async def run(self, sightings: Sightings, stop: asyncio.Event) -> None:
        """Save cell after cell; the pauses in between are random, around `pause` seconds."""
        while not stop.is_set():
            sheet, save = self.clerk.next_save()
            self.clerk.record.sent.append(save)
            await self._until_acknowledged(sheet, save, sightings)
            await asyncio.sleep(self.clerk.random.uniform(0.2, 1.8) * self.pause)

    async def _until_acknowledged(self, sheet: Sheet, save: Save, sightings: Sightings) -> None:
        tries = 0
        while True:
            start = time.perf_counter()
            try:
                await self.clerk.send(sheet, save)
            except Failed as error:
                failure = str(error)
            else:
                failure = ""
            sightings.note_attempt(time.perf_counter() - start, failure)
            if not failure:
                return
            if failure in LASTING:
                sightings.lasting[failure] += 1
                return
            if failure in ("401", "403"):
                await self._log_in_again()
            tries += 1
            await asyncio.sleep(min(MOST_RETRY_SECONDS, self.retry_seconds * 2**tries))

    async def _log_in_again(self) -> None:
        try:
            await self.clerk.log_in(self.password)
        except Failed:
            return  # the next attempt tells


class Crew:
    """All drivers and the probe, while a fault is played."""

    def __init__(self, drivers: Sequence[Driver], port: int) -> None:
        self.drivers, self.port = drivers, port
        self.sightings, self.stop = Sightings(), asyncio.Event()

    def start(self) -> None:
        """Everybody begins."""
        self.tasks = [asyncio.create_task(one.run(self.sightings, self.stop)) for one in self.drivers]
        self.probing = asyncio.create_task(self._probe())

    async def finish(self, limit: float) -> int:
        """Let everybody finish his save, for so many seconds; how many could not."""
        self.stop.set()
        done, pending = await asyncio.wait(self.tasks, timeout=limit)
        for task in (*pending, self.probing):
            task.cancel()
        for task in done:
            task.result()
        return len(pending)

    async def _probe(self) -> None:
        """Ask the site how it is, again and again, as a monitor does."""
        connection, last = Connection("127.0.0.1", self.port), time.perf_counter()
        while True:
            try:
                answer = await connection.request("GET", "/health", limit=60)
                is_well = answer.status == 200
            except NoAnswer:
                is_well = False
            if is_well:
                self.sightings.outage = max(self.sightings.outage, time.perf_counter() - last - PROBE_SECONDS)
                last = time.perf_counter()
            await asyncio.sleep(PROBE_SECONDS)
