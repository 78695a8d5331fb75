"""Where a request comes from, as far as it can be known."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def network_of(request: HttpRequest) -> str:
    """IPv4 address or IPv6 /64 of the sender. Behind our proxy it is the last entry, which the proxy itself wrote.

    What is no address (a socket without one) is one network together.
    """
    said = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        said = request.META.get("HTTP_X_FORWARDED_FOR", said).rpartition(",")[2].strip()
    try:
        found = ip_address(said.partition("%")[0])
    except ValueError:
        return ""
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False).network_address)


def network_or_none(request: HttpRequest) -> str | None:
    """The same for a column that holds addresses only."""
    return network_of(request) or None
