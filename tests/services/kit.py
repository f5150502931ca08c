"""What tests of services share."""

from __future__ import annotations

import random
from datetime import datetime
from zoneinfo import ZoneInfo

from filings.models import Filing, Person
from filings.services.documents import load_document
from filings.services.drafts import SaveResult, save_edits
from filings.services.workflow import apply_transition
from filings.sheet.document import Path
from filings.sheet.edits import Edit
from tests.factories import House, send
from tests.views.kit import browser, step_url

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOTAL, GRANT, REST = (f"funding[{row}].amount" for row in ("total", "grant", "rest"))


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


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def save(person: Person, filing: Filing, version: int, *edits: Edit, operation: str = "") -> SaveResult:
    """Save edits of what a person has open in a version, as a new operation unless one is named."""
    return save_edits(person, filing.pk, version, operation or f"op{random.getrandbits(60)}", edits)


def save_newest(house: House, filing: Filing, *edits: Edit) -> SaveResult:
    """Save edits of the clerk, who has the newest version open."""
    return save(house.clerk, filing, Filing.objects.get(pk=filing.pk).version, *edits)


def stored_text(filing: Filing, address: str) -> str:
    """The stored text of a cell."""
    return load_document(Filing.objects.with_parts().get(pk=filing.pk)).value(Path.parse(address))


def press(house: House, filing: Filing, step: str, do: str, **cells: str) -> None:
    """Press a button of a step as the clerk: the page without script posts the step with it."""
    data = {"do": do, "version": str(Filing.objects.get(pk=filing.pk).version), **cells}
    answer = browser(house.clerk).post(step_url(filing, step), data)
    assert answer.status_code == 302, answer.content.decode()
