"""Measures one rate after another with clerks that are logged in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from tests.load.arrivals import Action, OpenLoop
from tests.load.clerk import Clerk
from tests.load.processes import cpu_seconds
from tests.load.report import Row

OPENINGS, SUBMISSIONS = 0.1, 0.005
"""Which share of the requests of clerks these are; all others are saves."""
AT_A_TIME = 4
"""Log-ins under way at once: comparing a password is slow by design."""


async def log_in(clerks: Iterable[Clerk], password: Callable[[Clerk], str]) -> None:
    """Log all clerks in, a few at a time. Raises Failed."""
    gate = asyncio.Semaphore(AT_A_TIME)

    async def one(clerk: Clerk) -> None:
        async with gate:
            await clerk.log_in(password(clerk))

    await asyncio.gather(*(one(clerk) for clerk in clerks))


async def measure_rate(clerks: Sequence[Clerk], rate: float, seconds: float, seed: int, most: int) -> Row:
    """One rate with the usual mix; submissions only where a clerk has sheets set apart, a few also in a short run."""
    has_last = any(clerk.last_sheets for clerk in clerks)
    submissions = max(SUBMISSIONS, 3 / (rate * seconds)) if has_last else 0.0
    mix: list[tuple[str, float, Action[Clerk]]] = [
        ("save", 1 - OPENINGS - submissions, Clerk.save),
        ("open", OPENINGS, Clerk.open_step),
        ("submit", submissions, Clerk.submit),
    ]
    return Row(await OpenLoop(clerks, mix, most).run(rate, seconds, seed))


class Meter:
    """Processor time of families of processes, by name, since it was made."""

    def __init__(self, **roots: int) -> None:
        self.roots = roots
        self.before = {name: cpu_seconds(pid) for name, pid in roots.items()}

    def read(self) -> dict[str, float]:
        """The seconds since then."""
        return {name: cpu_seconds(pid) - self.before[name] for name, pid in self.roots.items()}
