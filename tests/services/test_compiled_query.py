"""A compiled query finds what its QuerySet would find, again and again, and only in its own shape."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from filings.models import Filing, Membership
from perfbudget.compiled_query import CompiledQuery
from tests.factories import House, person

OF_STATE = CompiledQuery(
    lambda place, state: Filing.objects.filter(jurisdiction=place, state=state).with_parts().order_by("pk"),
    place=1_234_567_890,
    state="sample",
)
CODES = CompiledQuery(lambda role: Membership.objects.filter(role=role).values_list("pk", flat=True), role="sample")


def test_finds_what_the_query_finds_with_all_its_parts(house: House) -> None:
    filings = [house.filing() for _ in range(3)]
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            found = OF_STATE.find(place=house.place.pk, state="draft")
            parts = [(one.cycle.year, one.department.name, one.layout.name, one.submitted_by) for one in found]
        assert len(asked) == 1, "the parts come with it"
        assert found == filings
        assert parts == [(one.cycle.year, one.department.name, one.layout.name, None) for one in filings]
        assert [one.fields for one in found] == [one.fields for one in Filing.objects.order_by("pk")]


def test_each_time_the_values_are_those_given(house: House) -> None:
    filing = house.filing()
    assert OF_STATE.find(place=house.place.pk, state="draft") == [filing]
    assert OF_STATE.find(place=house.place.pk, state="approved") == []
    assert OF_STATE.find(place=house.place.pk + 1, state="draft") == []
    assert OF_STATE.find(place=house.place.pk, state="draft' OR '1'='1") == []
    assert OF_STATE.find(place=house.place.pk, state="draft") == [filing]


def test_rows_need_not_be_objects(house: House) -> None:
    another = person("another", "clerk", house.place, house.department)
    assert CODES.find(role="clerk") == list(Membership.objects.filter(role="clerk").values_list("pk", flat=True))
    another.memberships.all().delete()
    assert CODES.find(role="clerk") == list(Membership.objects.filter(role="clerk").values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_value_that_the_query_does_not_use_is_told() -> None:
    query = CompiledQuery(lambda state, year: Filing.objects.filter(state=state), state="sample", year=12_345)
    with pytest.raises(ValueError, match="not among the parameters of the query: year"):
        query.find(state="draft", year=2026)
