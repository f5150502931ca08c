"""The world that faults strike: a site of its own, clerks at work, and what is compared after each fault."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from tests.faults.disks import SmallDisk
from tests.faults.drivers import Crew, Driver, Sightings
from tests.load.clerk import Clerk, Failed, Record, Sheet
from tests.load.connection import Connection
from tests.load.journal import Stored, Verdict
from tests.load.rates import log_in
from tests.load.site import HOST, Site

Value = TypeVar("Value")
CONNECTIONS = 30
"""What the database admits, so that they can be used up."""
DRAIN_SECONDS = 120.0


@dataclass
class Result:
    """What a fault did and what came of it.

    `broken` fails the run; `shortfalls` are goals of the product that were not met; `skipped` says why there was none.
    """

    kills: int = 0
    notes: list[str] = field(default_factory=list)
    shortfalls: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    skipped: str = ""


@dataclass(frozen=True)
class Fault:
    """A fault of the catalogue: its number, what is done, the longest outage aimed at (seconds), and how it is done.

    `rounds` is how often it strikes in a run of three minutes.
    """

    id: str
    name: str
    outage: float
    play: Callable[[World, int], Awaitable[Result]]
    rounds: int = 1


@dataclass
class Played:
    """A fault that was played."""

    fault: Fault
    result: Result
    acknowledged: int
    verdict: Verdict
    sightings: Sightings


async def database(function: Callable[..., Value], *values: Any) -> Value:
    """Call a function that uses the database beside the clerks, on connections of its own."""

    def call() -> Value:
        from django.db import connections

        try:
            return function(*values)
        finally:
            connections.close_all()

    return await asyncio.to_thread(call)


class World:
    """The site with its clerks. `spare` are sheets that no driver touches, with the clerk of each."""

    def __init__(self, clerks: int, seed: int) -> None:
        self.random = Random(seed)
        self.seed = seed
        self.data_disk, self.var_disk = SmallDisk(700), SmallDisk(300)
        more = {"max_connections": str(CONNECTIONS), "max_wal_size": "64MB", "min_wal_size": "32MB"}
        self.has_disks = self.data_disk.is_there and self.var_disk.is_there
        data, var = (self.data_disk.root, self.var_disk.root) if self.has_disks else (None, None)
        self.site = Site("postgres", more, data, var)
        self.count = clerks
        self.record, self.all = Record(), Record()
        self.clerks: list[Clerk] = []
        self.spare: list[tuple[Clerk, Sheet]] = []
        self.played: list[Played] = []

    def prepare(self) -> None:
        """Start the database, make the clerks and their sheets, start the site."""
        self.site.prepare()
        from tests.load.material import make_posts
        from tests.load.stored import load_stored

        for number, post in enumerate(make_posts(self.count, 3, 4, "fault")):
            clerk = self.clerk(post.login, post.sheets, number)
            self.clerks.append(clerk)
            self.spare += [(clerk, sheet) for sheet in post.last_sheets]
        self.refs = [sheet.ref for clerk in self.clerks for sheet in clerk.sheets] + [one.ref for _, one in self.spare]
        self.first: dict[str, Stored] = load_stored(self.refs)
        self.site.start()

    def clerk(self, login: str, sheets: Sequence[Sheet], number: int) -> Clerk:
        """A clerk who is not logged in yet."""
        return Clerk(login, Connection(HOST, self.site.port), sheets, self.seed * 10_000 + number, self.record)

    async def signed_in(self, login: str, sheets: Sequence[Sheet] = ()) -> Clerk:
        """Somebody else who is logged in, such as a colleague or a reviewer."""
        from tests.load.material import PASSWORD

        clerk = self.clerk(login, sheets, self.random.randrange(1000, 9999))
        await clerk.log_in(PASSWORD)
        return clerk

    async def log_in(self) -> None:
        """Log the clerks in."""
        from tests.load.material import PASSWORD

        await log_in(self.clerks, lambda clerk: PASSWORD)

    def take_spare(self) -> tuple[Clerk, Sheet]:
        """A sheet that passes all checks and was not used yet."""
        return self.spare.pop(self.random.randrange(len(self.spare)))

    async def play(self, fault: Fault, rounds: int) -> Played:
        """Let a fault strike while clerks work; then wait until they have finished, and compare with the journal."""
        from tests.load.material import PASSWORD
        from tests.load.stored import judge_record, load_stored

        self.record = Record()
        for clerk in {*self.clerks, *(clerk for clerk, _ in self.spare)}:
            clerk.record = self.record
        before = await database(load_stored, self.refs)
        crew = Crew([Driver(clerk, PASSWORD, 0.3) for clerk in self.clerks], self.site.port)
        crew.start()
        result = await self._strike(fault, rounds, crew)
        unfinished = await crew.finish(DRAIN_SECONDS)
        if unfinished:
            result.broken.append(f"{unfinished} clerks could not save for {DRAIN_SECONDS:g} s after the fault")
        verdict = await database(judge_record, before, self.record)
        self._add_up()
        played = Played(fault, result, len(self.record.acknowledged), verdict, crew.sightings)
        self.played.append(played)
        return played

    async def _strike(self, fault: Fault, rounds: int, crew: Crew) -> Result:
        try:
            await self.acknowledged(5)
            return await fault.play(self, rounds)
        except (Failed, TimeoutError, OSError) as error:
            return Result(broken=[f"the fault could not be played to its end: {type(error).__name__} {error}"])

    def _add_up(self) -> None:
        self.all.sent += self.record.sent
        self.all.acknowledged += self.record.acknowledged
        self.all.submitted += self.record.submitted

    async def acknowledged(self, count: int = 1, limit: float = 90.0) -> float:
        """Wait until so many more saves are acknowledged; the seconds. Raises TimeoutError."""
        start, target = time.perf_counter(), len(self.record.acknowledged) + count
        while len(self.record.acknowledged) < target:
            if time.perf_counter() - start > limit:
                raise TimeoutError(f"no save was acknowledged for {limit:g} s")
            await asyncio.sleep(0.02)
        return time.perf_counter() - start

    def remove(self) -> None:
        """Stop and remove everything."""
        for disk in (self.data_disk, self.var_disk):
            disk.free()
        self.site.remove()
        for disk in (self.data_disk, self.var_disk):
            disk.remove()
