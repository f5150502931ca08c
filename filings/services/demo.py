"""The demo data: real filings of real places, stored by the same services that people use."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from filings.models import Filing
from filings.services.checking import check_department
from filings.services.importing import InvalidFileError, document_errors, store_filing
from filings.services.layouts import compiled_layout
from filings.services.places import Account, create_place, first_clerk, get_due_form
from filings.sheet.document import document_from_data
from perfbudget.files import write_once

DEMO = Path(__file__).resolve().parent.parent / "demo"


def seed_demo(password: str) -> Iterator[tuple[str, list[Account], int, int]]:
    """Load every demo place; yields its name, its accounts, how many filings it has and how many of them are new.

    What is there already stays as it is. Each place and each filing has a transaction of its own; raises
    InvalidFileError where a file does not fit its layout.
    """
    for path in sorted(DEMO.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        cycle, department, accounts = create_place(data, password)
        clerk = first_clerk(department)
        new = 0
        for entry in data["filings"]:
            document = document_from_data(entry["document"])
            due = get_due_form(cycle, document.layout)
            if errors := list(document_errors(compiled_layout(due.layout), document)):
                raise InvalidFileError(f"{path.name}: " + "; ".join(errors))
            present = Filing.objects.filter(cycle=cycle, layout=due.layout, department=department)
            if due.subject == "project":
                present = present.filter(project__name=entry["project"])
            if not present.exists():
                store_filing(clerk, cycle, due, department, entry["project"], document)
                new += 1
        if new:
            check_department(cycle.pk, department.pk)
        yield data["name"], accounts, len(data["filings"]), new


def demo_password() -> str:
    """The password of the demo accounts: made once for this installation and stored in the folder of its database."""
    path = Path(settings.VAR_DIR) / "demo-password"
    if not path.is_file():
        write_once(path, f"demo-{secrets.token_hex(4)}\n".encode())
    return path.read_text(encoding="utf-8").strip()
