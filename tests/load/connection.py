"""A browser's side of HTTP/1.1, small and cheap: cookies, and one connection, kept open where the server lets it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_ANSWER = 2**24


class NoAnswer(Exception):
    """A request had no answer; the text is the kind of error: `refused`, `cut` or `timeout`."""


class _StaleConnection(Exception):
    """The server closed a kept connection before it saw the request: browsers then try once more on a new one."""


@dataclass(frozen=True)
class Answer:
    """The answer to a request: status, headers by name in small letters, and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class Connection:
    """The connection of one browser to one site, with its cookies. One request at a time."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.cookies: dict[str, str] = {}
        self.opened = 0
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, limit: float = 30.0
    ) -> Answer:
        """The answer to a request; after `limit` seconds, or without a whole answer, NoAnswer."""
        data = self._encode(method, path, body, headers or {})
        try:
            async with asyncio.timeout(limit):
                try:
                    return await self._exchange(data)
                except _StaleConnection:
                    self.close()
                    return await self._exchange(data)
        except TimeoutError:
            self.close()
            raise NoAnswer("timeout") from None
        except NoAnswer:
            self.close()
            raise

    def sibling(self) -> Connection:
        """Another connection of the same browser: the same cookies, at the same time."""
        other = Connection(self.host, self.port)
        other.cookies = dict(self.cookies)
        return other

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._streams:
            self._streams[1].close()
        self._streams = None

    def _encode(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Connection: keep-alive"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += [f"Origin: http://{self.host}:{self.port}", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body

    async def _exchange(self, data: bytes) -> Answer:
        is_kept = self._streams is not None
        try:
            reader, writer = self._streams or await self._open()
        except OSError:
            raise NoAnswer("refused") from None
        try:
            writer.write(data)
            head = await reader.readuntil(b"\r\n\r\n")
            return await self._read(head, reader)
        except asyncio.IncompleteReadError as error:
            if is_kept and not error.partial:
                raise _StaleConnection from None
            raise NoAnswer("cut") from None
        except (OSError, ValueError, asyncio.LimitOverrunError):
            if is_kept:
                raise _StaleConnection from None
            raise NoAnswer("cut") from None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self.opened += 1
        self._streams = await asyncio.open_connection(self.host, self.port, limit=LONGEST_ANSWER)
        return self._streams

    async def _read(self, head: bytes, reader: asyncio.StreamReader) -> Answer:
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[:-2]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
            if name.lower() == "set-cookie":
                self._take_cookie(value)
        length = headers.get("content-length")
        body = await (reader.readexactly(int(length)) if length else reader.read(-1))
        if length is None or headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(first.split()[1]), headers, body)

    def _take_cookie(self, value: str) -> None:
        pair, *attributes = value.split(";")
        name, _, text = pair.strip().partition("=")
        if any(one.strip().lower() == "max-age=0" for one in attributes):
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = text
