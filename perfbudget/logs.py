"""Logs that can be handed to a technician: what failed and where, never what somebody typed."""

import logging
import traceback
from types import TracebackType

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutRequest(logging.Filter):
    """Drops the request (with its POST data and cookies) that Django attaches to a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("request", None)
        return True


class WithoutValues(logging.Formatter):
    """Writes the places of a traceback but not the messages: a database quotes the row that it refuses."""

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 - logging's own name
        lines = []
        error = ei[1]
        while error is not None:
            lines += [line.rstrip() for line in traceback.format_tb(error.__traceback__)]
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or error.__context__
            if error is not None:
                lines.append("raised while handling:")
        return "\n".join(lines)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_request": {"()": WithoutRequest}},
    "formatters": {"plain": {"()": WithoutValues, "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "filters": ["without_request"], "formatter": "plain"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Django's own handlers would mail whole requests.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "perfbudget": {"level": "INFO"},
        "filings": {"level": "INFO"},
        "indicators": {"level": "INFO"},
        # It writes login names and addresses; the attempts are in its table, under access control.
        "axes": {"level": "ERROR"},
    },
}
