"""manage.py load_layout: store a layout file in the database, and make the form due in a cycle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.models import Cycle
from filings.services.errors import Refused
from filings.services.layouts import add_due_form, store_layout
from filings.sheet.problems import LayoutError


class Command(BaseCommand):
    """Loads layouts."""

    help = "Take a layout file into the database as a new version; with --place and --year make it due in that cycle."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a layout file")
        parser.add_argument("--place", metavar="KEY", help="the place in whose cycle the form becomes due")
        parser.add_argument("--year", type=int, help="the year of that cycle")
        parser.add_argument("--title", default="", help="what the form is called there (default: its name)")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["place"]) != bool(options["year"]):
            raise CommandError("--place and --year go together")
        try:
            version = store_layout(Path(options["file"]))
        except LayoutError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"{len(error.problems)} mistakes") from error
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        self.stdout.write(f"{version.key} version {version.version} {version.sha256[:12]}")
        if options["place"]:
            self._make_due(version, options)

    def _make_due(self, version: Any, options: dict[str, Any]) -> None:
        cycle = Cycle.objects.filter(jurisdiction__code=options["place"], year=options["year"]).first()
        if cycle is None:
            raise CommandError(f"{options['place']} has no cycle {options['year']}")
        try:
            due = add_due_form(cycle, version, options["title"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"due in {cycle}: {due}")
