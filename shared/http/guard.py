"""Permissions at the door: every route declares one, and a route without one stops the start-up."""

from collections.abc import Iterator
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from shared.commands import PUBLIC, Actor
from shared.errors import Forbidden, Unauthenticated
from shared.security.permissions import Permission


class Guard:
    """A dependency that answers with the verified Actor, or refuses."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> Actor:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not token:
            if self.permission.public:
                return PUBLIC
            raise Unauthenticated("token_missing", "请先登录。", "Sign in first: a bearer token is needed.")
        if scheme.lower() != "bearer":
            raise Unauthenticated("token_invalid", "登录凭证无效，请重新登录。", "Only bearer tokens are read.")
        actor: Actor = await request.app.state.verifier.actor(token)
        if not self.permission.public and not actor.roles & self.permission.roles:
            raise Forbidden("role_missing", "您的角色不能进行此操作。", "Your roles do not allow this.")
        return actor


def requires(permission: Permission) -> Any:
    """`actor: Annotated[Actor, requires(PERMISSION)]`."""
    return Depends(Guard(permission))


class UndeclaredPermission(RuntimeError):
    """A route that says nothing about who may call it."""


def declare(app: FastAPI) -> None:
    """Write every route's permission into its OpenAPI operation. Raises UndeclaredPermission."""
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            permission = next(_permissions(route.dependant), None)
            if permission is None:
                raise UndeclaredPermission(f"{sorted(route.methods or ())} {route.path} declares no permission")
            route.openapi_extra = {
                **(route.openapi_extra or {}),
                "x-openday-permission": {
                    "name": permission.name,
                    "roles": sorted(permission.roles),
                    "scope": permission.scope,
                },
                "security": [] if permission.public else [{"bearer": []}],
            }


def _permissions(dependant: Dependant) -> Iterator[Permission]:
    for each in dependant.dependencies:
        if isinstance(each.call, Guard):
            yield each.call.permission
        yield from _permissions(each)
