"""What changed in a filing: since it was last sent in, and since last year."""

from __future__ import annotations

from filings.models import Filing
from filings.services.documents import load_document
from filings.services.exports import Printable, printable_filing
from filings.services.layouts import compiled_layout
from filings.services.related_sheets import last_year_filing
from filings.sheet.diff import Change, align_rows, diff_documents
from filings.sheet.document import document_from_data


def changes_since_submission(filing: Filing, shown: Printable | None = None) -> list[Change] | None:
    """What the sheet as `shown` changes of the submission before it; None when there was none."""
    # While the office works on it, the draft is shown; else the newest submission, which has the one before it.
    skip = 0 if filing.editable else 1
    newest = filing.revisions.order_by("-number").values_list("document", flat=True)
    before = next(iter(newest[skip : skip + 1]), None)
    if before is None:
        return None
    shown = shown or printable_filing(filing)
    return diff_documents(shown.layout, document_from_data(before), shown.document)


def changes_since_last_year(filing: Filing, shown: Printable | None = None) -> list[Change] | None:
    """What the sheet as `shown` changes of last year's sheet of the same form; None when there is none."""
    last = last_year_filing(filing)
    if last is None:
        return None
    shown = shown or printable_filing(filing)
    before = align_rows(compiled_layout(filing.layout), load_document(last), shown.document)
    return diff_documents(shown.layout, before, shown.document)
