"""The life of a filing: who may apply which transition when, what it stores, and that it is applied once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from filings.checks import RULES, blocking_findings, finding_from_data
from filings.models import Cycle, Event, Filing, Remark, Revision, State
from filings.services import log
from filings.services.checking import check_filings
from filings.services.documents import load_document
from filings.services.drafts import save_edits
from filings.services.errors import ConstraintError, Refused
from filings.services.exports import printable_filing
from filings.services.finding_replies import save_reasons
from filings.services.workflow import (
    TRANSITIONS,
    SubmissionBlocked,
    apply_transition,
    available_transitions,
    submit_filing,
)
from filings.sheet.document import Document, digest, document_from_data, document_to_data
from tests.factories import House, filled, put, unseen_transaction

DEPARTMENT = {"clerk", "colleague", "lead", "head_lead", "both"}
REVIEWERS = {"reviewer", "second", "both"}
ALLOWED = {
    ("submit", "draft"): ("submitted", DEPARTMENT),
    ("submit", "returned"): ("submitted", DEPARTMENT),
    ("withdraw", "submitted"): ("draft", DEPARTMENT),
    ("start_review", "submitted"): ("in_review", REVIEWERS),
    ("return", "submitted"): ("returned", REVIEWERS),
    ("return", "in_review"): ("returned", REVIEWERS),
    ("approve", "submitted"): ("approved", REVIEWERS),
    ("approve", "in_review"): ("approved", REVIEWERS),
    ("reopen", "approved"): ("returned", {"admin"}),
}


def in_state(filing: Filing, state: str, house: House) -> Filing:
    """The filing put into a state past all guards; the colleague sent it in."""
    sent = {} if state == "draft" else {"submitted_by": house.colleague, "submitted_at": timezone.now()}
    Filing.objects.filter(pk=filing.pk).update(
        **{"state": state, "submitted_by": None, "submitted_at": None, **sent},
        approved_at=timezone.now() if state == "approved" else None,
    )
    return Filing.objects.select_related("department", "cycle", "layout", "project", "jurisdiction").get(pk=filing.pk)


def take(house: House, who: str, filing: Filing, action: str, **more: Any) -> Event:
    return apply_transition(house.fresh(who), filing.pk, action, **more)


def facts(filing: Filing) -> tuple[object, ...]:
    one = Filing.objects.get(pk=filing.pk)
    counts = one.events.count(), one.revisions.count(), one.remarks.count()
    return (one.state, one.version, one.fields, one.submitted_by_id, one.submitted_at, one.approved_at, *counts)


def changed(house: House, filing: Filing) -> Document:
    """The content after somebody changed a text of it."""
    version = Filing.objects.get(pk=filing.pk).version
    save_edits(house.lead, filing.pk, version, f"change-{version}", [put("title", f"改后{version}")])
    return load_document(Filing.objects.get(pk=filing.pk))


def test_the_table_covers_every_step() -> None:
    assert {action for action, _ in ALLOWED} == set(TRANSITIONS)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("action", sorted(TRANSITIONS))
def test_who_may_take_a_step_when(house: House, action: str, state: str) -> None:
    target, allowed = ALLOWED.get((action, state), ("", set()))
    filing = in_state(house.filing(), state, house)
    before = facts(filing)
    took = set()
    for who in house.people:
        offered = action in [step.action for step in available_transitions(house.fresh(who), filing)]
        with unseen_transaction():
            if who not in allowed:
                with pytest.raises(Refused, match=r"."):
                    take(house, who, filing, action, words="意见")
                assert facts(filing) == before, "a refused step leaves no trace"
                assert not offered
                continue
            event = take(house, who, filing, action, words="意见")
            assert offered, "what the page does not offer is not done either"
            assert (event.action, event.from_state, event.to_state, event.person_id) == (
                action,
                state,
                target,
                house.people[who].pk,
            )
            assert Filing.objects.get(pk=filing.pk).state == target
            took.add(who)
            transaction.set_rollback(True)
    assert took == allowed


def test_every_step_logs_one_event_and_touches_no_content(house: House) -> None:
    filing = house.filing()
    content = load_document(filing)
    for who, action in [
        ("clerk", "submit"), ("lead", "withdraw"), ("lead", "submit"), ("reviewer", "start_review"),
        ("reviewer", "return"), ("clerk", "submit"), ("second", "approve"), ("admin", "reopen"),
    ]:  # fmt: skip
        if filing.events.filter(action="return").exists() and action == "submit":
            content = changed(house, filing)
        before = filing.events.count()
        take(house, who, filing, action, words="请改第三行")
        assert filing.events.count() == before + 1
        assert load_document(Filing.objects.get(pk=filing.pk)) == content
    assert list(filing.events.order_by("sequence").values_list("action", flat=True)) == [
        "start", "submit", "withdraw", "submit", "start_review", "return", "submit", "approve", "reopen",
    ]  # fmt: skip
    assert [revision.number for revision in filing.revisions.order_by("number")] == [1, 2, 3]


# -- sending in ----------------------------------------------------------------------------------------------------


def test_a_submission_with_mistakes_is_blocked_with_all_of_them(house: House) -> None:
    filing = house.filing(filled(title="", phone="无", total="1", long_goal=""))
    with pytest.raises(SubmissionBlocked) as caught:
        take(house, "clerk", filing, "submit")
    blocking = blocking_findings(check_filings([filing])[filing.pk])
    assert [text.finding for text in caught.value.findings] == blocking
    assert {finding.code for finding in caught.value.findings} == {"C01", "C04", "C54", "C69"}
    assert str(caught.value) == "还有 4 处错误，改正后才能送审。"
    assert facts(filing)[0] == "draft"


def test_warnings_want_a_reason_which_is_kept(house: House) -> None:
    Cycle.objects.filter(pk=house.cycle.pk).update(profile=house.cycle.profile + '[severity]\nC69 = "warning"\n')
    filing = house.filing(filled(phone="无"))
    filing.refresh_from_db()
    (finding,) = check_filings([filing])[filing.pk]
    assert finding.severity == "warning"
    with pytest.raises(SubmissionBlocked, match="还有 1 处提示没有说明"):
        take(house, "clerk", filing, "submit")
    save_reasons(house.fresh("clerk"), filing.pk, {"C69": " 值班室没有电话 ", "C01": ""})
    assert filing.replies.count() == 1
    event = take(house, "clerk", filing, "submit")
    assert event.words == "说明（试用电话）：值班室没有电话"
    (record,) = filing.revisions.get().findings
    assert (record["reason"], finding_from_data(record)) == ("值班室没有电话", finding)


def test_a_reason_holds_for_the_value_it_was_given_for(house: House) -> None:
    Cycle.objects.filter(pk=house.cycle.pk).update(profile=house.cycle.profile + '[severity]\nC69 = "warning"\n')
    filing = house.filing(filled(phone="无"))
    save_reasons(house.fresh("clerk"), filing.pk, {"C69": "没有电话"})
    save_edits(house.clerk, filing.pk, 0, "op", [put("phone", "暂无")])
    with pytest.raises(SubmissionBlocked, match="还有 1 处提示没有说明"):
        take(house, "clerk", filing, "submit")


def test_the_revision_is_what_was_sent_in_and_stays_so(house: House) -> None:
    filing = house.filing()
    event = take(house, "clerk", filing, "submit")
    revision = Revision.objects.get(filing=filing)
    assert event.revision == revision
    assert revision.document == document_to_data(load_document(filing))
    place = {"year": 2026, "jurisdiction": "testshire区", "department": "本单位"}
    tree = [["产出指标", "数量指标"], ["效益指标", "社会效益指标"]]
    known = {"project": filing.project.name, "form": "试用绩效目标表", "number": 1, "categories": tree}
    assert revision.variables == {**place, **known}
    assert revision.sha256 == digest(
        {"document": revision.document, "setting": revision.variables, "layout": filing.layout.sha256}
    )
    assert printable_filing(Filing.objects.get(pk=filing.pk)).digest == revision.sha256

    take(house, "reviewer", filing, "return", words="请改")
    save_edits(house.clerk, filing.pk, 0, "op", [put("title", "改后")])
    house.department.name = "改名"
    house.department.save()
    stored = Revision.objects.get(pk=revision.pk)
    assert (stored.document, stored.variables, stored.sha256) == (
        revision.document,
        revision.variables,
        revision.sha256,
    )
    assert document_from_data(stored.document).fields["title"] == "巷道改造"

    take(house, "clerk", filing, "submit")
    second = filing.revisions.get(number=2)
    assert second.document["fields"]["title"] == "改后"
    assert second.variables["department"] == "改名"
    assert second.sha256 != revision.sha256


def test_the_same_content_sent_twice_has_the_same_digest(house: House) -> None:
    filing = house.filing()
    for action in ("submit", "withdraw", "submit"):
        take(house, "clerk", filing, action)
    assert len(set(filing.revisions.values_list("sha256", flat=True))) == 1


def test_a_double_click_sends_in_once(house: House) -> None:
    filing = house.filing()
    first = take(house, "clerk", filing, "submit", version=0)
    second = take(house, "clerk", filing, "submit", version=0)
    assert second.pk == first.pk
    assert (filing.revisions.count(), filing.events.filter(action="submit").count()) == (1, 1)


def test_a_double_click_with_reasons_gets_the_same_receipt(house: House) -> None:
    filing = house.filing()
    reasons = dict.fromkeys(RULES, "实际情况如此")
    first, second = (submit_filing(house.fresh("clerk"), filing.pk, version=0, reasons=reasons) for _ in range(2))
    assert first == second
    assert filing.revisions.count() == 1


@pytest.mark.parametrize(
    ("first", "action"),
    [("submit", "withdraw"), ("submit", "approve"), ("submit", "start_review"), ("submit", "return")],
)
def test_a_double_click_on_any_step_is_one_step(house: House, first: str, action: str) -> None:
    filing = house.filing()
    take(house, "clerk", filing, first)
    who = "clerk" if action == "withdraw" else "reviewer"
    events = [take(house, who, filing, action, words="意见").pk for _ in range(3)]
    assert len(set(events)) == 1
    assert filing.events.filter(action=action).count() == 1


def test_the_second_person_to_send_in_is_told(house: House) -> None:
    filing = house.filing()
    take(house, "clerk", filing, "submit")
    with pytest.raises(Refused, match="现在是“待审核”，不能送审"):
        take(house, "colleague", filing, "submit")
    assert filing.revisions.count() == 1


def test_what_was_seen_is_what_is_sent_in(house: House) -> None:
    filing = house.filing()
    save_edits(house.colleague, filing.pk, 0, "op", [put("title", "刚改")])
    with pytest.raises(Refused, match="有改动"):
        take(house, "clerk", filing, "submit", version=0)
    take(house, "clerk", filing, "submit", version=1)


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [(-2, -1, "本批次已于"), (1, 2, "尚未开始"), (-1, 1, "")],
)
def test_the_deadline_is_by_the_clock_of_the_server(house: House, opens: int, closes: int, words: str) -> None:
    now = timezone.now()
    Cycle.objects.filter(pk=house.cycle.pk).update(
        opens_at=now + timedelta(hours=opens), deadline=now + timedelta(hours=closes)
    )
    filing = house.filing()
    if not words:
        take(house, "clerk", filing, "submit")
        return
    with pytest.raises(Refused, match=words) as caught:
        take(house, "clerk", filing, "submit")
    if closes < 0:
        assert timezone.localtime(now + timedelta(hours=closes)).strftime("%Y年%m月%d日 %H:%M") in str(caught.value)


def test_review_goes_on_after_the_deadline(house: House) -> None:
    filing = house.filing()
    take(house, "clerk", filing, "submit")
    now = timezone.now()
    Cycle.objects.filter(pk=house.cycle.pk).update(opens_at=now - timedelta(days=2), deadline=now - timedelta(days=1))
    assert take(house, "reviewer", filing, "approve").to_state == "approved"


def test_a_clerk_can_withdraw_only_until_review_starts(house: House) -> None:
    filing = house.filing()
    take(house, "clerk", filing, "submit")
    take(house, "clerk", filing, "withdraw")
    take(house, "clerk", filing, "submit")
    take(house, "reviewer", filing, "start_review")
    with pytest.raises(Refused, match="现在是“审核中”，不能撤回"):
        take(house, "clerk", filing, "withdraw")


# -- reviewing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["approve", "return", "start_review"])
def test_nobody_reviews_what_they_sent_in(house: House, action: str) -> None:
    filing = house.filing()
    take(house, "both", filing, "submit")
    with pytest.raises(Refused, match="不能审核自己送审的"):
        take(house, "both", filing, action, words="好")
    assert action not in [
        step.action for step in available_transitions(house.fresh("both"), Filing.objects.get(pk=filing.pk))
    ]
    take(house, "reviewer", filing, action, words="好")


def test_who_sent_in_an_earlier_draft_may_review_the_later_one_of_a_colleague(house: House) -> None:
    filing = house.filing()
    take(house, "both", filing, "submit")
    take(house, "reviewer", filing, "return", words="请改")
    changed(house, filing)
    take(house, "clerk", filing, "submit")
    assert take(house, "both", filing, "approve").to_state == "approved"


@pytest.mark.parametrize(
    ("action", "state", "who"), [("return", "submitted", "reviewer"), ("reopen", "approved", "admin")]
)
@pytest.mark.parametrize("words", ["", "  ", "\n\t　"])
def test_return_and_reopen_need_words(house: House, action: str, state: str, who: str, words: str) -> None:
    filing = in_state(house.filing(), state, house)
    with pytest.raises(Refused, match="必须写明意见"):
        take(house, who, filing, action, words=words)
    assert take(house, who, filing, action, words=" 金额有误 ").words == "金额有误"


def test_remarks_on_cells_are_words_enough(house: House) -> None:
    filing = in_state(house.filing(), "submitted", house)
    event = take(
        house, "reviewer", filing, "return", remarks=[("title", "名称不全"), ("phone", "  "), ("", "整体偏多")]
    )
    assert event.words == "见单元格意见 2 条。"
    assert list(filing.remarks.values_list("path", "text", "status")) == [
        ("title", "名称不全", "open"),
        ("", "整体偏多", "open"),
    ]


def test_a_remark_without_words_is_none(house: House) -> None:
    filing = in_state(house.filing(), "submitted", house)
    with pytest.raises(Refused, match="必须写明意见"):
        take(house, "reviewer", filing, "return", remarks=[("title", ""), ("phone", " ")])
    assert not Remark.objects.exists()


def test_approval_closes_remarks_and_reopening_opens_the_filing(house: House) -> None:
    filing = in_state(house.filing(), "submitted", house)
    take(house, "reviewer", filing, "return", remarks=[("title", "名称不全")])
    take(house, "clerk", filing, "submit")
    assert filing.remarks.get().status == "open"
    take(house, "reviewer", filing, "approve")
    assert filing.remarks.get().status == "closed"
    assert Filing.objects.get(pk=filing.pk).approved_at is not None
    take(house, "admin", filing, "reopen", words="补充资料")
    reopened = Filing.objects.get(pk=filing.pk)
    assert (reopened.state, reopened.approved_at, reopened.editable) == ("returned", None, True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("approve", "return"),
        ("return", "approve"),
        ("approve", "withdraw"),
        ("withdraw", "approve"),
        ("return", "withdraw"),
    ],
)
def test_of_two_opposite_decisions_the_first_wins_and_the_other_is_told(house: House, first: str, second: str) -> None:
    filing = house.filing()
    take(house, "clerk", filing, "submit")
    who = {"approve": "reviewer", "return": "second", "withdraw": "clerk"}
    take(house, who[first], filing, first, words="意见")
    with pytest.raises(Refused, match="可能刚被别人处理过"):
        take(house, who[second], filing, second, words="意见")
    assert filing.events.filter(action__in=("approve", "return", "withdraw")).count() == 1


def test_two_reviewers_approving_give_one_approval(house: House) -> None:
    filing = house.filing()
    take(house, "clerk", filing, "submit")
    take(house, "reviewer", filing, "approve")
    with pytest.raises(Refused, match="现在是“已审核”"):
        take(house, "second", filing, "approve")


def test_a_step_and_its_event_are_stored_together_or_not_at_all(house: House) -> None:
    """A log that refuses the event undoes the step as well: nothing happens unlogged."""
    filing = house.filing()
    before = facts(filing)
    take(house, "clerk", house.filing(), "submit")
    event = Event.objects.order_by("-sequence").first()
    assert event
    log.Chain.objects.filter(pk=event.chain_id).update(length=0)  # the next event would take number 1 again
    with pytest.raises(ConstraintError):
        take(house, "clerk", filing, "submit")
    assert facts(filing) == before
