"""Background tasks. Only this module imports the library: Django 6 has the same API under `django.tasks`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min
from django_tasks import TaskResult, TaskResultStatus, default_task_backend, task
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task
from django_tasks.exceptions import TaskResultDoesNotExist

__all__ = ["TaskResult", "TaskResultDoesNotExist", "TaskResultStatus", "default_task_backend", "task"]


class AfterCommitBackend(ImmediateBackend):
    """For tests: runs a task in this process as soon as the transaction that enqueued it is committed.

    A real worker does not see a task earlier either: the queue is a table of the same database.
    """

    def enqueue(self, task: Task[Any, Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Run the task now if no transaction is open, else after its commit."""
        transaction.on_commit(lambda: super(AfterCommitBackend, self).enqueue(task, args, kwargs))


def waiting_tasks() -> tuple[int, datetime | None]:
    """How many tasks no worker has taken yet, and since when the oldest of them waits (None if there is none)."""
    from django_tasks_db.models import DBTaskResult

    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    found = ready.aggregate(count=Count("pk"), oldest=Min("enqueued_at"))
    return found["count"], found["oldest"]
