"""One service process under the lab's supervision: whatever ends is started again, as an orchestrator would."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from deploy.engines.process import leash
from tests.faults.lab.ports import HOST
from tests.support.service import ROOT, STOP_PATIENCE
from tests.support.waiting import eventually

START = 60.0  # seconds; several start at once on a small machine
SOON, LATEST = 0.1, 2.0  # seconds before a start, growing while it ends young
YOUNG = 3.0  # seconds
FROZEN = 30.0  # seconds after which a process that stopped itself goes on
LOOK = 0.25  # seconds


@dataclass
class Supervised:
    """A service that comes back. `ends` are the exit codes of the lives so far, negative for a signal."""

    name: str
    module: str
    port: int
    environment: dict[str, str]
    log: Path
    program: tuple[str, ...] = ()
    ends: list[int] = field(default_factory=list)
    thawed: int = 0
    """How often it had stopped itself and was let go on."""

    def __post_init__(self) -> None:
        self.http = httpx.AsyncClient(base_url=self.url, timeout=5, trust_env=False)
        self._armed = ""
        self._may_run = asyncio.Event()
        self._may_run.set()
        self._ending = asyncio.Event()
        self._frozen_by_lab = False
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://{HOST}:{self.port}"

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return len(self.ends)

    @property
    def pid(self) -> int | None:
        """Of the present life."""
        return self._process.pid if self._process and self._process.returncode is None else None

    def start(self) -> None:
        """Begin supervising; returns before it is ready. From the main thread's loop: lives end with that thread."""
        self._tasks = [asyncio.create_task(self._keep()), asyncio.create_task(self._let_go_on())]

    async def ready(self, within: float = START) -> None:
        """Wait until it takes traffic. Raises AssertionError with the end of its log."""
        try:
            await eventually(self.takes_traffic, within)
        except AssertionError as late:
            raise AssertionError(f"{self.name} is not ready ({late}); ends {self.ends}:\n{self.tail()}") from late

    async def takes_traffic(self) -> bool:
        """`/readyz`."""
        return await self.status("/readyz") == 200

    async def status(self, path: str) -> int:
        """Of a GET; 0 when it does not answer."""
        try:
            return (await self.http.get(path)).status_code
        except httpx.TransportError:
            return 0

    async def metric(self, series: str, **labels: str) -> float:
        """The present value of one series, summed over its labels; 0 when it does not answer."""
        try:
            lines = (await self.http.get("/metrics")).text.splitlines()
        except httpx.TransportError:
            return 0.0
        wanted = [f'{name}="{value}"' for name, value in labels.items()]
        found = [each for each in lines if each.startswith((f"{series}{{", f"{series} "))]
        return sum(float(each.rpartition(" ")[2]) for each in found if all(label in each for label in wanted))

    def kill(self) -> bool:
        """SIGKILL. False when there is nothing to kill: it is between two lives."""
        return self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM: an orderly stop; it is started again."""
        self._signal(signal.SIGTERM)

    def freeze(self) -> None:
        """SIGSTOP, until `thaw`."""
        self._frozen_by_lab = self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._frozen_by_lab = False
        self._signal(signal.SIGCONT)

    def hold_down(self) -> None:
        """Kill it and do not start it again until `let_up`."""
        self._may_run.clear()
        self.kill()

    def let_up(self) -> None:
        """Start it again."""
        self._may_run.set()

    def arm(self, failpoints: str) -> None:
        """`OPENDAY_FAILPOINTS` of the next life; the one after that has none."""
        self._armed = failpoints

    async def reborn(self, failpoints: str) -> None:
        """End this life, once it has begun, for one with these failpoints. Raises AssertionError."""
        await eventually(lambda: self.pid is not None, START)
        self.arm(failpoints)
        self.kill()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL when it does not end in time. Safe to repeat."""
        self._ending.set()
        self._may_run.set()
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks[:1], timeout=STOP_PATIENCE)
            if late:
                self.kill()
                await asyncio.wait(self._tasks[:1], timeout=5)
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.http.aclose()

    def tail(self, lines: int = 30) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def said(self, *words: str) -> int:
        """How many lines of its log hold all of these words."""
        with suppress(FileNotFoundError):
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
            return sum(all(word in line for word in words) for line in lines)
        return 0

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        pause = SOON
        while not self._ending.is_set():
            await self._may_run.wait()
            if self._ending.is_set():
                return
            begun = loop.time()
            self._process = await self._spawn()
            if self._ending.is_set():  # asked to end while it was being made
                self._signal(signal.SIGTERM)
            code = await self._process.wait()
            self._frozen_by_lab = False
            if self._ending.is_set():
                return
            self.ends.append(code)
            pause = min(pause * 2, LATEST) if loop.time() - begun < YOUNG and code >= 0 else SOON
            await asyncio.sleep(pause)

    async def _spawn(self) -> asyncio.subprocess.Process:
        armed, self._armed = self._armed, ""
        environment = self.environment | ({"OPENDAY_FAILPOINTS": armed} if armed else {})
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("OPENDAY_")}
        command = [*leash(), *(self.program or (sys.executable, "-m", self.module))]
        with self.log.open("ab") as out:
            return await asyncio.create_subprocess_exec(
                *command,
                cwd=ROOT,
                env=inherited | environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    async def _let_go_on(self) -> None:
        """A failpoint stops the process from within: somebody outside has to let it go on."""
        since: float | None = None
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK)
            if self._frozen_by_lab or not self._is_stopped():
                since = None
            elif since is None:
                since = loop.time()
            elif loop.time() - since > FROZEN:
                self.thawed += self._signal(signal.SIGCONT)
                since = None

    def _is_stopped(self) -> bool:
        with suppress(psutil.NoSuchProcess):
            return self.pid is not None and psutil.Process(self.pid).status() == psutil.STATUS_STOPPED
        return False

    def _signal(self, number: int) -> bool:
        if self._process is None or self._process.returncode is not None:
            return False
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
            return True
        return False
