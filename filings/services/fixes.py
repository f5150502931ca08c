"""Applies the fix that a finding offers, when a person asks for it: planned, shown where others would follow, undone.

A fix is a list of edits and one save: one entry of the journal, which can be undone as long as nothing else was saved.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from filings.checks import FindingText
from filings.models import Edit as Journal
from filings.models import Filing, Person
from filings.services.checking import check_filing
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.locking import require_editable
from filings.services.refused_texts import refused_text
from filings.sheet.derived import update_derived
from filings.sheet.diff import Change, diff_documents
from filings.sheet.document import Path
from filings.sheet.edits import Edit, EditError, SetCell, apply_edits


@dataclass(frozen=True)
class FixPlan:
    """What a fix would do: the finding, and every cell that would change, derived ones included."""

    filing: Filing
    finding: FindingText
    changes: list[Change]

    @property
    def changes_others(self) -> bool:
        """Whether a cell other than the finding's own would change: then it is shown before it is done."""
        return any(change.path != self.finding.path for change in self.changes)


def plan_fix(person: Person, filing_pk: int, code: str, path: str) -> FixPlan:
    """What the fix of a finding would change, checked now; nothing is stored.

    Raises Refused where the person may not edit, or the finding is gone or offers no fix.
    """
    filing = Filing.objects.with_parts().get(pk=filing_pk)
    require_editable(person, filing)
    checked = check_filing(filing)
    offered = [one for one in checked.findings if (one.code, one.path) == (code, path) and one.fix]
    if not offered:
        raise Refused("fix_outdated")
    layout, before = checked.subject.layout, checked.subject.document
    try:
        after = update_derived(layout, before, apply_edits(layout, before, offered[0].fix))
    except EditError as error:
        raise Refused("fix_does_not_fit", reason=refused_text(error.code, error.facts)) from error
    return FixPlan(filing, checked.describe(offered)[0], diff_documents(layout, before, after))


def apply_fix(person: Person, plan: FixPlan, now: datetime | None = None) -> str:
    """Apply a planned fix as one save; returns the name of the save, by which it can be undone.

    The plan was made outside the transaction that `save_edits` starts: a cell changed in between is a conflict. Raises
    Refused where the person may not edit, or a cell was changed meanwhile.
    """
    operation = secrets.token_hex(16)
    _save_all(person, plan.filing, operation, list(plan.finding.fix), now)
    return operation


def undo_fix(person: Person, filing_pk: int, operation: str, now: datetime | None = None) -> None:
    """Give the cells that a fix changed the texts that they had before, as one save.

    Raises Refused where the person may not edit, or anything was saved since.
    """
    filing = Filing.objects.with_parts().get(pk=filing_pk)
    require_editable(person, filing)
    journal = Journal.objects.filter(filing=filing, operation=operation, version=filing.version).first()
    if journal is None:
        raise Refused("fix_not_last")
    edits: list[Edit] = [SetCell(Path.parse(change["path"]), change["from"]) for change in journal.changes]
    _save_all(person, filing, secrets.token_hex(16), edits, now)


def _save_all(person: Person, filing: Filing, operation: str, edits: list[Edit], now: datetime | None) -> None:
    """Save edits that started from the filing as given, all or none. Raises Refused if they could not be saved."""
    saved = save_edits(person, filing.pk, filing.version, operation, edits, now, together=True)
    if saved.conflicts:
        raise Refused("fixed_cell_changed")
    if saved.refused:
        raise Refused("fix_does_not_fit", reason=saved.refused[0].text)
