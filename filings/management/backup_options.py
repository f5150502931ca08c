"""What the commands about backups have in common: options, and their errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from filings.services.backups import BackupError


def add_key_arguments(parser: CommandParser) -> None:
    """The options that say what opens an encrypted backup."""
    parser.add_argument("--backup", default="", metavar="NAME", help="one backup, such as 20261128T082533Z")
    parser.add_argument("--identity", type=Path, metavar="FILE", help="secret key of age, as age-keygen writes it")
    add_passphrase_argument(parser)


def add_passphrase_argument(parser: CommandParser) -> None:
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="file with the passphrase of the folder")


@contextmanager
def command_errors() -> Iterator[None]:
    """Errors of backups, files and the database as one message and exit status 1."""
    try:
        yield
    except BackupError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename or 'a file'}: {error.strerror or error}") from error
    except DatabaseError as error:
        raise CommandError(f"the database: {error}") from error
