"""load_filing: imports exactly what export_filing wrote; anything else is refused as a whole, with the reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from filings.models import Edit, Filing, Membership, Project
from filings.services.documents import load_document
from filings.services.filing_files import export_data
from filings.services.layouts import compiled_layout
from filings.services.places import create_place
from filings.services.workflow import apply_transition
from filings.sheet.document import document_to_data
from tests.commands.kit import CommandResult, manage
from tests.factories import House, filled

NEW = {"place": "testshire", "year": 2026, "round": 1, "department": "101", "project": "新项目"}


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., CommandResult]:
    """A function that writes a file and loads it."""

    def written(content: Any, *words: str) -> CommandResult:
        file = tmp_path / "in.json"
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return manage("load_filing", str(file), *words)

    return written


def exported(**more: Any) -> dict[str, Any]:
    return {**NEW, "document": document_to_data(filled()), **more}


def stored() -> tuple[int, int, int]:
    return Filing.objects.count(), Project.objects.count(), Edit.objects.count()


def test_export_and_import_of_the_whole_demo(demo: list[Filing], tmp_path: Path) -> None:
    """Exported and imported into another database, every demo filing is identical."""
    for filing in demo:
        file = tmp_path / f"{filing.ref}.json"
        manage("export_filing", filing.ref, "--format", "json", "-o", str(file))
        before = json.loads(file.read_text(encoding="utf-8"))
        assert manage("load_filing", str(file)).out.startswith(f"{filing.ref} unchanged")
        assert export_data(Filing.objects.get(pk=filing.pk)) == before


def test_a_new_filing_is_the_same_as_the_one_it_came_from(house: House, load: Callable[..., CommandResult]) -> None:
    source = export_data(house.filing())
    result = load({**source, "project": "另一个项目"})
    assert result.code == 0
    loaded = Filing.objects.latest("pk")
    assert result.out.startswith(f"{loaded.ref} new: ")
    assert export_data(loaded) == {**source, "ref": loaded.ref, "project": "另一个项目"}
    assert loaded.created_by == house.clerk


def test_new_content_of_a_draft(house: House, load: Callable[..., CommandResult]) -> None:
    filing = house.filing()
    data = export_data(filing)
    data["document"]["fields"]["title"] = "改过的"
    assert load(data, "--as", house.lead.username).out.startswith(f"{filing.ref} changed")
    filing.refresh_from_db()
    assert (filing.fields["title"], filing.edits.get().person) == ("改过的", house.lead)


def test_the_example_of_the_manual_is_loaded_once(load: Callable[..., CommandResult], db: None) -> None:
    """It says what becomes of the cells that it leaves out."""
    root = Path(__file__).resolve().parents[2]
    manual = (root / "docs" / "filing-files.md").read_text(encoding="utf-8")
    found = re.search(r"```json\n(.*?)```", manual, re.DOTALL)
    assert found
    example = json.loads(found.group(1))
    create_place(json.loads((root / "filings/demo" / f"{example['place']}.json").read_text(encoding="utf-8")), "x" * 20)
    result = load(example)
    filing = Filing.objects.get()
    assert (result.code, result.out.split(": ")[0]) == (0, f"{filing.ref} new")
    document, layout = load_document(filing), compiled_layout(filing.layout)
    texts = {name: document.value(spec.path) for name, spec in layout.cells.items()}
    for name, text in re.findall(r"`(\w+)` becomes (?:`(\S+?)`)", manual):
        assert texts[name] == text
    assert texts["unit_name"] == filing.department.name
    assert [texts[name] for name in ("appropriation", "total", "current_budget")] == ["44.5"] * 3
    assert (texts["project_code"], texts["basis"].count("\n")) == ("", 1)
    before = stored()
    assert load(example).out.startswith(f"{filing.ref} unchanged")
    assert (stored(), Filing.objects.get().version) == (before, 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not JSON"),
        (b"{'place': 1}", "is not JSON"),
        (b'{"place": "testshire", ', "is not JSON"),
        ("绩效".encode("gb18030"), "is not JSON"),
        (b'\xef\xbb\xbf{"place": "testshire"}', "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"year": ' + b"9" * 5000 + b"}", "is not JSON"),
        (b"[]", "not a filing"),
        (b'{"document": {}}', "place must be"),
    ],
)
def test_a_broken_file(house: House, load: Callable[..., CommandResult], content: bytes, words: str) -> None:
    result = load(content)
    assert result.code == 1
    assert words in result.err
    assert "in.json" in result.err
    assert stored() == (0, 0, 0)


def wrong_documents() -> dict[str, dict[str, Any]]:
    good = document_to_data(filled())
    row = {"id": "r9", "cells": {"name": "多余"}}
    return {
        "form 'other/form' is not due": {**good, "layout": "other/form"},
        "version 7, not testshire/plan version 1": {**good, "version": 7},
        "fields.fax: the form has no such cell": {**good, "fields": {"fax": "1"}},
        "fields.title must be text, not int": {**good, "fields": {"title": 5}},
        "fields.title: contains control characters": {**good, "fields": {"title": "\0"}},
        "tables.works: the form has no such table": {**good, "tables": {"works": [row]}},
        "tables.funding[r9]: the form has no such row": {**good, "tables": {"funding": [{"id": "r9", "cells": {}}]}},
        "r9].fax: the table has no such column": {
            **good,
            "tables": {"indicators": [{**row, "cells": {"fax": "1"}}]},
        },
    }


@pytest.mark.parametrize("words", wrong_documents())
def test_content_that_the_form_does_not_have(house: House, load: Callable[..., CommandResult], words: str) -> None:
    result = load(exported(document=wrong_documents()[words]))
    assert result.code == 1
    assert words in result.err
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize("who", ["neighbour", "reviewer", "admin", "auditor", "nobody"])
def test_who_may_not_file_loads_nothing(house: House, load: Callable[..., CommandResult], who: str) -> None:
    result = load(exported(), "--as", house.people[who].username)
    assert result.code == 1
    assert "您不是这个单位的填报人" in result.err
    assert stored() == (0, 0, 0)


def test_an_unknown_person(house: House, load: Callable[..., CommandResult]) -> None:
    result = load(exported(), "--as", "ghost")
    assert (result.code, result.err) == (1, "there is no person 'ghost'")


def test_a_department_without_a_clerk(house: House, load: Callable[..., CommandResult]) -> None:
    Membership.objects.filter(role="clerk").delete()
    result = load(exported())
    assert (result.code, stored()) == (1, (0, 0, 0))
    assert "--as LOGIN" in result.err


def test_a_submitted_filing_is_not_changed(house: House, load: Callable[..., CommandResult]) -> None:
    filing = house.filing()
    apply_transition(house.clerk, filing.pk, "submit")
    data = {**export_data(filing), "document": document_to_data(replace(filled(), fields={}))}
    result = load(data)
    assert (result.code, "不能修改" in result.err) == (1, True)
    assert export_data(Filing.objects.get())["document"] == document_to_data(filled())


@pytest.mark.django_db
def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "none.json"
    assert manage("load_filing", str(file)).err == f"cannot read {file}: No such file or directory"
    assert manage("load_filing", str(tmp_path)).err == f"cannot read {tmp_path}: Is a directory"
