"""Transactions of the services. Every function that writes says which of two kinds it is.

* It starts one: `with start_transaction():`. It is then the outermost, so what it did is stored when it returns.
* It needs one: it calls `require_transaction()` first, and whoever calls it decides what is stored together.

Errors of the database leave as errors of our own (`filings.services.errors`). Background work is enqueued inside the
transaction that it belongs to: the queue is a table of the same database, so that both are stored or neither is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from filings.services.errors import ConstraintError, DatabaseUnavailableError


@contextmanager
def start_transaction() -> Iterator[None]:
    """Start a transaction, which is rolled back when the block raises anything; RuntimeError where one is open already.

    Raises DatabaseUnavailableError and ConstraintViolatedError in place of Django's errors.
    """
    with _service_errors(), transaction.atomic(durable=True):
        yield


@contextmanager
def savepoint() -> Iterator[None]:
    """Part of a transaction that may fail by itself: when the block raises, only the block is undone."""
    require_transaction()
    with _service_errors(), transaction.atomic():
        yield


def require_transaction() -> None:
    """Raise RuntimeError unless a transaction is open: the caller has to start one."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a transaction is needed: the caller has to start one")


@contextmanager
def _service_errors() -> Iterator[None]:
    """Turn errors of the database into errors of the services."""
    try:
        yield
    except IntegrityError as error:
        raise ConstraintError(str(error)) from error
    except (OperationalError, InterfaceError) as error:
        raise DatabaseUnavailableError(str(error)) from error
