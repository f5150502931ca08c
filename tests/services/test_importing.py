"""Documents from files: each is checked against its form before anything is written, and errors say where they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from filings.models import Filing, Project
from filings.services.documents import load_document
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.filing_files import export_data
from filings.services.importing import InvalidFileError, document_errors, import_filing
from filings.services.workflow import apply_transition
from filings.sheet.document import Document, Row, document_to_data
from filings.sheet.edits import MAX_ROWS
from tests.factories import House, filled, layout, put


def packed(content: Document | None = None, **more: Any) -> dict[str, Any]:
    base = {"place": "testshire", "year": 2026, "round": 1, "department": "101", "project": "新项目"}
    if "document" not in more:
        more["document"] = document_to_data(content or filled())
    return {**base, **more}


def with_rows(table: str, *rows: Row) -> Document:
    return replace(filled(), tables={**filled().tables, table: rows})


def test_a_new_filing(house: House) -> None:
    filing, outcome = import_filing(packed())
    assert outcome == "new"
    assert document_to_data(load_document(filing)) == document_to_data(filled())
    assert (filing.created_by, filing.department, filing.subject_name) == (house.clerk, house.department, "新项目")
    assert filing.events.get().action == "start"


def test_new_content_of_a_draft_is_journalled_as_any_save(house: House) -> None:
    first, _ = import_filing(packed())
    save_edits(house.clerk, first.pk, 0, "op", [put("title", "改")])
    second, outcome = import_filing(packed(filled(title="文件中的")), house.lead)
    assert (second.pk, outcome, second.version) == (first.pk, "changed", 2)
    journal = second.edits.get(version=2)
    assert journal.person == house.lead
    assert journal.changes == [{"path": "title", "from": "改", "to": "文件中的"}]


def test_the_same_file_again_changes_nothing(house: House) -> None:
    filing, _ = import_filing(packed())
    again, outcome = import_filing(packed())
    assert (again.pk, outcome, again.version, again.edits.count()) == (filing.pk, "unchanged", 0, 0)


def test_what_was_sent_in_is_unchanged_by_the_same_file(house: House) -> None:
    filing, _ = import_filing(packed())
    apply_transition(house.clerk, filing.pk, "submit")
    again, outcome = import_filing(packed())
    assert (again.pk, outcome, again.state) == (filing.pk, "unchanged", "submitted")
    with pytest.raises(Refused) as caught:
        import_filing(packed(), house.neighbour)
    assert caught.value.code == "not_editable", "who may not file is not told what is stored"


def test_the_form_supplies_what_the_file_leaves_out(house: House) -> None:
    """Fixed rows, their presets, default texts with their variables, and sums."""
    rows = [{"id": "grant", "cells": {"amount": "30"}}, {"id": "rest", "cells": {"amount": "20"}}]
    data = packed(document={"layout": "testshire/plan", "version": 1, "tables": {"funding": rows}})
    filing, outcome = import_filing(data)
    document = load_document(filing)
    assert (outcome, document.fields["title"]) == ("new", "2026年新项目")
    assert [(row.id, row.cells) for row in document.rows("funding")] == [
        ("total", {"source": "total", "amount": "50"}),
        ("grant", {"source": "appropriation", "amount": "30"}),
        ("rest", {"source": "other", "amount": "20"}),
    ]
    assert [row.cells for row in document.rows("objectives")] == [{"term": "period"}, {"term": "annual"}]
    assert import_filing(data)[1] == "unchanged"


def test_an_empty_cell_survives_export_and_load(house: House) -> None:
    """The form would supply title and total; somebody wants them empty."""
    filing = house.filing(filled(title="", total=""))
    data = export_data(filing)
    assert data["document"]["fields"]["title"] == ""
    assert {row["id"]: row["cells"] for row in data["document"]["tables"]["funding"]}["total"]["amount"] == ""
    _, outcome = import_filing(data)
    assert outcome == "unchanged"
    other, _ = import_filing({**data, "project": "另一个"})
    assert document_to_data(load_document(other)) == document_to_data(filled(title="", total=""))


def test_what_was_sent_in_is_not_replaced(house: House) -> None:
    filing, _ = import_filing(packed())
    apply_transition(house.clerk, filing.pk, "submit")
    with pytest.raises(Refused, match="不能修改"):
        import_filing(packed(filled(title="改")))
    assert load_document(Filing.objects.get(pk=filing.pk)).fields["title"] == "巷道改造"


@pytest.mark.parametrize("who", ["neighbour", "reviewer", "admin", "nobody"])
def test_who_may_not_file_loads_nothing(house: House, who: str) -> None:
    with pytest.raises(Refused):
        import_filing(packed(), house.people[who])
    assert not Filing.objects.exists()
    assert not Project.objects.exists(), "a refused file leaves no project behind"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "not a filing"),
        ([], "not a filing"),
        ({}, "not a filing"),
        ({"document": []}, "not a filing"),
        (packed(format="perfbudget filing 2"), "format must be 'perfbudget filing 1'"),
        (packed(place="nowhere"), "no place 'nowhere'"),
        (packed(place=None), "place must be"),
        (packed(place=["testshire"]), "place must be"),
        (packed(place="a\0b"), "place must be"),
        (packed(year="2026"), "year must be a whole number"),
        (packed(year=[2026]), "year must be a whole number"),
        (packed(year=True), "year must be a whole number"),
        (packed(year=1999), "no cycle of year 1999"),
        (packed(year=10**30), "no cycle of year"),
        (packed(round=2), "no cycle"),
        (packed(round=None), "round must be a whole number"),
        (packed(department="999"), "no department '999'"),
        (packed(department=101), "department must be"),
        (packed(project=""), "project must be the name"),
        (packed(project=None), "project must be the name"),
        (packed(project=7), "project must be the name"),
        (packed(project="项" * 201), "project must be the name"),
        (packed(project="a\0b"), "project must be the name"),
        (packed(Document("other/form", 1)), "form 'other/form' is not due"),
        (packed(replace(filled(), version=2)), "version 2, not testshire/plan version 1"),
        (packed(document={"layout": "testshire/plan", "version": 1, "feilds": {}}), "no 'feilds'"),
        (packed(document={"layout": "testshire/plan", "version": 1, "fields": {"title": 5}}),
         "fields.title must be text"),
        (packed(replace(filled(), fields={"fax": "x", "total": "5"})),
         "fields.fax: the form has no such cell\nfields.total: the form"),
        (packed(with_rows("works", Row("r", {"name": "x"}))), "tables.works: the form has no such table"),
        (packed(with_rows("indicators", Row("r", {"basis": "x"}))),
         "tables.indicators[r].basis: the table has no such column"),
        (packed(with_rows("funding", Row("extra", {"amount": "5"}))),
         "tables.funding[extra]: the form has no such row"),
        (packed(with_rows("funding", Row("total", {"source": "other"}))),
         "tables.funding[total].source: must be 'total'"),
        (packed(with_rows("objectives", Row("annual", {"term": "period", "text": "x"}))),
         "tables.objectives[annual].term: must be 'annual'"),
        (packed(with_rows("indicators", *(Row(f"r{i}") for i in range(MAX_ROWS + 1)))), f"{MAX_ROWS + 1} rows"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_in_is_named(house: House, data: object, words: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        import_filing(data)
    assert words in str(caught.value)
    assert not Filing.objects.exists()
    assert not Project.objects.exists()


def test_all_faults_are_said_at_once() -> None:
    document = replace(with_rows("works", Row("r")), fields={"fax": "x"}, version=3)
    assert len(list(document_errors(layout(), document))) == 3


def test_a_good_document_has_no_faults() -> None:
    assert list(document_errors(layout(), filled())) == []


def test_export_and_load_are_inverse(house: House) -> None:
    filing = house.filing()
    data = export_data(filing)
    loaded, outcome = import_filing(data)
    assert (loaded.pk, outcome, loaded.version) == (filing.pk, "unchanged", 0)
    assert export_data(loaded) == data


def test_a_text_that_is_within_limit_is_named_and_nothing_is_written(house: House) -> None:
    filing = house.filing()
    long_name = with_rows("indicators", Row("i1", {"name": "长" * 201}))
    document = replace(long_name, fields={"title": "长" * 501})
    with pytest.raises(InvalidFileError) as caught:
        import_filing(packed(document, project=filing.subject_name))
    assert str(caught.value).splitlines() == [
        "fields.title: has 501 characters, the cell takes at most 500: shorten it",
        "tables.indicators[i1].name: has 201 characters, the cell takes at most 200: shorten it",
    ]
    assert load_document(Filing.objects.get(pk=filing.pk)).fields["title"] == "巷道改造"
    with pytest.raises(InvalidFileError, match="501 characters"):
        import_filing(packed(document))
    assert not Project.objects.filter(name="新项目").exists()


def test_a_longer_text_that_is_stored_comes_back_from_its_file(house: House) -> None:
    """Exported and loaded again it is no edit of that cell, whatever else the file changes."""
    filing = house.filing(filled(title="长" * 600))
    data = export_data(filing)
    data["document"]["fields"]["phone"] = "0951-1111111"
    loaded, _ = import_filing(data)
    assert load_document(loaded).fields == {"title": "长" * 600, "phone": "0951-1111111"}
