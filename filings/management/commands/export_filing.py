"""manage.py export_filing: write one filing as PDF, Excel, HTML or JSON, the same as the site."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.management.files import replaced_file
from filings.models import Filing
from filings.services.exports import CONTENT_TYPES
from filings.services.filing_files import export_filing


class Command(BaseCommand):
    """Exports a filing."""

    help = "Write one filing as xlsx, pdf, html or json; drafts carry a watermark."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ref", metavar="REF", help="the filing's reference, see list_filings")
        parser.add_argument("--format", required=True, choices=sorted(CONTENT_TYPES), help="what to write")
        parser.add_argument(
            "-o", "--output", metavar="FILE", required=True, help="where to; - writes to standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        filing = find_filing(options["ref"])
        data = export_filing(filing, options["format"])
        if options["output"] == "-":
            sys.stdout.buffer.write(data)
            return
        try:
            with replaced_file(Path(options["output"])) as path:
                path.write_bytes(data)
        except OSError as error:
            raise CommandError(f"cannot write {options['output']}: {error.strerror}") from error
        self.stderr.write(f"{options['output']}: {len(data)} bytes")


def find_filing(ref: str) -> Filing:
    """The filing with this reference. Raises CommandError if there is none."""
    query = Filing.objects.select_related("jurisdiction", "cycle", "department", "layout", "project")
    try:
        return query.get(ref=ref)
    except Filing.DoesNotExist as error:
        raise CommandError(f"there is no filing {ref!r}; manage.py list_filings shows all") from error
