"""The network address that a request comes from, also behind proxies that the operator has listed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def request_address(request: HttpRequest) -> str:
    """The address of the client; '' where the server does not know the peer (a socket file).

    `X-Forwarded-For` is believed only where the peer is in TRUSTED_PROXIES, and only as far as trusted proxies wrote
    it: from the right, up to the first address that is none of them. What stands before that may be made up.
    """
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    if address is None:
        return ""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")[-2_000:].split(",")
    while _is_trusted(address) and forwarded and (earlier := _parse(forwarded.pop())):
        address = earlier
    return str(address)


def is_from_proxy(request: HttpRequest) -> bool:
    """Whether the peer is a listed proxy: then its other headers are believed too."""
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    return address is not None and _is_trusted(address)


def may_read_metrics(request: HttpRequest) -> bool:
    """Whether the client is in METRICS_ADDRESSES.

    Where the peer is a proxy that nobody has listed, its clients all seem to come from it: none of them is believed.
    """
    if "HTTP_X_FORWARDED_FOR" in request.META and not is_from_proxy(request):
        return False
    address = _parse(request_address(request))
    return address is not None and any(address in network for network in settings.METRICS_ADDRESSES)


def _is_trusted(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """An address, without the port that some proxies add; None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
