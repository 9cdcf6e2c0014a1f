"""The season's time: it moves from step to step, and stops on the way wherever a timer rings.

So everything happens at the instant at which it would on a running clock, and a jump over quiet weeks costs nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from deploy.demo.quiet import Quiet


@dataclass
class SeasonClock:
    """The steered clock of one run. `steer` sets it for every service; `now` is what was set last."""

    steer: Callable[[datetime], None]
    quiet: Quiet
    now: datetime
    stops: int = field(default=0)

    async def reach(self, moment: datetime) -> None:
        """Move to `moment`, ringing on the way; everything has settled before each move. Raises NeverQuiet."""
        due = await self.quiet.wait(self.now)
        while due is not None and due <= moment:
            self._set(max(due, self.now))
            self.stops += 1
            due = await self.quiet.wait(self.now)
        if moment > self.now:
            self._set(moment)

    async def settle(self) -> None:
        """Wait until everything has settled at the present time. Raises NeverQuiet."""
        await self.quiet.wait(self.now)

    def _set(self, moment: datetime) -> None:
        self.steer(moment)
        self.now = moment
