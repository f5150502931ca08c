"""The id of the request that is being answered: in its log records, in its response, and on the page of an error."""

from __future__ import annotations

import logging
import re
import secrets
from contextvars import ContextVar

_CURRENT: ContextVar[str] = ContextVar("request_id", default="")
_WELL_FORMED = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)


def current_request_id() -> str:
    """The id of the request that this thread answers; '' outside of one."""
    return _CURRENT.get()


def start_request(given: str) -> str:
    """Take the id that a trusted proxy has given, or a new one where it is none; the id."""
    found = given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(8)
    _CURRENT.set(found)
    return found


def stop_request(**_signal: object) -> None:
    """The request is answered: what this thread logs now belongs to none."""
    _CURRENT.set("")


class WithRequestId(logging.Filter):
    """Adds the id of the request to each record: as `request_id`, and as `request_mark` for the end of a message."""

    def filter(self, record: logging.LogRecord) -> bool:
        found = current_request_id()
        record.request_id, record.request_mark = found, f" [{found}]" if found else ""
        return True
