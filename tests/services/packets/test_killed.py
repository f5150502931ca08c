"""A worker that is killed in the middle: the next run makes only the rest, and the files are those of a whole run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.commands.kit import ROOT
from tests.services.packets.kit import pdf_text

SEED = """
import django
from django.conf import settings
settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}  # nothing is drawn yet
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories import build_house, filled, send
from filings.services.new_filings import start_filing
from filings.services.workflow import apply_transition
from filings.services import workflow
house = build_house()
for number in range(30):
    filing = house.filing(filled(title=f"第{number}个"))
    send(house.clerk, filing.pk)
    apply_transition(house.reviewer, filing.pk, "approve")
"""


def run(folder: Path, *words: str, **more: Any) -> subprocess.Popen[str]:
    env = {
        **os.environ, "PERFBUDGET_VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "PERFBUDGET_MODE": "test", "DJANGO_SETTINGS_MODULE": "perfbudget.settings", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=env, text=True, **more)


def test_a_killed_build_goes_on_where_it_stopped(tmp_path: Path, settings: Any) -> None:
    """SIGKILL in the middle of drawing; the next run draws only the rest, and the files are those of a whole run."""
    (tmp_path / "fonts").symlink_to(settings.FONT_DIR)
    assert run(tmp_path, "-c", SEED).wait(120) == 0
    command = ("manage.py", "build_packet", "--place", "testshire", "--year", "2026", "-o")
    first = run(tmp_path, *command, str(tmp_path / "a"), stderr=subprocess.PIPE)
    while first.poll() is None and not any((tmp_path / "sheets").glob("?/*.pages")):
        pass  # a sheet takes some milliseconds
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=30)
    drawn = {path: path.stat().st_ino for path in (tmp_path / "sheets").rglob("*.pages")}
    assert 0 < len(drawn) < 30
    assert not (tmp_path / "a").exists()
    second = run(tmp_path, *command, str(tmp_path / "a"), stderr=subprocess.PIPE)
    assert "going on with packet" in second.communicate(timeout=120)[1]
    assert second.returncode == 0
    assert all(path.stat().st_ino == before for path, before in drawn.items()), "drawn twice"
    for path in (tmp_path / "packets").glob("??/*"):
        path.unlink()
    assert run(tmp_path, *command, str(tmp_path / "b")).wait(120) == 0
    made = [{path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")} for name in "ab"]
    assert made[0] == made[1]
    text = pdf_text(made[0]["101 本单位.pdf"])
    assert [text.count(f"第{number}个") for number in range(30)] == [1] * 30
    assert not list((tmp_path / "packets").rglob(".part-*"))
