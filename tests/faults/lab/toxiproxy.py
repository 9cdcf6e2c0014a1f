"""toxiproxy as the lab uses it: one server, a proxy for each way from a service to an engine, faults on each of them.

A fault ends by making the proxy anew on its old port: to take a single toxic away may hang in this version.
"""

import asyncio
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, Self

import httpx

from deploy.engines.process import leash
from tests.faults.lab.go import toxiproxy_server
from tests.faults.lab.ports import HOST, quiet_ports
from tests.support.waiting import eventually

Stream = Literal["upstream", "downstream"]
"""upstream: what a service says to an engine · downstream: what it is answered."""


@dataclass(frozen=True)
class Toxic:
    """A fault of a connection: `latency`, `bandwidth`, `timeout`, `limit_data`, `reset_peer` with their attributes."""

    kind: str
    stream: Stream
    attributes: Mapping[str, int] = field(default_factory=dict)


class Toxiproxy:
    """The server and its proxies, by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._proxies: dict[str, dict[str, Any]] = {}
        self._child: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._http = httpx.AsyncClient()

    async def __aenter__(self) -> Self:
        [port] = quiet_ports(1)
        self._http = httpx.AsyncClient(base_url=f"http://{HOST}:{port}", timeout=10, trust_env=False)
        program = await asyncio.to_thread(toxiproxy_server)
        self._log = (self._folder / "toxiproxy.log").open("ab")
        command = [*leash(), str(program), "-host", HOST, "-port", str(port)]
        # Not in a thread: it ends with the thread that starts it.
        self._child = subprocess.Popen(  # noqa: ASYNC220
            command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log
        )
        await eventually(self._answers, 10)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()
        if self._child:
            self._child.terminate()
            await asyncio.to_thread(self._child.wait, 10)
        if self._log:
            self._log.close()

    async def add(self, name: str, listen: int, upstream: int) -> None:
        """A proxy that forwards everything."""
        self._proxies[name] = {"name": name, "listen": f"{HOST}:{listen}", "upstream": f"{HOST}:{upstream}"}
        await self._ask("POST", "/proxies", self._proxies[name] | {"enabled": True})

    async def harm(self, name: str, *toxics: Toxic) -> None:
        """Faults on every connection through it, those that are open and those to come."""
        for each in toxics:
            wanted = {"type": each.kind, "stream": each.stream, "attributes": dict(each.attributes)}
            await self._ask("POST", f"/proxies/{name}/toxics", wanted)

    async def cut(self, name: str) -> None:
        """Close what is open, refuse what comes."""
        await self._ask("POST", f"/proxies/{name}", {"enabled": False})

    async def renew(self, name: str) -> None:
        """As new: connections that were harmed are closed."""
        await self._ask("DELETE", f"/proxies/{name}")
        await self._ask("POST", "/proxies", self._proxies[name] | {"enabled": True})

    async def _answers(self) -> bool:
        try:
            return (await self._http.get("/version")).status_code == 200
        except httpx.TransportError:
            return False

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        answer = await self._http.request(method, path, json=body)
        if answer.is_error:
            raise RuntimeError(f"toxiproxy {method} {path}: {answer.status_code} {answer.text}")
