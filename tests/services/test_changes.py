"""What changed since the submission before, since last year, and since an earlier round."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from filings.models import Cycle, DueForm, Filing
from filings.services.changes import changes_since_last_year, changes_since_submission
from filings.services.documents import load_document
from filings.services.drafts import save_edits
from filings.services.exports import printable_filing
from filings.services.finding_replies import current_findings
from filings.services.new_filings import start_filing
from filings.services.workflow import SubmissionBlocked, apply_transition
from tests.factories import House, due_form, filled, opened_cycle, put, send


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
    due = due_form(house, cycle=earlier)
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
    return cycle, due_form(house, cycle=cycle)


def test_a_sheet_that_is_given_is_compared(house: House) -> None:
    """The page has loaded the sheet already: what it shows is compared, whatever is stored."""
    filing = house.filing()
    send(house.clerk, filing.pk)
    apply_transition(house.reviewer, filing.pk, "return", words="请改")
    filing = Filing.objects.with_parts().get(pk=filing.pk)
    shown = printable_filing(filing, filled(phone="0951-7654321"))
    changes = changes_since_submission(filing, shown)
    assert changes is not None
    assert [(one.path, one.after) for one in changes] == [("phone", "0951-7654321")]
    assert changes_since_submission(filing) == []


def test_the_second_submission_is_compared_with_the_first_and_not_with_itself(house: House) -> None:
    filing = house.filing()
    for number, title in enumerate(("第一稿", "第二稿", "第三稿")):
        save_edits(house.clerk, filing.pk, number, f"op{number}", [put("title", title)])
        send(house.clerk, filing.pk)
        if number < 2:
            apply_transition(house.reviewer, filing.pk, "return", words="请改")
    changes = changes_since_submission(Filing.objects.get(pk=filing.pk))
    assert changes is not None
    assert [(one.before, one.after) for one in changes] == [("第二稿", "第三稿")]


def test_rows_of_last_year_are_matched_by_meaning(house: House) -> None:
    """The copied rows have other ids: only the changed value shows, no row as new or gone."""
    old = house.filing()
    cycle = opened_cycle(house.place, 2027)
    due = due_form(house, cycle=cycle)
    new = start_filing(house.clerk, cycle, due, house.department, old.project, copy_of=old)
    row = load_document(new).rows("indicators")[0]
    assert row.id != "i1"
    save_edits(house.clerk, new.pk, 0, "op", [put(f"indicators[{row.id}].value", "≥12条")])
    changes = changes_since_last_year(Filing.objects.get(pk=new.pk))
    assert changes is not None
    assert [(one.before, one.after) for one in changes if one.path.startswith("indicators")] == [("≥10条", "≥12条")]
