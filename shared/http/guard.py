"""Permissions at the door: every route declares one, and a route without one stops the start-up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

from shared.commands import PUBLIC, Actor
from shared.errors import Forbidden, Unauthenticated
from shared.http.origin import origin
from shared.security.permissions import Permission


class Guard:
    """A dependency that answers with the verified Actor, or refuses.

    The actor keeps only the roles that this permission names: an auditor who is also a clerk writes as a clerk.
    """

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> Actor:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not token:
            if self.permission.public:
                return replace(PUBLIC, origin=origin(request))
            raise Unauthenticated("token_missing", "请先登录。", "Sign in first: a bearer token is needed.")
        if scheme.lower() != "bearer":
            raise Unauthenticated("token_invalid", "登录凭证无效，请重新登录。", "Only bearer tokens are read.")
        actor: Actor = await request.app.state.verifier.actor(token)
        if not self.permission.public and not actor.roles & self.permission.roles:
            raise Forbidden("role_missing", "您的角色不能进行此操作。", "Your roles do not allow this.")
        return replace(actor, roles=actor.roles & self.permission.roles, origin=origin(request))


def requires(permission: Permission) -> Any:
    """`actor: Annotated[Actor, requires(PERMISSION)]`."""
    return Depends(Guard(permission))


class UndeclaredPermission(RuntimeError):
    """A route that says nothing about who may call it."""


def declared(routes: Sequence[BaseRoute]) -> dict[tuple[str, str], Permission]:
    """The permission of every (path, method), also of undocumented ones. Raises UndeclaredPermission."""
    found: dict[tuple[str, str], Permission] = {}
    for route in iter_route_contexts(routes):
        dependant = getattr(route, "dependant", None)
        permission = next(_permissions(dependant), None) if isinstance(dependant, Dependant) else None
        if permission is None:
            raise UndeclaredPermission(f"{sorted(route.methods or ())} {route.path} declares no permission")
        found |= {(route.path_format or "", method): permission for method in route.methods or ()}
    return found


def document(schema: dict[str, Any], prefix: str, permissions: Mapping[tuple[str, str], Permission]) -> None:
    """Write every permission into its operation of an OpenAPI document."""
    for (path, method), permission in permissions.items():
        operation = schema["paths"].get(prefix + path, {}).get(method.lower())
        if operation is not None:
            operation["x-openday-permission"] = {
                "name": permission.name,
                "roles": sorted(permission.roles),
                "scope": permission.scope,
            }
            operation["security"] = [] if permission.public else [{"bearer": []}]


def _permissions(dependant: Dependant) -> Iterator[Permission]:
    for each in dependant.dependencies:
        if isinstance(each.call, Guard):
            yield each.call.permission
        yield from _permissions(each)
