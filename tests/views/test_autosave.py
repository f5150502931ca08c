"""Autosave by the page's script: answers, conflicts, and malformed or refused requests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from filings.checks import check_sheet
from filings.models import Filing, Reply
from filings.services.checking import check_subject
from filings.services.documents import load_document
from filings.services.drafts import save_edits
from tests.factories import House, put
from tests.views.kit import autosave, browser, move_filing, post_json, set_cell, stored_content


def test_a_saved_cell_is_answered_with_the_new_version(house: House) -> None:
    """Version, time, and what is missing in the steps."""
    filing = house.filing()
    answer = autosave(browser(house.clerk), filing, set_cell("title", ""), set_cell("funding[total].amount", "５０"))
    data = answer.json()
    assert answer.status_code == 200
    assert data["version"] == 1
    assert re.fullmatch(r"\d\d:\d\d:\d\d", data["at"])
    assert data["missing"]["steps"] == {"head": 1, "goals": 0, "rows": 0}
    assert [(one["path"], one["empty"]) for one in data["missing"]["said"]] == [("title", True)]


def told(client: Client, filing: Filing, operation: str, *edits: object, **more: Any) -> tuple[int, dict[str, Any]]:
    """The version after a save and what it says is missing."""
    filing.refresh_from_db()
    answer = autosave(client, filing, *edits, operation=operation, **more)
    assert answer.status_code == 200, answer.content
    return answer.json()["version"], answer.json()["missing"]


def in_some_order(findings: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in findings)


def test_a_page_that_has_all_findings_is_told_those_that_changed(house: House) -> None:
    """What it puts together from the answers is at each save what an answer to a new page says."""
    filing, client = house.filing(), browser(house.clerk)
    version, missing = told(client, filing, "operation-0", set_cell("title", ""))
    assert "paths" not in missing
    known = missing["said"]
    saves: list[object] = [
        set_cell("phone", "12"),
        set_cell("indicators[i1].name", "约10个"),
        set_cell("indicators[i1].value", ""),
        {"do": "add", "table": "indicators", "id": "r1", "after": "", "cells": {"name": "满意度", "value": "98"}},
        set_cell("indicators[r1].value", "约98"),
        {"do": "move", "table": "indicators", "id": "r1", "after": "i1"},
        {"do": "delete", "table": "indicators", "id": "i1"},
        set_cell("title", "项目"),
        set_cell("phone", "0951-1234567"),
    ]
    for number, edit in enumerate(saves, 1):
        version, missing = told(client, filing, f"operation-{number}", edit, findings=version)
        assert {one["path"] for one in missing["said"]} <= set(missing["paths"])
        known = [one for one in known if one["path"] not in missing["paths"]] + missing["said"]
        _, whole = told(client, filing, f"operation-whole-{number}")
        assert in_some_order(known) == in_some_order(whole["said"]), edit
        assert missing["steps"] == whole["steps"]


@pytest.mark.parametrize("findings", [None, 0, 99, -1])
def test_a_page_with_findings_of_another_version_is_told_all(house: House, findings: int | None) -> None:
    filing, client = house.filing(), browser(house.clerk)
    told(client, filing, "operation-0", set_cell("phone", "12"))
    _, missing = told(client, filing, "operation-1", set_cell("title", "另一项目"), findings=findings)
    assert "paths" not in missing
    assert "phone" in {one["path"] for one in missing["said"]}


def test_a_finding_waived_meanwhile_is_not_told(house: House) -> None:
    filing, client = house.filing(), browser(house.clerk)
    version, missing = told(client, filing, "operation-0", set_cell("phone", "12"))
    (finding,) = [one for one in check_sheet(check_subject(Filing.objects.get(pk=filing.pk))) if one.path == "phone"]
    Reply.objects.create(
        jurisdiction=house.place, filing=filing, kind=Reply.Kind.WAIVER, code=finding.code, path=finding.path,
        digest=finding.digest, text="同意", person=house.reviewer,
    )  # fmt: skip
    version, missing = told(client, filing, "operation-1", set_cell("title", "另一项目"), findings=version)
    assert "phone" not in {one["path"] for one in missing["said"]}
    assert "paths" not in missing


def test_the_same_save_twice_counts_once(house: House) -> None:
    """A script repeats a save whose answer was lost."""
    filing, client = house.filing(), browser(house.clerk)
    row = {"do": "add", "table": "indicators", "id": "r1", "after": None, "cells": {"name": "新"}}
    assert [autosave(client, filing, row).json()["version"] for _ in range(2)] == [1, 1]
    assert len(load_document(filing).rows("indicators")) == 3


def test_conflict_answers_with_both_values(house: House) -> None:
    """The other cells are saved."""
    filing, client = house.filing(), browser(house.clerk)
    save_edits(house.lead, filing.pk, 0, "other-window", [put("title", "领导写的")])
    answer = autosave(client, filing, set_cell("title", "我写的"), set_cell("phone", "0951-7654321"))
    assert answer.status_code == 409
    (conflict,) = answer.json()["conflicts"]
    assert (conflict["path"], conflict["mine"], conflict["theirs"]) == ("title", "我写的", "领导写的")
    filing.refresh_from_db()
    assert filing.fields["phone"] == "0951-7654321"


GOOD_BODY: dict[str, object] = {"version": 0, "operation": "operation-1", "edits": [set_cell("title", "坏")]}
# Values of a key of the body that are not what our script would send there.
BAD_VALUES: dict[str, tuple[object, ...]] = {
    "version": ("0", None, 0.0, True, [], {}),
    "operation": ("", "short", "x" * 41, "运" * 10, 12345678, None, "oper ation", "operation\n"),
    "edits": (None, {}, "set", 5, [None], [[]], ["set"], [{}], [{"do": "set"}], [{"do": "approve"}], [{"do": ["set"]}]),
}
BAD_TEXTS = (5, None, True, ["坏"], {"a": 1})
BAD_PATHS = (
    "", "Title", "title ", "indicators[i1]", "indicators[].value", "indicators[i1].value.x", "__class__", "../x",
    5, None, "a" * 5000,
)  # fmt: skip
BAD_CELLS = ("ab", [["name"]], {"name": 5}, 5)
RAW_BODIES: dict[str, str | bytes] = {
    "version NaN": '{"version": NaN, "operation": "operation-1", "edits": []}',
    "version 1E400": '{"version": 1E400, "operation": "operation-1", "edits": []}',
    "version of 5000 digits": '{"version": %s, "operation": "operation-1", "edits": []}' % ("9" * 5000),
    "deep": "[" * 1000 + "]" * 1000,
    "deeper": "[" * 200_000,
    "deep edits": '{"version": 0, "operation": "operation-1", "edits": %s}' % ("[" * 900 + "]" * 900),
    "10 MB": b" " * 10_000_000,
    "not JSON": "version=0&title=坏",
    "nothing": "",
    "not UTF-8": b'{"version": 0, "operation": "operation-1", "edits": ["\xff\xfe"]}',
    "a list": "[]",
    "null": "null",
}


def malformed_bodies() -> Iterator[tuple[str, str | bytes]]:
    """Name and body of requests that our script would never send."""
    for extra in ("status", "state", "department_id", "approved_by", "csrfmiddlewaretoken"):
        yield f"extra key {extra}", json.dumps({**GOOD_BODY, extra: "approved"})
    for missing in GOOD_BODY:
        yield f"no {missing}", json.dumps({name: value for name, value in GOOD_BODY.items() if name != missing})
    for key, values in BAD_VALUES.items():
        for value in values:
            yield f"{key} {value!r}", json.dumps({**GOOD_BODY, key: value})
    for name, edit in malformed_edits():
        yield name, json.dumps({**GOOD_BODY, "edits": [edit]})
    yield from RAW_BODIES.items()


def malformed_edits() -> Iterator[tuple[str, dict[str, object]]]:
    """Name and edit, alone in a body that is good otherwise."""
    for text in BAD_TEXTS:
        yield f"value {text!r}", set_cell("title", text)
    for path in BAD_PATHS:
        yield f"path {path!r:.40}", {**set_cell("", "坏"), "path": path}
    for cells in BAD_CELLS:
        yield f"cells {cells!r}", {"do": "add", "table": "indicators", "id": "r1", "cells": cells}
    yield "move without place", {"do": "move", "table": "indicators", "id": "i1"}
    yield "huge", set_cell("title", "坏" * 900_000)


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in malformed_bodies()])
def test_bad_requests_are_refused_in_chinese(house: House, body: str | bytes) -> None:
    """400 with a message; nothing is changed."""
    filing = house.filing()
    before = stored_content(filing)
    answer = post_json(browser(house.clerk), filing, body)
    assert answer.status_code == 400
    assert re.search(r"请求格式不正确|内容过大", answer.json()["error"])
    assert answer.json()["code"] in ("bad_request", "save_too_large")
    assert stored_content(filing) == before


BAD_EDITS = {
    "unknown cell": set_cell("nosuch", "坏"),
    "unknown column": set_cell("indicators[i1].nosuch", "坏"),
    "unknown table": set_cell("works[i1].name", "坏"),
    "cell that is not on the form": set_cell("objectives[i1].nosuch", "坏"),
    "row that is not there": set_cell("indicators[gone].value", "坏"),
    "fixed words of a row": set_cell("funding[total].source", "坏"),
    "lone surrogate": set_cell("title", "坏\ud800"),
    "control character": set_cell("title", "坏\x07"),
    "NUL": set_cell("title", "坏\x00"),
    "vertical tab": set_cell("title", "坏\x0b"),
    "no character": set_cell("title", "坏\uffff"),
    "too long": set_cell("title", "坏" * 20_001),
    "row twice": {"do": "add", "table": "indicators", "id": "i1"},
    "row id": {"do": "add", "table": "indicators", "id": "坏"},
    "row id too long": {"do": "add", "table": "indicators", "id": "r" * 33},
    "row of a fixed table": {"do": "add", "table": "funding", "id": "r1"},
    "row of no table": {"do": "add", "table": "\ud800", "id": "r1"},
    "row with unknown column": {"do": "add", "table": "indicators", "id": "r1", "cells": {"category": "坏"}},
    "delete of a fixed row": {"do": "delete", "table": "funding", "id": "total"},
    "delete of no row": {"do": "delete", "table": "indicators", "id": "gone"},
    "move of a fixed row": {"do": "move", "table": "funding", "id": "total", "after": ""},
    "move of no row": {"do": "move", "table": "indicators", "id": "gone", "after": ""},
}


@pytest.mark.parametrize("edit", [pytest.param(edit, id=name) for name, edit in BAD_EDITS.items()])
def test_bad_edits_are_refused_and_good_ones_saved(house: House, edit: dict[str, object]) -> None:
    """409 with the cell and the reason; a good edit in the same request is saved."""
    filing, client = house.filing(), browser(house.clerk)
    before = stored_content(filing)
    answer = autosave(client, filing, edit)
    assert answer.status_code == 409
    (refused,) = answer.json()["refused"]
    assert re.search(r"[\u4e00-\u9fff]", refused["message"])
    assert re.fullmatch(r"[a-z_]+", refused["code"])
    assert stored_content(filing) == before
    answer = autosave(client, filing, edit, set_cell("phone", "0951-7654321"), operation="operation-2")
    assert [one["path"] for one in answer.json()["refused"]] == [refused["path"]]
    filing.refresh_from_db()
    assert filing.fields["phone"] == "0951-7654321"


@pytest.mark.parametrize("bad", ["坏\x00", "坏" * 201])
def test_a_new_row_is_saved_without_the_cell_that_is_refused(house: House, bad: str) -> None:
    filing, client = house.filing(), browser(house.clerk)
    row = {"do": "add", "table": "indicators", "id": "r1", "cells": {"name": "新的", "value": bad}}
    for _ in range(2):  # asked again after a lost answer, it says the same
        answer = autosave(client, filing, row)
        assert answer.status_code == 409
        assert [one["path"] for one in answer.json()["refused"]] == ["indicators[r1].value"]
    added = load_document(filing).row("indicators", "r1")
    assert added
    assert (added.get("name"), added.get("value")) == ("新的", "")


def test_rows_of_another_filing_are_not_reached(house: House) -> None:
    """A row id is valid only within its filing."""
    own, other = house.filing(), house.filing()
    client = browser(house.clerk)
    autosave(client, other, {"do": "add", "table": "indicators", "id": "secret1", "cells": {"name": "别人的"}})
    before = stored_content(other)
    for edit in (
        set_cell("indicators[secret1].name", "坏"),
        {"do": "delete", "table": "indicators", "id": "secret1"},
        {"do": "move", "table": "indicators", "id": "secret1", "after": ""},
    ):
        assert autosave(client, own, edit, operation=f"operation-{edit['do']}").status_code == 409
    assert stored_content(other) == before


@pytest.mark.parametrize("version", [-1, -(10**30), 10**30, 99])
def test_odd_versions(house: House, version: int) -> None:
    """A version that never existed causes no error."""
    filing = house.filing()
    answer = autosave(browser(house.clerk), filing, set_cell("title", "新"), version=version)
    assert answer.status_code in (200, 409)


def test_duplicate_keys_and_big_numbers_inside(house: House) -> None:
    """The last key counts; a number as value is refused."""
    filing = house.filing()
    body = (
        '{"version": 7, "version": 0, "operation": "operation-1", "edits": [{"do":"set","path":"title","value":1E400}]}'
    )
    assert post_json(browser(house.clerk), filing, body).status_code == 400


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json5", ""],
)
def test_only_json_is_taken(house: House, kind: str) -> None:
    """Forms of other sites can send these content types without CORS; our script sends JSON only."""
    filing = house.filing()
    before = stored_content(filing)
    body = json.dumps({"version": 0, "operation": "operation-1", "edits": [set_cell("title", "坏")]})
    answer = post_json(browser(house.clerk), filing, body, kind)
    assert answer.status_code == 400
    assert "请求格式不正确" in answer.json()["error"]
    assert stored_content(filing) == before


@pytest.mark.parametrize("state", ["submitted", "in_review", "approved"])
def test_submitted_filings_are_read_only(house: House, state: str) -> None:
    """409 with the reason; nothing is changed."""
    steps = {"submitted": [], "in_review": [("reviewer", "start_review")], "approved": [("reviewer", "approve")]}
    filing = move_filing(house, house.filing(), *steps[state])
    before = stored_content(filing)
    answer = autosave(browser(house.clerk), filing, set_cell("title", "坏"))
    assert answer.status_code == 409
    assert "现在不能修改" in answer.json()["error"]
    assert answer.json()["code"] == "save_not_editable"
    assert stored_content(filing) == before
