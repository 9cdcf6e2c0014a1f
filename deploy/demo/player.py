"""Plays a timeline: moves the clock, waits until all has settled, lets people act, notes what was not as expected."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from deploy.demo.api import Unexpected
from deploy.demo.clock import SeasonClock
from deploy.demo.stage import Stage
from deploy.demo.timeline import Step

Heard = Callable[[int, Step], None]
"""Told of every step before it is played: its number from 1, and the step."""

Disturbance = Callable[[int, Step], Awaitable[None]]
"""Something that happens to the system while the step is played."""


async def _nothing(_: int, __: Step) -> None:
    """An ordinary day."""


@dataclass
class Player:
    """One run over one stage. `keep_going`: a step that was refused is noted, and the season goes on."""

    stage: Stage
    clock: SeasonClock
    heard: Heard = lambda _, __: None
    disturbance: Disturbance = _nothing
    keep_going: bool = False
    failures: list[str] = field(default_factory=list)

    async def play(self, steps: Sequence[Step]) -> None:
        """All of them, until everything has settled. Raises Unexpected, NeverQuiet."""
        before: Step | None = None
        for number, step in enumerate(steps, start=1):
            self.heard(number, step)
            if before is None or (before.at, before.service) != (step.at, step.service):
                await self.clock.reach(step.at)
            await self._act(number, step)
            before = step
        await self.clock.settle()

    async def _act(self, number: int, step: Step) -> None:
        disturbing = asyncio.ensure_future(self.disturbance(number, step))
        try:
            await step.play(self.stage)
        except (Unexpected, KeyError) as error:
            said = str(error) if isinstance(error, Unexpected) else f"an earlier step is missing: {error}"
            failure = f"{step.at:%Y-%m-%d %H:%M} {step.subject}, {step.what}: {said}"
            if not self.keep_going:
                raise Unexpected(failure) from error
            self.failures.append(failure)
        finally:
            await disturbing
