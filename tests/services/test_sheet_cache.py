"""Sheets kept in a process: several processes that save by turns store what one alone would."""

from __future__ import annotations

import random
from collections import OrderedDict
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from filings.checks import run_checks
from filings.models import Edit, Filing
from filings.services import checking, sheet_cache
from filings.services.checking import check_and_store, check_content, check_filing, check_subject
from filings.services.documents import load_document
from filings.services.drafts import SaveResult, save_edits
from filings.services.sheet_cache import cache_checks, cached_checks
from filings.sheet.document import Path
from filings.sheet.edits import AddRow, DeleteRow, SetCell
from tests.factories import House, filled, put


def save(house: House, filing: Filing, number: int, version: int, *edits: object) -> SaveResult:
    """A save with the check after it, as the page's script causes them."""
    saved = save_edits(house.clerk, filing.pk, version, f"operation-{number}", edits)  # type: ignore[arg-type]
    check_content(saved.filing, saved.document, saved.known, saved.operation)
    return saved


def test_processes_that_save_by_turns_never_use_what_another_has_changed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing, chance = house.filing(filled()), random.Random(14)
    processes = [OrderedDict(), OrderedDict(), OrderedDict()]  # type: ignore[var-annotated]
    version = filing.version
    for number in range(40):
        monkeypatch.setattr(sheet_cache, "_cached", chance.choice(processes))
        rows = [row.id for row in load_document(filing).rows("indicators")]
        edit = chance.choice(
            [
                put("title", f"项目{number}"),
                put(f"indicators[{rows[0]}].value", f"≥{number}"),
                AddRow("indicators", f"n{number}", None, (("name", f"第{number}项"),)),
                DeleteRow("indicators", rows[-1]) if len(rows) > 1 else put("phone", f"0951-{number:07}"),
                SetCell(Path("indicators", rows[-1], "name"), f"名称{number}"),
            ]
        )
        saved = save(house, filing, number, version, edit)
        version = saved.version
        assert saved.document == load_document(saved.filing)
        checks = cached_checks(saved.filing)
        assert checks
        assert checks.findings == run_checks(check_subject(saved.filing, load_document(saved.filing))).findings
    assert list(filing.edits.values_list("version", flat=True)) == list(range(1, version + 1))
    assert all(len(kept) == 1 for kept in processes)


def test_a_kept_sheet_counts_for_its_version_time_and_form_only(house: House) -> None:
    filing = house.filing(filled())
    checks = check_content(filing, load_document(filing))
    assert cached_checks(Filing.objects.get(pk=filing.pk)) is checks
    for name, value in (("version", 7), ("changed_at", timezone.now() + timedelta(days=1)), ("layout_id", 99)):
        other = Filing.objects.get(pk=filing.pk)
        setattr(other, name, value)
        assert cached_checks(other) is None, name


def test_a_process_keeps_the_sheets_used_last(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_cache, "_cached", OrderedDict())
    monkeypatch.setattr(sheet_cache, "MOST_CACHED", 3)
    filings = [house.filing(filled()) for _ in range(4)]
    for filing in (*filings[:3], filings[0], filings[3]):
        cache_checks(filing, run_checks(check_subject(filing)))
    assert [bool(cached_checks(filing)) for filing in filings] == [True, False, True, True]


def test_a_save_that_is_rolled_back_leaves_nothing_in_the_process(house: House) -> None:
    filing = house.filing(filled())
    known = check_content(filing, load_document(filing))
    save_edits(house.clerk, filing.pk, 0, "operation-1", [put("title", "甲"), put("nowhere", "乙")], together=True)
    assert not Edit.objects.filter(filing=filing).exists()
    assert cached_checks(Filing.objects.get(pk=filing.pk)) is known
    assert load_document(filing) == known.subject.document


def test_a_department_is_compared_as_any_process_has_stored_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process checks the department after any of them has saved, and finds what one that knows nothing finds."""
    filings, chance = [house.filing(filled()) for _ in range(4)], random.Random(14)
    versions = dict.fromkeys(range(4), 0)
    processes = [OrderedDict(), OrderedDict()]  # type: ignore[var-annotated]
    for number in range(20):
        monkeypatch.setattr(sheet_cache, "_cached", processes[number % 2])
        which = chance.randrange(4)
        name = f"修的路{chance.randrange(3)}"
        versions[which] = save(
            house, filings[which], number, versions[which], put("indicators[i1].name", name)
        ).version  # fmt: skip
        found = []
        for process in (*processes, OrderedDict()):
            monkeypatch.setattr(sheet_cache, "_cached", process)
            found.append(check_filing(Filing.objects.with_parts().get(pk=filings[0].pk)))
        assert found[0] == found[1] == found[2]
    with CaptureQueriesContext(connection) as asked:
        check_filing(Filing.objects.with_parts().get(pk=filings[0].pk))
    assert not [query for query in asked.captured_queries if "filings_indicatorrow" in query["sql"]]


def test_the_sheets_of_a_whole_cycle_do_not_push_out_what_people_work_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_cache, "_cached", OrderedDict())
    monkeypatch.setattr(checking, "MOST_CACHED_TOGETHER", 2)
    filings = [house.filing(filled()) for _ in range(3)]
    check_and_store(filings[:2])
    check_and_store(filings)
    assert [bool(cached_checks(filing)) for filing in filings] == [True, True, False]


def rows_read(house: House, filing: Filing, number: int, version: int) -> int:
    """How many statements of a save of one cell read rows of the sheet."""
    with CaptureQueriesContext(connection) as asked:
        save(house, filing, number, version, put("title", f"项目{number}"))
    return sum('FROM "filings_indicatorrow"' in query["sql"] for query in asked.captured_queries)


def test_what_another_process_has_saved_is_taken_from_the_journal(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing, first, second = house.filing(filled()), OrderedDict(), OrderedDict()  # type: ignore[var-annotated]
    read = []
    for version, process in enumerate((first, second, second, first, second)):
        monkeypatch.setattr(sheet_cache, "_cached", process)
        read.append(rows_read(house, filing, version, version))
    assert read == [1, 1, 0, 0, 0]


def test_a_version_that_came_about_otherwise_is_not_gone_on_from(house: House) -> None:
    """As after a restore of the database, while the process went on."""
    filing = house.filing(filled())
    for version in range(2):
        rows_read(house, filing, version, version)
    save_edits(house.clerk, filing.pk, 2, "operation-other", [put("title", "别的")])
    Edit.objects.filter(filing=filing, version=2).update(operation="operation-restored")
    assert rows_read(house, filing, 9, 3) == 1
    assert load_document(Filing.objects.get(pk=filing.pk)).fields["title"] == "项目9"
