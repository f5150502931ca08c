"""Sessions: kept alive by people who are active, at few writes; and who is logged in, read by one query."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from filings.models import Membership
from filings.services.accounts import PersonBackend
from tests.factories import House, person
from tests.views.kit import browser

LIFE = timedelta(seconds=settings.SESSION_COOKIE_AGE)


def writes(client: Client) -> int:
    """How many statements a page causes that write to the table of sessions."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/tasks/").status_code == 200
    return sum('UPDATE "django_session"' in query["sql"] for query in asked.captured_queries)


def left(client: Client, part: float) -> Client:
    """The client, whose session has only this part of its life left."""
    Session.objects.update(expire_date=timezone.now() + LIFE * part)
    return client


@pytest.mark.parametrize(("part", "count"), [(1.0, 0), (0.7, 0), (0.6, 1), (0.01, 1)])
def test_a_session_is_stored_when_a_third_of_its_life_is_over(house: House, part: float, count: int) -> None:
    client = left(browser(house.clerk), part)
    before = Session.objects.get().expire_date
    assert writes(client) == count
    after = Session.objects.get().expire_date
    assert (after > before) is bool(count)
    if count:
        assert after - timezone.now() > LIFE * 0.99
        assert writes(client) == 0, "it is new again"


def test_an_idle_session_ends(house: House) -> None:
    client = left(browser(house.clerk), -0.01)
    assert client.get("/tasks/").status_code == 302


def test_a_renewed_session_has_a_renewed_cookie(house: House) -> None:
    client = left(browser(house.clerk), 0.5)
    cookie = client.get("/tasks/").cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == settings.SESSION_COOKIE_AGE
    assert settings.SESSION_COOKIE_NAME not in client.get("/tasks/").cookies


def test_a_visitor_gets_no_session(house: House) -> None:
    Client().get("/verify/")
    assert not Session.objects.exists()


def test_who_is_logged_in_is_read_with_the_memberships_by_one_query(house: House) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = PersonBackend().get_user(house.clerk.pk)
        assert found == house.clerk
        assert [one.department for one in found.cached_memberships] == [house.department]
    assert len(asked) == 1


def test_an_account_without_roles_or_turned_off(house: House) -> None:
    stranger = person("stranger", "clerk", house.place, house.department)
    Membership.objects.filter(person=stranger).delete()
    found = PersonBackend().get_user(stranger.pk)
    assert found == stranger
    assert found.cached_memberships == []
    for one in (stranger, house.clerk):
        one.is_active = False
        one.save()
        assert PersonBackend().get_user(one.pk) is None
    assert PersonBackend().get_user(10**9) is None
