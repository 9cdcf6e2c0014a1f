"""How people are heard: the same key until an answer comes, a refusal told in its own words, patience with an end."""

from collections.abc import Callable

import httpx
import pytest

from deploy.demo.api import Api, Unexpected
from deploy.demo.staff import OFFICE, Principal, clerk

Handler = Callable[[httpx.Request], httpx.Response]


def api(handler: Handler, minted: list[Principal] | None = None, patience: float = 5.0) -> Api:
    """An Api whose one service is `handler`."""
    client = httpx.AsyncClient(base_url="http://service", transport=httpx.MockTransport(handler))
    known = [] if minted is None else minted

    def mint(who: Principal) -> str:
        known.append(who)
        return f"token-{len(known)}"

    return Api({"registration": client}, mint, patience)


async def test_a_repeat_after_a_broken_connection_says_exactly_the_same() -> None:
    heard: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        if len(heard) == 1:
            raise httpx.RemoteProtocolError("gone", request=request)
        if len(heard) == 2:
            return httpx.Response(503, headers={"Retry-After": "0"})
        return httpx.Response(201, json={"id": "1"})

    said = api(handler)
    assert await said.post("registration", "/plans", OFFICE, "a01.plan", {"title": "开放日"}) == {"id": "1"}
    assert len(heard) == 3
    assert said.retries == 2
    assert {each.headers["Idempotency-Key"] for each in heard} == {"season-a01.plan"}
    assert len({(each.method, each.url, each.content, each.headers["Authorization"]) for each in heard}) == 1


async def test_a_service_that_stays_away_is_named_when_patience_ends() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Unexpected, match=r"GET /registration/v1/units had no answer.*ConnectError"):
        await api(handler, patience=0.15).get("registration", "/units")


async def test_a_longer_wait_than_patience_allows_is_not_begun() -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503, headers={"Retry-After": "600"})

    with pytest.raises(Unexpected, match="503"):
        await api(handler).get("registration", "/units")


async def test_a_refusal_is_an_answer_to_an_attempt_and_an_error_to_a_step() -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(409, json={"code": "not_over", "detail": "活动尚未结束，结束后再办理。"})

    said = api(handler)
    answer = await said.attempt("registration", "/activities/1/holdings", OFFICE, "a01.holding")
    assert (answer.status, answer.code) == (409, "not_over")
    with pytest.raises(Unexpected, match=r"POST /registration/v1/activities/1/holdings was refused: 409 not_over 活动"):
        await said.post("registration", "/activities/1/holdings", OFFICE, "a01.holding")


async def test_a_token_is_minted_once_for_each_principal_and_nobody_has_none() -> None:
    minted: list[Principal] = []
    heard: list[str | None] = []

    def handler(request: httpx.Request) -> httpx.Response:
        heard.append(request.headers.get("Authorization"))
        return httpx.Response(200, json={})

    said = api(handler, minted)
    for who in (clerk("kjj"), clerk("kjj"), OFFICE, None):
        await said.get("registration", "/units", who)
    assert minted == [clerk("kjj"), OFFICE]
    assert heard == ["Bearer token-1", "Bearer token-1", "Bearer token-2", None]
