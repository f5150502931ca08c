"""Applies the fix that a finding offers, when a person asks for it."""

from __future__ import annotations

import secrets
from datetime import datetime

from filings.models import Filing, Person
from filings.services.checking import check_filing
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.locking import require_editable


def apply_fix(person: Person, filing_pk: int, code: str, path: str, now: datetime | None = None) -> None:
    """Apply the edits that a finding offers as a fix, in one save that is journalled as any other.

    The check runs outside the transaction that `save_edits` starts: a cell changed in between is a conflict. Raises
    Refused where the person may not edit, the finding is gone, or the cell was changed meanwhile.
    """
    filing = Filing.objects.with_parts().get(pk=filing_pk)
    require_editable(person, filing)
    offered = (one for one in check_filing(filing).findings if (one.code, one.path) == (code, path) and one.fix)
    finding = next(offered, None)
    if finding is None:
        raise Refused("这条建议已经不适用，请刷新页面。")
    saved = save_edits(person, filing_pk, filing.version, secrets.token_hex(16), list(finding.fix), now)
    if saved.conflicts or saved.refused:
        raise Refused("这一格刚被别人修改，请刷新页面。")
