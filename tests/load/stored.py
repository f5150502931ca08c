"""Reads from the site's database what the journal checker compares. Needs Django set up for that database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from filings.models import Edit, Event, Filing, Revision
from filings.services.documents import load_documents
from filings.sheet.document import Document
from tests.load.clerk import Record
from tests.load.journal import Content, Entry, Stored, Verdict, judge

MANY = 200
"""Sheets that are read at a time."""


def content_of(document: Document) -> Content:
    """A document in the form of the journal."""
    texts = {str(path): text for path, text in document.cells() if text}
    orders = {f"{table}[]": " ".join(row.id for row in rows) for table, rows in document.tables.items() if rows}
    return {**texts, **orders}


def load_stored(refs: Collection[str]) -> dict[str, Stored]:
    """The sheets as they are stored now, by reference."""
    listed = sorted(refs)
    found: dict[str, Stored] = {}
    for start in range(0, len(listed), MANY):
        filings = list(Filing.objects.with_parts().filter(ref__in=listed[start : start + MANY]))
        documents = load_documents(filings)
        found |= {one.ref: Stored(one.version, content_of(documents[one.pk])) for one in filings}
    return found


def load_entries(before: Mapping[str, Stored]) -> Iterator[Entry]:
    """The journal of the sheets since they were as given, in the order of versions."""
    rows = Edit.objects.filter(filing__ref__in=list(before)).order_by("filing", "version")
    for ref, version, operation, changes in rows.values_list("filing__ref", "version", "operation", "changes"):
        if version > before[ref].version:
            yield Entry(ref, version, operation, changes)


def judge_record(before: Mapping[str, Stored], record: Record) -> Verdict:
    """Compare the database with what clerks sent and what was acknowledged since `before`."""
    verdict = judge(before, load_entries(before), load_stored(before), record.acknowledged, record.sent)
    verdict.add(judge_submissions(record.submitted))
    return verdict


def judge_submissions(refs: Collection[str]) -> Verdict:
    """Each acknowledged submission has one revision and one event."""
    verdict = Verdict()
    for ref in refs:
        revisions = Revision.objects.filter(filing__ref=ref).count()
        events = Event.objects.filter(filing__ref=ref, action="submit").count()
        counts = f"{ref}: {revisions} revisions and {events} events of one acknowledged submission"
        if min(revisions, events) < 1:
            verdict.lost.append(counts)
        elif max(revisions, events) > 1:
            verdict.doubled.append(counts)
    return verdict
