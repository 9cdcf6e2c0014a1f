"""From where a request comes: the client behind a trusted proxy, a household of IPv6, or not known."""

from typing import Any

import pytest
from fastapi import Request
from pydantic import ValidationError
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from shared.http.origin import origin
from shared.settings import HttpSettings


async def seen(client: tuple[str, int] | None, *forwarded: str, trusted: str = "127.0.0.1,::1") -> str:
    """What a route sees of a request from this peer, behind the server's own reading of the headers."""
    found = []

    async def route(scope: Any, receive: Any, send: Any) -> None:
        found.append(origin(Request(scope)))

    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    scope: Any = {"type": "http", "client": client, "headers": headers}
    nothing: Any = None
    await ProxyHeadersMiddleware(route, trusted)(scope, nothing, nothing)
    return found[0]


PROXY = ("10.0.0.7", 4000)


@pytest.mark.parametrize(
    ("client", "forwarded", "wanted"),
    [
        (("203.0.113.9", 1), (), "203.0.113.9"),
        (("9.9.9.9", 1), ("198.51.100.1",), "9.9.9.9"),
        (("127.0.0.1", 1), (), "127.0.0.1"),
        (("127.0.0.1", 1), ("198.51.100.1",), "198.51.100.1"),
        (("127.0.0.1", 1), ("6.6.6.6, 198.51.100.1",), "198.51.100.1"),
        (("127.0.0.1", 1), ("6.6.6.6", "10.1.1.1"), "10.1.1.1"),
        (PROXY, ("198.51.100.1",), ""),
        (PROXY, (), "10.0.0.7"),
        (None, (), ""),
        (("2001:db8:1:2:3:4:5:6", 1), (), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::1", 1), (), "2001:db8:1:2::/64"),
        (("::ffff:203.0.113.9", 1), (), "203.0.113.9"),
        (("testclient", 1), ("198.51.100.1",), "testclient"),
        (("no:address", 1), (), "no:address"),
    ],
)
async def test_the_client_is_whom_trusted_proxies_name(
    client: tuple[str, int] | None, forwarded: tuple[str, ...], wanted: str
) -> None:
    assert await seen(client, *forwarded) == wanted


async def test_a_proxy_that_is_named_is_believed() -> None:
    assert await seen(PROXY, "6.6.6.6, 198.51.100.1", trusted="10.0.0.0/8") == "198.51.100.1"


@pytest.mark.parametrize("proxies", ["", "10.0.0.0/8", "10.0.0.7, ::1"])
def test_proxies_are_addresses_or_networks(proxies: str) -> None:
    assert HttpSettings(trusted_proxies=proxies).trusted_proxies == proxies


@pytest.mark.parametrize("proxies", ["*", "ingress", "10.0.0.1/8", "10.0.0.0/33"])
def test_whoever_else_is_named_is_refused(proxies: str) -> None:
    with pytest.raises(ValidationError):
        HttpSettings(trusted_proxies=proxies)
