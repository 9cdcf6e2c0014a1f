"""HTTP manners of every service: problems as answers, size, keys, versions, permissions at the door."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field

from shared.commands import Actor
from shared.errors import Conflict, PreconditionFailed, TooManyRequests, Unavailable, illegal_transition, not_found
from shared.http.app import create_app
from shared.http.guard import UndeclaredPermission, requires
from shared.http.health import Health
from shared.http.once import IfMatch, OnceKey, etag
from shared.metrics import Metrics
from shared.security import secrets
from shared.security.issuer import LocalIssuer
from shared.security.permissions import Role, district, own_units, public
from shared.security.secrets import KEY_SET
from shared.settings import HttpSettings, SecuritySettings, ServiceSettings

WRITE = district("things.write", "office")
OWN = own_units("things.own", "office", "unit_clerk")
READ = public("things.read")


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    count: Annotated[int, Field(ge=1, le=9)]
    word: Annotated[str, Field(max_length=5, pattern="^[a-z]*$")] = ""
    inner: dict[str, int] = {}


PROBLEMS: dict[str, Exception] = {
    "conflict": Conflict("full", "已满。", "Full.", limit=20),
    "transition": illegal_transition("plan", "filed", ["returned"]),
    "missing": not_found("thing"),
    "stale": PreconditionFailed("changed_meanwhile", "已被修改。", "It was changed."),
    "slow": TooManyRequests("too_fast", "请稍候。", "Slow down.", retry_after=7),
    "away": Unavailable("database_away", "数据库暂时无法访问。", "The database does not answer."),
    "bug": ValueError("13800001111"),
}


def router() -> APIRouter:
    made = APIRouter()

    @made.post("/things", status_code=201)
    async def post_thing(body: Body, once: OnceKey, actor: Annotated[Actor, requires(WRITE)]) -> dict[str, Any]:
        """Make one."""
        return {"count": body.count, "key": once.key if once else None, "digest": once.digest if once else None}

    @made.get("/things/{number}")
    async def get_thing(number: int, actor: Annotated[Actor, requires(READ)]) -> dict[str, Any]:
        """Read one."""
        return {"number": number, "subject": actor.subject, "roles": sorted(actor.roles)}

    @made.put("/things/{number}")
    async def put_thing(number: int, version: IfMatch, actor: Annotated[Actor, requires(OWN)]) -> dict[str, Any]:
        """Change one."""
        return {"version": version, "etag": etag(version or 0)}

    @made.get("/problems/{name}")
    async def get_problem(name: str, actor: Annotated[Actor, requires(READ)]) -> None:
        """Refuse."""
        raise PROBLEMS[name]

    @made.post("/uploads")
    async def post_upload(request: Request, actor: Annotated[Actor, requires(READ)]) -> int:
        """Count bytes."""
        return len(await request.body())

    return made


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalIssuer, SecuritySettings]:
    folder = tmp_path_factory.mktemp("secrets")
    secrets.ensure(folder)
    return LocalIssuer(folder), SecuritySettings(jwks_file=folder / KEY_SET)


def application(security: SecuritySettings, **options: Any) -> FastAPI:
    settings = ServiceSettings(profile="test", http=HttpSettings(max_body_bytes=1000), security=security)
    return create_app("things", router(), settings, body_caps={"/uploads": 5000}, **options)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("things")


@pytest.fixture
async def http(issuer: tuple[LocalIssuer, SecuritySettings], metrics: Metrics) -> AsyncIterator[httpx.AsyncClient]:
    app = application(issuer[1], health=Health(metrics))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://things/things/v1") as client:
        yield client


@pytest.fixture
def office(issuer: tuple[LocalIssuer, SecuritySettings]) -> dict[str, str]:
    return bearer(issuer[0], "office")


def bearer(issuer: LocalIssuer, *roles: Role, subject: str = "tester") -> dict[str, str]:
    return {"Authorization": f"Bearer {issuer.mint(subject=subject, roles=roles)}"}


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The refusal, which must have the house's form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["code"], body["status"], body["type"]) == (code, status, f"urn:openday:problem:{code}")
    assert body["trace"].startswith("00-")
    return body


ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("conflict", 409, "full"),
        ("transition", 409, "illegal_transition"),
        ("missing", 404, "not_found"),
        ("stale", 412, "changed_meanwhile"),
        ("slow", 429, "too_fast"),
        ("away", 503, "database_away"),
        ("bug", 500, "internal"),
    ],
)
async def test_a_refusal_is_said_in_both_languages(http: httpx.AsyncClient, name: str, status: int, code: str) -> None:
    chinese = problem(await http.get(f"/problems/{name}"), status, code)
    english = problem(await http.get(f"/problems/{name}", headers=ENGLISH), status, code)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese["detail"])
    assert english["detail"].isascii()
    assert "13800001111" not in json.dumps([chinese, english])


async def test_a_refusal_carries_facts_and_says_when_to_come_back(http: httpx.AsyncClient) -> None:
    assert (await http.get("/problems/conflict")).json()["facts"] == {"limit": 20}
    assert (await http.get("/problems/transition")).json()["facts"] == {"state": "filed", "allowed": ["returned"]}
    assert (await http.get("/problems/slow")).headers["retry-after"] == "7"
    assert (await http.get("/problems/away")).headers["retry-after"] == "3"


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"nothing", b'{"count": 1,}', b"\xff\xfe", b'{"count": "\xff"}', b"[" * 900],
    ids=["open", "empty", "word", "comma", "utf-16", "latin", "deep"],
)
async def test_malformed_json_is_a_400_or_a_missing_body(
    http: httpx.AsyncClient, office: dict[str, str], body: bytes
) -> None:
    answer = await http.post("/things", content=body, headers=office)
    problem(answer, *((400, "malformed_request") if body else (422, "invalid_request")))


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "body.count"),
        ({"count": "many"}, "body.count"),
        ({"count": 10**400}, "body.count"),
        ({"count": 0}, "body.count"),
        ({"count": 1, "word": "toolong"}, "body.word"),
        ({"count": 1, "word": "Ab"}, "body.word"),
        ({"count": 1, "word": "\ud800"}, "body.word"),
        ({"count": 1, "colour": "red"}, "body.colour"),
        ({"count": 1, "张三13800001111": "x"}, "body.?"),
        ({"count": 1, "inner": {"13800001111": "x"}}, "body.inner.?"),
        ([], "body"),
        ("text", "body"),
    ],
)
async def test_a_wrong_body_says_where_and_what_but_repeats_nothing(
    http: httpx.AsyncClient, office: dict[str, str], body: Any, where: str
) -> None:
    headers = {**office, "Content-Type": "application/json"}
    answer = await http.post("/things", content=json.dumps(body), headers=headers)
    said = problem(answer, 422, "invalid_request")
    assert where in [each["where"] for each in said["errors"]]
    assert all(each["what"] for each in said["errors"])
    for word in ("many", "toolong", "red", "张三", "13800001111"):
        assert word not in answer.text
    english = await http.post("/things", content=json.dumps(body), headers={**headers, **ENGLISH})
    assert all(each["what"].isascii() for each in english.json()["errors"])


async def test_an_unknown_address_and_a_wrong_method_are_problems_too(http: httpx.AsyncClient) -> None:
    problem(await http.get("/nowhere"), 404, "no_such_route")
    problem(await http.delete("/things/1"), 405, "method_not_allowed")
    problem(await http.get("/things/one"), 422, "invalid_request")


# size


async def test_a_body_that_announces_too_much_is_refused_unread(
    http: httpx.AsyncClient, office: dict[str, str]
) -> None:
    problem(await http.post("/things", content=b"x" * 1001, headers=office), 413, "too_large")
    problem(await http.post("/uploads", content=b"x" * 5001), 413, "too_large")
    assert (await http.post("/uploads", content=b"x" * 5000)).json() == 5000


async def pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 100):
        yield b"x" * 100


async def test_a_body_that_announces_nothing_is_counted(http: httpx.AsyncClient, office: dict[str, str]) -> None:
    problem(await http.post("/things", content=pieces(2000), headers=office), 413, "too_large")
    problem(await http.post("/uploads", content=pieces(6000)), 413, "too_large")
    assert (await http.post("/uploads", content=pieces(4000))).json() == 4000


async def test_a_compressed_body_is_refused(http: httpx.AsyncClient, office: dict[str, str]) -> None:
    headers = {**office, "Content-Encoding": "gzip"}
    problem(await http.post("/things", content=b"x", headers=headers), 413, "too_large")


@pytest.mark.parametrize("length", [b"-1", b"\xb2", b"1e3", b"x"])
async def test_a_strange_length_is_refused(http: httpx.AsyncClient, length: bytes) -> None:
    headers = httpx.Headers([(b"content-length", length)])
    problem(await http.post("/uploads", content=b"", headers=headers), 413, "too_large")


# keys and versions


async def test_a_key_is_bound_to_sender_address_and_body(
    http: httpx.AsyncClient, issuer: tuple[LocalIssuer, SecuritySettings]
) -> None:
    async def sent(body: dict[str, int], subject: str = "a", key: str = "key-0001") -> dict[str, Any]:
        headers = {**bearer(issuer[0], "office", subject=subject), "Idempotency-Key": key}
        answer: dict[str, Any] = (await http.post("/things", json=body, headers=headers)).json()
        return answer

    first = await sent({"count": 1})
    assert await sent({"count": 1}) == first, "a fresh token of the same person makes no difference"
    assert (await sent({"count": 2}))["digest"] != first["digest"]
    assert (await sent({"count": 1}, subject="b"))["key"] != first["key"]
    assert (await sent({"count": 1}, key="key-0002"))["key"] != first["key"]


@pytest.mark.parametrize("key", ["short", "x" * 101, "with blanks in it"])
async def test_a_key_that_is_none_is_refused(http: httpx.AsyncClient, office: dict[str, str], key: str) -> None:
    answer = await http.post("/things", json={"count": 1}, headers={**office, "Idempotency-Key": key})
    problem(answer, 422, "invalid_request")


async def test_a_version_is_read_from_if_match(http: httpx.AsyncClient, office: dict[str, str]) -> None:
    async def versioned(**headers: str) -> httpx.Response:
        return await http.put("/things/1", headers={**office, **headers})

    assert (await versioned()).json()["version"] is None
    assert (await versioned(**{"If-Match": "*"})).json()["version"] is None
    assert (await versioned(**{"If-Match": etag(7)})).json() == {"version": 7, "etag": '"7"'}
    problem(await versioned(**{"If-Match": '"seven"'}), 422, "etag_invalid")


# who may


async def test_a_missing_a_wrong_and_an_insufficient_token(
    http: httpx.AsyncClient, issuer: tuple[LocalIssuer, SecuritySettings], office: dict[str, str]
) -> None:
    missing = await http.post("/things", json={"count": 1})
    problem(missing, 401, "token_missing")
    assert missing.headers["www-authenticate"] == "Bearer"
    for wrong in ("Bearer x.y.z", "Bearer x", "Basic dXNlcjpwYXNz", office["Authorization"][:-4] + "AAAA"):
        answer = await http.post("/things", json={"count": 1}, headers={"Authorization": wrong})
        problem(answer, 401, "token_invalid")
    clerk = await http.post("/things", json={"count": 1}, headers=bearer(issuer[0], "unit_clerk"))
    problem(clerk, 403, "role_missing")
    assert (await http.post("/things", json={"count": 1}, headers=office)).status_code == 201


async def test_who_may_is_decided_before_the_body_is_judged(http: httpx.AsyncClient) -> None:
    problem(await http.post("/things", json={"nonsense": True}), 401, "token_missing")


async def test_a_public_address_needs_no_token_but_a_wrong_one_is_said(http: httpx.AsyncClient) -> None:
    assert (await http.get("/things/1")).json()["subject"] == "public"
    problem(await http.get("/things/1", headers={"Authorization": "Bearer x.y.z"}), 401, "token_invalid")


async def test_an_actor_keeps_only_the_roles_that_the_route_names(
    http: httpx.AsyncClient, office: dict[str, str]
) -> None:
    assert (await http.get("/things/1", headers=office)).json() == {"number": 1, "subject": "tester", "roles": []}


def test_a_route_without_a_permission_stops_the_start(issuer: tuple[LocalIssuer, SecuritySettings]) -> None:
    settings = ServiceSettings(profile="test", security=issuer[1])

    async def careless() -> None: ...

    direct, hidden, inside, mounted = APIRouter(), APIRouter(), APIRouter(), APIRouter()
    direct.get("/careless")(careless)
    hidden.get("/careless", include_in_schema=False)(careless)
    inside.include_router(direct)
    mounted.mount("/careless", FastAPI())
    for each in (direct, hidden, inside, mounted):
        with pytest.raises(UndeclaredPermission, match="careless"):
            create_app("things", each, settings)


def test_documents_say_who_may_and_how_it_refuses(issuer: tuple[LocalIssuer, SecuritySettings]) -> None:
    document = application(issuer[1]).openapi()
    operation = document["paths"]["/things/v1/things"]["post"]
    assert operation["x-openday-permission"] == {"name": "things.write", "roles": ["office"], "scope": "district"}
    assert operation["security"] == [{"bearer": []}]
    assert list(operation["responses"]["4XX"]["content"]) == ["application/problem+json"]
    assert document["paths"]["/things/v1/things/{number}"]["get"]["security"] == []


async def test_documents_are_not_served_in_production(issuer: tuple[LocalIssuer, SecuritySettings]) -> None:
    settings = ServiceSettings(profile="production", security=issuer[1])
    transport = httpx.ASGITransport(create_app("things", router(), settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://things") as client:
        for path in ("/things/v1/openapi.json", "/things/v1/docs"):
            assert (await client.get(path)).status_code == 404


# around every answer


async def test_answers_are_not_stored_and_a_trace_is_taken_up(http: httpx.AsyncClient) -> None:
    trace = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    answer = await http.get("/problems/conflict", headers={"traceparent": trace})
    assert answer.json()["trace"] == trace
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    forged = await http.get("/problems/conflict", headers={"traceparent": "13800001111"})
    assert "13800001111" not in forged.json()["trace"]


async def test_requests_are_counted_by_operation_never_by_path(http: httpx.AsyncClient, metrics: Metrics) -> None:
    for number in (1, 2, 3):
        await http.get(f"/things/{number}")
    await http.get("/13800001111")
    assert metrics.value("http_requests_total", operation="get_thing", status="200") == 3
    assert metrics.value("http_requests_total", operation="unmatched", status="404") == 1
    assert metrics.value("http_requests_in_progress") == 0
    assert b"13800001111" not in metrics.expose()


# probes


async def test_probes_answer_whatever_a_dependency_does(issuer: tuple[LocalIssuer, SecuritySettings]) -> None:
    health = Health(Metrics("things"))
    app = application(issuer[1], health=health)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://things") as client:

        async def away() -> None:
            raise PROBLEMS["away"]

        async def broken() -> None:
            raise PROBLEMS["bug"]

        async def fine() -> None: ...

        assert (await client.get("/readyz")).json() == {"ready": True, "failing": {}}
        health.checks = {"database": away, "other": broken, "third": fine}
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
        assert answer.json() == {"ready": False, "failing": {"database": "database_away", "other": "failed"}}
        health.checks, health.stopping = {}, True
        assert (await client.get("/readyz")).json()["failing"] == {"process": "stopping"}
        assert (await client.get("/livez")).status_code == 200
        assert "openday_ready" in (await client.get("/metrics")).text
