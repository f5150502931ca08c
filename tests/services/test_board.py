"""The board's numbers, each beside one counted by hand; whom a reminder reaches and whom not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from filings.models import (
    CheckResult,
    Cycle,
    Department,
    DueForm,
    Event,
    Filing,
    IndicatorRow,
    Membership,
    Person,
    Project,
    Reminder,
    State,
)
from filings.services.board import Board, DepartmentProgress, cycle_board, due_sheets, latest_cycle, visible_cycles
from filings.services.due_forms import NOT_BEGUN, StateCounts
from filings.services.errors import Refused
from filings.services.new_filings import start_filing
from filings.services.reminders import default_text, may_send_reminders, reminder_targets, send_reminders
from filings.services.statistics import DayProgress, cycle_progress, finding_counts, indicator_counts
from filings.services.workflow import apply_transition
from tests.factories import ABOUT_DEPARTMENT, House, build_house, filled, opened_cycle, send, stored_layout

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moved(house: House, *actions: str) -> Filing:
    """A filing of a new project of 50 (万元) with two indicators, brought through some steps."""
    filing = house.filing()
    for action in actions:
        who = {"withdraw": "clerk", "reopen": "admin"}.get(action, "reviewer")
        if action == "submit":
            send(house.fresh("clerk"), filing.pk)
            continue
        apply_transition(house.fresh(who), filing.pk, action, words="请改")
    filing.refresh_from_db()
    return filing


def retire(filing: Filing) -> None:
    Project.objects.filter(pk=filing.project_id).update(retired=True)


@pytest.fixture
def busy(house: House) -> House:
    """A sheet in every state, a project without one, retired projects, and a form for departments."""
    for actions in ([], ["submit"], ["submit", "start_review"], ["submit", "return"], ["submit", "approve"]):
        moved(house, *actions)
    house.project("没有开始的项目")
    for actions in ([], ["submit", "return"], ["submit"]):
        retire(moved(house, *actions))
    whole = DueForm.objects.create(
        jurisdiction=house.place,
        cycle=house.cycle,
        layout=stored_layout(ABOUT_DEPARTMENT),
        subject="department",
        title="整体表",
        position=1,
    )
    start_filing(house.clerk, house.cycle, whole, house.department)
    return house


def line(board: Board, department: Department) -> DepartmentProgress:
    return next(one for one in board.departments if one.department == department)


def numbers(tally: StateCounts) -> tuple[int, ...]:
    """Not begun, draft, submitted, in review, returned, approved."""
    return tuple(tally.count_of(state) for state in (NOT_BEGUN, *State.values))


def test_each_form_by_state(busy: House) -> None:
    """Projects: six in use, of which one not begun, and a retired one that is with the bureau. Departments: three."""
    projects, whole = cycle_board(busy.cycle).forms
    assert (projects.form, numbers(projects.tally)) == (busy.due, (1, 1, 2, 1, 1, 1))
    assert (projects.tally.due, projects.tally.missing, projects.tally.sent, projects.tally.waiting) == (7, 3, 4, 3)
    assert (whole.form.title, numbers(whole.tally)) == ("整体表", (2, 1, 0, 0, 0, 0))
    assert (whole.tally.due, whole.tally.missing) == (3, 3)


def test_each_department(busy: House) -> None:
    board = cycle_board(busy.cycle)
    assert [one.department.code for one in board.departments] == ["100", "101", "201"]
    own, other = line(board, busy.department), line(board, busy.elsewhere)
    assert numbers(own.tally) == (1, 2, 2, 1, 1, 1)
    assert (own.tally.due, own.tally.missing, own.projects, own.without_project) == (8, 4, 6, False)
    assert numbers(other.tally) == (1, 0, 0, 0, 0, 0)
    assert (other.projects, other.without_project, other.has_missing) == (0, True, True)
    # Clerk, colleague, lead and the one who is reviewer as well; one who left counts no more.
    assert (own.staff, other.staff) == (4, 1)
    Person.objects.filter(pk=busy.neighbour.pk).update(is_active=False)
    assert line(cycle_board(busy.cycle), busy.elsewhere).staff == 0


def test_all_together(busy: House) -> None:
    board = cycle_board(busy.cycle)
    assert numbers(board.total) == (3, 2, 2, 1, 1, 1)
    assert (board.total.due, board.total.missing, board.total.waiting, board.departments_with_missing) == (10, 6, 3, 3)


def test_money_by_state_is_of_what_was_sent_in(busy: House) -> None:
    """Fifty a sheet; a draft's is told to nobody, and sums over forms are not made."""
    board = cycle_board(busy.cycle)
    projects, whole = board.forms
    expected = {State.SUBMITTED: 100, State.IN_REVIEW: 50, State.RETURNED: 50, State.APPROVED: 50}
    assert projects.tally.money == {state: Decimal(money) for state, money in expected.items()}
    assert whole.tally.money == {}
    assert board.total.money == {}


def test_another_place_changes_nothing(busy: House) -> None:
    before = cycle_board(busy.cycle)
    other = build_house("elsewhere")
    moved(other, "submit")
    assert cycle_board(busy.cycle) == before
    assert numbers(cycle_board(other.cycle).total) == (0, 0, 1, 0, 0, 0)


def test_sheets_of_a_department_are_those_that_are_counted(busy: House) -> None:
    sheets = due_sheets(busy.fresh("reviewer"), busy.cycle, busy.department)
    states = sorted(sheet.filing.state if sheet.filing else "" for sheet in sheets)
    assert states == sorted(["", "draft", "draft", "submitted", "submitted", "in_review", "returned", "approved"])
    drafts = [sheet.is_linked for sheet in sheets if sheet.filing and sheet.filing.state == "draft"]
    assert drafts == [False, False], "the reviewer opens no draft"
    assert sum(sheet.is_linked for sheet in sheets) == 5
    assert sum(sheet.is_linked for sheet in due_sheets(busy.fresh("admin"), busy.cycle, busy.department)) == 7
    assert [sheet.name for sheet in due_sheets(busy.fresh("admin"), busy.cycle, busy.elsewhere)] == ["整体表"]


# -- which cycle ---------------------------------------------------------------------------------------------------


def test_boards_of_a_person(house: House) -> None:
    build_house("elsewhere")
    old = opened_cycle(house.place, 2024)
    now = timezone.now()
    coming = opened_cycle(house.place, 2027, opens_at=now + timedelta(days=1), deadline=now + timedelta(days=9))
    for who in ("reviewer", "admin", "auditor", "both"):
        assert visible_cycles(house.fresh(who)) == [house.cycle, old], who
    for who in ("clerk", "lead", "nobody"):
        assert visible_cycles(house.fresh(who)) == [], who
    assert coming not in visible_cycles(house.fresh("admin"))


def test_the_newest_open_cycle_comes_first(house: House) -> None:
    now = timezone.now()
    closed = opened_cycle(house.place, 2027, opens_at=now - timedelta(days=9), deadline=now - timedelta(days=1))
    assert latest_cycle(visible_cycles(house.fresh("reviewer"))) == house.cycle
    Cycle.objects.filter(pk=house.cycle.pk).update(deadline=now - timedelta(hours=1))
    assert latest_cycle(visible_cycles(house.fresh("reviewer"))) == closed
    assert latest_cycle([]) is None


# -- progress, findings, mix ---------------------------------------------------------------------------------------


def happened(filing: Filing, *moments: datetime) -> None:
    """Put the filing's events after its start at other times; nothing but a test may."""
    events = filing.events.exclude(action="start").order_by("pk")
    for event, moment in zip(events, moments, strict=True):
        Event.objects.filter(pk=event.pk).update(at=moment)


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def test_progress_by_day(house: House) -> None:
    """Two sent in on the 1st, one of them a minute before midnight; what comes back on the 5th counts off."""
    moved(house)
    happened(moved(build_house("elsewhere"), "submit", "approve"), at(1), at(1))
    happened(moved(house, "submit", "approve"), at(1), at(3))
    happened(moved(house, "submit", "start_review", "return"), at(1, 23, 59), at(2), at(5))
    happened(moved(house, "submit", "withdraw"), at(2, 0, 1), at(4))
    happened(moved(house, "submit", "approve", "reopen"), at(5), at(6), at(8))
    assert cycle_progress(house.cycle) == [
        DayProgress(date(2026, 3, 1), 2, 0),
        DayProgress(date(2026, 3, 2), 3, 0),
        DayProgress(date(2026, 3, 3), 3, 1),
        DayProgress(date(2026, 3, 4), 2, 1),
        DayProgress(date(2026, 3, 6), 2, 2),
        DayProgress(date(2026, 3, 8), 1, 1),
    ]


def test_progress_ends_with_what_is_there_now(busy: House) -> None:
    last, total = cycle_progress(busy.cycle)[-1], cycle_board(busy.cycle).total
    assert (last.sent, last.approved) == (total.sent, total.count_of(State.APPROVED)) == (4, 1)


def checked(filing: Filing, **codes: int) -> None:
    CheckResult.objects.update_or_create(
        filing=filing, defaults={"jurisdiction_id": filing.jurisdiction_id, "version": 0, "codes": codes}
    )


def test_findings_by_principle_and_check(house: House) -> None:
    checked(moved(house, "submit"), C20=2, C01=1)
    checked(moved(house, "submit", "approve"), C20=1, C02=4, C99=3)
    checked(moved(house, "submit", "return"), C20=50)
    checked(moved(house), C20=50)
    other = build_house("elsewhere")
    checked(moved(other, "submit"), C20=50)
    found = finding_counts(house.cycle)
    assert [(group.key, group.total) for group in found] == [("R1", 5), ("R2", 3), ("", 3)]
    assert found[0].parts == [("C01", "要素缺项", 1), ("C02", "目标为空", 4)]
    assert found[1].parts == [("C20", "指标像口号或工作措施", 3)]
    assert found[2].parts == [("C99", "C99", 3)], "a check that is gone is still told"


def test_mix_of_indicators(house: House) -> None:
    """Two rows a sheet, one of each kind; drafts and what was sent back are left out."""
    for actions in ([], ["submit"], ["submit", "start_review"], ["submit", "return"], ["submit", "approve"]):
        moved(house, *actions)
    moved(build_house("elsewhere"), "submit")
    odd = moved(house, "submit")
    for number, category in enumerate(("output", "", "benefit.social", "nowhere")):
        IndicatorRow.objects.create(
            jurisdiction=house.place, filing=odd, table="more", row_id=f"m{number}", position=number, category=category
        )
    mix = indicator_counts(house.cycle)
    assert [(group.name, group.total) for group in mix] == [("产出指标", 5), ("效益指标", 5), ("未归类", 2)]
    assert [(name, count) for _, name, count in mix[0].parts] == [("数量指标", 4), ("未归二级指标", 1)]
    assert [(name, count) for _, name, count in mix[1].parts] == [("社会效益指标", 5)]


def test_an_empty_cycle(house: House) -> None:
    assert (cycle_progress(house.cycle), finding_counts(house.cycle), indicator_counts(house.cycle)) == ([], [], [])
    assert cycle_board(house.cycle).total.due == 0


# -- reminders -----------------------------------------------------------------------------------------------------


def reasons(house: House, *chosen: Department) -> dict[str, str]:
    found = reminder_targets(house.cycle, [one.pk for one in chosen] if chosen else None)
    return {call.department.code: call.reason for call in found}


def test_who_may_remind(house: House) -> None:
    other = build_house("elsewhere")
    people = [house.fresh(who) for who in ("reviewer", "second", "admin", "both", "auditor", "clerk", "lead", "nobody")]
    assert [may_send_reminders(one, house.cycle) for one in people] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    for one in (house.fresh("auditor"), house.fresh("clerk"), other.fresh("reviewer"), other.fresh("admin")):
        with pytest.raises(Refused, match="没有催办的权限"):
            send_reminders(one, house.cycle, [house.department.pk], "请报")
    assert not Reminder.objects.exists()


def test_reminding_those_who_owe(house: House) -> None:
    moved(house)
    told = send_reminders(house.fresh("reviewer"), house.cycle, [house.department.pk, house.elsewhere.pk], " 请报 ")
    assert [(call.department.code, call.missing, call.reason) for call in told] == [("101", 1, ""), ("201", 0, "")]
    made = Reminder.objects.order_by("department__code")
    assert [(one.department.code, one.cycle, one.text, one.person, one.jurisdiction) for one in made] == [
        (code, house.cycle, "请报", house.reviewer, house.place) for code in ("101", "201")
    ]


def test_who_is_skipped_and_why(house: House) -> None:
    """Nothing missing; nobody who could file; reminded a few hours ago, until a day has passed."""
    moved(house, "submit")
    Membership.objects.filter(department=house.elsewhere).delete()
    assert reasons(house, house.department, house.elsewhere) == {
        "101": "没有缺报的表",
        "201": "没有填报人账号，请联系管理员",
    }
    draft = moved(house)
    assert reasons(house, house.department) == {"101": ""}
    send_reminders(house.fresh("reviewer"), house.cycle, [house.department.pk, house.elsewhere.pk], "请报")
    assert [one.department for one in Reminder.objects.all()] == [house.department], "the skipped one gets none"
    assert reasons(house, house.department)["101"].startswith("24 小时内已催办（")
    send_reminders(house.fresh("second"), house.cycle, [house.department.pk], "请报")
    assert Reminder.objects.count() == 1
    Reminder.objects.update(at=timezone.now() - timedelta(hours=24, seconds=1))
    assert reasons(house, house.department) == {"101": ""}
    send(house.clerk, draft.pk)
    assert reasons(house, house.department) == {"101": "没有缺报的表"}


def test_reminders_of_another_cycle_or_of_one_sheet_do_not_count(house: House) -> None:
    draft, old = moved(house), opened_cycle(house.place, 2024)
    for about in ({"cycle": old}, {"cycle": house.cycle, "filing": draft}):
        Reminder.objects.create(
            jurisdiction=house.place, department=house.department, text="请报", person=house.second, **about
        )
    assert reasons(house, house.department) == {"101": ""}


def test_nobody_is_reminded_when_nothing_can_be_filed(house: House) -> None:
    now = timezone.now()
    for dates, reason in (
        (
            {"opens_at": now - timedelta(days=2), "deadline": now - timedelta(minutes=1)},
            "批次已截止，填报单位已不能送审",
        ),
        ({"opens_at": now + timedelta(days=1), "deadline": now + timedelta(days=2)}, "批次还没有开始"),
    ):
        Cycle.objects.filter(pk=house.cycle.pk).update(**dates)
        house.cycle.refresh_from_db()
        assert reasons(house, house.department) == {"101": reason}
        send_reminders(house.fresh("reviewer"), house.cycle, [house.department.pk], "请报")
    assert not Reminder.objects.exists()


def test_all_that_owe_are_offered_when_none_is_chosen(house: House) -> None:
    """The head office has no project either; who has sent in everything is not in the list."""
    moved(house, "submit")
    assert reasons(house) == {"100": "", "201": ""}


@pytest.mark.parametrize(
    ("text", "said"), [("  ", "请写明催办内容"), ("催" * 501, "不能超过 500 字，现在有 501 字")], ids=["empty", "long"]
)
def test_words_of_a_reminder(house: House, text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        send_reminders(house.fresh("reviewer"), house.cycle, [house.department.pk], text)


def test_departments_of_another_place_are_none(house: House) -> None:
    other = build_house("elsewhere")
    with pytest.raises(Refused, match="至少选择一个单位"):
        send_reminders(house.fresh("reviewer"), house.cycle, [other.department.pk], "请报")
    assert not Reminder.objects.exists()


def test_the_usual_text_names_cycle_and_deadline(house: House) -> None:
    house.cycle.deadline = at(5, 18)
    assert "“2026年申报”将于2026年3月5日 18:00截止" in default_text(house.cycle)


def test_the_documents_of_these_tests_are_what_they_count() -> None:
    """Fifty and two rows: else the sums above would be right by chance."""
    document = filled()
    assert document.rows("funding")[0].cells["amount"] == "50"
    assert len(document.rows("indicators")) == 2
