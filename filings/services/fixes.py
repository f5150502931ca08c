"""A mend that a check offers, put in because a person asked for it."""

from __future__ import annotations

import secrets

from filings.models import Filing, Person
from filings.services.access import Refused, may_edit
from filings.services.checking import PARTS, filing_findings
from filings.services.drafts import save_edits
from filings.sheet.document import Path
from filings.sheet.edits import SetCell


def apply_fix(person: Person, filing_pk: int, code: str, path: str) -> None:
    """Put the text that a finding offers into its cell. Raises Refused."""
    filing = Filing.objects.select_related(*PARTS).get(pk=filing_pk)
    if not may_edit(person, filing):
        raise Refused("这张表现在不能修改：已送审或您没有填报权限。")
    offered = (one for one in filing_findings(filing) if (one.code, one.path) == (code, path) and one.fix)
    finding = next(offered, None)
    if finding is None:
        raise Refused("这条建议已经不适用，请刷新页面。")
    edit = SetCell(Path.parse(path), finding.fix)
    saved = save_edits(person, filing_pk, filing.version, secrets.token_hex(16), [edit])
    if saved.conflicts or saved.refused:
        raise Refused("这一格刚被别人修改，请刷新页面。")
