"""Every operation of the committed OpenAPI documents × every role: who is let in, and who is not.

The guard answers before anything else is looked at, so no database is needed: whoever passes it gets another answer
than 401 or `role_missing`. That one's own units are the limit is each service's own test.
"""

import importlib
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.http.app import create_app
from shared.security import secrets
from shared.security.issuer import LocalIssuer
from shared.security.permissions import ROLES, Role
from shared.settings import SecuritySettings, ServiceSettings

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "openapi"
SERVICES = ("registration", "feedback", "reporting", "scoring")


@dataclass(frozen=True)
class Operation:
    """One route as the document tells it."""

    service: str
    method: str
    path: str
    roles: frozenset[str]
    public: bool

    @property
    def url(self) -> str:
        """With something in the place of every id."""
        return re.sub(r"\{[^}]+\}", "something", self.path)


def operations() -> Iterator[Operation]:
    """From the committed documents."""
    for service in SERVICES:
        document = json.loads((DOCUMENTS / f"{service}.json").read_text(encoding="utf-8"))
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                permission = operation["x-openday-permission"]
                public = permission["scope"] == "public"
                yield Operation(service, method.upper(), path, frozenset(permission["roles"]), public)


OPERATIONS = list(operations())


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    secrets.ensure(folder)
    return folder


@pytest.fixture(scope="module")
async def doors(keys: Path) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """The real routes of every service, with nothing behind them."""
    settings = ServiceSettings(profile="test", security=SecuritySettings(jwks_file=keys / secrets.KEY_SET))
    made = {}
    for service in SERVICES:
        router = importlib.import_module(f"services.{service}.api.routes").router
        app = create_app(service, router, settings)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        made[service] = httpx.AsyncClient(transport=transport, base_url="http://openday.test")
    yield made
    for each in made.values():
        await each.aclose()


async def knock(doors: dict[str, httpx.AsyncClient], operation: Operation, token: str | None) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    content: Any = b"{}" if operation.method in ("POST", "PUT") else None
    if content:
        headers["Content-Type"] = "application/json"
    answer = await doors[operation.service].request(operation.method, operation.url, headers=headers, content=content)
    return answer.status_code, str(answer.json().get("code")) if answer.content else ""


def test_there_is_something_to_try() -> None:
    assert {each.service for each in OPERATIONS} == set(SERVICES)
    assert len(OPERATIONS) > 60
    assert any(not each.public for each in OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.method} {each.path}")
async def test_only_the_named_roles_are_let_in(
    doors: dict[str, httpx.AsyncClient], keys: Path, operation: Operation
) -> None:
    issuer = LocalIssuer(keys, "test")
    status, code = await knock(doors, operation, None)
    assert (status == 401) is not operation.public, f"without a token: {status} {code}"
    for role in ROLES:
        status, code = await knock(doors, operation, issuer.mint(subject="somebody", roles=[role]))
        let_in = (status, code) != (403, "role_missing") and status != 401
        assert let_in is (operation.public or role in operation.roles), f"{role}: {status} {code}"
    for token in ("not.a.token", issuer.mint(subject="somebody", roles=list(ROLES), lifetime=-60)):
        status, code = await knock(doors, operation, token)
        assert (status, code) == (401, "token_invalid"), f"a worthless token: {status} {code}"
    nobody = issuer.mint(subject="somebody", roles=[])
    assert (await knock(doors, operation, nobody))[1] == "role_missing" or operation.public


async def test_the_matrix_sees_a_door_left_open(
    doors: dict[str, httpx.AsyncClient], keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the guard's comparison gone, a role that is not named gets in."""
    closed = next(each for each in OPERATIONS if not each.public and len(each.roles) < len(ROLES))
    stranger: Role = next(each for each in ROLES if each not in closed.roles)
    token = LocalIssuer(keys, "test").mint(subject="somebody", roles=[stranger])
    assert await knock(doors, closed, token) == (403, "role_missing")
    monkeypatch.setattr("shared.security.permissions.Permission.public", True)
    assert await knock(doors, closed, token) != (403, "role_missing")
