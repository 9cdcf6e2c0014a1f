"""An SMS gateway that keeps the contract of `docs/howto/connect-an-sms-gateway.md`, and misbehaves when it is told to.

async with gateway(token, receipts_secret) as sms:
    sms.answers += [500, "hang"]
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.registration.adapters.notices.sms_gateway import signed
from tests.support.district import free_port
from tests.support.waiting import eventually


@dataclass
class Gateway:
    """`messages` that people get, one for each id however often it came; `attempts` counts how often."""

    token: str
    receipts_secret: str
    port: int = field(default_factory=free_port)
    answers: list[int | str] = field(default_factory=list)
    """For the next attempts, in turn: a status, `hang` (no answer), or `take_and_hang` (taken, and no answer)."""
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    attempts: Counter[str] = field(default_factory=Counter)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/messages"

    def to(self, phone: str) -> list[str]:
        """The kinds of what a number got, in order."""
        return [each["kind"] for each in self.messages.values() if each["to"] == phone]

    async def take(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return JSONResponse({"error": "unauthorized"}, 401)
        message = await request.json()
        assert request.headers["idempotency-key"] == message["id"]
        self.attempts[message["id"]] += 1
        answer = self.answers.pop(0) if self.answers else 202
        if answer in (202, "take_and_hang"):
            self.messages.setdefault(message["id"], message)
        if isinstance(answer, str):
            await self.let_go.wait()
            answer = 202
        number = list(self.messages).index(message["id"]) if message["id"] in self.messages else 0
        return JSONResponse({"message_id": f"m-{number}"}, answer)

    async def report(self, service: httpx.AsyncClient, *receipts: dict[str, Any], **wrong: Any) -> httpx.Response:
        """Says what came of messages. `wrong`: `key`, `at` or `signature` of a forger."""
        body = json.dumps({"receipts": receipts}).encode()
        at = wrong.get("at", time.time_ns() // 1_000_000_000)
        signature = wrong.get("signature", signed(wrong.get("key", self.receipts_secret).encode(), at, body))
        headers = {"Openday-Signature": signature, "Content-Type": "application/json"}
        return await service.post("/registration/v1/notice-receipts", content=body, headers=headers)


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the tests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def gateway(token: str, receipts_secret: str) -> AsyncIterator[Gateway]:
    """Listening; what hangs is let go at the end."""
    made = Gateway(token, receipts_secret)
    app = Starlette(routes=[Route("/messages", made.take, methods=["POST"])])
    server = _Server(uvicorn.Config(app, port=made.port, log_config=None, lifespan="off"))
    serving = asyncio.ensure_future(server.serve())
    await eventually(lambda: server.started)
    try:
        yield made
    finally:
        made.let_go.set()
        server.should_exit = True
        await serving
