#!/usr/bin/env python3
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perfbudget.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit("Django is missing here: run `make setup`, then use .venv/bin/python") from error
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # The message names the remedy; a traceback above it would hide that.
        raise SystemExit(f"configuration: {error}") from None


if __name__ == "__main__":
    main()
