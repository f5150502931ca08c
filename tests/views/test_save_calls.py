"""A save calls as many of our own functions in a large sheet as in a small one: what did not change is not looked at.

Calls are counted, not timed: the count is the same on every machine.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.test import Client

from filings.models import Filing
from filings.sheet.document import Document, Row
from tests.factories import House, filled
from tests.views.kit import browser

ROOT = str(Path(__file__).resolve().parents[2])
OURS = tuple(f"{ROOT}/{folder}/" for folder in ("filings", "indicators", "perfbudget"))
MOST = 2_300
"""Less than half of the calls of release 0.4.0: 4,790 with 10 rows, 19,940 with 60, 47,210 with 600 cells."""
THINGS = ("路灯", "井盖", "绿地", "管网", "围墙", "台阶", "护栏", "标牌", "花坛", "车棚")
PLACES = [f"{word}区" for word in "东西南北中新老山湖港矿林郊园城"]
_numbers = count(1)


def sheet_with(rows: int) -> Document:
    """A document with so many different indicators, of four cells each."""
    names = [f"{place}{thing}维护数量" for place in PLACES for thing in THINGS][:rows]
    made = tuple(
        Row(f"r{n}", {"level1": "产出指标", "level2": "数量指标", "name": name, "value": f"≥{n + 1}处"})
        for n, name in enumerate(names)
    )
    return replace(filled(), tables={**filled().tables, "indicators": made})


def save(ask: Client, filing: Filing, path: str, text: str) -> None:
    filing.refresh_from_db(fields=["version"])
    edit = {"do": "set", "path": path, "value": text}
    body = {"version": filing.version, "operation": f"operation-{next(_numbers)}", "edits": [edit]}
    answer = ask.post(
        f"/filings/{filing.ref}/save/",
        json.dumps({**body, "findings": filing.version}),
        content_type="application/json",
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 200, answer.content


def calls_of(ask: Client, filing: Filing, path: str, texts: tuple[str, str]) -> Counter[str]:
    """How often each of our functions is called by a save, the third one: no text is read for the first time."""
    found: Counter[str] = Counter()

    def see(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            found[frame.f_code.co_qualname] += 1

    for text in (texts[0], texts[1]):
        save(ask, filing, path, text)
    before = sys.getprofile()
    sys.setprofile(see)
    try:
        save(ask, filing, path, texts[0])
    finally:
        sys.setprofile(before)
    return found


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("indicators[r0].value", ("≥41处", "≥42处")),
        ("indicators[r0].name", ("东区路灯更换数量", "东区路灯检修数量")),
        ("phone", ("0951-1234567", "0951-7654321")),
        ("funding[grant].amount", ("31", "32")),
    ],
)
def test_calls_do_not_grow_with_the_sheet(house: House, path: str, texts: tuple[str, str]) -> None:
    ask = browser(house.clerk)
    sizes = {"10 rows": 10, "60 rows": 60, "600 cells": 150}
    found = {name: calls_of(ask, house.filing(sheet_with(rows)), path, texts) for name, rows in sizes.items()}
    totals = {name: calls.total() for name, calls in found.items()}
    more = (found["600 cells"] - found["10 rows"]).most_common(8)
    assert len(set(totals.values())) == 1, f"{totals}: {more}"
    assert totals["600 cells"] <= MOST
