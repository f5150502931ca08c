"""Between documents and tables: nothing changes on the way, and it costs a fixed number of queries."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from filings.models import Filing, FundingLine, IndicatorRow, Objective
from filings.services.checking import check_filings
from filings.services.documents import (
    content_data,
    document_total,
    layout_variables,
    load_document,
    load_documents,
    store_document,
    variables_from_data,
)
from filings.services.layouts import compiled_layout, cycle_profile
from filings.sheet.document import Document, Row, document_to_data, text_error
from tests.factories import LAYOUT, House, build_house, due_form, filled, layout, profile, put, with_text
from tests.thoroughness import times

from filings.sheet.edits import AddRow, DeleteRow, Edit, MoveRow, apply_edits  # isort: skip


def store(filing: Filing, before: Document, after: Document) -> None:
    store_document(filing, before, after, cycle_profile(filing.cycle).tree)
    filing.save()


def writes(queries: CaptureQueriesContext) -> list[str]:
    """What was written, as `INSERT table`, with the savepoints of bulk operations left out."""
    found = []
    for query in queries.captured_queries:
        words = query["sql"].replace('"', "").split()
        if words[0] in ("INSERT", "UPDATE", "DELETE"):
            table = {"INSERT": 2, "UPDATE": 1, "DELETE": 2}[words[0]]
            found.append(f"{words[0]} {words[table].removeprefix('filings_')}")
    return found


def test_a_stored_document_comes_back(house: House) -> None:
    filing = house.filing()
    assert document_to_data(load_document(Filing.objects.get(pk=filing.pk))) == document_to_data(filled())


def test_cells_without_a_column_come_back(house: House) -> None:
    filing = house.filing()
    rows = (Row("x", {"name": "甲", "some_column": "乙", "value": "1"}), Row("y", {}))
    after = replace(filled(), tables={**filled().tables, "indicators": rows})
    store(filing, filled(), after)
    assert load_document(Filing.objects.get(pk=filing.pk)).rows("indicators") == rows


@pytest.mark.parametrize("count", [1, 20])
def test_loading_costs_one_query_a_table(house: House, count: int, django_assert_num_queries: Any) -> None:
    for _ in range(count):
        house.filing()
    filings = list(Filing.objects.select_related("layout"))
    with django_assert_num_queries(3):
        documents = load_documents(filings)
    assert len(documents) == count
    assert all(document_to_data(document) == document_to_data(filled()) for document in documents.values())


@pytest.mark.parametrize("count", [1, 20])
def test_checking_costs_the_same_for_any_number(house: House, count: int, django_assert_num_queries: Any) -> None:
    for _ in range(count):
        house.filing()
    filings = list(Filing.objects.select_related("layout", "cycle"))
    with django_assert_num_queries(4):
        findings = check_filings(filings)
    assert findings == {filing.pk: [] for filing in filings}


def test_documents_of_many_filings_do_not_mix(house: House) -> None:
    filings = [house.filing(filled(title=f"{i}号", total=str(i))) for i in range(5)]
    documents = load_documents(filings)
    for i, filing in enumerate(filings):
        assert document_to_data(documents[filing.pk]) == document_to_data(filled(title=f"{i}号", total=str(i)))


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (put("title", "新"), []),
        (put("indicators[i1].value", "≥9条"), ["UPDATE indicatorrow"]),
        (put("funding[total].amount", "9"), ["UPDATE fundingline"]),
        (AddRow("indicators", "new"), ["INSERT indicatorrow"]),
        (AddRow("indicators", "new", ""), ["UPDATE indicatorrow", "UPDATE indicatorrow", "INSERT indicatorrow"]),
        (DeleteRow("indicators", "i2"), ["DELETE indicatorrow"]),
        (DeleteRow("indicators", "i1"), ["DELETE indicatorrow", "UPDATE indicatorrow"]),
        (MoveRow("indicators", "i1", "i2"), ["UPDATE indicatorrow", "UPDATE indicatorrow"]),
    ],
)
def test_only_what_changed_is_written(house: House, edit: Edit, expected: list[str]) -> None:
    filing = Filing.objects.select_related("layout", "cycle").get(pk=house.filing().pk)
    before = load_document(filing)
    tree = cycle_profile(filing.cycle).tree
    with CaptureQueriesContext(connection) as queries:
        store_document(filing, before, apply_edits(layout(), before, [edit]), tree)
    assert writes(queries) == expected
    assert len(queries) <= len(expected) + 4


def test_one_cell_of_a_long_table_updates_one_row(house: House) -> None:
    rows = tuple(
        Row(f"r{i}", {"level1": "产出指标", "level2": "数量指标", "name": f"第{i}项", "value": "≥1"})
        for i in range(300)
    )
    long = replace(filled(), tables={**filled().tables, "indicators": rows})
    filing = house.filing(long)
    changed = with_text(long, "indicators[r150].value", "≥2")
    with CaptureQueriesContext(connection) as queries:
        store(filing, long, changed)
    (update,) = [
        query["sql"]
        for query in queries.captured_queries
        if "filings_indicatorrow" in query["sql"] and query["sql"].startswith("UPDATE")
    ]
    assert update.count("第150项") == 1
    assert "第151项" not in update


def test_rows_keep_their_identity_in_the_database(house: House) -> None:
    filing = house.filing()
    keys = dict(IndicatorRow.objects.filter(filing=filing).values_list("row_id", "pk"))
    store(
        filing,
        filled(),
        apply_edits(layout(), filled(), [MoveRow("indicators", "i2", ""), put("indicators[i1].name", "改")]),
    )
    assert dict(IndicatorRow.objects.filter(filing=filing).values_list("row_id", "pk")) == keys


def test_derived_numbers_stand_beside_the_texts(house: House) -> None:
    filing = house.filing(with_text(filled(grant="63000元"), "indicators[i1].value", "≥９０％"))
    one = IndicatorRow.objects.get(filing=filing, row_id="i1")
    assert (one.value, one.target_operator, one.target_number, one.target_unit) == ("≥９０％", "≥", Decimal(90), "%")
    assert one.category == "output.quantity"
    assert FundingLine.objects.get(filing=filing, row_id="grant").amount_wan == Decimal("6.3")
    worded = house.filing(filled(grant="620万（其中：中央300，省级320）"))
    assert FundingLine.objects.get(filing=worded, row_id="grant").amount_wan == Decimal(620)
    assert Objective.objects.get(filing=filing, row_id="annual").term == "annual"


@pytest.mark.parametrize(
    ("typed", "total"),
    [
        ("50", "50"),
        ("50万元", "50"),
        ("50万（含税）", "50"),
        ("¥ -", "0"),
        ("", None),
        ("若干", None),
        ("10000000000000", None),
    ],
)
def test_the_total_of_a_document(typed: str, total: str | None) -> None:
    assert document_total(layout(), filled(total=typed)) == (None if total is None else Decimal(total))


def test_a_form_without_money_has_no_total() -> None:
    assert document_total(layout(LAYOUT.replace('amount = "total"\n', "")), filled()) is None


def test_the_setting_of_a_filing(house: House) -> None:
    filing = house.filing()
    setting = layout_variables(filing)
    assert (setting.year, setting.jurisdiction, setting.department) == (2026, "testshire区", "本单位")
    assert (setting.project, setting.form) == (filing.project.name, "试用绩效目标表")
    assert compiled_layout(filing.layout) == layout()
    assert cycle_profile(filing.cycle).categories() == profile().categories()


ROWS = st.lists(
    st.builds(
        Row,
        st.sampled_from("abcdef"),
        st.dictionaries(
            st.sampled_from(["name", "value", "level1", "other"]),
            st.text(max_size=8).filter(lambda t: t and not text_error(t)),
            max_size=3,
        ),
    ),
    max_size=5,
    unique_by=lambda row: row.id,
).map(tuple)


class TestAnyDocument(TestCase):
    """Any two documents after each other."""

    @settings(max_examples=times(40, 200))
    @given(ROWS, ROWS, st.text(max_size=10).filter(lambda text: not text_error(text)))
    def test_storing_the_difference_gives_the_second(
        self, first: tuple[Row, ...], second: tuple[Row, ...], title: str
    ) -> None:
        house = build_house()
        before = replace(filled(), tables={**filled().tables, "indicators": first})
        filing = house.filing(before)
        after = replace(filled(title=title), tables={**filled().tables, "indicators": second})
        store(filing, load_document(filing), after)
        assert document_to_data(load_document(Filing.objects.get(pk=filing.pk))) == document_to_data(after)


IN_YUAN = LAYOUT.replace('subject = "project"', 'subject = "project"\nmoney_unit = "元"').replace("/plan", "/yuan")


@pytest.mark.parametrize(("typed", "amount"), [("63000", "6.3"), ("6.3万元", "6.3"), ("若干", None)])
def test_derived_amounts_are_in_wan_whatever_the_unit_of_the_form(house: House, typed: str, amount: str | None) -> None:
    house.due = due_form(house, IN_YUAN, title="元")
    filing = house.filing(replace(filled(grant=typed), layout="testshire/yuan"))
    row = FundingLine.objects.get(filing=filing, row_id="grant")
    assert row.amount_wan == (None if amount is None else Decimal(amount))
    migration = import_module("filings.migrations.0008_amounts_of_forms_in_yuan")
    FundingLine.objects.filter(pk=row.pk).update(amount_wan=63000)
    migration.derive_again(apps, None)
    row.refresh_from_db()
    assert row.amount_wan == (None if amount is None else Decimal(amount))


def test_variables_come_back_from_stored_content(house: House) -> None:
    """JSON has lists for pairs: what is drawn from them must be equal to what was drawn before."""
    filing = house.filing()
    variables = layout_variables(filing)
    stored = json.loads(json.dumps(content_data(filled(), variables, "0" * 64)))
    assert set(stored) == {"document", "setting", "layout"}, "digests of stored revisions cover these names"
    assert variables.categories
    assert variables_from_data(stored["setting"]) == variables
    del stored["setting"]["categories"]
    assert variables_from_data(stored["setting"]).categories == (), "stored before forms could print categories"
