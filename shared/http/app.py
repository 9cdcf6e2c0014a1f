"""The app factory: one FastAPI application, the same manners in every service."""

import inspect
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi_offline import FastAPIOffline

from shared.http import guard, problems
from shared.http.composed import ComposedRoute
from shared.http.health import Health
from shared.http.middleware import BodyCap, Measure, Trace
from shared.metrics import Metrics
from shared.security.permissions import Permission
from shared.security.tokens import Verifier
from shared.settings import ServiceSettings

DEFAULT_RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": problems.ProblemBody, "description": "Refused: what is wrong and what to do."},
    "503": {"model": problems.ProblemBody, "description": "A dependency is away; Retry-After says when to return."},
}

_ROUTE = inspect.signature(APIRouter.add_api_route).parameters.keys() - {"self"}


def create_app(
    name: str,
    router: APIRouter,
    settings: ServiceSettings,
    *,
    application: Any = None,
    health: Health | None = None,
    body_caps: Mapping[str, int] | None = None,
) -> FastAPI:
    """The service's API under `/<name>/v1`, with probes. Raises UndeclaredPermission."""
    prefix, permissions = f"/{name}/v1", guard.declared(router.routes)
    metrics = health.metrics if health else Metrics(name)
    health = health or Health(metrics)
    documented = settings.profile != "production"
    manners: dict[str, Any] = {
        "title": f"Openday {name}",
        "version": "1",
        "generate_unique_id_function": _operation_id,
        "strict_content_type": False,
        "telemetry": {"tracing": False, "metrics": False, "logs": False},  # measured in `middleware`, for Prometheus
    }
    app = _documented(prefix, manners) if documented else FastAPI(openapi_url=None, **manners)
    app.state.application = application
    app.state.verifier = Verifier(settings.security)
    _lay_flat(app, router, prefix)
    app.include_router(health.routes())
    problems.install(app)
    app.add_middleware(BodyCap, default=settings.http.max_body_bytes, caps=body_caps or {})
    app.add_middleware(Measure, metrics=metrics)
    app.add_middleware(Trace)
    app.openapi = lambda: _openapi(app, prefix, permissions)  # type: ignore[method-assign]
    return app


def _lay_flat(app: FastAPI, router: APIRouter, prefix: str) -> None:
    """One list of routes: with routers within routers a request is matched anew at every level, for 200 µs."""
    for route in iter_route_contexts(router.routes):
        said = {name: getattr(route, name) for name in _ROUTE if hasattr(route, name)}
        said |= {"path": f"{prefix}{route.path}", "responses": DEFAULT_RESPONSES | said["responses"]}
        app.router.add_api_route(**said, route_class_override=ComposedRoute)


def _documented(prefix: str, manners: dict[str, Any]) -> FastAPI:
    """With a page to read and try the API on; everything it loads comes from here, nothing from a foreign host."""
    return FastAPIOffline(
        docs_url=f"{prefix}/docs",
        redoc_url=None,
        static_url=f"{prefix}/docs-assets",
        openapi_url=f"{prefix}/openapi.json",
        **manners,
    )


def _operation_id(route: APIRoute) -> str:
    return route.name


def _openapi(app: FastAPI, prefix: str, permissions: Mapping[tuple[str, str], Permission]) -> dict[str, Any]:
    if not app.openapi_schema:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        schema.setdefault("components", {})["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        guard.document(schema, prefix, permissions)
        _problems_as_answered(schema)
        app.openapi_schema = schema
    return app.openapi_schema


def _problems_as_answered(schema: dict[str, Any]) -> None:
    """Refusals come as problem+json, which the framework does not know."""
    for operation in (each for path in schema["paths"].values() for each in path.values()):
        for status in DEFAULT_RESPONSES:
            content = operation["responses"][str(status)]["content"]
            content[problems.MEDIA_TYPE] = content.pop("application/json")
