"""manage.py load_filing: load a filing from a JSON file, as export_filing writes it or docs/filing-files.md says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.models import Person
from filings.services.errors import Refused
from filings.services.importing import InvalidFileError, import_filing


class Command(BaseCommand):
    """Loads a filing."""

    help = (
        "Load a filing from FILE.json, as export_filing --format json writes it or docs/filing-files.md says: a new "
        "one, or new content of a draft. What the form supplies by itself may be left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.json", help="a filing, see docs/filing-files.md")
        parser.add_argument(
            "--as", dest="login", metavar="LOGIN", help="who does it (default: the department's first clerk)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = json.loads(Path(options["file"]).read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"cannot read {options['file']}: {error.strerror}") from error
        except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, or a number of thousands of digits
            raise CommandError(f"{options['file']} is not JSON: {error}") from error
        try:
            filing, outcome = import_filing(data, self._person(options["login"]))
        except (InvalidFileError, Refused) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        except Person.DoesNotExist as error:
            raise CommandError("the department has no clerk: name a person with --as LOGIN") from error
        self.stdout.write(f"{filing.ref} {outcome}: {filing}")

    def _person(self, login: str | None) -> Person | None:
        if not login:
            return None
        try:
            return Person.objects.get(username=login)
        except Person.DoesNotExist as error:
            raise CommandError(f"there is no person {login!r}") from error
