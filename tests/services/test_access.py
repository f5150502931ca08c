"""Who sees what: an owner, a colleague, the bureau, a stranger, in every state."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from filings.models import Filing, Membership, Person, Role, State
from filings.services.access import has_role, has_role_in_place, may_edit, memberships, roles_for
from tests.factories import House, build_house
from tests.services.test_workflow import in_state

DEPARTMENT = {"clerk", "colleague", "lead", "head_lead", "both"}
BUREAU = {"reviewer", "second", "auditor", "both"}
SENT = set(State.values) - {"draft"}


@pytest.mark.parametrize("state", State.values)
def test_who_sees_a_filing(house: House, state: str) -> None:
    filing = in_state(house.filing(), state, house)
    stranger = build_house("elseshire")
    stranger.filing()
    seen = {who for who, person in house.people.items() if filing in Filing.objects.visible_to(person)}
    assert seen == DEPARTMENT | {"admin"} | (BUREAU if state in SENT else set())
    assert {who for who, person in house.people.items() if filing.is_visible_to(person)} == seen
    assert not any(filing.is_visible_to(person) for person in stranger.people.values())
    assert [who for who, person in stranger.people.items() if filing in Filing.objects.visible_to(person)] == []


def test_the_bureau_sees_a_draft_with_an_open_request(house: House) -> None:
    filing = house.filing()
    Filing.objects.filter(pk=filing.pk).update(waiver_requested=True)
    asked = Filing.objects.get(pk=filing.pk)
    seen = {who for who, person in house.people.items() if asked in Filing.objects.visible_to(person)}
    assert seen == DEPARTMENT | {"admin"} | BUREAU
    assert {who for who, person in house.people.items() if asked.is_visible_to(person)} == seen


def test_nobody_in_particular_sees_nothing(house: House) -> None:
    house.filing()
    assert not Filing.objects.visible_to(house.nobody).exists()
    assert not Filing.objects.visible_to(AnonymousUser()).exists()  # type: ignore[arg-type]
    assert not Filing.objects.get().is_visible_to(house.nobody)
    assert not Filing.objects.get().is_visible_to(AnonymousUser())  # type: ignore[arg-type]


def test_a_closed_account_sees_nothing(house: House) -> None:
    house.filing()
    Person.objects.filter(pk=house.clerk.pk).update(is_active=False)
    assert not Filing.objects.visible_to(house.fresh("clerk")).exists()
    assert not Filing.objects.get().is_visible_to(house.fresh("clerk"))


def test_a_superuser_sees_no_filing_by_being_one(house: House) -> None:
    house.filing()
    root = Person.objects.create_superuser("root", password="long enough 7531")
    assert not Filing.objects.visible_to(root).exists()
    assert roles_for(root, Filing.objects.get()) == set()


def test_a_filing_is_listed_once_to_who_has_several_roles(house: House) -> None:
    filing = in_state(house.filing(), "submitted", house)
    assert list(Filing.objects.visible_to(house.both)) == [filing]


def test_the_lead_above_sees_the_departments_below_but_not_the_other_way(house: House) -> None:
    filing = house.filing()
    above = filing.department.parent
    assert above is not None
    Filing.objects.filter(pk=filing.pk).update(department=above)
    moved = Filing.objects.get(pk=filing.pk)
    assert [who for who in ("head_lead", "lead", "clerk") if moved in Filing.objects.visible_to(house.people[who])] == [
        "head_lead"
    ]
    assert [who for who in ("head_lead", "lead", "clerk") if moved.is_visible_to(house.people[who])] == ["head_lead"]


@pytest.mark.parametrize(
    ("who", "roles"),
    [("clerk", {"clerk"}), ("lead", {"lead"}), ("head_lead", {"lead"}), ("both", {"clerk", "reviewer"}),
     ("neighbour", set()), ("reviewer", {"reviewer"}), ("admin", {"admin"}),
     ("auditor", {"auditor"}), ("nobody", set())],
)  # fmt: skip
def test_roles_towards_a_filing(house: House, who: str, roles: set[str]) -> None:
    filing = house.filing()
    assert roles_for(house.fresh(who), filing) == roles
    assert roles_for(house.fresh(who), build_house("elseshire").filing()) == set()


def test_roles_of_two_places_do_not_mix(house: House) -> None:
    other = build_house("elseshire")
    Membership.objects.create(person=house.clerk, role="reviewer", jurisdiction=other.place)
    clerk = house.fresh("clerk")
    assert roles_for(clerk, house.filing()) == {"clerk"}
    assert roles_for(clerk, other.filing()) == {"reviewer"}
    assert not may_edit(clerk, Filing.objects.filter(jurisdiction=other.place).get())


@pytest.mark.parametrize("state", State.values)
def test_only_drafts_and_returned_filings_may_be_edited(house: House, state: str) -> None:
    filing = in_state(house.filing(), state, house)
    assert {who for who in house.people if may_edit(house.fresh(who), filing)} == (
        DEPARTMENT if state in ("draft", "returned") else set()
    )


def test_memberships_are_read_once_a_request(house: House, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    filing, person = house.filing(), house.fresh("both")
    with django_assert_num_queries(1):
        for _ in range(3):
            assert len(memberships(person)) == 2
            roles_for(person, filing)
        assert has_role(person, ["reviewer"])
        assert not has_role(person, ["admin"])


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_for_any_length(house: House, count: int, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(count):
        house.filing()
    person = house.fresh("clerk")
    with django_assert_num_queries(2):
        found = list(Filing.objects.visible_to(person).select_related("project", "layout"))
        assert [filing.subject_name for filing in found]
        assert len(found) == count


def test_a_role_in_one_place_is_none_in_another(house: House) -> None:
    other = build_house("elsewhere")
    reviewer = house.fresh("reviewer")
    assert has_role_in_place(reviewer, (Role.REVIEWER, Role.ADMIN), house.place.pk)
    assert not has_role_in_place(reviewer, (Role.REVIEWER, Role.ADMIN), other.place.pk)
    assert not has_role_in_place(reviewer, (Role.ADMIN,), house.place.pk)
    assert not has_role_in_place(house.fresh("nobody"), tuple(Role), house.place.pk)
