#!/usr/bin/env python3
"""Django's command line."""

import os
import select
import signal
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perfbudget.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line

        from perfbudget import environment, logs
    except ImportError as error:
        raise SystemExit("Django is missing here: run `make setup`, then use .venv/bin/python") from error
    environment.help_only = asks_for_help(sys.argv[1:])
    if sys.argv[1:2] == ["db_worker"]:
        sys.excepthook = logs.log_crash
    try:
        try:
            execute_from_command_line(sys.argv)
        finally:
            if sys.stdout:  # None where it was closed from the start
                sys.stdout.flush()
    except ImproperlyConfigured as error:
        # The message names the remedy; a traceback above it would hide that.
        raise SystemExit(f"configuration: {error}") from None
    except BrokenPipeError:
        if not is_output_closed():
            raise
        # Whoever reads the output has seen enough, as `head` has: end as other programs do, by the signal.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGPIPE)


def asks_for_help(words: list[str]) -> bool:
    """Whether a command line only asks what there is. What stands behind `--` is for another program."""
    words = words[: words.index("--")] if "--" in words else words
    return not words or words[0] == "help" or not {"-h", "--help"}.isdisjoint(words)


def is_output_closed() -> bool:
    """Whether nobody reads the standard output any more."""
    output = select.poll()
    output.register(sys.stdout.fileno(), 0)
    return bool(output.poll(0))


if __name__ == "__main__":
    main()
