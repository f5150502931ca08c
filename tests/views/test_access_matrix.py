"""Every route, requested by every role for a filing in every state; expected responses are in `access_table.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from filings.models import State
from filings.services.workflow import apply_transition
from tests.factories import send
from tests.views.access_site import MODEL_BACKEND, REQUESTS, Site, states_of, undone
from tests.views.access_table import ROLES, STATES, Request


def named_routes() -> set[str]:
    """The names of all routes but those of Django's own admin."""

    def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern.name or str(pattern.pattern)
            elif pattern.app_name != "admin":
                yield from walk(pattern.url_patterns)

    return set(walk(get_resolver().url_patterns))


def outcome(response: HttpResponse, written: list[str]) -> str:
    """The response in the notation of the table."""
    code = str(response.status_code)
    if response.streaming:
        list(response)
    if code == "302" and response["Location"].startswith("/login/?next="):
        return "login"
    if code == "200" and response.context and response.context.get("resume_address"):
        return "resume"
    return code + ("*" if written else "")


@pytest.mark.django_db  # or a run of this file alone would make no database
def test_the_table_names_every_route() -> None:
    """A new route fails here until somebody decides who may use it."""
    routes, known = named_routes(), {request.view for request in REQUESTS}
    assert not routes - known, f"not in tests/views/access_table.py: {sorted(routes - known)}"
    assert not known - routes, f"in the table but no route: {sorted(known - routes)}"


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: one.name)
def test_responses_match_the_table(site: Site, request_: Request) -> None:
    """For each role and state, with a star exactly where the database changes."""
    wrong = []
    for state in states_of(site, request_.route):
        for role in ROLES:
            with undone() as written:
                response = site.ask(request_, role, state)
                actual = outcome(response, written)
            expected = request_.expected[role, state]
            if actual != expected:
                wrong.append(f"{role} {state}: {actual}, the table says {expected} {written}")
            if actual == "resume":
                for name, value in (pair.split("=", 1) for pair in request_.posted.split()):
                    html = response.content.decode()
                    assert f'name="kept-{name}"' in html, f"{name} is lost in the log-in"
                    assert "{" in value or f">\n{value}</textarea>" in html, f"{name} is lost in the log-in"
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused(site: Site, method: str) -> None:
    """Methods without a block get 405 and change nothing, unless the log-in comes first."""
    allowed = {(request.view, request.method) for request in REQUESTS}
    others = sorted(view for view in named_routes() if (view, method) not in allowed and view != "health")
    for view in others:
        for role in ("clerk", "auditor", "admin", "stranger", "nobody", "anonymous"):
            with undone() as written:
                response = getattr(site.client(role), method.lower())(site.url(f"{view}/approve", "submitted"))
                actual = outcome(response, written)
            right = ("405",) if role != "anonymous" else ("405", "login", "resume")
            assert actual in right, f"{method} {view} as {role}: {actual}"
            assert not written


def test_script_gets_401_after_the_session(site: Site) -> None:
    """Every route behind the log-in answers a script with 401 and JSON."""
    for view in sorted(named_routes() - {"login", "logout", "health", "layout_css", "text_size", "verify"}):
        response = site.client("anonymous").get(
            site.url(f"{view}/approve", "draft"), headers={"accept": "application/json"}
        )
        assert response.status_code == 401, view
        assert "登录已过期" in response.json()["error"]
        assert response.json()["code"] == "logged_out"


def test_auditor_changes_nothing_at_all(site: Site) -> None:
    """No row of the auditor in the table has a star."""
    stars = [request.name for request in REQUESTS for state in STATES if "*" in request.expected["auditor", state]]
    assert not stars


@pytest.mark.parametrize("action", ["start_review", "return", "approve"])
def test_nobody_reviews_their_own_submission(site: Site, action: str) -> None:
    """A clerk who is a reviewer too can submit, but not decide on it."""
    house = site.house
    with undone():
        filing = house.filing()
        send(house.both, filing.pk)
        client = site.client("both")
        with undone() as written:
            response = client.post(f"/filings/{filing.ref}/do/{action}/", {"words": "可以"}, follow=True)
        assert not written
        assert "不能审核自己送审的申报表" in response.content.decode()
        filing.refresh_from_db()
        assert filing.state == State.SUBMITTED


def test_missing_and_forbidden_filings_get_the_same_404(site: Site) -> None:
    """The pages are identical, so that nobody learns which references exist."""
    client = site.client("stranger")
    foreign, nothing = client.get(site.url("sheet", "approved")), client.get("/filings/abcdefghjkmnpqrs/")
    assert (foreign.status_code, nothing.status_code) == (404, 404)
    words = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"|/filings/\w+/', "", one.content.decode())
        for one in (foreign, nothing)
    ]
    assert words[0] == words[1]


def test_queue_and_tasks_list_only_visible_filings(site: Site) -> None:
    """No drafts in the review queue, nothing of other jurisdictions or departments."""
    refs = {state: filing.ref for state, filing in site.filings.items()}
    for role in ("reviewer", "auditor", "admin"):
        html = site.client(role).get("/review/all/").content.decode()
        assert refs["draft"] not in html
        assert all(refs[state] in html for state in STATES[1:])
    for role in ("stranger", "colleague"):
        html = site.client(role).get("/tasks/").content.decode()
        assert not any(ref in html for ref in refs.values())
    reviewer = Client()
    reviewer.force_login(site.other.reviewer, MODEL_BACKEND)
    assert not any(ref in reviewer.get("/review/all/").content.decode() for ref in refs.values())


def test_admin_of_another_place(site: Site) -> None:
    """They neither build nor fetch our packets."""
    client = Client()
    client.force_login(site.other.admin, MODEL_BACKEND)
    with undone() as written:
        assert client.post("/packets/", {"cycle": site.house.cycle.pk}).status_code == 404
        assert client.get(f"/packets/{site.packet.ref}/").status_code == 404
        assert client.get(f"/packets/{site.packet.ref}/files/0/").status_code == 404
        for action in ("cancel", "resume"):
            assert client.post(f"/packets/{site.packet.ref}/do/{action}/").status_code == 404
    assert not written
    assert site.house.cycle.title in client.get("/packets/").content.decode()
    assert site.house.place.name not in client.get("/packets/").content.decode()


def test_the_board_of_another_place(site: Site) -> None:
    """No access to its cycle or departments, and no reminders to them."""
    house, other = site.house, site.other
    client = site.client("admin")
    with undone() as written:
        for url in (
            f"/board/{other.cycle.pk}/",
            f"/board/{other.cycle.pk}/remind/",
            f"/board/{house.cycle.pk}/{other.department.pk}/",
            f"/board/{other.cycle.pk}/{house.department.pk}/",
        ):
            assert client.get(url).status_code == 404, url
        for posted in ([other.department.pk], [house.department.pk, other.department.pk], ["1x"]):
            data = {"department": posted, "text": "请报", "do": "send"}
            assert client.post(f"/board/{house.cycle.pk}/remind/", data).status_code == 404, posted
    assert not written


def test_identifiers_of_others_inside_a_foreign_address(site: Site) -> None:
    """The address of an own filing gives no access to foreign remarks, departments or due forms."""
    own, client = site.filings["returned"], site.client("clerk")
    with undone():
        foreign = site.other.filing()
        apply_transition(site.other.clerk, foreign.pk, "submit")
        apply_transition(site.other.reviewer, foreign.pk, "return", words="改", remarks=[("title", "请改")])
        remark = foreign.remarks.get()
        with undone() as written:
            client.post(f"/filings/{own.ref}/remarks/{remark.pk}/", {"answer": "已改"})
            client.post(f"/filings/{own.ref}/remarks/", {"drop": remark.pk})
            assert client.get(f"/start/{site.other.due.pk}/{site.house.department.pk}/").status_code == 404
            assert client.get(f"/start/{site.house.due.pk}/{site.house.elsewhere.pk}/").status_code == 404
            copied = client.post(f"/start/{site.house.due.pk}/{site.house.department.pk}/", {"copy": foreign.ref})
            assert copied.status_code == 409
        assert not written


TECHNICAL = ("admin:axes_", "admin:django_tasks_database_")
"""Tables of libraries, for superusers only."""


def admin_pages() -> list[str]:
    """The index and the list of each table in the admin site."""
    models = sorted(model._meta.label_lower.replace(".", "_") for model in admin.site._registry)
    return ["admin:index", *(f"admin:{name}_changelist" for name in models)]


@pytest.mark.parametrize("name", admin_pages())
def test_master_data_is_for_admins(site: Site, name: str) -> None:
    """Everybody else is redirected to its log-in."""
    for role in ROLES:
        with undone() as written:
            allowed = 403 if name.startswith(TECHNICAL) else 200
            response = site.client(role).get(reverse(name))
            assert response.status_code == (allowed if role == "admin" else 302), f"{role} at {name}"
            if role != "admin":
                posted = site.client(role).post(reverse(name), {"action": "delete_selected", "_selected_action": "1"})
                assert posted.status_code == 302, f"{role} at {name}"
        assert not written, f"{role} at {name}"


def test_master_data_of_another_place(site: Site) -> None:
    """Admins neither list nor open it."""
    client, other = site.client("admin"), site.other
    pages = {
        "department": other.department,
        "cycle": other.cycle,
        "dueform": other.due,
        "jurisdiction": other.place,
        "person": other.clerk,
    }
    for model, row in pages.items():
        with undone() as written:
            listed = client.get(reverse(f"admin:filings_{model}_changelist")).content.decode()
            assert f"/{row.pk}/change/" not in listed, model
            assert client.get(reverse(f"admin:filings_{model}_change", args=[row.pk])).status_code in (302, 404), model
            removed = client.post(reverse(f"admin:filings_{model}_delete", args=[row.pk]), {"post": "yes"})
            assert removed.status_code in (302, 403, 404), model
        assert not written, model
