"""Around every request, as plain ASGI: a cap on the body, a trace, a measurement."""

import re
import secrets
import time
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import TooLarge
from shared.failpoints import failpoint
from shared.http.problems import answer
from shared.logging import traceparent
from shared.metrics import Metrics

_TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")


class Trace:
    """Takes up the caller's W3C trace context or starts one; logs and events carry it on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = Headers(scope=scope).get("traceparent", "")
            traceparent.set(given if _TRACEPARENT.match(given) else _fresh_trace())
        await self._app(scope, receive, send)


def _fresh_trace() -> str:
    ids = secrets.token_hex(24)
    return f"00-{ids[:32]}-{ids[32:]}-01"


class BodyCap:
    """413 before anything is parsed. `caps` gives paths with a certain ending more room (uploads)."""

    def __init__(self, app: ASGIApp, default: int, caps: Mapping[str, int]) -> None:
        self._app = app
        self._default = default
        self._caps = caps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        cap = next((size for end, size in self._caps.items() if scope["path"].endswith(end)), self._default)
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        encoded = headers.get("content-encoding", "identity") != "identity"
        if encoded or not length.isdecimal() or int(length) > cap:
            return await answer(headers, _too_large(cap))(scope, receive, send)
        received = 0
        started = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > cap:
                raise _Overflow(413)
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except _Overflow:
            if not started:
                await answer(headers, _too_large(cap))(scope, receive, send)


class Measure:
    """Counts and times requests by operation, never by path."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun, status, asks = time.perf_counter(), "500", scope["method"] == "GET"
        self._count(1)

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                if not asks:
                    await failpoint("api.before_reply")
                status = str(message["status"])
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        try:
            if not asks:
                await failpoint("api.received")
            await self._app(scope, receive, noted)
        finally:
            operation = getattr(scope.get("route"), "name", "unmatched")
            self._metrics.count("http_requests_total", operation=operation, status=status)
            took = time.perf_counter() - begun
            self._metrics.observe("http_request_duration_seconds", took, operation=operation)
            self._count(-1)

    def _count(self, step: int) -> None:
        self._under_way += step
        self._metrics.set("http_requests_in_progress", self._under_way)


class _Overflow(HTTPException):
    """More came than was announced. An HTTPException, because the framework turns any other into a 400."""


def _too_large(cap: int) -> TooLarge:
    return TooLarge(
        "too_large",
        "内容过大，请精简后重试。",
        "The body is too large, or compressed; send less, uncompressed.",
        cap_bytes=cap,
    )
