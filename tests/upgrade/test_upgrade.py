"""An installation of an earlier release is upgraded: what it held is what it holds.

The data of each kept release are brought back as they were, migrated by this code, and asked; the release itself
answered the same questions when it was made (README.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.commands.kit import ROOT, CommandResult, shell
from tests.databases import fresh_database, postgresql
from tests.thoroughness import NIGHTLY
from tests.upgrade import keep
from tests.upgrade.facts import PARTS

RELEASES = [
    # One process restores and asks once for all tests of a release.
    pytest.param(release, marks=pytest.mark.xdist_group(f"upgrade-{release}"))
    for release in ("0.1", "0.2", "0.3", "0.4")
    # Beside SQLite, the gate takes the oldest and the newest to PostgreSQL too.
    if NIGHTLY or not postgresql() or release in ("0.1", "0.4")
]


@dataclass
class Installation:
    """A database of an earlier release, in a folder or on a server of its own, and what this code makes of it."""

    release: str
    environment: dict[str, str]
    migrated_before: list[str]
    """Migrations that were applied when the release was replaced."""
    upgrade: CommandResult

    def manage(self, *words: str, **more: str) -> CommandResult:
        environment = {**self.environment, **more}
        return shell(Path(environment["PERFBUDGET_VAR"]), *words, **environment)

    @cached_property
    def known(self) -> dict[str, Any]:
        """What the release said of its own data."""
        return keep.known(self.release)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What this code says of the upgraded data."""
        found: dict[str, Any] = keep.facts_of(ROOT, self.environment)
        return found


@pytest.fixture(scope="module", params=RELEASES)
def installation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("upgrade")
    (folder / "fonts").symlink_to(settings.FONT_DIR)
    with fresh_database() as url:
        environment = {"PERFBUDGET_MODE": "test", "PERFBUDGET_VAR": str(folder), "DATABASE_URL": url}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            keep.restore(request.param)
            before = sorted(f"{app} {name}" for app, name in applied(folder, url))
        upgrade = shell(folder, "migrate", **environment)
        yield Installation(request.param, environment, before, upgrade)


def applied(folder: Path, url: str) -> list[tuple[str, str]]:
    """What the restored data say of their migrations, before anything of this code has touched them."""
    import psycopg

    question = "SELECT app, name FROM django_migrations"
    if url:
        with closing(psycopg.connect(url)) as connection:
            return connection.execute(question).fetchall()
    with closing(sqlite3.connect(folder / "db.sqlite3")) as lite:
        return lite.execute(question).fetchall()


def test_the_data_are_those_of_the_release(installation: Installation) -> None:
    assert installation.migrated_before == installation.known["migrations"]


def test_the_upgrade_is_one_command(installation: Installation) -> None:
    assert installation.upgrade.code == 0, installation.upgrade.err
    assert installation.manage("migrate", "--check").code == 0


@pytest.mark.parametrize("part", keep.GROWING)
def test_nothing_that_was_is_forgotten(installation: Installation, part: str) -> None:
    """The upgrade adds migrations and the final papers of sheets that had none; those there were are as they were."""
    found = installation.facts[part]
    assert [one for one in installation.known.get(part, []) if one not in found] == []


@pytest.mark.parametrize("part", [name for name in PARTS if name not in keep.GROWING])
def test_what_was_true_is_true(installation: Installation, part: str) -> None:
    """Filings, findings, reasons, remarks, the log with its hashes, printed sheets, and all the others."""
    assert installation.facts[part] == installation.known[part]


def test_what_the_release_knew_is_worth_asking(installation: Installation) -> None:
    """The kept data are those of a year of use: nothing that could get lost is missing from them."""
    lives = list(installation.known["lives"].values())
    for name in ("revisions", "edits", "remarks", "replies", "opinions", "attachments", "seen", "carried"):
        assert any(life[name] for life in lives), name
    assert {remark[3] for life in lives for remark in life["remarks"]} == {"open", "answered", "closed"}
    assert {reply[0] for life in lives for reply in life["replies"]} == {"reason", "request", "waiver"}
    assert all(revision["whole"] for life in lives for revision in life["revisions"])
    states = {"draft", "submitted", "in_review", "returned", "approved"}
    assert {filing["state"] for filing in installation.known["list_of_filings"]} == states
    assert all(installation.known["derived"].values())
    has_papers = "filings 0012_final_papers" in installation.known["migrations"]
    assert bool(installation.known.get("final_papers")) is has_papers


def test_work_that_waited_is_done(installation: Installation) -> None:
    """Tasks in the queue name the function that does them: whoever moves one sees to those that wait."""
    assert installation.facts  # asked before the worker adds to them
    worker = ("db_worker", "--batch", "--queue-name", "*", "--no-startup-delay")
    environment = {**installation.environment, "PERFBUDGET_MODE": "demo"}
    before = keep.facts_of(ROOT, environment, queue=True)
    assert before["READY"] > 0
    ran = installation.manage(*worker, PERFBUDGET_MODE="demo")
    assert ran.code == 0, ran.err
    after = keep.facts_of(ROOT, environment, queue=True)
    assert after == {"SUCCESSFUL": sum(before.values())}, ran.err
