"""Plans: which sheets they list, in which order, and that they are stored and read back unchanged."""

from __future__ import annotations

import json

from filings.models import DueForm
from filings.services.drafts import save_edits
from filings.services.new_filings import start_filing
from filings.services.packets import PacketScope
from filings.services.packets.plan import PacketPlan, build_plan, load_sheets
from filings.services.workflow import apply_transition
from filings.sheet.document import Path
from tests.factories import LAYOUT, House, due_form, filled, put, send
from tests.services.packets.kit import approved


def test_departments_and_forms_are_chosen(house: House) -> None:
    approved(house)
    own = build_plan(house.cycle, PacketScope(departments=("101",)))
    assert [department.code for department in own.offices] == ["101"]
    assert build_plan(house.cycle, PacketScope(departments=("201",))).items == []
    assert build_plan(house.cycle, PacketScope(forms=("testshire/other",))).items == []
    assert len(build_plan(house.cycle, PacketScope(forms=("testshire/plan",))).items) == 1


def test_the_last_revision_is_bound(house: House) -> None:
    filing = house.filing(filled(title="第一稿"))
    send(house.clerk, filing.pk)
    apply_transition(house.clerk, filing.pk, "withdraw")
    send(house.clerk, filing.pk)
    apply_transition(house.reviewer, filing.pk, "approve")
    assert build_plan(house.cycle, PacketScope()).items[0].number == 2


def test_a_plan_is_stored_and_read_back_unchanged(house: House) -> None:
    approved(house, title="通过的")
    house.filing(filled(title="草稿的"))
    plan = build_plan(house.cycle, PacketScope(drafts=True, public=True))
    stored = json.loads(json.dumps(plan.data()))
    assert json.loads(json.dumps(PacketPlan.read(stored).data())) == stored
    assert [item.title for item in PacketPlan.read(stored).items] == [item.title for item in plan.items]
    assert set(stored) == {"title", "place", "place_name", "year", "round", "public", "offices"}, "names of stored data"


def test_sheets_are_in_official_order_of_forms(house: House) -> None:
    """The form of position 0 comes first although its filing was begun last; a form that is not due comes last."""
    house.filing(filled(title="项目表"))
    for position, key in ((0, "testshire/first"), (9, "testshire/gone")):
        due = due_form(house, LAYOUT.replace("testshire/plan", key), title=key, position=position)
        start_filing(house.clerk, house.cycle, due, house.department, house.project())
    DueForm.objects.filter(layout__key="testshire/plan").update(position=1)
    DueForm.objects.filter(layout__key="testshire/gone").delete()
    (department,) = build_plan(house.cycle, PacketScope(drafts=True)).offices
    assert [(form.key, form.title) for form in department.forms] == [
        ("testshire/first", "testshire/first"), ("testshire/plan", "表"), ("testshire/gone", "试用绩效目标表"),
    ]  # fmt: skip


def test_a_planned_draft_prints_what_it_was_when_planned(house: House) -> None:
    filing = house.filing(filled(title="当时的"))
    plan = build_plan(house.cycle, PacketScope(drafts=True))
    save_edits(house.clerk, filing.pk, 0, "op", [put("title", "后来的")])
    ((item, sheet),) = load_sheets(plan.items, plan.public)
    assert (sheet.document.value(Path("title")), item.mark, item.code) == ("当时的", "草稿", "")
    assert sheet.digest == item.digest
    assert build_plan(house.cycle, PacketScope(drafts=True)).items[0].digest != item.digest


def test_a_planned_revision_has_the_digest_of_what_is_printed(house: House) -> None:
    filing = approved(house)
    plan = build_plan(house.cycle, PacketScope())
    ((item, sheet),) = load_sheets(plan.items, plan.public)
    assert item.digest == sheet.digest == filing.revisions.get().sha256
    (public,) = build_plan(house.cycle, PacketScope(public=True)).items
    assert public.digest != item.digest, "the variants are cached apart"
    assert public.code == item.code
