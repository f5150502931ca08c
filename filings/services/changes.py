"""What changed in a filing: since the submission before, and since last year's filing of the same form."""

from __future__ import annotations

from filings.models import Filing
from filings.services.documents import load_document
from filings.services.exports import Printable, printable_filing
from filings.services.layouts import compiled_layout
from filings.services.related_sheets import last_year_filing
from filings.sheet.diff import Change, diff_documents, pair_rows
from filings.sheet.document import document_from_data


def changes_since_submission(filing: Filing, shown: Printable | None = None) -> list[Change] | None:
    """The differences from the last submission before the sheet that is `shown`; None if there was none.

    `shown` defaults to what `printable_filing` gives. One query more than that costs.
    """
    # An editable filing shows its draft, any other its newest submission, which has to be skipped here.
    skip = 0 if filing.editable else 1
    newest = filing.revisions.order_by("-number").values_list("document", flat=True)
    before = next(iter(newest[skip : skip + 1]), None)
    if before is None:
        return None
    shown = shown or printable_filing(filing)
    return diff_documents(shown.layout, document_from_data(before), shown.document)


def changes_since_last_year(filing: Filing, shown: Printable | None = None) -> list[Change] | None:
    """The differences between last year's filing of the same form and the sheet that is `shown`; None without one.

    Rows are matched by their meaning, since the rows of another year have other ids.
    """
    last = last_year_filing(filing)
    if last is None:
        return None
    shown = shown or printable_filing(filing)
    before = pair_rows(compiled_layout(filing.layout), load_document(last), shown.document)
    return diff_documents(shown.layout, before, shown.document)
