"""manage.py load_layout: store layout files in the database, and make their forms due in a cycle: all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.management.commands.build_packet import find_cycle
from filings.services.errors import Refused
from filings.services.layouts import store_layouts
from filings.sheet.problems import LayoutError


class Command(BaseCommand):
    """Loads layouts."""

    help = (
        "Take layout files into the database as new versions; with --place and --year make them due in that cycle. "
        "If anything is wrong, nothing is stored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", help="a layout file")
        parser.add_argument("--place", metavar="KEY", help="the place in whose cycle the forms become due")
        parser.add_argument("--year", type=int, metavar="Y", help="the year of that cycle")
        parser.add_argument("--round", type=int, metavar="N", help="which round of the year (default 1)")
        parser.add_argument("--title", default="", help="what the form of one FILE is called there (default: its name)")

    def handle(self, *args: Any, **options: Any) -> None:
        place, year, round_ = options["place"], options["year"], options["round"]
        if bool(place) != bool(year) or (round_ and not place):
            raise CommandError("--place and --year go together, and --round with them")
        if options["title"] and len(options["files"]) > 1:
            raise CommandError("--title is for one FILE")
        cycle = find_cycle(place, year, round_ or 1) if place else None
        try:
            stored = store_layouts(map(Path, options["files"]), cycle, options["title"])
        except LayoutError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"{len(error.problems)} mistakes") from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        for version, due in stored:
            self.stdout.write(f"{version.key} version {version.version} {version.sha256[:12]}")
            if due:
                self.stdout.write(f"due in {cycle}: {due}")
