"""What changed in a sheet: since it was last sent in, and since last year."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from filings.services.changes import changes_since_last_year, changes_since_submission
from filings.services.exports import printable_filing
from filings.views.common import filing_or_404, render_page, signed_in


@signed_in
@require_safe
def changes(request: HttpRequest, ref: str) -> HttpResponse:
    """Two lists of cells with the words before and after."""
    filing = filing_or_404(request, ref)
    shown = printable_filing(filing)
    sent, last = changes_since_submission(filing, shown), changes_since_last_year(filing, shown)
    return render_page(request, "filings/changes.html", {"filing": filing, "sent": sent, "last": last})
