"""The review queue: filters, orders and counts, the position of a sheet in it, and who has a sheet open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from filings.models import CheckResult, Filing, SheetPresence
from filings.services.checking import check_and_store
from filings.services.remarks import add_remark
from filings.services.review_queue import (
    ORDERS,
    PRESENCE,
    QueueFilters,
    filter_queue,
    queue_counts,
    queue_position,
    record_presence,
    reviewer_presence,
)
from filings.services.workflow import apply_transition
from tests.factories import House, build_house, filled, send, with_text


def names(house: House, **wanted: str) -> str:
    query = filter_queue(house.fresh("reviewer"), QueueFilters(**wanted))
    return "".join(filing.project.name[0] for filing in query)


def test_filters_and_orders(house: House, sent: list[Filing]) -> None:
    assert names(house) == "甲乙丙"
    assert names(house, order="newest") == "丙乙甲"
    assert names(house, order="money") == "丙乙甲"
    assert names(house, q="工程") == "甲乙"
    assert names(house, q="乙 本单位") == "乙"
    assert names(house, least="20") == "乙丙"
    assert names(house, least="15", most="25.5") == "乙"
    assert names(house, department=str(house.department.pk)) == "甲乙丙"
    assert names(house, department=str(house.elsewhere.pk)) == ""
    assert names(house, form="testshire/plan", cycle=str(house.cycle.pk)) == "甲乙丙"
    assert names(house, tab="approved") == ""
    apply_transition(house.reviewer, sent[1].pk, "approve")
    assert names(house) == "甲丙"
    assert names(house, tab="approved") == "乙"
    assert queue_counts(house.fresh("reviewer")) == {
        "waiting": 2, "asking": 0, "returned": 0, "approved": 1, "all": 3,
    }  # fmt: skip
    for order in ORDERS:
        assert sorted(names(house, tab="all", order=order)) == sorted("甲乙丙")


@pytest.mark.parametrize("odd", ["", "x", "-1", "9" * 30, "NaN", "1e9", "９", "' OR 1=1"])
def test_odd_filters_harm_nothing(house: House, sent: list[Filing], odd: str) -> None:
    wanted = QueueFilters.from_query(
        "all", dict.fromkeys(("cycle", "department", "form", "found", "least", "most", "order"), odd)
    )
    assert len(filter_queue(house.fresh("reviewer"), wanted)) <= 3


def test_findings_are_counted_for_the_queue(house: House, sent: list[Filing]) -> None:
    check_and_store(sent)
    counts = CheckResult.objects.get(filing=sent[0])
    assert (counts.errors, counts.warnings) == (0, 1), "three projects with the same rows"
    assert counts.codes == {"C18": 1}
    assert names(house, found="warning") == "甲乙丙"
    assert names(house, found="error") == names(house, found="none") == ""
    CheckResult.objects.filter(filing=sent[2]).update(warnings=5)
    assert names(house, order="findings") == "丙甲乙"
    add_remark(house.reviewer, sent[1].pk, "title", "请核对")
    assert names(house, found="remark") == "乙"


@pytest.mark.django_db(transaction=True)
def test_counts_follow_a_submission_by_themselves() -> None:
    house = build_house()
    filing = house.filing(with_text(filled(), "indicators[i1].value", "10条"))
    assert not CheckResult.objects.exists()
    send(house.clerk, filing.pk)
    assert CheckResult.objects.get(filing=filing).codes == {"C33": 1}


def test_nothing_of_others(house: House, sent: list[Filing]) -> None:
    house.filing()
    assert names(house, tab="all") == "甲乙丙", "no draft"
    for who in ("neighbour", "nobody"):
        assert not filter_queue(house.fresh(who), QueueFilters(tab="all")).exists()


def test_neighbours_follow_the_filter(house: House, sent: list[Filing]) -> None:
    first, second, third = sent
    reviewer = house.fresh("reviewer")
    here = queue_position(reviewer, QueueFilters(), second)
    assert here is not None
    assert (here.number, here.total, here.before, here.after) == (2, 3, first.ref, third.ref)
    ends = queue_position(reviewer, QueueFilters(q="工程"), second)
    assert ends is not None
    assert (ends.number, ends.total, ends.after) == (2, 2, "")
    assert queue_position(reviewer, QueueFilters(q="活动"), second) is None


def test_an_address_of_a_queue_reads_back() -> None:
    wanted = QueueFilters.from_query("all", {"q": "甲 & 乙", "order": "money", "page": "2", "tab": "x", "unknown": "1"})
    assert (wanted.tab, wanted.q, wanted.order, wanted.page) == ("all", "甲 & 乙", "money", "2")
    assert wanted.query_string == "q=%E7%94%B2+%26+%E4%B9%99&order=money&page=2"
    assert QueueFilters().query_string == ""


def test_who_else_is_looking(house: House, sent: list[Filing]) -> None:
    record_presence(house.second, sent[0])
    record_presence(house.second, sent[0])
    record_presence(house.reviewer, sent[0])
    assert reviewer_presence(house.reviewer, sent) == {sent[0].pk: [str(house.second)]}
    SheetPresence.objects.filter(person=house.second).update(at=timezone.now() - PRESENCE - timedelta(seconds=1))
    assert reviewer_presence(house.reviewer, sent) == {}
