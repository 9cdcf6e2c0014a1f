"""Who may call what: every operation of every API, asked by every role, by nobody and by another unit.

Made from the OpenAPI documents, so a new operation is in it without anybody's doing.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from deploy.generate import openapi
from shared.events.catalogue import OWNERS
from shared.security.permissions import ROLES, Role
from tests.contracts.examples import smallest
from tests.support.service import Districts, Runner, Running

UNIT_ROLES: frozenset[Role] = frozenset({"unit_clerk", "unit_reviewer"})
ELSEWHERE = ["another-unit"]


@dataclass(frozen=True)
class Operation:
    """One line of the matrix."""

    service: str
    method: str
    path: str
    document: dict[str, Any]
    whole: dict[str, Any]

    @property
    def scope(self) -> str:
        return str(self.document["x-openday-permission"]["scope"])

    @property
    def roles(self) -> set[Role]:
        return set(self.document["x-openday-permission"]["roles"])

    @property
    def of_one_unit(self) -> bool:
        """Whether a unit's role may ask, and it is about something that belongs to some unit (not a list)."""
        about_one = "{" in self.path or self.method != "get"
        return self.scope == "own_units" and about_one and bool(UNIT_ROLES & self.roles)

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    def request(self) -> dict[str, Any]:
        """Something that the document allows: path, query and body."""
        given: dict[str, Any] = {"url": self.path, "params": {}}
        for each in self.document.get("parameters", ()):
            if each["in"] == "path":
                given["url"] = given["url"].replace(f"{{{each['name']}}}", str(smallest(each["schema"], self.whole)))
            elif each["in"] == "query" and each.get("required"):
                given["params"][each["name"]] = str(smallest(each["schema"], self.whole))
        content = self.document.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            given["json"] = smallest(content["application/json"]["schema"], self.whole)
        elif content:
            given |= {"content": b"x", "headers": {"Content-Type": next(iter(content))}}
        return given


def operations() -> list[Operation]:
    """All of them."""
    documents = {service: openapi(service) for service in OWNERS}
    return [
        Operation(service, method, path, document, whole)
        for service, whole in documents.items()
        for path, methods in whole["paths"].items()
        for method, document in methods.items()
    ]


OPERATIONS = operations()
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)


@pytest.fixture(scope="module")
async def services(running: Runner, new_district: Districts) -> AsyncIterator[dict[str, Running]]:
    """All four, in one district."""
    district = new_district()
    async with AsyncExitStack() as stack:
        entered = (stack.enter_async_context(running(name, district=district)) for name in OWNERS)
        yield dict(zip(OWNERS, await asyncio.gather(*entered), strict=True))


async def asked(service: Running, operation: Operation, *roles: Role, units: list[str] | None = None) -> httpx.Response:
    """The operation as this caller asks for it; without roles, as nobody."""
    request = operation.request()
    token = service.bearer(*roles, units=units or []) if roles else {}
    headers = {**request.pop("headers", {}), **token}
    return await service.http.request(operation.method, headers=headers, **request)


def refused_at_the_door(answer: httpx.Response) -> bool:
    """For want of a token or a role, not for what was asked."""
    return answer.status_code == 401 or (answer.status_code == 403 and answer.json()["code"] == "role_missing")


@every_operation
async def test_every_role_is_let_in_or_kept_out_as_the_document_says(
    services: dict[str, Running], operation: Operation
) -> None:
    service = services[operation.service]
    for role in ROLES:
        answer = await asked(service, operation, role, units=["jyj"])
        assert answer.status_code < 500, f"{role}: {answer.text}"
        let_in = operation.scope == "public" or role in operation.roles
        assert refused_at_the_door(answer) != let_in, f"{role}: {answer.status_code} {answer.text}"


@every_operation
async def test_nobody_is_let_in_only_where_it_is_public(services: dict[str, Running], operation: Operation) -> None:
    service = services[operation.service]
    answer = await asked(service, operation)
    if operation.scope == "public":
        assert not refused_at_the_door(answer), answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")
        assert answer.headers["www-authenticate"] == "Bearer"
    forged = await service.http.request(operation.method, operation.path, headers={"Authorization": "Bearer a.b.c"})
    assert (forged.status_code, forged.json()["code"]) == (401, "token_invalid")


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.of_one_unit], ids=str)
async def test_another_unit_reads_and_changes_nothing(services: dict[str, Running], operation: Operation) -> None:
    for role in UNIT_ROLES & operation.roles:
        answer = await asked(services[operation.service], operation, role, units=ELSEWHERE)
        assert answer.status_code in (403, 404, 409, 412, 422), f"{role}: {answer.status_code} {answer.text}"


def test_the_matrix_is_not_empty_and_knows_every_scope() -> None:
    assert {each.scope for each in OPERATIONS} == {"district", "own_units", "public"}
    assert {each.service for each in OPERATIONS} == set(OWNERS)


@every_operation
def test_an_operation_that_is_not_public_names_roles_that_exist(operation: Operation) -> None:
    assert operation.roles <= set(ROLES)
    assert operation.roles or operation.scope == "public"
    if operation.scope == "district":
        assert not operation.roles & UNIT_ROLES, "a unit's role reaches its own units only"
