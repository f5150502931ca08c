"""Limits how often an address may ask for something in a minute: the database counts for all processes and hosts."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.db.models import F
from django.utils.crypto import salted_hmac

from filings.models import RateCount
from filings.services.transactions import start_transaction

KEPT = timedelta(hours=1)
"""How long counts are kept; what is older is deleted when an address is first counted in a minute."""


def count_request(kind: str, address: str, limit: int, now: datetime) -> bool:
    """Count a request of a kind from an address, in a transaction of its own; whether `limit` a minute admits it.

    Above the limit, requests are not written any more: whoever floods the site does not take its write lock.
    """
    key, minute = _key(kind, address), now.replace(second=0, microsecond=0)
    own = RateCount.objects.filter(key=key, minute=minute)
    count = own.values_list("count", flat=True).first()
    if count is not None and count >= limit:
        return False
    if count is None:
        RateCount.objects.filter(minute__lt=now - KEPT).delete()
    with start_transaction():
        RateCount.objects.bulk_create([RateCount(key=key, minute=minute)], ignore_conflicts=True)
        # The update locks the row, so that the count that is read after it is that of this request.
        own.update(count=F("count") + 1)
        return own.values_list("count", flat=True)[0] <= limit


def _key(kind: str, address: str) -> str:
    """A keyed hash of what is counted: addresses are personal data. One IPv6 client has a network of 64 bits."""
    try:
        parsed = ip_address(address)
    except ValueError:
        parsed = None
    if isinstance(parsed, IPv6Address):
        address = str(int(parsed) >> 64)
    return salted_hmac("filings.rate_counts", f"{kind} {address}", algorithm="sha256").hexdigest()
