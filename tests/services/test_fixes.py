"""Quick fixes: what one would change is known before; it is one save, and is undone as long as it is the last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filings.models import Filing
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.finding_replies import current_findings
from filings.services.fixes import apply_fix, plan_fix, undo_fix
from filings.services.new_filings import start_filing
from tests.factories import LAYOUT, House, due_form, filled, put, stored_layout, with_text
from tests.services.kit import stored_text
from tests.views.kit import browser, text_of

VALUE = "indicators[i1].value"


def without_operator(house: House) -> Filing:
    return house.filing(with_text(filled(), VALUE, "10条"))


def test_a_fix_of_its_own_cell_is_one_save_and_undone_by_another(house: House) -> None:
    filing = without_operator(house)
    plan = plan_fix(house.fresh("clerk"), filing.pk, "C33", VALUE)
    assert (plan.changes_others, plan.finding.fix_text) == (False, "≥10条")
    assert not filing.edits.exists(), "planning stores nothing"
    operation = apply_fix(house.fresh("clerk"), plan)
    assert filing.edits.get().changes == [{"path": VALUE, "from": "10条", "to": "≥10条"}]
    with pytest.raises(Refused, match="不适用"):
        plan_fix(house.fresh("clerk"), filing.pk, "C33", VALUE)
    undo_fix(house.fresh("clerk"), filing.pk, operation)
    assert stored_text(filing, VALUE) == "10条"
    assert filing.edits.count() == 2
    with pytest.raises(Refused, match="不能撤销"):
        undo_fix(house.fresh("clerk"), filing.pk, operation)


def test_a_fix_is_not_undone_over_a_later_save(house: House) -> None:
    filing = without_operator(house)
    operation = apply_fix(house.fresh("clerk"), plan_fix(house.fresh("clerk"), filing.pk, "C33", VALUE))
    save_edits(house.fresh("clerk"), filing.pk, 1, "later", [put("title", "别的")])
    with pytest.raises(Refused, match="不能撤销"):
        undo_fix(house.fresh("clerk"), filing.pk, operation)
    assert (stored_text(filing, VALUE), stored_text(filing, "title")) == ("≥10条", "别的")


def test_a_cell_changed_since_the_plan_is_not_overwritten(house: House) -> None:
    filing = without_operator(house)
    plan = plan_fix(house.fresh("clerk"), filing.pk, "C33", VALUE)
    save_edits(house.fresh("lead"), filing.pk, 0, "meanwhile", [put(VALUE, "20条")])
    with pytest.raises(Refused, match="刚被别人修改"):
        apply_fix(house.fresh("clerk"), plan)
    assert stored_text(filing, VALUE) == "20条"


@pytest.mark.parametrize("who", ["neighbour", "reviewer", "auditor", "admin", "nobody"])
def test_only_who_may_edit_fixes(house: House, who: str) -> None:
    filing = without_operator(house)
    with pytest.raises(Refused, match="不能修改"):
        plan_fix(house.fresh(who), filing.pk, "C33", VALUE)
    operation = apply_fix(house.fresh("clerk"), plan_fix(house.fresh("clerk"), filing.pk, "C33", VALUE))
    with pytest.raises(Refused, match="不能修改"):
        undo_fix(house.fresh(who), filing.pk, operation)


def followed(house: House) -> Filing:
    """A sheet on which another cell shows what stands in a part of the total: it follows a fix of the part."""
    text = LAYOUT.replace("version = 1", "version = 7") + '[[follow]]\ncell = "title"\nsource = "grant"\n'
    house.due.layout = stored_layout(text)
    house.due.save()
    return house.filing(replace(filled(grant="300000元", title="300000元"), version=7))


def test_a_fix_that_others_follow_is_shown_before_and_undone_with_one_press(house: House) -> None:
    """Nothing is stored before the press on 确认修改."""
    filing, client = followed(house), browser(house.clerk)
    address = f"/filings/{filing.ref}/findings/mend/"
    finding = {"finding": "C62:funding[grant].amount", "back": "submit"}
    page = client.post(address, finding)
    plan = page.context["plan"]
    assert {change.path: change.after for change in plan.changes} == {"funding[grant].amount": "30", "title": "30"}
    assert plan.finding.fix_text == "", "no button of a step writes it at once"
    assert all(change.label in text_of(page) for change in plan.changes)
    assert not filing.edits.exists()
    page = client.post(address, {**finding, "digest": plan.finding.digest}, follow=True)
    assert page.redirect_chain[-1][0] == f"/filings/{filing.ref}/submit/"
    assert "撤销修改" in text_of(page)
    assert (stored_text(filing, "funding[grant].amount"), stored_text(filing, "title")) == ("30", "30")
    page = client.post(f"/filings/{filing.ref}/findings/undo/", {"back": "submit"}, follow=True)
    assert "已撤销" in text_of(page)
    assert "撤销修改" not in text_of(page)
    assert (stored_text(filing, "funding[grant].amount"), stored_text(filing, "title")) == ("300000元", "300000元")


def test_a_preview_that_is_out_of_date_is_shown_again(house: House) -> None:
    filing, client = followed(house), browser(house.clerk)
    posted = {"finding": "C62:funding[grant].amount", "digest": "of another text"}
    answer = client.post(f"/filings/{filing.ref}/findings/mend/", posted)
    assert answer.status_code == 200
    assert not filing.edits.exists()


def test_the_button_of_a_step_shows_what_follows_after_saving_what_was_typed(house: House) -> None:
    filing, client = followed(house), browser(house.clerk)
    posted = {"version": "0", "phone": "0951-7654321", "do": "mend:C62:funding[grant].amount"}
    page = client.post(f"/filings/{filing.ref}/steps/head/", posted)
    assert "会改动的单元格" in text_of(page)
    assert (stored_text(filing, "phone"), stored_text(filing, "title")) == ("0951-7654321", "300000元")


def test_a_fix_that_is_too_long_for_its_cell_is_refused_with_the_reason(house: House) -> None:
    text = LAYOUT.replace('"testshire/plan"', '"testshire/narrow"').replace(
        'label = "试用值", required = true', 'label = "试用值", required = true, max_length = 3'
    )
    document = replace(with_text(filled(), "indicators[i1].value", "10条"), layout="testshire/narrow")
    filing = start_filing(
        house.clerk, house.cycle, due_form(house, text), house.department, house.project(), document=document
    )
    (finding,) = [one.finding for one in current_findings(filing) if one.finding.fix]
    with pytest.raises(Refused, match="这条建议不能填入：“试用值”最多 3 字，现在有 4 字，请删去 1 字后再保存"):
        plan_fix(house.fresh("clerk"), filing.pk, finding.code, finding.path)
    assert stored_text(filing, "indicators[i1].value") == "10条"
