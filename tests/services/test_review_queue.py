"""The queue of the review desk, steps for many filings, and what changed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from filings.models import CheckResult, Cycle, DueForm, Filing, SheetPresence
from filings.services.batch import preview_batch, run_batch
from filings.services.changes import changes_since_last_year, changes_since_submission
from filings.services.checking import check_and_store
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.new_filings import start_filing
from filings.services.remarks import add_remark
from filings.services.replies import current_findings
from filings.services.review_queue import (
    ORDERS,
    PRESENCE,
    QueueFilters,
    filter_queue,
    queue_counts,
    queue_position,
    record_presence,
    reviewers_present,
)
from filings.services.workflow import SubmissionBlocked, apply_transition
from tests.factories import House, build_house, filled, opened_cycle, put, send, with_text


@pytest.fixture
def sent(house: House) -> list[Filing]:
    """Three filings sent in, in this order, with 10, 20 and 30 (万元)."""
    filings = []
    for number, name in enumerate(("甲工程", "乙工程", "丙活动"), 1):
        document = filled(total=f"{number}0", grant=f"{number}0", rest="0")
        project = house.project(name)
        filing = start_filing(house.clerk, house.cycle, house.due, house.department, project, document=document)
        send(house.clerk, filing.pk)
        filings.append(filing)
    return [Filing.objects.get(pk=filing.pk) for filing in filings]


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
    assert reviewers_present(house.reviewer, sent) == {sent[0].pk: [str(house.second)]}
    SheetPresence.objects.filter(person=house.second).update(at=timezone.now() - PRESENCE - timedelta(seconds=1))
    assert reviewers_present(house.reviewer, sent) == {}


def test_a_batch_says_what_it_skips_and_why(house: House, sent: list[Filing]) -> None:
    draft = house.filing()
    add_remark(house.reviewer, sent[2].pk, "title", "请核对")
    refs = [filing.ref for filing in (*sent, draft)]
    lines = {line.filing.pk: line.skipped for line in preview_batch(house.fresh("reviewer"), "approve", refs)}
    assert lines == {sent[0].pk: "", sent[1].pk: "", sent[2].pk: "有 1 条意见没有关闭，请逐份处理"}, "drafts are unseen"
    done, skipped = run_batch(house.fresh("reviewer"), "approve", refs, "")
    assert (done, [line.filing.pk for line in skipped]) == (2, [sent[2].pk])
    assert sorted(Filing.objects.filter(state="approved").values_list("pk", flat=True)) == [sent[0].pk, sent[1].pk]
    again, skipped = run_batch(house.fresh("reviewer"), "approve", refs, "")
    assert (again, [line.skipped for line in skipped][:2]) == (0, ["现在是“已审核”", "现在是“已审核”"])


def test_a_batch_of_returns_says_why(house: House, sent: list[Filing]) -> None:
    refs = [filing.ref for filing in sent]
    with pytest.raises(Refused, match="批量退回必须写明意见"):
        run_batch(house.fresh("reviewer"), "return", refs, "  ")
    assert run_batch(house.fresh("reviewer"), "return", refs, "请补充满意度")[0] == 3
    assert {filing.events.latest("id").words for filing in sent} == {"请补充满意度"}


def test_nobody_decides_on_own_work_in_a_batch(house: House) -> None:
    filing = house.filing()
    send(house.both, filing.pk)
    (line,) = preview_batch(house.fresh("both"), "approve", [filing.ref])
    assert line.skipped == "是您自己送审的"


def test_what_changed_since_it_was_last_sent_in(house: House) -> None:
    filing = house.filing()
    assert changes_since_submission(filing) is None
    send(house.clerk, filing.pk)
    assert changes_since_submission(Filing.objects.get(pk=filing.pk)) is None, "there was no submission before"
    apply_transition(house.reviewer, filing.pk, "return", words="请改")
    save_edits(house.clerk, filing.pk, 0, "op", [put("title", "改后")])
    for submit in (False, True):
        if submit:
            send(house.clerk, filing.pk)
        changes = changes_since_submission(Filing.objects.get(pk=filing.pk))
        assert changes is not None
        assert [(one.path, one.before, one.after) for one in changes] == [("title", "巷道改造", "改后")]


def test_what_changed_since_last_year(house: House) -> None:
    earlier, project = opened_cycle(house.place, 2025), house.project()
    due = DueForm.objects.create(
        jurisdiction=house.place, cycle=earlier, layout=house.due.layout, subject="project", title="表"
    )
    old = start_filing(house.clerk, earlier, due, house.department, project, document=filled(total="40", grant="20"))
    new = start_filing(house.clerk, house.cycle, house.due, house.department, project, document=filled())
    changes = changes_since_last_year(Filing.objects.get(pk=new.pk))
    assert changes is not None
    assert [(one.path, one.before, one.after) for one in changes] == [
        ("funding[total].amount", "40", "50"),
        ("funding[grant].amount", "20", "30"),
    ]
    assert changes_since_last_year(Filing.objects.get(pk=old.pk)) is None
    assert Filing.objects.get(pk=new.pk).total == Decimal(50)


def test_a_later_round_wants_a_reason_for_what_it_changes(house: House) -> None:
    """C74 年中调整无理由: the warning names both values; a reason answers it."""
    project = house.project()
    start_filing(house.clerk, house.cycle, house.due, house.department, project, document=filled())
    later, due = another_round(house)
    document = filled(title="巷道改造（调整）")
    filing = start_filing(house.clerk, later, due, house.department, project, document=document)
    (one,) = [one.finding for one in current_findings(Filing.objects.get(pk=filing.pk)) if one.finding.code == "C74"]
    assert (one.path, one.severity) == ("title", "warning")
    assert "从“巷道改造”调整为“巷道改造（调整）”" in one.message
    with pytest.raises(SubmissionBlocked, match="没有说明"):
        apply_transition(house.clerk, filing.pk, "submit")
    send(house.clerk, filing.pk)


def another_round(house: House) -> tuple[Cycle, DueForm]:
    """A second round of the year of the house."""
    now = timezone.now()
    cycle = Cycle.objects.create(
        jurisdiction=house.place, year=2026, round=2, title="2026年调整", profile=house.cycle.profile,
        opens_at=now - timedelta(days=1), deadline=now + timedelta(days=1),
    )  # fmt: skip
    due = DueForm.objects.create(
        jurisdiction=house.place, cycle=cycle, layout=house.due.layout, subject="project", title="表"
    )
    return cycle, due
