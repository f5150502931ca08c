"""Reminders: whom they reach, who is skipped and why, and who may send them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from filings.models import Cycle, Department, Membership, Reminder
from filings.services.errors import Refused
from filings.services.reminders import default_text, may_send_reminders, reminder_targets, send_reminders
from tests.factories import House, build_house, opened_cycle, send
from tests.services.kit import at, moved


def reasons(house: House, *chosen: Department) -> dict[str, str]:
    found = reminder_targets(house.cycle, [one.pk for one in chosen] if chosen else None)
    return {target.department.code: str(target.reason or "") for target in found}


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


def test_reminding_departments_with_missing_sheets(house: House) -> None:
    moved(house)
    targets = send_reminders(house.fresh("reviewer"), house.cycle, [house.department.pk, house.elsewhere.pk], " 请报 ")
    assert [(target.department.code, target.missing, target.reason) for target in targets] == [
        ("101", 1, None),
        ("201", 0, None),
    ]
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


def test_all_with_missing_sheets_are_offered_when_none_is_chosen(house: House) -> None:
    """The department above has no project either; one that has submitted everything is not listed."""
    moved(house, "submit")
    assert reasons(house) == {"100": "", "201": ""}


@pytest.mark.parametrize(
    ("text", "message"),
    [("  ", "请写明催办内容"), ("催" * 501, "不能超过 500 字，现在有 501 字")],
    ids=["empty", "long"],
)
def test_words_of_a_reminder(house: House, text: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        send_reminders(house.fresh("reviewer"), house.cycle, [house.department.pk], text)


def test_departments_of_another_place_are_none(house: House) -> None:
    other = build_house("elsewhere")
    with pytest.raises(Refused, match="至少选择一个单位"):
        send_reminders(house.fresh("reviewer"), house.cycle, [other.department.pk], "请报")
    assert not Reminder.objects.exists()


def test_the_usual_text_names_cycle_and_deadline(house: House) -> None:
    house.cycle.deadline = at(5, 18)
    assert "“2026年申报”将于2026年3月5日 18:00截止" in default_text(house.cycle)
