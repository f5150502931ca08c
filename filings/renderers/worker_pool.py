"""Writes workbooks to files, in this process or in a pool of worker processes. Files are written atomically."""

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
from perfbudget.files import write_atomic_file

JOBS_PER_PROCESS = 20
"""Jobs after which a worker process is replaced, since large workbooks fragment its memory."""


def write_workbook(tabs: list[SheetTab], index: IndexTab, keywords: str, path: Path) -> None:
    """Render an indexed workbook into a file; see `render_indexed_workbook`."""
    write_atomic_file(path, render_indexed_workbook(tabs, index, keywords))


def write_tables(tables: list[PlainTable], path: Path) -> None:
    """Render a workbook of plain tables into a file."""
    write_atomic_file(path, render_tables(tables))


class WorkerPool:
    """A pool of worker processes; they start with the first job. With 0 processes jobs run in this process."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, job: Callable[..., None], *args: Any) -> Future[None]:
        """Run a job: a module-level function that writes its result to a file. Arguments must be picklable.

        The future raises what the job raised; with 0 processes `submit` itself raises it.
        """
        if not self.processes:
            done: Future[None] = Future()
            job(*args)
            done.set_result(None)
            return done
        if self._pool is None:
            # Not forked: a fork would share the database connection of this process.
            self._pool = ProcessPoolExecutor(
                self.processes,
                mp_context=get_context("spawn"),
                initializer=_start_worker,
                max_tasks_per_child=JOBS_PER_PROCESS,
            )
        return self._pool.submit(_run_job, job, *args)

    def close(self) -> None:
        """Wait for running jobs and cancel the others."""
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)


def _start_worker() -> None:
    """Lower the priority of a worker process, and end it when its parent ends, even if the parent is killed."""
    os.nice(5)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # The garbage collector would scan all cells of a workbook again and again.
    gc.disable()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _run_job(job: Callable[..., None], *args: Any) -> None:
    """Run a job and collect its garbage, as the automatic collector is off."""
    job(*args)
    gc.collect()
