"""What tests of services share."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from filings.models import Filing
from filings.services.workflow import apply_transition
from tests.factories import House, send

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


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)
