"""A real service in a process of its own, against the real engines, as a test sees it from outside.

async with running("reporting", OPENDAY_HTTP__MAX_BODY_BYTES="1000") as reporting:
    answer = await reporting.http.get("/reporting/v1/…", headers=reporting.bearer("office"))
    await reporting.district.produce(ActivityHeld(...), aggregate="activity-1", sequence=1)
    await reporting.steer(datetime(...))
    facts = await reporting.district.consume("reporting")
"""

import asyncio
import importlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import httpx

from shared.security.permissions import Role
from tests.support.district import District, free_port
from tests.support.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
START_PATIENCE = 30.0  # seconds
STOP_PATIENCE = 25.0  # seconds; the promise is 20


@dataclass
class Running:
    """One service process. `http` is rooted at its address."""

    name: str
    district: District
    environment: dict[str, str]
    log: Path
    http: httpx.AsyncClient
    process: asyncio.subprocess.Process

    def bearer(self, *roles: Role, units: Iterable[str] = (), subject: str = "tester") -> dict[str, str]:
        """Headers of somebody with these roles and units."""
        return {"Authorization": f"Bearer {self.district.token(*roles, units=units, subject=subject)}"}

    async def steer(self, to: datetime) -> None:
        """Set the district's time and wait until this service's timers up to then have rung and its facts are sent."""
        self.district.steer(to)
        await self.settled()

    async def settled(self) -> None:
        """Wait until the timers have followed the clock and nothing waits in the outbox."""

        async def followed() -> bool:
            progress = (await self.http.get("/progress")).json()
            at = progress["timers_settled_at"]
            return bool(progress["outbox_empty"] and at and datetime.fromisoformat(at) >= self.district.now)

        await eventually(followed, 15)

    async def ready(self) -> bool:
        """Whether it takes traffic; AssertionError when the process has ended."""
        if self.process.returncode is not None:
            raise RuntimeError(f"{self.name} ended with {self.process.returncode}:\n{self.tail()}")
        try:
            return (await self.http.get("/readyz", timeout=3)).status_code == 200
        except httpx.TransportError:
            return False

    async def metric(self, series: str, **labels: str) -> float:
        """The present value of one series, e.g. `metric("openday_dead_letters_total", reason="schema")`, summed."""
        wanted = [f'{name}="{value}"' for name, value in labels.items()]
        lines = (await self.http.get("/metrics")).text.splitlines()
        found = [each for each in lines if each.startswith((f"{series}{{", f"{series} "))]
        return sum(float(each.rpartition(" ")[2]) for each in found if all(label in each for label in wanted))

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(self.process.wait(), STOP_PATIENCE)
        return self.process.returncode or 0

    async def kill(self) -> None:
        """SIGKILL, as a crash."""
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def restart(self) -> None:
        """Start it again where it was, and wait until it is ready."""
        self.process = await _spawn(self.name, self.environment, self.log)
        await eventually(self.ready, START_PATIENCE)

    def tail(self, lines: int = 20) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


class Runner(Protocol):
    """The `running` fixture: usable in fixtures of any scope."""

    def __call__(
        self, name: str, *, district: District | None = None, wait: bool = True, **variables: str
    ) -> AbstractAsyncContextManager[Running]:
        """A service on a free port, in a district of its own unless one is given. `variables` are `OPENDAY_…`;
        an empty value takes one away. `wait=False`: do not wait until it is ready."""


class Districts(Protocol):
    """The `new_district` fixture."""

    def __call__(self) -> District:
        """A district with a fresh prefix, closed at the end of the session."""


@asynccontextmanager
async def run(name: str, district: District, *, wait: bool, variables: dict[str, str]) -> AsyncIterator[Running]:
    """The service, stopped at the end whatever happened."""
    settings: Any = importlib.import_module(f"services.{name}.settings").Settings
    port = free_port()
    environment = district.environment(name, settings, port) | variables
    environment = {key: value for key, value in environment.items() if value}
    log = district.folder / f"{name}-{port}.log"
    process = await _spawn(name, environment, log)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=15) as http:
        service = Running(name, district, environment, log, http, process)
        try:
            if wait:
                await eventually(service.ready, START_PATIENCE)
            yield service
        finally:
            try:
                await service.stop()
            except TimeoutError:
                await service.kill()
                raise


async def _spawn(name: str, environment: dict[str, str], log: Path) -> asyncio.subprocess.Process:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("OPENDAY_")}
    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"services.{name}",
            cwd=ROOT,
            env=inherited | environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
