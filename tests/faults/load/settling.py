"""After the healing: every command that is still unknown is asked again, with the same key, until it is known."""

import asyncio
import time

from tests.faults.load.scene import Scene
from tests.faults.load.sending import Sender, sending
from tests.faults.load.traffic import Traffic
from tests.faults.oracle.ledger import Asked, Ledger

AT_ONCE = 8


class Unsettled(Exception):
    """Commands without a definite answer after all the patience; says which."""


async def settle(scene: Scene, ledger: Ledger, *, within: float = 60.0) -> Traffic:
    """From the ledger alone, so also what an earlier run left. Raises Unsettled after `within` seconds."""
    deadline = time.monotonic() + within
    unknown = [each for each in ledger.read().values() if each.answer == "unknown"]
    async with sending(scene.where, ledger) as sender:
        gate = asyncio.Semaphore(AT_ONCE)
        answers = await asyncio.gather(*(_settled(sender, each, deadline, gate) for each in unknown))
        left = [each.key for each, definite in zip(unknown, answers, strict=True) if not definite]
        if left:
            raise Unsettled(f"{len(left)} commands still unknown after {within:.0f} s: {', '.join(left[:5])}")
        return sender.traffic


async def _settled(sender: Sender, asked: Asked, deadline: float, gate: asyncio.Semaphore) -> bool:
    async with gate:
        patience = max(0.0, deadline - time.monotonic())
        said = await sender.until_definite(asked.key, asked.command, asked.target, asked.request, patience)
        return said.answer != "unknown"
