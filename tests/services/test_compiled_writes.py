"""Rows written by compiled statements are as rows that Django saves."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from filings.models import Edit, Filing
from perfbudget.compiled_writes import create_row, update_row
from tests.factories import House

VALUES = {
    "version": 7,
    "fields": {"title": "“引号”'; DROP TABLE", "empty": ""},
    "total": Decimal("1234567.891234"),
    "copied_unreviewed": ["a", "indicators[r1].value"],
    "copied_from_year": None,
    "waiver_requested": True,
}


def test_a_row_is_updated_as_by_save(house: House) -> None:
    one, other, untouched = house.filing(), house.filing(), house.filing()
    now = timezone.now()
    with CaptureQueriesContext(connection) as asked:
        assert update_row(Filing, {"id": one.pk}, {**VALUES, "changed_at": now})
    assert len(asked) == 1
    for name, value in VALUES.items():
        setattr(other, name, value)
    other.save()
    one.refresh_from_db()
    other.refresh_from_db()
    assert {name: getattr(one, name) for name in VALUES} == {name: getattr(other, name) for name in VALUES} == VALUES
    assert one.changed_at == now
    assert Filing.objects.get(pk=untouched.pk).version == 0


def test_whether_there_is_such_a_row_is_told(house: House) -> None:
    filing = house.filing()
    assert not update_row(Filing, {"id": filing.pk + 1}, {"version": 1})
    assert not update_row(Filing, {"id": filing.pk, "version": 5}, {"version": 6})
    assert update_row(Filing, {"id": filing.pk, "version": 0}, {"version": 1})


def test_a_row_is_inserted_as_by_create(house: House) -> None:
    filing = house.filing()
    changes = [{"path": "title", "from": "", "to": "甲\n乙"}]
    values = {"jurisdiction_id": house.place.pk, "filing": filing, "person": house.clerk, "changes": changes}
    row = Edit(version=1, operation="operation-1", at=timezone.now(), **values)
    with CaptureQueriesContext(connection) as asked:
        create_row(row)
    assert len(asked) == 1
    stored = Edit.objects.get(pk=row.pk)
    assert (stored.version, stored.operation, stored.changes, stored.at) == (1, "operation-1", changes, row.at)
    row.operation = "operation-2"
    row.save()  # known to be stored: no second row
    assert [one.operation for one in filing.edits.all()] == ["operation-2"]
    with pytest.raises(IntegrityError), transaction.atomic():
        create_row(Edit(version=1, operation="operation-3", at=timezone.now(), **values))
