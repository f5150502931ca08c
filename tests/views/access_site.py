"""The site that the access table is tried on: a filing in each state, everybody logged in, and nothing kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from filings.checks import RULES
from filings.models import Attachment, Filing, Opinion, Packet, PacketFile, Person, Remark, State
from filings.services.attachments import attachment_path
from filings.services.drafts import save_edits
from filings.services.finding_replies import save_reasons
from filings.services.packets.cache import store
from filings.services.workflow import apply_transition
from tests.factories import House, put, send, unseen_transaction
from tests.views.access_table import ROLES, STATES, Request, requests

REQUESTS = requests()
MODEL_BACKEND = "filings.services.accounts.PersonBackend"


@dataclass
class Site:
    """Two jurisdictions, a filing in each state, everybody logged in."""

    house: House
    other: House
    filings: dict[str, Filing]
    remarks: dict[str, Remark]
    packet: Packet
    attachments: dict[str, str]
    sessions: dict[str, str]

    def client(self, role: str) -> Client:
        """A new test client in which the person is logged in."""
        client = Client()
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def url(self, route: str, state: str) -> str:
        """The address of a route for the filing in a state."""
        view, _, action = route.partition("/")
        ref, house = self.filings[state].ref, self.house
        arguments: dict[str, list[Any]] = {
            "queue": ["waiting"],
            "packet": [self.packet.ref],
            "packet_act": [self.packet.ref, action],
            "packet_file": [self.packet.ref, 0],
            "layout_css": [house.due.layout.sha256],
            "layout": [house.due.layout.pk],
            "layout_sample": [house.due.layout.pk, "xlsx"],
            "board": [house.cycle.pk],
            "board_office": [house.cycle.pk, house.department.pk],
            "remind": [house.cycle.pk],
            "start": [house.due.pk, house.department.pk],
            "step": [ref, "head"],
            "answer": [ref, self.remarks[state].pk],
            "act": [ref, action],
            "reply": [ref, action],
            "attachment": [ref, self.attachments[state]],
            "download": [ref, "json"],
        }
        plain = (
            *("home", "tasks", "batch", "notices", "newest_board", "packets", "verify", "layouts"),
            *("login", "logout", "health", "text_size"),
        )
        return reverse(view, args=arguments.get(view, [] if view in plain else [ref]))

    def ask(self, request: Request, role: str, state: str) -> HttpResponse:
        """Send one request of the table."""
        client, url, posted = self.client(role), self.url(request.route, state), request.posted
        if request.method == "GET":
            return client.get(url + posted.format(cycle=self.house.cycle.pk))
        if posted == "json":
            version, edit = self.filings[state].version, {"do": "set", "path": "title", "value": "改名"}
            body = json.dumps({"version": version, "operation": "matrix-00001", "edits": [edit]})
            return client.post(url, body, content_type="application/json", headers={"accept": "application/json"})
        house, now = self.house, timezone.now().isoformat()
        known = {"cycle": house.cycle.pk, "department": house.department.pk, "now": now}
        known |= {"remark": self.remarks[state].pk, "ref": self.filings[state].ref}
        known["attachment"] = self.attachments[state]
        data = dict(pair.split("=", 1) for pair in posted.format(**known).split())
        return client.post(url, data)


def in_state(house: House, state: str) -> Filing:
    """A filing of the clerk, brought to its state by ordinary transitions."""
    filing = house.filing()
    path = {
        "draft": [],
        "submitted": ["submit"],
        "in_review": ["submit", "start_review"],
        "returned": ["submit", "return"],
        "approved": ["submit", "approve"],
    }
    for action in path[state]:
        if action == "submit":
            send(house.clerk, filing.pk)
        else:
            apply_transition(house.reviewer, filing.pk, action, words="请改")
    if state == "returned":  # what came back is sent in again only when something was changed
        save_edits(house.clerk, filing.pk, 0, "changed-01", [put("phone", "0951-7654321")])
    filing.refresh_from_db()
    return filing


def attach_file(house: House, filing: Filing) -> str:
    """Attach a file to the filing in any state; the attachment's reference."""
    data = f"%PDF-{filing.ref}".encode()
    one = Attachment(jurisdiction=house.place, filing=filing, name="a.pdf", size=len(data), person=house.clerk)
    one.sha256 = hashlib.sha256(data).hexdigest()
    attachment_path(one).parent.mkdir(parents=True, exist_ok=True)
    attachment_path(one).write_bytes(data)
    one.save()
    return one.ref


def logged_in(person: Person) -> str:
    """The key of a session of the person."""
    client = Client()
    client.force_login(person, MODEL_BACKEND)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def build_site(house: House, other: House) -> Site:
    """A filing in each state with a remark, an opinion and an attachment, a packet, and sessions of all roles."""
    Person.objects.filter(pk__in=[house.admin.pk, other.admin.pk]).update(is_staff=True)
    filings = {state: in_state(house, state) for state in STATES}
    for state in ("draft", "returned"):
        save_reasons(house.clerk, filings[state].pk, dict.fromkeys(RULES, "实际情况如此"))
    remarks = {state: remark_on(house, filing, state) for state, filing in filings.items()}
    for filing in filings.values():
        for revision in filing.revisions.all():
            Opinion.objects.create(
                jurisdiction=house.place, filing=filing, revision=revision, text="可行", person=house.reviewer
            )
    attachments = {state: attach_file(house, filing) for state, filing in filings.items()}
    packet = ready_packet(house)
    people = {role: house.people[role] for role in ROLES if role in house.people}
    people |= {"stranger": other.clerk, "colleague": house.neighbour, "deactivated": house.colleague}
    sessions = {role: logged_in(person) for role, person in people.items()}
    Person.objects.filter(pk=house.colleague.pk).update(is_active=False)
    return Site(house, other, filings, remarks, packet, attachments, sessions)


def remark_on(house: House, filing: Filing, state: str) -> Remark:
    """A remark of the reviewer, as it stands in that state of the filing."""
    path = "phone" if state == "returned" else "title"
    remark = Remark(jurisdiction=house.place, filing=filing, path=path, text="请核对", person=house.reviewer)
    remark.status = Remark.Status.CLOSED if state == State.APPROVED else Remark.Status.OPEN
    remark.save()
    return remark


def ready_packet(house: House) -> Packet:
    """A packet that is built, with one file."""
    packet = Packet.objects.create(
        jurisdiction=house.place, cycle=house.cycle, person=house.admin, status="ready", sha256="0" * 64
    )
    file = {"name": "全部材料.zip", "path": "aa/matrix.zip", "sha256": "0" * 64, "bytes": 2}
    PacketFile.objects.create(jurisdiction=house.place, packet=packet, **file)
    store("aa/matrix.zip", b"PK")
    return packet


@contextmanager
def undone() -> Iterator[list[str]]:
    """Roll back the block; yields the tables written to, except sessions, log-in attempts, counts of look-ups."""
    written: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        match = re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', sql)
        if match and match[1] not in ("django_session", "axes_accesslog", "filings_ratecount"):
            written.append(match[1])
        return execute(sql, params, many, context)

    with unseen_transaction(), connection.execute_wrapper(watch):
        yield written
        transaction.set_rollback(True)


def states_of(site: Site, route: str) -> tuple[str, ...]:
    """The states that make a difference: all where the address names a filing."""
    return STATES if site.url(route, "draft") != site.url(route, "approved") else STATES[:1]
