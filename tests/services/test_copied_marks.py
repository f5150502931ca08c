"""Marks of cells that were copied from last year: shown until somebody changes or confirms them."""

from __future__ import annotations

import pytest

from filings.models import Filing
from filings.services.drafts import confirm_copied
from filings.services.errors import Refused
from filings.services.layouts import compiled_layout
from filings.services.new_filings import start_filing
from tests.factories import House, due_form, filled, opened_cycle, put, send
from tests.services.kit import GRANT, TOTAL, press, save_newest, stored_text
from tests.views.kit import browser


def copied(house: House) -> Filing:
    old = house.filing(filled(phone="0951-2026-123"))
    cycle = opened_cycle(house.place, 2027)
    return start_filing(house.clerk, cycle, due_form(house, cycle=cycle), house.department, old.project, copy_of=old)


def marks(filing: Filing) -> set[str]:
    return set(Filing.objects.get(pk=filing.pk).copied_unreviewed)


def test_a_carried_cell_is_marked_until_somebody_touches_it(house: House) -> None:
    filing = copied(house)
    assert Filing.objects.get(pk=filing.pk).copied_from_year == 2026
    assert {"phone", TOTAL, "objectives[annual].text"} <= marks(filing)
    assert "title" not in marks(filing)  # the form's own default
    before = marks(filing)
    save_newest(house, filing, put("phone", "0951-7654321"))
    assert marks(filing) == before - {"phone"}
    save_newest(house, filing, put(GRANT, "31"))
    assert marks(filing) == before - {"phone", GRANT, TOTAL}  # the total followed


def test_the_page_says_what_is_carried_and_from_which_year(house: House) -> None:
    filing = copied(house)
    page = browser(house.clerk).get(f"/filings/{filing.ref}/steps/head/").content.decode()
    assert "本步有 4 格沿用 2026 年内容" in page
    assert "沿用 2026 年内容，其中写有“2026”，请核对。" in page
    assert page.count("沿用 2026 年内容，请核对。") == 3


def test_a_step_is_confirmed_by_its_button_and_saved_with_it(house: House) -> None:
    filing = copied(house)
    before = marks(filing)
    press(house, filing, "head", "confirm", phone="0951-1111111")
    left = marks(filing)
    assert left == {path for path in before if path.startswith(("objectives", "indicators"))}
    assert stored_text(filing, "phone") == "0951-1111111"
    assert "沿用" not in browser(house.clerk).get(f"/filings/{filing.ref}/steps/head/").content.decode()
    press(house, filing, "rows", "confirm")
    assert marks(filing) == {path for path in before if path.startswith("objectives")}


def test_marks_are_confirmed_by_those_who_may_edit(house: House) -> None:
    filing = copied(house)
    section = compiled_layout(filing.layout).sections[0]
    for who in (house.neighbour, house.reviewer, house.auditor):
        with pytest.raises(Refused):
            confirm_copied(who, filing.pk, section)
    send(house.clerk, filing.pk)
    with pytest.raises(Refused):
        confirm_copied(house.clerk, filing.pk, section)


def test_a_sheet_that_was_not_copied_has_no_marks(house: House) -> None:
    filing = house.filing()
    assert marks(filing) == set()
    assert 'value="confirm"' not in browser(house.clerk).get(f"/filings/{filing.ref}/steps/head/").content.decode()
