"""A clerk at a browser: logs in, opens steps, saves cells as the page's script does, and submits."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote, urlencode

from tests.load.connection import Answer, Connection, NoAnswer
from tests.load.texts import text_for

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SHEET = re.compile(r'href="/filings/([a-z0-9]{10,20})/')
INPUT = re.compile(r'<(?:input|textarea)\b(?=[^>]*\bid="f-)[^>]*\bname="([a-z][a-z0-9_]*(?:\[[\w-]+\]\.[a-z0-9_]+)?)"')
STEP = re.compile(r'/steps/([\w-]+)/"')
VERSION = re.compile(r'data-version="(\d+)"')
REASON = re.compile(r'name="(reason-[^"]+)"')


ANOTHER_SHEET = 0.05
"""How often a clerk turns to another sheet."""


class Failed(Exception):
    """A request was not answered as it should be; the text is the kind of error."""


@dataclass
class Sheet:
    """A sheet of a clerk as the page knows it: the version to save from, the cells to type into, its steps.

    `findings` is the version whose findings the page has all, None until an answer has told them.
    """

    ref: str
    version: int
    paths: Sequence[str]
    steps: Sequence[str]
    findings: int | None = None


@dataclass(frozen=True)
class Save:
    """A save as it was sent: one cell of a sheet under an operation id."""

    ref: str
    operation: str
    path: str
    text: str
    version: int
    findings: int | None = None

    def encode(self) -> bytes:
        """The body of the request."""
        edit = {"do": "set", "path": self.path, "value": self.text}
        body = {"version": self.version, "operation": self.operation, "edits": [edit]}
        return json.dumps(body if self.findings is None else {**body, "findings": self.findings}).encode()


@dataclass
class Record:
    """What clerks sent and what was acknowledged, to be compared with the journal."""

    sent: list[Save] = field(default_factory=list)
    acknowledged: list[Save] = field(default_factory=list)
    submitted: list[str] = field(default_factory=list)


class Clerk:
    """One clerk with a session of his own. `prefix` makes his operation ids differ from those of all others."""

    def __init__(self, login: str, connection: Connection, sheets: Sequence[Sheet], seed: int, record: Record) -> None:
        self.login, self.connection, self.record = login, connection, record
        self.sheets = list(sheets)
        self.last_sheets: list[Sheet] = []
        self.random = Random(seed)
        self.prefix = f"load-{self.random.getrandbits(64):016x}"
        self.count = 0
        self.current: Sheet | None = None

    def sheet_at_hand(self) -> Sheet:
        """The sheet that the clerk is working on: the same for some twenty saves, then another one."""
        if self.current not in self.sheets or self.random.random() < ANOTHER_SHEET:
            self.current = self.random.choice(self.sheets)
        assert self.current
        return self.current

    async def log_in(self, password: str) -> None:
        """Log in by the page. Raises Failed."""
        await self._ask("GET", "/login/", 200)
        fields = {"username": self.login, "password": password, "csrfmiddlewaretoken": self._token()}
        headers = {**FORM, "Accept": "application/json"}
        await self._ask("POST", "/login/", 200, urlencode(fields).encode(), headers)

    async def find_sheets(self, most: int) -> None:
        """Learn the clerk's sheets from the pages: those that he may fill in, up to `most`."""
        page = (await self._ask("GET", "/tasks/", 200)).text
        for ref in dict.fromkeys(SHEET.findall(page)):
            answer = await self.connection.request("GET", f"/filings/{ref}/steps/")
            if len(self.sheets) == most or answer.status != 302 or "/steps/" not in answer.headers["location"]:
                continue
            self.sheets.append(await self._learn(ref, answer.headers["location"]))

    async def _learn(self, ref: str, address: str) -> Sheet:
        first = (await self._ask("GET", address, 200)).text
        steps = list(dict.fromkeys(STEP.findall(first)))
        pages = [(await self._ask("GET", f"/filings/{ref}/steps/{key}/", 200)).text for key in steps]
        paths = [html.unescape(path) for page in pages for path in INPUT.findall(page)]
        return Sheet(ref, _version(first), paths, steps)

    async def open_step(self) -> None:
        """Open a step of a sheet, as after a click on the outline; its page tells the newest version."""
        sheet = self.sheet_at_hand()
        page = await self._ask("GET", f"/filings/{sheet.ref}/steps/{self.random.choice(sheet.steps)}/", 200)
        sheet.version = max(sheet.version, _version(page.text))
        sheet.findings = None

    def next_save(self) -> tuple[Sheet, Save]:
        """The next cell that the clerk types: a sheet of his, and the save of it."""
        sheet = self.sheet_at_hand()
        self.count += 1
        path = self.random.choice(sheet.paths)
        text = text_for(path, self.count, self.random)
        return sheet, Save(sheet.ref, f"{self.prefix}-{self.count}", path, text, sheet.version, sheet.findings)

    async def save(self) -> None:
        """Save one cell, in one attempt. Raises Failed."""
        sheet, save = self.next_save()
        self.record.sent.append(save)
        await self.send(sheet, save)

    async def send(self, sheet: Sheet, save: Save) -> None:
        """Send a save, perhaps not for the first time. Raises Failed; the kind tells whether to try again."""
        headers = {"X-CSRFToken": self._token(), "Accept": "application/json", "Content-Type": "application/json"}
        answer = await self._request("POST", f"/filings/{save.ref}/save/", save.encode(), headers)
        try:
            data = json.loads(answer.body)
        except ValueError:
            data = None
        # Of the answer only these two keys are needed; later releases may leave out others.
        if not isinstance(data, dict) or "version" not in data or "at" not in data:
            raise Failed(_kind(answer, has_words=isinstance(data, dict) and "error" in data))
        sheet.version = max(sheet.version, int(data["version"]))
        sheet.findings = int(data["version"]) if "missing" in data else None
        if answer.status != 200:
            raise Failed("conflict" if data.get("conflicts") else "cell refused")
        self.record.acknowledged.append(save)

    async def submit(self) -> None:
        """Submit one of the sheets that were set apart, with a reason for each warning. Raises Failed."""
        if not self.last_sheets:
            await self.open_step()
            return
        await self.submit_sheet(self.last_sheets.pop())

    async def submit_sheet(self, sheet: Sheet) -> None:
        """Submit a sheet as a person does, through the check page. Raises Failed."""
        address = f"/filings/{sheet.ref}/submit/"
        page = (await self._ask("GET", address, 200)).text
        answer = await self._ask("POST", address, 302, self.submission(page, sheet), FORM)
        if not answer.headers["location"].endswith("/receipt/"):
            raise Failed("submission refused")
        self.record.submitted.append(sheet.ref)

    def submission(self, page: str, sheet: Sheet) -> bytes:
        """What the form of the check page posts, with a reason wherever it asks for one."""
        reasons = {html.unescape(name): "实际情况如此" for name in REASON.findall(page)}
        fields = {"csrfmiddlewaretoken": self._token(), "version": str(sheet.version), "back": "submit", **reasons}
        return urlencode(fields, quote_via=quote).encode()

    def _token(self) -> str:
        return self.connection.cookies.get("csrftoken", "")

    async def _ask(
        self, method: str, path: str, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        answer = await self._request(method, path, body, headers)
        if answer.status != status:
            raise Failed(str(answer.status))
        return answer

    async def _request(self, method: str, path: str, body: bytes, headers: dict[str, str] | None) -> Answer:
        try:
            return await self.connection.request(method, path, body, headers)
        except NoAnswer as error:
            raise Failed(str(error)) from None


def _kind(answer: Answer, has_words: bool) -> str:
    """The kind of an error by its status, with what a page's script would need to act upon it and did not get.

    A refusal (400) without words is no refusal of ours: the script tries again. A 503 has to say when to come back.
    """
    if answer.status == 400 and not has_words:
        return "400 without words"
    if answer.status == 503 and "retry-after" not in answer.headers:
        return "503 without Retry-After"
    return str(answer.status)


def _version(page: str) -> int:
    found = VERSION.search(page)
    if found is None:
        raise Failed("not a step")
    return int(found.group(1))
