"""manage.py check_filing: the findings of one filing or of all, the same as on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.checks import Finding
from filings.management.commands.export_filing import filing_of
from filings.models import Filing
from filings.services.checking import findings_of_many

BATCH = 200


class Command(BaseCommand):
    """Checks filings."""

    help = "Check filings: place, filing, cell path, cell label, row name, code, severity, message. Exit 1 on errors."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ref", metavar="REF", nargs="?", help="the filing's reference, see list_filings")
        parser.add_argument("--all", action="store_true", help="every filing")
        parser.add_argument("--json", action="store_true", help="one JSON array")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["ref"]) == options["all"]:
            raise CommandError("name one filing (REF) or say --all")
        filings = _all() if options["all"] else iter([filing_of(options["ref"])])
        rows = [row for batch in _batches(filings) for row in _rows(batch)]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            for row in rows:
                self.stdout.write(
                    f"{row['filing']}  {row['severity']:7} {row['code']}  {row['path']}  {row['message']}"
                )
            self.stdout.write(f"{len(rows)} findings")
        if errors := sum(row["severity"] == "error" for row in rows):
            raise CommandError(f"{errors} errors")


def _all() -> Iterator[Filing]:
    query = Filing.objects.select_related("jurisdiction", "cycle", "department", "layout", "project").order_by("id")
    return query.iterator(chunk_size=BATCH)


def _batches(filings: Iterator[Filing]) -> Iterator[list[Filing]]:
    batch: list[Filing] = []
    for filing in filings:
        batch.append(filing)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _rows(filings: list[Filing]) -> Iterator[dict[str, str]]:
    found = findings_of_many(filings)
    for filing in filings:
        for finding in found[filing.pk]:
            yield _row(filing, finding)


def _row(filing: Filing, finding: Finding) -> dict[str, str]:
    return {
        "place": filing.jurisdiction.code,
        "filing": filing.ref,
        "path": finding.path,
        "label": finding.label,
        "row_name": finding.row_name,
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
    }
