"""Finds a filing by reference, locks it for the rest of a transaction, refuses changes to one not to be edited."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from filings.models import Filing, FilingQuerySet, Person, Reply
from filings.services.access import may_edit
from filings.services.errors import Refused
from filings.services.transactions import require_transaction
from perfbudget.compiled_query import CompiledQuery


def lock_filing(filing_pk: int) -> Filing:
    """The filing, locked until the transaction ends; read anew, so that guards judge what is stored now.

    One query. Needs a transaction; raises Filing.DoesNotExist.
    """
    return _locked().get(pk=filing_pk)


def lock_visible_filing(person: Person, ref: str) -> Filing:
    """As `lock_filing`, by reference; raises Filing.DoesNotExist also where the person may not see the filing."""
    require_transaction()
    return _visible(person, _LOCKED_BY_REF.find(ref=ref))


def visible_filing(person: Person, ref: str) -> Filing:
    """The filing, not locked. One query; raises Filing.DoesNotExist also where the person may not see it."""
    return _visible(person, _BY_REF.find(ref=ref))


def _visible(person: Person, found: list[Filing]) -> Filing:
    for filing in found:
        if filing.is_visible_to(person):
            return filing
    raise Filing.DoesNotExist


def _locked() -> FilingQuerySet:
    require_transaction()
    # `no_key`: others may go on inserting rows that refer to the filing, such as the presence of a reviewer.
    locked = Filing.objects.select_for_update(of=("self",), no_key=True).with_parts()
    waivers = Reply.objects.filter(filing=OuterRef("pk"), kind=Reply.Kind.WAIVER)
    return locked.annotate(has_waivers=Exists(waivers))


_LOCKED_BY_REF = CompiledQuery(lambda ref: _locked().filter(ref=ref), ref="sample")
_BY_REF = CompiledQuery(lambda ref: Filing.objects.with_parts().filter(ref=ref), ref="sample")


def lock_editable_filing(person: Person, filing_pk: int) -> Filing:
    """The filing, locked, if the person may edit its content now. Needs a transaction; raises Refused."""
    filing = lock_filing(filing_pk)
    require_editable(person, filing)
    return filing


def require_editable(person: Person, filing: Filing) -> None:
    """Raise Refused unless the person may edit the content of the filing now."""
    if not may_edit(person, filing):
        raise Refused("not_editable")
