"""A proxy that cuts some connections when the site has answered and before its client hears of it."""

from __future__ import annotations

import asyncio
from random import Random


class CuttingProxy:
    """Passes bytes on between clients and a port of this machine; a share of the answers is cut at their first byte.

    The site has then committed and written its answer: a client must not take its request for lost, nor repeat it as
    another one.
    """

    def __init__(self, target: int, share: float, seed: int) -> None:
        self.target, self.share, self.random = target, share, Random(seed)
        self.cuts = 0
        self.port = 0
        self._passing: set[asyncio.Task[None] | None] = set()

    async def __aenter__(self) -> CuttingProxy:
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        tasks = [task for task in self._passing if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._passing.add(task)
        try:
            await self._pass(reader, writer)
        finally:
            self._passing.discard(task)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, requests = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        sending = asyncio.create_task(_pump(reader, requests))
        try:
            while data := await answers.read(65536):
                if data.startswith(b"HTTP/1.1 ") and self.random.random() < self.share:
                    self.cuts += 1
                    writer.transport.abort()
                    break
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            sending.cancel()
            requests.close()
            writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
