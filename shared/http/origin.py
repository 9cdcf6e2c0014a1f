"""From where a request comes, for counting attempts and for nothing else: it is not kept, logged or published."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from fastapi import Request

from shared.logging import get_logger

HOUSEHOLD = 64  # bits: one customer has at least a whole /64 of IPv6 (RFC 6177), so an address of it is nobody's own


def origin(request: Request) -> str:
    """The client's address, the network of an IPv6 one; empty when it cannot be known.

    uvicorn has put in what trusted proxies forward. Where a neighbour forwards that is not trusted, the address is the
    neighbour's: to count by it would be to count everybody as one, so it is said, and not counted.
    """
    client = request.client
    if client is None:
        return ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    if forwarded and client.host not in forwarded and _is_neighbour(client.host):
        _say(client.host)
        return ""
    return _network(client.host) if ":" in client.host else client.host


def _network(host: str) -> str:
    found = _read(host)
    if not isinstance(found, IPv6Address):
        return host
    return str(found.ipv4_mapped or ip_network((int(found), HOUSEHOLD), strict=False))


def _is_neighbour(host: str) -> bool:
    found = _read(host)
    return found is not None and found.is_private


def _read(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _say(proxy: str) -> None:
    """Once for each."""
    get_logger().warning("proxy_not_trusted", proxy=proxy, then="name it in OPENDAY_HTTP__TRUSTED_PROXIES")
