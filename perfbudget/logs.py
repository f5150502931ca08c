"""Logging configuration. Logs show what failed and where, but no request data and no values of users.

Two forms: `text` for people, and `json`, one object in a line, for production. In the latter each request has a line.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutRequest(logging.Filter):
    """Removes the request, with its POST data and cookies, that Django attaches to a log record.

    gunicorn names the address with what was searched for.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("request", None)
        if record.name == "gunicorn.error" and str(record.msg).startswith("Error handling request"):
            record.msg, record.args = "Error handling request", ()
        return True


class WithoutValues(logging.Formatter):
    """Formats tracebacks without the exception messages: database errors quote the values of the refused row."""

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


class JsonLines(WithoutValues):
    """Formats a record as one line of JSON: when, how bad, who, what, in which request, and where it failed."""

    FACTS = ("view", "status", "ms")
    """Facts of a request that a record may have (`extra`); others are left out, as nobody has looked at them."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := getattr(record, "request_id", ""):
            line["request_id"] = request
        line |= {name: getattr(record, name) for name in self.FACTS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """In place of `sys.excepthook`, for a program in the background that an error ends: where, but no values."""
    logging.getLogger("perfbudget").critical("ended by an error", exc_info=(kind, error, trace))


def log_settings(log_format: str) -> dict[str, Any]:
    """What `logging.config.dictConfig` needs, for a format: `text` or `json`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "without_request": {"()": WithoutRequest},
            "with_id": {"()": "perfbudget.request_id.WithRequestId"},
        },
        "formatters": {
            "text": {"()": WithoutValues, "format": "%(asctime)s %(levelname)s %(name)s %(message)s%(request_mark)s"},
            "json": {"()": JsonLines},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["without_request", "with_id"],
                "formatter": log_format,
            },
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            # Django's own handlers would e-mail whole requests.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # What clients got wrong (404, 409) is in the lines of requests, without the address that they asked for.
            "django.request": {"level": "ERROR"},
            "perfbudget": {"level": "INFO"},
            "filings": {"level": "INFO"},
            # On somebody's terminal a line for each request would hide what matters.
            "filings.requests": {"level": "INFO" if log_format == "json" else "WARNING"},
            "indicators": {"level": "INFO"},
            # It would write login names and addresses; the attempts are in its database table, under access control.
            "axes": {"level": "ERROR"},
            # gunicorn passes nothing on. Its warnings quote malformed requests, with the address of who sent them.
            "gunicorn.error": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        },
    }
