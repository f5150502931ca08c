"""Prints what a database says, as JSON: everything that an upgrade must leave as it was.

Run as a process of its own, with the environment of the installation that is meant. It says things by names that
people see (references, logins, codes of places, keys of forms), never by primary keys or names of tables and modules:
so the same facts come out of every release, however the code behind them is called.

    python tests/upgrade/facts.py [queue]
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Fact = dict[str, Any]


def at(moment: datetime | None) -> str | None:
    """A moment that is written alike whatever the database keeps."""
    return moment.astimezone(UTC).isoformat() if moment else None


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def command(*words: str) -> str:
    """What a command prints; check_filing ends with 1 where there are errors, which is no fault here."""
    from django.core.management import CommandError, call_command

    out = io.StringIO()
    try:
        call_command(*words, stdout=out, stderr=io.StringIO())
    except CommandError:
        if words[0] != "check_filing":
            raise
    return out.getvalue()


def exported(ref: str, format_: str) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "filing"
        command("export_filing", ref, "--format", format_, "-o", str(file))
        return file.read_bytes()


def list_of_filings() -> list[Fact]:
    """Every filing, in the words of the command; up to release 0.2 without the code of its department."""
    listed: list[Fact] = json.loads(command("list_filings", "--json"))
    return [{name: value for name, value in one.items() if name != "department_code"} for one in listed]


def documents() -> Fact:
    """The content of every filing, by reference."""
    return {one["ref"]: filled_cells(json.loads(exported(one["ref"], "json"))) for one in list_of_filings()}


def filled_cells(data: Fact) -> Fact:
    """An exported filing without its empty cells, some of which are written since release 0.3."""
    document = data["document"]
    document["fields"] = {name: text for name, text in document["fields"].items() if text}
    for row in (row for rows in document["tables"].values() for row in rows):
        row["cells"] = {name: text for name, text in row["cells"].items() if text}
    return data


def findings() -> Fact:
    """What the checks say of every filing, by reference."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    for one in json.loads(command("check_filing", "--all", "--json")):
        found[one["filing"]].append([one[key] for key in ("code", "path", "severity", "message", "label", "row_name")])
    return dict(found)


def log() -> list[str]:
    """Whether the log is whole."""
    return command("verify_log").splitlines()


def sheets() -> Fact:
    """The text of the printed pages of one frozen and one open filing of each form, as digests by page."""
    import pypdfium2

    chosen: dict[tuple[str, int, bool], str] = {}
    for one in list_of_filings():
        chosen.setdefault((one["layout"], one["layout_version"], one["state"] in ("draft", "returned")), one["ref"])
    result = {}
    for (form, version, is_open), ref in chosen.items():
        pages = pypdfium2.PdfDocument(exported(ref, "pdf"))
        # Before release 0.4 the watermark of a draft was text: the first on each page.
        mark = "草稿\r\n" if is_open else ""
        texts = [mark + page.get_textpage().get_text_range() for page in pages]
        result[f"{form} {version} {'open' if is_open else 'frozen'} {ref}"] = [sha256(text) for text in texts]
    return result


def lives() -> Fact:
    """What happened to each filing besides its content, by reference."""
    from filings.models import Filing

    parts = ("created_by", "submitted_by", "project", "department")
    return {filing.ref: life(filing) for filing in Filing.objects.select_related(*parts).order_by("pk")}


def life(filing: Any) -> Fact:
    """One filing: who did what to it and what was said of it."""
    return {
        "made": [str(filing.created_by.username), at(filing.created_at), at(filing.changed_at)],
        "sent": [filing.submitted_by.username if filing.submitted_by else None, at(filing.submitted_at)],
        "approved": at(filing.approved_at),
        "carried": [filing.copied_from_year, filing.copied_unreviewed],
        "asking": filing.waiver_requested,
        "project": [filing.project.code, filing.project.project_class] if filing.project else None,
        "revisions": [revision(one) for one in filing.revisions.select_related("layout", "person").order_by("number")],
        "edits": [
            [one.version, one.person.username, one.operation, at(one.at), one.changes]
            for one in filing.edits.select_related("person").order_by("version")
        ],
        "remarks": [
            [one.path, one.text, one.answer, one.status, one.person.username, at(one.at)]
            for one in filing.remarks.select_related("person").order_by("pk")
        ],
        "replies": [
            [one.kind, one.code, one.path, one.message, one.text, one.person.username, at(one.at)]
            for one in filing.replies.select_related("person").order_by("pk")
        ],
        "opinions": [
            [one.revision.number, one.criteria, one.grade, one.text, one.person.username, at(one.at)]
            for one in filing.opinions.select_related("person", "revision").order_by("pk")
        ],
        "attachments": [
            [one.ref, one.kind, one.name, one.size, one.sha256, one.person.username, at(one.at)]
            for one in filing.attachments.select_related("person").order_by("pk")
        ],
        "seen": [[one.person.username, at(one.at)] for one in filing.presences.select_related("person").order_by("at")],
        "counted": counted(filing),
    }


def revision(one: Any) -> Fact:
    """A submission: what was frozen, and the code under which it is verified for ever."""
    from filings.services.log import revision_hash
    from filings.services.verification import revision_code

    return {
        "number": one.number,
        "sha256": one.sha256,
        "whole": revision_hash(one) == one.sha256,
        "code": revision_code(one),
        "form": [one.layout.key, one.layout.version],
        "person": one.person.username,
        "at": at(one.at),
        "findings": one.findings,
    }


def counted(filing: Any) -> list[Any] | None:
    """The counts that lists and boards show; a filing of which nobody sent anything in yet has none."""
    from filings.models import CheckResult

    one = CheckResult.objects.filter(filing=filing).first()
    return None if one is None else [one.version, one.errors, one.warnings, one.notes, one.codes, related(filing)]


def replies_without_finding() -> list[list[str]]:
    """Reasons, requests and waivers that count for nothing: of what they were said, no check says the same today."""
    from filings.models import Reply

    left = Reply.objects.filter(digest="").select_related("filing").order_by("filing", "pk")
    return [[one.filing.ref, one.kind, one.code, one.path] for one in left]


def related(filing: Any) -> list[list[str]]:
    """What the other sheets and last year's say of a filing: code, place, and the words that people read."""
    from filings.checks import describe
    from filings.services.checking import related_findings
    from filings.services.documents import load_document
    from filings.services.layouts import compiled_layout

    texts = describe(compiled_layout(filing.layout), load_document(filing), related_findings(filing))
    return [[text.code, text.path, text.severity, text.message] for text in texts]


def derived() -> Fact:
    """The numbers that stand beside the texts of rows, by table, filing and row."""
    from filings.models import ROW_MODELS

    result: dict[str, Fact] = {}
    for kind, model in ROW_MODELS.items():
        names = [
            field.name
            for field in model._meta.get_fields()
            if field.name in ("category", "target_kind", "target_operator", "target_unit")
        ]
        numbers = [name for name in ("target_number", "amount_wan") if hasattr(model, name)]
        result[kind] = {
            f"{row.filing.ref} {row.table}[{row.row_id}] {row.position} ": [
                *(getattr(row, name) for name in names),
                *(number(getattr(row, name)) for name in numbers),
            ]
            for row in model._default_manager.select_related("filing").order_by("filing", "table", "position")
        }
    return result


def number(value: Any) -> str | None:
    """A decimal without the zeros that one database adds and the other does not."""
    return None if value is None else f"{value.normalize():f}"


def events() -> Fact:
    """The log itself: each chain with its events."""
    from filings.models import Chain

    result = {}
    for chain in Chain.objects.select_related("cycle", "jurisdiction", "department").order_by("pk"):
        name = f"{chain.jurisdiction.code} {chain.cycle.year} {chain.department.code}"
        told = chain.events.select_related("filing", "person", "revision").order_by("sequence")
        result[name] = [chain.length, chain.head, [event(one) for one in told]]
    return result


def event(one: Any) -> list[Any]:
    sent = one.revision.number if one.revision else None
    step = [one.sequence, one.filing.ref, one.action, one.from_state, one.to_state, one.person.username]
    return [*step, one.words, sent, at(one.at), one.previous, one.hash]


def forms() -> Fact:
    """Every version of every form, and where it is due."""
    from filings.models import LayoutVersion

    return {
        f"{one.key} {one.version}": {
            "name": one.name,
            "sha256": one.sha256,
            "source": sha256(one.source),
            "includes": {name: sha256(text) for name, text in one.includes.items()},
            "added": at(one.added_at),
            "due": [
                [f"{due.cycle.jurisdiction.code} {due.cycle.year}", due.subject, due.title, due.position]
                for due in one.due_in.select_related("cycle__jurisdiction").order_by("pk")
            ],
        }
        for one in LayoutVersion.objects.order_by("key", "version")
    }


def places() -> Fact:
    """Each place: its cycles, offices, projects, people, money, and tree of indicators."""
    from filings.models import Jurisdiction

    return {one.code: place(one) for one in Jurisdiction.objects.order_by("code")}


def place(one: Any) -> Fact:
    from filings.models import Cycle, Department, FundingSource, Membership, Project, Reminder
    from indicators.models import IndicatorCategory

    own: Callable[[Any], Any] = lambda model: model._default_manager.filter(jurisdiction=one).order_by("pk")  # noqa: E731
    return {
        "name": [one.name, one.division_code],
        "cycles": [
            [c.year, c.round, c.title, at(c.opens_at), at(c.deadline), sha256(c.profile), history(c)]
            for c in own(Cycle)
        ],
        "departments": [[d.code, d.name, d.parent and d.parent.code, history(d)] for d in own(Department)],
        "projects": [[p.name, p.code, p.project_class, p.retired, history(p)] for p in own(Project)],
        "sources": [[s.code, s.name, s.position] for s in own(FundingSource)],
        "people": [
            [m.person.username, m.person.full_name, m.role, m.department and m.department.code,
             m.person.is_staff, m.person.is_active, at(m.person.notices_seen)]
            for m in own(Membership).select_related("person", "department")
        ],
        "tree": [
            [c.year, c.code, c.name, c.parent and c.parent.code, c.canonical, c.position]
            for c in own(IndicatorCategory).select_related("parent")
        ],
        "reminders": [
            [r.cycle.year, r.department.code, r.text, r.person.username, at(r.at)] for r in own(Reminder)
        ],
    }  # fmt: skip


def history(one: Any) -> list[Any]:
    """Who changed a row of master data when, oldest first."""
    told = one.history.select_related("history_user").order_by("history_id")
    return [[h.history_type, at(h.history_date), h.history_user and h.history_user.username] for h in told]


def packets() -> Fact:
    """What was taken out of each cycle."""
    from filings.models import Packet

    return {
        one.ref: {
            "cycle": [one.cycle.jurisdiction.code, one.cycle.year],
            "asked": [one.scope, one.person and one.person.username, at(one.at)],
            "came": [one.status, one.done, one.total, one.sha256, one.fault, at(one.begun_at), at(one.finished_at)],
            "files": [[f.name, f.path, f.sha256, f.bytes, f.sheets] for f in one.files.order_by("position")],
        }
        for one in Packet.objects.select_related("cycle__jurisdiction", "person").order_by("pk")
    }


def final_papers() -> list[list[Any]]:
    """The record of each approved sheet, and what is wrong with its bytes; none was kept before release 0.4.

    Asked before `sheets`, which writes the record of an approved sheet that has none.
    """
    from filings.models import FinalPaper
    from filings.services.final_papers import verify_final_paper

    return [
        [one.revision.filing.ref, one.revision.number, one.sha256, one.size, one.pages, one.release, at(one.at),
         [*verify_final_paper(one)]]
        for one in FinalPaper.objects.select_related("revision__filing").order_by("pk")
    ]  # fmt: skip


def migrations() -> list[str]:
    """The migrations that were applied, of ours and of libraries."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(f"{app} {name}" for app, name in MigrationRecorder(connection).applied_migrations())


PARTS: dict[str, Callable[[], Any]] = {
    part.__name__: part
    for part in (
        list_of_filings, documents, findings, replies_without_finding, lives, derived, events, log, forms, places,
        packets, final_papers, sheets, migrations,
    )
}  # fmt: skip
"""What is said, by name."""


def queue() -> dict[str, int]:
    """How many tasks of the background stand how."""
    from django.db.models import Count
    from django_tasks_db.models import DBTaskResult

    return dict(DBTaskResult.objects.order_by().values_list("status").annotate(Count("pk")))


def main() -> None:
    sys.path.insert(0, str(Path.cwd()))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perfbudget.settings")
    import django

    django.setup()
    said = queue() if sys.argv[1:] == ["queue"] else {name: part() for name, part in PARTS.items()}
    json.dump(said, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
