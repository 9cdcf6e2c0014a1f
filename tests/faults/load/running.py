"""The load itself: some workers, each with one command under way; what stays unknown is asked again later."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

from tests.faults.load.moves import Move, next_move
from tests.faults.load.scene import Scene
from tests.faults.load.sending import Sender, sending
from tests.faults.load.traffic import Traffic
from tests.faults.oracle.ledger import Ledger, Said

AGAIN = 0.25  # of moves, when something is unknown: the same once more, with the same key
REPEATS = 0.06  # of moves: something that was acked a moment ago, as an impatient person would
RECENT = 16  # acked commands that may be repeated: fewer than the answers that an aggregate keeps
BREATH = 0.1  # seconds after an unknown answer, so that a dead service is not hammered


@dataclass
class Running:
    """One run of the load."""

    scene: Scene
    sender: Sender
    until: float
    commands: int
    unknown: deque[Move] = field(default_factory=deque)
    acked: deque[tuple[Move, Said]] = field(default_factory=lambda: deque(maxlen=RECENT))
    begun: int = 0

    async def work(self) -> None:
        """One worker, until time or number is up."""
        chance = self.scene.chance
        while self.begun < self.commands and time.monotonic() < self.until:
            self.begun += 1
            if self.unknown and chance.random() < AGAIN:
                await self.send(self.unknown.popleft())
            elif self.acked and chance.random() < REPEATS:
                await self.repeat(*chance.choice(self.acked))
            else:
                move = next_move(self.scene)
                move.key = f"{self.scene.seed}-{self.sender.where.prefix}-{chance.getrandbits(64):016x}"
                await self.send(move)

    async def send(self, move: Move) -> None:
        """A command, perhaps not for the first time."""
        said = await self.sender.once(move.key, move.command, move.target, move.request)
        if said.answer == "unknown":
            self.unknown.append(move)
            await asyncio.sleep(BREATH)
            return
        move.done(said)
        if said.answer == "acked" and move.request.method == "POST":
            self.acked.append((move, said))

    async def repeat(self, move: Move, first: Said) -> None:
        """Must be answered as before."""
        traffic = self.sender.traffic
        traffic.outcomes["repeated"] += 1
        again = await self.sender.once(move.key, move.command, move.target, move.request)
        if again.answer != "unknown" and (again.answer, again.ids) != (first.answer, first.ids):
            traffic.differing.append(move.key)


async def run(
    scene: Scene,
    ledger: Ledger,
    *,
    commands: int | None = None,
    seconds: float | None = None,
    clients: int = 12,
    traffic: Traffic | None = None,
) -> Traffic:
    """Until `commands` were begun or `seconds` are over, whichever comes first (one of them is needed).

    Give a `traffic` of your own to watch it while it runs. Never raises for what a service does.
    """
    if commands is None and seconds is None:
        raise ValueError("a load needs an end: commands or seconds")
    async with sending(scene.where, ledger, traffic) as sender:
        until = time.monotonic() + (seconds if seconds is not None else 3600.0)
        running = Running(scene, sender, until, commands if commands is not None else 10**9)
        await asyncio.gather(*(running.work() for _ in range(clients)))
        return sender.traffic
