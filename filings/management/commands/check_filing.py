"""manage.py check_filing: print the findings of one filing or of all, the same as the site shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.checks import FindingText
from filings.management.commands.export_filing import find_filing
from filings.models import Filing
from filings.services.checking import check_filing, check_with_related
from filings.services.errors import BrokenRulesError

BATCH = 200


class Command(BaseCommand):
    """Checks filings; exit status 1 if there are errors."""

    help = "Check filings: place, filing, cell path, cell label, row name, code, severity, message. Exit 1 on errors."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ref", metavar="REF", nargs="?", help="the filing's reference, see list_filings")
        parser.add_argument("--all", action="store_true", help="every filing")
        parser.add_argument("--json", action="store_true", help="one JSON array")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["ref"]) == options["all"]:
            raise CommandError("name one filing (REF) or say --all")
        rows = list(_all_rows() if options["all"] else _rows_of(find_filing(options["ref"])))
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


def _rows_of(filing: Filing) -> Iterator[dict[str, str]]:
    try:
        checked = check_filing(filing)
    except BrokenRulesError as error:
        raise CommandError(str(error)) from error
    for finding in checked.describe(checked.findings):
        yield _row(filing, finding)


def _all_rows() -> Iterator[dict[str, str]]:
    """Findings of every filing. Those of one department and cycle are checked together, as some compare sheets."""
    query = Filing.objects.with_parts().order_by("jurisdiction", "cycle", "department", "id")
    departments = groupby(query.iterator(chunk_size=BATCH), lambda filing: (filing.cycle_id, filing.department_id))
    for _, department_filings in departments:
        filings = list(department_filings)
        checks = check_with_related(filings)
        for filing in filings:
            # Those whose layout or profile cannot be read are not checked: `check_filing REF` says why.
            for finding in checks[filing.pk].describe(checks[filing.pk].findings) if filing.pk in checks else ():
                yield _row(filing, finding)


def _row(filing: Filing, finding: FindingText) -> dict[str, str]:
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
