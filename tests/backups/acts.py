"""What is done on an installation of its own, in a process of its own: `python -m tests.backups.acts NAME`."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from itertools import count
from typing import Any

APPROVED = 3
FILES = 2 * APPROVED + 1
"""Stored files: final papers, their attachments, and one of an attachment that was removed."""


def seed() -> None:
    """A place with approved sheets, their final papers and attachments, and a draft."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.core.management import call_command

    from filings.services.attachments import add_attachment, delete_attachment
    from filings.services.workflow import apply_transition
    from tests.factories import build_house, filled, send

    call_command("migrate", verbosity=0)
    house = build_house()
    for number in range(APPROVED):
        filing = house.filing(filled(title=f"第{number}个"))
        add_attachment(house.clerk, filing.pk, "", SimpleUploadedFile("据.pdf", b"%PDF-1.7 " + b"%d" % number * 90_000))
        send(house.clerk, filing.pk)
        apply_transition(house.reviewer, filing.pk, "approve")
    draft = house.filing(filled(title="草稿"))
    removed = add_attachment(house.clerk, draft.pk, "", SimpleUploadedFile("旧.pdf", b"%PDF-1.7 removed"))
    delete_attachment(house.clerk, draft.pk, removed.ref)


def approve() -> None:
    """One more approved sheet after the other, until the process is killed."""
    from filings.models import Cycle, Department, DueForm, Person, Project
    from filings.services.new_filings import start_filing
    from filings.services.workflow import apply_transition
    from tests.factories import filled, send

    clerk, reviewer = (Person.objects.get(username=f"testshire.{name}") for name in ("clerk", "reviewer"))
    department, cycle, due = Department.objects.get(code="101"), Cycle.objects.get(), DueForm.objects.get()
    for number in count():
        place = department.jurisdiction
        project = Project.objects.create(jurisdiction=place, department=department, name=f"又一个{number}")
        filing = start_filing(clerk, cycle, due, department, project, document=filled(title="后来"))
        send(clerk, filing.pk)
        apply_transition(reviewer, filing.pk, "approve")


def tell() -> dict[str, Any]:
    """What must be the same after a restore: every row, index and constraint, and the bytes of every named file."""
    from django.apps import apps
    from django.db import connection

    from filings.models import Attachment, FinalPaper
    from filings.services.stored_files import stored_path

    rows = {
        model._meta.db_table: sorted(str(row) for row in model._default_manager.values())
        for model in apps.get_models()
        if model._meta.app_label in ("filings", "indicators", "auth")
    }
    named = [*Attachment.objects.all(), *FinalPaper.objects.all()]
    files = {one.sha256: hashlib.sha256(stored_path(one.sha256).read_bytes()).hexdigest() for one in named}
    with connection.cursor() as cursor:
        rules = {table: connection.introspection.get_constraints(cursor, table) for table in rows}
    return {
        "rows": rows,
        "rules": json.loads(json.dumps(rules, sort_keys=True)),
        "files": files,
        "papers": FinalPaper.objects.count(),
    }


def work() -> dict[str, Any]:
    """A clerk logs in by password, and a cell of the draft is saved as the page's script does it."""
    from django.test import Client

    from filings.models import Filing
    from tests.views.kit import PASSWORD, autosave, set_cell

    client = Client(SERVER_NAME="localhost")
    login = client.post("/login/", {"username": "testshire.clerk", "password": PASSWORD})
    filing = Filing.objects.get(state="draft")
    saved = autosave(client, filing, set_cell("title", "恢复以后"))
    return {"login": login.status_code, "saved": saved.status_code, "version": saved.json().get("version")}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perfbudget.settings")
    import django

    django.setup()
    act = {"seed": seed, "approve": approve, "tell": tell, "work": work}[sys.argv[1]]
    json.dump(act(), sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
