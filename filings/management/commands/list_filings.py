"""manage.py list_filings: list filings with their references, which the other commands need."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from filings.models import Filing, State

COLUMNS = ("ref", "place", "year", "department_code", "state", "form", "subject")
"""What a line shows, in this order."""


class Command(BaseCommand):
    """Lists filings."""

    help = "List filings: reference, place, year, code of the department, state, form, subject. --json has more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--place", help="only this place, by its code")
        parser.add_argument("--year", type=int, help="only this budget year")
        parser.add_argument("--state", choices=State.values, help="only this state")
        parser.add_argument("--json", action="store_true", help="one JSON array")

    def handle(self, *args: Any, **options: Any) -> None:
        query = Filing.objects.select_related("jurisdiction", "cycle", "department", "layout", "project").order_by("id")
        filters = {"jurisdiction__code": options["place"], "cycle__year": options["year"], "state": options["state"]}
        rows = [_row(filing) for filing in query.filter(**{name: value for name, value in filters.items() if value})]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            self.stdout.write("  ".join(str(row[key]) for key in COLUMNS))
        self.stdout.write(f"{len(rows)} filings")


def _row(filing: Filing) -> dict[str, Any]:
    return {
        "ref": filing.ref,
        "place": filing.jurisdiction.code,
        "year": filing.cycle.year,
        "round": filing.cycle.round,
        "department_code": filing.department.code,
        "department": filing.department.name,
        "layout": filing.layout.key,
        "layout_version": filing.layout.version,
        "form": filing.layout.name,
        "subject": filing.subject_name,
        "state": filing.state,
        "version": filing.version,
        "total": None if filing.total is None else f"{filing.total.normalize():f}",
    }
