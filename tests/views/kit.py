"""Helpers of the view tests: a logged-in client, the text of a page, posts as the pages send them."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

from filings.models import Filing, Person
from filings.services.documents import load_document
from filings.services.drafts import save_edits
from filings.services.workflow import apply_transition
from filings.sheet.document import document_to_data
from tests.factories import House, put, send

PASSWORD = "long enough 7531"


def browser(person: Person, **more: Any) -> Client:
    """A test client in which the person is logged in."""
    client = Client(**more)
    client.force_login(person, "filings.services.accounts.PersonBackend")
    return client


def text_of(response: HttpResponse) -> str:
    """The text of a page without markup, with single blanks."""
    reader = _Words()
    reader.feed(response.content.decode())
    return re.sub(r"\s+", " ", " ".join(reader.words))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def step_url(filing: Filing, key: str = "head") -> str:
    """The address of a step of the wizard."""
    return f"/filings/{filing.ref}/steps/{key}/"


def autosave(client: Client, filing: Filing, *edits: object, **more: Any) -> HttpResponse:
    """Post edits as the page's script does."""
    body = {"version": filing.version, "operation": "operation-1", "edits": list(edits), **more}
    return post_json(client, filing, json.dumps(body))


def post_json(
    client: Client, filing: Filing, body: str | bytes, content_type: str = "application/json"
) -> HttpResponse:
    """Post any body to the address of the autosave."""
    return client.post(
        f"/filings/{filing.ref}/save/", body, content_type=content_type, headers={"accept": "application/json"}
    )


def set_cell(path: str, value: object) -> dict[str, object]:
    """The edit that sets a cell, as JSON."""
    return {"do": "set", "path": path, "value": value}


def move_filing(house: House, filing: Filing, *transitions: tuple[str, str]) -> Filing:
    """Submit the filing as its clerk, after a change if it was returned; then apply (person, action) one by one."""
    filing.refresh_from_db()
    if filing.state == "returned":
        save_edits(house.clerk, filing.pk, filing.version, f"changed-{filing.version}", [put("title", "改后")])
    send(house.clerk, filing.pk)
    for who, action in transitions:
        apply_transition(house.people[who], filing.pk, action, words="请改")
    filing.refresh_from_db()
    return filing


def start_url(house: House) -> str:
    """The address that starts the form of the test jurisdiction."""
    return f"/start/{house.due.pk}/{house.department.pk}/"


class Markup(HTMLParser):
    """A parsed page: violations of the content policy, the addresses it refers to, its ids and tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "style" or (tag == "script" and not given.get("src") and given.get("type") != "application/json"):
            self.faults.append(f"<{tag}> inside the page")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag} {name}={value!r}>")
            if name in ("href", "src", "action", "formaction", "data", "poster", "srcset"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")


def stored_content(filing: Filing) -> tuple[object, ...]:
    """Everything of a filing that an autosave could change."""
    filing = Filing.objects.get(pk=filing.pk)
    return (
        filing.state,
        filing.version,
        filing.department_id,
        filing.submitted_by_id,
        document_to_data(load_document(filing)),
        filing.edits.count(),
    )
