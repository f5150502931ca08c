"""Locks a filing for the rest of a transaction, and guards what may be done with it."""

from __future__ import annotations

from filings.models import Filing, Person
from filings.services.access import may_edit
from filings.services.errors import Refused
from filings.services.transactions import require_transaction


def lock_filing(filing_pk: int) -> Filing:
    """The filing, locked until the transaction ends. Needs a transaction; raises Filing.DoesNotExist."""
    require_transaction()
    return Filing.objects.select_for_update(of=("self",), no_key=True).with_parts().get(pk=filing_pk)


def lock_editable_filing(person: Person, filing_pk: int, advice: str = "") -> Filing:
    """The filing, locked, if the person may change its content now; else Refused, with some advice at the end."""
    filing = lock_filing(filing_pk)
    require_editable(person, filing, advice)
    return filing


def require_editable(person: Person, filing: Filing, advice: str = "") -> None:
    """Raise Refused unless the person may change the content of the filing now."""
    if not may_edit(person, filing):
        raise Refused(f"这张表现在不能修改：已送审或您没有填报权限。{advice}")
