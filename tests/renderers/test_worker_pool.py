"""Workbooks written by other processes: the same files, errors that reach the caller, and no process left behind."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from copy import copy
from functools import partial
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from filings.renderers.plain_tables import PlainTable, render_tables
from filings.renderers.workbook import IndexTab, SheetTab, render_indexed_workbook
from filings.renderers.worker_pool import WorkerPool, write_tables, write_workbook
from filings.sheet.grid import Grid, GridCell, GridRow, Panel, TextRun
from filings.sheet.layout import Page

ROOT = Path(__file__).resolve().parents[2]
TABLES = [PlainTable("表", ("名称",), (30,), (("甲",),))]
GRID = Grid(
    "表", Page(), (Panel("table", (90.0,), (GridRow((GridCell(0, 1, 1, (TextRun("甲"),), "value", "left"),)),)),)
)
INDEX = IndexTab("目录页", ("表",), (30,))


@pytest.fixture(params=[0, 1], ids=["here", "elsewhere"])
def pool(request: pytest.FixtureRequest) -> Iterator[WorkerPool]:
    made = WorkerPool(request.param)
    yield made
    made.close()


def test_a_job_writes_its_file(pool: WorkerPool, tmp_path: Path) -> None:
    tables, workbook = tmp_path / "tables.xlsx", tmp_path / "new" / "book.xlsx"
    tabs = [SheetTab(partial(copy, GRID), "", "甲表")]
    jobs = [
        pool.submit(write_tables, TABLES, tables),
        pool.submit(write_workbook, tabs, INDEX, "码", workbook),
    ]
    for job in jobs:
        assert job.result(timeout=60) is None
    assert tables.read_bytes() == render_tables(TABLES)
    assert workbook.read_bytes() == render_indexed_workbook(tabs, INDEX, "码")
    read = CalamineWorkbook.from_filelike(io.BytesIO(workbook.read_bytes()))
    assert read.sheet_names == ["目录", "甲表"]


def test_an_error_reaches_the_caller_and_leaves_no_file(pool: WorkerPool, tmp_path: Path) -> None:
    broken = [PlainTable("名[称]", ("名称",), (30,), ())]
    with pytest.raises(ValueError, match="Invalid character"):
        pool.submit(write_tables, broken, tmp_path / "a.xlsx").result(timeout=60)
    assert list(tmp_path.iterdir()) == []
    assert pool.submit(write_tables, TABLES, tmp_path / "b.xlsx").result(timeout=60) is None, "it goes on working"


def test_no_process_is_started_before_the_first_job() -> None:
    idle = WorkerPool(2)
    assert idle._pool is None
    idle.close()


PARENT = """
import os, signal
from filings.renderers.worker_pool import WorkerPool

if __name__ == "__main__":
    pool = WorkerPool(1)
    pool.submit(os.getpid).result()
    pool.submit(signal.pause)
    print("working", flush=True)
    signal.pause()
"""


def test_a_worker_ends_with_its_parent_even_if_that_is_killed(tmp_path: Path) -> None:
    """The worker has the parent's output open: its end is seen only when both are gone."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=environment, cwd=ROOT)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"working\n"
    parent.kill()
    assert parent.communicate(timeout=60)[0] == b""
