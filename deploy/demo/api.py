"""How people are heard: HTTP and JSON, one kept-alive client per service, the same key until an answer comes.

A service that restarts or asks for patience (503, Retry-After) hears the same request again, so a step of the season
is done once however often it has to be said.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import httpx

from deploy.demo.staff import Principal

# httpcore asks for sniffio at every lock that it takes; where it is absent, each question searches the whole path, a
# quarter of a request's cost. Known to be absent, it is not searched for.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]

PATIENCE = 60.0  # seconds of trying, before a service is taken for dead
PAUSE = 0.1  # seconds between two tries when nobody says how long
_AWAY = frozenset({429, 503})


class Unexpected(Exception):
    """An answer that the season does not know: what was asked, and what was said."""


@dataclass(frozen=True)
class Answer:
    """Status and body. `code` is the stable code of a refusal, empty otherwise."""

    asked: str
    status: int
    body: Any

    @property
    def code(self) -> str:
        """Of a problem."""
        return str(self.body.get("code", "")) if self.status >= 400 and isinstance(self.body, dict) else ""

    def told(self) -> Any:
        """The body. Raises Unexpected when it is a refusal."""
        if self.status >= 400:
            raise Unexpected(f"{self.asked} was refused: {self.status} {self.code} {_details(self.body)}".rstrip())
        return self.body


@dataclass
class Api:
    """The public interfaces of a district. `mint` makes a token; one is kept for each principal."""

    clients: Mapping[str, httpx.AsyncClient]
    mint: Callable[[Principal], str]
    patience: float = PATIENCE
    retries: int = 0
    _tokens: dict[Principal, str] = field(default_factory=dict)

    async def get(self, service: str, path: str, who: Principal | None = None, **query: str | int) -> Any:
        """The body. Raises Unexpected."""
        return (await self._send("GET", service, path, who, {}, params=query)).told()

    async def put(self, service: str, path: str, who: Principal, body: Any) -> Any:
        """The body. Raises Unexpected."""
        return (await self._send("PUT", service, path, who, {}, json=body)).told()

    async def post(
        self,
        service: str,
        path: str,
        who: Principal | None,
        key: str,
        body: Any = None,
        *,
        claim_code: str | None = None,
    ) -> Any:
        """Do something, once. The body. Raises Unexpected."""
        return (await self.attempt(service, path, who, key, body, claim_code=claim_code)).told()

    async def attempt(
        self,
        service: str,
        path: str,
        who: Principal | None,
        key: str,
        body: Any = None,
        *,
        claim_code: str | None = None,
    ) -> Answer:
        """As `post`, but a refusal is an answer, too."""
        headers = {"Idempotency-Key": f"season-{key}"} | ({"Claim-Code": claim_code} if claim_code else {})
        content = {} if body is None else {"json": body}
        return await self._send("POST", service, path, who, headers, **content)

    async def upload(self, service: str, path: str, who: Principal, content: bytes, media_type: str) -> Any:
        """Send a file; sending it again is harmless. The body. Raises Unexpected."""
        return (await self._send("POST", service, path, who, {"Content-Type": media_type}, content=content)).told()

    async def _send(
        self, method: str, service: str, path: str, who: Principal | None, headers: dict[str, str], **content: Any
    ) -> Answer:
        asked, begun = f"{method} /{service}/v1{path}", time.monotonic()
        if who:
            headers = {**headers, "Authorization": f"Bearer {self._token(who)}"}
        while True:
            try:
                said = await self.clients[service].request(method, f"/{service}/v1{path}", headers=headers, **content)
                if said.status_code not in _AWAY:
                    return Answer(asked, said.status_code, said.json() if said.content else None)
                why, wait = f"{said.status_code}", float(said.headers.get("Retry-After", PAUSE))
            except httpx.TransportError as error:
                why, wait = type(error).__name__, PAUSE
            if time.monotonic() + wait - begun > self.patience:
                raise Unexpected(f"{asked} had no answer in {self.patience:.0f} s, at last: {why}")
            self.retries += 1
            await asyncio.sleep(wait)

    def _token(self, who: Principal) -> str:
        if who not in self._tokens:
            self._tokens[who] = self.mint(who)
        return self._tokens[who]


@asynccontextmanager
async def connected(services: Mapping[str, str], mint: Callable[[Principal], str]) -> AsyncIterator[Api]:
    """Clients for these root addresses, closed at the end."""
    async with AsyncExitStack() as stack:
        clients = {
            name: await stack.enter_async_context(httpx.AsyncClient(base_url=root, timeout=15, trust_env=False))
            for name, root in services.items()
        }
        yield Api(clients, mint)


def _details(body: Any) -> str:
    """What a problem says, in its own words; it never repeats what was sent."""
    if not isinstance(body, dict):
        return ""
    parts = [str(body.get("detail", "")), *(f"{each['where']} {each['what']}" for each in body.get("errors") or ())]
    return "; ".join(part for part in parts if part)
