"""Writes workbooks into files, in this process or with a few others beside it; a file is whole or not there at all."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from typing import Any

from filings.renderers.plain_tables import PlainTable, render_tables
from filings.renderers.workbook import IndexTab, SheetTab, render_indexed_workbook
from perfbudget.files import write_atomically

JOBS_PER_PROCESS = 20
"""After so many a process makes way for a new one: a large workbook leaves memory behind."""


def write_workbook(tabs: list[SheetTab], index: IndexTab, keywords: str, path: Path) -> None:
    """Make and keep a workbook."""
    write_atomically(path, render_indexed_workbook(tabs, index, keywords))


def write_tables(tables: list[PlainTable], path: Path) -> None:
    """Make and keep a workbook of plain tables."""
    write_atomically(path, render_tables(tables))


class WorkerPool:
    """Some processes that work beside this one; none is started before the first job."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, job: Callable[..., None], *args: Any) -> Future[None]:
        """Hand in a job: a function of a module, which leaves its result in a file. Done at once with no processes."""
        if not self.processes:
            done: Future[None] = Future()
            job(*args)
            done.set_result(None)
            return done
        if self._pool is None:
            # Spawned, not forked: a fork would share our database connection.
            self._pool = ProcessPoolExecutor(
                self.processes,
                mp_context=get_context("spawn"),
                initializer=_begin,
                max_tasks_per_child=JOBS_PER_PROCESS,
            )
        return self._pool.submit(_held, job, *args)

    def close(self) -> None:
        """Let the jobs in hand finish and drop the rest."""
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """A helper gives way to whoever serves pages, and ends when the process that started it does, killed or not."""
    os.nice(5)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # The cyclic collector walks a workbook's cells again and again for nothing.
    gc.disable()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _held(job: Callable[..., None], *args: Any) -> None:
    """Do a job and sweep up what it left behind."""
    job(*args)
    gc.collect()
