"""Texts outside the cells have limits: the refusal says how much is too much. Longer texts in cells stay and print."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from filings.models import Filing, Opinion, Reminder
from filings.services import text_limits
from filings.services.batch import run_batch
from filings.services.errors import TextRefused
from filings.services.filing_files import export_filing
from filings.services.new_filings import start_filing
from filings.services.opinions import save_opinion
from filings.services.remarks import add_remark, answer_remark
from filings.services.reminders import send_reminders
from filings.services.text_limits import require_within_limit
from filings.services.workflow import apply_transition
from tests.factories import House, filled, put, send
from tests.services.kit import save_newest, stored_text
from tests.views.kit import browser

Act = Callable[[House, Filing, str], object]

ACTS: dict[str, tuple[int, Act]] = {
    "remark": (1_000, lambda house, filing, text: add_remark(house.reviewer, filing.pk, "title", text)),
    "words of a return": (
        2_000,
        lambda house, filing, text: apply_transition(house.reviewer, filing.pk, "return", words=text),
    ),
    "remark with a return": (
        1_000,
        lambda house, filing, text: apply_transition(house.reviewer, filing.pk, "return", remarks=[("title", text)]),
    ),
    "words of a batch": (2_000, lambda house, filing, text: run_batch(house.reviewer, "return", [filing.ref], text)),
    "text of an opinion": (2_000, lambda house, filing, text: save_opinion(house.reviewer, filing.pk, {}, "", text)),
    "reminder": (
        500,
        lambda house, filing, text: send_reminders(house.reviewer, house.cycle, [house.department.pk], text),
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_text_has_a_limit(house: House, act: str) -> None:
    limit, do = ACTS[act]
    filing = house.filing()
    apply_transition(house.clerk, filing.pk, "submit")
    house.filing()  # a draft: something to remind of
    with pytest.raises(TextRefused, match=f"不能超过 {limit} 字，现在有 {limit + 7} 字，请删去 7 字后再提交"):
        do(house, filing, "长" * (limit + 7))
    filing.refresh_from_db()
    assert (filing.state, filing.remarks.exists()) == ("submitted", False)
    assert not Opinion.objects.exists()
    assert not Reminder.objects.exists()
    do(house, filing, "长" * limit)


def test_an_answer_has_a_limit(house: House) -> None:
    filing = house.filing()
    apply_transition(house.clerk, filing.pk, "submit")
    remark = add_remark(house.reviewer, filing.pk, "title", "请核对")
    apply_transition(house.reviewer, filing.pk, "return", words="请改")
    with pytest.raises(TextRefused, match="答复不能超过 1000 字"):
        answer_remark(house.fresh("clerk"), filing.pk, remark.pk, "长" * 1_001)
    remark.refresh_from_db()
    assert remark.answer == ""
    answer_remark(house.fresh("clerk"), filing.pk, remark.pk, "长" * 1_000)


@pytest.mark.parametrize("text", ["", "字" * 10, "𠮷" * 10])
def test_as_long_as_the_limit_is_short_enough(text: str) -> None:
    require_within_limit(text, 10, "意见")


def test_pages_know_every_limit() -> None:
    named = {value for name, value in vars(text_limits).items() if name.endswith("_LIMIT")}
    assert named == set(text_limits.LIMITS.values())


def test_a_longer_text_of_last_year_is_copied_whole(house: House) -> None:
    """A copy is no edit: it stays readable, can be sent in, and only an edit of it must be shorter."""
    source = house.filing(filled(title="长" * 600, year_goal="目" * 6_000))
    copy = start_filing(house.clerk, house.cycle, house.due, house.department, house.project("新"), copy_of=source)
    assert stored_text(copy, "objectives[annual].text") == "目" * 6_000
    saved = save_newest(house, copy, put("objectives[annual].text", "换" * 6_000), put("phone", "0951-2222222"))
    assert [edit.path for edit in saved.refused] == ["objectives[annual].text"]
    assert (stored_text(copy, "objectives[annual].text"), stored_text(copy, "phone")) == ("目" * 6_000, "0951-2222222")
    page = browser(house.clerk).get(f"/filings/{copy.ref}/steps/goals/").content.decode()
    assert "已保存的内容比上限 5000 字多 1000 字" in page


def test_a_longer_stored_text_is_sent_in_printed_and_exported(house: House) -> None:
    filing = house.filing(filled(year_goal="目标写得很长。" * 900))
    send(house.fresh("clerk"), filing.pk)
    filing = Filing.objects.get(pk=filing.pk)
    assert filing.state == "submitted"
    for kind in ("pdf", "xlsx", "html", "json"):
        assert export_filing(filing, kind)
