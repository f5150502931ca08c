"""People at their browsers, with a clock and a source of randomness of our own; for `make_release.py`."""

from __future__ import annotations

import io
import json
import os
import random
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone

NOTE = "（已核对）"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REASON = re.compile(r'name="reason-([^"]+)"')
"""A field for a reason: of one check in releases 0.1 and 0.2, of one check and column or cell since 0.3."""
SOURCE = random.Random(0)
"""Where references and keys come from."""


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def later(self, minutes: int = 37) -> None:
        """Go on. What is drawn by lot begins anew: the libraries of one database may draw more than another's."""
        self.now += timedelta(minutes=minutes)
        SOURCE.seed(self.now.timestamp())


CLOCK = Clock()


def tame() -> None:
    """Put our clock and our randomness in the place of the machine's; before any model is loaded."""
    timezone.now = CLOCK
    random._urandom = os.urandom = SOURCE.randbytes  # type: ignore[attr-defined]


def command(*words: str) -> str:
    """What a command prints; its exit code is its own affair."""
    from django.core.management import CommandError, call_command

    out = io.StringIO()
    try:
        call_command(*words, stdout=out, stderr=io.StringIO())
    except CommandError:
        if words[0] != "check_filing":
            raise
    return out.getvalue()


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


class Someone:
    """A person at a browser."""

    def __init__(self, login: str) -> None:
        from django.contrib.auth import get_user_model
        from django.test import Client

        self.client = Client(SERVER_NAME="localhost")
        self.person = get_user_model().objects.get(username=login)

    def log_in(self) -> None:
        """A session ends after half an hour, and our clock runs fast."""
        from django.conf import settings

        # The first only counts attempts; the last tells who somebody is, by a name that releases change.
        self.client.force_login(self.person, settings.AUTHENTICATION_BACKENDS[-1])

    def post(self, address: str, **data: Any) -> str:
        """Post a form half an hour later; where it leads to. Whatever is not taken ends the run."""
        CLOCK.later()
        self.log_in()
        return self.press(address, **data)

    def give_reasons(self, address: str) -> str:
        """Post the check page half an hour later, with a reason in each field that it has for one."""
        CLOCK.later()
        self.log_in()
        keys = [unescape(key) for key in REASON.findall(self.read(address))]
        return self.press(address, **{f"reason-{key}": f"实际情况如此（{key}）" for key in keys})

    def read(self, address: str) -> str:
        """A page. What it draws by lot is put back: nothing that is kept may depend on who reads what."""
        drawn = SOURCE.getstate()
        answer = self.client.get(address)
        SOURCE.setstate(drawn)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        return answer.content.decode()

    def press(self, address: str, **data: Any) -> str:
        """Send the form of the page that is open."""
        answer = self.client.post(address, data)
        if answer.status_code != 302:
            raise SystemExit(f"{address} {str(data)[:300]}: {answer.status_code}\n{answer.content.decode()[:3000]}")
        return str(answer["Location"])

    def save(self, ref: str, version: int, path: str, text: str) -> None:
        """Save one cell as the page does by itself."""
        CLOCK.later(3)
        self.log_in()
        edit = {"do": "set", "path": path, "value": text}
        body = json.dumps({"version": version, "operation": f"release-{ref}-{version}", "edits": [edit]})
        answer = self.client.post(
            f"/filings/{ref}/save/", body, content_type="application/json", headers={"accept": "application/json"}
        )
        if answer.status_code != 200 or answer.json().get("refused") or answer.json().get("conflicts"):
            raise SystemExit(f"{ref} {path}: {answer.status_code} {answer.content.decode()[:500]}")


class Place:
    """A place at work: its people and its filings."""

    def __init__(self, name: str, code: str) -> None:
        self.code = code
        self.clerk, self.lead, self.reviewer, self.admin = (
            Someone(f"{name}.{role}") for role in ("clerk", "lead", "reviewer", "admin")
        )
        self.refs: list[str] = [one["ref"] for one in json.loads(command("list_filings", "--json", "--place", code))]

    def state(self, ref: str) -> str:
        return str(rows("SELECT state FROM filings_filing WHERE ref = %s", ref)[0][0])

    def send(self, ref: str) -> bool:
        """Send a sheet in, with a reason for each warning; whether it went."""
        self.clerk.give_reasons(f"/filings/{ref}/submit/")
        return self.state(ref) == "submitted"

    def act(self, who: Someone, ref: str, action: str, words: str = "") -> None:
        before = self.state(ref)
        who.post(f"/filings/{ref}/do/{action}/", words=words)
        if self.state(ref) == before:
            raise SystemExit(f"{ref}: {action} was refused while {before}")

    def remark(self, ref: str, path: str, text: str) -> int:
        self.reviewer.post(f"/filings/{ref}/remarks/", path=path, text=text)
        return int(rows("SELECT max(id) FROM filings_remark")[0][0])

    def cell(self, ref: str) -> tuple[str, str]:
        """A cell of running text of a filing, and what stands in it."""
        document = json.loads(exported(ref))["document"]
        for table, found in document["tables"].items():
            for row in found:
                for column in ("text", "goal", "content", "detail", "name"):
                    if row.get("cells", row).get(column):
                        return f"{table}[{row['id']}].{column}", row.get("cells", row)[column]
        raise SystemExit(f"{ref} has no cell to edit")

    def edit(self, ref: str, who: Someone | None = None) -> None:
        version = int(rows("SELECT version FROM filings_filing WHERE ref = %s", ref)[0][0])
        path, text = self.cell(ref)
        (who or self.clerk).save(ref, version, path, text + NOTE)


def exported(ref: str) -> str:
    """A filing as its JSON file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "filing.json"
        command("export_filing", ref, "--format", "json", "-o", str(file))
        return file.read_text(encoding="utf-8")
