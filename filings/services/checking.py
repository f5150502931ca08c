"""The findings of filings as they stand in the database."""

from __future__ import annotations

from collections.abc import Iterable

from filings.checks import Finding, Subject, check
from filings.models import Filing
from filings.services.documents import load_document, load_documents
from filings.services.layouts import layout_of, profile_of
from filings.sheet.document import Document
from filings.sheet.profile import Profile


def subject_of(filing: Filing, document: Document | None = None, profile: Profile | None = None) -> Subject:
    """What the checks look at for one filing."""
    return Subject(layout_of(filing.layout), document or load_document(filing), profile or profile_of(filing.cycle))


def findings_of(filing: Filing, document: Document | None = None) -> list[Finding]:
    """All findings of one filing, in the order of the form."""
    return check(subject_of(filing, document))


def findings_of_many(filings: Iterable[Filing]) -> dict[int, list[Finding]]:
    """All findings of many filings by primary key, at a fixed number of queries a cycle."""
    filings = list(filings)
    documents = load_documents(filings)
    profiles = {filing.cycle_id: filing.cycle for filing in filings}
    rules = {pk: profile_of(cycle) for pk, cycle in profiles.items()}
    return {f.pk: check(subject_of(f, documents[f.pk], rules[f.cycle_id])) for f in filings}
