"""The board's numbers, each beside one counted by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from filings.models import Cycle, Department, Person, State
from filings.services.board import Board, DepartmentProgress, cycle_board, due_sheets, last_cycle, visible_cycles
from filings.services.due_forms import NOT_BEGUN, StateCounts
from tests.factories import House, build_house, opened_cycle
from tests.services.kit import moved


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
    """Fifty a sheet; a draft's amount is shown to nobody, and amounts of two forms are not added."""
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
    assert last_cycle(visible_cycles(house.fresh("reviewer"))) == house.cycle
    Cycle.objects.filter(pk=house.cycle.pk).update(deadline=now - timedelta(hours=1))
    assert last_cycle(visible_cycles(house.fresh("reviewer"))) == closed
    assert last_cycle([]) is None
