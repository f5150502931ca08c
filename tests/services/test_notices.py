"""Notices: who gets which, and that reading one does not make it done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from filings.models import Event, Filing, Membership, Person, Reminder
from filings.services import log
from filings.services.drafts import save_edits
from filings.services.notices import MANY, TO_DEPARTMENT, TO_REVIEWERS, Notices, mark_read, unread_count
from filings.services.reminders import send_reminders
from filings.services.workflow import ACTION_LABELS, TRANSITIONS, apply_transition
from tests.crowd import crowd
from tests.factories import House, build_house, person, put, send

EVERYBODY = ("clerk", "colleague", "lead", "head_lead", "neighbour", "reviewer", "second", "admin", "auditor", "nobody")
DEPARTMENT, REVIEWERS = {"clerk", "colleague", "lead", "head_lead"}, {"reviewer", "second"}


@pytest.fixture(autouse=True)
def _long_here(house: House) -> None:
    """Everybody has their account since yesterday: whoever never looked has seen nothing since."""
    Person.objects.update(date_joined=timezone.now() - timedelta(days=1))


def listed(house: House, who: str, *, to_do: bool = False) -> list[tuple[str, bool]]:
    """The notices of a person, newest first: the action, and whether it is still to do."""
    return [(one.action, one.to_do) for one in Notices(house.fresh(who), to_do=to_do)[:100]]


def everybody(house: House) -> set[str]:
    return {who for who in EVERYBODY if listed(house, who)}


def step(house: House, filing: Filing, who: str, action: str, **more: Any) -> None:
    if action == "submit":
        send(house.fresh(who), filing.pk)
        return
    apply_transition(house.fresh(who), filing.pk, action, **{"words": "请改", **more})


def send_again(house: House, filing: Filing, who: str = "clerk") -> None:
    """Mended and sent in."""
    filing.refresh_from_db()
    edit = put("phone", f"0951-{7000000 + filing.version}")
    save_edits(house.fresh(who), filing.pk, filing.version, f"again-{filing.version}", [edit])
    step(house, filing, who, "submit")


def test_sent_in_is_told_to_the_desk_and_done_when_decided(house: House) -> None:
    filing = house.filing()
    assert everybody(house) == set()
    step(house, filing, "clerk", "submit")
    assert everybody(house) == REVIEWERS
    assert listed(house, "reviewer") == [("submit", True)]
    mark_read(house.fresh("reviewer"), timezone.now())
    assert listed(house, "reviewer", to_do=True) == [("submit", True)], "seen is not done"
    step(house, filing, "second", "start_review")
    assert listed(house, "reviewer") == [("submit", True)], "begun is not done"
    step(house, filing, "second", "approve")
    assert listed(house, "reviewer") == [("submit", False)]
    assert listed(house, "reviewer", to_do=True) == []


def test_a_return_is_to_do_for_the_department_until_it_is_submitted_again(house: House) -> None:
    filing = house.filing()
    step(house, filing, "clerk", "submit")
    step(house, filing, "reviewer", "return", words="总额不对")
    assert everybody(house) == DEPARTMENT | REVIEWERS
    (notice,) = Notices(house.fresh("lead"))[:9]
    assert (notice.words, notice.person, notice.about, notice.to_do) == ("总额不对", house.reviewer, filing, True)
    assert listed(house, "reviewer") == [("submit", False)], "it is with the department now"
    send_again(house, filing)
    assert listed(house, "clerk") == [("return", False)]
    step(house, filing, "reviewer", "return")
    assert listed(house, "clerk") == [("return", True), ("return", False)], "only the last one is open"
    assert listed(house, "reviewer") == [("submit", False), ("submit", False)]


def test_only_the_last_submission_is_open(house: House) -> None:
    filing = house.filing()
    step(house, filing, "clerk", "submit")
    step(house, filing, "clerk", "withdraw")
    assert listed(house, "reviewer") == [("withdraw", False), ("submit", False)]
    step(house, filing, "clerk", "submit")
    assert listed(house, "reviewer") == [("submit", True), ("withdraw", False), ("submit", False)]


def test_approved_begun_and_reopened(house: House) -> None:
    filing = house.filing()
    for who, action in (("clerk", "submit"), ("reviewer", "start_review"), ("reviewer", "approve")):
        step(house, filing, who, action)
    assert listed(house, "clerk") == [("approve", False), ("start_review", False)]
    step(house, filing, "admin", "reopen")
    assert listed(house, "clerk")[0] == ("reopen", True)


def test_asked_and_declined(house: House) -> None:
    """The department learns that its request was declined."""
    filing = house.filing()
    log.append_event(filing, house.reviewer, "decline", filing.state, words="请补填")
    assert listed(house, "colleague") == [("decline", False)]


def test_every_deed_has_a_word() -> None:
    assert {*TO_DEPARTMENT, *TO_REVIEWERS, *TRANSITIONS} <= set(ACTION_LABELS)


def test_asked_and_waived(house: House) -> None:
    """A waiver request is to do until it is answered; the waiver itself is not."""
    filing = house.filing()
    Filing.objects.filter(pk=filing.pk).update(waiver_requested=True)
    log.append_event(filing, house.clerk, "request", filing.state, words="情况特殊")
    assert everybody(house) == REVIEWERS
    assert listed(house, "reviewer") == [("request", True)]
    log.append_event(filing, house.reviewer, "waive", filing.state, words="同意")
    Filing.objects.filter(pk=filing.pk).update(waiver_requested=False)
    assert listed(house, "second") == [("request", False)]
    assert listed(house, "colleague") == [("waive", False)]


def test_only_the_last_request_is_open(house: House) -> None:
    filing = house.filing()
    Filing.objects.filter(pk=filing.pk).update(waiver_requested=True)
    for words in ("先前的理由", "更好的理由"):
        log.append_event(filing, house.clerk, "request", filing.state, words=words)
    assert [one.words for one in Notices(house.fresh("reviewer"), to_do=True)[:9]] == ["更好的理由"]


def test_nobody_is_told_what_they_did(house: House) -> None:
    """Who is clerk and reviewer hears of the colleague's submission, not of the own one."""
    one, other = house.filing(), house.filing()
    step(house, one, "both", "submit")
    step(house, other, "colleague", "submit")
    assert [notice.about for notice in Notices(house.fresh("both"))[:9]] == [other]


def test_a_withdrawn_sheet_is_named_but_not_linked(house: House) -> None:
    """The reviewer may not open a draft; a link would answer that there is no such page."""
    filing = house.filing()
    step(house, filing, "clerk", "submit")
    assert [one.is_linked for one in Notices(house.fresh("reviewer"))[:9]] == [True]
    step(house, filing, "clerk", "withdraw")
    assert [one.is_linked for one in Notices(house.fresh("reviewer"))[:9]] == [False, False]


def test_other_places_hear_nothing(house: House) -> None:
    other = build_house("elsewhere")
    step(house, house.filing(), "clerk", "submit")
    assert everybody(other) == set()


# -- reminders -----------------------------------------------------------------------------------------------------


def test_a_reminder_is_open_until_everything_is_sent_in(house: House) -> None:
    first, second = house.filing(), house.filing()
    send_reminders(house.fresh("reviewer"), house.cycle, [house.department.pk], "请报")
    assert everybody(house) == DEPARTMENT
    assert listed(house, "clerk") == [("remind", True)]
    mark_read(house.fresh("clerk"), timezone.now())
    step(house, first, "clerk", "submit")
    assert listed(house, "clerk", to_do=True) == [("remind", True)], "one is still missing"
    step(house, second, "clerk", "submit")
    assert listed(house, "clerk") == [("remind", False)]
    step(house, second, "reviewer", "return")
    assert listed(house, "clerk") == [("return", True), ("remind", True)], "what came back is missing again"


def test_only_the_last_reminder_is_open(house: House) -> None:
    house.filing()
    for _ in range(2):
        send_reminders(house.fresh("reviewer"), house.cycle, [house.department.pk], "请报")
        Reminder.objects.update(at=timezone.now() - timedelta(hours=25))
    assert listed(house, "clerk") == [("remind", True), ("remind", False)]


def test_a_reminder_of_one_sheet(house: House) -> None:
    one = house.filing()
    house.filing()
    about = {"cycle": house.cycle, "department": house.department, "filing": one}
    Reminder.objects.create(jurisdiction=house.place, text="请报", person=house.admin, **about)
    assert listed(house, "clerk") == [("remind", True)]
    step(house, one, "clerk", "submit")
    assert listed(house, "clerk") == [("remind", False)]


def test_without_a_project_a_reminder_stays_open(house: House) -> None:
    send_reminders(house.fresh("reviewer"), house.cycle, [house.elsewhere.pk], "请报")
    assert listed(house, "neighbour") == [("remind", True)]


# -- seen ----------------------------------------------------------------------------------------------------------


def test_unread_until_marked(house: House) -> None:
    for _ in range(2):
        step(house, house.filing(), "clerk", "submit")
    assert [unread_count(house.fresh(who)) for who in EVERYBODY] == [0, 0, 0, 0, 0, 2, 2, 0, 0, 0]
    mark_read(house.fresh("reviewer"), timezone.now())
    assert (unread_count(house.fresh("reviewer")), unread_count(house.fresh("second"))) == (0, 2)
    assert [one.new for one in Notices(house.fresh("reviewer"))[:9]] == [False, False]
    send_reminders(house.fresh("reviewer"), house.cycle, [house.elsewhere.pk], "请报")
    assert unread_count(house.fresh("neighbour")) == 1
    step(house, house.filing(), "clerk", "submit")
    assert unread_count(house.fresh("reviewer")) == 1
    assert [one.new for one in Notices(house.fresh("reviewer"))[:9]] == [True, False, False]


def test_what_came_after_the_page_was_opened_stays_new(house: House) -> None:
    opened = timezone.now()
    step(house, house.filing(), "clerk", "submit")
    mark_read(house.fresh("reviewer"), opened)
    assert unread_count(house.fresh("reviewer")) == 1


def test_marks_go_neither_back_nor_ahead(house: House) -> None:
    now = timezone.now()
    mark_read(house.fresh("reviewer"), now + timedelta(days=365))
    seen = house.fresh("reviewer").notices_seen
    assert seen
    assert now <= seen <= timezone.now()
    mark_read(house.fresh("reviewer"), now - timedelta(days=1))
    assert house.fresh("reviewer").notices_seen == seen


def test_a_new_colleague_has_not_missed_the_past(house: House) -> None:
    step(house, house.filing(), "clerk", "submit")
    new = person("newcomer", "reviewer", house.place)
    assert unread_count(new) == 0
    assert [one.action for one in Notices(new)[:9]] == ["submit"]


def test_counting_the_unread_is_one_query_and_stops(house: House) -> None:
    crowd(house, 10, 21)
    assert Event.objects.filter(action="submit").count() > MANY
    reviewer = house.fresh("reviewer")
    assert len(reviewer.cached_memberships) == 1
    with CaptureQueriesContext(connection) as asked:
        assert unread_count(reviewer) == MANY
    assert len(asked) == 1
    mark_read(reviewer, timezone.now())
    assert unread_count(house.fresh("reviewer")) == 0


def test_whoever_has_no_notices_costs_no_query(house: House) -> None:
    auditor = house.fresh("auditor")
    assert auditor.cached_memberships
    with CaptureQueriesContext(connection) as asked:
        assert unread_count(auditor) == 0
    assert len(asked) == 0


def test_newest_first_in_parts(house: House) -> None:
    """Events and reminders in one order, cut as pages are."""
    for number in range(4):
        step(house, house.filing(), "clerk", "submit")
        if number == 1:
            send_reminders(house.fresh("second"), house.cycle, [house.elsewhere.pk], "请报")
    Membership.objects.create(person=house.neighbour, role="reviewer", jurisdiction=house.place)
    every = Notices(house.fresh("neighbour"))
    assert every.count() == 5
    assert [one.action for one in every[0:3]] == ["submit", "submit", "remind"]
    assert [one.action for one in every[3:6]] == ["submit", "submit"]
    assert every.open_count() == 5
