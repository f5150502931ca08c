"""Every page of the site once, with a given text wherever people can type one."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from filings.models import Filing, Packet, Person, Project
from filings.services.drafts import save_edits
from filings.services.workflow import apply_transition
from tests.factories import House, filled, put
from tests.views.kit import PASSWORD, browser, move_filing, start_url, step_url


@dataclass
class Pages:
    """The responses of all pages, by name."""

    house: House
    responses: dict[str, HttpResponse] = field(default_factory=dict)

    def add(self, name: str, response: HttpResponse, status: int = 200) -> HttpResponse:
        """Record a page that must have this status."""
        assert response.status_code == status, name
        self.responses[name] = response
        return response


@dataclass
class Examples:
    """Filings in the states that the pages show."""

    draft: Filing
    sent: Filing
    returned: Filing
    approved: Filing


def make_examples(house: House, text: str) -> Examples:
    """Filings, names, remarks and reasons that all consist of `text`."""
    Person.objects.filter(pk__in=[person.pk for person in house.people.values()]).update(full_name=text[:50])
    Person.objects.filter(pk=house.admin.pk).update(is_staff=True)
    good = filled(title=text, long_goal=text)
    sent, returned, approved = (house.filing(good) for _ in range(3))
    move_filing(house, sent)
    sent.remarks.create(jurisdiction=house.place, path="title", text=text, person=house.reviewer)
    move_filing(house, returned)
    apply_transition(house.reviewer, returned.pk, "return", words=text)
    move_filing(house, approved, ("reviewer", "approve"))
    Packet.objects.create(
        jurisdiction=house.place, cycle=house.cycle, person=house.admin, status="ready", sha256="0" * 64
    )
    return Examples(draft_with_text_everywhere(house, text), sent, returned, approved)


def draft_with_text_everywhere(house: House, text: str) -> Filing:
    """A draft with `text` in every cell, and a remark with an answer."""
    document = filled(title=text, phone=text, total=text, grant=text, rest=text, long_goal=text, year_goal=text)
    row = document.rows("indicators")[0]
    cells = {"level1": text, "level2": text, "name": text, "value": text}
    document.tables["indicators"] = (row, row.__class__("i9", cells))  # type: ignore[index]
    draft = house.filing(document)
    assert draft.project
    Project.objects.filter(pk=draft.project.pk).update(name=text)
    draft.remarks.create(
        jurisdiction=house.place, path="title", text=text, answer=text, status="answered", person=house.reviewer
    )
    return draft


def every_page(house: House, text: str = "普通") -> Pages:
    """Request every page once, with `text` wherever people can type one."""
    pages, filings = Pages(house), make_examples(house, text)
    add_log_in(pages, filings, text)
    add_clerk(pages, filings, text)
    add_bureau(pages, filings, text)
    add_refusals(pages)
    add_master_data(pages)
    return pages


def add_log_in(pages: Pages, filings: Examples, text: str) -> None:
    pages.add("login", Client().get("/login/"))
    pages.add("login wrong", Client().post("/login/", {"username": text, "password": "x"}))
    fields = {"version": "0", "title": text, "do": "save"}
    pages.add("login kept", Client().post(step_url(filings.draft), fields))
    hidden = {f"kept-{name}": value for name, value in fields.items()}
    account = {"username": pages.house.lead.username, "password": PASSWORD, "kept_to": step_url(filings.draft)}
    pages.add("resume", Client().post("/login/", {**account, **hidden}))
    for _ in range(5):
        locked = Client().post("/login/", {"username": pages.house.second.username, "password": "x"})
    pages.add("locked", locked, 429)


def add_clerk(pages: Pages, filings: Examples, text: str) -> None:
    house, draft, sent, returned = pages.house, filings.draft, filings.sent, filings.returned
    clerk, start = browser(house.clerk), start_url(house)
    pages.add("no post", browser(house.nobody).get("/"))
    pages.add("tasks", clerk.get("/tasks/"))
    pages.add("start", clerk.get(start))
    pages.add("start refused", clerk.post(start, {"new_project": text * 200}), 409)
    for key in ("head", "goals", "rows"):
        pages.add(f"step {key}", clerk.get(step_url(draft, key)))
    pages.add("draft", clerk.get(f"/filings/{draft.ref}/"))
    pages.add("check, blocked", clerk.get(f"/filings/{draft.ref}/submit/"))
    pages.add("returned", clerk.get(f"/filings/{returned.ref}/"))
    pages.add("check, free", clerk.get(f"/filings/{returned.ref}/submit/"))
    pages.add("sent", clerk.get(f"/filings/{sent.ref}/"))
    late = {"version": 0, "title": text, "objectives[period].text": text}
    pages.add("refused", clerk.post(step_url(sent), late), 409)
    pages.add("receipt", clerk.get(f"/filings/{sent.ref}/receipt/"))
    theirs = [put("title", text + "b"), put("phone", text + "b")]
    save_edits(house.lead, draft.pk, draft.version, "other-window", theirs)
    conflict = {"version": draft.version, "title": text + "c", "phone": text + "\x07"}
    pages.add("conflict", clerk.post(step_url(draft), conflict), 409)


def add_bureau(pages: Pages, filings: Examples, text: str) -> None:
    reviewer, admin_ = browser(pages.house.reviewer), browser(pages.house.admin)
    pages.add("review", reviewer.get(f"/filings/{filings.sent.ref}/", {"cell": "title"}))
    pages.add("review, odd cell", reviewer.get(f"/filings/{filings.sent.ref}/", {"cell": text}))
    pages.add("queue", reviewer.get("/review/all/"))
    pages.add("log", reviewer.get(f"/filings/{filings.returned.ref}/log/"))
    pages.add("packets", admin_.get("/packets/"))
    pages.add("approved", admin_.get(f"/filings/{filings.approved.ref}/"))


def add_refusals(pages: Pages) -> None:
    pages.add("404", browser(pages.house.clerk).get("/filings/nothing/"), 404)
    pages.add("404 signed out", Client().get("/nowhere/"), 404)
    pages.add("csrf", Client(enforce_csrf_checks=True).post("/login/"), 403)
    pages.add("400", Client().get("/tasks/", headers={"host": "evil.example"}), 400)


def add_master_data(pages: Pages) -> None:
    admin_ = browser(pages.house.admin)
    pages.add("admin", admin_.get("/admin/"))
    pages.add("admin login", Client().get("/admin/login/"))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if model._meta.app_label in ("filings", "indicators"):
            pages.add(f"{name} list", admin_.get(reverse(f"{name}_changelist")))
            row = pages.house.clerk if model is Person else model._default_manager.first()
            if row:
                pages.add(f"{name} row", admin_.get(reverse(f"{name}_change", args=[row.pk])))
