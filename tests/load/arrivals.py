"""The open model: requests are due at random moments, whatever the server does, and latency counts from these moments.

A closed loop would wait for a slow server and so leave out just the requests that suffer from it.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Generic, TypeVar

from tests.load.clerk import Failed

User = TypeVar("User")
Action = Callable[[User], Awaitable[None]]


@dataclass(frozen=True)
class Outcome:
    """What became of one request: its kind, the seconds from the moment it was due, its error, '' if none."""

    kind: str
    seconds: float
    error: str = ""


@dataclass
class Run:
    """The requests of one rate: how many were due in how many seconds, what became of them, and what was not sent.

    `lasted` is the time from the first moment to the last answer, `cpu` the processor time of this process in it.
    """

    rate: float
    seconds: float
    due: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    not_offered: int = 0
    lasted: float = 0.0
    cpu: float = 0.0

    def latencies(self, kind: str = "") -> list[float]:
        """The seconds of requests that were answered, in order; of one kind or of all."""
        return sorted(one.seconds for one in self.outcomes if not one.error and kind in ("", one.kind))

    def errors(self) -> dict[str, int]:
        """How many requests failed, by kind of error."""
        kinds = [one.error for one in self.outcomes if one.error]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that a share of the ordered values does not exceed; 0.0 without any."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class OpenLoop(Generic[User]):
    """Sends requests at Poisson moments by whichever user is free: one has at most one request under way.

    Where all are busy a request waits, and its latency with it. `most` bounds those that are due and not answered: what
    is due beyond is counted as not offered.
    """

    def __init__(self, users: Sequence[User], actions: Sequence[tuple[str, float, Action[User]]], most: int) -> None:
        self.free = list(users)
        self.actions = actions
        self.most = most
        self.waiting: deque[tuple[str, Action[User], float]] = deque()
        self.running: set[asyncio.Task[None]] = set()

    async def run(self, rate: float, seconds: float, seed: int) -> Run:
        """All that is due in so many seconds at so many requests a second, and then until the last is answered."""
        random, run = Random(seed), Run(rate, seconds)
        kinds, shares = [(kind, act) for kind, _, act in self.actions], [share for _, share, _ in self.actions]
        cpu = _own_cpu()
        start = time.perf_counter()
        moment = random.expovariate(rate)
        while moment < seconds:
            wait = start + moment - time.perf_counter()
            # Even when late: answers have to be read as well.
            await asyncio.sleep(max(0.0, wait))
            kind, act = random.choices(kinds, shares)[0]
            self._offer(run, random, kind, act, start + moment)
            moment += random.expovariate(rate)
        while self.running:
            await asyncio.wait(self.running, return_when=asyncio.FIRST_COMPLETED)
        run.lasted, run.cpu = time.perf_counter() - start, _own_cpu() - cpu
        return run

    def _offer(self, run: Run, random: Random, kind: str, act: Action[User], due: float) -> None:
        run.due += 1
        if self.free:
            user = self.free.pop(random.randrange(len(self.free)))
            self._start(run, user, kind, act, due)
        elif len(self.running) + len(self.waiting) < self.most:
            self.waiting.append((kind, act, due))
        else:
            run.not_offered += 1

    def _start(self, run: Run, user: User, kind: str, act: Action[User], due: float) -> None:
        task = asyncio.create_task(self._work(run, user, kind, act, due))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def _work(self, run: Run, user: User, kind: str, act: Action[User], due: float) -> None:
        error = ""
        try:
            await act(user)
        except Failed as failure:
            error = str(failure)
        run.outcomes.append(Outcome(kind, time.perf_counter() - due, error))
        if self.waiting:
            self._start(run, user, *self.waiting.popleft())
        else:
            self.free.append(user)


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
