"""One command over HTTP: written down, sent, answered or unknown, written down again."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.load import files
from tests.faults.load.traffic import Moment, Traffic
from tests.faults.oracle.ledger import Ledger, Request, Said
from tests.faults.oracle.where import Where

TIMEOUT = 5.0  # seconds; what takes longer is unknown
PAUSE = 0.25  # seconds between two tries of the same command


@dataclass
class Sender:
    """Sends through one client per service."""

    where: Where
    ledger: Ledger
    clients: dict[str, httpx.AsyncClient]
    traffic: Traffic = field(default_factory=Traffic)

    async def once(self, key: str, command: str, target: str, request: Request) -> Said:
        """One try, in the ledger before and after."""
        self.ledger.asks(key, command, target, request)
        said = await self._said(key, request)
        self.ledger.heard(key, said)
        self.traffic.outcomes[said.answer] += 1
        moment = Moment(time.monotonic(), request.service, command, said.status, said.seconds, said.retry_after)
        self.traffic.moments.append(moment)
        return said

    async def until_definite(self, key: str, command: str, target: str, request: Request, patience: float) -> Said:
        """The same again until it is known what happened; `unknown` when `patience` (seconds) is over."""
        deadline = time.monotonic() + patience
        while True:
            said = await self.once(key, command, target, request)
            if said.answer != "unknown" or time.monotonic() > deadline:
                return said
            await asyncio.sleep(min(said.retry_after or PAUSE, 2.0))

    async def get(self, service: str, path: str, role: str | None = None, **query: str | int) -> Any:
        """What is there now, or None when nobody answers well; not in the ledger."""
        try:
            answer = await self.clients[service].get(
                f"/{service}/v1{path}", headers=self._bearer(role), params=query or None
            )
            return answer.json() if answer.status_code == 200 else None
        except (httpx.HTTPError, ValueError):
            return None

    async def _said(self, key: str, request: Request) -> Said:
        begun = time.monotonic()
        content, headers = _content(request.body)
        headers |= (
            {"Idempotency-Key": key}
            | self._bearer(request.role)
            | ({"Claim-Code": request.claim_code} if request.claim_code else {})
        )
        try:
            answer = await self.clients[request.service].request(
                request.method, f"/{request.service}/v1{request.path}", headers=headers, **content
            )
        except httpx.HTTPError as error:
            return Said("unknown", code=type(error).__name__, seconds=time.monotonic() - begun)
        return _read(answer, time.monotonic() - begun)

    def _bearer(self, role: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.where.tokens[role]}"} if role else {}


@asynccontextmanager
async def sending(where: Where, ledger: Ledger, traffic: Traffic | None = None) -> AsyncIterator[Sender]:
    """A sender with clients of its own, closed at the end."""
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    clients = {
        name: httpx.AsyncClient(base_url=root, timeout=TIMEOUT, limits=limits, trust_env=False)
        for name, root in where.services.items()
    }
    try:
        yield Sender(where, ledger, clients, traffic or Traffic())
    finally:
        await asyncio.gather(*(each.aclose() for each in clients.values()))


def _content(body: Any) -> tuple[dict[str, Any], dict[str, str]]:
    if isinstance(body, dict) and "file" in body:
        return {"content": files.content(body["file"])}, {"Content-Type": body["type"]}
    return ({} if body is None else {"json": body}), {}


def _read(answer: httpx.Response, seconds: float) -> Said:
    """2xx is acked, a refusal that will stand is rejected, everything else leaves open what happened."""
    try:
        body = answer.json() if answer.content else None
    except ValueError:
        body = None
    status, after = answer.status_code, answer.headers.get("Retry-After")
    retry_after = float(after) if after else None
    code = str(body.get("code", "")) if isinstance(body, dict) and status >= 400 else ""
    if status < 300:
        return Said("acked", status, "", _ids(body), seconds, retry_after, body)
    answer_ = "rejected" if 400 <= status < 500 and status != 429 else "unknown"
    return Said(answer_, status, code, {}, seconds, retry_after, body)  # type: ignore[arg-type]


def _ids(body: Any) -> dict[str, str]:
    found = body if isinstance(body, dict) else {}
    return {name: value for name, value in found.items() if isinstance(value, str) and (name == "id" or "_id" in name)}
