"""Sheets that this process has loaded and checked lately, so that a save of one cell does not do both anew.

Several processes serve the same sheets: whoever uses one has read the filing's version first, for a save under its
lock. Where others have saved since, their saves are taken from the journal (`checking.known_checks`).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from filings.checks import SheetChecks
from filings.models import Filing

MOST_CACHED = 200
"""How many sheets a process keeps, those used last; some 50 to 500 KB each."""

MOST_CACHED_TOGETHER = 50
"""More that are checked at once, such as those of a whole cycle, would push out what people work on."""

Stamp = tuple[int, datetime, int]
"""What identifies a content of a filing: version, time and layout. After a restore a version may be given anew."""


@dataclass(frozen=True)
class CachedSheet:
    """A content of a filing with what its checks found; `operation` is the save that led to it, '' if not known."""

    stamp: Stamp
    checks: SheetChecks
    operation: str = ""

    @property
    def version(self) -> int:
        """The version of the filing."""
        return self.stamp[0]


_cached: OrderedDict[int, CachedSheet] = OrderedDict()


def cache_checks(filing: Filing, checks: SheetChecks, operation: str = "") -> None:
    """Keep a content that is stored, never one whose transaction may still be rolled back."""
    before = _cached.get(filing.pk)
    if not operation and before and before.stamp == _stamp(filing):
        operation = before.operation
    _cached[filing.pk] = CachedSheet(_stamp(filing), checks, operation)
    _cached.move_to_end(filing.pk)
    if len(_cached) > MOST_CACHED:
        _cached.popitem(last=False)


def cached_checks(filing: Filing) -> SheetChecks | None:
    """The content of a filing as it is now with its findings, if this process has it."""
    cached = _cached.get(filing.pk)
    return cached.checks if cached and cached.stamp == _stamp(filing) else None


def earlier_sheet(filing: Filing) -> CachedSheet | None:
    """An earlier content of a filing, if this process has one and knows which save led to it.

    Whoever uses it has to compare that save with the journal: after a restore another one may have the version.
    """
    cached = _cached.get(filing.pk)
    if cached is None or not cached.operation or cached.version >= filing.version:
        return None
    return cached if cached.stamp[2] == filing.layout_id else None


def _stamp(filing: Filing) -> Stamp:
    return filing.version, filing.changed_at, filing.layout_id
