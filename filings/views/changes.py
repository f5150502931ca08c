"""Comparison of a sheet with its last submission and with last year's sheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from filings.services.changes import changes_since_last_year, changes_since_submission
from filings.services.exports import printable_filing
from filings.views.common import filing_or_404, render_page, signed_in


@signed_in
@require_safe
def changes(request: HttpRequest, ref: str) -> HttpResponse:
    """GET, for all who see the filing: two lists of changed cells, each with its text before and after."""
    filing = filing_or_404(request, ref)
    printable = printable_filing(filing)
    context = {
        "filing": filing,
        "since_submission": changes_since_submission(filing, printable),
        "since_last_year": changes_since_last_year(filing, printable),
    }
    return render_page(request, "filings/changes.html", context)
