"""Logging configuration. Logs show what failed and where, but no request data and no values of users."""

import logging
import traceback
from types import TracebackType

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutRequest(logging.Filter):
    """Removes the request, with its POST data and cookies, that Django attaches to a log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("request", None)
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
        # Django's own handlers would e-mail whole requests.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "perfbudget": {"level": "INFO"},
        "filings": {"level": "INFO"},
        "indicators": {"level": "INFO"},
        # It would write login names and addresses; the attempts are in its database table, under access control.
        "axes": {"level": "ERROR"},
    },
}
