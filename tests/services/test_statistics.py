"""Statistics of a cycle, each number beside one counted by hand: progress by day, findings, indicators."""

from __future__ import annotations

from datetime import date, datetime

from filings.checks.rules import PRINCIPLES
from filings.models import CheckResult, Event, Filing, IndicatorRow, State
from filings.services.board import cycle_board
from filings.services.statistics import (
    CountGroup,
    DayProgress,
    cycle_progress,
    finding_counts,
    indicator_counts,
)
from tests.factories import House, build_house, filled
from tests.services.kit import at, moved


def happened(filing: Filing, *moments: datetime) -> None:
    """Put the filing's events after its start at other times; nothing but a test may."""
    events = filing.events.exclude(action="start").order_by("pk")
    for event, moment in zip(events, moments, strict=True):
        Event.objects.filter(pk=event.pk).update(at=moment)


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
    assert found[2].parts == [("C99", "C99", 3)], "a check that no longer exists is still listed"


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


def test_the_documents_of_these_tests_are_what_they_count() -> None:
    """Fifty and two rows: else the sums above would be right by chance."""
    document = filled()
    assert document.rows("funding")[0].cells["amount"] == "50"
    assert len(document.rows("indicators")) == 2


def test_the_chart_names_a_principle_shortly() -> None:
    assert str(PRINCIPLES["R1"]) == "规范完整：该填的都要填，不缺项、不错项"
    assert CountGroup("R1", str(PRINCIPLES["R1"])).label == "规范完整"
    assert CountGroup("", "其他").label == "其他"
