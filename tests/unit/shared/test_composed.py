"""Routes composed at start-up: the same answers and the same documents as the framework's own tree of dependencies."""

from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, Header, Request
from fastapi.dependencies.utils import get_dependant

from shared.commands import Actor
from shared.http.app import create_app
from shared.http.composed import composed
from shared.http.guard import requires
from shared.http.once import IfMatch, OnceKey
from shared.security.permissions import district, public
from shared.settings import SecuritySettings, ServiceSettings

READ = public("things.read")
WRITE = district("things.write", "office")
Reader = Annotated[Actor, requires(READ)]


async def _host(host: Annotated[str, Header()]) -> str:
    return host


def _threaded(request: Request) -> str:
    return request.method


async def _within(host: Annotated[str, Depends(_host)]) -> str:
    return f"within {host}"


router = APIRouter()


@router.get("/things/{number}")
async def get_thing(
    number: int,
    actor: Reader,
    host: Annotated[str, Depends(_host)],
    within: Annotated[str, Depends(_within)],
    method: Annotated[str, Depends(_threaded)],
    word: str = "none",
) -> dict[str, Any]:
    """Everything at once."""
    return {"number": number, "by": actor.subject, "host": host, "within": within, "method": method, "word": word}


async def test_what_a_dependency_gives_reaches_the_endpoint_however_it_was_asked_for() -> None:
    app = create_app("things", router, ServiceSettings(profile="test", security=SecuritySettings()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as http:
        told = await http.get("/things/v1/things/7", params={"word": "x"})
        wrong = await http.get("/things/v1/things/seven")
    assert told.json() == {
        "number": 7,
        "by": "public",
        "host": "here",
        "within": "within here",
        "method": "GET",
        "word": "x",
    }
    assert (wrong.status_code, wrong.json()["errors"][0]["where"]) == (422, "path.number")


def test_only_what_has_dependencies_of_its_own_or_runs_in_a_thread_is_left_to_the_framework() -> None:
    _, plain = composed(get_thing)
    left = get_dependant(path="/things/{number}", call=plain).dependencies
    assert [each.call for each in left] == [_within, _threaded]


def test_the_guard_is_handed_out_and_its_actor_is_no_parameter() -> None:
    guard, plain = composed(get_thing)
    assert guard is not None
    assert guard.permission is READ
    assert "actor" not in [each.name for each in get_dependant(path="/", call=plain).query_params]


async def _two_guards(one: Reader, two: Annotated[Actor, requires(WRITE)]) -> None: ...


async def _one_name_for_two(key: int, once: OnceKey) -> None: ...


async def _a_request_that_is_none(request: int) -> None: ...


def _no_coroutine(actor: Reader) -> None: ...


@pytest.mark.parametrize("endpoint", [_two_guards, _one_name_for_two, _a_request_that_is_none, _no_coroutine])
def test_what_cannot_be_composed_stops_the_start(endpoint: Any) -> None:
    with pytest.raises(TypeError, match=endpoint.__name__):
        composed(endpoint)


async def _keyed(once: OnceKey, version: IfMatch, actor: Reader) -> None: ...


def test_headers_that_dependencies_ask_for_are_those_of_the_route() -> None:
    _, plain = composed(_keyed)
    asked = get_dependant(path="/", call=plain)
    assert asked.dependencies == []
    assert sorted(each.alias for each in asked.header_params) == ["Idempotency-Key", "If-Match"]
