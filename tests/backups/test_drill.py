"""The drill: an installation is backed up, wiped and restored; what was approved is there, and work goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from filings.services.backups import find_manifest
from tests.backups.acts import APPROVED, FILES
from tests.backups.kit import Installation, contents, execute, finished, installation
from tests.commands.kit import manage
from tests.thoroughness import NIGHTLY
from tests.upgrade import keep

pytestmark = pytest.mark.xdist_group("backups")


def test_the_drill(site: Installation, backups: Path, empty: Installation) -> None:
    before = site.act("tell")
    assert before["papers"] == APPROVED
    done = empty.manage("restore", backups)
    assert done.code == 0, done.err
    assert f"{APPROVED} final papers, nothing wrong" in done.out
    assert "events, nothing wrong" in done.out
    assert empty.act("tell") == before
    assert {path.name for path in empty.files.glob("??/*")} == {path.name for path in site.files.glob("??/*")}
    assert empty.act("work") == {"login": 302, "saved": 200, "version": 1}
    assert empty.manage("verify_log").code == 0


def test_a_backup_is_for_its_owner_alone(backups: Path) -> None:
    modes = {path.is_dir(): oct(path.stat().st_mode & 0o777) for path in [backups, *backups.rglob("*")]}
    assert {(path.is_dir(), path.stat().st_mode & 0o777) for path in [backups, *backups.rglob("*")]} == {
        (True, 0o700), (False, 0o600),
    }, modes  # fmt: skip


def test_the_manifest_says_what_is_in_it(site: Installation, backups: Path) -> None:
    manifest = find_manifest(backups)
    events = execute(site, "SELECT COUNT(*) FROM filings_event")[0][0]
    assert manifest.counts == {
        "testshire": {
            "filings": APPROVED + 1, "revisions": APPROVED, "events": events, "attachments": APPROVED,
            "final_papers": APPROVED,
        }
    }  # fmt: skip
    sizes = {path.name: path.stat().st_size for path in site.files.glob("??/*")}
    assert manifest.files == sizes
    assert len(sizes) == FILES, "the file of the attachment that was removed is there too"
    assert "filings 0001_initial" in manifest.migrations


def test_a_second_backup_copies_only_what_is_new(site: Installation, own_backups: Path) -> None:
    before = contents(own_backups)
    done = site.manage("backup", "-o", own_backups)
    assert "(0 copied)" in done.out, done.err
    assert before.items() <= contents(own_backups).items()
    assert len(finished(own_backups)) == 2
    lost = next(iter(find_manifest(own_backups).files))
    (own_backups / "files" / lost[:2] / lost).unlink()
    done = site.manage("backup", "-o", own_backups, "--keep", "1")
    assert "(1 copied)" in done.out, done.err
    assert len(finished(own_backups)) == 1
    assert manage("verify_backup", str(own_backups)).code == 0


def test_damaged_files_of_the_folder_are_copied_again_on_request(site: Installation, own_backups: Path) -> None:
    path = next((own_backups / "files").glob("??/*"))
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert "(0 copied)" in site.manage("backup", "-o", own_backups).out
    assert manage("verify_backup", str(own_backups)).code == 1
    assert "(1 copied)" in site.manage("backup", "-o", own_backups, "--reread").out
    assert manage("verify_backup", str(own_backups)).code == 0


def test_files_that_the_site_has_lost_are_told(site: Installation, own_backups: Path, tmp_path: Path) -> None:
    """They are not lost if an earlier backup has them."""
    path = next(site.files.glob("??/*"))
    shutil.move(path, tmp_path / "aside")
    try:
        old, new = site.manage("backup", "-o", own_backups), site.manage("backup", "-o", tmp_path / "new")
    finally:
        shutil.move(tmp_path / "aside", path)
    assert (old.code, old.err) == (0, "")
    assert find_manifest(own_backups).files[path.name] == path.stat().st_size
    assert new.code == 1
    assert f"the database names the file {path.name}, which the site has lost" in new.err
    assert find_manifest(tmp_path / "new").missing == [path.name]
    assert "without 1 that the site had lost, nothing wrong" in manage("verify_backup", str(tmp_path / "new")).out


def test_data_are_replaced_on_request_only_and_kept(backups: Path, empty: Installation) -> None:
    assert empty.manage("restore", backups).code == 0
    restored = empty.act("tell")
    execute(empty, "UPDATE filings_department SET name = '只有这里有' WHERE code = '101'")
    before = empty.act("tell")
    assert before != restored
    refused = empty.manage("restore", backups)
    assert "the database has data; --replace puts the backup in their place" in refused.err
    with closing(psycopg.connect(empty.url) if empty.url else sqlite3.connect(empty.database)) as used:
        used.execute("SELECT COUNT(*) FROM filings_filing").fetchone()
        while_used = empty.manage("restore", backups, "--replace")
    assert (refused.code, while_used.code) == (1, 1)
    assert "(web server and worker)" in while_used.err
    assert empty.act("tell") == before
    done = empty.manage("restore", backups, "--replace")
    assert done.code == 0, done.err
    assert empty.act("tell") == restored
    aside = done.out.partition("is kept as ")[2].splitlines()[0].removeprefix("schema ")
    names = "SELECT name FROM {}filings_department WHERE code = '101'"
    if empty.url:
        assert execute(empty, names.format(f"{aside}.")) == [("只有这里有",)]
    else:
        with closing(sqlite3.connect(aside)) as kept:
            assert kept.execute(names.format("")).fetchall() == [("只有这里有",)]


def test_the_site_goes_on_meanwhile(backups: Path, tmp_path: Path, empty: Installation) -> None:
    """Every backup is of one moment: no row without its file, no count that differs, no broken log."""
    with installation(tmp_path / "busy") as place:
        assert place.manage("restore", backups).code == 0
        working = place.start("-m", "tests.backups.acts", "approve")
        try:
            count = APPROVED
            while count < APPROVED + 2:
                count = execute(place, "SELECT COUNT(*) FROM filings_finalpaper")[0][0]
            done = place.manage("backup", "-o", tmp_path / "backups")
        finally:
            working.kill()
            err = working.communicate()[1]
        assert working.returncode == -9, err
        assert done.code == 0, done.err
        assert execute(place, "SELECT COUNT(*) FROM filings_finalpaper")[0][0] > count
    restored = empty.manage("restore", tmp_path / "backups")
    assert restored.code == 0, restored.err
    assert find_manifest(tmp_path / "backups").counts["testshire"]["final_papers"] > APPROVED


def test_a_backup_of_an_earlier_release(empty: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its data are backed up as they are, restored, and upgraded afterwards."""
    with installation(tmp_path / "old") as place:
        monkeypatch.setenv("PERFBUDGET_VAR", str(place.var))
        monkeypatch.setenv("DATABASE_URL", place.url)
        keep.restore("0.1")
        made = place.manage("backup", "-o", tmp_path / "backups")
        assert "which the site has lost" in made.err, "the kept data have rows of attachments, not their files"
    done = empty.manage("restore", tmp_path / "backups")
    assert done.code == 0, done.err
    assert "it is of an earlier release: run migrate, then verify_log" in done.out
    if NIGHTLY:  # a minute; tests/upgrade migrates the same data
        assert empty.manage("migrate").code == 0
        assert empty.manage("verify_log").out.endswith("events, nothing wrong\n")


@pytest.mark.postgres
def test_programs_that_are_missing_or_too_old_are_told(site: Installation, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(programs))
        missing = site.manage("backup", "-o", tmp_path / "backups")
        (programs / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
        (programs / "pg_dump").chmod(0o755)
        old = site.manage("backup", "-o", tmp_path / "backups")
    assert "pg_dump is not installed" in missing.err
    assert "pg_dump (PostgreSQL) 9.6.24 cannot work with the server" in old.err
    assert finished(tmp_path / "backups") == []
    assert os.environ["PATH"] != str(programs)
