"""What the clock does: an opinion's timer comes due, and the district's figures say so."""

from services.feedback.application.ports import Ports

OUTCOMES = {"due_soon": "due_soon", "overdue": "overdue", "supervise": "supervised"}


class ClockHandlers:
    """The rings of feedback."""

    def __init__(self, ports: Ports) -> None:
        self._opinions = ports.opinions
        self._metrics = ports.metrics

    async def ring(self, opinion_id: str, timer: str) -> None:
        """The repository rings exactly once; counted when this call took the timer off."""
        before = await self._opinions.get(opinion_id)
        await self._opinions.ring(opinion_id, timer)
        after = await self._opinions.get(opinion_id)
        if timer in before.timers and timer not in after.timers:
            self._metrics.count("opinions_total", town=after.town, outcome=OUTCOMES[timer])
