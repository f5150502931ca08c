"""The parts of `make faults` that could hide a loss: the proxy cuts, drivers repeat, what is wrong fails the run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from tests.faults.drivers import Driver, Sightings
from tests.faults.proxy import CuttingProxy
from tests.faults.report import is_whole, shortfalls
from tests.faults.world import Fault, Played, Result
from tests.load.clerk import Clerk, Record, Sheet
from tests.load.connection import Connection, NoAnswer
from tests.load.journal import Verdict

ANSWERS = {
    "saved": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 28\r\n\r\n" + b'{"version": 1, "at": "9:00"}',
    "error": b"HTTP/1.1 500 Error\r\nConnection: close\r\nContent-Length: 4\r\n\r\noops",
    "page": b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 4\r\n\r\noops",
    "away": b"HTTP/1.1 503 Away\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
    "half": b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{",
    "": b"",
}


class Stub:
    """A server that gives prepared answers, the last one again and again, and keeps the bodies that it got."""

    def __init__(self, answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.bodies: list[bytes] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")), 0)
        self.bodies.append(await reader.readexactly(length))
        writer.write(ANSWERS[self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]])
        await writer.drain()
        writer.close()


@asynccontextmanager
async def stub(*answers: str) -> AsyncIterator[tuple[Stub, int]]:
    made = Stub(answers)
    async with await asyncio.start_server(made.answer, "127.0.0.1", 0) as server:
        yield made, server.sockets[0].getsockname()[1]


def clerk_at(port: int) -> Clerk:
    return Clerk("clerk", Connection("127.0.0.1", port), [Sheet("sheet", 0, ["title"], ["head"])], 1, Record())


def test_the_proxy_cuts_after_the_site_has_answered() -> None:
    async def ask(share: float) -> tuple[int, str]:
        async with stub("saved") as (site, port), CuttingProxy(port, share, 1) as proxy:
            connection = Connection("127.0.0.1", proxy.port)
            try:
                seen = str((await connection.request("POST", "/save", b"x")).status)
            except NoAnswer as error:
                seen = str(error)
            return len(site.bodies), seen

    assert asyncio.run(ask(0.0)) == (1, "200")
    assert asyncio.run(ask(1.0)) == (1, "cut")


def test_a_driver_repeats_the_same_request_until_it_is_acknowledged() -> None:
    async def drive() -> tuple[list[bytes], Clerk, Sightings]:
        async with stub("error", "", "half", "page", "away", "saved") as (site, port):
            clerk, sightings, stop = clerk_at(port), Sightings(), asyncio.Event()
            driver = Driver(clerk, "password", 0.0, retry_seconds=0.001)
            task = asyncio.create_task(driver.run(sightings, stop))
            while len(site.bodies) < 6:
                await asyncio.sleep(0)
            stop.set()
            await task
            return site.bodies[:6], clerk, sightings

    bodies, clerk, sightings = asyncio.run(drive())
    assert len(set(bodies)) == 1
    assert json.loads(bodies[0])["operation"] == clerk.record.sent[0].operation
    assert clerk.record.acknowledged == clerk.record.sent
    assert sightings.failures == {"500": 1, "cut": 2, "400 without words": 1, "503 without Retry-After": 1}
    assert sightings.bare_errors() == 3
    assert not sightings.lasting


async def no_fault(*_: object) -> Result:
    return Result()


FAULT = Fault("F2", "database killed", 10, no_fault)


@pytest.mark.parametrize(
    ("result", "verdict", "sightings", "whole", "short"),
    [
        (Result(), Verdict(), Sightings(), True, False),
        (Result(), Verdict(lost=["one"]), Sightings(), False, False),
        (Result(), Verdict(doubled=["one"]), Sightings(), False, False),
        (Result(broken=["one"]), Verdict(), Sightings(), False, False),
        (Result(shortfalls=["one"]), Verdict(), Sightings(), True, True),
        (Result(), Verdict(), Sightings(outage=10.5), True, True),
        (Result(), Verdict(), Sightings(outage=9.5), True, False),
    ],
)
def test_what_is_wrong_fails_the_run(
    result: Result, verdict: Verdict, sightings: Sightings, whole: bool, short: bool
) -> None:
    played = Played(FAULT, result, 1, verdict, sightings)
    assert is_whole(played) is whole
    assert bool(shortfalls(played)) is short


def test_bare_errors_and_lasting_refusals_are_told() -> None:
    sightings = Sightings()
    sightings.note_attempt(0.1, "500")
    assert "500: 1" in shortfalls(Played(FAULT, Result(), 1, Verdict(), sightings))[0]
    sightings.lasting["404"] += 1
    assert not is_whole(Played(FAULT, Result(), 1, Verdict(), sightings))
