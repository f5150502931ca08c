"""A short run of `make load` loses nothing, and the comparison with the journal finds what is planted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from filings.models import Edit, Filing
from filings.services.drafts import save_edits
from tests.factories import House, put
from tests.load.clerk import Record, Save
from tests.load.journal import Entry, Stored, Verdict, judge
from tests.load.stored import judge_record, load_stored

ROOT = Path(__file__).resolve().parents[2]


def load(*words: str) -> subprocess.CompletedProcess[str]:
    unset = ("DATABASE_URL", "PERFBUDGET_MODE", "PYTEST_VERSION", "PYTEST_CURRENT_TEST")
    env = {name: value for name, value in os.environ.items() if name not in unset}
    command = [sys.executable, "-m", "tests.load", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=400, check=False)


@pytest.mark.postgres
def test_a_short_run_loses_and_doubles_nothing_and_has_no_error() -> None:
    """No limit on times: the machine of the tests is busy with others."""
    done = load("--rates", "8", "--seconds", "10", "--clerks", "12", "--sheets", "2", "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 lost, 0 doubled, 0 broken" in done.stdout
    assert " saves acknowledged" in done.stdout
    assert "\n  submit " in done.stdout


@pytest.mark.parametrize("address", ["http://192.0.2.1:8000", "https://127.0.0.1", "http://example.com", "127.0.0.1"])
def test_only_this_machine_is_loaded(address: str) -> None:
    done = load("--address", address, "--logins", "clerk:password")
    assert done.returncode == 2
    assert "only this machine is loaded" in done.stderr


def save(number: int, text: str = "") -> Save:
    return Save("sheet", f"operation-{number}", "title", text or f"第{number}稿", number - 1)


def entry(number: int, **more: object) -> Entry:
    changes = [{"path": "title", "from": f"第{number - 1}稿" if number > 1 else "", "to": f"第{number}稿"}]
    values: dict[str, object] = {"ref": "sheet", "version": number, "operation": f"operation-{number}", **more}
    return Entry(**{"changes": changes, **values})  # type: ignore[arg-type]


BEFORE = {"sheet": Stored(0, {})}
AFTER = {"sheet": Stored(3, {"title": "第3稿"})}
WHOLE = [entry(1), entry(2), entry(3)]
SAVES = [save(1), save(2), save(3)]


def test_a_whole_journal_is_whole() -> None:
    assert judge(BEFORE, WHOLE, AFTER, SAVES, SAVES).is_whole


PLANTED: dict[str, tuple[list[Entry], dict[str, Stored], list[Save], str]] = {
    "a missing operation": ([entry(1), entry(3)], AFTER, SAVES, "lost"),
    "the last operation missing": (WHOLE[:2], {"sheet": Stored(2, {"title": "第2稿"})}, SAVES, "lost"),
    "another text": (WHOLE, AFTER, [save(1), save(2, "别的"), save(3)], "lost"),
    "an operation twice": ([*WHOLE, entry(4, operation="operation-3")], AFTER, SAVES, "doubled"),
    "an operation on another sheet too": ([*WHOLE, entry(1, ref="other")], AFTER, SAVES, "doubled"),
    "a gap": ([entry(1), entry(2), entry(4, operation="operation-3")], AFTER, SAVES, "broken"),
    "a version twice": ([entry(1), entry(2), entry(2, operation="operation-3")], AFTER, SAVES, "broken"),
    "content that nobody wrote": (WHOLE, {"sheet": Stored(3, {"title": "改过"})}, SAVES, "broken"),
    "a cell that nobody wrote": (WHOLE, {"sheet": Stored(3, {"title": "第3稿", "x": "y"})}, SAVES, "broken"),
    "a sheet that is gone": (WHOLE, {}, SAVES, "broken"),
    "an operation that nobody sent": (WHOLE, AFTER, SAVES[:2], "broken"),
    "a change from what was not there": (
        [entry(1), entry(2, changes=[{"path": "title", "from": "别的", "to": "第2稿"}]), entry(3)],
        AFTER, SAVES, "broken",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name: str) -> None:
    entries, after, saves, kind = PLANTED[name]
    verdict = judge(BEFORE, entries, after, saves, saves)
    assert getattr(verdict, kind), verdict
    assert not verdict.is_whole


def lose_an_entry(filing: Filing) -> None:
    Edit.objects.filter(filing=filing, version=2).delete()


def double_an_entry(filing: Filing) -> None:
    """Under another operation id, as a save would be that was applied twice."""
    last = Edit.objects.get(filing=filing, version=3)
    last.pk, last.version, last.operation = None, 4, "operation-3b"
    last.save()
    Filing.objects.filter(pk=filing.pk).update(version=4)


def overwrite_the_content(filing: Filing) -> None:
    Filing.objects.filter(pk=filing.pk).update(fields={**filing.fields, "title": "改过"})


def leave_it(filing: Filing) -> None:
    """Nothing is planted."""


@pytest.mark.parametrize(
    ("plant", "found"),
    [(leave_it, ""), (lose_an_entry, "lost"), (double_an_entry, "broken"), (overwrite_the_content, "broken")],
)
def test_the_database_is_compared(house: House, plant: Callable[[Filing], None], found: str) -> None:
    filing = house.filing()
    before, record = load_stored([filing.ref]), Record()
    for number in (1, 2, 3):
        with_text = Save(filing.ref, f"operation-{number}", "title", f"第{number}稿", number - 1)
        record.sent.append(with_text)
        save_edits(house.clerk, filing.pk, number - 1, with_text.operation, [put("title", with_text.text)])
        record.acknowledged.append(with_text)
    filing.refresh_from_db()
    plant(filing)
    verdict: Verdict = judge_record(before, record)
    assert verdict.is_whole is (not found), verdict
    assert not found or getattr(verdict, found), verdict
