"""Background tasks: the one place that names the library, as Django 6 has the same under `django.tasks`."""

from django_tasks import TaskResult, TaskResultStatus, default_task_backend, task
from django_tasks.exceptions import TaskResultDoesNotExist

__all__ = ["TaskResult", "TaskResultDoesNotExist", "TaskResultStatus", "default_task_backend", "task"]
